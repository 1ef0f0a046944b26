/*
 * request: what can be asked of the engine, in one table.
 *
 * A row says which arguments there are, of which JSON type, which of them are
 * required, and whether the request changes something (then read-only mode
 * refuses it). The handlers stand in request_*.c. docs/requests.md has the
 * shapes for people; a test compares the two.
 */
#include "backend/engine/audit.h"
#include "backend/engine/request/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRED true
#define OBJECTS JSON_NULL
static const struct request_row ROWS[] = {
    {"site_list", false, request_site_list, {{0}}},
    {"site_show", false, request_site_show,
     {{"site", JSON_STRING, REQUIRED}, {"room", JSON_TRUE, false}}},
    {"group_list", false, request_group_list, {{0}}},
    {"group_show", false, request_group_show, {{"group", JSON_STRING, REQUIRED}}},
    {"group_create", true, request_group_create,
     {{"name", JSON_STRING, REQUIRED}, {"primary", JSON_STRING, REQUIRED},
      {"secondary", JSON_STRING, REQUIRED}, {"description", JSON_STRING, false},
      {"network_mapping", JSON_OBJECT, false}, {"flavor_mapping", JSON_OBJECT, false},
      {"image_mapping", JSON_OBJECT, false},
      {"health_checks", JSON_ARRAY, false}, {"rpo_seconds", JSON_INTEGER, false},
      {"rto_seconds", JSON_INTEGER, false}}},
    {"group_update", true, request_group_update,
     {{"group", JSON_STRING, REQUIRED}, {"description", JSON_STRING, false},
      {"network_mapping", JSON_OBJECT, false}, {"flavor_mapping", JSON_OBJECT, false},
      {"image_mapping", JSON_OBJECT, false}, {"floating_network", JSON_STRING, false},
      {"health_checks", JSON_ARRAY, false}, {"rpo_seconds", JSON_INTEGER, false},
      {"rto_seconds", JSON_INTEGER, false}, {"boot_groups", OBJECTS, false},
      {"metadata_version", JSON_INTEGER, false}}},
    {"group_versions", false, request_group_versions, {{"group", JSON_STRING, REQUIRED}}},
    {"group_undo", true, request_group_undo,
     {{"group", JSON_STRING, REQUIRED}, {"metadata_version", JSON_INTEGER, false},
      {"confirm", JSON_STRING, false}}},
    {"group_delete", true, request_group_delete,
     {{"group", JSON_STRING, REQUIRED}, {"confirm", JSON_STRING, false}}},
    {"member_add", true, request_member_add,
     {{"group", JSON_STRING, REQUIRED}, {"servers", JSON_ARRAY, REQUIRED}}},
    {"member_remove", true, request_member_remove,
     {{"group", JSON_STRING, REQUIRED}, {"servers", JSON_ARRAY, REQUIRED}}},
#define DRILL_ARGS                                                                        \
    {"group", JSON_STRING, REQUIRED}, {"network_mapping", JSON_OBJECT, false},            \
        {"flavor_mapping", JSON_OBJECT, false}, {"auto_network", JSON_TRUE, false},       \
        {"image_mapping", JSON_OBJECT, false},                                            \
        {"no_cleanup", JSON_TRUE, false}, {"health_checks", JSON_ARRAY, false},           \
        {"health_check_timeout", JSON_INTEGER, false}, {"test_project", JSON_STRING, false},     \
        {"addresses", JSON_STRING, false}, {"fixed_ips", JSON_OBJECT, false},             \
        {"macs", JSON_OBJECT, false}, {"floating_ip", JSON_STRING, false},                \
        {"canary", JSON_TRUE, false},                                                     \
        {"recovery_point", JSON_STRING, false}
    {"test_propose", false, request_test_propose,
     {DRILL_ARGS, {"operation", JSON_STRING, false}, {"force", JSON_TRUE, false},
      {"members", JSON_ARRAY, false}}},
    {"test_failover", true, request_test_failover, {DRILL_ARGS, {"dry_run", JSON_TRUE, false}}},
#define DECIDE_ARGS                                                                       \
    {"group", JSON_STRING, REQUIRED}, {"dry_run", JSON_TRUE, false},                      \
        {"confirm", JSON_STRING, false}, {"reason", JSON_STRING, false}
#define MOVE_ARGS                                                                         \
    DECIDE_ARGS, {"network_mapping", JSON_OBJECT, false},                                 \
        {"flavor_mapping", JSON_OBJECT, false}, {"recovery_point", JSON_STRING, false},   \
        {"image_mapping", JSON_OBJECT, false},                                            \
        {"health_checks", JSON_ARRAY, false}, {"health_check_timeout", JSON_INTEGER, false}, \
        {"addresses", JSON_STRING, false}, {"fixed_ips", JSON_OBJECT, false},             \
        {"macs", JSON_OBJECT, false}, {"floating_ip", JSON_STRING, false},                \
        {"canary", JSON_TRUE, false}
    {"failover", true, request_failover,
     {MOVE_ARGS, {"type", JSON_STRING, false}, {"force", JSON_TRUE, false},
      {"confirm_site", JSON_STRING, false},
      {"on_partial", JSON_STRING, false}, {"members", JSON_ARRAY, false}}},
    {"failback", true, request_failback, {MOVE_ARGS, {"reverse_replication", JSON_TRUE, false}}},
    {"commit", true, request_commit, {DECIDE_ARGS, {"force", JSON_TRUE, false}}},
    {"rollback", true, request_rollback, {DECIDE_ARGS}},
    {"confirm_failback", true, request_confirm_failback, {DECIDE_ARGS}},
    {"cancel_failback", true, request_cancel_failback, {DECIDE_ARGS}},
    {"release", true, request_release, {DECIDE_ARGS}},
    {"operation_retry", true, request_operation_retry,
     {{"operation_id", JSON_STRING, REQUIRED}, {"confirm", JSON_STRING, false},
      {"reason", JSON_STRING, false}, {"member", JSON_STRING, false},
      {"dry_run", JSON_TRUE, false}}},
    {"sync_volumes", true, request_sync_volumes, {{"group", JSON_STRING, REQUIRED}}},
    {"recovery_point_list", false, request_recovery_point_list,
     {{"group", JSON_STRING, REQUIRED}, {"operation", JSON_STRING, false}}},
    {"readiness", false, request_readiness,
     {{"group", JSON_STRING, REQUIRED}, {"operation", JSON_STRING, REQUIRED},
      {"force", JSON_TRUE, false}}},
    {"health_check_try", false, request_health_check_try,
     {{"group", JSON_STRING, REQUIRED}, {"check", JSON_STRING, REQUIRED}}},
    {"test_cleanup", true, request_test_cleanup, {{"operation_id", JSON_STRING, REQUIRED}}},
    {"resolve", true, request_resolve,
     {{"group", JSON_STRING, REQUIRED}, {"serving", JSON_STRING, REQUIRED},
      {"stop_other", JSON_TRUE, false}, {"force", JSON_TRUE, false}, {"dry_run", JSON_TRUE, false},
      {"confirm", JSON_STRING, false}, {"reason", JSON_STRING, false}}},
    {"operation_list", false, request_operation_list,
     {{"limit", JSON_INTEGER, false}, {"group", JSON_STRING, false},
      {"before", JSON_STRING, false}, {"ledger", JSON_TRUE, false}, {"open", JSON_TRUE, false},
      {"operation_type", JSON_STRING, false}, {"status", JSON_STRING, false}}},
    {"operation_show", false, request_operation_show, {{"operation_id", JSON_STRING, REQUIRED}}},
    {"operation_events", false, request_operation_events,
     {{"operation_id", JSON_STRING, REQUIRED}, {"since", JSON_INTEGER, false},
      {"limit", JSON_INTEGER, false}}},
    {"event_list", false, request_event_list,
     {{"since", JSON_INTEGER, false}, {"before", JSON_INTEGER, false},
      {"limit", JSON_INTEGER, false}}},
    {"audit_list", false, request_audit_list, {{"before", JSON_STRING, false}}},
    {"operation_cancel", true, request_operation_cancel,
     {{"operation_id", JSON_STRING, REQUIRED}}},
    {"operation_answer", true, request_operation_answer,
     {{"operation_id", JSON_STRING, REQUIRED}, {"answer", JSON_STRING, REQUIRED},
      {"step", JSON_STRING, false}}},
    {"rebuild", true, request_rebuild,
     {{"dry_run", JSON_TRUE, false}, {"confirm", JSON_STRING, false},
      {"force", JSON_TRUE, false}}},
    {"command_run", false, request_command_run,
     {{"name", JSON_STRING, REQUIRED}, {"argv", JSON_ARRAY, REQUIRED},
      {"dangerous", JSON_TRUE, false}}},
    {"doctor", false, request_doctor, {{0}}},
};

const struct request_row *request_row(size_t i)
{
    return i < sizeof(ROWS) / sizeof(ROWS[0]) ? &ROWS[i] : NULL;
}

static void answer(struct request *r, const struct pc_error *err, json_t *data_take)
{
    audit_answered(r, err, data_take);
    if (r->answered) {
        r->answered(r->e, r->arg, err);
        json_decref(data_take);
    } else {
        r->e->o.replied(r->e->o.listener, r->ticket, err, data_take);
    }
    json_decref(r->args);
    free(r);
}

void request_reply(struct request *r, json_t *data_take)
{
    struct pc_error none = {.code = PC_OK};
    answer(r, &none, data_take);
}

void request_fail(struct request *r, const struct pc_error *err)
{
    answer(r, err, NULL);
}

static bool type_fits(const json_t *v, json_type want)
{
    return want == JSON_TRUE ? json_is_boolean(v)
                             : json_typeof(v) == (want == OBJECTS ? JSON_ARRAY : want);
}

/* Names, checks, addresses, words of a command: whoever gets them reads texts. */
static enum pc_err holds_texts(const struct request_row *row, const char *key, const json_t *v,
                               struct pc_error *err)
{
    const char *from;
    json_t *one;
    size_t i;
    json_array_foreach(v, i, one)
        if (!json_is_string(one))
            return pc_error_set(err, PC_ERR_INVALID, "Give each of them as a text.",
                                "%s: number %zu of '%s' is no text", row->verb, i + 1, key);
    json_object_foreach((json_t *)(uintptr_t)v, from, one)
        if (!json_is_string(one))
            return pc_error_set(err, PC_ERR_INVALID, "Give each of them as a text.",
                                "%s: '%s' of '%s' is no text", row->verb, from, key);
    return PC_OK;
}

static const struct request_arg *find_arg(const struct request_row *row, const char *name)
{
    for (size_t i = 0; i < REQUEST_ARGS && row->args[i].name; i++)
        if (strcmp(row->args[i].name, name) == 0)
            return &row->args[i];
    return NULL;
}

static enum pc_err check_args(const struct request_row *row, const json_t *args,
                              struct pc_error *err)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)args, key, v) {
        const struct request_arg *a = find_arg(row, key);
        if (!a)
            return pc_error_set(err, PC_ERR_USAGE, NULL, "%s takes no argument '%s'", row->verb,
                                key);
        if (!type_fits(v, a->type) && !json_is_null(v))
            return pc_error_set(err, PC_ERR_USAGE, NULL, "%s: '%s' is of the wrong type", row->verb,
                                key);
        if (a->type != OBJECTS && holds_texts(row, key, v, err))
            return err->code;
    }
    for (size_t i = 0; i < REQUEST_ARGS && row->args[i].name; i++)
        if (row->args[i].required && !json_object_get(args, row->args[i].name))
            return pc_error_set(err, PC_ERR_USAGE, NULL, "%s needs '%s'", row->verb,
                                row->args[i].name);
    return PC_OK;
}

/* What changes something, and a program of the operator, which may. */
static bool on_record(const struct request_row *row, const struct request *r)
{
    return (row->writes && !json_flag(r->args, "dry_run", false)) ||
           row->handler == request_command_run;
}

static void dispatch(struct engine *e, struct request *r)
{
    struct pc_error err;
    const struct request_row *row = NULL;
    for (size_t i = 0; request_row(i) && !row; i++)
        if (strcmp(request_row(i)->verb, r->verb) == 0)
            row = request_row(i);
    if (!row)
        pc_error_set(&err, PC_ERR_USAGE, NULL, "there is no request '%s'", r->verb);
    else if (store_in_place(e->store, &err) == PC_OK && check_args(row, r->args, &err) == PC_OK) {
        if (row->writes && e->o.read_only && !json_flag(r->args, "dry_run", false))
            pc_error_set(&err, PC_ERR_READ_ONLY, "Start without --read-only (and read_only = false "
                         "in the configuration) to change something.",
                         "%s is refused: this console is in read-only mode", r->verb);
        else if (!on_record(row, r) || audit_asked(r, &err) == PC_OK) {
            row->handler(e, r);
            return;
        }
    }
    request_fail(r, &err);
}

void request_begin(struct engine *e, const char *verb, const char *by, json_t *args,
                   void (*answered)(struct engine *e, void *arg, const struct pc_error *err),
                   void *arg)
{
    struct request *r = xcalloc(1, sizeof(*r));
    snprintf(r->verb, sizeof(r->verb), "%s", verb);
    r->e = e;
    r->by = by;
    r->args = args;
    r->answered = answered;
    r->arg = arg;
    dispatch(e, r);
}

void requests_drain(struct engine *e)
{
    pthread_mutex_lock(&e->lock);
    struct request *r = e->inbox;
    e->inbox = NULL;
    e->inbox_end = &e->inbox;
    pthread_mutex_unlock(&e->lock);
    while (r) {
        struct request *next = r->next;
        r->next = NULL;
        dispatch(e, r);
        r = next;
    }
}
