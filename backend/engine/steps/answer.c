#include "backend/engine/steps/answer.h"

#include "backend/base/text.h"
#include "backend/model/question.h"

#include <stdio.h>
#include <string.h>

/* People take the time they take. */
static void wait_for_it(struct step_run *s)
{
    net_timer_cancel(s->deadline);
    s->deadline = NULL;
    s->stage = STAGE_CHECK;
    journal_step(s);
    s->run->e->groups_dirty = true;
    answer_check(s);
}

void answer_ask(struct step_run *s, const char *question)
{
    struct step_state *st = step_state(s);
    bool prompt = step_plan(s)->kind == STEP_PROMPT;
    char raw[600], text[sizeof(st->detail)];
    snprintf(raw, sizeof(raw), "%s%s", prompt ? "" : QUESTION_PREFIX, question);
    safe_text(text, sizeof(text), raw);
    if (strcmp(st->detail, text) != 0) { /* else it asked so before an interruption */
        snprintf(st->detail, sizeof(st->detail), "%s", text);
        run_event(s->run, "warn", "%s: " QUESTION_PREFIX "%.300s", step_plan(s)->subject, question);
    }
    wait_for_it(s);
}

bool answer_resumes(struct step_run *s)
{
    if (strncmp(step_state(s)->detail, QUESTION_PREFIX, strlen(QUESTION_PREFIX)) != 0)
        return false;
    wait_for_it(s);
    return true;
}

void answer_check(struct step_run *s)
{
    struct run *r = s->run;
    struct store_answer a;
    struct pc_error err;
    const struct step_state *st = step_state(s);
    if (store_answer_load(r->e->store, r->op->id, step_plan(s)->key, &a, &err)) {
        step_again(s, NULL);
        return;
    }
    bool said = *a.word && a.at_ms >= st->started_ms; /* not to an earlier asking */
    if (said && strcmp(a.word, ANSWER_CONTINUE) == 0) {
        run_event(r, "info", "%s: answered: continue", step_plan(s)->subject);
        step_done(s, "answered: continue");
    } else if (said) {
        run_event(r, "warn", "%s: answered: stop", step_plan(s)->subject);
        run_cancel(r);
        step_abort(s, STEP_SKIPPED, "answered: stop");
    } else {
        step_again(s, NULL);
    }
}

void answer_poke(struct run *r)
{
    for (size_t i = 0; i < r->op->plan->count; i++) {
        struct step_run *s = &r->steps[i];
        if (s->stage != STAGE_CHECK || !operation_asks(r->op, (int)i))
            continue;
        net_timer_cancel(s->timer);
        s->timer = NULL;
        answer_check(s);
    }
}
