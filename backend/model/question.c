#include "backend/model/question.h"

#include <string.h>

bool operation_asks(const struct operation *op, int step)
{
    return op->steps[step].status == STEP_RUNNING &&
           strncmp(op->steps[step].detail, QUESTION_PREFIX, strlen(QUESTION_PREFIX)) == 0;
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
    return i < 0 ? "" : op->steps[i].detail + strlen(QUESTION_PREFIX);
}
