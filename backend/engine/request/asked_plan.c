/* asked_plan: what a question says of the plan that it would begin. */
#include "backend/engine/present.h"
#include "backend/engine/publish.h"
#include "backend/engine/readiness/eval.h"
#include "backend/engine/request/asking.h"

#include <string.h>

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

/* By what such steps took lately; null: some were never seen. */
static json_t *predicted(const struct asking *a, const struct plan *plan)
{
    static const enum op_type types[] = {OP_TEST_FAILOVER, OP_FAILOVER, OP_FAILBACK};
    enum readiness_for purpose = readiness_purpose(a->how.action);
    struct outlook k;
    if (purpose == READY_FOR_COUNT)
        return json_null();
    struct operation *op = operation_new(types[purpose], plan_ref(plan));
    op->cleanup_due = purpose == READY_FOR_TEST && !json_flag(a->effective, "no_cleanup", false);
    engine_outlook(a->e, op, &k);
    operation_free(op);
    json_t *o = outlook_range(&k);
    if (json_is_object(o))
        json_put_int(o, "runs", fewest_runs(a->e, plan));
    return o;
}

json_t *asking_plan_json(const struct asking *a, const struct plan *plan)
{
    json_t *o = json_object();
    json_put_text(o, "group", a->group->name);
    json_put_text(o, "source_site", a->source->cfg->name);
    json_put_text(o, "target_site", a->target->cfg->name);
    json_put(o, "counts", recreate_counts(plan));
    json_t *steps = plan_to_json(plan), *step, *own;
    size_t i;
    json_array_foreach(steps, i, step)
        json_put_text(step, "name", json_text(json_map(step, "params"), "name"));
    /* Deep: the plan's own values stay with this thread. */
    own = json_deep_copy(steps);
    json_decref(steps);
    json_put(o, "steps", own);
    json_put(o, "warnings", json_deep_copy(a->warnings));
    json_put(o, "predicted", predicted(a, plan));
    asking_put_readiness(a, o);
    return o;
}
