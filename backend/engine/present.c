#include "backend/engine/present.h"

#include "backend/engine/groups/moved.h"
#include "backend/engine/plan/failover.h"
#include "backend/engine/readiness/eval.h"
#include "backend/engine/request/real.h"

#include <string.h>

json_t *present_names(const struct group *g, const struct parts *failovers)
{
    json_t *names = json_array();
    for (size_t i = 0; i < g->member_count; i++)
        if (!parts_left_behind(failovers, &g->members[i]))
            json_array_append_new(names, json_string(g->members[i].name));
    if (json_array_size(names) < g->member_count)
        return names;
    json_decref(names);
    return NULL;
}

struct group *present_here(const struct engine *e, const struct group *g)
{
    struct parts failovers = {0};
    struct pc_error ignored;
    if (strcmp(g->current_primary, g->primary) == 0 || moved_newest(e, g, &failovers, &ignored))
        return group_ref(g);
    json_t *names = present_names(g, &failovers);
    struct group *here = group_only(g, names);
    json_decref(names);
    parts_release(&failovers);
    return here;
}

struct group *present_rest(const struct engine *e, const struct group_slot *slot)
{
    const struct group *g = slot->group;
    struct parts failovers = {0};
    struct pc_error ignored;
    struct group *rest = NULL;
    if (slot->view->state != GROUP_PARTIAL || moved_newest(e, g, &failovers, &ignored))
        return NULL;
    json_t *names = json_array();
    for (size_t i = 0; i < g->member_count; i++)
        if (parts_left_behind(&failovers, &g->members[i]))
            json_array_append_new(names, json_string(g->members[i].name));
    if (json_array_size(names)) {
        struct group *there = group_seen_at(g, failovers.ops[0]->source_site);
        rest = group_only(there, names);
        group_unref(there);
    }
    json_decref(names);
    parts_release(&failovers);
    return rest;
}

/* What a failback that is asked for with nothing but the group's name would take for its
 * request; NULL: the group has not gone away. */
static json_t *request_back(const struct engine *e, const struct group *here)
{
    const struct asking_how *how = real_how(readiness_for_name(READY_FOR_FAILBACK), false);
    if (strcmp(here->current_primary, here->primary) == 0)
        return NULL;
    json_t *args = json_object(), *warnings = json_array();
    json_t *request = how->effective(e, here, args, warnings);
    json_decref(args);
    json_decref(warnings);
    return request;
}

struct readiness *present_readiness(const struct engine *e, const struct group *here,
                                    const json_t *facts, enum readiness_for purpose, bool forced,
                                    const struct readiness *beside, const struct readiness *same)
{
    json_t *request = purpose == READY_FOR_FAILBACK ? request_back(e, here) : NULL;
    struct group *seen = failover_seen_from_source(here);
    struct readiness *r = readiness_eval(&(struct eval_asked){.group = seen,
                                                              .facts = facts,
                                                              .request = request,
                                                              .purpose = purpose,
                                                              .forced = forced,
                                                              .beside = beside,
                                                              .same = request ? NULL : same});
    group_unref(seen);
    json_decref(request);
    return r;
}
