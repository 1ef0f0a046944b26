/* names: what things are called on an array, and what follows from a list of
 * them. Pure: any thread, no array is asked. */
#include "backend/array/array.h"

#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "ptr-1f0e2d3c-9a8b7c6d-0": pieces of both ids, in which only letters, digits
 * and - are. */
const char *array_clone_name(const char *op, const char *server, size_t index,
                             char dst[ARRAY_CLONE_NAME_SIZE])
{
    const char *id = strncmp(op, "op-", 3) == 0 ? op + 3 : op;
    snprintf(dst, ARRAY_CLONE_NAME_SIZE, "ptr-%.8s-%.8s-%zu", id, server, index);
    return dst;
}

/* A suffix has a letter in it: numbers alone are the array's own. */
const char *array_suffix(const char *op, int round, char dst[ARRAY_SUFFIX_SIZE])
{
    const char *id = strncmp(op, "op-", 3) == 0 ? op + 3 : op;
    snprintf(dst, ARRAY_SUFFIX_SIZE, "ptr-%.13s-%d", id, round);
    return dst;
}

/* "pg" of array SRC is "SRC:pg" on the target; "pod::pg" is "pod:pg". */
const char *array_point_name(const char *source_array, const char *group, const char *suffix,
                             char *dst, size_t size)
{
    const char *pod = strstr(group, "::");
    if (pod)
        snprintf(dst, size, "%.*s:%s%s%s", (int)(pod - group), group, pod + 2, *suffix ? "." : "",
                 suffix);
    else
        snprintf(dst, size, "%s:%s%s%s", source_array, group, *suffix ? "." : "", suffix);
    return dst;
}

/* Without array, pod and volume group: "SRC:vgroup/name" -> "name". */
static const char *bare_name(const char *name)
{
    size_t n = strlen(name);
    while (n > 0 && name[n - 1] != ':' && name[n - 1] != '/')
        n--;
    return name + n;
}

static bool is_cinder_name(const char *name, const char *cinder_id)
{
    char want[128];
    snprintf(want, sizeof(want), "volume-%.64s-cinder", cinder_id);
    return strcmp(bare_name(name), want) == 0;
}

bool array_volume_is_of(const struct array_volume *v, const char *cinder_id)
{
    return is_cinder_name(v->source, cinder_id);
}

const struct array_volume *array_volume_skewed(const struct array_volume *volumes, int count,
                                               int64_t point_ms)
{
    enum { SAME_MS = 1000 };
    for (int i = 0; i < count; i++) {
        int64_t apart = volumes[i].created_ms - point_ms;
        if (volumes[i].created_ms && (apart > SAME_MS || apart < -SAME_MS))
            return &volumes[i];
    }
    return NULL;
}

bool array_volume_managed_as(const struct array_volume *v, const char *cinder_id)
{
    return is_cinder_name(v->name, cinder_id);
}

bool array_point_interrupted(const struct array_point *points, int count, int i)
{
    if (i < 0 || i >= count || points[i].completed_ms)
        return false;
    for (int k = 0; k < i; k++)
        if (points[k].completed_ms)
            return true;
    return false;
}

/* ---- which group ----------------------------------------------------------- */

static int held_by(const struct array_member *rows, int count, const char *group)
{
    int n = 0;
    for (int i = 0; i < count; i++)
        n += strcmp(rows[i].group, group) == 0;
    return n;
}

static int volumes_in(const struct array_member *rows, int count)
{
    int n = 0;
    for (int i = 0; i < count; i++)
        n += i == 0 || strcmp(rows[i].cinder_id, rows[i - 1].cinder_id) != 0;
    return n;
}

const char *array_members_group(const struct array_member *rows, int count, const char *prefer,
                                int *ret_missing)
{
    const char *best = "";
    int most = 0;
    for (int i = 0; i < count; i++) {
        if (!*rows[i].group || strcmp(rows[i].group, best) == 0)
            continue;
        int n = held_by(rows, count, rows[i].group);
        if (n > most || (n == most && strcmp(rows[i].group, prefer) == 0)) {
            most = n;
            best = rows[i].group;
        }
    }
    *ret_missing = volumes_in(rows, count) - most;
    return best;
}
