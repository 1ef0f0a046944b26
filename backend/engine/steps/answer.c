#include "backend/engine/steps/answer.h"

#include "backend/base/text.h"
#include "backend/model/question.h"

#include <stdio.h>
#include <string.h>

void answer_ask(struct step_run *s, const char *question)
{
    struct step_state *st = step_state(s);
    char text[sizeof(st->detail)];
    snprintf(text, sizeof(text), QUESTION_PREFIX "%.160s", question);
    safe_text(st->detail, sizeof(st->detail), text);
    run_event(s->run, "warn", "%s: %s", step_plan(s)->subject, text);
    answer_resumes(s);
}

bool answer_resumes(struct step_run *s)
{
    if (strncmp(step_state(s)->detail, QUESTION_PREFIX, strlen(QUESTION_PREFIX)) != 0)
        return false;
    net_timer_cancel(s->deadline); /* people take the time they take */
    s->deadline = NULL;
    s->stage = STAGE_CHECK;
    journal_step(s);
    s->run->e->groups_dirty = true;
    answer_check(s);
    return true;
}

void answer_check(struct step_run *s)
{
    struct run *r = s->run;
    struct answer a;
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
