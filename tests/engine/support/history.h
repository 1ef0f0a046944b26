/*
 * history: an engine that is no more than a store and its groups: no thread, no
 * site. For tests of what the history says, and of what it costs to ask.
 */
#ifndef PC_TESTS_ENGINE_HISTORY_H
#define PC_TESTS_ENGINE_HISTORY_H

#include "backend/engine/groups/groups.h"
#include "backend/store/inside.h"

struct world {
    char dir[40]; /* made by mkdtemp, removed by world_over() */
    struct engine e;
    struct config config;
    struct store *other; /* another process's, as far as SQLite knows */
};

/* Empty; NULL: it cannot be made. */
struct world *world_new(void);
void world_over(struct world *w);
/* A group from site-a to site-b with so many members, vm-0 and up, of the ids
 * srv-0 and up; written, and read by nobody yet. */
void world_group(struct world *w, const char *id, const char *name, int members);
/* Reads all groups, and derives how they stand. */
void world_look(struct world *w);
/* The group of that id as the engine has it; fails the test without one. */
struct group_slot *world_slot(struct world *w, const char *id);

/* ---- a history of one group: prod, of three members ---------------------------------- */

extern const char HISTORY_GROUP[]; /* its id */
int history_raise(void **state); /* of a test: *state is a world with that group */
int history_strike(void **state);
#define history_test(name) cmocka_unit_test_setup_teardown(name, history_raise, history_strike)

/* An operation that runs, as another would have begun it: it makes a server at
 * site-b for each member. request: JSON text. The caller frees. */
struct operation *history_begin(struct world *w, enum op_type type, const char *request);
void history_save(struct world *w, struct operation *op);
/* Its servers exist at site-b as made-0 and up, or are gone again. */
void history_holds(struct operation *op, enum ledger_state state);
void history_end(struct world *w, struct operation *op, enum op_status status,
                 enum op_verdict verdict);
/* A whole one, from begin to end. */
void history_done(struct world *w, enum op_type type, const char *request);
/* Fails the test when the group stands otherwise, however it is asked for. */
void history_is(struct world *w, enum group_state want);
const struct group_view *history_view(struct world *w);

#endif
