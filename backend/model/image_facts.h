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
#include <stdbool.h>
#include <stddef.h>

struct image_facts;

const json_t *image_facts_json(const struct image_facts *f); /* lent; NULL of NULL */
void image_facts_unref(struct image_facts *f);               /* any thread; NULL is fine */

/* Those that were met while groups are read. One thread. */
enum { IMAGE_POOL_MAX = 32 };
struct image_pool {
    struct image_facts *known[IMAGE_POOL_MAX];
    size_t count;
};
/* From the text of an object of strings: the one that was made of the same text
 * before, or a new one, which the pool then knows. *ret: the caller's reference,
 * NULL of an empty object and of what is none. False: it is no JSON. */
bool image_pool_read(struct image_pool *p, const char *text, size_t size, struct image_facts **ret);
void image_pool_release(struct image_pool *p);

#endif
