/*
 * group: sites and groups: list, show, create, edit. An edit builds a
 * new group, saves it in one transaction and only then replaces the old one.
 */
#include "backend/engine/capture.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/readiness/drift.h"
#include "backend/engine/readiness/site_room.h"
#include "backend/engine/record.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/request.h"
#include "backend/engine/sites.h"

#include "backend/base/uuid.h"
#include "backend/model/check_scope.h"
#include "backend/model/mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- sites --------------------------------------------------------------------- */

static void on_sites_read(void *arg)
{
    struct request *r = arg;
    json_t *list = json_array();
    for (size_t i = 0; i < r->e->site_count; i++)
        json_array_append_new(list, site_reply(&r->e->sites[i]));
    request_reply(r, list);
}

void request_site_list(struct engine *e, struct request *r)
{
    sites_poll_all(e, on_sites_read, r);
}

static enum pc_err find_site(struct engine *e, const char *name, struct site **ret,
                             struct pc_error *err)
{
    char remedy[300] = "";
    for (size_t i = 0; i < e->site_count; i++) {
        size_t len = strlen(remedy);
        if (len + 70 < sizeof(remedy))
            snprintf(remedy + len, sizeof(remedy) - len, "%s%s", len ? ", " : "There are: ",
                     e->sites[i].cfg->name);
    }
    *ret = engine_site(e, name);
    if (*ret)
        return PC_OK;
    return pc_error_set(err, PC_ERR_NOT_FOUND, *remedy ? remedy : "Name two sites in the "
                        "configuration.", "there is no site '%s'", name);
}

static void on_room_read(void *arg, json_t *room_take)
{
    struct request *r = arg;
    json_t *o = site_reply(engine_site(r->e, json_text(r->args, "site")));
    json_object_update(o, room_take);
    json_decref(room_take);
    request_reply(r, o);
}

static void on_site_read(void *arg)
{
    struct request *r = arg;
    struct site *s = engine_site(r->e, json_text(r->args, "site"));
    if (json_flag(r->args, "room", false))
        site_room_read(s, on_room_read, r);
    else
        request_reply(r, site_reply(s));
}

void request_site_show(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct site *s;
    if (find_site(e, json_text(r->args, "site"), &s, &err))
        request_fail(r, &err);
    else
        sites_poll_all(e, on_site_read, r);
}

/* ---- reading groups --------------------------------------------------------------- */

void request_group_list(struct engine *e, struct request *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < e->group_count; i++)
        json_array_append_new(list, group_reply(e, &e->groups[i], false));
    request_reply(r, list);
}

void request_group_show(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *g;
    if (engine_group(e, json_text(r->args, "group"), &g, &err))
        request_fail(r, &err);
    else
        request_reply(r, group_reply(e, g, true));
}

/* ---- saving --------------------------------------------------------------------------- */

enum pc_err group_edit_begin(struct engine *e, struct pc_error *err)
{
    enum pc_err rc = store_begin(e->store, err);
    if (!rc && (rc = groups_load(e, err)))
        store_rollback(e->store);
    return rc;
}

enum pc_err group_edit_end(struct engine *e, const json_t *o, enum pc_err rc,
                            struct pc_error *err)
{
    struct group *g = NULL;
    struct pc_error ignored;
    if (!rc)
        rc = group_from_json(o, &g, err);
    if (!rc)
        rc = group_write(e, g, err);
    if (!rc)
        rc = store_commit(e->store, err);
    if (rc)
        store_rollback(e->store);
    else if (!(rc = groups_load(e, err)) && group_refresh(e, g->id, &ignored))
        snprintf(e->notice, sizeof(e->notice), "%.190s", ignored.text);
    group_unref(g);
    return rc;
}

void group_reply_with(struct request *r, const char *name, enum pc_err rc,
                       const struct pc_error *err)
{
    struct group_slot *g;
    struct pc_error lost;
    if (rc)
        request_fail(r, err);
    else if (engine_group(r->e, name, &g, &lost))
        request_fail(r, &lost);
    else
        request_reply(r, group_reply(r->e, g, true));
}

/* g NULL: it is being made, and has no member yet. */
static enum pc_err check_checks(const json_t *checks, const struct group *g, struct pc_error *err)
{
    const json_t *v;
    size_t i;
    struct probe_check c;
    char member[CHECK_MEMBER_SIZE];
    json_array_foreach(checks, i, v) {
        const char *text = json_string_value(v) ? json_string_value(v) : "";
        enum pc_err rc = probe_parse(check_scope(text, member), &c, err);
        if (rc)
            return rc;
        if (*member && !(g && group_member_named(g, member)))
            return pc_error_set(err, PC_ERR_INVALID, "Name one of its members (protection-group "
                                "show), or leave the name out for all.",
                                "health check '%s': %s has no member named '%s'", text,
                                g ? g->name : "a new group", member);
    }
    return PC_OK;
}

static enum pc_err check_create(struct engine *e, const json_t *args, struct pc_error *err)
{
    const char *name = json_text(args, "name");
    struct group_slot *there;
    struct site *s;
    struct pc_error ignored;
    enum pc_err rc;
    if (!group_name_valid(name))
        return pc_error_set(err, PC_ERR_INVALID, "Use 1 to 63 letters, digits, '-', '_' or '.', "
                            "beginning with a letter or digit.", "'%s' is no name for a group",
                            name);
    if (engine_group(e, name, &there, &ignored) == PC_OK)
        return pc_error_set(err, PC_ERR_EXISTS, "Choose another name, or use the one there is.",
                            "there is a protection group '%s' already", name);
    if ((rc = find_site(e, json_text(args, "primary"), &s, err)) ||
        (rc = find_site(e, json_text(args, "secondary"), &s, err)))
        return rc;
    if (strcmp(json_text(args, "primary"), json_text(args, "secondary")) == 0)
        return pc_error_set(err, PC_ERR_INVALID, "Name two different sites.",
                            "a group cannot be protected from %s to itself", s->cfg->name);
    return check_checks(json_list(args, "health_checks"), NULL, err);
}

void request_group_create(struct engine *e, struct request *r)
{
    struct pc_error err;
    const char *name = json_text(r->args, "name");
    enum pc_err rc = group_edit_begin(e, &err);
    if (!rc) {
        rc = check_create(e, r->args, &err);
        char uuid[UUID_SIZE];
        json_t *o = json_deep_copy(r->args);
        json_put_text(o, "id", uuid_make(uuid));
        json_put_int(o, "created_ms", engine_wall(e));
        if (!json_int(o, "rpo_seconds", 0))
            json_put_int(o, "rpo_seconds", (int64_t)e->o.config->rpo_minutes * 60);
        rc = group_edit_end(e, o, rc, &err);
        json_decref(o);
    }
    group_reply_with(r, name, rc, &err);
}

enum pc_err group_may_edit(struct engine *e, const json_t *args, struct group_slot **ret,
                            struct pc_error *err)
{
    enum pc_err rc = engine_group(e, json_text(args, "group"), ret, err);
    if (!rc)
        rc = group_refresh(e, (*ret)->group->id, err);
    if (!rc)
        rc = group_not_outrun(*ret, err);
    return rc ? rc : group_allows(e, *ret, ACTION_EDIT, err);
}

/* ---- editing ---------------------------------------------------------------------------- */

/* Checks stand in two places of a boot order, and have one syntax. */
static enum pc_err check_boot(const json_t *list, const struct group *g, struct pc_error *err)
{
    const json_t *o, *wait;
    size_t i, k;
    struct probe_check c;
    enum pc_err rc = boot_order_check(list, g, err);
    json_array_foreach(list, i, o)
        json_array_foreach(json_list(o, "wait_for"), k, wait)
            if (!rc)
                rc = probe_parse(json_text(wait, "check"), &c, err);
    return rc;
}

/* An editor that says which version it looked at overwrites no other. */
enum pc_err group_same_version(const json_t *args, const struct group *g, struct pc_error *err)
{
    int64_t seen = json_int(args, "metadata_version", g->metadata_version);
    if (seen == g->metadata_version)
        return PC_OK;
    return pc_error_set(err, PC_ERR_CONFLICT, "Look at it once more, and save again.",
                        "%s was changed meanwhile: it is version %lld, not %lld", g->name,
                        (long long)g->metadata_version, (long long)seen);
}

static enum pc_err check_update(const json_t *args, const struct group *g, struct pc_error *err)
{
    enum pc_err rc = group_same_version(args, g, err);
    if (!rc)
        rc = check_checks(json_list(args, "health_checks"), g, err);
    /* They are from the first site to the second: away from it nobody is known there. */
    if (!rc && g->member_count && strcmp(g->current_primary, g->primary) == 0)
        rc = mapping_check_keys(g, json_map(args, "network_mapping"),
                                json_map(args, "flavor_mapping"),
                                json_map(args, "image_mapping"), err);
    if (!rc && json_object_get(args, "rpo_seconds") && json_int(args, "rpo_seconds", 0) < 1)
        rc = pc_error_set(err, PC_ERR_INVALID, "Give seconds, at least 1.",
                          "an RPO of %lld s is not possible",
                          (long long)json_int(args, "rpo_seconds", 0));
    if (!rc && json_int(args, "rto_seconds", 0) < 0)
        rc = pc_error_set(err, PC_ERR_INVALID, "Give seconds, or 0 for none.",
                          "an RTO of %lld s is not possible",
                          (long long)json_int(args, "rto_seconds", 0));
    return rc ? rc : check_boot(json_list(args, "boot_groups"), g, err);
}

/* What is not named stays as it is; what is named is replaced as a whole. */
void request_group_update(struct engine *e, struct request *r)
{
    static const char *const keys[] = {"description",   "network_mapping", "flavor_mapping",
                                       "health_checks", "rpo_seconds",     "rto_seconds",
                                       "boot_groups",   "image_mapping",   "floating_network"};
    struct pc_error err;
    struct group_slot *g;
    enum pc_err rc = group_edit_begin(e, &err);
    if (!rc) {
        json_t *o = NULL;
        rc = group_may_edit(e, r->args, &g, &err);
        if (!rc)
            rc = check_update(r->args, g->group, &err);
        if (!rc)
            o = group_to_json(g->group);
        for (size_t i = 0; o && i < sizeof(keys) / sizeof(keys[0]); i++) {
            const json_t *v = json_object_get(r->args, keys[i]);
            if (v && !json_is_null(v))
                json_put(o, keys[i], json_deep_copy(v));
        }
        rc = group_edit_end(e, o, rc, &err);
        json_decref(o);
    }
    group_reply_with(r, json_text(r->args, "group"), rc, &err);
}

void request_group_delete(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *g;
    enum pc_err rc = group_edit_begin(e, &err);
    if (!rc) {
        rc = group_may_edit(e, r->args, &g, &err);
        if (!rc)
            rc = asking_typed(g->group, "delete", json_text(r->args, "confirm"), &err);
        if (!rc)
            groups_file_forget(e, g->group->id);
        if (!rc)
            rc = store_group_delete(e->store, g->group->id, &err);
        if (!rc)
            rc = store_commit(e->store, &err);
        if (rc)
            store_rollback(e->store);
    }
    if (!rc)
        rc = groups_load(e, &err);
    if (rc)
        request_fail(r, &err);
    else
        request_reply(r, json_object());
}

/* ---- members ------------------------------------------------------------------------------- */

bool group_protected_elsewhere(struct engine *e, const char *group, const char *server,
                                const char **ret)
{
    for (size_t i = 0; i < e->group_count; i++)
        for (size_t k = 0; k < e->groups[i].group->member_count; k++)
            if (strcmp(e->groups[i].group->members[k].id, server) == 0 &&
                strcmp(e->groups[i].group->id, group) != 0) {
                *ret = e->groups[i].group->name;
                return true;
            }
    return false;
}

/* New members at the end; what was there is replaced by the fresher facts. */
static enum pc_err merge(struct engine *e, json_t *group, const json_t *members,
                         struct pc_error *err)
{
    json_t *list = json_list(group, "members");
    const json_t *m;
    size_t i;
    json_array_foreach(members, i, m) {
        const char *other;
        if (group_protected_elsewhere(e, json_text(group, "id"), json_text(m, "id"), &other))
            return pc_error_set(err, PC_ERR_EXISTS, "Remove it there first.",
                                "%s is protected by %s already", json_text(m, "name"), other);
        if (!json_array_size(json_list(m, "volumes")))
            return pc_error_set(err, PC_ERR_STATE, "Protect servers that boot from a volume.",
                                "%s has no volume: nothing of it is replicated", json_text(m, "name"));
        size_t at = 0;
        while (at < json_array_size(list) && strcmp(json_text(json_array_get(list, at), "id"),
                                                    json_text(m, "id")) != 0)
            at++;
        if (at < json_array_size(list))
            json_array_set(list, at, (json_t *)(uintptr_t)m);
        else
            json_array_append(list, (json_t *)(uintptr_t)m);
    }
    return PC_OK;
}

static void on_captured(void *arg, const struct pc_error *why, json_t *members)
{
    struct request *r = arg;
    struct pc_error err = *why;
    struct group_slot *g;
    enum pc_err rc = err.code ? err.code : group_edit_begin(r->e, &err);
    if (!rc) {
        json_t *o = NULL;
        rc = group_may_edit(r->e, r->args, &g, &err);
        if (!rc) {
            o = group_to_json(g->group);
            rc = merge(r->e, o, members, &err);
            group_keep_predecessors(json_list(o, "members"), g->group);
            drift_follow_names(o, g->group);
            json_put_int(o, "captured_ms", engine_wall(r->e));
        }
        rc = group_edit_end(r->e, o, rc, &err);
        json_decref(o);
    }
    group_reply_with(r, json_text(r->args, "group"), rc, &err);
}

void request_member_add(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *g;
    struct site *s;
    enum pc_err rc = group_may_edit(e, r->args, &g, &err);
    if (!rc)
        rc = find_site(e, g->group->current_primary, &s, &err);
    if (rc)
        request_fail(r, &err);
    else
        capture_members(e, s, json_list(r->args, "servers"), on_captured, r);
}

/* Checks that are the member's alone go with it: of nobody they would be refused. */
static void forget_checks(json_t *checks, const char *name, json_t *gone)
{
    char member[CHECK_MEMBER_SIZE];
    for (size_t i = json_array_size(checks); i-- > 0;) {
        json_t *v = json_array_get(checks, i);
        check_scope(json_string_value(v) ? json_string_value(v) : "", member);
        if (strcmp(member, name) != 0)
            continue;
        json_array_append(gone, v);
        json_array_remove(checks, i);
    }
}

/* gone: the checks that went with them are added. */
static enum pc_err remove_members(const struct group *g, const json_t *servers, json_t *o,
                                  json_t *gone, struct pc_error *err)
{
    json_t *list = json_list(o, "members");
    const json_t *name;
    size_t i;
    json_array_foreach(servers, i, name) {
        const char *server = json_string_value(name) ? json_string_value(name) : "";
        const struct member *m = group_find_member(g, server);
        if (!m)
            return pc_error_set(err, PC_ERR_NOT_FOUND, "See protection-group show for its members.",
                                "%s has no member '%s'", g->name, server);
        for (size_t k = json_array_size(list); k-- > 0;)
            if (strcmp(json_text(json_array_get(list, k), "id"), m->id) == 0)
                json_array_remove(list, k);
        boot_order_forget(json_list(o, "boot_groups"), m->name);
        forget_checks(json_list(o, "health_checks"), m->name, gone);
    }
    return PC_OK;
}

static void reply_without(struct request *r, const struct group_slot *g, const json_t *gone)
{
    json_t *o = group_reply(r->e, g, true), *lines = json_array();
    const json_t *v;
    size_t i;
    json_array_foreach(gone, i, v) {
        char *line = xasprintf("health check %s went with its member", json_string_value(v));
        json_array_append_new(lines, json_string(line));
        free(line);
    }
    json_put(o, "warnings", lines);
    request_reply(r, o);
}

void request_member_remove(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *g;
    json_t *gone = json_array();
    enum pc_err rc = group_edit_begin(e, &err);
    if (!rc) {
        json_t *o = NULL;
        rc = group_may_edit(e, r->args, &g, &err);
        if (!rc) {
            o = group_to_json(g->group);
            rc = remove_members(g->group, json_list(r->args, "servers"), o, gone, &err);
        }
        rc = group_edit_end(e, o, rc, &err);
        json_decref(o);
    }
    if (!rc)
        rc = engine_group(e, json_text(r->args, "group"), &g, &err);
    if (rc)
        request_fail(r, &err);
    else
        reply_without(r, g, gone);
    json_decref(gone);
}
