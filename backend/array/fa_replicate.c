/*
 * fa_replicate: a point that is asked for, how far it has come, and what a
 * protection group is set to.
 *
 *   replicate  POST snapshot ─▶ GET it by name
 *   transfer   GET transfer ─▶ GET snapshot     (on the target)
 *   group      GET group ─▶ GET its targets
 *
 * The point's suffix is the caller's, so "already exists" speaks of what an
 * earlier try made, and is read like any other. A snapshot's time is the time
 * at the source: what an RPO counts from.
 */
#include "backend/array/fa_replicate.h"

#include "backend/array/fa_answer.h"
#include "backend/array/fa_chain.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char REPLICATE[] = "replicate the protection group now";
static const char TRANSFER[] = "tell how far the recovery point has come";
static const char GROUP[] = "tell about the protection group";

/* ---- replicate ----------------------------------------------------------------- */

static void on_made(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    struct array_point p = {.created_ms = json_int(json_array_get(items, 0), "created", 0)};
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    snprintf(p.name, sizeof(p.name), "%.63s.%.40s", c->group, c->suffix);
    if (p.created_ms > 0) {
        array_end_points(c, &p, 1);
        return;
    }
    if (!c->err.code)
        pc_error_set(&c->err, PC_ERR_PROTOCOL, "Look at the array for what became of it.",
                     "the array made snapshot %s, but does not list it", p.name);
    struct pc_error copy = c->err;
    array_end_error(c, &copy);
}

static void on_asked(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    struct buf path;
    char *name;
    (void)items;
    (void)elapsed_ms;
    c->call = NULL;
    if (err->code && err->code != PC_ERR_EXISTS) {
        array_end_error(c, err);
        return;
    }
    c->err = *err; /* told if it is not there after all */
    name = xasprintf("%s.%s", c->group, c->suffix);
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/protection-group-snapshots?filter=");
    fa_filter(&path, "name", name, false);
    buf_puts(&path, "&destroyed=false");
    fa_ask(c, &path, REPLICATE, on_made);
    buf_release(&path);
    free(name);
}

void fa_replicate_now(struct array_call *c)
{
    struct buf path;
    if (!fa_name_is_plain(c->group) || strlen(c->group) > 63) {
        fa_refuse_name(c, "a protection group", c->group);
        return;
    }
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/protection-group-snapshots?source_names=");
    buf_url(&path, c->group);
    buf_puts(&path, "&replicate_now=true&apply_retention=true");
    fa_write(c, "POST", buf_text(&path), json_pack("{s:s}", "suffix", c->suffix), REPLICATE,
             on_asked);
    buf_release(&path);
}

/* ---- transfer ------------------------------------------------------------------ */

static void get_point(struct array_call *c, const char *collection, fa_got *done)
{
    struct buf path;
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, collection);
    fa_filter(&path, "name", c->point, false);
    buf_puts(&path, "&destroyed=false");
    fa_ask(c, &path, TRANSFER, done);
    buf_release(&path);
}

static void on_snapshot(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    struct array_point p;
    (void)elapsed_ms;
    if (fa_went_well(c, err))
        array_end_points(c, &p, fa_answer_points(c->first, items, &p, 1));
}

static void on_transfer(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    if (json_array_size(items) == 0) {
        array_end_points(c, NULL, 0);
        return;
    }
    c->first = json_incref(items);
    get_point(c, "/protection-group-snapshots?filter=", on_snapshot);
}

void fa_transfer(struct array_call *c)
{
    if (!fa_name_is_plain(c->point))
        fa_refuse_name(c, "a snapshot", c->point);
    else
        get_point(c, "/protection-group-snapshots/transfer?filter=", on_transfer);
}

/* ---- what a group is set to ------------------------------------------------------ */

static void on_targets(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    const json_t *t;
    size_t i;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    json_array_foreach(items, i, t)
        c->shown.targeted |= json_flag(t, "allowed", false);
    array_end_group(c, &c->shown);
}

static void on_group(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    const json_t *item = json_array_get(items, 0);
    struct buf path;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    if (!item) {
        array_end_group(c, NULL);
        return;
    }
    fa_answer_group(item, &c->shown);
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/protection-groups/targets?filter=");
    fa_filter(&path, "group.name", c->group, false);
    fa_ask(c, &path, GROUP, on_targets);
    buf_release(&path);
}

void fa_group(struct array_call *c)
{
    struct buf path;
    if (!fa_name_is_plain(c->group)) {
        fa_refuse_name(c, "a protection group", c->group);
        return;
    }
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/protection-groups?filter=");
    fa_filter(&path, "name", c->group, false);
    buf_puts(&path, "&destroyed=false");
    fa_ask(c, &path, GROUP, on_group);
    buf_release(&path);
}
