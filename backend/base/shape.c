#include "backend/base/shape.h"

#include "backend/base/json.h"
#include "backend/base/jsontext.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { KEYS_AHEAD = 4 }; /* so many in a row may be left out, and reading is as quick */

struct reader {
    struct shape_reading in;
    struct jsontext j;
    /* Elements of the lists that are being read, those of the innermost last. */
    unsigned char *heap;
    size_t used, room;
};

static bool read_object(struct reader *r, const struct shape *s, void *record);

/* ---- texts -------------------------------------------------------------------------- */

static const char *keep(struct reader *r, const struct jsonspan *s)
{
    if (s->size == 0)
        return "";
    const unsigned char *c = (const unsigned char *)s->at;
    size_t place = (c[0] * 31u + c[s->size / 2] * 17u + c[s->size - 1] * 7u + s->size) % SHAPE_WORDS;
    const char **word = &r->in.words[place];
    if (!s->escaped && *word && strncmp(*word, s->at, s->size) == 0 && !(*word)[s->size])
        return *word;
    char *kept = arena_bytes(r->in.arena, s->size + 1);
    jsonspan_unescape(kept, s);
    if (!s->escaped)
        *word = kept;
    return kept;
}

static bool read_text(struct reader *r, const char **ret)
{
    struct jsonspan s;
    if (jsontext_peek(&r->j) != '"')
        return jsontext_skip(&r->j, &s);
    if (!jsontext_string(&r->j, &s))
        return false;
    *ret = keep(r, &s);
    return true;
}

/* ---- numbers and flags ------------------------------------------------------------------- */

static bool read_int(struct reader *r, int64_t *ret)
{
    struct jsonspan s;
    if (!jsontext_skip(&r->j, &s))
        return false;
    bool quoted = *s.at == '"';
    const char *from = s.at + quoted;
    char *end = NULL;
    long long n = strtoll(from, &end, 10);
    if (end > from && (!quoted || end == s.at + s.size - 1))
        *ret = n;
    return true;
}

static bool read_flag(struct reader *r, bool *ret)
{
    struct jsonspan s;
    if (!jsontext_skip(&r->j, &s))
        return false;
    size_t quote = *s.at == '"', size = s.size - 2 * quote;
    if (size == 4 && strncasecmp(s.at + quote, "true", size) == 0)
        *ret = true;
    else if (size == 5 && strncasecmp(s.at + quote, "false", size) == 0)
        *ret = false;
    return true;
}

/* ---- arrays --------------------------------------------------------------------------------- */

static void push(struct reader *r, const void *element, size_t size)
{
    r->heap = xgrow(r->heap, &r->room, r->used + size, 1);
    memcpy(r->heap + r->used, element, size);
    r->used += size;
}

/* What was pushed since `from`, in the arena; NULL: nothing was. */
static void *pop(struct reader *r, size_t from)
{
    size_t size = r->used - from;
    void *kept = size ? memcpy(arena_alloc(r->in.arena, size), r->heap + from, size) : NULL;
    r->used = from;
    return kept;
}

static bool read_texts(struct reader *r, const char ***ret, size_t *ret_count)
{
    size_t from = r->used;
    struct jsonspan s;
    if (jsontext_peek(&r->j) != '[')
        return jsontext_skip(&r->j, &s);
    if (!jsontext_enter(&r->j, '['))
        return false;
    while (jsontext_more(&r->j, '[')) {
        const char *text = NULL;
        if (!read_text(r, &text))
            return false;
        if (text)
            push(r, &text, sizeof(text));
    }
    *ret_count = (r->used - from) / sizeof(**ret);
    *ret = pop(r, from);
    return !r->j.wrong;
}

static bool read_list(struct reader *r, const struct shape *s, void **ret, size_t *ret_count)
{
    alignas(max_align_t) unsigned char element[SHAPE_SIZE_MAX];
    size_t from = r->used;
    struct jsonspan other;
    if (jsontext_peek(&r->j) != '[')
        return jsontext_skip(&r->j, &other);
    if (!jsontext_enter(&r->j, '['))
        return false;
    while (jsontext_more(&r->j, '[')) {
        memset(element, 0, s->size);
        if (!read_object(r, s, element))
            return false;
        push(r, element, s->size);
    }
    *ret_count = (r->used - from) / s->size;
    *ret = pop(r, from);
    return !r->j.wrong;
}

/* ---- structs --------------------------------------------------------------------------------- */

static bool is_empty(const struct jsonspan *s)
{
    return strncmp(s->at, "null", 4) == 0 || strncmp(s->at, "{}", 2) == 0 ||
           strncmp(s->at, "[]", 2) == 0;
}

static bool read_own(struct reader *r, const struct shape_member *m, void *owner)
{
    struct jsonspan s;
    return jsontext_skip(&r->j, &s) &&
           (m->read(&r->in, owner, is_empty(&s) ? NULL : &s) ||
            jsontext_fail(&r->j, "it is not what it should be"));
}

static bool read_member(struct reader *r, const struct shape_member *m, void *record)
{
    unsigned char *at = (unsigned char *)record + m->at;
    size_t *count = (void *)((unsigned char *)record + m->count_at);
    switch (m->kind) {
    case SHAPE_TEXT:
        return read_text(r, (void *)at);
    case SHAPE_INT:
        return read_int(r, (void *)at);
    case SHAPE_FLAG:
        return read_flag(r, (void *)at);
    case SHAPE_TEXTS:
        return read_texts(r, (void *)at, count);
    case SHAPE_LIST:
        return read_list(r, m->of, (void *)at, count);
    case SHAPE_ONE:
        return read_object(r, m->of, at);
    case SHAPE_OWN:
        break;
    }
    return read_own(r, m, record);
}

/* As if nothing of it were in the text; the record is zeroed. */
static bool set_absent(struct reader *r, const struct shape *s, void *record, uint64_t seen)
{
    static const char *none[1];
    for (size_t i = 0; i < s->count; i++) {
        const struct shape_member *m = &s->members[i];
        unsigned char *at = (unsigned char *)record + m->at;
        bool absent = !(seen >> i & 1);
        if (m->kind == SHAPE_TEXT && !*(const char **)(void *)at)
            *(const char **)(void *)at = ""; /* or of another type */
        else if (m->kind == SHAPE_TEXTS && !*(const char ***)(void *)at)
            *(const char ***)(void *)at = none;
        else if (absent && m->kind == SHAPE_ONE && !set_absent(r, m->of, at, 0))
            return false;
        else if (absent && m->kind == SHAPE_OWN && !m->read(&r->in, record, NULL))
            return false;
    }
    if (s->finish)
        s->finish(&r->in, record);
    return true;
}

static void set_numbers(const struct shape *s, void *record)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct shape_member *m = &s->members[i];
        unsigned char *at = (unsigned char *)record + m->at;
        if (m->kind == SHAPE_INT)
            *(int64_t *)(void *)at = m->otherwise;
        else if (m->kind == SHAPE_FLAG)
            *(bool *)at = m->otherwise;
        else if (m->kind == SHAPE_ONE)
            set_numbers(m->of, at);
    }
}

static size_t find(const struct shape *s, const struct jsonspan *key)
{
    size_t k = 0;
    while (k < s->count && (strncmp(s->members[k].key, key->at, key->size) != 0 ||
                            s->members[k].key[key->size]))
        k++;
    return k;
}

/* The next key's place in the table: its count is none of them. Keys come in the order in
 * which they were written, so it is mostly the one that stands there next. */
static bool read_key(struct reader *r, const struct shape *s, size_t next, size_t *ret)
{
    struct jsonspan key;
    char plain[64];
    for (*ret = next; *ret < s->count && *ret < next + KEYS_AHEAD; ++*ret)
        if (jsontext_is_key(&r->j, s->members[*ret].key))
            return true;
    if (!jsontext_key(&r->j, &key))
        return false;
    if (key.escaped && key.size < sizeof(plain))
        key = (struct jsonspan){.at = plain, .size = jsonspan_unescape(plain, &key)};
    *ret = find(s, &key);
    return true;
}

static bool read_object(struct reader *r, const struct shape *s, void *record)
{
    uint64_t seen = 0;
    struct jsonspan other;
    size_t next = 0, k;
    set_numbers(s, record);
    if (jsontext_peek(&r->j) != '{')
        return jsontext_skip(&r->j, &other) && set_absent(r, s, record, 0);
    jsontext_enter(&r->j, '{');
    while (jsontext_more(&r->j, '{')) {
        if (!read_key(r, s, next, &k))
            return false;
        if (k == s->count) {
            if (!jsontext_skip(&r->j, &other))
                return false;
            continue;
        }
        if (seen >> k & 1)
            return jsontext_fail(&r->j, "a key stands there twice");
        seen |= UINT64_C(1) << k;
        next = k + 1;
        if (!read_member(r, &s->members[k], record))
            return false;
    }
    return !r->j.wrong && set_absent(r, s, record, seen);
}

enum pc_err shape_read(const struct shape *s, void *record, const char *text, size_t size,
                       struct arena *a, void *context, struct pc_error *err)
{
    struct reader r = {.in = {.arena = a, .context = context}};
    jsontext_init(&r.j, text, size);
    bool fine = jsontext_peek(&r.j) == '{' ? read_object(&r, s, record)
                                           : jsontext_fail(&r.j, "it is no object");
    fine = fine && jsontext_done(&r.j);
    free(r.heap);
    if (fine)
        return PC_OK;
    return pc_error_set(err, PC_ERR_INVALID, NULL, "byte %zu: %s", (size_t)(r.j.at - text),
                        r.j.wrong ? r.j.wrong : "it is not what it should be");
}

bool shape_json(const struct jsonspan *value, json_type type, json_t **ret)
{
    *ret = value ? json_loadb(value->at, value->size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL)
                 : NULL;
    bool fine = !value || *ret;
    if (*ret && json_typeof(*ret) != type) {
        json_decref(*ret);
        *ret = NULL;
    }
    return fine;
}

/* ---- to JSON ---------------------------------------------------------------------------------- */

static json_t *write_texts(const char *const *texts, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(texts[i]));
    return list;
}

static json_t *write_list(const struct shape *s, const unsigned char *elements, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, shape_write(s, elements + i * s->size));
    return list;
}

static void write_member(json_t *o, const struct shape_member *m, const void *record)
{
    const void *at = (const unsigned char *)record + m->at,
               *count = (const unsigned char *)record + m->count_at;
    const char *const *text = at;
    const int64_t *number = at;
    const size_t *n = count; /* of a list */
    switch (m->kind) {
    case SHAPE_TEXT:
        if (!m->spare || **text)
            json_put_text(o, m->key, *text);
        break;
    case SHAPE_INT:
        if (!m->spare || *number)
            json_put_int(o, m->key, *number);
        break;
    case SHAPE_FLAG:
        json_put_flag(o, m->key, *(const bool *)at);
        break;
    case SHAPE_TEXTS:
        json_put(o, m->key, write_texts(*(const char *const *const *)at, *(const size_t *)count));
        break;
    case SHAPE_LIST:
        if (!m->spare || *n)
            json_put(o, m->key, write_list(m->of, *(const unsigned char *const *)at, *n));
        break;
    case SHAPE_ONE:
        json_put(o, m->key, m->spare && !**text ? json_null() : shape_write(m->of, at));
        break;
    case SHAPE_OWN:
        json_put(o, m->key, m->write(record));
        break;
    }
}

json_t *shape_write(const struct shape *s, const void *record)
{
    json_t *o = json_object();
    for (size_t i = 0; i < s->count; i++)
        write_member(o, &s->members[i], record);
    return o;
}
