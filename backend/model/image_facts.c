#include "backend/model/image_facts.h"

#include "backend/base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct image_facts {
    atomic_int refs;
    json_t *object;
    size_t size; /* of what it was made of */
    char text[];
};

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

/* NULL: an empty object, or none. */
static struct image_facts *facts_new(json_t *object_take, const char *text, size_t size)
{
    if (json_object_size(object_take) == 0) {
        json_decref(object_take);
        return NULL;
    }
    struct image_facts *f = xmalloc(sizeof(*f) + size);
    atomic_init(&f->refs, 1);
    f->object = object_take;
    f->size = size;
    memcpy(f->text, text, size);
    return f;
}

bool image_pool_read(struct image_pool *p, const char *text, size_t size, struct image_facts **ret)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->known[i]->size == size && memcmp(p->known[i]->text, text, size) == 0) {
            *ret = one_more(p->known[i]);
            return true;
        }
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (!object)
        return false;
    *ret = facts_new(object, text, size);
    if (*ret && p->count < IMAGE_POOL_MAX)
        p->known[p->count++] = one_more(*ret);
    return true;
}

void image_pool_release(struct image_pool *p)
{
    while (p->count)
        image_facts_unref(p->known[--p->count]);
}
