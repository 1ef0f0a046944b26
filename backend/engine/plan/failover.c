/*
 * failover: plans the way of a group from the site where it serves to the other.
 *
 *   validate_target ─▶ check_source | check_backend ─▶ all_checked (target)
 *     ─▶ stop_server, wave by wave ─▶ [protect_volumes ─▶ replicate_now ─▶ await_transfer]
 *     ─▶ pin_point ─▶ check_replica ─▶ all_checked (group)
 *     ─▶ volumes, ports, servers, checks (recreate.h)
 *     ─▶ update_group ─▶ notify
 *   if it fails: delete what was made ─▶ all_gone ─▶ start_server
 *
 * Nothing is made before every source server was seen SHUTOFF, and none is
 * started again before every copy was seen gone: at no moment do two of them
 * write. A forced failover knows nothing of the source and does not ask it.
 *
 * A failback is the same the other way round, but for its end: where the group
 * serves changes only when it is confirmed.
 */
#include "backend/engine/plan/failover.h"

#include "backend/engine/plan/sync.h"
#include "backend/engine/undo.h"
#include "backend/model/check_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool failover_is_forced(const json_t *request)
{
    return json_flag(request, "force", false);
}

static bool keeps(const struct failover_input *f)
{
    return strcmp(json_text(f->in.request, "on_partial"), "keep") == 0;
}

/* ---- before --------------------------------------------------------------------- */

enum { SILENT_MAX = 8 };

/* What must not be answered any more once it is stopped: [{check, at}]. A command
 * cannot be run where nobody is. */
static json_t *silent(const struct recreate *b, const struct member *m)
{
    json_t *list = json_array(), *v;
    size_t i;
    json_array_foreach(json_list(b->in->request, "health_checks"), i, v) {
        const char *check = check_scope_for(json_string_value(v) ? json_string_value(v) : "", m->name);
        if (!check || strncmp(check, "exec:", 5) == 0)
            continue;
        for (size_t k = 0; k < m->nic_count; k++)
            if (*m->nics[k].ip && json_array_size(list) < SILENT_MAX)
                json_array_append_new(list, json_pack("{s:s, s:s}", "check", check, "at",
                                                      m->nics[k].ip));
    }
    return list;
}

static int plan_stop(struct recreate *b, const struct member *m, int before)
{
    json_t *p = json_object();
    json_put_text(p, "vm", m->name);
    json_put_text(p, "name", m->name);
    json_put_text(p, "source_id", m->id);
    json_put_text(p, "was", m->status);
    json_put(p, "silent", silent(b, m));
    int step = recreate_add(b, STEP_STOP_SERVER, m->name, m->name, p);
    plan_depend(b->plan, step, before);
    return step;
}

/* In the reverse of the boot order; who depends on another stops before it. */
static void plan_stops(struct recreate *b, int before)
{
    const struct group *g = b->in->group;
    int *wave = xcalloc(g->member_count, sizeof(int));
    int waves = boot_order_reverse(g, wave);
    size_t last = b->plan->count, end = last;
    for (int w = 0; w < waves; w++) {
        for (size_t i = 0; i < g->member_count; i++) {
            if (wave[i] != w)
                continue;
            int step = plan_stop(b, &g->members[i], before);
            for (size_t k = last; k < end; k++)
                plan_depend(b->plan, step, (int)k);
        }
        last = end;
        end = b->plan->count;
    }
    free(wave);
}

/* Every stop from `first` on comes before the step. */
static void after_stops(struct recreate *b, int step, size_t first)
{
    for (size_t i = first; (int)i < step; i++)
        if (b->plan->steps[i].kind == STEP_STOP_SERVER)
            plan_depend(b->plan, step, (int)i);
}

/* What is called before anything is touched; the step that all else waits for. */
static int plan_callouts(struct recreate *b, int before)
{
    size_t first = b->plan->count;
    int last = recreate_callouts(b);
    for (size_t i = first; i < b->plan->count; i++)
        plan_depend(b->plan, (int)i, before);
    return last < 0 ? before : last;
}

/* A point that was asked for, be it the latest that there is, is there already: it is
 * pinned before anything is stopped, so that one that is gone, or not of one moment,
 * costs nothing. Without arrays there need not be any. */
static bool names_point(const struct recreate *b)
{
    const char *asked = json_text(b->in->request, "recovery_point");
    return *asked && (strcmp(asked, "latest") != 0 || !recreate_is_mock(b->in));
}

static void plan_before(struct recreate *b, const struct failover_input *f)
{
    json_t *p = json_object();
    bool mock = recreate_is_mock(b->in), named = names_point(b);
    json_put_flag(p, "array", !mock);
    int target = recreate_add(b, STEP_VALIDATE_TARGET, "target", b->in->target_site, p);
    int checked = recreate_before(b, target), synced = -1;
    checked = plan_callouts(b, checked);
    int point = named ? recreate_point(b) : -1;
    if (named) {
        plan_depend(b->plan, point, checked);
        checked = point;
    }
    size_t first = b->plan->count;
    if (!failover_is_forced(b->in->request)) {
        plan_stops(b, checked);
        int next = (int)b->plan->count;
        if (!mock && !*json_text(b->in->request, "recovery_point")) {
            synced = sync_add(b->plan, f->in.group, NULL, checked);
            after_stops(b, next, first);
        }
    }
    if (!named) {
        point = recreate_point(b);
        if (mock) /* no volume is made from it */
            json_put_flag(b->plan->steps[point].params, "optional", true);
        plan_depend(b->plan, point, synced >= 0 ? synced : checked);
        after_stops(b, point, first);
    }
    recreate_replicas(b, point);
    after_stops(b, b->checked, first);
}

/* ---- after ------------------------------------------------------------------------ */

/* Where it serves changes last: when everything that could still fail, or be
 * answered with a stop, is over. When a part may be kept, one member that runs is
 * enough; else all of them run and every check has passed. */
static void plan_swap(struct recreate *b, const struct failover_input *f)
{
    static const enum step_kind before[] = {STEP_CREATE_SERVER, STEP_WAIT_CHECK, STEP_CALLOUT,
                                            STEP_PROMPT,        STEP_GROUP_UP,   STEP_VERIFY_BOOT,
                                            STEP_HEALTH_CHECK,  STEP_CREATE_FLOATING};
    json_t *p = json_object();
    json_put_text(p, "how", "swap");
    json_put_text(p, "primary", b->in->target_site);
    json_put_flag(p, "counts", !*json_text(f->in.request, "follows"));
    if (keeps(f))
        json_put_text(p, "any", step_kind_name(STEP_CREATE_SERVER));
    int swap = recreate_add(b, STEP_UPDATE_GROUP, "group", b->in->group->name, p);
    for (int i = 0; i < swap; i++)
        for (size_t k = 0; k < sizeof(before) / sizeof(before[0]); k++)
            if (b->plan->steps[i].kind == before[k])
                plan_depend(b->plan, swap, i);
    plan_depend(b->plan, recreate_add(b, STEP_NOTIFY, "group", b->in->group->name, NULL), swap);
}

/* What each member was, so that a rollback can say it again. */
static void keep_before(struct recreate *b)
{
    json_t *o = group_to_json(b->in->group), *m;
    char key[STEP_KEY_SIZE];
    size_t i;
    json_array_foreach(json_list(o, "members"), i, m) {
        snprintf(key, sizeof(key), "%s:%s", step_kind_name(STEP_CREATE_SERVER),
                 json_text(m, "name"));
        int step = plan_find(b->plan, key);
        if (step >= 0)
            json_put(b->plan->steps[step].params, "before", json_incref(m));
    }
    json_decref(o);
}

/* ---- the whole ---------------------------------------------------------------------- */

/* The stored mappings say how to get from the first site to the second. */
static json_t *turned(const json_t *mapping)
{
    json_t *o = json_object(), *to;
    const char *from;
    json_object_foreach((json_t *)(uintptr_t)mapping, from, to)
        if (!json_object_get(o, json_string_value(to)))
            json_put_text(o, json_string_value(to), from);
    return o;
}

/* On the way back the group is read from its other side. */
struct group *failover_seen_from_source(const struct group *g)
{
    struct group *back = NULL;
    struct pc_error ignored;
    if (strcmp(g->current_primary, g->primary) == 0)
        return group_ref(g);
    json_t *o = group_to_json(g);
    json_put(o, "network_mapping", turned(json_map(o, "network_mapping")));
    json_put(o, "flavor_mapping", turned(json_map(o, "flavor_mapping")));
    json_put(o, "image_mapping", turned(json_map(o, "image_mapping")));
    if (group_from_json(o, &back, &ignored))
        back = group_ref(g);
    json_decref(o);
    return back;
}

static enum pc_err plan_all(struct recreate *b, const struct failover_input *f)
{
    plan_before(b, f);
    enum pc_err rc = recreate_members(b);
    if (rc)
        return rc;
    recreate_verify(b);
    keep_before(b);
    if (f->type == OP_FAILOVER)
        plan_swap(b, f);
    undo_makes(b->plan, b->plan);
    if (!failover_is_forced(b->in->request))
        undo_stops(b->plan, b->plan, undo_all_gone(b->plan, b->in->group->name));
    return PC_OK;
}

enum pc_err failover_plan(const struct failover_input *f, struct plan **ret, json_t *warnings,
                          struct pc_error *err)
{
    const struct recreate_manner how = {.prefix = "", .keeps_type = true, .apart = keeps(f)};
    struct recreate b;
    enum pc_err rc = recreate_check(&f->in, err);
    if (rc)
        return rc;
    recreate_begin(&b, &f->in, &how, warnings, err);
    rc = plan_all(&b, f);
    if (rc)
        plan_unref(b.plan);
    else
        *ret = b.plan;
    return rc;
}
