/* prompt: asks before the operation goes on. */
#include "backend/engine/steps/answer.h"
#include "backend/engine/steps/steps.h"

void prompt_begin(struct step_run *s)
{
    answer_ask(s, json_text(step_plan(s)->params, "text"));
}

void group_up_begin(struct step_run *s)
{
    step_done(s, "up");
}
