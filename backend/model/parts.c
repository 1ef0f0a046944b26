#include "backend/model/parts.h"

#include "backend/base/json.h"

#include <stdlib.h>
#include <string.h>

void parts_add_take(struct parts *p, struct operation *op_take)
{
    p->ops = xrealloc(p->ops, (p->count + 1) * sizeof(*p->ops));
    p->ops[p->count++] = op_take;
}

void parts_release(struct parts *p)
{
    for (size_t i = 0; i < p->count; i++)
        operation_free(p->ops[i]);
    free(p->ops);
    *p = (struct parts){0};
}

const char *parts_follows(const struct operation *failover)
{
    return json_text(failover->request, "follows");
}

const char *parts_point(const struct operation *failover)
{
    bool array = strcmp(json_text(failover->request, "storage_mode"), "flasharray") == 0;
    return array ? failover->recovery_point : "";
}

enum whereabouts { UNKNOWN, MADE, LEFT };

/* What one failover knows of a member. */
static enum whereabouts where(const struct operation *failover, const struct member *m)
{
    for (size_t i = 0; i < failover->plan->count; i++) {
        const struct plan_step *p = &failover->plan->steps[i];
        bool done = failover->steps[i].status == STEP_DONE;
        if (p->kind != STEP_CREATE_SERVER)
            continue;
        if (done && strcmp(failover->steps[i].resource_id, m->id) == 0)
            return MADE;
        if (!done && strcmp(json_text(p->params, "source_id"), m->id) == 0)
            return LEFT;
    }
    return UNKNOWN;
}

/* Members were chosen, and others left out that nobody has tried to move. */
static bool leaves_some(const struct operation *failover)
{
    return json_list(failover->request, "members") && !json_flag(failover->request, "rest", false);
}

bool parts_left_behind(const struct parts *p, const struct member *m)
{
    bool left = p->count && leaves_some(p->ops[0]);
    for (size_t i = 0; i < p->count; i++) {
        enum whereabouts is = where(p->ops[i], m);
        if (is == MADE)
            return false;
        left |= is == LEFT;
    }
    return left;
}

/* As the operation itself judges it, when it ends (ending.c). */
static bool ended_well(const struct operation *failover)
{
    for (size_t i = 0; i < failover->plan->count; i++) {
        enum step_kind kind = failover->plan->steps[i].kind;
        bool counts = step_kind_phase(kind) < PHASE_FINALIZE || kind == STEP_UPDATE_GROUP;
        if (counts && failover->steps[i].status != STEP_DONE)
            return false;
    }
    return failover->status == OP_COMPLETED;
}

bool parts_whole(const struct parts *p, const struct group *g)
{
    for (size_t i = 0; i < p->count; i++)
        if (!ended_well(p->ops[i]))
            return false;
    for (size_t i = 0; i < g->member_count; i++)
        if (parts_left_behind(p, &g->members[i]))
            return false;
    return true;
}

static bool is_about(const struct operation *op, const char *vm)
{
    for (size_t i = 0; i < op->plan->count; i++)
        if (strcmp(json_text(op->plan->steps[i].params, "vm"), vm) == 0)
            return true;
    return false;
}

const struct operation *parts_of(const struct parts *p, const char *vm)
{
    for (size_t i = 0; i < p->count; i++)
        if (is_about(p->ops[i], vm))
            return p->ops[i];
    return NULL;
}

void parts_stands(const struct parts *p, const struct group *g, struct member_stand *ret)
{
    member_stands(p->ops[0], g, ret);
    for (size_t i = 0; p->count > 1 && i < g->member_count; i++) {
        const struct operation *op = parts_of(p, g->members[i].name);
        if (op && op != p->ops[0])
            ret[i] = member_stand_by(op, g->members[i].name);
    }
}
