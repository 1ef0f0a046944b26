/*
 * asking: an operation from the request to the journal, for drills and for real
 * operations.
 *
 *   guard ─┬▶ fresh facts of the members ─┬▶ plan ─▶ readiness ─▶ guard again
 *          ├▶ what the target offers ─────┤         ─▶ insert as pending ─▶ reply
 *          └▶ what the checks look at ────┘
 *
 * The members are read at the site where the group serves. When that cannot be
 * reached the facts kept at protection time are used, and the operation says
 * so; whoever must not wait for it does not ask it at all. An engine that
 * executes finds the pending operation in its next turn, whichever process
 * asked for it. Engine thread only.
 */
#ifndef PC_ENGINE_ASKING_H
#define PC_ENGINE_ASKING_H

#include "backend/engine/recreate/recreate.h"
#include "backend/engine/run.h"
#include "backend/model/parts.h"

struct asking;

/* What differs between requests. */
struct asking_how {
    enum group_action action; /* what must be allowed in the group's state */
    bool guarded;             /* false: only looks (a proposal, a dry run) */
    bool source_unasked;      /* the source site is not contacted at all */
    bool target_unasked;      /* nor is the other */
    bool source_needed;       /* without its answer there is no operation */
    bool source_written;      /* it is changed, too */
    bool images;              /* what images there are over there is read, too, where volumes are made of some */
    bool goes_on;             /* of a group that is at both sites it takes the rest along */
    /* Flags override the configuration, which overrides what is built in. */
    json_t *(*effective)(const struct engine *e, const struct group *g, const json_t *args,
                         json_t *warnings);
    /* What else must hold, NULL nothing: asked with the other guards, both times. */
    enum pc_err (*holds)(const struct asking *a, struct pc_error *err);
    /* Gets the asking for its own: it ends with one of the functions below. */
    void (*then)(struct asking *a);
};

struct asking {
    struct engine *e;
    struct request *r;
    struct asking_how how;
    struct group *group; /* with fresh members where they could be read */
    struct group *chosen; /* of it those that `members` of the effective request names, from
                             the side of `source` */
    struct parts before; /* the failovers that it goes on from; none */
    struct site *source, *target;
    struct cloud *cloud; /* of the target, in the project of the drill */
    json_t *effective, *warnings;
    json_t *facts;       /* inventory_read()'s, of the target */
    json_t *known;       /* facts_read()'s, of both sites; NULL: no checks before it */
    struct readiness *ready; /* of these facts; NULL likewise */
    struct operation *beside; /* begins with it, in one transaction; owned, NULL none */
    int awaited;         /* readings under way: the members, the target, both */
    struct pc_error err; /* of a reading that there is no way around */
};

/* Guards, reads both sites and then calls how->then; replies an error itself. */
void asking_begin(struct engine *e, struct request *r, const struct asking_how *how);
void asking_fail(struct asking *a, const struct pc_error *err);
void asking_reply(struct asking *a, json_t *data_take);
/* Unless a check blocks, the operation becomes durable, is adopted by the
 * engine, and is the reply. What warns goes on its record. False: refused. */
bool asking_start(struct asking *a, struct operation *op_take);

struct recreate_input asking_input(const struct asking *a);
/* What all requests for copies have in common, as they take effect:
 * {network_mapping, flavor_mapping, image_mapping, health_checks, health_check_timeout,
 * recovery_point, storage_mode}. `own_checks`: those of the group unless given. */
json_t *asking_effective(const struct engine *e, const struct group *g, const json_t *args,
                         bool own_checks);
/* INVALID: a time-out for health checks that is no time. */
enum pc_err asking_check_timeout(const json_t *args, struct pc_error *err);
/* With ids, sites, request and warnings; pending. */
struct operation *asking_operation(const struct asking *a, enum op_type type,
                                   struct plan *plan_take);
/* Its `readiness`, in a proposal. */
void asking_put_readiness(const struct asking *a, json_t *o);
/* {group, sites, counts, steps[], predicted, warnings[], readiness}: the dry run's reply. */
json_t *asking_plan_json(const struct asking *a, enum op_type type, const struct plan *plan);
/* Its counts, steps and predicted: those of a plan, of which `op` has not done yet what is left. */
void asking_put_plan(const struct engine *e, const struct operation *op, const struct plan *plan,
                     json_t *o);

/* ---- for requests that need no facts ------------------------------------------- */

/* The action is legal in the group's state as the history says it now, and the
 * site (NULL: none) may be written to. */
enum pc_err asking_guard(struct engine *e, const struct group *g, enum group_action action,
                         const struct site *written, struct pc_error *err);
/* A plan is made of facts that somebody may edit meanwhile: BUSY when the record of the group is
 * another by now. */
enum pc_err asking_unchanged(struct engine *e, const struct group *g, struct pc_error *err);
/* Guarded once more under the write lock: of two processes that ask at once,
 * the second finds the operation of the first. `g`'s facts become durable with
 * it; NULL: it has none of its own. */
enum pc_err asking_insert(struct engine *e, const struct group *g, const struct operation *op,
                          enum pc_err (*guard)(struct engine *e, const struct operation *op,
                                               const void *arg, struct pc_error *err),
                          const void *arg, struct pc_error *err);
void asking_adopt(struct engine *e, struct operation *op_take);
/* The operation that removes what a drill has left (request/test.c). */
struct operation *test_cleanup_new(struct engine *e, const struct operation *drill);
/* A rollback of a group whose drill is kept, which is that drill's cleanup; replies. */
void test_rolled_back(struct engine *e, const struct group_slot *slot, struct request *r);
/* `given` is the name of the group, as somebody typed it who was asked for it.
 * what: what is confirmed with it, for the refusal. FORBIDDEN. */
enum pc_err asking_typed(const struct group *g, const char *what, const char *given,
                         struct pc_error *err);
/* Typed confirmation: `confirm` of the arguments is the group's name, where the
 * action needs that. FORBIDDEN. */
enum pc_err asking_confirmed(const struct group *g, enum group_action action, const json_t *args,
                             struct pc_error *err);

#endif
