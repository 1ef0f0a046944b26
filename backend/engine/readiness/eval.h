/*
 * eval: from facts to a result, one pure function a check.
 *
 * A check is a row: what it needs to have been read, and what it makes of it.
 * It says its evidence in numbers and, where something is wrong, what to do.
 * Quotas and room are summed over the whole group, before anything is created.
 * No I/O, no clock but the facts' own.
 */
#ifndef PC_ENGINE_READINESS_EVAL_H
#define PC_ENGINE_READINESS_EVAL_H

#include "backend/base/json.h"
#include "backend/engine/readiness/facts.h"
#include "backend/model/mapping.h"
#include "backend/model/readiness.h"

struct eval_asked {
    const struct group *group;
    const json_t *facts;   /* of facts_read() */
    const json_t *request; /* effective: network_mapping, flavor_mapping, auto_network; NULL none */
    enum readiness_for purpose;
    bool forced;
    const struct readiness *beside; /* as readiness_new() has it */
    /* For another operation by the same facts, of the same group, request and force: what is
     * the same for both is taken from it. NULL: none. */
    const struct readiness *same;
};
/* A new reference. */
struct readiness *readiness_eval(const struct eval_asked *q);
/* What an action is checked for; READY_FOR_COUNT: nothing. */
enum readiness_for readiness_purpose(enum group_action a);
/* What would have blocked and did not (forced, or not to be read), and every
 * warning that the plan does not say itself, as warnings of the operation. */
void readiness_record(const struct readiness *r, struct operation *op);

/* Limits of a project that every service tells its own credentials. */
struct room_limit {
    const char *fact, *max, *used; /* FACT_*, and the keys in its body; max < 0: none */
    const char *what, *option;     /* "instances", "--instances" of openstack quota set */
};
const struct room_limit *room_limit(size_t i); /* NULL past the end */
/* The recovery point that the request would use: one of FACT_POINTS; NULL: none
 * that is known to be complete. Lent. */
const json_t *readiness_point(const json_t *facts, const json_t *request);

/* ---- for the files of the checks -------------------------------------------------- */

struct eval {
    const struct group *g;
    const json_t *facts, *read, *request; /* read: within the facts */
    enum readiness_for purpose;
    bool forced, mock;
    const char *source, *target; /* names of the sites */
    int64_t now_ms;              /* when the facts were read */
    struct target_facts there;   /* networks and flavors, NULL lists: not known */
};

/* A fact's body: a list, or an object; NULL: not asked, or no answer. */
const json_t *eval_list(const struct eval *x, const char *key);
const json_t *eval_map(const struct eval *x, const char *key);
/* Why there is none; code PC_OK: it was read, or not asked. */
enum pc_err eval_error(const struct eval *x, const char *key, const char **ret_text);
bool eval_read(const struct eval *x, const char *key);
const json_t *eval_find(const json_t *list, const char *key, const char *value);

/* Whether a volume type says so. */
bool eval_type_replicates(const json_t *types, const char *name);

void eval_pass(struct readiness_result *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void eval_skip(struct readiness_result *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void eval_unknown(struct readiness_result *r, const char *remedy, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void eval_bad(struct readiness_result *r, const char *remedy, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Names for evidence: "web-1, db-1 and 4 more". */
struct eval_names {
    char text[160];
    int count, left_out;
};
void eval_name(struct eval_names *n, const char *name); /* a repeat counts once in a row */
const char *eval_names_text(struct eval_names *n);
/* "all 3 members are", "the one member is"; dst is returned. */
enum { EVAL_ALL_SIZE = 48 };
const char *eval_all(char dst[EVAL_ALL_SIZE], size_t n, const char *one);

typedef void eval_check(const struct eval *x, struct readiness_result *r);
/* sites.c */
eval_check check_site, check_state, check_members, check_meta, check_lock, check_drills, check_left,
    check_split, check_time;
/* storage.c */
eval_check check_policy, check_snapshot, check_rpo, check_replication, check_transfer, check_type,
    check_link, check_safe, check_host;
/* rights.c */
eval_check check_role, check_manage;
/* target.c */
eval_check check_plan, check_networks, check_flavors, check_security_groups, check_images, check_boot;
/* address.c */
eval_check check_addresses, check_production;
/* room.c */
eval_check check_quota, check_capacity;

#endif
