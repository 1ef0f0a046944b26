/*
 * request: what somebody asks of the engine, and the rows of the table of all that
 * can be asked (docs/requests.md). Engine thread; the table is const.
 */
#ifndef PC_ENGINE_REQUEST_H
#define PC_ENGINE_REQUEST_H

#include "backend/engine/inside.h"

struct request {
    struct request *next;
    uint64_t ticket;
    char verb[32];
    json_t *args;
    struct engine *e;
    const char *by; /* who asks, for the record: NULL a person; else constant */
    void (*answered)(struct engine *e, void *arg, const struct pc_error *err); /* NULL: the door */
    void *arg;
    char audit[UUID_SIZE]; /* its line on record (audit.h); "" none */
};

void requests_drain(struct engine *e);
void request_reply(struct request *r, json_t *data_take);
void request_fail(struct request *r, const struct pc_error *err);
/* The engine asks itself, through the same guards as everybody. args are taken;
 * `answered` (code OK, or why it was refused) may come before this returns. */
void request_begin(struct engine *e, const char *verb, const char *by, json_t *args,
                   void (*answered)(struct engine *e, void *arg, const struct pc_error *err),
                   void *arg);
typedef void request_handler(struct engine *e, struct request *r);
request_handler request_readiness, request_site_list, request_site_show, request_group_list,
    request_group_show, request_group_create, request_group_delete, request_member_add,
    request_member_remove, request_resolve, request_test_propose, request_test_failover,
    request_test_cleanup, request_operation_list, request_operation_show, request_operation_events,
    request_event_list, request_audit_list, request_operation_cancel, request_operation_answer, request_group_update,
    request_command_run, request_group_versions, request_group_undo, request_doctor,
    request_rebuild, request_sync_volumes, request_failover, request_failback, request_commit,
    request_rollback, request_confirm_failback, request_cancel_failback, request_release, request_operation_retry,
    request_recovery_point_list, request_health_check_try;
/* A group as it is told to whoever asks. */
json_t *group_reply(struct engine *e, const struct group_slot *s, bool members);

/* ---- the table ----------------------------------------------------------------- */

struct request_arg {
    const char *name;
    /* JSON_TRUE stands for a boolean, JSON_NULL for a list of objects, whose handler knows
     * their shape. Every other list holds texts alone, and so does an object. */
    json_type type;
    bool required;
};
enum { REQUEST_ARGS = 22 };
struct request_row {
    const char *verb;
    bool writes; /* read-only mode refuses it */
    request_handler *handler;
    struct request_arg args[REQUEST_ARGS];
};
const struct request_row *request_row(size_t i); /* NULL past the end */

#endif
