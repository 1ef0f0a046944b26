/*
 * fault_act: the rows of the menu of faults, each with what it does to a call.
 * fault.c has those that spoil an answer, array/fault.c and lie.c the
 * others. Only fault*.c include it. World lock held.
 */
#ifndef PC_LAB_FAULT_ACT_H
#define PC_LAB_FAULT_ACT_H

#include "backend/lab/fault/fault.h"

struct fault_action {
    const char *name, *value, *help;
    long otherwise, min, max;
    bool applied;        /* act() runs after the call, else instead of it */
    const char *service; /* where it strikes unless the fault says; NULL any */
    /* NULL: it strikes no call but lasts. What leaves the reply unset lets the
     * call go on. */
    void (*act)(struct call *c, const struct fault_hit *hit);
};

/* Both end with a row without a name. */
extern const struct fault_action FAULT_ARRAY_ACTIONS[], FAULT_LIE_ACTIONS[];

#endif
