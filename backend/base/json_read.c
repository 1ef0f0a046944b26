/*
 * json_read: jansson's values from a text, read by jsontext.
 *
 * jansson takes a text byte by byte through a function, which is most of what
 * the answers of a site cost; the values themselves are the same.
 */
#include "backend/base/json.h"

#include "backend/base/jsontext.h"
#include "backend/base/mem.h"

#include <stdlib.h>
#include <string.h>

static json_t *read_value(struct jsontext *j);

/* What the string stands for: within the text, or in *ret_own, which is the caller's. */
static struct jsonspan plain(const struct jsonspan *s, char **ret_own)
{
    *ret_own = NULL;
    if (!s->escaped)
        return *s;
    *ret_own = xmalloc(s->size + 1);
    return (struct jsonspan){.at = *ret_own, .size = jsonspan_unescape(*ret_own, s)};
}

static json_t *read_string(struct jsontext *j)
{
    struct jsonspan s;
    char *own;
    if (!jsontext_string(j, &s))
        return NULL;
    s = plain(&s, &own);
    json_t *v = json_stringn_nocheck(s.at, s.size);
    free(own);
    return v;
}

static json_t *read_array(struct jsontext *j)
{
    json_t *list = json_array(), *v;
    jsontext_enter(j, '[');
    while (jsontext_more(j, '['))
        if ((v = read_value(j)) == NULL || json_array_append_new(list, v) != 0)
            jsontext_fail(j, "a value is missing");
    return list;
}

static json_t *read_object(struct jsontext *j)
{
    json_t *o = json_object(), *v;
    struct jsonspan key;
    char *own;
    jsontext_enter(j, '{');
    while (jsontext_more(j, '{') && jsontext_key(j, &key) && (v = read_value(j)) != NULL) {
        key = plain(&key, &own);
        json_object_setn_new_nocheck(o, key.at, key.size, v);
        free(own);
    }
    return o;
}

/* A number, true, false or null. What has a point or a power is jansson's: it knows the
 * locale's point, and what is too big. */
static json_t *read_word(struct jsontext *j)
{
    struct jsonspan s;
    if (!jsontext_skip(j, &s))
        return NULL;
    char c = *s.at;
    if (c == 't' || c == 'f')
        return json_boolean(c == 't');
    if (c == 'n')
        return json_null();
    if (strcspn(s.at, ".eE") >= s.size)
        return json_integer(strtoll(s.at, NULL, 10));
    return json_loadb(s.at, s.size, JSON_DECODE_ANY, NULL);
}

/* NULL, or what was read so far: only with nothing `wrong` it is all. */
static json_t *read_value(struct jsontext *j)
{
    char c = jsontext_peek(j);
    json_t *v = c == '{'   ? read_object(j)
                : c == '[' ? read_array(j)
                : c == '"' ? read_string(j)
                           : read_word(j);
    if (!v)
        jsontext_fail(j, "a value is missing");
    return v;
}

json_t *json_read(const char *text, size_t size)
{
    struct jsontext j;
    jsontext_init(&j, text, size);
    char c = jsontext_peek(&j);
    json_t *v = c == '{' || c == '[' ? read_value(&j) : NULL;
    if (v && jsontext_done(&j))
        return v;
    json_decref(v);
    return NULL;
}
