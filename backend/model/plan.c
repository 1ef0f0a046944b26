#include "backend/model/plan.h"

#include "backend/base/json.h"
#include "backend/base/text.h"

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
    free(p->slots);
    free(p);
}

/* ---- finding a step by its key ------------------------------------------------ */

/* Where the key stands, or the free slot where it would. The first of equal
 * keys is the one that is found. */
static size_t slot_of(const struct plan *p, const char *key)
{
    size_t at = text_hash(0, key) & (p->slot_count - 1);
    while (p->slots[at] && strcmp(p->steps[p->slots[at] - 1].key, key) != 0)
        at = (at + 1) & (p->slot_count - 1);
    return at;
}

static void remember(struct plan *p, size_t step)
{
    size_t at = slot_of(p, p->steps[step].key);
    if (!p->slots[at])
        p->slots[at] = (int)step + 1;
}

/* At most half full. */
static void make_room(struct plan *p)
{
    if (p->count * 2 <= p->slot_count)
        return;
    free(p->slots);
    p->slot_count = p->slot_count ? p->slot_count * 2 : 32;
    p->slots = xcalloc(p->slot_count, sizeof(*p->slots));
    for (size_t i = 0; i + 1 < p->count; i++)
        remember(p, i);
}

/* ---- building ----------------------------------------------------------------- */

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
    p->count++;
    make_room(p);
    remember(p, p->count - 1);
    return (int)p->count - 1;
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
    return p->slot_count ? p->slots[slot_of(p, key)] - 1 : -1;
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
