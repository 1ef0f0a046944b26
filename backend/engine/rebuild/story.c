/*
 * story: groups, where each serves, and what happened to it, judged from
 * marks, servers and the file. Pure.
 */
#include "backend/engine/rebuild/rebuild.h"

#include "backend/base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct telling {
    const json_t *sites, *marks, *file, *known;
    json_t *groups, *leftovers, *warnings;
};

static json_t *say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static json_t *say(const char *fmt, ...)
{
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    return json_string(text);
}

static enum op_type type_of(const json_t *op)
{
    return op_type_parse(json_text(op, "type"));
}

static bool is_real(const json_t *op)
{
    return type_of(op) == OP_FAILOVER || type_of(op) == OP_FAILBACK;
}

/* ---- what runs --------------------------------------------------------------------- */

/* How the servers of an operation stand, and those that they stand for. */
struct running {
    int made, up;         /* on its target */
    int sources, stopped; /* on its source: run, are SHUTOFF */
    bool source_read, target_read;
};

static struct running look(const struct telling *t, json_t *op)
{
    struct running r = {0};
    const json_t *source = json_find(t->sites, "name", json_text(op, "source_site")), *made;
    json_t *stopped = json_array();
    size_t i;
    r.source_read = json_flag(source, "read", false);
    r.target_read = json_flag(json_find(t->sites, "name", json_text(op, "target_site")), "read", false);
    json_array_foreach(json_list(op, "made"), i, made) {
        const json_t *was = json_find(json_list(source, "servers"), "id", json_text(made, "source"));
        if (strcmp(json_text(made, "type"), "server") != 0)
            continue;
        r.made++;
        r.up += strcmp(json_text(made, "status"), "ACTIVE") == 0;
        r.sources += strcmp(json_text(was, "status"), "ACTIVE") == 0;
        if (strcmp(json_text(was, "status"), "SHUTOFF") != 0 ||
            json_find(stopped, "id", json_text(was, "id"))) /* two copies of one were made */
            continue;
        json_t *one = json_object();
        json_put_text(one, "id", json_text(was, "id"));
        json_put_text(one, "name", json_text(was, "name"));
        json_put_text(one, "source", json_text(was, "id"));
        json_array_append_new(stopped, one);
        r.stopped++;
    }
    /* A drill stops nothing: what is off there is off for its own reasons. */
    if (is_real(op))
        json_put(op, "stopped", stopped);
    else
        json_decref(stopped);
    return r;
}

/* ---- groups ------------------------------------------------------------------------- */

static json_t *group_story(struct telling *t, const char *id, const char *name)
{
    json_t *g = json_find(t->groups, "id", id);
    if (g)
        return g;
    g = json_object();
    json_put_text(g, "id", id);
    json_put_text(g, "name", name);
    json_put(g, "from", json_array());
    json_put(g, "record", json_null());
    json_put(g, "operations", json_array());
    json_put(g, "conflict", json_null());
    json_put(g, "warnings", json_array());
    json_array_append_new(t->groups, g);
    return g;
}

static void add_once(json_t *list, const char *word)
{
    if (!json_has_text(list, word))
        json_array_append_new(list, json_string(word));
}

/* Where it serves by a record, which the marks may know better. */
static void put_record(json_t *g, const json_t *record, const char *from)
{
    add_once(json_list(g, "from"), from);
    json_put(g, "record", json_deep_copy(record));
    json_put_text(g, "primary", json_text(record, "primary"));
    json_put_text(g, "secondary", json_text(record, "secondary"));
    json_put_text(g, "serves", *json_text(record, "current_primary")
                                   ? json_text(record, "current_primary")
                                   : json_text(record, "primary"));
}

static void conflict(json_t *g, json_t *one_take, json_t *other_take)
{
    json_t *o = json_object();
    json_put(o, "one", one_take);
    json_put(o, "other", other_take);
    json_put(g, "conflict", o);
}

static void from_file(struct telling *t)
{
    const json_t *f, *op;
    size_t i, k;
    json_array_foreach(t->file, i, f) {
        if (json_object_get(t->known, json_text(f, "id")))
            continue;
        json_t *g = group_story(t, json_text(f, "id"), json_text(f, "name"));
        put_record(g, f, "groups.json");
        json_array_foreach(json_list(f, "operations"), k, op) {
            if (json_object_get(t->known, json_text(op, "id")))
                continue;
            json_t *copy = json_deep_copy(op);
            json_put_flag(copy, "recorded", true);
            json_array_append_new(json_list(g, "operations"), copy);
        }
    }
}

static int by_time(const void *a, const void *b)
{
    int64_t x = json_int(*(const json_t *const *)a, "at_ms", 0);
    int64_t y = json_int(*(const json_t *const *)b, "at_ms", 0);
    return (x > y) - (x < y);
}

static void leftover(struct telling *t, const json_t *op)
{
    const json_t *made;
    size_t i;
    json_array_foreach(json_list(op, "made"), i, made) {
        json_t *o = json_object();
        json_put_text(o, "operation_id", json_text(op, "id"));
        json_put_text(o, "site", json_text(op, "target_site"));
        json_put_text(o, "type", json_text(made, "type"));
        json_put_text(o, "id", json_text(made, "id"));
        json_put_text(o, "name", json_text(made, "name"));
        json_array_append_new(t->leftovers, o);
    }
}

/* Into the record's header of the same operation, or as one more. */
static void from_mark(struct telling *t, const json_t *mark)
{
    enum op_type type = type_of(mark);
    if (json_object_get(t->known, json_text(mark, "id")))
        return;
    if (!*json_text(mark, "group_id") || (type != OP_TEST_FAILOVER && !is_real(mark))) {
        leftover(t, mark); /* made before there was a server or volume to tell more */
        return;
    }
    json_t *g = group_story(t, json_text(mark, "group_id"), json_text(mark, "group"));
    json_t *ops = json_list(g, "operations"), *op = json_find(ops, "id", json_text(mark, "id"));
    const json_t *record = json_map(t->known, json_text(mark, "group_id"));
    if (record && json_array_size(json_list(g, "from")) == 0)
        put_record(g, record, "history");
    add_once(json_list(g, "from"), "marks");
    if (op) {
        json_put(op, "made", json_deep_copy(json_list(mark, "made")));
        json_put_int(op, "at_ms", json_int(mark, "at_ms", 0));
    } else {
        json_array_append_new(ops, json_deep_copy(mark));
    }
}

static void from_marks(struct telling *t)
{
    size_t n = json_object_size(t->marks), i = 0;
    const json_t **sorted = xcalloc(n + 1, sizeof(*sorted));
    const char *id;
    json_t *op;
    json_object_foreach((json_t *)(uintptr_t)t->marks, id, op)
        sorted[i++] = op;
    qsort((void *)(uintptr_t)sorted, n, sizeof(*sorted), by_time);
    for (i = 0; i < n; i++)
        from_mark(t, sorted[i]);
    free((void *)(uintptr_t)sorted);
}

/* ---- judging ------------------------------------------------------------------------- */

const char *rebuild_target(const json_t *op)
{
    return type_of(op) == OP_FAILOVER && strcmp(json_text(op, "status"), "failed") != 0
               ? json_text(op, "target_site")
               : "";
}

/* What nobody wrote down is judged by what it came to. */
static void judge_outcome(json_t *g, json_t *op, const struct running *r)
{
    size_t members = json_array_size(json_list(json_object_get(g, "record"), "members"));
    bool all = r->made && r->up == r->made && (size_t)r->made >= members;
    if (type_of(op) == OP_TEST_FAILOVER) {
        json_put_text(op, "status", "succeeded"); /* kept: whatever it was, it is there */
    } else if (r->up == 0) {
        json_put_text(op, "status", "failed");
        json_put_text(op, "verdict", "failed");
    } else {
        json_put_text(op, "status", "completed");
        json_put_text(op, "verdict", all ? "passed" : "partial");
    }
}

static json_t *told_up(const json_t *op, const char *site, int n, const char *what)
{
    char when[CLOCK_ISO_SIZE];
    return say("%s of %s: %d server%s of %s run%s at %s (since %s)", json_text(op, "type"),
               json_text(op, "id"), n, n == 1 ? "" : "s", what, n == 1 ? "s" : "", site,
               clock_iso(when, json_int(op, "at_ms", json_int(op, "created_ms", 0))));
}

/* The newest real operation that left something decides; false: a conflict. */
static void judge_newest(json_t *g, json_t *op, const struct running *r)
{
    const char *source = json_text(op, "source_site"), *target = json_text(op, "target_site");
    bool recorded = json_flag(op, "recorded", false), back = type_of(op) == OP_FAILBACK;
    if (r->up && r->sources) {
        conflict(g, told_up(op, target, r->up, "its own"),
                 say("%d of the servers that they stand for run at %s", r->sources, source));
    } else if (!r->up && !r->sources && r->source_read && r->target_read && r->made) {
        conflict(g, say("%s of %s: its servers are at %s and do not run", json_text(op, "type"),
                        json_text(op, "id"), target),
                 say("those that they stand for do not run at %s either", source));
    } else if (recorded && !back) {
        /* The file was written after the record was swapped: it must fit. */
        bool says_target = strcmp(json_text(g, "serves"), target) == 0;
        if (says_target && !r->up && r->sources)
            conflict(g, say("groups.json: it serves at %s", target),
                     say("its servers run at %s, and none of %s does", source,
                         json_text(op, "id")));
        else if (!says_target && r->up && strcmp(json_text(op, "verdict"), "failed") != 0)
            conflict(g, say("groups.json: it serves at %s", json_text(g, "serves")),
                     told_up(op, target, r->up, "its own"));
    } else if (!recorded && *rebuild_target(op)) {
        json_put_text(g, "serves", target);
    }
}

/* Without a record: who was protected to where. */
static void place(json_t *g, const json_t *op)
{
    bool back = type_of(op) == OP_FAILBACK;
    const char *first = json_text(op, back ? "target_site" : "source_site");
    if (*json_text(g, "primary"))
        return;
    json_put_text(g, "primary", first);
    json_put_text(g, "serves", json_text(op, "source_site"));
    json_put_text(g, "secondary", json_text(op, back ? "source_site" : "target_site"));
}

/* What another one followed had ended well. */
static void came_before(json_t *g, json_t *op)
{
    json_put_text(op, "status", "completed");
    json_put_text(op, "verdict", "passed");
    if (*rebuild_target(op))
        json_put_text(g, "serves", rebuild_target(op));
}

/* A failback that was confirmed has left its copies, and nothing at the site
 * that they came from: nobody has anything to decide, it is where they live. */
static bool settled(json_t *g, json_t *op, const struct running *r)
{
    json_t *ops = json_list(g, "operations"), *other;
    size_t i;
    if (type_of(op) != OP_FAILBACK || json_flag(op, "recorded", false) || !r->up ||
        !r->source_read || r->sources || r->stopped)
        return false;
    json_put_text(g, "serves", json_text(op, "target_site"));
    json_put(g, "settled", json_incref(op));
    json_array_foreach(ops, i, other)
        if (other == op)
            break;
    json_array_remove(ops, i);
    return true;
}

static void judge(struct telling *t, json_t *g)
{
    json_t *ops = json_list(g, "operations"), *op, *newest = NULL;
    struct running how = {0};
    const json_t *site;
    size_t i;
    json_array_foreach(ops, i, op) {
        place(g, op);
        if (!json_list(op, "made"))
            continue; /* nothing of it is left */
        struct running r = look(t, op);
        if (is_real(op)) {
            if (newest && !json_flag(newest, "recorded", false))
                came_before(g, newest);
            newest = op;
            how = r;
        }
        if (!json_flag(op, "recorded", false))
            judge_outcome(g, op, &r);
    }
    if (newest && settled(g, newest, &how))
        newest = NULL;
    if (newest)
        judge_newest(g, newest, &how);
    if (!json_is_object(json_object_get(g, "record")))
        json_array_append_new(json_list(g, "warnings"), say("groups.json does not have it: mappings, "
                              "health checks, boot order and whether it was committed are lost"));
    json_array_foreach(t->sites, i, site)
        if (!json_flag(site, "read", false))
            json_array_append_new(json_list(g, "warnings"), say("%s could not be read: what is there "
                                  "is not in this story", json_text(site, "name")));
}

/* Two groups of one name, one of them of the history or both of the past. */
static void judge_names(struct telling *t)
{
    json_t *g, *other;
    size_t i, k;
    json_array_foreach(t->groups, i, g) {
        const char *name = json_text(g, "name");
        const char *known = json_text(t->known, name);
        if (*known && strcmp(known, json_text(g, "id")) != 0)
            conflict(g, say("the history has a group %s", name),
                     say("another of that name is remembered (%s)", json_text(g, "id")));
        json_array_foreach(t->groups, k, other)
            if (k < i && strcmp(json_text(other, "name"), name) == 0)
                conflict(g, say("%s is %s", name, json_text(other, "id")),
                         say("%s is %s", name, json_text(g, "id")));
    }
}

json_t *rebuild_story(const json_t *sites, const json_t *marks, const json_t *file,
                      const json_t *known)
{
    struct telling t = {sites, marks, file, known, json_array(), json_array(), json_array()};
    json_t *story = json_object(), *g;
    size_t i;
    from_file(&t);
    from_marks(&t);
    json_array_foreach(t.groups, i, g)
        judge(&t, g);
    judge_names(&t);
    json_put(story, "groups", t.groups);
    json_put(story, "leftovers", t.leftovers);
    json_put(story, "warnings", t.warnings);
    return story;
}

/* ---- for people -------------------------------------------------------------------------- */

json_t *rebuild_told(const json_t *g)
{
    json_t *out = json_array();
    const json_t *op, *clash = json_object_get(g, "conflict");
    size_t i;
    char when[CLOCK_ISO_SIZE];
    json_array_append_new(out, say("%s is protected from %s to %s and serves at %s",
                                   json_text(g, "name"), json_text(g, "primary"),
                                   json_text(g, "secondary"), json_text(g, "serves")));
    json_array_foreach(json_list(g, "operations"), i, op)
        json_array_append_new(
            out, say("%s %s (%s) of %s: %zu things of it are at %s, %zu servers stopped at %s",
                     json_text(op, "type"), json_text(op, "id"), json_text(op, "status"),
                     clock_iso(when, json_int(op, "at_ms", json_int(op, "created_ms", 0))),
                     json_array_size(json_list(op, "made")), json_text(op, "target_site"),
                     json_array_size(json_list(op, "stopped")), json_text(op, "source_site")));
    if (json_is_object(clash)) {
        json_array_append_new(out, say("one story: %s", json_text(clash, "one")));
        json_array_append_new(out, say("the other: %s", json_text(clash, "other")));
    }
    return out;
}
