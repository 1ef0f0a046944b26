/* operation: the history, stopping what runs, answering what it asks. */
#include "backend/engine/request/request.h"
#include "backend/engine/steps/answer.h"

#include "backend/base/clock.h"
#include "backend/model/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_DEFAULT = 100, EVENTS_DEFAULT = 200, LIMIT_MAX = 1000 };

static int limit_of(const json_t *args, int otherwise)
{
    int64_t n = json_int(args, "limit", otherwise);
    return n < 1 ? otherwise : n > LIMIT_MAX ? LIMIT_MAX : (int)n;
}

/* executor: told of what is open alone. */
static json_t *op_reply(const struct engine *e, const struct operation *op, const char *executor)
{
    struct outlook k;
    json_t *o = operation_to_json(op);
    bool open = !(op_status_over(op->status) && op->completed_ms);
    engine_outlook(e, op, &k);
    outlook_put(o, op, &k, engine_wall(e));
    json_put_text(o, "executor", open ? executor : NULL);
    return o;
}

/* Whether that is a type, and a status or one of the coarse states. */
static enum pc_err check_filter(const char *type, const char *status, struct pc_error *err)
{
    static const char *const STATES[] = {"pending", "running", "completed", "failed"};
    bool known = !*status || op_status_parse(status) != OP_STATUS_COUNT;
    for (size_t i = 0; i < sizeof(STATES) / sizeof(STATES[0]); i++)
        known |= strcmp(STATES[i], status) == 0;
    if (*type && op_type_parse(type) == OP_TYPE_COUNT)
        return pc_error_set(err, PC_ERR_INVALID, "See the types that operation list shows: failover, "
                            "failback, test_failover, test_cleanup, ...", "there is no type '%s'", type);
    if (!known)
        return pc_error_set(err, PC_ERR_INVALID, "Name one that operation list shows, or pending, "
                            "running, completed, failed.", "there is no status '%s'", status);
    return PC_OK;
}

static bool is_in(const json_t *op, const char *status)
{
    return !*status || strcmp(json_text(op, "status"), status) == 0 ||
           strcmp(json_text(op, "state"), status) == 0;
}

void request_operation_list(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct operation **list = NULL;
    size_t count = 0;
    const char *group = json_text(r->args, "group"), *before = json_text(r->args, "before");
    const char *type = json_text(r->args, "operation_type"), *status = json_text(r->args, "status");
    int limit = limit_of(r->args, LIST_DEFAULT);
    struct op_filter f = {
        .group = *group ? group : NULL,
        .type = *type ? (int)op_type_parse(type) : -1,
        .open_only = json_flag(r->args, "open", false),
        .limit = *status ? LIMIT_MAX : limit, /* which are in it is seen below */
        .before = *before ? before : NULL,
    };
    enum pc_err rc = check_filter(type, status, &err);
    if (!rc)
        rc = store_ops(e->store, &f, &list, &count, &err);
    if (!rc && count == 0 && f.group && !f.before) { /* not one, or a name that is none? */
        struct group_slot *g;
        rc = engine_group(e, group, &g, &err);
    }
    if (rc) {
        request_fail(r, &err);
        return;
    }
    json_t *reply = json_array();
    const char *executor = engine_executor(e);
    for (size_t i = 0; i < count; i++) {
        const struct run *live = run_find(e, list[i]->id);
        const struct operation *op = live ? live->op : list[i];
        json_t *o = op_reply(e, op, executor);
        if (json_flag(r->args, "ledger", false))
            json_put(o, "ledger", operation_ledger_json(op));
        if (is_in(o, status) && (int)json_array_size(reply) < limit)
            json_array_append_new(reply, o);
        else
            json_decref(o);
        operation_free(list[i]);
    }
    free(list);
    request_reply(r, reply);
}

/* Whoever follows what runs here asks for it often: it is not read from the
 * history again, plan and all, for each answer. */
void request_operation_show(struct engine *e, struct request *r)
{
    struct pc_error err;
    const char *id = json_text(r->args, "operation_id");
    const struct run *live = run_find(e, id);
    struct operation *stored = NULL;
    if (!live && store_op_load(e->store, id, &stored, &err)) {
        request_fail(r, &err);
        return;
    }
    if (stored)
        live = run_find(e, stored->id); /* its id was cut short */
    const struct operation *op = live ? live->op : stored;
    json_t *o = op_reply(e, op, engine_executor(e));
    json_put(o, "steps", operation_steps_json(op));
    json_put(o, "ledger", operation_ledger_json(op));
    operation_free(stored);
    request_reply(r, o);
}

static json_t *event_json(const struct event *e)
{
    char iso[CLOCK_ISO_SIZE];
    json_t *o = json_object();
    json_put_int(o, "seq", e->seq);
    json_put_text(o, "at", clock_iso(iso, e->at_ms));
    json_put_text(o, "level", e->level);
    json_put_text(o, "text", e->text);
    return o;
}

struct event_of {
    char id[OP_ID_SIZE]; /* "" before the first */
    struct op_label label;
};

/* Whose event it is, in words: the operation may be older than what anybody holds of
 * it. Most events follow one of the same operation, so it is looked up once. */
static void put_operation(struct engine *e, const struct event *ev, struct event_of *last,
                          json_t *o)
{
    struct pc_error err;
    json_put_text(o, "operation_id", ev->op_id[0] ? ev->op_id : NULL);
    if (strcmp(last->id, ev->op_id) != 0) {
        snprintf(last->id, sizeof last->id, "%s", ev->op_id);
        if (store_op_label(e->store, ev->op_id, &last->label, &err)) /* the event counts more */
            last->label = (struct op_label){.type = ""};
    }
    json_put_text(o, "operation_type", last->label.type[0] ? last->label.type : NULL);
    json_put_text(o, "protection_group", last->label.group[0] ? last->label.group : NULL);
}

/* Of all operations: whoever follows asks with the last seq seen, and misses none. */
void request_event_list(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct event *events = NULL;
    size_t count = 0;
    if (store_event_page(e->store, json_int(r->args, "since", 0), json_int(r->args, "before", 0),
                         limit_of(r->args, EVENTS_DEFAULT), &events, &count, &err)) {
        request_fail(r, &err);
        return;
    }
    struct event_of last = {.id = ""};
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *o = event_json(&events[i]);
        put_operation(e, &events[i], &last, o);
        json_array_append_new(list, o);
    }
    free(events);
    request_reply(r, list);
}

void request_operation_events(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct operation *op = NULL;
    struct event *events = NULL;
    size_t count = 0;
    enum pc_err rc = store_op_load(e->store, json_text(r->args, "operation_id"), &op, &err);
    if (!rc)
        rc = store_events(e->store, op->id, json_int(r->args, "since", 0),
                          limit_of(r->args, EVENTS_DEFAULT), &events, &count, &err);
    operation_free(op);
    if (rc) {
        request_fail(r, &err);
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, event_json(&events[i]));
    free(events);
    request_reply(r, list);
}

void request_operation_cancel(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct operation *op = NULL;
    enum pc_err rc = store_op_load(e->store, json_text(r->args, "operation_id"), &op, &err);
    struct run *live = rc ? NULL : run_find(e, op->id);
    if (!rc && op_status_over(op->status) && !live)
        rc = pc_error_set(&err, PC_ERR_STATE, "Its resources, if any are kept, go with: test "
                          "cleanup OPERATION.", "%s has ended (%s)", op->id,
                          op_status_word(op->status));
    if (!rc && (op_type_undoes(op->type) || op->status == OP_CLEANING_UP ||
                op->status == OP_ROLLING_BACK))
        rc = pc_error_set(&err, PC_ERR_STATE, "Let it end: it only takes back what was done.",
                          "a %s is not stopped half-way",
                          op_type_undoes(op->type)        ? op_type_label(op->type)
                          : op->status == OP_ROLLING_BACK ? "rollback"
                                                          : "cleanup");
    if (!rc && live)
        run_cancel(live);
    else if (!rc)
        rc = store_op_ask_cancel(e->store, op->id, &err);
    operation_free(op);
    if (rc)
        request_fail(r, &err);
    else
        request_reply(r, json_object());
}

/* ---- answering ------------------------------------------------------------------- */

/* The step that is answered: the one named, or the one that asks. */
static enum pc_err asking_step(const struct operation *op, const char *key, int *ret,
                               struct pc_error *err)
{
    int i = *key ? plan_find(op->plan, key) : operation_question(op);
    if (i >= 0 && operation_asks(op, i)) {
        *ret = i;
        return PC_OK;
    }
    return pc_error_set(err, PC_ERR_STATE, "See operation show for what it does.",
                        "%s asks nothing now (%s)", op->id, op_status_word(op->status));
}

/* Durable before it is acted upon; the engine that executes may be another. */
void request_operation_answer(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct operation *op = NULL;
    int step = -1;
    const char *word = json_text(r->args, "answer");
    enum pc_err rc = store_op_load(e->store, json_text(r->args, "operation_id"), &op, &err);
    struct run *live = rc ? NULL : run_find(e, op->id);
    const struct operation *now = live ? live->op : op;
    if (!rc && strcmp(word, ANSWER_CONTINUE) != 0 && strcmp(word, ANSWER_STOP) != 0)
        rc = pc_error_set(&err, PC_ERR_INVALID, "Answer continue or stop.",
                          "'%s' is no answer", word);
    if (!rc)
        rc = asking_step(now, json_text(r->args, "step"), &step, &err);
    if (!rc) {
        struct store_answer a = {.at_ms = engine_wall(e)};
        snprintf(a.word, sizeof(a.word), "%s", word);
        if (a.at_ms < now->steps[step].started_ms) /* the clock was set back */
            a.at_ms = now->steps[step].started_ms;
        rc = store_answer_save(e->store, now->id, now->plan->steps[step].key, &a, &err);
    }
    if (!rc && live)
        answer_poke(live);
    operation_free(op);
    if (rc)
        request_fail(r, &err);
    else
        request_reply(r, json_object());
}
