/*
 * watch: keeps every group's readiness for each operation known.
 *
 * One group at a time, each once in readiness.interval_minutes, spread over
 * that time; sooner when what is known of it has decayed: the group was edited
 * or brought back, or one of its sites is no longer as it was. None while an
 * operation runs on the group. What the sites say is read once for all groups
 * between them that are due within the next minute: a thousand groups ask
 * a site no more than ten do. Reads only. Engine thread.
 */
#include "backend/engine/readiness/watch.h"
#include "backend/engine/run.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/present.h"
#include "backend/engine/readiness/eval.h"

#include "backend/base/clock.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_MS = 3000, /* after the start: the screens come first */
    AGAIN_MS = 5000, /* what has decayed is looked at again, but not at once */
    TOGETHER_MS = 60000, /* who is due so soon is looked at with who is due now */
    FRESH_MS = 3000,     /* for how long what was read serves others */
};

/* ---- what is known ------------------------------------------------------------------- */

/* The record of a member differs from what its site says: the result was made
 * of what is not so. */
static bool has_drifted(const struct readiness *r)
{
    const struct readiness_kept *member = readiness_kept(r, R_MEM);
    return member->verdict == READINESS_BAD && member->weight == READINESS_MILD;
}

static void keep_in(struct engine *e, struct group_slot *slot, struct readiness *r_take)
{
    readiness_unref(e->readiness_last);
    e->readiness_last = readiness_ref(r_take);
    struct group_view *v = group_view_edit(&slot->view);
    v->readiness_drifted = has_drifted(r_take);
    readiness_unref(v->readiness[r_take->purpose]);
    v->readiness[r_take->purpose] = r_take;
}

void readiness_keep(struct engine *e, const struct group *g, struct readiness *r_take)
{
    struct group_slot *slot = r_take->forced ? NULL : groups_slot(e, g);
    if (!slot) {
        readiness_unref(r_take);
        return;
    }
    keep_in(e, slot, r_take);
    e->groups_dirty = true;
}

bool readiness_is_stale(const struct engine *e, const struct group_slot *slot, enum readiness_for f)
{
    return slot->view->readiness_drifted ||
           !readiness_valid(slot->view->readiness[f], slot->group->metadata_version, engine_wall(e));
}

void readiness_unshare(struct engine *e)
{
    json_decref(e->shared.facts);
    e->shared = (struct shared_facts){.facts = NULL};
}

void readiness_site_changed(struct engine *e, const char *site)
{
    readiness_unshare(e);
    for (size_t i = 0; i < e->group_count; i++) {
        struct group_slot *slot = &e->groups[i];
        if (strcmp(slot->group->primary, site) != 0 && strcmp(slot->group->secondary, site) != 0)
            continue;
        bool known = slot->view->readiness[READY_FOR_TEST] != NULL;
        if (slot->view->readiness_drifted != known)
            group_view_edit(&slot->view)->readiness_drifted = known;
        if (slot->ready_next_ms)
            slot->ready_next_ms = 1; /* due */
        e->groups_dirty = true;
    }
}

/* ---- one group ------------------------------------------------------------------------- */

static int64_t interval_ms(const struct engine *e)
{
    return (int64_t)e->o.config->readiness_minutes * 60000;
}

struct watching {
    struct engine *e;
    struct group *group;
    const struct site *source, *target;
    bool rest; /* those that a failover would take along from the first site: that alone */
};

static void look_at(struct engine *e, const struct group_slot *slot, struct group *about_take,
                    bool rest);

static bool shares(const struct engine *e, const struct facts_asked *q)
{
    return e->shared.facts && e->shared.source == q->source && e->shared.target == q->target &&
           net_now(e->net) - e->shared.read_ms <= FRESH_MS;
}

/* The first reading of several is for the others, too; so is an image that only a later one
 * asked for. What an array says is of its group alone. */
static void share(struct engine *e, const struct watching *w, json_t *facts)
{
    if (e->shared.facts && strcmp(e->o.config->storage_mode, "flasharray") != 0)
        json_object_update_missing(json_map(e->shared.facts, "read"), json_map(facts, "read"));
    if (e->shared.facts)
        return;
    e->shared = (struct shared_facts){json_incref(facts), w->source, w->target, net_now(e->net)};
}

static bool is_busy(const struct engine *e, const struct group_slot *slot)
{
    for (const struct run *r = e->runs; r; r = r->next)
        if (strcmp(r->op->group_id, slot->group->id) == 0)
            return true;
    /* Another engine may run it. */
    return lifecycle_runs(slot->view->state) || slot->view->syncing;
}

/* What is ready there. A failover of a group that is at both sites is about the others, who
 * have a reading of their own. */
static void evaluate(struct engine *e, const struct watching *w, struct group_slot *slot,
                     const json_t *facts, bool in_parts)
{
    struct readiness *made[READY_FOR_COUNT] = {NULL}, *before = NULL;
    for (int f = 0; f < READY_FOR_COUNT; f++) {
        if (w->rest != (in_parts && f == READY_FOR_FAILOVER))
            continue;
        made[f] = present_readiness(e, w->group, facts, (enum readiness_for)f, false,
                                    before ? before : e->readiness_last, before);
        before = made[f];
    }
    for (int f = 0; f < READY_FOR_COUNT; f++)
        if (made[f])
            keep_in(e, slot, made[f]);
    e->readiness_dirty = true;
}

static void on_facts(void *arg, json_t *facts)
{
    struct watching *w = arg;
    struct group_slot *slot = facts ? groups_slot(w->e, w->group) : NULL;
    struct group *rest = slot ? present_rest(w->e, slot) : NULL;
    w->e->readiness_reading = false;
    w->e->readiness_next_ms = 0;
    if (facts)
        share(w->e, w, facts);
    if (slot && (rest || !w->rest))
        evaluate(w->e, w, slot, facts, rest != NULL);
    if (slot)
        slot->ready_next_ms = net_now(w->e->net) + interval_ms(w->e);
    if (rest && !w->rest)
        look_at(w->e, slot, group_ref(rest), true);
    group_unref(rest);
    group_unref(w->group);
    free(w);
}

static void look_at(struct engine *e, const struct group_slot *slot, struct group *about_take,
                    bool rest)
{
    struct facts_asked q = {.group = about_take, .source = NULL};
    struct pc_error ignored;
    if (is_busy(e, slot) || group_sites(e, about_take, &q.source, &q.target, &ignored)) {
        group_unref(about_take);
        return;
    }
    struct watching *w = xcalloc(1, sizeof(*w));
    *w = (struct watching){e, about_take, q.source, q.target, rest};
    q.cloud = q.target->cloud;
    if (!shares(e, &q))
        readiness_unshare(e);
    q.known = e->shared.facts;
    e->readiness_reading = true;
    facts_read(e, &q, on_facts, w);
}

/* ---- whose turn it is ---------------------------------------------------------------------- */

/* When it is looked at next, mono; the first times are spread over the interval. */
static int64_t due(struct engine *e, size_t i)
{
    struct group_slot *slot = &e->groups[i];
    int64_t now = net_now(e->net);
    if (!slot->ready_next_ms)
        slot->ready_next_ms = now + FIRST_MS +
                              (int64_t)i * (interval_ms(e) / (int64_t)e->group_count);
    const struct readiness *known = slot->view->readiness[READY_FOR_TEST];
    bool decayed = known && known->metadata_version != slot->group->metadata_version;
    if (decayed && slot->ready_next_ms > now + AGAIN_MS)
        slot->ready_next_ms = now + AGAIN_MS;
    return slot->ready_next_ms;
}

/* The next one, from the one that had a turn last, that is due by then; else the one that is
 * due first. NULL: none is; *ret_ms: when it is due, mono. */
static struct group_slot *next_of(struct engine *e, int64_t by_ms, int64_t *ret_ms)
{
    struct group_slot *best = NULL;
    for (size_t k = 0; k < e->group_count && !(best && *ret_ms <= by_ms); k++) {
        size_t i = (e->readiness_from + k) % e->group_count;
        int64_t at = due(e, i);
        if ((best && at >= *ret_ms) || is_busy(e, &e->groups[i]))
            continue;
        best = &e->groups[i];
        *ret_ms = at;
    }
    return best;
}

void readiness_turn(struct engine *e)
{
    int64_t at = 0, now = net_now(e->net);
    /* Of a group that changed since there is a snapshot, or will be. */
    if (now < e->readiness_next_ms && e->readiness_at == e->last->number && !e->groups_dirty &&
        !e->shared.facts)
        return;
    e->readiness_next_ms = INT64_MAX;
    if (!e->o.monitor || interval_ms(e) == 0 || e->readiness_reading)
        return;
    e->readiness_at = e->last->number;
    int64_t by = e->shared.facts ? e->shared.read_ms + TOGETHER_MS : now;
    struct group_slot *slot = next_of(e, by, &at);
    if (slot && at <= by) {
        slot->ready_next_ms = now + interval_ms(e);
        e->readiness_from = (size_t)(slot - e->groups) + 1;
        look_at(e, slot, present_here(e, slot->group), false);
        return;
    }
    readiness_unshare(e);
    if (slot)
        e->readiness_next_ms = at;
}

/* ---- as a reply --------------------------------------------------------------------------------- */

static json_t *one_reply(const struct engine *e, const struct group_slot *slot, enum readiness_for f)
{
    const struct readiness *r = slot->view->readiness[f];
    char iso[CLOCK_ISO_SIZE];
    if (!r)
        return json_null();
    json_t *o = json_object(), *blockers = json_array(), *warnings = json_array();
    for (int c = 0; c < READINESS_COUNT; c++) {
        enum readiness_word w = readiness_word(r, (enum readiness_check)c);
        if (w == READINESS_BLOCK)
            json_array_append_new(blockers, json_string(readiness_key((enum readiness_check)c)));
        else if (w == READINESS_WARN || w == READINESS_NOT_KNOWN)
            json_array_append_new(warnings, json_string(readiness_key((enum readiness_check)c)));
    }
    json_put_flag(o, "ready", json_array_size(blockers) == 0);
    json_put(o, "blockers", blockers);
    json_put(o, "warnings", warnings);
    json_put_text(o, "at", clock_iso(iso, r->at_ms));
    json_put_flag(o, "stale", readiness_is_stale(e, slot, f));
    return o;
}

json_t *readiness_reply(const struct engine *e, const struct group_slot *slot)
{
    json_t *o = json_object();
    for (int f = 0; f < READY_FOR_COUNT; f++)
        json_put(o, readiness_for_name((enum readiness_for)f),
                 one_reply(e, slot, (enum readiness_for)f));
    return o;
}
