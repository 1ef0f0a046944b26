/* question: what a running operation asks its operator, and the words of the
 * answer. Pure. */
#ifndef PC_MODEL_QUESTION_H
#define PC_MODEL_QUESTION_H

#include "backend/model/operation.h"

/* A step that asks has a detail that begins so. */
#define QUESTION_PREFIX "waiting for an answer: "
#define ANSWER_CONTINUE "continue"
#define ANSWER_STOP "stop"

/* Whether that step waits for an answer now. */
bool operation_asks(const struct operation *op, int step);
/* The first step that asks, -1 none. */
int operation_question(const struct operation *op);
/* Its text without the prefix, lent; "" none. */
const char *operation_question_text(const struct operation *op);

#endif
