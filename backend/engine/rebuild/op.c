/*
 * op: an operation as it must have been, from what it left. Pure.
 *
 * Its plan has the steps that made what is there, under the keys of their
 * marks, and all of them are done; what it deleted, or never came to make, is
 * nobody's concern any more.
 */
#include "backend/engine/rebuild/rebuild.h"

#include "backend/engine/undo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "web-1" of "create_volume:web-1/0". */
static void vm_of(const char *key, char *dst, size_t size)
{
    const char *what = strchr(key, ':') + 1;
    snprintf(dst, size, "%.*s", (int)strcspn(what, "/"), what);
}

static enum step_kind kind_of(const char *key)
{
    char name[64];
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(key, ":"), key);
    return step_kind_parse(name);
}

static const json_t *member_before(const json_t *before, const char *vm)
{
    const json_t *m;
    size_t i;
    json_array_foreach(before, i, m)
        if (strcmp(json_text(m, "name"), vm) == 0)
            return m;
    return NULL;
}

/* Without its facts, a member is at least the server that it was. */
static json_t *least_before(const char *vm, const char *source)
{
    json_t *m = json_object();
    json_put_text(m, "id", source);
    json_put_text(m, "name", vm);
    return m;
}

static int add_made(struct plan *p, const json_t *made, const json_t *before, bool real)
{
    const char *key = json_text(made, "step"), *source = json_text(made, "source");
    enum step_kind kind = kind_of(key);
    char vm[NAME_SIZE];
    if (kind == STEP_KIND_COUNT || plan_find(p, key) >= 0)
        return -1;
    vm_of(key, vm, sizeof(vm));
    json_t *params = json_object();
    json_put_text(params, "vm", vm);
    json_put_text(params, "name", json_text(made, "name"));
    json_put_text(params, "source_id", source);
    if (real && kind == STEP_CREATE_SERVER) {
        const json_t *m = member_before(before, vm);
        json_put(params, "before", m ? json_deep_copy(m) : least_before(vm, source));
    }
    return plan_add(p, kind, key, json_text(made, "name"), params);
}

static struct plan *plan_of(const json_t *op, const json_t *before, enum op_type type)
{
    struct plan *p = plan_new();
    const json_t *one;
    size_t i;
    char key[STEP_KEY_SIZE];
    bool real = type != OP_TEST_FAILOVER;
    json_array_foreach(json_list(op, "stopped"), i, one) {
        json_t *params = json_object();
        snprintf(key, sizeof(key), "%s:%s", step_kind_name(STEP_STOP_SERVER),
                 json_text(one, "name"));
        json_put_text(params, "vm", json_text(one, "name"));
        json_put_text(params, "name", json_text(one, "name"));
        json_put_text(params, "source_id", json_text(one, "id"));
        plan_add(p, STEP_STOP_SERVER, key, json_text(one, "name"), params);
    }
    json_array_foreach(json_list(op, "made"), i, one)
        add_made(p, one, before, real);
    if (type == OP_FAILOVER && p->count) {
        json_t *params = json_object();
        json_put_text(params, "how", "swap");
        json_put_text(params, "primary", json_text(op, "target_site"));
        plan_add(p, STEP_UPDATE_GROUP, "update_group:group", json_text(op, "group"), params);
    }
    undo_makes(p, p);
    return p;
}

/* ---- ledger and states ------------------------------------------------------------ */

static void enter(struct operation *op, int step, const json_t *made, const char *type,
                  const char *site)
{
    op->ledger = xgrow(op->ledger, &op->ledger_room, op->ledger_count + 1, sizeof(*op->ledger));
    struct ledger_entry *e = &op->ledger[op->ledger_count++];
    memset(e, 0, sizeof(*e));
    e->step = step;
    e->state = LEDGER_MADE;
    e->made_ms = op->started_ms;
    snprintf(e->type, sizeof(e->type), "%s", type);
    snprintf(e->site, sizeof(e->site), "%s", site);
    snprintf(e->name, sizeof(e->name), "%s", json_text(made, "name"));
    snprintf(e->resource_id, sizeof(e->resource_id), "%s", json_text(made, "id"));
    snprintf(e->source_id, sizeof(e->source_id), "%s", json_text(made, "source"));
    snprintf(op->steps[step].resource_id, RESOURCE_ID_SIZE, "%s", e->resource_id);
}

static void fill_ledger(struct operation *op, const json_t *o)
{
    const json_t *one;
    size_t i;
    char key[STEP_KEY_SIZE];
    json_array_foreach(json_list(o, "stopped"), i, one) {
        snprintf(key, sizeof(key), "%s:%s", step_kind_name(STEP_STOP_SERVER),
                 json_text(one, "name"));
        enter(op, plan_find(op->plan, key), one, "stopped", op->source_site);
    }
    json_array_foreach(json_list(o, "made"), i, one) {
        int step = plan_find(op->plan, json_text(one, "step"));
        if (step < 0)
            continue;
        if (*op->steps[step].resource_id)
            op->steps[step].attempts++; /* another of its mark: cleanup looks for more than one */
        else
            enter(op, step, one, json_text(one, "type"), op->target_site);
    }
}

static void fill_states(struct operation *op)
{
    for (size_t i = 0; i < op->plan->count; i++) {
        bool cleanup = step_kind_phase(op->plan->steps[i].kind) == PHASE_CLEANUP;
        if (cleanup)
            continue;
        op->steps[i].status = STEP_DONE;
        op->steps[i].attempts = 1;
        op->steps[i].started_ms = op->started_ms;
        op->steps[i].ended_ms = op->completed_ms;
        snprintf(op->steps[i].detail, sizeof(op->steps[i].detail), "found on the site");
    }
}

static void text(char *dst, size_t size, const json_t *o, const char *key)
{
    snprintf(dst, size, "%s", json_text(o, key));
}

static enum op_verdict verdict_parse(const char *word)
{
    for (int v = 0; v < VERDICT_COUNT; v++)
        if (strcmp(op_verdict_word((enum op_verdict)v), word) == 0)
            return (enum op_verdict)v;
    return VERDICT_NONE;
}

struct operation *rebuild_operation(const json_t *group, const json_t *o, const json_t *before)
{
    enum op_type type = op_type_parse(json_text(o, "type"));
    struct operation *op = operation_new(type, plan_of(o, before, type));
    text(op->id, sizeof(op->id), o, "id");
    text(op->group_id, sizeof(op->group_id), group, "id");
    text(op->group, sizeof(op->group), group, "name");
    text(op->source_site, sizeof(op->source_site), o, "source_site");
    text(op->target_site, sizeof(op->target_site), o, "target_site");
    text(op->parent, sizeof(op->parent), o, "parent");
    op->status = op_status_parse(json_text(o, "status"));
    op->verdict = verdict_parse(json_text(o, "verdict"));
    op->created_ms = json_int(o, "created_ms", json_int(o, "at_ms", 0));
    op->started_ms = json_int(o, "started_ms", op->created_ms);
    op->completed_ms = json_int(o, "completed_ms", op->started_ms);
    op->request = json_object();
    json_put_flag(op->request, "rebuilt", true);
    json_put_text(op->request, "serving", json_text(o, "serving"));
    if (*json_text(o, "follows"))
        json_put_text(op->request, "follows", json_text(o, "follows"));
    fill_states(op);
    fill_ledger(op, o);
    op->progress = operation_progress(op);
    if (op->status != OP_FAILED)
        op->progress = 100;
    operation_warn(op, "told anew from the marks on the sites: only what is still there is known");
    return op;
}
