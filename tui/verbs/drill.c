/* drill: test failover and its cleanup, as verbs. */
#include "tui/verbs/run.h"

#include "tui/verbs/begin.h"
#include "tui/verbs/columns.h"
#include "tui/verbs/follow.h"
#include "tui/verbs/plan.h"

#include "backend/base/json.h"
#include "backend/base/text.h"

/* `failover --retain-primary` comes here as well: what only says that it is
 * meant seriously has no meaning for a drill. */
static void keep_drill_arguments(json_t *request)
{
    static const char *const REAL[] = {"type", "confirm", "confirm_site", "reason"};
    for (size_t i = 0; i < sizeof(REAL) / sizeof(REAL[0]); i++)
        json_object_del(request, REAL[i]);
}

int run_test_failover(struct session *s)
{
    struct pc_error err = {0};
    json_t *request = NULL, *reply = NULL;
    bool good = true, dry = args_has(s->args, "--dry-run");
    enum pc_err rc =
        begin_open(s, dry ? PLAN_STEP_COLUMNS : OPERATION_STARTED_COLUMNS, &request, &err);
    if (rc == PC_OK) {
        keep_drill_arguments(request);
        rc = begin_ask(s, "test_failover", request, &reply, &err);
    }
    if (rc == PC_OK && dry)
        rc = plan_print(s, reply, &err);
    else if (rc == PC_OK)
        rc = begin_through(s, reply, &good, &err);
    json_decref(reply);
    int code = session_end(s, rc, &err);
    return code ? code : !good;
}

/* -- test cleanup --------------------------------------------------------------------- */

static enum pc_err print_cleanup(const struct session *s, const json_t *c, struct pc_error *err)
{
    const json_t *counts = json_map(c, "counts");
    char id[64], status[64], message[512];
    if (!output_for_people(s->args->format) || s->args->column_count)
        return session_show(s, CLEANUP_COLUMNS, c, err);
    safe_text(id, sizeof(id), json_text(c, "operation_id"));
    safe_text(status, sizeof(status), json_text(c, "status"));
    safe_text(message, sizeof(message), json_text(c, "message"));
    long long networks = json_int(counts, "networks", 0);
    if (!*json_text(c, "cleanup_operation_id")) {
        fprintf(s->out, "Status: %s\n", status);
        if (*message)
            fprintf(s->out, "%s\n", message);
        fflush(s->out);
        return PC_OK;
    }
    fprintf(s->out, "Cleanup initiated for operation %s\n", id);
    fprintf(s->out, "Status: %s\n", status);
    fprintf(s->out, "Resources to be deleted:\n");
    fprintf(s->out, "  Instances : %lld\n", (long long)json_int(counts, "instances", 0));
    fprintf(s->out, "  Volumes   : %lld\n", (long long)json_int(counts, "volumes", 0));
    fprintf(s->out, "  Networks  : %lld%s\n", networks,
            networks ? " (auto-created)" : " (user-supplied, not auto-created)");
    fprintf(s->out, "Monitor with: protector-console operation show %s\n", id);
    fflush(s->out);
    return PC_OK;
}

/* The reply of test_cleanup, printed and seen through. */
static enum pc_err clean_through(struct session *s, const json_t *reply, bool *ret_good,
                                 struct pc_error *err)
{
    json_t *op = NULL;
    const char *id = json_text(reply, "cleanup_operation_id");
    bool plain = output_for_people(s->args->format) && s->args->column_count == 0;
    enum pc_err rc = PC_OK;
    if (!begin_waits(s) || plain || !*id)
        rc = print_cleanup(s, reply, err);
    if (rc || !*id) /* nothing left to delete: nothing runs */
        return rc;
    if (!begin_waits(s))
        return begin_leave(s, err);
    rc = follow(s, id, &op, err);
    if (rc) {
        begin_detach(s, id);
        return rc;
    }
    *ret_good = operation_good(op);
    rc = begin_show_end(s, op, err);
    follow_tell_failure(s, op);
    json_decref(op);
    return rc;
}

/* A drill that is not cleaned up, or a move that failed and left something. */
static bool leaves(const json_t *op)
{
    enum op_type type = op_type_parse(json_text(op, "operation_type"));
    enum op_status status = op_status_parse(json_text(op, "status"));
    if (type == OP_TEST_FAILOVER)
        return status != OP_CLEANED;
    return (type == OP_FAILOVER || type == OP_FAILBACK) && status == OP_FAILED &&
           json_int(op, "left", 0) > 0;
}

/* Puts the newest operation of the group that is to be cleaned up into the request, in the
 * place of the group. */
static enum pc_err find_drill(struct session *s, json_t *request, bool *ret_found,
                              struct pc_error *err)
{
    json_t *ops = NULL, *op;
    size_t i;
    enum pc_err rc = session_call(s, "operation_list", json_copy(request), &ops, err);
    if (rc)
        return rc;
    *ret_found = false;
    json_array_foreach(ops, i, op) {
        if (!leaves(op))
            continue;
        *ret_found = true;
        json_put_text(request, "operation_id", json_text(op, "id"));
        break;
    }
    json_object_del(request, "group");
    json_decref(ops);
    return PC_OK;
}

static enum pc_err clean(struct session *s, json_t *request, bool *ret_good, struct pc_error *err)
{
    json_t *reply = NULL;
    bool found = true;
    enum pc_err rc = PC_OK;
    if (json_object_get(request, "group"))
        rc = find_drill(s, request, &found, err);
    if (rc || !found) {
        json_decref(request);
        if (rc == PC_OK)
            fputs("Nothing is left to clean up.\n", s->out);
        return rc;
    }
    rc = begin_ask(s, "test_cleanup", request, &reply, err);
    if (rc == PC_OK)
        rc = clean_through(s, reply, ret_good, err);
    json_decref(reply);
    return rc;
}

int run_test_cleanup(struct session *s)
{
    struct pc_error err = {0};
    json_t *request = NULL;
    bool good = true;
    enum pc_err rc = begin_open(s, CLEANUP_COLUMNS, &request, &err);
    if (rc == PC_OK)
        rc = clean(s, request, &good, &err);
    int code = session_end(s, rc, &err);
    return code ? code : !good;
}
