#include "backend/base/json.h"

#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/base/uuid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void json_seed(void)
{
    json_object_seed((size_t)random_u64());
}

const char *json_text(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}

int64_t json_int(const json_t *o, const char *key, int64_t otherwise)
{
    const json_t *v = json_object_get(o, key);
    if (json_is_integer(v))
        return json_integer_value(v);
    if (json_is_real(v))
        return (int64_t)json_real_value(v);
    const char *s = json_string_value(v);
    char *end = NULL;
    if (!s || !*s)
        return otherwise;
    long long n = strtoll(s, &end, 10);
    return *end ? otherwise : n;
}

bool json_flag(const json_t *o, const char *key, bool otherwise)
{
    const json_t *v = json_object_get(o, key);
    if (json_is_boolean(v))
        return json_is_true(v);
    const char *s = json_string_value(v);
    if (s && strcasecmp(s, "true") == 0)
        return true;
    if (s && strcasecmp(s, "false") == 0)
        return false;
    return otherwise;
}

json_t *json_list(const json_t *o, const char *key)
{
    json_t *v = json_object_get(o, key);
    return json_is_array(v) ? v : NULL;
}

json_t *json_map(const json_t *o, const char *key)
{
    json_t *v = json_object_get(o, key);
    return json_is_object(v) ? v : NULL;
}

void json_put(json_t *o, const char *key, json_t *value)
{
    if (value && json_object_set_new(o, key, value) != 0)
        json_object_set_new(o, key, json_null());
}

void json_put_text(json_t *o, const char *key, const char *value)
{
    /* jansson refuses malformed UTF-8: store the clean form instead. */
    json_t *v = value ? json_string(value) : json_null();
    if (!v) {
        size_t room = strlen(value) * 3 + 1;
        char *clean = xmalloc(room);
        safe_text(clean, room, value);
        v = json_string(clean);
        free(clean);
    }
    json_put(o, key, v);
}

void json_put_int(json_t *o, const char *key, int64_t value)
{
    json_put(o, key, json_integer(value));
}

void json_put_flag(json_t *o, const char *key, bool value)
{
    json_put(o, key, json_boolean(value));
}

char *json_compact(const json_t *o)
{
    char *s = json_dumps(o, JSON_COMPACT | JSON_ENCODE_ANY);
    return s ? s : xstrdup("null");
}

bool json_has_text(const json_t *list, const char *text)
{
    const json_t *v;
    size_t i;
    json_array_foreach(list, i, v)
        if (json_is_string(v) && strcmp(json_string_value(v), text) == 0)
            return true;
    return false;
}

json_t *json_find(const json_t *list, const char *key, const char *value)
{
    json_t *o;
    size_t i;
    json_array_foreach(list, i, o)
        if (*value && strcmp(json_text(o, key), value) == 0)
            return o;
    return NULL;
}

void json_add_line(json_t *list, const char *fmt, ...)
{
    char raw[400], clean[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    safe_text(clean, sizeof(clean), raw);
    json_array_append_new(list, json_string(clean));
}
