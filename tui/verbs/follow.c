#include "tui/verbs/follow.h"

#include "tui/verbs/cell.h"
#include "tui/verbs/lines.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"

#include <string.h>

enum {
    LOOK_MS = 1000,     /* how often another process's work is read */
    LEAST_GAP_MS = 200, /* between two looks, however much happens */
    NOBODY_MS = 3000,   /* how long an engine that was just started may take to begin */
};

bool operation_rests(const json_t *op)
{
    return op_status_over(op_status_parse(json_text(op, "status"))) &&
           *json_text(op, "completed_at");
}

bool operation_held(const json_t *op, struct pc_error *err)
{
    const json_t *held = json_map(op, "held");
    if (held)
        pc_error_set(err, PC_ERR_READ_ONLY, json_text(held, "advice"), "%s of %s is held: %s is "
                     "read-only", json_text(op, "operation_type"),
                     json_text(op, "protection_group"), json_text(held, "site"));
    return held != NULL;
}

bool operation_as_asked(const json_t *op)
{
    return json_list(json_map(op, "request"), "members") &&
           json_array_size(json_list(op, "steps_failed")) == 0;
}

bool operation_good(const json_t *op)
{
    enum op_status status = op_status_parse(json_text(op, "status"));
    if (op_type_parse(json_text(op, "operation_type")) == OP_TEST_FAILOVER)
        return (status == OP_CLEANED || status == OP_SUCCEEDED) &&
               strcmp(json_text(op, "verdict"), op_verdict_word(VERDICT_PASSED)) == 0;
    return status == OP_COMPLETED &&
           (strcmp(json_text(op, "verdict"), op_verdict_word(VERDICT_PARTIAL)) != 0 ||
            operation_as_asked(op));
}

static enum pc_err look(struct session *s, const char *id, json_t **ret, struct pc_error *err)
{
    json_t *args = json_object();
    json_put_text(args, "operation_id", id);
    return session_call(s, "operation_show", args, ret, err);
}

/* Lets the time pass until a look may show something new. */
static enum pc_err rest(struct session *s, struct pc_error *err)
{
    int64_t from = clock_mono_ms(), gone = 0;
    enum pc_err rc = session_wait(s, LOOK_MS, err);
    while (rc == PC_OK && (gone = clock_mono_ms() - from) < LEAST_GAP_MS)
        rc = session_wait(s, (int)(LEAST_GAP_MS - gone), err);
    return rc;
}

bool nobody_executes(const struct session *s)
{
    struct snapshot *now = door_snapshot(s->door);
    bool nobody = !now->owner && strcmp(now->engine, "nobody") == 0;
    snapshot_unref(now);
    return nobody;
}

void tell_standstill(const struct session *s, FILE *to, const json_t *operations)
{
    size_t i, n = 0;
    json_t *op;
    json_array_foreach(operations, i, op)
        n += !operation_rests(op);
    if (n && nobody_executes(s))
        fprintf(to, "%zu of them %s not over, and no engine is running: "
                        "protector-console engine --until-idle\n",
                n, n == 1 ? "is" : "are");
}

/* Once: why nobody does, where that is known, or what makes somebody. */
static void tell_nobody(const struct session *s)
{
    struct snapshot *now = door_snapshot(s->door);
    fprintf(s->err, "nobody executes it: %s\n", *now->notice ? now->notice : NOBODY_EXECUTES);
    snapshot_unref(now);
}

/* Those after *seq, which is the last of them then; of very many the newest. */
static enum pc_err tell_events(struct session *s, struct lines *l, const json_t *op, int64_t *seq,
                               struct pc_error *err)
{
    json_t *args = json_object(), *events = NULL, *ev;
    size_t i;
    json_put_text(args, "operation_id", json_text(op, "id"));
    json_put_int(args, "since", *seq);
    enum pc_err rc = session_call(s, "operation_events", args, &events, err);
    json_array_foreach(events, i, ev) {
        lines_event(l, op, ev);
        *seq = json_int(ev, "seq", *seq);
    }
    fflush(l->out);
    json_decref(events);
    return rc;
}

static enum pc_err follow_on(struct session *s, const char *id, bool events, json_t **ret,
                             struct pc_error *err)
{
    struct lines lines;
    json_t *op = NULL;
    bool said = false;
    int64_t since = clock_mono_ms(), seq = 0;
    lines_init(&lines, session_lines(s));
    enum pc_err rc = look(s, id, &op, err);
    while (rc == PC_OK) {
        if (events && (rc = tell_events(s, &lines, op, &seq, err)) != PC_OK)
            break;
        bool moved = lines_show(&lines, op);
        if (operation_rests(op))
            break;
        if (operation_held(op, err)) {
            rc = err->code;
            break;
        }
        if (moved || !nobody_executes(s))
            since = clock_mono_ms();
        else if (!said && clock_mono_ms() - since > NOBODY_MS) {
            said = true;
            tell_nobody(s);
        }
        json_decref(op);
        op = NULL;
        rc = rest(s, err);
        if (rc == PC_OK)
            rc = look(s, id, &op, err);
    }
    lines_release(&lines);
    if (rc)
        json_decref(op);
    else
        *ret = op;
    return rc;
}

enum pc_err follow(struct session *s, const char *id, json_t **ret, struct pc_error *err)
{
    return follow_on(s, id, false, ret, err);
}

enum pc_err follow_events(struct session *s, const char *id, json_t **ret, struct pc_error *err)
{
    return follow_on(s, id, true, ret, err);
}

void follow_tell_failure(const struct session *s, const json_t *op)
{
    struct pc_error why = {0};
    if (operation_good(op))
        return;
    const char *text = json_text(op, "error_message");
    bool partial = strcmp(json_text(op, "verdict"), op_verdict_word(VERDICT_PARTIAL)) == 0;
    pc_error_set(&why, PC_ERR_FAILED, json_text(op, "remedy"), "%s",
                 *text     ? text
                 : partial ? "some members are up, others are not: operation retry does what is "
                             "missing"
                           : pc_err_message(PC_ERR_FAILED));
    report_error(s->err, &why);
}
