/*
 * follow: a failover of a group that is at both sites takes along those that are
 * still where it came from. It is an operation of its own, with its own ledger and
 * its own recovery point; what is decided afterwards is about all parts together.
 */
#include "backend/engine/request/real.h"
#include "backend/engine/request/request.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <string.h>

static bool is_asked_for(const json_t *names, const struct member *m)
{
    return !names || json_has_text(names, m->name) || json_has_text(names, m->id);
}

/* One that was tried and failed has something at the target: its own operation
 * goes on with that. */
static enum pc_err has_failed(const struct member *m, const struct operation *by,
                              struct pc_error *err)
{
    char remedy[200];
    snprintf(remedy, sizeof(remedy), "Repeat that: operation retry %s --member %.60s.", by->id,
             m->name);
    return pc_error_set(err, PC_ERR_STATE, remedy, "%s was to move by %s, and failed", m->name,
                        by->id);
}

json_t *real_rest(const struct asking *a)
{
    json_t *names = json_array();
    for (size_t i = 0; i < a->group->member_count; i++) {
        const struct member *m = &a->group->members[i];
        if (parts_left_behind(&a->before, m) && !parts_of(&a->before, m->name))
            json_array_append_new(names, json_string(m->name));
    }
    return names;
}

/* The members that can follow, by name; what was asked for and cannot is an error. */
static enum pc_err choose_rest(const struct asking *a, json_t *names, bool *ret_all,
                               struct pc_error *err)
{
    const json_t *asked = json_list(a->r->args, "members");
    const struct member *failed = NULL;
    enum pc_err rc = PC_OK;
    *ret_all = true;
    for (size_t i = 0; !rc && i < a->group->member_count; i++) {
        const struct member *m = &a->group->members[i];
        const struct operation *by = parts_of(&a->before, m->name);
        bool behind = parts_left_behind(&a->before, m), wanted = is_asked_for(asked, m);
        if (behind && !by && wanted)
            json_array_append_new(names, json_string(m->name));
        else if (behind && !by)
            *ret_all = false;
        else if (behind && wanted && asked)
            rc = has_failed(m, by, err);
        else if (behind)
            failed = m;
        else if (asked && wanted)
            rc = pc_error_set(err, PC_ERR_INVALID, "Name members that are still at the first site: "
                              "protection-group show.", "%s is at %s already", m->name,
                              a->target->cfg->name);
    }
    if (!rc && !json_array_size(names) && failed)
        rc = has_failed(failed, parts_of(&a->before, failed->name), err);
    else if (!rc && !json_array_size(names))
        rc = pc_error_set(err, PC_ERR_STATE, "Decide: protection-group commit, or protection-group "
                          "rollback; what failed a check: operation retry.",
                          "no member of %s is left at %s", a->group->name, a->source->cfg->name);
    else if (!rc && failed)
        json_add_line(a->warnings, "%s failed in %s and is not part of this: operation retry %s "
                      "--member %s", failed->name, parts_of(&a->before, failed->name)->id,
                      parts_of(&a->before, failed->name)->id, failed->name);
    return rc;
}

/* How the others went there is how they go, unless told. */
static void go_the_same_way(json_t *effective, const char *key, const json_t *there)
{
    json_t *o = json_map(effective, key), *to;
    const char *from;
    json_object_foreach(json_map(there, key), from, to)
        if (!json_object_get(o, from))
            json_put_text(o, from, json_string_value(to));
}

enum pc_err real_go_on(struct asking *a, struct pc_error *err)
{
    char iso[CLOCK_ISO_SIZE];
    bool all;
    if (a->before.count >= PARTS_MAX)
        return pc_error_set(err, PC_ERR_STATE, "Decide first: protection-group commit, or "
                            "protection-group rollback.",
                            "%s has moved in %d parts, and no more can be taken back together",
                            a->group->name, PARTS_MAX);
    json_t *names = json_array();
    enum pc_err rc = choose_rest(a, names, &all, err);
    if (rc) {
        json_decref(names);
        return rc;
    }
    json_put(a->effective, "members", names);
    json_put_flag(a->effective, "rest", all);
    json_put_text(a->effective, "follows", a->before.ops[0]->id);
    for (size_t i = 0; i < a->before.count; i++) {
        const struct operation *of = a->before.ops[i];
        go_the_same_way(a->effective, "network_mapping", of->request);
        go_the_same_way(a->effective, "flavor_mapping", of->request);
        go_the_same_way(a->effective, "image_mapping", of->request);
        if (*parts_point(of))
            json_add_line(a->warnings, "what %s moved is of recovery point %s of %s; what follows is "
                          "of another moment", of->id, of->recovery_point,
                          clock_iso(iso, of->recovery_point_ms));
    }
    return PC_OK;
}
