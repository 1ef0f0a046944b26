#include "tests/engine/support/history.h"

#include "backend/base/clock.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

struct world *world_new(void)
{
    struct world *w = xcalloc(1, sizeof(*w));
    struct pc_error err;
    snprintf(w->dir, sizeof(w->dir), "/tmp/pc-history-XXXXXX");
    if (!mkdtemp(w->dir) || config_load(NULL, &w->config, &err) ||
        store_open(w->dir, STORE_READ_WRITE, &w->e.store, &err) ||
        store_open(w->dir, STORE_READ_WRITE, &w->other, &err))
        return NULL;
    snprintf(w->e.state_dir, sizeof(w->e.state_dir), "%s", w->dir);
    w->e.o.config = &w->config;
    w->e.o.state_dir = w->e.state_dir;
    w->e.net = net_new();
    return w;
}

void world_over(struct world *w)
{
    for (size_t i = 0; i < w->e.group_count; i++) {
        group_view_unref(w->e.groups[i].view);
        free(w->e.groups[i].seen);
        group_unref(w->e.groups[i].group);
    }
    free(w->e.groups);
    store_close(w->e.store);
    store_close(w->other);
    net_free(w->e.net);
    config_release(&w->config);
    nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(w);
}

void world_group(struct world *w, const char *id, const char *name, int members)
{
    struct group *g = NULL;
    struct pc_error err;
    json_t *list = json_array();
    for (int i = 0; i < members; i++)
        json_array_append_new(list, json_pack("{s:o, s:o}", "id", json_sprintf("srv-%d", i),
                                              "name", json_sprintf("vm-%d", i)));
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:o}", "id", id, "name", name, "primary",
                          "site-a", "secondary", "site-b", "members", list);
    assert_int_equal(group_from_json(o, &g, &err), PC_OK);
    assert_int_equal(store_group_save(w->e.store, g, &err), PC_OK);
    group_unref(g);
    json_decref(o);
}

void world_look(struct world *w)
{
    struct pc_error err;
    assert_int_equal(groups_load(&w->e, &err), PC_OK);
    groups_refresh(&w->e);
}

struct group_slot *world_slot(struct world *w, const char *id)
{
    for (size_t i = 0; i < w->e.group_count; i++)
        if (strcmp(w->e.groups[i].group->id, id) == 0)
            return &w->e.groups[i];
    fail_msg("no group %s", id);
    return NULL;
}

/* ---- a history of one group --------------------------------------------------------- */

const char HISTORY_GROUP[] = "g-1";

int history_raise(void **state)
{
    struct world *w = world_new();
    *state = w;
    if (!w)
        return -1;
    world_group(w, HISTORY_GROUP, "prod", 3);
    world_look(w);
    return 0;
}

int history_strike(void **state)
{
    world_over(*state);
    return 0;
}

/* Three servers made at site-b, each of one of the group's at site-a. */
static struct plan *move_plan(void)
{
    struct plan *p = plan_new();
    for (int i = 0; i < 3; i++) {
        char key[32], vm[16], source[16];
        snprintf(vm, sizeof(vm), "vm-%d", i);
        snprintf(source, sizeof(source), "srv-%d", i);
        snprintf(key, sizeof(key), "create_server:%s", vm);
        plan_add(p, STEP_CREATE_SERVER, key, vm,
                 json_pack("{s:s, s:s}", "vm", vm, "source_id", source));
        snprintf(key, sizeof(key), "verify_boot:%s", vm);
        plan_add(p, STEP_VERIFY_BOOT, key, vm, json_pack("{s:s}", "vm", vm));
    }
    return p;
}

struct operation *history_begin(struct world *w, enum op_type type, const char *request)
{
    struct pc_error err;
    struct operation *op = operation_new(type, move_plan());
    snprintf(op->group_id, sizeof(op->group_id), "%s", HISTORY_GROUP);
    snprintf(op->group, sizeof(op->group), "prod");
    snprintf(op->source_site, sizeof(op->source_site), "site-a");
    snprintf(op->target_site, sizeof(op->target_site), "site-b");
    op->created_ms = op->started_ms = 1700000000000;
    op->request = json_loads(request, 0, NULL);
    op->status = OP_RUNNING;
    if (store_op_insert(w->e.store, op, &err))
        fail_msg("%s: %s", op_type_name(type), err.text);
    return op;
}

void history_save(struct world *w, struct operation *op)
{
    struct pc_error err;
    assert_int_equal(store_op_save(w->e.store, op, &err), PC_OK);
    for (size_t i = 0; i < op->plan->count; i++)
        assert_int_equal(store_step_save(w->e.store, op, (int)i, &err), PC_OK);
    for (size_t i = 0; i < op->ledger_count; i++)
        assert_int_equal(store_ledger_save(w->e.store, op, &op->ledger[i], &err), PC_OK);
}

void history_holds(struct operation *op, enum ledger_state state)
{
    free(op->ledger);
    op->ledger_count = op->ledger_room = 3;
    op->ledger = xcalloc(3, sizeof(*op->ledger));
    for (int i = 0; i < 3; i++) {
        struct ledger_entry *l = &op->ledger[i];
        l->step = 2 * i;
        l->state = state;
        snprintf(l->type, sizeof(l->type), "server");
        snprintf(l->site, sizeof(l->site), "site-b");
        snprintf(l->resource_id, sizeof(l->resource_id), "made-%d", i);
    }
}

void history_end(struct world *w, struct operation *op, enum op_status status,
                enum op_verdict verdict)
{
    op->status = status;
    op->verdict = verdict;
    op->completed_ms = clock_wall_ms();
    for (size_t i = 0; verdict == VERDICT_PASSED && i < op->plan->count; i++)
        op->steps[i].status = STEP_DONE;
    history_save(w, op);
}

void history_done(struct world *w, enum op_type type, const char *request)
{
    struct operation *op = history_begin(w, type, request);
    if (type == OP_FAILOVER || type == OP_FAILBACK)
        history_holds(op, LEDGER_MADE);
    history_end(w, op, OP_COMPLETED, VERDICT_PASSED);
    operation_free(op);
}

void history_is(struct world *w, enum group_state want)
{
    struct pc_error err;
    assert_int_equal(group_refresh(&w->e, HISTORY_GROUP, &err), PC_OK);
    enum group_state have = world_slot(w, HISTORY_GROUP)->view->state;
    if (have != want)
        fail_msg("it is '%s', not '%s'", group_state_name(have), group_state_name(want));
    groups_refresh(&w->e); /* both ways of asking say the same */
    assert_int_equal(world_slot(w, HISTORY_GROUP)->view->state, want);
}

const struct group_view *history_view(struct world *w)
{
    return world_slot(w, HISTORY_GROUP)->view;
}
