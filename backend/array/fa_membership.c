/*
 * fa_membership: in which protection groups, and which pod, volumes are.
 *
 *   for every twenty of them: GET /volumes ─▶ GET /volumes/protection-groups
 *
 * By filter, not by names: a volume that the array does not have is an answer,
 * no error. * before the name stands for a volume group or a pod.
 */
#include "backend/array/fa_replicate.h"

#include "backend/array/fa_answer.h"
#include "backend/array/fa_chain.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 20 };

static const char MEMBERSHIP[] = "tell which protection groups hold the volumes";

static void next(struct array_call *c);

static size_t batch_end(const struct array_call *c)
{
    return c->at + AT_ONCE < c->id_count ? c->at + AT_ONCE : c->id_count;
}

static struct array_member *add_row(struct array_call *c, const char *id)
{
    c->rows = xgrow(c->rows, &c->row_room, c->row_count + 1, sizeof(*c->rows));
    struct array_member *row = &c->rows[c->row_count++];
    *row = (struct array_member){.cinder_id = ""};
    snprintf(row->cinder_id, sizeof(row->cinder_id), "%.39s", id);
    return row;
}

static const json_t *volume_of(const json_t *volumes, const char *id)
{
    const json_t *v;
    struct array_volume is;
    size_t i;
    json_array_foreach(volumes, i, v)
        if (fa_answer_volume(v, &is) && !is.destroyed && array_volume_managed_as(&is, id))
            return v;
    return NULL;
}

/* The rows of one volume, by what the two lists say. */
static void take(struct array_call *c, const char *id, const json_t *links)
{
    const json_t *v = volume_of(c->first, id), *link;
    struct array_member *row = add_row(c, id);
    const char *name = json_text(v, "name");
    size_t i;
    bool first = true;
    snprintf(row->volume, sizeof(row->volume), "%.191s", name);
    snprintf(row->pod, sizeof(row->pod), "%.63s", json_text(json_map(v, "pod"), "name"));
    json_array_foreach(links, i, link) {
        const char *group = json_text(json_map(link, "group"), "name");
        if (!*name || strcmp(json_text(json_map(link, "member"), "name"), name) != 0 ||
            !fa_name_is_plain(group) || strlen(group) >= sizeof(row->group))
            continue;
        if (!first) {
            struct array_member copy = c->rows[c->row_count - 1];
            row = add_row(c, id);
            *row = copy;
        }
        first = false;
        snprintf(row->group, sizeof(row->group), "%s", group);
    }
}

static void on_links(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    size_t end = batch_end(c);
    for (; c->at < end; c->at++)
        take(c, c->ids[c->at], items);
    json_decref(c->first);
    c->first = NULL;
    next(c);
}

static void ask(struct array_call *c, const char *collection, const char *field, fa_got *done)
{
    struct buf path;
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, collection);
    for (size_t i = c->at; i < batch_end(c); i++) {
        char name[128];
        snprintf(name, sizeof(name), "*volume-%.64s-cinder", c->ids[i]);
        fa_filter(&path, field, name, i > c->at);
    }
    fa_ask(c, &path, MEMBERSHIP, done);
    buf_release(&path);
}

static void on_volumes(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    c->first = json_incref(items);
    ask(c, "/volumes/protection-groups?filter=", "member.name", on_links);
}

static void next(struct array_call *c)
{
    if (c->at < c->id_count)
        ask(c, "/volumes?destroyed=false&filter=", "name", on_volumes);
    else
        c->members_read(c);
}

static void nothing_asked(void *arg)
{
    struct array_call *c = arg;
    c->timer = NULL;
    c->members_read(c);
}

void fa_read_members(struct array_call *c, void (*then)(struct array_call *c))
{
    for (size_t i = 0; i < c->id_count; i++)
        if (!fa_name_is_plain(c->ids[i]) || c->id_count > ARRAY_VOLUMES) {
            fa_refuse_name(c, "a volume", c->ids[i]);
            return;
        }
    free(c->rows);
    c->rows = NULL;
    c->row_count = c->row_room = c->at = 0;
    c->members_read = then;
    if (c->id_count)
        next(c);
    else
        c->timer = net_timer_start(c->array->net, 0, nothing_asked, c);
}

void fa_membership(struct array_call *c)
{
    fa_read_members(c, array_end_members);
}
