/* drill: test failover and its cleanup, as verbs. */
#include "tui/verbs/run.h"

#include "tui/verbs/columns.h"
#include "tui/verbs/follow.h"
#include "tui/verbs/spawn.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <stdlib.h>
#include <string.h>

static bool waits(const struct session *s)
{
    return args_has(s->args, "--wait") && !args_has(s->args, "--dry-run");
}

/* Opens a door that executes when the verb waits for the end, and asks.
 * columns: of what is printed at once, when it does not wait. Whatever cannot
 * be sent or printed is said before anything is begun. */
static enum pc_err ask(struct session *s, const struct column *columns, json_t **ret,
                       struct pc_error *err)
{
    json_t *request = NULL;
    enum pc_err rc = output_check(waits(s) ? OPERATION_SHOW_COLUMNS : columns, s->args->columns,
                                  s->args->column_count, err);
    if (rc == PC_OK)
        rc = args_request(s->args, &request, err);
    if (rc)
        return rc;
    rc = session_open(s, NEED_SITES | (waits(s) ? NEED_EXECUTE : 0), err);
    if (rc) {
        json_decref(request);
        return rc;
    }
    return session_call(s, s->args->verb->request, request, ret, err);
}

/* Nobody waits for it here: closes the door, so that the lease is free, and
 * has an engine started. */
static enum pc_err leave_to_engine(struct session *s, struct pc_error *err)
{
    session_close(s);
    return spawn_engine(s->args, s->state_dir, err);
}

/* -- the plan of a dry run ------------------------------------------------------- */

static void print_texts(FILE *out, const char *label, const json_t *texts)
{
    size_t i;
    json_t *text;
    json_array_foreach(texts, i, text) {
        char clean[512];
        safe_text(clean, sizeof(clean), json_string_value(text));
        fprintf(out, "%s: %s\n", label, clean);
    }
}

static enum pc_err print_plan(const struct session *s, const json_t *plan, struct pc_error *err)
{
    const json_t *counts = json_map(plan, "counts");
    if (s->args->format == FORMAT_JSON && s->args->column_count == 0)
        return session_show(s, PLAN_COLUMNS, plan, err);
    enum pc_err rc = session_list(s, PLAN_STEP_COLUMNS, json_list(plan, "steps"), err);
    if (rc || s->args->format != FORMAT_TABLE)
        return rc;
    fprintf(s->out, "Would create on the target: %lld volumes, %lld ports, %lld instances, %lld "
                    "networks; %lld health checks. Nothing was changed.\n",
            (long long)json_int(counts, "volumes", 0), (long long)json_int(counts, "ports", 0),
            (long long)json_int(counts, "servers", 0), (long long)json_int(counts, "networks", 0),
            (long long)json_int(counts, "checks", 0));
    print_texts(s->out, "warning", json_list(plan, "warnings"));
    return PC_OK;
}

/* -- test-failover ------------------------------------------------------------------ */

static void print_end(const struct session *s, const json_t *op)
{
    const json_t *made = json_map(op, "result_data");
    if (s->args->format != FORMAT_TABLE)
        return;
    fprintf(s->out, "%s: %zu instances, %zu volumes, verdict %s\n", json_text(op, "status"),
            json_array_size(json_list(made, "instances")),
            json_array_size(json_list(made, "volumes")),
            *json_text(op, "verdict") ? json_text(op, "verdict") : "none");
}

/* Follows to the end and prints the result; *ret_good: it ended as asked. */
static enum pc_err wait_for(struct session *s, const char *id, bool *ret_good,
                            struct pc_error *err)
{
    json_t *op = NULL;
    enum pc_err rc = follow(s, id, &op, err);
    if (rc)
        return rc;
    *ret_good = operation_good(op);
    rc = session_show(s, OPERATION_SHOW_COLUMNS, op, err);
    if (rc == PC_OK)
        print_end(s, op);
    follow_tell_failure(s, op);
    json_decref(op);
    return rc;
}

int run_test_failover(struct session *s)
{
    struct pc_error err = {0};
    json_t *reply = NULL;
    bool good = true;
    char *id = NULL;
    bool dry = args_has(s->args, "--dry-run");
    enum pc_err rc = ask(s, dry ? PLAN_STEP_COLUMNS : OPERATION_STARTED_COLUMNS, &reply, &err);
    if (rc)
        goto out;
    if (dry) {
        rc = print_plan(s, reply, &err);
        goto out;
    }
    id = xstrdup(json_text(reply, "id"));
    print_texts(s->err, "warning", json_list(reply, "warnings"));
    if (waits(s)) {
        if (s->args->format == FORMAT_TABLE && s->args->column_count == 0)
            rc = session_show(s, OPERATION_STARTED_COLUMNS, reply, &err);
        if (rc == PC_OK)
            rc = wait_for(s, id, &good, &err);
        if (rc)
            follow_hint(s, id);
    } else {
        rc = session_show(s, OPERATION_STARTED_COLUMNS, reply, &err);
        enum pc_err left = leave_to_engine(s, rc ? NULL : &err);
        rc = rc ? rc : left;
    }
out:
    json_decref(reply);
    free(id);
    int code = session_end(s, rc, &err);
    return code ? code : !good;
}

/* -- test cleanup --------------------------------------------------------------------- */

static enum pc_err print_cleanup(const struct session *s, const json_t *c, struct pc_error *err)
{
    const json_t *counts = json_map(c, "counts");
    char id[64], status[64], message[512];
    if (s->args->format != FORMAT_TABLE || s->args->column_count)
        return session_show(s, CLEANUP_COLUMNS, c, err);
    safe_text(id, sizeof(id), json_text(c, "operation_id"));
    safe_text(status, sizeof(status), json_text(c, "status"));
    safe_text(message, sizeof(message), json_text(c, "message"));
    long long networks = json_int(counts, "networks", 0);
    fprintf(s->out, "Cleanup initiated for operation %s\n", id);
    fprintf(s->out, "Status: %s\n", status);
    fprintf(s->out, "Resources to be deleted:\n");
    fprintf(s->out, "  Instances : %lld\n", (long long)json_int(counts, "instances", 0));
    fprintf(s->out, "  Volumes   : %lld\n", (long long)json_int(counts, "volumes", 0));
    fprintf(s->out, "  Networks  : %lld%s\n", networks,
            networks ? " (auto-created)" : " (user-supplied, not auto-created)");
    if (*message)
        fprintf(s->out, "%s\n", message);
    fprintf(s->out, "Monitor with: protector-console operation show %s\n", id);
    fflush(s->out);
    return PC_OK;
}

int run_test_cleanup(struct session *s)
{
    struct pc_error err = {0};
    json_t *reply = NULL, *op = NULL;
    bool good = true;
    enum pc_err rc = ask(s, CLEANUP_COLUMNS, &reply, &err);
    if (rc)
        goto out;
    const char *id = json_text(reply, "cleanup_operation_id");
    bool plain = s->args->format == FORMAT_TABLE && s->args->column_count == 0;
    if (!waits(s) || plain || !*id)
        rc = print_cleanup(s, reply, &err);
    if (rc || !*id) /* nothing left to delete: nothing runs */
        goto out;
    if (!waits(s)) {
        rc = leave_to_engine(s, &err);
        goto out;
    }
    rc = follow(s, id, &op, &err);
    if (rc)
        follow_hint(s, id);
    else {
        good = operation_good(op);
        rc = session_show(s, OPERATION_SHOW_COLUMNS, op, &err);
    }
out:
    json_decref(op);
    json_decref(reply);
    int code = session_end(s, rc, &err);
    return code ? code : !good;
}
