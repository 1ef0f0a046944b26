/* asked_plan: what a question says of the plan that it would begin. */
#include "backend/engine/present.h"
#include "backend/engine/publish.h"
#include "backend/engine/request/asking.h"

/* How often the rarest kind of step of a plan was seen here lately. */
static int fewest_runs(const struct engine *e, const struct plan *plan)
{
    int fewest = HABIT_SAMPLES;
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_step *s = &plan->steps[i];
        int seen = habits_usual(e->habits, s->kind, habits_size(s)).samples;
        if (seen && seen < fewest) /* what only follows a failure may never have been */
            fewest = seen;
    }
    return fewest;
}

void asking_put_plan(const struct engine *e, const struct operation *op, const struct plan *plan,
                     json_t *o)
{
    struct outlook k;
    json_t *steps = plan_to_json(plan), *step, *range;
    size_t i;
    json_array_foreach(steps, i, step)
        json_put_text(step, "name", json_text(json_map(step, "params"), "name"));
    engine_outlook(e, op, &k);
    range = outlook_predicted(&k);
    if (json_is_object(range))
        json_put_int(range, "runs", fewest_runs(e, plan));
    json_put(o, "counts", recreate_counts(plan));
    /* Deep: the plan's own values stay with this thread. */
    json_put(o, "steps", json_deep_copy(steps));
    json_put(o, "predicted", range);
    json_decref(steps);
}

json_t *asking_plan_json(const struct asking *a, enum op_type type, const struct plan *plan)
{
    json_t *o = json_object();
    struct operation *op = operation_new(type, plan_ref(plan));
    op->cleanup_due = type == OP_TEST_FAILOVER && !json_flag(a->effective, "no_cleanup", false);
    json_put_text(o, "group", a->group->name);
    json_put_text(o, "source_site", a->source->cfg->name);
    json_put_text(o, "target_site", a->target->cfg->name);
    asking_put_plan(a->e, op, plan, o);
    operation_free(op);
    json_put(o, "warnings", json_deep_copy(a->warnings));
    asking_put_readiness(a, o);
    return o;
}
