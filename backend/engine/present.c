#include "backend/engine/present.h"

#include "backend/engine/plan/failover.h"
#include "backend/engine/readiness/eval.h"
#include "backend/engine/request/real.h"

#include <string.h>

json_t *present_names(const struct group *g, const struct operation *failover)
{
    json_t *names = json_array();
    for (size_t i = 0; i < g->member_count; i++)
        if (!member_stayed_behind(&g->members[i], failover))
            json_array_append_new(names, json_string(g->members[i].name));
    if (json_array_size(names) < g->member_count)
        return names;
    json_decref(names);
    return NULL;
}

static bool names_it(const json_t *names, const char *name)
{
    const json_t *v;
    size_t i;
    json_array_foreach(names, i, v)
        if (json_is_string(v) && strcmp(json_string_value(v), name) == 0)
            return true;
    return false;
}

struct group *present_of(const struct group *g, const json_t *names)
{
    struct group *chosen = NULL;
    struct pc_error ignored;
    if (!names)
        return group_ref(g);
    json_t *o = group_to_json(g), *members = json_list(o, "members");
    for (size_t i = json_array_size(members); i-- > 0;)
        if (!names_it(names, json_text(json_array_get(members, i), "name")))
            json_array_remove(members, i);
    if (group_from_json(o, &chosen, &ignored))
        chosen = group_ref(g);
    json_decref(o);
    return chosen;
}

struct group *present_here(const struct engine *e, const struct group *g)
{
    struct operation *failover = NULL;
    struct pc_error ignored;
    if (strcmp(g->current_primary, g->primary) == 0 ||
        real_newest(e, g, OP_FAILOVER, &failover, &ignored))
        return group_ref(g);
    json_t *names = present_names(g, failover);
    struct group *here = present_of(g, names);
    json_decref(names);
    operation_free(failover);
    return here;
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
