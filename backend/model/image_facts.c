#include "backend/model/image_facts.h"

#include "backend/base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>

struct image_facts {
    atomic_int refs;
    json_t *object;
};

struct image_facts *image_facts_new(const json_t *object)
{
    if (json_object_size(object) == 0)
        return NULL;
    struct image_facts *f = xcalloc(1, sizeof(*f));
    atomic_init(&f->refs, 1);
    f->object = json_deep_copy(object);
    return f;
}

const json_t *image_facts_json(const struct image_facts *f)
{
    return f ? f->object : NULL;
}

static struct image_facts *one_more(struct image_facts *f)
{
    atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
    return f;
}

void image_facts_unref(struct image_facts *f)
{
    if (!f || atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) != 1)
        return;
    json_decref(f->object);
    free(f);
}

struct image_facts *image_pool_take(struct image_pool *p, struct image_facts *f_take)
{
    if (!f_take)
        return NULL;
    for (size_t i = 0; i < p->count; i++)
        if (json_equal(p->known[i]->object, f_take->object)) {
            image_facts_unref(f_take);
            return one_more(p->known[i]);
        }
    if (p->count < IMAGE_POOL_MAX)
        p->known[p->count++] = one_more(f_take);
    return f_take;
}

void image_pool_release(struct image_pool *p)
{
    while (p->count)
        image_facts_unref(p->known[--p->count]);
}
