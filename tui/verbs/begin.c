#include "tui/verbs/begin.h"

#include "tui/verbs/cell.h"
#include "tui/verbs/columns.h"
#include "tui/verbs/follow.h"
#include "tui/verbs/interrupt.h"
#include "tui/verbs/plan.h"
#include "tui/verbs/spawn.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

bool begin_waits(const struct session *s)
{
    if (args_has(s->args, "--dry-run") || args_has(s->args, "--no-wait"))
        return false;
    return args_has(s->args, "--wait") || (s->args->verb->followed && s->in);
}

enum pc_err begin_open(struct session *s, const struct column *at_once, json_t **ret_request,
                       struct pc_error *err)
{
    bool waits = begin_waits(s);
    json_t *request = NULL;
    enum pc_err rc = output_check(waits ? OPERATION_SHOW_COLUMNS : at_once, s->args->columns,
                                  s->args->column_count, err);
    if (rc == PC_OK)
        rc = args_request(s->args, &request, err);
    if (rc == PC_OK)
        rc = session_open(s, NEED_SITES | (waits ? NEED_EXECUTE : 0), err);
    if (rc)
        json_decref(request);
    else
        *ret_request = request;
    return rc;
}

enum pc_err begin_leave(struct session *s, struct pc_error *err)
{
    if (s->kept) /* whoever keeps the door has it done */
        return PC_OK;
    session_close(s);
    return spawn_engine(s->args, s->state_dir, err);
}

/* TERM is from whoever clears this process away, and starts no other. */
static bool by_a_person(void)
{
    return interrupt_came() && interrupt_exit() == 128 + SIGINT;
}

void begin_detach(struct session *s, const char *id)
{
    struct pc_error err = {0};
    if (!interrupt_came())
        return;
    if (s->kept) {
        fprintf(s->err, "no longer followed: %s goes on; operation watch follows it again\n",
                id ? id : "what was begun");
        return;
    }
    if (!by_a_person()) {
        fprintf(s->err, "ended: %s stays in the journal and stands still until an engine runs:\n"
                        "  protector-console engine --until-idle\n", id ? id : "what was begun");
        return;
    }
    fputs("\nhanding over to an engine in the background...\n", s->err);
    if (begin_leave(s, &err)) {
        report_error(s->err, &err);
        fputs("nobody executes it: " NOBODY_EXECUTES "\n", s->err);
    } else if (id) {
        fprintf(s->err, "no longer followed: %s goes on in the background\n"
                        "  to follow it: protector-console operation watch %s\n"
                        "  to stop it:   protector-console operation cancel %s\n", id, id, id);
    } else {
        fputs("if it was begun, it goes on in the background: protector-console operation list\n",
              s->err);
    }
}

enum pc_err begin_ask(struct session *s, const char *verb, json_t *args, json_t **ret,
                      struct pc_error *err)
{
    enum pc_err rc = session_call(s, verb, args, ret, err);
    if (rc == PC_ERR_CANCELLED && !args_has(s->args, "--dry-run"))
        begin_detach(s, NULL);
    return rc;
}

/* What a person has to decide after it; NULL: nothing. */
static const char *next_of(const json_t *op)
{
    static const struct {
        enum op_type type;
        const char *text;
    } NEXT[] = {
        {OP_FAILOVER, "protection-group commit, or protection-group rollback"},
        {OP_FAILBACK, "protection-group confirm-failback, or protection-group cancel-failback"},
    };
    static const char PARTIAL[] = "operation retry for the rest, protection-group commit, or "
                                  "protection-group rollback";
    static const char AS_ASKED[] = "protection-group failover for the rest, protection-group commit, "
                                   "or protection-group rollback";
    enum op_type type = op_type_parse(json_text(op, "operation_type"));
    if (type == OP_FAILOVER && op_status_parse(json_text(op, "status")) == OP_COMPLETED &&
        strcmp(json_text(op, "verdict"), op_verdict_word(VERDICT_PARTIAL)) == 0)
        return operation_as_asked(op) ? AS_ASKED : PARTIAL;
    for (size_t i = 0; i < sizeof(NEXT) / sizeof(NEXT[0]); i++)
        if (NEXT[i].type == type && op_status_parse(json_text(op, "status")) == OP_COMPLETED)
            return NEXT[i].text;
    return NULL;
}

/* A rollback may have been for the sake of the recovery point. */
static void print_other_point(const struct session *s, const json_t *op)
{
    char group[160], point[160];
    safe_text(point, sizeof(point), json_text(json_map(op, "request"), "undone_point"));
    safe_text(group, sizeof(group), json_text(op, "protection_group"));
    if (*point && op_status_parse(json_text(op, "status")) == OP_COMPLETED)
        fprintf(s->out, "from another point than %s: recovery-point list %s, then failover %s "
                        "--recovery-point NAME\n", point, group, group);
}

/* "completed: 3 instances, 5 volumes, verdict passed"; what it did not make is
 * not named. */
static void print_end(const struct session *s, const json_t *op)
{
    const json_t *made = json_map(op, "result_data");
    size_t instances = json_array_size(json_list(made, "instances"));
    size_t volumes = json_array_size(json_list(made, "volumes"));
    if (!output_for_people(s->args->format))
        return;
    fprintf(s->out, "%s:", json_text(op, "status"));
    if (instances + volumes > 0)
        fprintf(s->out, " %zu instance%s, %zu volume%s,", instances, instances == 1 ? "" : "s",
                volumes, volumes == 1 ? "" : "s");
    fprintf(s->out, " verdict %s\n", *json_text(op, "verdict") ? json_text(op, "verdict") : "none");
    if (next_of(op))
        fprintf(s->out, "to decide now: %s\n", next_of(op));
    print_other_point(s, op);
}

/* What is decided about by itself after a while, or is by now: an engine has to
 * be there for that when this process is gone. */
static bool goes_on(struct session *s, const json_t *op)
{
    struct pc_error ignored;
    json_t *group = NULL, *args = json_object();
    json_put_text(args, "group", json_text(op, "protection_group_id"));
    if (session_call(s, "group_show", args, &group, &ignored))
        return false;
    const json_t *flags = json_map(group, "flags");
    const char *what = json_text(flags, "window_action"),
               *newest = json_text(json_map(group, "last_operation"), "id");
    bool window = *what && !json_flag(flags, "window_missed", false);
    if (window && output_for_people(s->args->format))
        fprintf(s->out, "by itself: %s at %s\n", what, json_text(flags, "commit_window_ends_at"));
    bool more = window || (*newest && strcmp(newest, json_text(op, "id")) != 0);
    json_decref(group);
    return more;
}

enum pc_err begin_show_end(const struct session *s, const json_t *op, struct pc_error *err)
{
    return s->kept && output_for_people(s->args->format)
               ? PC_OK
               : session_show(s, OPERATION_SHOW_COLUMNS, op, err);
}

/* Follows to the end and prints the result. */
static enum pc_err wait_for(struct session *s, const char *id, bool *ret_good,
                            struct pc_error *err)
{
    json_t *op = NULL;
    enum pc_err rc = follow(s, id, &op, err);
    if (rc) {
        begin_detach(s, id);
        return rc;
    }
    *ret_good = operation_good(op);
    rc = begin_show_end(s, op, err);
    if (rc == PC_OK)
        print_end(s, op);
    follow_tell_failure(s, op);
    if (rc == PC_OK && next_of(op) && goes_on(s, op))
        rc = begin_leave(s, err);
    json_decref(op);
    return rc;
}

enum pc_err begin_through(struct session *s, const json_t *op, bool *ret_good,
                          struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    if (!s->told)
        plan_print_texts(s->err, "warning", json_list(op, "warnings"));
    if (!begin_waits(s)) {
        rc = session_show(s, OPERATION_STARTED_COLUMNS, op, err);
        fflush(s->out);
        if (rc == PC_OK && !s->kept && output_for_people(s->args->format))
            fprintf(s->err, "it goes on in the background; to follow it: operation watch %s\n",
                    json_text(op, "id"));
        enum pc_err left = begin_leave(s, rc ? NULL : err);
        return rc ? rc : left;
    }
    char *id = xstrdup(json_text(op, "id"));
    if (s->kept && output_for_people(s->args->format))
        fprintf(s->out, "begun: %s\n", id);
    else if (output_for_people(s->args->format) && s->args->column_count == 0)
        rc = session_show(s, OPERATION_STARTED_COLUMNS, op, err);
    if (rc == PC_OK)
        rc = wait_for(s, id, ret_good, err);
    free(id);
    return rc;
}
