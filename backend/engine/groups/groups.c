/*
 * groups: the groups as the engine holds them, and when the state of each is
 * derived anew (state.c: how).
 *
 * Of one group when its own operation moved, of all with one query when
 * somebody else wrote.
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/monitor.h"
#include "backend/engine/record.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum pc_err engine_group(struct engine *e, const char *name_or_id, struct group_slot **ret,
                         struct pc_error *err)
{
    char known[300] = "", remedy[400];
    for (size_t i = 0; i < e->group_count; i++) {
        const struct group *g = e->groups[i].group;
        if (strcmp(g->name, name_or_id) == 0 || strcmp(g->id, name_or_id) == 0) {
            *ret = &e->groups[i];
            return PC_OK;
        }
    }
    for (size_t i = 0, len = 0; i < e->group_count && len + 70 < sizeof(known); i++) {
        snprintf(known + len, sizeof(known) - len, "%s%s", len ? ", " : "",
                 e->groups[i].group->name);
        len = strlen(known);
    }
    snprintf(remedy, sizeof(remedy), "%s%s.", *known ? "There are: " : "Make one: protection-group "
             "create", known);
    return pc_error_set(err, PC_ERR_NOT_FOUND, remedy, "there is no protection group '%s'",
                        name_or_id);
}

static bool same_groups(const struct engine *e, struct group *const *list, size_t count)
{
    bool same = count == e->group_count;
    for (size_t i = 0; same && i < count; i++) {
        const struct group *a = e->groups[i].group, *b = list[i];
        same = strcmp(a->id, b->id) == 0 && a->metadata_version == b->metadata_version &&
               a->captured_ms == b->captured_ms && strcmp(a->array_group, b->array_group) == 0 &&
               strcmp(a->array_group_secondary, b->array_group_secondary) == 0;
    }
    return same;
}

/* By its name, for they are in order of it; one that was renamed, by its id. */
struct group_slot *groups_slot(struct engine *e, const struct group *g)
{
    size_t from = 0, to = e->group_count;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (strcmp(e->groups[mid].group->name, g->name) < 0)
            from = mid + 1;
        else
            to = mid;
    }
    if (from < e->group_count && strcmp(e->groups[from].group->id, g->id) == 0)
        return &e->groups[from];
    for (size_t k = 0; k < e->group_count; k++)
        if (strcmp(e->groups[k].group->id, g->id) == 0)
            return &e->groups[k];
    return NULL;
}

void group_show_as(struct group_slot *slot, const struct group *g)
{
    if (!slot->view) {
        slot->view = group_view_new(g);
        return;
    }
    struct group_view *v = group_view_edit(&slot->view);
    /* Turned round, it replicates the other way; found in another group of the array, that one's
     * points are its own: what was known is of other volumes. */
    if (strcmp(v->group->current_primary, g->current_primary) != 0 ||
        strcmp(group_on_array(v->group), group_on_array(g)) != 0) {
        v->point_ms = v->point_read_ms = 0;
        v->lag_count = 0;
        v->replication_error[0] = '\0';
    }
    group_unref(v->group);
    v->group = group_ref(g);
}

/* Takes the list and what is in it. */
static void hold(struct engine *e, struct group **list, size_t count)
{
    if (same_groups(e, list, count)) {
        for (size_t i = 0; i < count; i++)
            group_unref(list[i]);
        free(list);
        return;
    }
    monitor_drop_all(e);
    struct group_slot *slots = xcalloc(count, sizeof(*slots));
    for (size_t i = 0; i < count; i++) {
        struct group_slot *was = groups_slot(e, list[i]);
        if (was) {
            slots[i] = *was;
            was->view = NULL; /* it has moved */
            was->seen = NULL;
            was->outrun = NULL;
        }
        group_show_as(&slots[i], list[i]);
        slots[i].group = list[i];
        slots[i].members = NULL;
    }
    for (size_t k = 0; k < e->group_count; k++) {
        group_view_unref(e->groups[k].view); /* what has not moved to a new slot */
        free(e->groups[k].seen);
        free(e->groups[k].outrun);
        array_cancel(e->groups[k].members); /* its slot moves */
        group_unref(e->groups[k].group);
    }
    free(e->groups);
    free(list);
    e->groups = slots;
    e->group_count = count;
    e->groups_dirty = true;
    e->points_due = true; /* what was being asked of the arrays is asked anew */
    if (!store_writing(e->store))
        groups_file_check(e);
}

enum pc_err groups_load(struct engine *e, struct pc_error *err)
{
    struct group **list = NULL;
    size_t count = 0;
    enum pc_err rc = store_groups(e->store, &list, &count, err);
    if (!rc)
        hold(e, list, count);
    return rc;
}

/* ---- the first time ------------------------------------------------------------ */

struct first_load {
    struct engine *e;
    struct group **list;
    size_t count;
    enum pc_err rc;
    struct pc_error *err;
    atomic_bool done;
};

static void *read_first(void *arg)
{
    struct first_load *l = arg;
    l->rc = store_groups(l->e->store, &l->list, &l->count, l->err);
    atomic_store(&l->done, true);
    net_wake(l->e->net);
    return NULL;
}

enum pc_err groups_load_first(struct engine *e, struct pc_error *err)
{
    struct first_load l = {.e = e, .err = err};
    pthread_t reader;
    if (engine_thread(&reader, read_first, &l) != 0)
        return groups_load(e, err); /* then one after the other */
    while (!atomic_load(&l.done))
        net_turn(e->net, -1);
    pthread_join(reader, NULL);
    if (!l.rc)
        hold(e, l.list, l.count);
    return l.rc;
}

/* ---- states ------------------------------------------------------------------- */

/* Facts come by group, as the slots do by name: found by halving. */
static size_t first_of(const struct op_summary *list, size_t count, const char *id)
{
    size_t from = 0, to = count;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (strcmp(list[mid].group_id, id) < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

static enum pc_err derive(struct engine *e, struct group_slot *g, const struct op_summary *list,
                          size_t count, struct pc_error *err)
{
    size_t at = first_of(list, count, g->group->id), n = 0;
    while (at + n < count && strcmp(list[at + n].group_id, g->group->id) == 0)
        n++;
    return group_derive(e, g, n ? list + at : NULL, n, err);
}

enum pc_err group_refresh(struct engine *e, const char *id, struct pc_error *err)
{
    struct op_summary *list = NULL;
    size_t count = 0, i = 0;
    while (i < e->group_count && strcmp(e->groups[i].group->id, id) != 0)
        i++;
    if (i == e->group_count)
        return PC_OK;
    enum pc_err rc = store_op_facts(e->store, id, &list, &count, err);
    if (!rc)
        rc = derive(e, &e->groups[i], list, count, err);
    free(list);
    e->groups_dirty = true;
    return rc;
}

void groups_refresh(struct engine *e)
{
    struct pc_error err;
    struct op_summary *list = NULL;
    size_t count = 0;
    enum pc_err rc = store_op_facts(e->store, NULL, &list, &count, &err), one;
    for (size_t i = 0; !rc && i < e->group_count; i++)
        if ((one = derive(e, &e->groups[i], list, count, &err)) != PC_OK)
            snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
    if (rc)
        snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
    free(list);
    e->groups_dirty = true;
}
