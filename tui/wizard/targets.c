/* targets: see targets.h. */
#include "tui/wizard/targets.h"

#include "backend/base/json.h"
#include "backend/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const json_t *targets_find(const json_t *list, const char *id_or_name)
{
    static const char *const KEYS[] = {"id", "name"};
    const json_t *o;
    size_t i;
    for (size_t k = 0; k < 2 && *id_or_name; k++)
        json_array_foreach(list, i, o)
            if (text_equal(json_text(o, KEYS[k]), id_or_name))
                return o;
    return NULL;
}

static void add(char *dst, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* One more, after a comma. */
static void add(char *dst, size_t size, const char *fmt, ...)
{
    size_t used = strlen(dst);
    va_list ap;
    if (used + 4 >= size)
        return;
    va_start(ap, fmt);
    if (used)
        used += (size_t)snprintf(dst + used, size - used, ", ");
    vsnprintf(dst + used, size - used, fmt, ap);
    va_end(ap);
}

void targets_words(const json_t *target, char *dst, size_t size)
{
    const json_t *v;
    size_t i;
    dst[0] = '\0';
    json_array_foreach(json_list(target, "cidrs"), i, v)
        if (json_is_string(v))
            add(dst, size, "%.48s", json_string_value(v));
    if (json_is_integer(json_object_get(target, "free")))
        add(dst, size, "%lld free", (long long)json_int(target, "free", 0));
    if (json_flag(target, "shared", false))
        add(dst, size, "shared");
    if (json_flag(target, "external", false))
        add(dst, size, "external");
    if (json_object_get(target, "size_mib"))
        add(dst, size, "%lld MiB", (long long)json_int(target, "size_mib", 0));
    if (json_int(target, "min_disk", 0) > 0)
        add(dst, size, "for %lld GiB and more", (long long)json_int(target, "min_disk", 0));
    if (!json_object_get(target, "vcpus"))
        return;
    add(dst, size, "%lld vCPU", (long long)json_int(target, "vcpus", 0));
    add(dst, size, "%lld MiB", (long long)json_int(target, "ram", 0));
    add(dst, size, "%lld GiB", (long long)json_int(target, "disk", 0));
}
