/*
 * write: the one writer of groups, and so of their versions.
 *
 * Whoever prepares something by a group's facts compares the version before it
 * acts: a change that left the version alone would go unseen, and a look that
 * changed nothing would send everybody back to the start.
 */
#include "backend/engine/record.h"

#include <string.h>

/* What describes the group, without what every look at it changes. */
static json_t *essence(const struct group *g)
{
    json_t *o = group_to_json(g), *m;
    size_t i;
    json_object_del(o, "metadata_version");
    json_object_del(o, "captured_ms");
    json_object_del(o, "array_group");
    json_object_del(o, "array_group_secondary");
    json_array_foreach(json_list(o, "members"), i, m)
        json_object_del(m, "status");
    return o;
}

static bool differs(const struct group *was, const struct group *is)
{
    json_t *a = essence(was), *b = essence(is);
    bool same = json_equal(a, b);
    json_decref(a);
    json_decref(b);
    return !same;
}

/* Whoever prepared a change may not know yet what groups/on_array.c has found out. */
static void keep_name(json_t *o, const char *key, const char *known)
{
    if (!*json_text(o, key))
        json_put_text(o, key, known);
}

static enum pc_err with_version(const struct group *g, const struct group *was, int64_t version,
                                struct group **ret, struct pc_error *err)
{
    json_t *o = group_to_json(g);
    json_put_int(o, "metadata_version", version);
    keep_name(o, "array_group", was ? was->array_group : "");
    keep_name(o, "array_group_secondary", was ? was->array_group_secondary : "");
    enum pc_err rc = group_from_json(o, ret, err);
    json_decref(o);
    return rc;
}

enum pc_err group_write(struct engine *e, const struct group *g, struct pc_error *err)
{
    struct group *was = NULL, *next = NULL;
    enum pc_err rc = store_group_load(e->store, g->id, &was, err);
    bool grows = !rc && differs(was, g);
    int64_t version = g->metadata_version;
    if (!rc && version < was->metadata_version + grows)
        version = was->metadata_version + grows;
    if (rc == PC_OK || rc == PC_ERR_NOT_FOUND)
        rc = with_version(g, was, version, &next, err);
    if (!rc)
        rc = store_group_save(e->store, next, err);
    if (!rc && grows)
        rc = store_version_keep(e->store, was, engine_wall(e), err);
    group_unref(was);
    group_unref(next);
    return rc;
}
