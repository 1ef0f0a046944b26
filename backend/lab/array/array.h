/*
 * array: a FlashArray's REST 2, one array a site.
 *
 * array.c has sessions and routes, view.c arrays and protection groups,
 * protect.c what changes those, snapshot.c what replication makes
 * of them, volumes.c volumes and their tags, list.c what all lists
 * share: names, filter, sort, limit, offset, destroyed.
 */
#ifndef PC_LAB_ARRAY_H
#define PC_LAB_ARRAY_H

#include "backend/lab/route.h"

/* Cuts `items` (taken) down as the query asks and replies with the list.
 * `what` is the object's kind for "does not exist" errors. */
void array_reply_list(struct call *c, json_t *items, const char *what);
/* Says whether the object passes filter=; false and *ret_bad on a bad filter. */
bool array_filter(const char *filter, const json_t *item, bool *ret_bad);
/* names=a,b or source_names=a,b holds the name; no such parameter: true. */
bool array_named(struct call *c, const char *param, const char *name);

/* Protection groups: of site-a's array, then of site-b's. */
static inline size_t array_group_count(const struct call *c)
{
    return world_count(c->world, SITE_A, K_GROUP) + world_count(c->world, SITE_B, K_GROUP);
}

static inline struct res *array_group_at(const struct call *c, size_t i)
{
    size_t first = world_count(c->world, SITE_A, K_GROUP);
    return i < first ? world_at(c->world, SITE_A, K_GROUP, i)
                     : world_at(c->world, SITE_B, K_GROUP, i - first);
}

/* Whether the call's array knows the group: its own, or one that replicates to it. */
static inline bool array_group_here(const struct call *c, const struct res *group)
{
    return group->site == c->site || !json_flag(group->doc, "untargeted", false);
}

/* "pg" on its own array (that of site `owner`), "array-a:pg" on the other;
 * volumes alike. */
const char *array_local_name(struct call *c, int owner, const char *name);
/* 1..63 letters, digits and -, the first and last no -, at least one letter. */
bool array_name_valid(const char *name);
/* Says what a volume snapshot called `name` here holds; false: there is none.
 * *ret_source: the volume's name as this array writes it. */
bool array_snapshot_find(struct call *c, const char *name, int64_t *ret_bytes,
                         const char **ret_source, bool *ret_complete);

void array_arrays(struct call *c);
void array_space(struct call *c);
void array_connections(struct call *c);
void array_groups(struct call *c);
void array_group_volumes(struct call *c);
void array_group_targets(struct call *c);
void array_snapshots(struct call *c);
void array_transfers(struct call *c);
void array_volume_snapshots(struct call *c);
void array_make_snapshot(struct call *c); /* protect.c */
void array_make_group(struct call *c);
void array_change_group(struct call *c);
void array_allow_target(struct call *c);
void array_add_member(struct call *c);
void array_add_target(struct call *c);
void array_volumes(struct call *c); /* volumes.c */
void array_make_volume(struct call *c);
void array_change_volume(struct call *c);
void array_eradicate_volume(struct call *c);
void array_tags(struct call *c);
void array_put_tags(struct call *c);

#endif
