/*
 * array: the read side of a FlashArray's REST 2, one array a site.
 *
 * array.c has sessions and routes, array_view.c the collections, array_list.c
 * what all lists share: names, filter, sort, limit, offset, destroyed.
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

void array_arrays(struct call *c);
void array_space(struct call *c);
void array_connections(struct call *c);
void array_groups(struct call *c);
void array_group_volumes(struct call *c);
void array_group_targets(struct call *c);
void array_snapshots(struct call *c);
void array_transfers(struct call *c);
void array_volume_snapshots(struct call *c);
void array_volumes(struct call *c);

#endif
