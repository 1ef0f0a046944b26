/*
 * boot_check: whether a boot order that somebody wrote can be carried out. It
 * is refused as a whole, with the first thing that is wrong by its name. Pure.
 */
#include "backend/model/boot_order.h"

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/model/group.h"

#include <stdlib.h>
#include <string.h>

enum { SECONDS_MAX = 86400, PROMPT_MAX = 400, ARGS_MAX = 64, GROUPS_MAX = 100, TEXT_MAX = 1024 };

static const char SHAPE[] =
    "A boot group is {name, members[], depends_on[], after[{member, after}], wait_for[{check, "
    "members[], timeout_s}], prompt, callout{argv[], timeout_s, on_failure}, callout_before{…}, "
    "stop_first}.";

struct checking {
    const json_t *list;
    const struct group *g;
    struct pc_error *err;
};

static enum pc_err wrong(struct checking *c, const char *text)
{
    return pc_error_set(c->err, PC_ERR_INVALID, SHAPE, "%s", text);
}

/* ---- shapes -------------------------------------------------------------------------- */

struct key {
    const char *name;
    json_type type; /* JSON_TRUE: either of the two */
};

static enum pc_err check_keys(struct checking *c, const json_t *o, const struct key *keys,
                              const char *where)
{
    const char *name;
    json_t *v;
    if (!json_is_object(o))
        return pc_error_set(c->err, PC_ERR_INVALID, SHAPE, "%s is no object", where);
    json_object_foreach((json_t *)(uintptr_t)o, name, v) {
        const struct key *k = keys;
        while (k->name && strcmp(k->name, name) != 0)
            k++;
        if (!k->name)
            return pc_error_set(c->err, PC_ERR_INVALID, SHAPE, "%s has no '%s'", where, name);
        bool fits = k->type == JSON_TRUE ? json_is_boolean(v) : json_typeof(v) == k->type;
        if (!fits && !json_is_null(v))
            return pc_error_set(c->err, PC_ERR_INVALID, SHAPE, "'%s' of %s is of the wrong type",
                                name, where);
    }
    return PC_OK;
}

static enum pc_err check_texts(struct checking *c, const json_t *list, const char *what)
{
    const json_t *v;
    size_t i;
    json_array_foreach(list, i, v)
        if (!json_is_string(v) || !*json_string_value(v) ||
            strlen(json_string_value(v)) != json_string_length(v) ||
            json_string_length(v) > TEXT_MAX)
            return pc_error_set(c->err, PC_ERR_INVALID, SHAPE, "%s must be texts of 1 to %d bytes",
                                what, TEXT_MAX);
    return PC_OK;
}

static enum pc_err check_seconds(struct checking *c, const json_t *o, const char *where)
{
    int64_t s = json_int(o, "timeout_s", 1);
    if (s >= 1 && s <= SECONDS_MAX)
        return PC_OK;
    return pc_error_set(c->err, PC_ERR_INVALID, "Give seconds from 1 to 86400.",
                        "a time-out of %lld s in %s is not possible", (long long)s, where);
}

/* ---- members ------------------------------------------------------------------------- */

static enum pc_err check_members(struct checking *c, const json_t *o, size_t index)
{
    const json_t *v;
    size_t i;
    const char *name = json_text(o, "name");
    enum pc_err rc = check_texts(c, json_list(o, "members"), "members");
    if (!rc && json_array_size(json_list(o, "members")) == 0)
        rc = pc_error_set(c->err, PC_ERR_INVALID, SHAPE, "boot group '%s' has no member", name);
    json_array_foreach(json_list(o, "members"), i, v) {
        const char *member = json_string_value(v);
        if (rc)
            return rc;
        const struct member *m = group_find_member(c->g, member);
        if (!m || strcmp(m->name, member) != 0)
            return pc_error_set(c->err, PC_ERR_INVALID, "See protection-group show for its "
                                "members; they are named by name.",
                                "boot group '%s': %s has no member '%s'", name, c->g->name, member);
        for (size_t k = 0; k < i; k++)
            if (json_equal(v, json_array_get(json_list(o, "members"), k)))
                return pc_error_set(c->err, PC_ERR_INVALID, "Name each member once.",
                                    "boot group '%s' names %s twice", name, member);
        for (size_t k = 0; k < index; k++) {
            const json_t *other = json_array_get(c->list, k);
            if (json_has_text(json_list(other, "members"), member))
                return pc_error_set(c->err, PC_ERR_INVALID, "A member starts once: leave it in "
                                    "one of them.", "%s is in boot group '%s' and in '%s'", member,
                                    json_text(other, "name"), name);
        }
    }
    return rc;
}

static enum pc_err check_after(struct checking *c, const json_t *o)
{
    static const struct key keys[] = {{"member", JSON_STRING}, {"after", JSON_STRING}, {NULL, 0}};
    const json_t *v, *members = json_list(o, "members");
    size_t i;
    json_array_foreach(json_list(o, "after"), i, v) {
        enum pc_err rc = check_keys(c, v, keys, "after");
        if (rc)
            return rc;
        const char *one = json_text(v, "member"), *first = json_text(v, "after");
        const char *bad = !json_has_text(members, one) ? one : !json_has_text(members, first) ? first : NULL;
        if (bad)
            return pc_error_set(c->err, PC_ERR_INVALID, "`after` orders members of one boot group; "
                                "for others use depends_on.",
                                "after: '%s' is no member of boot group '%s'", bad,
                                json_text(o, "name"));
    }
    return PC_OK;
}

static enum pc_err check_waits(struct checking *c, const json_t *o)
{
    static const struct key keys[] = {{"check", JSON_STRING}, {"members", JSON_ARRAY},
                                      {"timeout_s", JSON_INTEGER}, {NULL, 0}};
    const json_t *v, *name;
    size_t i, k;
    json_array_foreach(json_list(o, "wait_for"), i, v) {
        enum pc_err rc = check_keys(c, v, keys, "wait_for");
        if (!rc && !*json_text(v, "check"))
            rc = wrong(c, "a wait_for names no check");
        if (!rc)
            rc = check_seconds(c, v, "wait_for");
        if (!rc)
            rc = check_texts(c, json_list(v, "members"), "members of wait_for");
        if (rc)
            return rc;
        json_array_foreach(json_list(v, "members"), k, name)
            if (!json_has_text(json_list(o, "members"), json_string_value(name)))
                return pc_error_set(c->err, PC_ERR_INVALID, "Name members of the same boot group, "
                                    "or none for all of them.",
                                    "wait_for: '%s' is no member of boot group '%s'",
                                    json_string_value(name), json_text(o, "name"));
    }
    return PC_OK;
}

static enum pc_err check_callout(struct checking *c, const json_t *o, const char *which)
{
    static const struct key keys[] = {{"argv", JSON_ARRAY}, {"timeout_s", JSON_INTEGER},
                                      {"on_failure", JSON_STRING}, {NULL, 0}};
    const json_t *v = json_map(o, which), *argv = json_list(v, "argv");
    const char *policy = json_text(v, "on_failure");
    if (!v)
        return PC_OK;
    enum pc_err rc = check_keys(c, v, keys, "callout");
    if (!rc)
        rc = check_seconds(c, v, "callout");
    if (!rc)
        rc = check_texts(c, argv, "argv of callout");
    if (rc)
        return rc;
    const char *program = json_string_value(json_array_get(argv, 0));
    if (!program || *program != '/' || json_array_size(argv) > ARGS_MAX)
        return pc_error_set(c->err, PC_ERR_INVALID, "argv[] is the program by its absolute path, "
                            "and its arguments; no shell reads it.",
                            "the callout of boot group '%s' names no program by its path",
                            json_text(o, "name"));
    if (*policy && callout_policy_parse(policy) == CALLOUT_POLICY_COUNT)
        return pc_error_set(c->err, PC_ERR_INVALID, "Use stop, continue or ask.",
                            "on_failure of boot group '%s' cannot be '%s'", json_text(o, "name"),
                            policy);
    return PC_OK;
}

/* ---- circles ------------------------------------------------------------------------- */

/* Nodes by number, edges by a question; the first circle found is written down. */
struct graph {
    size_t count;
    const char *(*name)(const void *arg, size_t i);
    bool (*waits)(const void *arg, size_t i, size_t on);
    const void *arg;
    int *seen; /* 0 not yet, 1 on the way, 2 done */
    size_t *way, depth;
};

static void write_circle(const struct graph *g, size_t from, char *dst, size_t size)
{
    struct buf b;
    buf_init(&b, size);
    size_t i = 0;
    while (g->way[i] != from)
        i++;
    for (; i < g->depth; i++)
        buf_printf(&b, "%s → ", g->name(g->arg, g->way[i]));
    buf_printf(&b, "%s", g->name(g->arg, from));
    snprintf(dst, size, "%s", buf_text(&b));
    buf_release(&b);
}

/* Depth is bounded by the number of nodes: boot groups or members. */
static bool find_circle(struct graph *g, size_t node, char *dst, size_t size)
{
    g->seen[node] = 1;
    g->way[g->depth++] = node;
    for (size_t i = 0; i < g->count; i++) {
        if (g->seen[i] == 2 || !g->waits(g->arg, node, i))
            continue;
        if (g->seen[i] == 1) {
            write_circle(g, i, dst, size);
            return true;
        }
        if (find_circle(g, i, dst, size))
            return true;
    }
    g->seen[node] = 2;
    g->depth--;
    return false;
}

static bool has_circle(struct graph *g, char *dst, size_t size)
{
    bool found = false;
    g->seen = xcalloc(g->count + 1, sizeof(*g->seen));
    g->way = xcalloc(g->count + 1, sizeof(*g->way));
    for (size_t i = 0; !found && i < g->count; i++)
        found = g->seen[i] == 0 && find_circle(g, i, dst, size);
    free(g->seen);
    free(g->way);
    return found;
}

static const char *group_name(const void *arg, size_t i)
{
    return json_text(json_array_get(arg, i), "name");
}

static bool group_waits(const void *arg, size_t i, size_t on)
{
    return json_has_text(json_list(json_array_get(arg, i), "depends_on"), group_name(arg, on));
}

static const char *member_name(const void *arg, size_t i)
{
    return json_string_value(json_array_get(json_list(arg, "members"), i));
}

static bool member_waits(const void *arg, size_t i, size_t on)
{
    const json_t *pair;
    size_t k;
    json_array_foreach(json_list(arg, "after"), k, pair)
        if (strcmp(json_text(pair, "member"), member_name(arg, i)) == 0 &&
            strcmp(json_text(pair, "after"), member_name(arg, on)) == 0)
            return true;
    return false;
}

/* ---- the whole ------------------------------------------------------------------------- */

static enum pc_err check_one(struct checking *c, const json_t *o, size_t index)
{
    static const struct key keys[] = {
        {"name", JSON_STRING},     {"members", JSON_ARRAY}, {"depends_on", JSON_ARRAY},
        {"after", JSON_ARRAY},     {"wait_for", JSON_ARRAY}, {"prompt", JSON_STRING},
        {"callout", JSON_OBJECT},  {"callout_before", JSON_OBJECT}, {"stop_first", JSON_TRUE},
        {NULL, 0}};
    char circle[300];
    const char *name = json_text(o, "name");
    enum pc_err rc = check_keys(c, o, keys, "a boot group");
    if (!rc && !group_name_valid(name))
        rc = pc_error_set(c->err, PC_ERR_INVALID, "Use 1 to 63 letters, digits, '-', '_' or '.', "
                          "beginning with a letter or digit.", "'%s' is no name for a boot group",
                          name);
    for (size_t i = 0; !rc && i < index; i++)
        if (strcmp(json_text(json_array_get(c->list, i), "name"), name) == 0)
            rc = pc_error_set(c->err, PC_ERR_INVALID, "Give each a name of its own.",
                              "two boot groups are named '%s'", name);
    if (!rc && strlen(json_text(o, "prompt")) > PROMPT_MAX)
        rc = pc_error_set(c->err, PC_ERR_INVALID, "Make it shorter.",
                          "the prompt of boot group '%s' is longer than %d bytes", name,
                          (int)PROMPT_MAX);
    if (rc || (rc = check_members(c, o, index)) || (rc = check_after(c, o)) ||
        (rc = check_waits(c, o)) || (rc = check_callout(c, o, "callout")) ||
        (rc = check_callout(c, o, "callout_before")))
        return rc;
    struct graph g = {.count = json_array_size(json_list(o, "members")), .name = member_name,
                      .waits = member_waits, .arg = o};
    if (has_circle(&g, circle, sizeof(circle)))
        return pc_error_set(c->err, PC_ERR_INVALID, "Take one of them out.",
                            "members of boot group '%s' wait for each other: %s", name, circle);
    return PC_OK;
}

static enum pc_err check_dependencies(struct checking *c)
{
    const json_t *o, *v;
    size_t i, k, n = json_array_size(c->list);
    char circle[300];
    json_array_foreach(c->list, i, o)
        json_array_foreach(json_list(o, "depends_on"), k, v) {
            const char *on = json_string_value(v) ? json_string_value(v) : "";
            size_t at = 0;
            while (at < n && strcmp(json_text(json_array_get(c->list, at), "name"), on) != 0)
                at++;
            if (at == n)
                return pc_error_set(c->err, PC_ERR_INVALID, "depends_on names boot groups.",
                                    "boot group '%s' depends on '%s', which is not there",
                                    json_text(o, "name"), on);
        }
    struct graph g = {.count = n, .name = group_name, .waits = group_waits, .arg = c->list};
    if (has_circle(&g, circle, sizeof(circle)))
        return pc_error_set(c->err, PC_ERR_INVALID, "Take one of the dependencies out.",
                            "boot groups depend on each other in a circle: %s", circle);
    return PC_OK;
}

enum pc_err boot_order_check(const json_t *list, const struct group *g, struct pc_error *err)
{
    struct checking c = {list, g, err};
    const json_t *o;
    size_t i;
    if (json_array_size(list) > GROUPS_MAX)
        return wrong(&c, "there are more than 100 boot groups");
    json_array_foreach(list, i, o) {
        enum pc_err rc = check_one(&c, o, i);
        if (rc)
            return rc;
    }
    return check_dependencies(&c);
}
