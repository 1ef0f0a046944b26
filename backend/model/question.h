/* question: what a running operation asks its operator, and the words of the
 * answer. Pure. */
#ifndef PC_MODEL_QUESTION_H
#define PC_MODEL_QUESTION_H

#include "backend/model/operation.h"

/* The detail of a step that is no prompt and asks all the same begins so. */
#define QUESTION_PREFIX "waiting for an answer: "
#define ANSWER_CONTINUE "continue"
#define ANSWER_STOP "stop"

/* What a step asks, lent from its detail; NULL: it asks nothing. */
const char *question_of_step(enum step_kind kind, enum step_status status, const char *detail);

/* Whether that step waits for an answer now. */
bool operation_asks(const struct operation *op, int step);
/* The first step that asks, -1 none. */
int operation_question(const struct operation *op);
/* What it asks, in full, lent; "" nothing. */
const char *operation_question_text(const struct operation *op);

#endif
