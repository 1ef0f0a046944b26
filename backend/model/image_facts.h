/*
 * image_facts: what a volume knows of the image that it was made from.
 *
 * Thousands of volumes are of a few images, so what is equal is one object,
 * which groups of several snapshots have in common. It is counted here and not
 * by its JSON, for a snapshot is let go of by one thread and made by another.
 * It never changes.
 */
#ifndef PC_MODEL_IMAGE_FACTS_H
#define PC_MODEL_IMAGE_FACTS_H

#include <jansson.h>
#include <stddef.h>

struct image_facts;

/* A copy of an object of strings; NULL of NULL and of an empty one. */
struct image_facts *image_facts_new(const json_t *object);
const json_t *image_facts_json(const struct image_facts *f); /* lent; NULL of NULL */
void image_facts_unref(struct image_facts *f);               /* any thread; NULL is fine */

/* Those that were met while groups are read. One thread. */
enum { IMAGE_POOL_MAX = 32 };
struct image_pool {
    struct image_facts *known[IMAGE_POOL_MAX];
    size_t count;
};
/* An equal one of the pool in its place, or itself, which the pool then knows. */
struct image_facts *image_pool_take(struct image_pool *p, struct image_facts *f_take);
void image_pool_release(struct image_pool *p);

#endif
