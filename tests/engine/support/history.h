/*
 * history: an engine that is no more than a store and its groups: no thread, no
 * site. For tests of what the history says, and of what it costs to ask.
 */
#ifndef PC_TESTS_ENGINE_HISTORY_H
#define PC_TESTS_ENGINE_HISTORY_H

#include "backend/engine/inside.h"
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

#endif
