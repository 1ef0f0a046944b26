/*
 * publish: turns what the engine holds into an immutable snapshot.
 *
 * At most ten a second (fewer for whoever tells in lines), though some may follow each other sooner after a rest, and
 * only when something changed. What changes within a few milliseconds is one. A part that did not
 * change is shared with the snapshot before: ten thousand groups are not
 * copied because one progress bar moved.
 */
#include "backend/engine/publish.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/run.h"
#include "backend/engine/sites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the sites of one round of polls answer is one snapshot, if they do within
 * a second. A copy of five thousand steps is not made ten times a second: for every so
 * many that the last one had, the next comes a millisecond later. */
enum { PACE_MS = 100, BURST = 16, GAP_MS = 4, ROUND_MS = 1000, STEPS_A_MS = 15, ENDED_KEPT = 20 };

static int64_t pace(const struct engine *e)
{
    return e->o.pace_ms ? e->o.pace_ms : PACE_MS;
}

static struct site_list *list_sites(const struct engine *e)
{
    struct site_list *l = site_list_new(e->site_count);
    for (size_t i = 0; i < e->site_count; i++)
        l->items[i] = e->sites[i].view;
    return l;
}

/* A sync, or a drill that is cleaned up beside a failover, is not what a group
 * is shown by. */
static struct run *shown_run(const struct engine *e, const struct group_slot *g)
{
    struct run *shown = NULL;
    for (struct run *r = e->runs; r; r = r->next)
        if (strcmp(r->op->group_id, g->group->id) == 0 && r->op->type != OP_SYNC_VOLUMES &&
            (!shown || lifecycle_real(r->op->type) || !lifecycle_real(shown->op->type)))
            shown = r;
    return shown;
}

/* A run's members are counted ten times a second. */
static const int *index_of_run(struct run *r, const struct group *g)
{
    if (r->member_index && r->member_version == g->metadata_version)
        return r->member_index;
    free(r->member_index);
    r->member_index = xcalloc(r->op->plan->count + g->member_count + 1, sizeof(int));
    r->member_version = g->metadata_version;
    member_index(r->op->plan, g, r->member_index);
    return r->member_index;
}

/* That of a group which nothing runs on is the one of the snapshot before. */
static struct group_view *view_of_group(struct engine *e, struct group_slot *g)
{
    const char *metadata = group_metadata(e, g);
    if (strcmp(g->view->metadata, metadata) != 0) {
        struct group_view *own = group_view_edit(&g->view);
        snprintf(own->metadata, sizeof(own->metadata), "%s", metadata);
    }
    struct group_view *v = group_view_ref(g->view);
    struct run *r = shown_run(e, g);
    if (!r)
        return v;
    v = group_view_edit(&v);
    v->progress = r->op->progress;
    snprintf(v->operation_id, sizeof(v->operation_id), "%s", r->op->id);
    if (strcmp(r->op->id, group_concern(g)) == 0) {
        int elsewhere = v->members.elsewhere; /* by what went before it */
        group_tally(v->group, r->op, index_of_run(r, v->group), &v->members);
        v->members.elsewhere = elsewhere;
    }
    return v;
}

static struct group_list *list_groups(struct engine *e)
{
    struct group_list *l = group_list_new(e->group_count);
    for (size_t i = 0; i < e->group_count; i++)
        l->items[i] = view_of_group(e, &e->groups[i]);
    return l;
}

/* Shared with the snapshot before as long as nothing of it changed: of two
 * hundred that run, few have done something since. */
static struct op_view *view_of(struct run *r)
{
    if (!r->view || r->stale) {
        op_view_unref(r->view);
        r->view = op_view_new(r->op, r->events, r->event_count);
        memcpy(r->view->usual_ms, r->usual_ms, sizeof(r->usual_ms));
        r->view->outlook = r->outlook;
        r->stale = false;
        r->e->copied_steps += r->op->plan->count;
    }
    return op_view_ref(r->view);
}

/* After the `n` that are open those that have ended. One that is repeated is
 * both: then the one that is open is it. */
static void list_ended(const struct engine *e, struct op_list *l, size_t n)
{
    size_t open = n;
    for (size_t i = 0; i < e->ended_count; i++) {
        size_t k = 0;
        while (k < open && strcmp(l->items[k]->op->id, e->ended[i]->op->id) != 0)
            k++;
        if (k == open)
            l->items[n++] = op_view_ref(e->ended[i]);
    }
    l->count = n;
}

static struct op_list *list_operations(const struct engine *e)
{
    size_t live = 0, n = 0;
    for (const struct run *r = e->runs; r; r = r->next)
        live++;
    struct op_list *l = op_list_new(live + e->ended_count);
    for (struct run *r = e->runs; r; r = r->next)
        l->items[n++] = view_of(r);
    list_ended(e, l, n);
    return l;
}

/* ---- what ended under other hands ------------------------------------------------ */

static bool is_over(const struct operation *op)
{
    return op_status_over(op->status) && op->completed_ms;
}

static bool is_open(struct engine *e, struct operation *const *open, size_t count, const char *id)
{
    size_t k = 0;
    while (k < count && strcmp(open[k]->id, id) != 0)
        k++;
    return k < count || run_find(e, id);
}

static bool is_told(const struct engine *e, const struct operation *op)
{
    for (size_t i = 0; i < e->ended_count; i++)
        if (strcmp(e->ended[i]->op->id, op->id) == 0)
            return e->ended[i]->op->completed_ms == op->completed_ms;
    return false;
}

static void tell_ended(struct engine *e, const char *id)
{
    struct operation *now = NULL;
    struct pc_error ignored;
    if (store_op_load(e->store, id, &now, &ignored))
        return;
    if (is_over(now) && !is_told(e, now))
        publish_ended(e, now);
    operation_free(now);
}

/* What began and ended between two looks was in no snapshot at all. */
static void notice_brief(struct engine *e)
{
    struct op_filter newest = {.type = -1, .headers_only = true, .limit = ENDED_KEPT};
    struct operation **list = NULL;
    struct pc_error ignored;
    size_t count = 0, known = 0;
    if (store_ops(e->store, &newest, &list, &count, &ignored))
        return;
    while (known < count && strcmp(list[known]->id, e->newest_id) != 0)
        known++;
    for (size_t i = known; e->looked && i-- > 0;)
        if (is_over(list[i]))
            tell_ended(e, list[i]->id);
    snprintf(e->newest_id, sizeof(e->newest_id), "%s", count ? list[0]->id : "");
    e->looked = true;
    for (size_t i = 0; i < count; i++)
        operation_free(list[i]);
    free(list);
}

/* What ran when the last snapshot was made and is open no longer has ended:
 * nobody here executed it, so nobody else will put it among the ended. */
static void notice_ended(struct engine *e, struct operation *const *open, size_t count)
{
    for (size_t i = 0; e->last && i < e->last->operations->count; i++) {
        const struct operation *was = e->last->operations->items[i]->op;
        if (!is_over(was) && !is_open(e, open, count, was->id))
            tell_ended(e, was->id);
    }
    notice_brief(e);
}

void publish_catch_up(struct engine *e)
{
    notice_ended(e, NULL, 0);
}

/* What its phases usually take, as of what runs here; read once, when it is seen first. */
static void set_usual(const struct engine *e, struct op_view *v)
{
    const struct op_view *was = e->last ? snapshot_operation(e->last, v->op->id) : NULL;
    struct pc_error ignored;
    if (was)
        memcpy(v->usual_ms, was->usual_ms, sizeof(v->usual_ms));
    else if (store_usual(e->store, v->op->group_id, v->usual_ms, &ignored))
        memset(v->usual_ms, 0, sizeof(v->usual_ms));
}

/* Somebody else's engine runs: what it does is read from the history. */
static void observe(struct engine *e, struct op_list **ret)
{
    struct op_filter open = {.type = -1, .open_only = true};
    struct operation **list = NULL;
    size_t count = 0;
    struct pc_error ignored;
    if (store_ops(e->store, &open, &list, &count, &ignored))
        return;
    notice_ended(e, list, count);
    op_list_unref(*ret);
    *ret = op_list_new(count + e->ended_count);
    for (size_t i = 0; i < count; i++) {
        struct event *events = NULL;
        size_t events_count = 0;
        if (store_events(e->store, list[i]->id, 0, EVENT_TAIL, &events, &events_count, &ignored))
            events_count = 0;
        (*ret)->items[i] = op_view_new(list[i], events, events_count);
        set_usual(e, (*ret)->items[i]);
        engine_outlook(e, list[i], &(*ret)->items[i]->outlook);
        free(events);
        operation_free(list[i]);
    }
    list_ended(e, *ret, count);
    free(list);
}

void publish_ended(struct engine *e, const struct operation *op)
{
    int64_t soon = net_now(e->net) + BURST * pace(e);
    if (e->rate_ms > soon)
        e->rate_ms = soon; /* whoever waits for an end waits for nothing else */
    size_t at = 0;
    while (at < e->ended_count && strcmp(e->ended[at]->op->id, op->id) != 0)
        at++;
    struct event *events = NULL;
    size_t count = 0;
    struct pc_error ignored;
    if (store_events(e->store, op->id, 0, EVENT_TAIL, &events, &count, &ignored))
        count = 0;
    struct op_view *v = op_view_new(op, events, count);
    free(events);
    if (at == e->ended_count) {
        e->ended = xgrow(e->ended, &e->ended_room, e->ended_count + 1, sizeof(*e->ended));
        if (e->ended_count == ENDED_KEPT)
            op_view_unref(e->ended[--at]);
        else
            e->ended_count++;
    } else {
        op_view_unref(e->ended[at]);
    }
    memmove(e->ended + 1, e->ended, at * sizeof(*e->ended));
    e->ended[0] = v;
    e->ops_dirty = true;
}

static void say_engine(const struct engine *e, struct snapshot *s)
{
    if (e->owner)
        snprintf(s->engine, sizeof(s->engine), "here");
    else if (e->lease.held)
        snprintf(s->engine, sizeof(s->engine), "%s", e->lease.holder);
    else
        snprintf(s->engine, sizeof(s->engine), "nobody");
}

/* What a group says of its other site follows from that one's status. */
static bool sites_turned(const struct engine *e)
{
    const struct site_list *was = e->last->sites;
    bool turned = was->count != e->site_count;
    for (size_t i = 0; !turned && i < e->site_count; i++)
        turned = strcmp(was->items[i].status, e->sites[i].view.status) != 0;
    return turned;
}

/* Something that somebody may wait for: an operation, an edit, a request. */
static bool changed_now(const struct engine *e)
{
    return !e->last || e->groups_dirty || e->ops_dirty || e->owner != e->last->owner ||
           strcmp(e->notice, e->last->notice) != 0;
}

static bool changed(const struct engine *e)
{
    return changed_now(e) || e->sites_dirty || e->readiness_dirty || e->points_dirty;
}

/* Nothing but answers of a round of polls that goes on, or what the watch found of
 * one group of a thousand: they come as one. */
static bool half_a_round(const struct engine *e)
{
    return !changed_now(e) && (sites_polled(e) || e->polls || e->readiness_dirty);
}

int publish_due(const struct engine *e)
{
    if (!changed(e))
        return -1;
    int64_t now = net_now(e->net), due = e->rate_ms - BURST * pace(e);
    int64_t next = e->published_ms + GAP_MS + (int64_t)e->copied_steps / STEPS_A_MS;
    if (half_a_round(e))
        next = (e->published_ms > e->polled_ms ? e->published_ms : e->polled_ms) + ROUND_MS;
    if (due < next)
        due = next;
    return due > now ? (int)(due - now) : 0;
}

void publish(struct engine *e, bool now)
{
    if (!changed(e) || (!now && publish_due(e) > 0))
        return;
    struct snapshot *s = xcalloc(1, sizeof(*s)), *last = e->last;
    atomic_init(&s->refs, 1);
    s->number = last ? last->number + 1 : 1;
    s->at_ms = engine_wall(e);
    s->lab = e->o.lab;
    s->read_only = e->o.read_only;
    s->owner = e->owner;
    snprintf(s->notice, sizeof(s->notice), "%s", e->notice);
    say_engine(e, s);
    s->sites = !last || e->sites_dirty ? list_sites(e) : site_list_ref(last->sites);
    s->groups = !last || e->groups_dirty || e->readiness_dirty || e->points_dirty || e->runs ||
                        sites_turned(e)
                    ? list_groups(e)
                    : group_list_ref(last->groups);
    e->copied_steps = 0;
    s->operations = !last || e->ops_dirty ? list_operations(e) : op_list_ref(last->operations);
    if (!e->owner && (!last || e->ops_dirty))
        observe(e, &s->operations);
    e->sites_dirty = e->groups_dirty = e->ops_dirty = false;
    e->readiness_dirty = e->points_dirty = false;
    e->published_ms = net_now(e->net);
    e->rate_ms = (e->rate_ms > e->published_ms ? e->rate_ms : e->published_ms) + pace(e);
    snapshot_unref(e->last);
    e->last = s;
    e->o.published(e->o.listener, snapshot_ref(s));
}
