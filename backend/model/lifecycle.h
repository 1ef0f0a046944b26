/*
 * lifecycle: the states of a Protection Group and what may be done in each.
 *
 * One const table: an action is a row, a state a column. The engine asks it
 * before every act; help, greyed keys and error texts come from it as well.
 * Pure.
 */
#ifndef PC_MODEL_LIFECYCLE_H
#define PC_MODEL_LIFECYCLE_H

#include "backend/base/error.h"

/*     symbol              name             word for people   seeds' status */
#define GROUP_STATE_LIST(X)                                                \
    X(GROUP_UNPROTECTED,  "unprotected",   "unprotected",    "error")     \
    X(GROUP_READY,        "ready",         "active",         "active")    \
    X(GROUP_TESTING,      "testing",       "drill",          "active")    \
    X(GROUP_TEST_ACTIVE,  "test_active",   "drill kept",     "active")    \
    X(GROUP_TEST_CLEANING,"test_cleaning", "cleaning up",    "active")

enum group_state {
#define GROUP_STATE_ENUM(symbol, name, word, status) symbol,
    GROUP_STATE_LIST(GROUP_STATE_ENUM)
#undef GROUP_STATE_ENUM
    GROUP_STATE_COUNT
};
const char *group_state_name(enum group_state s);
const char *group_state_word(enum group_state s);
const char *group_state_status(enum group_state s); /* the API's `status` */

enum group_action { ACTION_EDIT, ACTION_TEST_FAILOVER, ACTION_TEST_CLEANUP, ACTION_COUNT };
const char *group_action_name(enum group_action a);

/* PC_OK, or STATE with the state, the reason and what is legal instead. */
enum pc_err lifecycle_check(enum group_action a, enum group_state s, const char *group,
                            struct pc_error *err);

#endif
