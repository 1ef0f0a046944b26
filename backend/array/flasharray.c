/*
 * The flasharray kind: recovery points and status, as the GETs that answer
 * them. What is about volumes is in fa_volumes.c.
 *
 * Recovery points need two lists: the transfers say what has arrived, the
 * snapshots when it was taken at the source, which is what RPO counts from.
 */
#include "backend/array/fa_answer.h"
#include "backend/array/fa_replicate.h"
#include "backend/array/fa_volumes.h"
#include "backend/array/kind.h"
#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char POINTS[] = "list recovery points";
static const char STATUS[] = "tell its status";

/* ---- recovery points ----------------------------------------------------- */

static bool name_is_usable(const char *name)
{
    return fa_name_is_plain(name) && name[0] != ':' && name[strlen(name) - 1] != ':' && strlen(name) < 128;
}

static void on_snapshots(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)elapsed_ms;
    c->call = NULL;
    if (err->code) {
        array_end_error(c, err);
        return;
    }
    struct array_point *points = xcalloc((size_t)c->most, sizeof(*points));
    int count = fa_answer_points(c->first, items, points, c->most);
    array_end_points(c, points, count);
    free(points);
}

/* GETs the newest of a list, by `key`=`quote`name`quote`. */
static struct fa_call *get_newest(struct array_call *c, const char *collection, const char *key,
                                 const char *quote, const char *sort, fa_got *done)
{
    struct buf path;
    buf_init(&path, 2048);
    buf_printf(&path, "/%s?%s%s", collection, key, quote);
    buf_url(&path, c->group);
    buf_printf(&path, "%s&destroyed=false&sort=%s-&limit=%d", quote, sort, c->most);
    struct fa_call *g = fa_get(c->array->session, buf_text(&path), POINTS, done, c);
    buf_release(&path);
    return g;
}

static void on_transfers(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)elapsed_ms;
    c->call = NULL;
    if (err->code) {
        array_end_error(c, err);
    } else if (json_array_size(items) == 0) {
        array_end_points(c, NULL, 0);
    } else {
        c->first = json_incref(items);
        /* A filter, not names=: one that is gone meanwhile is no error then. */
        c->call = get_newest(c, "protection-group-snapshots", "filter=source.name%3D", "%27",
                            "created", on_snapshots);
    }
}

static void bad_name(void *arg)
{
    struct array_call *c = arg;
    struct pc_error err;
    c->timer = NULL;
    pc_error_set(&err, PC_ERR_INVALID,
                 "Check array.name of the source site, and the group's name on the array.",
                 "\"%s\" cannot be a protection group of an array", c->group);
    array_end_error(c, &err);
}

/* ---- status -------------------------------------------------------------- */

static void on_connections(void *arg, const struct pc_error *err, json_t *items,
                           int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)elapsed_ms;
    c->call = NULL;
    if (err->code) {
        array_end_error(c, err);
        return;
    }
    fa_answer_connections(items, &c->found);
    array_end_status(c);
}

static void on_arrays(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    const json_t *self = json_array_get(items, 0);
    c->call = NULL;
    if (err->code) {
        array_end_error(c, err);
        return;
    }
    safe_text(c->found.name, sizeof(c->found.name), json_text(self, "name"));
    safe_text(c->found.version, sizeof(c->found.version), json_text(self, "version"));
    c->found.latency_ms = elapsed_ms;
    c->call = fa_get(c->array->session, "/array-connections", STATUS, on_connections, c);
}

/* ---- space --------------------------------------------------------------- */

static void on_space(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    const json_t *item = json_array_get(items, 0), *used = json_map(item, "space");
    (void)elapsed_ms;
    c->call = NULL;
    if (err->code) {
        array_end_error(c, err);
        return;
    }
    int64_t bytes = json_int(used, "total_used", json_int(used, "total_physical", 0));
    const struct array_space found = {.capacity_bytes = json_int(item, "capacity", 0),
                                      .used_bytes = bytes};
    array_end_space(c, &found);
}

/* ---- the kind ------------------------------------------------------------ */

static void begin_points(struct array_call *c)
{
    if (!name_is_usable(c->group))
        c->timer = net_timer_start(c->array->net, 0, bad_name, c);
    else
        c->call = get_newest(c, "protection-group-snapshots/transfer", "names=", "", "started",
                             on_transfers);
}

static void begin_status(struct array_call *c)
{
    c->call = fa_get(c->array->session, "/arrays", STATUS, on_arrays, c);
}

static void begin_space(struct array_call *c)
{
    c->call = fa_get(c->array->session, "/arrays/space", STATUS, on_space, c);
}

static void begin(struct array_call *c)
{
    static void (*const begins[ASK_COUNT])(struct array_call *c) = {
        [ASK_POINTS] = begin_points,   [ASK_STATUS] = begin_status,
        [ASK_MEMBERS] = fa_members_of, [ASK_CLONE] = fa_clone,
        [ASK_FIND] = fa_find,          [ASK_DESTROY] = fa_destroy,
        [ASK_GROUP] = fa_group,        [ASK_MEMBERSHIP] = fa_membership,
        [ASK_PROTECT] = fa_protect,    [ASK_ALLOW] = fa_allow,
        [ASK_SPACE] = begin_space,     [ASK_REPLICATE] = fa_replicate_now,
        [ASK_TRANSFER] = fa_transfer,
    };
    begins[c->ask](c);
}

const struct array_kind ARRAY_FLASHARRAY = {.name = "flasharray", .begin = begin};
