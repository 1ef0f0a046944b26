#include "backend/lab/array/volume.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Not divided by --speed: a destroyed name has to stay taken. */
enum { ERADICATION_MS = 24 * 3600 * 1000 };

static const int64_t GIB = (int64_t)1 << 30;

const char *array_cinder_name(const char *id, char dst[ARRAY_NAME_SIZE])
{
    snprintf(dst, ARRAY_NAME_SIZE, "volume-%.40s-cinder", id);
    return dst;
}

const char *array_serial(int64_t seq, char dst[32])
{
    snprintf(dst, 32, "A1B2C3D4E5F6%012llX", (unsigned long long)seq);
    return dst;
}

bool array_volume_of(const struct res *cinder)
{
    return !*json_text(cinder->doc, "array") && !json_flag(cinder->doc, "void", false) &&
           strcmp(json_text(cinder->doc, "status"), "creating") != 0 &&
           json_int(cinder->doc, "size", 0) > 0;
}

struct res *array_volume_add(struct world *w, int site, const char *name, int64_t bytes,
                             const char *source, int64_t at)
{
    struct res *own = world_add(
        w, site, K_ARRAY_VOLUME, NULL,
        json_pack("{s:s, s:I, s:I, s:s, s:[], s:s, s:I}", "name", name, "bytes", (json_int_t)bytes,
                  "created", (json_int_t)at, "source", source, "tags", "cinder", "", "destroyed",
                  (json_int_t)0));
    json_put_int(own->doc, "serial_of", own->seq);
    return own;
}

/* Gives a volume that only Cinder's document had one of its own. */
static struct res *part_from_cinder(struct world *w, struct res *cinder)
{
    char name[ARRAY_NAME_SIZE];
    struct res *own = array_volume_add(w, cinder->site, array_cinder_name(cinder->id, name),
                                       json_int(cinder->doc, "size", 1) * GIB, "",
                                       json_int(cinder->doc, "created", 0));
    json_put_int(own->doc, "serial_of", cinder->seq);
    json_put_text(own->doc, "cinder", cinder->id);
    json_put_text(cinder->doc, "array", own->id);
    world_touch(w, cinder);
    return own;
}

/* The array's document of a Cinder volume, made when needed; NULL: it has no
 * array volume. */
static struct res *own_of(struct world *w, struct res *cinder)
{
    const char *id = json_text(cinder->doc, "array");
    if (*id)
        return world_get(w, cinder->site, K_ARRAY_VOLUME, id);
    return array_volume_of(cinder) ? part_from_cinder(w, cinder) : NULL;
}

struct res *array_volume_own(struct world *w, int site, const char *name)
{
    char id[37];
    for (size_t i = 0; i < world_count(w, site, K_ARRAY_VOLUME); i++) {
        struct res *own = world_at(w, site, K_ARRAY_VOLUME, i);
        if (strcasecmp(json_text(own->doc, "name"), name) == 0)
            return own;
    }
    if (strlen(name) != 50 || strncmp(name, "volume-", 7) != 0)
        return NULL;
    snprintf(id, sizeof(id), "%s", name + 7);
    struct res *cinder = world_get(w, site, K_VOLUME, id);
    return cinder && array_volume_of(cinder) ? part_from_cinder(w, cinder) : NULL;
}

struct res *array_volume_cinder(const struct world *w, const struct res *own)
{
    const char *id = json_text(own->doc, "cinder");
    return *id ? world_get(w, own->site, K_VOLUME, id) : NULL;
}

void array_volume_destroy(struct world *w, struct res *own, int64_t at)
{
    json_put_int(own->doc, "destroyed", at);
    world_touch(w, own);
    world_plan(w, own, at + ERADICATION_MS, "eradicated");
}

/* ---- Cinder's driver -------------------------------------------------- */

bool array_volume_manage(struct world *w, struct res *cinder, int64_t at)
{
    char name[ARRAY_NAME_SIZE];
    struct res *own = array_volume_own(w, cinder->site, json_text(cinder->doc, "ref"));
    if (!own || json_int(own->doc, "destroyed", 0) || *json_text(own->doc, "cinder"))
        return false;
    json_put_text(own->doc, "name", array_cinder_name(cinder->id, name));
    json_put_text(own->doc, "cinder", cinder->id);
    world_touch(w, own);
    json_put_text(cinder->doc, "array", own->id);
    json_put_text(json_map(cinder->doc, "meta"), "array_name", json_text(cinder->doc, "ref_array"));
    json_put_text(json_map(cinder->doc, "meta"), "array_volume_name", name);
    json_put_int(cinder->doc, "size", (json_int(own->doc, "bytes", 0) + GIB - 1) / GIB);
    json_put_int(cinder->doc, "updated", at);
    return true;
}

void array_volume_extend(struct world *w, struct res *cinder)
{
    const char *id = json_text(cinder->doc, "array");
    struct res *own = *id ? world_get(w, cinder->site, K_ARRAY_VOLUME, id) : NULL;
    if (!own)
        return;
    json_put_int(own->doc, "bytes", json_int(cinder->doc, "size", 1) * GIB);
    world_touch(w, own);
}

static void let_go(struct world *w, struct res *cinder, struct res *own)
{
    json_put_text(own->doc, "cinder", "");
    json_object_del(cinder->doc, "array");
    world_touch(w, own);
}

void array_volume_unmanage(struct world *w, struct res *cinder, int64_t at)
{
    struct res *own = own_of(w, cinder);
    (void)at;
    if (!own)
        return;
    char *name = xasprintf("%s-unmanaged", json_text(own->doc, "name"));
    json_put_text(own->doc, "name", name);
    free(name);
    let_go(w, cinder, own);
}

void array_volume_delete(struct world *w, struct res *cinder, int64_t at)
{
    struct res *own = own_of(w, cinder);
    if (!own)
        return;
    let_go(w, cinder, own);
    if (!json_int(own->doc, "destroyed", 0))
        array_volume_destroy(w, own, at);
}
