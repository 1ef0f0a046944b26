/*
 * boot_order: in which order the members of a group come up, and go down.
 *
 * A boot group is a set of members that start together. It begins when the
 * boot groups it depends on are up: their members run, their checks pass, their
 * callout has ended well and their question is answered. Members in no boot
 * group wait for nobody. Read from and written to JSON as part of the group's
 * record; checked as a whole before it is stored. Pure data, any thread.
 */
#ifndef PC_MODEL_BOOT_ORDER_H
#define PC_MODEL_BOOT_ORDER_H

#include "backend/base/error.h"
#include "backend/base/mem.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct group;

/*     symbol              word */
#define CALLOUT_POLICY_LIST(X)         \
    X(CALLOUT_STOP,       "stop")      \
    X(CALLOUT_CONTINUE,   "continue")  \
    X(CALLOUT_ASK,        "ask")

enum callout_policy {
#define CALLOUT_ENUM(symbol, word) symbol,
    CALLOUT_POLICY_LIST(CALLOUT_ENUM)
#undef CALLOUT_ENUM
    CALLOUT_POLICY_COUNT
};
const char *callout_policy_word(enum callout_policy p);
enum callout_policy callout_policy_parse(const char *word); /* CALLOUT_POLICY_COUNT: none */

/* All strings are NUL-ended and owned by the arena given to boot_order_read(). */
struct boot_wait {
    const char *check;    /* as written: "tcp:5432" */
    const char **members; /* names; none: all of the boot group */
    size_t member_count;
    int timeout_s;        /* 1..86400 */
};

struct boot_pair {
    const char *member, *after; /* names, both of the boot group */
};

struct boot_callout {
    const char **argv; /* [0] is an absolute path; none: there is no callout */
    size_t argc;
    int timeout_s; /* 1..86400 */
    enum callout_policy on_failure;
};

struct boot_group {
    const char *name;
    const char **members;
    size_t member_count;
    const char **depends_on; /* names of boot groups */
    size_t depend_count;
    struct boot_pair *after; /* the one member starts once the other runs */
    size_t after_count;
    struct boot_wait *wait_for;
    size_t wait_count;
    const char *prompt; /* asked before the next begin; "" none */
    struct boot_callout callout;        /* once all of it is up */
    struct boot_callout callout_before; /* before anything is stopped or made */
    bool stop_first; /* on the way down before all that are not */
};

struct boot_order {
    struct boot_group *groups; /* in the order in which they were written */
    size_t count;
};

enum { BOOT_WAIT_DEFAULT_S = 300, BOOT_CALLOUT_DEFAULT_S = 300 };

/* Reads what boot_order_check() accepts; from anything else, what can be read. */
void boot_order_read(struct arena *a, const json_t *list, struct boot_order *ret);
json_t *boot_order_write(const struct boot_order *b); /* caller owns */

/* INVALID naming what is wrong: a member that `g` does not have or that stands
 * in two boot groups, a dependency on nothing, a circle with its names, a key
 * nobody knows, a number out of range. The syntax of checks is the caller's. */
enum pc_err boot_order_check(const json_t *list, const struct group *g, struct pc_error *err);
/* `list` without that member, wherever it is named; changes `list`. */
void boot_order_forget(json_t *list, const char *member);

/* The same with another name: a server was renamed. */
void boot_order_rename(json_t *list, const char *from, const char *to);

/* Index of the boot group of a member (by name), -1: in none. */
int boot_order_of(const struct boot_order *b, const char *member);
/* Indexes of all boot groups, each behind those that it depends on; `ret` has
 * room for b->count. What a circle holds is left out: returns how many. */
size_t boot_order_sorted(const struct boot_order *b, size_t *ret);
/* The way down: for each member of `g` the wave in which it is stopped, 0
 * first; one wave is stopped before the next begins. Who depends stops before
 * whom it depends on, stop_first before all others, and members of no boot
 * group in the last wave. `ret` has room for g->member_count. Returns how many
 * waves there are, at least 1. */
int boot_order_reverse(const struct group *g, int *ret);

#endif
