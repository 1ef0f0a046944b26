/*
 * versions: what a group was, and an edit taken back.
 *
 * Whatever an editor can change can be taken back: description, objectives,
 * mappings, checks, boot order, and which servers are members. Of a server
 * that stays only today's facts count. What an operation has made of the group
 * since is not taken back so: a version from before a move is out of reach.
 */
#include "backend/base/clock.h"
#include "backend/engine/record.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/request.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *key, *words;
} EDITED[] = {
    {"description", "description"},       {"rpo_seconds", "RPO, seconds"},
    {"rto_seconds", "RTO, seconds"},      {"network_mapping", "networks"},
    {"flavor_mapping", "flavors"},        {"image_mapping", "images"},
    {"health_checks", "health checks"},   {"boot_groups", "boot order"},
    {"members", "members"},               {"floating_network", "floating IPs of"},
};
enum { EDITED_COUNT = sizeof(EDITED) / sizeof(EDITED[0]), VALUE_MAX = 400 };

/* What no edit changes; where it differs, an operation lies between. */
static const char *const FIXED[] = {"current_primary", "failover_count", "split_brain",
                                    "reconciled", NULL};

/* ---- comparing -------------------------------------------------------------------- */

static void add_word(char *dst, const char *word)
{
    size_t used = strlen(dst);
    snprintf(dst + used, VALUE_MAX - used, "%s%s", used ? ", " : "", word);
}

/* A value of a group's record for people. */
static void tell_value(const json_t *v, char dst[VALUE_MAX])
{
    char pair[300];
    const char *key;
    json_t *item;
    size_t i;
    dst[0] = '\0';
    if (json_is_string(v))
        snprintf(dst, VALUE_MAX, "%s", json_string_value(v));
    else if (json_is_integer(v))
        snprintf(dst, VALUE_MAX, "%lld", (long long)json_integer_value(v));
    json_array_foreach (v, i, item) {
        if (json_is_string(item)) {
            add_word(dst, json_string_value(item));
        } else if (*json_text(item, "from")) {
            snprintf(pair, sizeof(pair), "%s=%s", json_text(item, "from"), json_text(item, "to"));
            add_word(dst, pair);
        } else {
            add_word(dst, json_text(item, "name"));
        }
    }
    if (json_is_object(v))
        json_object_foreach ((json_t *)(uintptr_t)v, key, item) {
            snprintf(pair, sizeof(pair), "%s=%s", key,
                     json_is_string(item) ? json_string_value(item) : "");
            add_word(dst, pair);
        }
    if (!*dst)
        snprintf(dst, VALUE_MAX, "none");
}

static json_t *member_of(const json_t *group, const char *id)
{
    json_t *m;
    size_t i;
    json_array_foreach (json_list(group, "members"), i, m)
        if (strcmp(json_text(m, "id"), id) == 0)
            return m;
    return NULL;
}

/* The members of then, each by what is known of it now. */
static json_t *members_as_then(const json_t *now, const json_t *then)
{
    json_t *list = json_array(), *m;
    size_t i;
    json_array_foreach (json_list(then, "members"), i, m) {
        json_t *fresh = member_of(now, json_text(m, "id"));
        json_array_append(list, fresh ? fresh : m);
    }
    return list;
}

static bool same_members(const json_t *a, const json_t *b)
{
    json_t *m;
    size_t i;
    json_array_foreach (json_list(a, "members"), i, m)
        if (!member_of(b, json_text(m, "id")))
            return false;
    return json_array_size(json_list(a, "members")) == json_array_size(json_list(b, "members"));
}

/* Nothing, an empty text, an empty list and a missing one are the same. */
static bool same(const json_t *now, const json_t *then, const char *key)
{
    char a[VALUE_MAX], b[VALUE_MAX];
    const json_t *x = json_object_get(now, key), *y = json_object_get(then, key);
    if (strcmp(key, "members") == 0)
        return same_members(now, then);
    if (x && y)
        return json_equal(x, y);
    tell_value(x, a);
    tell_value(y, b);
    return strcmp(a, b) == 0;
}

/* [{what, now, then}]: what going back to then would change. */
static json_t *changes(const json_t *now, const json_t *then)
{
    json_t *list = json_array();
    char value[VALUE_MAX];
    for (size_t i = 0; i < EDITED_COUNT; i++) {
        if (same(now, then, EDITED[i].key))
            continue;
        json_t *c = json_object();
        json_put_text(c, "what", EDITED[i].words);
        tell_value(json_object_get(now, EDITED[i].key), value);
        json_put_text(c, "now", value);
        tell_value(json_object_get(then, EDITED[i].key), value);
        json_put_text(c, "then", value);
        json_array_append_new(list, c);
    }
    return list;
}

/* Names of the members that going back to then would protect no longer. */
static json_t *dropped(const json_t *now, const json_t *then)
{
    json_t *list = json_array(), *m;
    size_t i;
    json_array_foreach (json_list(now, "members"), i, m)
        if (!member_of(then, json_text(m, "id")))
            json_array_append(list, json_object_get(m, "name"));
    return list;
}

/* The health checks that nobody would ask any more. */
static json_t *dropped_checks(const json_t *now, const json_t *then)
{
    json_t *list = json_array(), *c, *other;
    size_t i, k;
    json_array_foreach (json_list(now, "health_checks"), i, c) {
        bool stays = false;
        json_array_foreach (json_list(then, "health_checks"), k, other)
            stays |= json_equal(c, other);
        if (!stays)
            json_array_append(list, c);
    }
    return list;
}

static bool moved_between(const json_t *now, const json_t *then)
{
    for (size_t i = 0; FIXED[i]; i++)
        if (!same(now, then, FIXED[i]))
            return true;
    return false;
}

/* ---- the version that an undo leads to --------------------------------------------------- */

struct target {
    json_t *now, *then, *changes; /* owned; then NULL: there is none */
    int64_t version, until_ms;
    char refused[200]; /* why there is none */
};

static void target_release(struct target *t)
{
    json_decref(t->now);
    json_decref(t->then);
    json_decref(t->changes);
}

/* The newest version that an editor had made otherwise. */
static enum pc_err find_target(struct engine *e, const struct group *g, struct target *ret,
                               struct pc_error *err)
{
    struct group *was = NULL;
    int64_t below = g->metadata_version;
    *ret = (struct target){.now = group_to_json(g)};
    snprintf(ret->refused, sizeof(ret->refused), "%s was not edited since it is known here",
             g->name);
    for (;;) {
        enum pc_err rc = store_version_before(e->store, g->id, below, &was, &ret->until_ms, err);
        if (rc == PC_ERR_NOT_FOUND)
            return PC_OK;
        if (rc)
            return rc;
        json_t *then = group_to_json(was), *list = changes(ret->now, then);
        below = was->metadata_version;
        group_unref(was);
        bool moved = moved_between(ret->now, then);
        if (!moved && json_array_size(list)) {
            ret->then = then;
            ret->changes = list;
            ret->version = below;
            return PC_OK;
        }
        json_decref(then);
        json_decref(list);
        if (moved) {
            snprintf(ret->refused, sizeof(ret->refused),
                     "version %lld is from before an operation moved %s: what an operation did is "
                     "not taken back by an undo",
                     (long long)below, g->name);
            return PC_OK;
        }
    }
}

void request_group_versions(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *g;
    struct target t = {0};
    enum pc_err rc = engine_group(e, json_text(r->args, "group"), &g, &err);
    if (!rc)
        rc = find_target(e, g->group, &t, &err);
    if (rc) {
        target_release(&t);
        request_fail(r, &err);
        return;
    }
    json_t *o = json_object(), *undo = t.then ? json_object() : json_null();
    char at[CLOCK_ISO_SIZE];
    json_put_text(o, "group", g->group->name);
    json_put_int(o, "metadata_version", g->group->metadata_version);
    if (t.then) {
        json_put_int(undo, "version", t.version);
        json_put_text(undo, "until", clock_iso(at, t.until_ms));
        json_put(undo, "changes", json_incref(t.changes));
        json_put(undo, "dropped_members", dropped(t.now, t.then));
        json_put(undo, "dropped_checks", dropped_checks(t.now, t.then));
    }
    json_put(o, "undo", undo);
    json_put_text(o, "refused", t.then ? NULL : t.refused);
    /* First, for the reply shares texts with it and is its reader's from then on. */
    target_release(&t);
    request_reply(r, o);
}

/* ---- going back ---------------------------------------------------------------------------- */

static enum pc_err check_members(struct engine *e, const struct group *g, const json_t *members,
                                 struct pc_error *err)
{
    const json_t *m;
    const char *other;
    size_t i;
    json_array_foreach (members, i, m)
        if (group_protected_elsewhere(e, g->id, json_text(m, "id"), &other))
            return pc_error_set(err, PC_ERR_EXISTS, "Remove it there first.",
                                "%s is protected by %s meanwhile", json_text(m, "name"), other);
    return PC_OK;
}

/* Who is protected no longer, or asked nothing any more, is given up by the group's name. */
static enum pc_err check_given_up(const struct group *g, const struct target *t, const json_t *args,
                                  struct pc_error *err)
{
    json_t *members = dropped(t->now, t->then), *checks = dropped_checks(t->now, t->then);
    enum pc_err rc = PC_OK;
    if (json_array_size(members) + json_array_size(checks))
        rc = asking_typed(g, "undo", json_text(args, "confirm"), err);
    json_decref(members);
    json_decref(checks);
    return rc;
}

/* The record as it is now, with what editors can change as it was then. */
static json_t *turned_back(const struct target *t)
{
    json_t *o = json_deep_copy(t->now);
    for (size_t i = 0; i < EDITED_COUNT; i++) {
        json_t *v = json_object_get(t->then, EDITED[i].key);
        if (strcmp(EDITED[i].key, "members") == 0)
            json_put(o, "members", members_as_then(t->now, t->then));
        else if (v)
            json_object_set(o, EDITED[i].key, v);
        else
            json_object_del(o, EDITED[i].key);
    }
    return o;
}

void request_group_undo(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *g;
    struct target t = {0};
    json_t *o = NULL;
    enum pc_err rc = group_edit_begin(e, &err);
    if (rc) {
        request_fail(r, &err);
        return;
    }
    rc = group_may_edit(e, r->args, &g, &err);
    if (!rc)
        rc = group_same_version(r->args, g->group, &err);
    if (!rc)
        rc = find_target(e, g->group, &t, &err);
    if (!rc && !t.then)
        rc = pc_error_set(&err, PC_ERR_STATE, "See docs/lifecycle.md for the way back of a move.",
                          "%s", t.refused);
    if (!rc)
        rc = check_given_up(g->group, &t, r->args, &err);
    if (!rc) {
        o = turned_back(&t);
        rc = check_members(e, g->group, json_list(o, "members"), &err);
    }
    rc = group_edit_end(e, o, rc, &err);
    json_decref(o);
    target_release(&t);
    group_reply_with(r, json_text(r->args, "group"), rc, &err);
}
