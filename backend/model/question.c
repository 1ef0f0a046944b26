#include "backend/model/question.h"

#include "backend/base/json.h"

#include <string.h>

const char *question_of_step(enum step_kind kind, enum step_status status, const char *detail)
{
    size_t n = strlen(QUESTION_PREFIX);
    if (status != STEP_RUNNING || !*detail)
        return NULL;
    if (strncmp(detail, QUESTION_PREFIX, n) == 0)
        return detail + n;
    return kind == STEP_PROMPT ? detail : NULL;
}

bool operation_asks(const struct operation *op, int step)
{
    const struct step_state *st = &op->steps[step];
    return question_of_step(op->plan->steps[step].kind, st->status, st->detail) != NULL;
}

int operation_question(const struct operation *op)
{
    for (size_t i = 0; op->plan && i < op->plan->count; i++)
        if (operation_asks(op, (int)i))
            return (int)i;
    return -1;
}

const char *operation_question_text(const struct operation *op)
{
    int i = operation_question(op);
    if (i < 0)
        return "";
    /* A detail may be cut; what the plan says is whole. */
    const char *text = json_text(op->plan->steps[i].params, "text");
    return op->plan->steps[i].kind == STEP_PROMPT && *text
               ? text
               : question_of_step(op->plan->steps[i].kind, op->steps[i].status,
                                  op->steps[i].detail);
}
