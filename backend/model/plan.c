#include "backend/model/plan.h"

#include "backend/base/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct plan *plan_new(void)
{
    struct plan *p = xcalloc(1, sizeof(*p));
    atomic_init(&p->refs, 1);
    arena_init(&p->arena);
    return p;
}

struct plan *plan_ref(const struct plan *p)
{
    struct plan *shared = (struct plan *)(uintptr_t)p; /* only the count changes */
    atomic_fetch_add_explicit(&shared->refs, 1, memory_order_relaxed);
    return shared;
}

void plan_unref(struct plan *p)
{
    if (!p || atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < p->count; i++)
        json_decref(p->steps[i].params);
    arena_release(&p->arena);
    free(p->steps);
    free(p);
}

int plan_add(struct plan *p, enum step_kind kind, const char *key, const char *subject,
             json_t *params)
{
    p->steps = xgrow(p->steps, &p->room, p->count + 1, sizeof(*p->steps));
    p->steps[p->count] = (struct plan_step){
        .key = arena_strdup(&p->arena, key),
        .subject = arena_strdup(&p->arena, subject),
        .kind = kind,
        .params = params ? params : json_object(),
    };
    return (int)p->count++;
}

void plan_depend(struct plan *p, int step, int before)
{
    struct plan_step *s = &p->steps[step];
    if (before < 0 || before >= step)
        return;
    for (size_t i = 0; i < s->dep_count; i++)
        if (s->deps[i] == before)
            return;
    int *deps = (int *)(uintptr_t)s->deps;
    /* Room grows by powers of two, so adding many costs a constant each. */
    if ((s->dep_count & (s->dep_count - 1)) == 0) {
        deps = arena_alloc(&p->arena, (s->dep_count ? s->dep_count * 2 : 1) * sizeof(*deps));
        if (s->dep_count)
            memcpy(deps, s->deps, s->dep_count * sizeof(*deps));
    }
    deps[s->dep_count++] = before;
    s->deps = deps;
}

int plan_find(const struct plan *p, const char *key)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->steps[i].key, key) == 0)
            return (int)i;
    return -1;
}

json_t *plan_to_json(const struct plan *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->count; i++) {
        const struct plan_step *s = &p->steps[i];
        json_t *o = json_object(), *after = json_array();
        json_put_text(o, "key", s->key);
        json_put_text(o, "kind", step_kind_name(s->kind));
        json_put_text(o, "phase", phase_word(step_kind_phase(s->kind)));
        json_put_text(o, "subject", s->subject);
        for (size_t d = 0; d < s->dep_count; d++)
            json_array_append_new(after, json_string(p->steps[s->deps[d]].key));
        json_put(o, "after", after);
        json_put_int(o, "timeout", s->timeout_s);
        json_put(o, "params", json_incref(s->params));
        json_array_append_new(list, o);
    }
    return list;
}

static enum pc_err read_step(struct plan *p, const json_t *o, struct pc_error *err)
{
    enum step_kind kind = step_kind_parse(json_text(o, "kind"));
    const char *key = json_text(o, "key");
    if (kind == STEP_KIND_COUNT || !*key || plan_find(p, key) >= 0)
        return pc_error_set(err, PC_ERR_INVALID, "It may stem from another version: finish the "
                            "operation with the version that began it.",
                            "the journal holds a step that is not understood: '%s' of kind '%s'",
                            key, json_text(o, "kind"));
    int i = plan_add(p, kind, key, json_text(o, "subject"), json_incref(json_map(o, "params")));
    p->steps[i].timeout_s = (int)json_int(o, "timeout", 0);
    const json_t *after;
    size_t k;
    json_array_foreach(json_list(o, "after"), k, after) {
        int before = json_is_string(after) ? plan_find(p, json_string_value(after)) : -1;
        if (before < 0)
            return pc_error_set(err, PC_ERR_INVALID, NULL,
                                "step '%s' waits for a step that is not in its plan", key);
        plan_depend(p, i, before);
    }
    return PC_OK;
}

enum pc_err plan_from_json(const json_t *list, struct plan **ret, struct pc_error *err)
{
    struct plan *p = plan_new();
    const json_t *o;
    size_t i;
    json_array_foreach(list, i, o) {
        enum pc_err rc = read_step(p, o, err);
        if (rc) {
            plan_unref(p);
            return rc;
        }
    }
    *ret = p;
    return PC_OK;
}
