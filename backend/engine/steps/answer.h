/*
 * answer: a step that asks the operator, and waits however long it takes.
 *
 * The question stands in the step's detail, which is durable, and so survives
 * a restart. "continue" makes the step done, "stop" ends the operation as a
 * cancel does. Engine thread only.
 */
#ifndef PC_ENGINE_STEPS_ANSWER_H
#define PC_ENGINE_STEPS_ANSWER_H

#include "backend/engine/run.h"

/* Puts the question (cut to what a detail holds) and begins to wait: from then
 * on the kind's check is answer_check(). */
void answer_ask(struct step_run *s, const char *question);
/* Whether the step asked before the process ended: it goes on waiting. */
bool answer_resumes(struct step_run *s);
void answer_check(struct step_run *s);
/* Somebody has answered: looked at now, not at the next poll. */
void answer_poke(struct run *r);

#endif
