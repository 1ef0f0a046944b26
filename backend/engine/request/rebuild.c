/*
 * rebuild: reads both sites, tells the story, and, when that is asked
 * for and nothing contradicts it, writes it down.
 *
 * The facts of members are read where they are needed: what a group without a
 * record consists of, where one serves that was swapped after the record was
 * written, and what a failover's members were before it. Engine thread.
 */
#include "backend/engine/capture.h"
#include "backend/engine/gather.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/publish.h"
#include "backend/engine/rebuild/rebuild.h"
#include "backend/engine/request/request.h"

#include "backend/cloud/cinder.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Facts of servers that the story needs, one reading after the other. */
struct want {
    struct want *next;
    json_t *into; /* a group of the story, or an operation of it; lent */
    const char *key; /* "members" or "before" */
    struct site *site;
    json_t *ids;
};

struct rebuilding {
    struct engine *e;
    struct request *r;
    json_t *story;
    char unread[128]; /* the first site that could not be read whole, "": none */
    struct pc_error differ; /* two lists tell differently; PC_OK: they agree */
    struct want *wants;
};

static void rebuilding_free(struct rebuilding *b)
{
    while (b->wants) {
        struct want *w = b->wants;
        b->wants = w->next;
        json_decref(w->ids);
        free(w);
    }
    json_decref(b->story);
    free(b);
}

static void fail(struct rebuilding *b, const struct pc_error *err)
{
    request_fail(b->r, err);
    rebuilding_free(b);
}

/* ---- writing it down ------------------------------------------------------------- */

/* The record of the file, or the least that marks tell. */
static json_t *record_of(const json_t *g)
{
    const json_t *record = json_object_get(g, "record");
    json_t *o = json_is_object(record) ? json_deep_copy(record) : json_object();
    const json_t *members = json_list(g, "members"), *op;
    bool moved = strcmp(json_text(o, "current_primary"), json_text(g, "serves")) != 0;
    int64_t count = json_int(o, "failover_count", 0);
    size_t i;
    static const char *const keys[] = {"id", "name", "primary", "secondary"};
    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
        json_put_text(o, keys[k], json_text(g, keys[k]));
    json_array_foreach(json_list(g, "operations"), i, op)
        count += !json_flag(op, "recorded", false) && *rebuild_target(op);
    json_put_int(o, "failover_count", count);
    json_put_text(o, "current_primary", json_text(g, "serves"));
    /* Higher than what anybody has seen: whoever prepared something looks anew. */
    json_put_int(o, "metadata_version",
                 json_int(o, "metadata_version", 0) + (moved || !json_is_object(record)));
    if (members)
        json_put(o, "members", json_deep_copy(members));
    return o;
}

static enum pc_err write_operation(struct engine *e, const json_t *g, const json_t *o,
                                   struct pc_error *err)
{
    struct operation *op = rebuild_operation(g, o, json_list(o, "before"));
    struct event event = {.at_ms = engine_wall(e), .level = "warn"};
    enum pc_err rc = store_op_insert(e->store, op, err);
    snprintf(event.op_id, sizeof(event.op_id), "%s", op->id);
    snprintf(event.text, sizeof(event.text), "told anew: %zu things of it were found",
             op->ledger_count);
    if (!rc)
        rc = store_event_add(e->store, &event, err);
    operation_free(op);
    return rc;
}

static enum pc_err write_group(struct engine *e, const json_t *g, struct pc_error *err)
{
    struct group *group = NULL;
    json_t *record = record_of(g), *op;
    size_t i;
    enum pc_err rc = group_from_json(record, &group, err);
    if (!rc)
        rc = group_write(e, group, err);
    json_array_foreach(json_list(g, "operations"), i, op)
        if (!rc)
            rc = write_operation(e, g, op, err);
    group_unref(group);
    json_decref(record);
    return rc;
}

static enum pc_err write_all(struct engine *e, const json_t *story, struct pc_error *err)
{
    const json_t *g;
    size_t i;
    enum pc_err rc = store_begin(e->store, err);
    json_array_foreach(json_list(story, "groups"), i, g)
        if (!rc)
            rc = write_group(e, g, err);
    if (!rc)
        rc = store_commit(e->store, err);
    if (rc) {
        store_rollback(e->store);
        return rc;
    }
    rc = groups_load(e, err);
    groups_refresh(e);
    groups_file_keep(e);
    e->ops_dirty = e->groups_dirty = true;
    return rc;
}

/* ---- the answer ------------------------------------------------------------------- */

static const json_t *first_conflict(const json_t *story)
{
    const json_t *g;
    size_t i;
    json_array_foreach(json_list(story, "groups"), i, g)
        if (json_is_object(json_object_get(g, "conflict")))
            return g;
    return NULL;
}

static json_t *reply_of(const json_t *story, bool written)
{
    json_t *o = json_deep_copy(story), *lines = json_array(), *g;
    size_t i;
    json_array_foreach(json_list(o, "groups"), i, g) {
        json_t *told = rebuild_told(g);
        json_array_extend(lines, told);
        json_decref(told);
        json_object_del(g, "record");
        json_object_del(g, "members");
        json_object_del(g, "settled");
    }
    json_put(o, "story", lines);
    json_put_text(o, "confirm", "rebuild");
    json_put_flag(o, "rebuilt", written);
    return o;
}

static void decide(struct rebuilding *b)
{
    struct pc_error err;
    const json_t *g = first_conflict(b->story), *clash = json_object_get(g, "conflict");
    bool dry = json_flag(b->r->args, "dry_run", false);
    if (!dry && g) {
        pc_error_set(&err, PC_ERR_CONFLICT, "End one of the two: stop the servers of the side that "
                     "shall not serve, or start those of the one that shall, then ask again.",
                     "two stories are told of %s. One: %s. The other: %s", json_text(g, "name"),
                     json_text(clash, "one"), json_text(clash, "other"));
        fail(b, &err);
    } else if (!dry && *b->unread && !json_flag(b->r->args, "force", false)) {
        pc_error_set(&err, PC_ERR_UNREACHABLE, "Ask again when it answers. If it is lost for good, "
                     "--force tells the story without it.",
                     "%s could not be read whole: what is there would be missing from the history",
                     b->unread);
        fail(b, &err);
    } else if (!dry && b->differ.code && !json_flag(b->r->args, "force", false)) {
        fail(b, &b->differ);
    } else if (!dry && write_all(b->e, b->story, &err)) {
        fail(b, &err);
    } else {
        json_t *reply = reply_of(b->story, !dry);
        json_put_text(reply, "unread", *b->unread ? b->unread : NULL);
        json_put_text(reply, "differ", b->differ.code ? b->differ.text : NULL);
        publish(b->e, true);
        request_reply(b->r, reply);
        rebuilding_free(b);
    }
}

/* ---- facts of members ---------------------------------------------------------------- */

static void read_next(struct rebuilding *b);

/* What cannot be read is left out: see least_before(), and the next drill reads
 * the members anew. */
static void on_facts(void *arg, const struct pc_error *err, json_t *members)
{
    struct rebuilding *b = arg;
    struct want *w = b->wants;
    if (err->code == PC_OK)
        json_put(w->into, w->key, json_deep_copy(members));
    b->wants = w->next;
    json_decref(w->ids);
    free(w);
    if (err->code == PC_ERR_CANCELLED)
        fail(b, err);
    else
        read_next(b);
}

static void read_next(struct rebuilding *b)
{
    if (b->wants)
        capture_members(b->e, b->wants->site, b->wants->ids, on_facts, b);
    else
        decide(b);
}

static void want(struct rebuilding *b, json_t *into, const char *key, const char *site,
                 json_t *ids_take)
{
    struct site *s = engine_site(b->e, site);
    if (!s || !json_array_size(ids_take)) {
        json_decref(ids_take);
        return;
    }
    struct want *w = xcalloc(1, sizeof(*w));
    *w = (struct want){b->wants, into, key, s, ids_take};
    b->wants = w;
}

static json_t *ids_of(const json_t *op, const char *key)
{
    json_t *ids = json_array();
    const json_t *made;
    size_t i;
    json_array_foreach(json_list(op, "made"), i, made)
        if (strcmp(json_text(made, "type"), "server") == 0 && *json_text(made, key))
            json_array_append_new(ids, json_string(json_text(made, key)));
    return ids;
}

static void want_facts(struct rebuilding *b)
{
    json_t *g, *op;
    size_t i, k;
    json_array_foreach(json_list(b->story, "groups"), i, g) {
        const json_t *record = json_object_get(g, "record");
        const char *serves = json_text(g, "serves");
        bool known = json_is_object(record) && strcmp(json_text(record, "current_primary"), serves) == 0;
        if (!known && json_map(g, "settled"))
            want(b, g, "members", serves, ids_of(json_map(g, "settled"), "id"));
        json_array_foreach(json_list(g, "operations"), k, op) {
            bool there = strcmp(json_text(op, "target_site"), serves) == 0 && *rebuild_target(op);
            bool here = strcmp(json_text(op, "source_site"), serves) == 0;
            if (!known && (there || here))
                want(b, g, "members", serves, ids_of(op, there ? "id" : "source"));
            if (strcmp(json_text(op, "type"), "test_failover") != 0)
                want(b, op, "before", json_text(op, "source_site"), ids_of(op, "source"));
        }
    }
}

/* ---- reading the sites ----------------------------------------------------------------- */

/* Of a site that was read in part nothing counts: an operation that is written down without its
 * servers is known from then on, and nobody would look for them again. */
static json_t *site_of(const struct site *s, json_t *bodies)
{
    static const char *const lists[] = {"servers", "volumes", "ports", "networks"};
    json_t *o = json_object();
    char key[160];
    bool read = true;
    json_put_text(o, "name", s->cfg->name);
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        snprintf(key, sizeof(key), "%s %s", lists[i], s->cfg->name);
        json_t *list = json_list(bodies, key);
        read = read && list;
        json_put(o, lists[i], list ? json_incref(list) : json_array());
    }
    for (size_t i = 0; !read && i < sizeof(lists) / sizeof(lists[0]); i++)
        json_put(o, lists[i], json_array());
    json_put_flag(o, "read", read);
    return o;
}

/* Ids of what the history has, and names and records of its groups; without those of
 * which the file knows more. */
static enum pc_err known_of(struct engine *e, json_t **ret, struct pc_error *err)
{
    struct op_filter all = {.type = -1, .headers_only = true};
    struct operation **list = NULL;
    size_t count = 0;
    enum pc_err rc = store_ops(e->store, &all, &list, &count, err);
    if (rc)
        return rc;
    json_t *known = json_object();
    for (size_t i = 0; i < count; i++) {
        json_put_flag(known, list[i]->id, true);
        operation_free(list[i]);
    }
    free(list);
    for (size_t i = 0; i < e->group_count; i++) {
        const struct group *g = e->groups[i].group;
        if (e->groups[i].outrun)
            continue;
        json_put(known, g->id, group_to_json(g));
        json_put_text(known, g->name, g->id);
    }
    *ret = known;
    return PC_OK;
}

static void on_sites(void *arg, const struct pc_error *why, json_t *bodies)
{
    struct rebuilding *b = arg;
    struct pc_error err = *why;
    json_t *sites = json_array(), *file = NULL, *known = NULL;
    int read = 0;
    for (size_t i = 0; i < b->e->site_count; i++) {
        json_t *site = site_of(&b->e->sites[i], bodies);
        bool whole = json_flag(site, "read", false);
        read += whole;
        if (!whole && !*b->unread)
            snprintf(b->unread, sizeof(b->unread), "%s", b->e->sites[i].cfg->name);
        json_array_append_new(sites, site);
    }
    enum pc_err rc = err.code;
    if (!rc && !read)
        rc = pc_error_set(&err, PC_ERR_UNREACHABLE, "Look at `site list`.",
                          "neither site can be read: there is nothing to tell the story from");
    if (!rc)
        rc = groups_file_read(b->e, &file, &err);
    if (!rc)
        rc = groups_load(b->e, &err);
    if (!rc)
        rc = known_of(b->e, &known, &err);
    if (!rc) {
        json_t *marks = rebuild_marks(sites);
        b->story = rebuild_story(sites, marks, file, known);
        json_decref(marks);
        rebuild_lists_agree(sites, &b->differ);
    }
    json_decref(sites);
    json_decref(file);
    json_decref(known);
    if (rc) {
        fail(b, &err);
        return;
    }
    want_facts(b);
    read_next(b);
}

static void read_site(struct gather *g, struct site *s)
{
    char key[160];
#define SLOT(what) (snprintf(key, sizeof(key), what " %s", s->cfg->name), gather_slot(g, key, true))
    nova_servers(s->cloud, NULL, NULL, gather_take, SLOT("servers"));
    cinder_volumes(s->cloud, NULL, NULL, NULL, gather_take, SLOT("volumes"));
    neutron_ports(s->cloud, NULL, NULL, gather_take, SLOT("ports"));
    neutron_networks(s->cloud, NULL, NULL, gather_take, SLOT("networks"));
    neutron_floating_ips(s->cloud, NULL, gather_take, SLOT("floatingips"));
#undef SLOT
}

void request_rebuild(struct engine *e, struct request *r)
{
    struct pc_error err;
    if (!json_flag(r->args, "dry_run", false) &&
        strcmp(json_text(r->args, "confirm"), "rebuild") != 0) {
        pc_error_set(&err, PC_ERR_FORBIDDEN, "Look at the story first (--dry-run), then type: rebuild",
                     "to rebuild the history is confirmed by typing: rebuild");
        request_fail(r, &err);
        return;
    }
    struct rebuilding *b = xcalloc(1, sizeof(*b));
    b->e = e;
    b->r = r;
    struct gather *g = gather_new(e, on_sites, b);
    for (size_t i = 0; i < e->site_count; i++)
        read_site(g, &e->sites[i]);
    gather_go(g);
}
