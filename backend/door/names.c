/* names: see names.h. */
#include "backend/door/names.h"

#include "backend/base/text.h"
#include "backend/door/places.h"
#include "backend/store/store.h"

#include <stdlib.h>

enum { OPERATIONS_MAX = 100 };

/* Once each; what a terminal could take for something else is no use on its line. */
static void add(json_t *names, const char *name)
{
    json_t *v;
    size_t i;
    json_array_foreach (names, i, v)
        if (text_equal(json_string_value(v), name))
            return;
    if (*name && text_is_safe(name))
        json_array_append_new(names, json_string(name));
}

static enum pc_err add_groups(struct store *s, bool sites, json_t *names, struct pc_error *err)
{
    struct group **groups = NULL;
    size_t n = 0;
    enum pc_err rc = store_groups(s, &groups, &n, err);
    for (size_t i = 0; rc == PC_OK && i < n; i++) {
        add(names, sites ? groups[i]->primary : groups[i]->name);
        if (sites)
            add(names, groups[i]->secondary);
        group_unref(groups[i]);
    }
    free(groups);
    return rc;
}

static enum pc_err add_operations(struct store *s, json_t *names, struct pc_error *err)
{
    const struct op_filter newest = {.type = -1, .headers_only = true, .limit = OPERATIONS_MAX};
    struct operation **ops = NULL;
    size_t n = 0;
    enum pc_err rc = store_ops(s, &newest, &ops, &n, err);
    for (size_t i = 0; rc == PC_OK && i < n; i++) {
        add(names, ops[i]->id);
        operation_free(ops[i]);
    }
    free(ops);
    return rc;
}

/* A configuration that cannot be read names none. */
static void add_configured(const struct door_options *o, json_t *names)
{
    struct config c;
    if (places_config(o, &c, NULL))
        return;
    for (size_t i = 0; i < c.site_count; i++)
        add(names, c.sites[i].name);
    config_release(&c);
}

enum pc_err names_list(const struct door_options *o, const char *kind, json_t **ret,
                       struct pc_error *err)
{
    bool groups = text_equal(kind, "groups"), sites = text_equal(kind, "sites");
    struct store *s = NULL;
    if (!groups && !sites && !text_equal(kind, "operations"))
        return pc_error_set(err, PC_ERR_USAGE, "Kinds are groups, operations and sites.",
                            "there are no names of '%s'", kind);
    json_t *names = json_array();
    enum pc_err rc = store_open(o->state_dir, STORE_READ_ONLY, &s, err);
    if (rc == PC_OK && sites)
        add_configured(o, names);
    if (rc == PC_OK)
        rc = groups || sites ? add_groups(s, sites, names, err) : add_operations(s, names, err);
    store_close(s);
    if (rc)
        json_decref(names);
    else
        *ret = names;
    return rc;
}
