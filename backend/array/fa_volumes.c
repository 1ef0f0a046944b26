/*
 * fa_volumes: volumes on a FlashArray.
 *
 *   members   GET snapshots, page by page
 *   clone     POST volume ─▶ GET it ─▶ GET its tags ─▶ [PUT tags ─▶ GET tags] ─▶ compare
 *   find      GET by serial or name ─▶ GET tags;  none: GET tags of the operation ─▶ GET it
 *   destroy   PATCH ─▶ GET it
 *
 * What a write has done is always read: an answer may be lost, and "already
 * exists" may speak of what the lost one made. A clone is adopted when its
 * source is the one asked for and its tags are ours or not yet there. Objects
 * are read with filter=, not names=: what is missing is no error then.
 */
#include "backend/array/fa_volumes.h"

#include "backend/array/fa_answer.h"
#include "backend/array/fa_chain.h"
#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* REST 2.16 may protect a new volume by itself. */
enum { DEFAULT_PROTECTION_SINCE = 16 };

static const char MEMBERS[] = "list the volumes of the recovery point";
static const char CLONE[] = "make the volume from the snapshot";
static const char TAG[] = "tag the volume";
static const char LOOK[] = "look for the volume";
static const char DESTROY[] = "destroy the volume";

/* ---- shared ---------------------------------------------------------------- */

/* GET /volumes whose `field` is `value`. */
static void get_volume(struct array_call *c, const char *field, const char *value,
                       const char *action, fa_got *done)
{
    struct buf path;
    buf_init(&path, FA_PATH_CAP);
    buf_printf(&path, "/volumes?filter=%s%%3D%%27", field);
    buf_url(&path, value);
    buf_puts(&path, "%27");
    fa_ask(c, &path, action, done);
    buf_release(&path);
}

static void get_tags(struct array_call *c, const char *name, const char *action, fa_got *done)
{
    struct buf path;
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/volumes/tags?resource_names=");
    buf_url(&path, name);
    buf_puts(&path, "&namespaces=" FA_TAG_SPACE);
    fa_ask(c, &path, action, done);
    buf_release(&path);
}

/* The volumes among `items`, with what `tags` say of them, end the call. */
static void end_with(struct array_call *c, const json_t *items, const json_t *tags)
{
    size_t n = json_array_size(items), i;
    struct array_volume *list = xcalloc(n ? n : 1, sizeof(*list));
    const json_t *item;
    int count = 0;
    json_array_foreach(items, i, item) {
        if (!fa_answer_volume(item, &list[count]))
            continue;
        fa_answer_tags(tags, &list[count]);
        count++;
    }
    array_end_volumes(c, list, count);
    free(list);
}

/* ---- what a point holds ------------------------------------------------------ */

static void get_members(struct array_call *c);

static void on_members(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    bool more = fa_keep_page(c, items);
    if (json_array_size(c->first) > ARRAY_VOLUMES)
        fa_too_many(c);
    else if (more)
        get_members(c);
    else
        end_with(c, c->first, NULL);
}

static void get_members(struct array_call *c)
{
    struct buf path;
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/volume-snapshots?filter=name%3D%27");
    buf_url(&path, c->point);
    buf_puts(&path, ".%2A");
    if (c->cinder_id)
        buf_printf(&path, "volume-%s-cinder", c->cinder_id); /* * may be "vgroup/" */
    buf_printf(&path, "%%27&destroyed=false&sort=name&limit=%d&offset=%zu", (int)FA_PAGE,
               json_array_size(c->first));
    fa_ask(c, &path, MEMBERS, on_members);
    buf_release(&path);
}

void fa_members_of(struct array_call *c)
{
    if (!fa_name_is_plain(c->point))
        fa_refuse_name(c, "a snapshot", c->point);
    else if (c->cinder_id && !fa_name_is_plain(c->cinder_id))
        fa_refuse_name(c, "a volume", c->cinder_id);
    else
        get_members(c);
}

/* ---- clone --------------------------------------------------------------------- */

/* "SRC:pg.42.vol" was taken of "SRC:vol". */
static bool is_source(const char *source, const char *snapshot)
{
    const char *volume = strrchr(snapshot, '.'), *colon = strchr(snapshot, ':');
    size_t array = colon ? (size_t)(colon - snapshot) + 1 : 0;
    return strcmp(source, snapshot) == 0 ||
           (volume && strncmp(source, snapshot, array) == 0 &&
            strcmp(source + array, volume + 1) == 0);
}

static bool is_or_none(const char *have, const char *want)
{
    return !*have || strcmp(have, want) == 0;
}

static void not_ours(struct array_call *c, enum pc_err code, const char *why)
{
    struct pc_error err;
    pc_error_set(&err, code, "Look at the volume on the array; rename or eradicate it there if "
                 "nobody needs it, and run it again.", "volume %s is on the array already %s",
                 c->name, why);
    array_end_error(c, &err);
}

static void get_clone(struct array_call *c);

/* With the operation in it, all of an operation's are found by one filter. */
static char *step_tag(const struct array_call *c)
{
    return xasprintf("%s %s", c->op, c->step);
}

static void on_tagged(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)items;
    (void)elapsed_ms;
    if (fa_went_well(c, err))
        get_clone(c);
}

static void put_tags(struct array_call *c)
{
    char *step = step_tag(c);
    const char *const tags[][2] = {
        {FA_TAG_OP, c->op}, {FA_TAG_STEP, step}, {FA_TAG_SNAPSHOT, c->snapshot}};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "key", tags[i][0], "value",
                                              tags[i][1], "namespace", FA_TAG_SPACE, "copyable",
                                              0));
    char *path = xasprintf("/volumes/tags/batch?resource_names=%s", c->name);
    const struct fa_request q = {.method = "PUT", .path = path, .body = list, .action = TAG};
    c->call = fa_send(c->array->session, &q, on_tagged, c);
    c->tagged = true;
    free(step);
    free(path);
    json_decref(list);
}

static void on_clone_tags(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    struct array_volume v;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    fa_answer_volume(json_array_get(c->first, 0), &v);
    fa_answer_tags(items, &v);
    if (!is_or_none(v.op, c->op) || !is_or_none(v.step, c->step))
        not_ours(c, PC_ERR_EXISTS, "and has the tags of another operation");
    else if (!is_or_none(v.snapshot, c->snapshot))
        not_ours(c, PC_ERR_EXISTS, "and is of another recovery point");
    else if (*v.op && *v.step && *v.snapshot)
        array_end_volumes(c, &v, 1);
    else if (c->tagged)
        not_ours(c, PC_ERR_PROTOCOL, "but does not keep its tags");
    else
        put_tags(c);
}

static void on_clone_read(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    struct array_volume v;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    if (!fa_answer_volume(json_array_get(items, 0), &v)) {
        if (!c->err.code)
            pc_error_set(&c->err, PC_ERR_PROTOCOL, "Look at the array for what became of it.",
                         "the array made volume %s, but does not list it", c->name);
        array_end_error(c, &c->err);
    } else if (v.destroyed) {
        not_ours(c, PC_ERR_CONFLICT, "and was destroyed: its name is taken until it is eradicated");
    } else if (!is_source(v.source, c->snapshot)) {
        not_ours(c, PC_ERR_EXISTS, "and was made from something else");
    } else {
        json_decref(c->first);
        c->first = json_incref(items);
        get_tags(c, c->name, TAG, on_clone_tags);
    }
}

static void get_clone(struct array_call *c)
{
    get_volume(c, "name", c->name, CLONE, on_clone_read);
}

static void on_cloned(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)items;
    (void)elapsed_ms;
    c->call = NULL;
    if (err->code && err->code != PC_ERR_EXISTS && err->code != PC_ERR_CONFLICT) {
        array_end_error(c, err);
        return;
    }
    c->err = *err; /* told if the volume is not there after all */
    get_clone(c);
}

void fa_clone(struct array_call *c)
{
    if (!fa_name_is_plain(c->name) || !fa_name_is_plain(c->snapshot)) {
        fa_refuse_name(c, "a volume", fa_name_is_plain(c->name) ? c->snapshot : c->name);
        return;
    }
    json_t *body = json_pack("{s:{s:s}}", "source", "name", c->snapshot);
    char *path = xasprintf("/volumes?names=%s", c->name);
    const struct fa_request q = {.method = "POST",
                                 .path = path,
                                 .body = body,
                                 .since = DEFAULT_PROTECTION_SINCE,
                                 .since_query = "&with_default_protection=false",
                                 .action = CLONE};
    c->call = fa_send(c->array->session, &q, on_cloned, c);
    free(path);
    json_decref(body);
}

/* ---- find ------------------------------------------------------------------------ */

static void on_found_tags(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)elapsed_ms;
    if (fa_went_well(c, err))
        end_with(c, c->first, items);
}

static void on_found(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms);
static void get_marked(struct array_call *c);

/* The volume's name in a page of the operation's tags, "" none. */
static const char *name_of_step(const struct array_call *c, const json_t *tags)
{
    const json_t *t;
    const char *name = "";
    char *want = step_tag(c);
    size_t i;
    json_array_foreach(tags, i, t)
        if (strcmp(json_text(t, "key"), FA_TAG_STEP) == 0 &&
            strcmp(json_text(t, "value"), want) == 0)
            name = json_text(json_map(t, "resource"), "name");
    free(want);
    return fa_name_is_plain(name) ? name : "";
}

static void on_marked(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    bool more = fa_keep_page(c, items);
    const char *name = name_of_step(c, items);
    if (*name)
        get_volume(c, "name", name, LOOK, on_found);
    else if (more && json_array_size(c->first) < ARRAY_VOLUMES)
        get_marked(c);
    else
        array_end_volumes(c, NULL, 0);
}

/* The tags of the step begin with the operation's id, which is plain text. */
static void get_marked(struct array_call *c)
{
    struct buf path;
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/volumes/tags?namespaces=" FA_TAG_SPACE "&filter=value%3D%27");
    buf_url(&path, c->op);
    buf_printf(&path, "%%20%%2A%%27&limit=%d&offset=%zu", (int)FA_PAGE, json_array_size(c->first));
    fa_ask(c, &path, LOOK, on_marked);
    buf_release(&path);
}

static void on_found(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    struct array_volume v;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    bool by_marks = c->first != NULL;
    if (fa_answer_volume(json_array_get(items, 0), &v)) {
        json_decref(c->first);
        c->first = json_incref(items);
        get_tags(c, v.name, LOOK, on_found_tags);
    } else if (!by_marks && !c->serial && c->op && c->step) {
        get_marked(c);
    } else {
        array_end_volumes(c, NULL, 0);
    }
}

void fa_find(struct array_call *c)
{
    const char *key = c->serial ? c->serial : c->name ? c->name : c->op;
    if (!key || !fa_name_is_plain(key) || (c->op && !fa_name_is_plain(c->op)))
        fa_refuse_name(c, "a volume", key ? key : "");
    else if (c->serial || c->name)
        get_volume(c, c->serial ? "serial" : "name", key, LOOK, on_found);
    else
        get_marked(c);
}

/* ---- destroy ------------------------------------------------------------------------ */

static void on_destroy_read(void *arg, const struct pc_error *err, json_t *items,
                            int64_t elapsed_ms)
{
    struct array_call *c = arg;
    struct array_volume v;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    if (!fa_answer_volume(json_array_get(items, 0), &v) || v.destroyed) {
        array_end_well(c);
        return;
    }
    if (!c->err.code)
        pc_error_set(&c->err, PC_ERR_CONFLICT, "Look at the volume on the array.",
                     "volume %s is there as before, although the array accepted to destroy it",
                     c->name);
    array_end_error(c, &c->err);
}

/* A refusal is judged by what is there: destroyed, and gone, are both fine. */
static void on_destroyed(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)items;
    (void)elapsed_ms;
    c->call = NULL;
    if (err->code && err->http_status != 400 && err->http_status != 409) {
        array_end_error(c, err);
        return;
    }
    c->err = *err;
    get_volume(c, "name", c->name, DESTROY, on_destroy_read);
}

void fa_destroy(struct array_call *c)
{
    if (!fa_name_is_plain(c->name)) {
        fa_refuse_name(c, "a volume", c->name);
        return;
    }
    json_t *body = json_pack("{s:b}", "destroyed", 1);
    char *path = xasprintf("/volumes?names=%s", c->name);
    const struct fa_request q = {
        .method = "PATCH", .path = path, .body = body, .action = DESTROY};
    c->call = fa_send(c->array->session, &q, on_destroyed, c);
    free(path);
    json_decref(body);
}
