/*
 * late_call: calls that are kept to be applied later, when whoever sent them has
 * long been told that they failed.
 *
 * A K_LATE_CALL document has all of a call that its handler looks at: verb, url,
 * params{}, body, headers{}. When it is due it is routed like any other; nobody
 * gets its reply. World lock held.
 */
#ifndef PC_LAB_LATE_CALL_H
#define PC_LAB_LATE_CALL_H

#include "backend/lab/call.h"

void late_call_keep(struct call *c, int64_t due);
/* For the table of happenings. */
void late_call_apply(struct world *w, struct res *r, int64_t at);

#endif
