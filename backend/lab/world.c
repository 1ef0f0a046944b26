#include "backend/lab/world.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/uuid.h"
#include "backend/lab/chronicle.h"
#include "backend/lab/disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const KIND_NAMES[KIND_COUNT] = {
#define KIND_NAME(symbol, name) [symbol] = name,
    KIND_LIST(KIND_NAME)
#undef KIND_NAME
};

const char *kind_name(enum kind kind)
{
    return KIND_NAMES[kind];
}

bool kind_by_name(const char *name, enum kind *ret)
{
    for (int k = 0; k < KIND_COUNT; k++)
        if (strcmp(KIND_NAMES[k], name) == 0) {
            *ret = (enum kind)k;
            return true;
        }
    return false;
}

void world_init(struct world *w, struct disk *disk, world_happen_fn *happen)
{
    memset(w, 0, sizeof(*w));
    pthread_mutex_init(&w->lock, NULL);
    w->disk = disk;
    w->happen = happen;
    dice_init(&w->dice, random_u64());
}

static void res_free(struct res *r)
{
    json_decref(r->doc);
    free(r->id);
    free(r);
}

void world_release(struct world *w)
{
    for (int s = 0; s < SITE_COUNT; s++)
        for (int k = 0; k < KIND_COUNT; k++) {
            struct shelf *sh = &w->shelves[s][k];
            for (size_t i = 0; i < sh->count; i++)
                res_free(sh->items[i]);
            free(sh->items);
            free(sh->buckets);
        }
    free(w->heap);
    free(w->dirty);
    pthread_mutex_destroy(&w->lock);
}

void world_lock(struct world *w)
{
    pthread_mutex_lock(&w->lock);
}

void world_unlock(struct world *w)
{
    pthread_mutex_unlock(&w->lock);
}

/* ---- shelves ---------------------------------------------------------- */

static size_t hash_id(const char *id)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *id; id++)
        h = (h ^ (unsigned char)*id) * 0x100000001b3u;
    return (size_t)(h ^ (h >> 29));
}

static void shelf_rehash(struct shelf *sh, size_t to)
{
    free(sh->buckets);
    sh->buckets = xcalloc(to, sizeof(*sh->buckets));
    sh->bucket_count = to;
    for (size_t i = 0; i < sh->count; i++) {
        struct res **b = &sh->buckets[hash_id(sh->items[i]->id) & (to - 1)];
        sh->items[i]->chain = *b;
        *b = sh->items[i];
    }
}

static void shelf_put(struct shelf *sh, struct res *r)
{
    sh->items = xgrow(sh->items, &sh->room, sh->count + 1, sizeof(*sh->items));
    /* Nearly always the newest; what the disk gives back comes in any order. */
    size_t at = sh->count++;
    while (at > 0 && sh->items[at - 1]->seq > r->seq) {
        sh->items[at] = sh->items[at - 1];
        at--;
    }
    sh->items[at] = r;
    if (sh->count > sh->bucket_count) {
        shelf_rehash(sh, sh->bucket_count ? sh->bucket_count * 2 : 16);
        return;
    }
    struct res **b = &sh->buckets[hash_id(r->id) & (sh->bucket_count - 1)];
    r->chain = *b;
    *b = r;
}

static void shelf_remove(struct shelf *sh, struct res *r)
{
    struct res **b = &sh->buckets[hash_id(r->id) & (sh->bucket_count - 1)];
    while (*b != r)
        b = &(*b)->chain;
    *b = r->chain;
    size_t lo = 0, hi = sh->count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (sh->items[mid]->seq < r->seq)
            lo = mid + 1;
        else
            hi = mid;
    }
    memmove(&sh->items[lo], &sh->items[lo + 1], (sh->count - lo - 1) * sizeof(*sh->items));
    sh->count--;
}

struct res *world_get(const struct world *w, int site, enum kind kind, const char *id)
{
    const struct shelf *sh = &w->shelves[site][kind];
    if (!sh->bucket_count || !id)
        return NULL;
    struct res *r = sh->buckets[hash_id(id) & (sh->bucket_count - 1)];
    while (r && strcmp(r->id, id) != 0)
        r = r->chain;
    return r;
}

struct res *world_named(const struct world *w, int site, enum kind kind, const char *name,
                        size_t *ret_count)
{
    const struct shelf *sh = &w->shelves[site][kind];
    struct res *first = NULL;
    size_t found = 0;
    for (size_t i = 0; i < sh->count; i++)
        if (strcmp(json_text(sh->items[i]->doc, "name"), name) == 0) {
            if (!found++)
                first = sh->items[i];
            if (!ret_count)
                break;
        }
    if (ret_count)
        *ret_count = found;
    return first;
}

size_t world_count(const struct world *w, int site, enum kind kind)
{
    return w->shelves[site][kind].count;
}

struct res *world_at(const struct world *w, int site, enum kind kind, size_t i)
{
    return w->shelves[site][kind].items[i];
}

/* ---- changes ---------------------------------------------------------- */

static struct res *res_new(int site, enum kind kind, const char *id, int64_t seq, json_t *doc)
{
    struct res *r = xcalloc(1, sizeof(*r));
    *r = (struct res){.kind = kind, .site = site, .seq = seq, .id = xstrdup(id), .doc = doc};
    return r;
}

struct res *world_add(struct world *w, int site, enum kind kind, const char *id, json_t *doc)
{
    char made[UUID_SIZE];
    struct res *r = res_new(site, kind, id ? id : uuid_make(made), ++w->last_seq, doc);
    shelf_put(&w->shelves[site][kind], r);
    world_touch(w, r);
    return r;
}

static void heap_push(struct world *w, int64_t at, struct res *r);

void world_restore(struct world *w, int site, enum kind kind, const char *id, int64_t seq,
                   json_t *doc)
{
    struct res *r = res_new(site, kind, id, seq, doc);
    snprintf(r->told, sizeof(r->told), "%s", chronicle_status(r));
    shelf_put(&w->shelves[site][kind], r);
    if (seq > w->last_seq)
        w->last_seq = seq;
    int64_t at = json_int(doc, "due", 0);
    if (at)
        heap_push(w, at, r);
}

void world_touch(struct world *w, struct res *r)
{
    if (r->dirty)
        return;
    r->dirty = true;
    w->dirty = xgrow(w->dirty, &w->dirty_room, w->dirty_count + 1, sizeof(struct res *));
    w->dirty[w->dirty_count++] = r;
}

void world_drop(struct world *w, struct res *r)
{
    if (r->gone)
        return;
    shelf_remove(&w->shelves[r->site][r->kind], r);
    r->gone = true;
    world_touch(w, r);
    /* The heap must not outlive it: it is freed at commit. */
    for (size_t i = 0; i < w->heap_count; i++)
        if (w->heap[i].res == r)
            w->heap[i].res = NULL;
}

enum pc_err world_commit(struct world *w, struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    if (!w->dirty_count)
        return rc;
    if (w->disk)
        rc = disk_write(w->disk, w->dirty, w->dirty_count, err);
    if (rc) /* kept, and tried again with the next commit */
        return rc;
    for (size_t i = 0; i < w->dirty_count; i++) {
        struct res *r = w->dirty[i];
        if (w->changed)
            w->changed(w->changed_arg, r);
        r->dirty = false;
        if (r->gone)
            res_free(r);
    }
    w->dirty_count = 0;
    return rc;
}

/* ---- what is ahead ---------------------------------------------------- */

static void heap_push(struct world *w, int64_t at, struct res *r)
{
    w->heap = xgrow(w->heap, &w->heap_room, w->heap_count + 1, sizeof(struct due));
    size_t i = w->heap_count++;
    while (i > 0 && w->heap[(i - 1) / 2].at > at) {
        w->heap[i] = w->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    w->heap[i] = (struct due){at, r};
}

static struct due heap_pop(struct world *w)
{
    struct due top = w->heap[0], last = w->heap[--w->heap_count];
    size_t i = 0, child;
    while ((child = 2 * i + 1) < w->heap_count) {
        if (child + 1 < w->heap_count && w->heap[child + 1].at < w->heap[child].at)
            child++;
        if (w->heap[child].at >= last.at)
            break;
        w->heap[i] = w->heap[child];
        i = child;
    }
    w->heap[i] = last;
    return top;
}

void world_plan(struct world *w, struct res *r, int64_t at, const char *then)
{
    json_put_int(r->doc, "due", at);
    json_put_text(r->doc, "then", then);
    world_touch(w, r);
    heap_push(w, at, r);
}

void world_unplan(struct world *w, struct res *r)
{
    json_object_del(r->doc, "due");
    json_object_del(r->doc, "then");
    world_touch(w, r);
}

static bool is_stale(const struct due *d)
{
    return !d->res || json_int(d->res->doc, "due", 0) != d->at;
}

void world_advance(struct world *w, int64_t now)
{
    while (w->heap_count && w->heap[0].at <= now) {
        struct due d = heap_pop(w);
        if (is_stale(&d))
            continue;
        char *then = xstrdup(json_text(d.res->doc, "then"));
        world_unplan(w, d.res);
        w->happen(w, d.res, then, d.at);
        free(then);
    }
}

int64_t world_next_due(struct world *w)
{
    while (w->heap_count && is_stale(&w->heap[0]))
        heap_pop(w);
    return w->heap_count ? w->heap[0].at : INT64_MAX;
}
