#include "backend/lab/array/array.h"

#include "backend/base/text.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- names ------------------------------------------------------------ */

static bool list_holds(const char *list, const char *name)
{
    size_t len = strlen(name);
    while (*list) {
        size_t n = strcspn(list, ",");
        if (n == len && strncasecmp(list, name, n) == 0)
            return true;
        list += n + (list[n] == ',');
    }
    return false;
}

bool array_named(struct call *c, const char *param, const char *name)
{
    const char *list = call_param(c, param);
    return !list || list_holds(list, name);
}

/* Every object that is named has to exist. */
static const char *missing_name(struct call *c, const json_t *items)
{
    const char *list = call_param(c, "names");
    while (list && *list) {
        size_t n = strcspn(list, ","), i, count = json_array_size(items);
        char *name = call_text(c, "%.*s", (int)n, list);
        for (i = 0; i < count; i++)
            if (strcasecmp(json_text(json_array_get(items, i), "name"), name) == 0)
                break;
        if (i == count)
            return name;
        list += n + (list[n] == ',');
    }
    return NULL;
}

/* ---- filter ----------------------------------------------------------- */

/*
 *   or    := and ("or" and)*
 *   and   := term ("and" term)*
 *   term  := "not" term | "(" or ")" | field op value
 *   op    := "=" | "!=" | "<" | ">" | "<=" | ">="
 * A value stands in single or double quotes; * in it matches anything.
 */
struct parser {
    const char *p;
    const json_t *item;
    bool bad;
    int depth;
};

static bool parse_or(struct parser *s);

static void skip(struct parser *s)
{
    while (*s->p == ' ')
        s->p++;
}

static bool word(struct parser *s, const char *w)
{
    size_t n = strlen(w);
    skip(s);
    if (strncasecmp(s->p, w, n) != 0 || isalnum((unsigned char)s->p[n]))
        return false;
    s->p += n;
    return true;
}

static const json_t *field_of(const json_t *item, const char *path)
{
    const json_t *v = item;
    while (v && *path) {
        char key[64];
        size_t n = strcspn(path, ".");
        if (n >= sizeof(key))
            return NULL;
        memcpy(key, path, n);
        key[n] = '\0';
        v = json_object_get(v, key);
        path += n + (path[n] == '.');
    }
    return v;
}

static bool compare_number(double have, const char *op, const char *value, bool *ret_bad)
{
    char *end;
    double want = strtod(value, &end);
    if (*end || end == value) {
        *ret_bad = true;
        return false;
    }
    if (strcmp(op, "=") == 0)
        return have >= want && have <= want;
    if (strcmp(op, "!=") == 0)
        return have < want || have > want;
    if (strcmp(op, "<") == 0)
        return have < want;
    if (strcmp(op, ">") == 0)
        return have > want;
    return strcmp(op, "<=") == 0 ? have <= want : have >= want;
}

static bool compare(struct parser *s, const json_t *have, const char *op, const char *value)
{
    if (json_is_number(have))
        return compare_number(json_number_value(have), op, value, &s->bad);
    bool equal;
    if (json_is_boolean(have))
        equal = (strcasecmp(value, "true") == 0) == json_is_true(have);
    else
        equal = json_is_string(have) && fnmatch(value, json_string_value(have), FNM_CASEFOLD) == 0;
    if (strcmp(op, "=") != 0 && strcmp(op, "!=") != 0)
        s->bad = true;
    return equal == (strcmp(op, "=") == 0);
}

static bool parse_comparison(struct parser *s)
{
    char field[96], op[3] = "", value[512];
    size_t n = strspn(s->p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._");
    if (!n || n >= sizeof(field)) {
        s->bad = true;
        return false;
    }
    memcpy(field, s->p, n);
    field[n] = '\0';
    s->p += n;
    skip(s);
    n = strspn(s->p, "=!<>");
    if (!n || n > 2) {
        s->bad = true;
        return false;
    }
    memcpy(op, s->p, n);
    op[n] = '\0';
    s->p += n;
    skip(s);
    char quote = *s->p == '\'' || *s->p == '"' ? *s->p++ : '\0';
    const char *end = quote ? strchr(s->p, quote) : s->p + strcspn(s->p, " )");
    if (!end || (size_t)(end - s->p) >= sizeof(value)) {
        s->bad = true;
        return false;
    }
    n = (size_t)(end - s->p);
    memcpy(value, s->p, n);
    value[n] = '\0';
    s->p = end + (quote ? 1 : 0);
    return compare(s, field_of(s->item, field), op, value);
}

static bool parse_term(struct parser *s)
{
    skip(s);
    if (++s->depth > 32)
        s->bad = true;
    bool value = false;
    if (s->bad) {
        return false;
    } else if (word(s, "not")) {
        value = !parse_term(s);
    } else if (*s->p == '(') {
        s->p++;
        value = parse_or(s);
        skip(s);
        if (*s->p++ != ')') {
            s->bad = true;
            s->p--;
        }
    } else {
        value = parse_comparison(s);
    }
    s->depth--;
    return value;
}

static bool parse_and(struct parser *s)
{
    bool value = parse_term(s);
    while (!s->bad && word(s, "and"))
        value = parse_term(s) && value;
    return value;
}

static bool parse_or(struct parser *s)
{
    bool value = parse_and(s);
    while (!s->bad && word(s, "or"))
        value = parse_and(s) || value;
    return value;
}

bool array_filter(const char *filter, const json_t *item, bool *ret_bad)
{
    struct parser s = {.p = filter, .item = item};
    bool value = parse_or(&s);
    skip(&s);
    *ret_bad = s.bad || *s.p;
    return value && !*ret_bad;
}

static bool apply_filter(struct call *c, json_t *items)
{
    const char *filter = call_param(c, "filter");
    bool bad = false;
    if (filter && !json_array_size(items))
        array_filter(filter, NULL, &bad);
    for (size_t i = json_array_size(items); filter && !bad && i-- > 0;)
        if (!array_filter(filter, json_array_get(items, i), &bad) && !bad)
            json_array_remove(items, i);
    if (bad && json_array_size(items))
        reply_fail(c, 400, NULL, "Invalid filter expression: %s", filter);
    return !(bad && json_array_size(items));
}

static void apply_destroyed(struct call *c, json_t *items)
{
    const char *want = call_param(c, "destroyed");
    for (size_t i = json_array_size(items); want && i-- > 0;)
        if ((strcasecmp(want, "true") == 0) !=
            json_flag(json_array_get(items, i), "destroyed", false))
            json_array_remove(items, i);
}

/* ---- sort and pages --------------------------------------------------- */

static int compare_items(const json_t *a, const json_t *b, const char *key)
{
    const json_t *x = field_of(a, key), *y = field_of(b, key);
    if (json_is_number(x) && json_is_number(y)) {
        double d = json_number_value(x) - json_number_value(y);
        return d < 0 ? -1 : d > 0;
    }
    const char *s = json_string_value(x), *t = json_string_value(y);
    return s && t ? strcmp(s, t) : (s != NULL) - (t != NULL);
}

struct keyed {
    json_t *item;
    const char *key;
    bool down;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    int order = compare_items(x->item, y->item, x->key);
    return x->down ? -order : order;
}

/* "started-" is descending; the first key of a list decides. */
static void apply_sort(struct call *c, json_t *items)
{
    const char *sort = call_param(c, "sort");
    size_t n = json_array_size(items);
    if (!sort || n < 2)
        return;
    char *key = call_text(c, "%.*s", (int)strcspn(sort, ","), sort);
    size_t len = strlen(key);
    bool down = len && key[len - 1] == '-';
    if (down)
        key[len - 1] = '\0';
    struct keyed *list = xcalloc(n, sizeof(*list));
    for (size_t i = 0; i < n; i++)
        list[i] = (struct keyed){json_incref(json_array_get(items, i)), key, down};
    qsort(list, n, sizeof(*list), by_key);
    json_array_clear(items);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(items, list[i].item);
    free(list);
}

static bool apply_page(struct call *c, json_t *items, size_t *ret_more_from)
{
    const char *limit_text = call_param(c, "limit"), *offset_text = call_param(c, "offset");
    const char *token = call_param(c, "continuation_token");
    long limit = c->lab->opt.page_size * 50, offset = 0;
    if ((limit_text && !text_to_long(limit_text, 1, 100000, &limit)) ||
        (offset_text && !text_to_long(offset_text, 0, 1000000, &offset)) ||
        (token && !text_to_long(token, 0, 1000000, &offset))) {
        reply_fail(c, 400, NULL, "Invalid limit, offset or continuation token.");
        return false;
    }
    size_t count = json_array_size(items), from = (size_t)offset < count ? (size_t)offset : count;
    size_t to = count - from > (size_t)limit ? from + (size_t)limit : count;
    *ret_more_from = to < count ? to : 0;
    while (json_array_size(items) > to)
        json_array_remove(items, json_array_size(items) - 1);
    json_t *page = json_array();
    for (size_t i = from; i < to; i++)
        json_array_append(page, json_array_get(items, i));
    json_array_clear(items);
    json_array_extend(items, page);
    json_decref(page);
    return true;
}

void array_reply_list(struct call *c, json_t *items, const char *what)
{
    size_t more = 0;
    const char *missing = missing_name(c, items);
    if (missing) {
        reply_fail(c, 400, missing, "%s does not exist.", what);
        json_decref(items);
        return;
    }
    for (size_t i = json_array_size(items); i-- > 0;)
        if (!array_named(c, "names", json_text(json_array_get(items, i), "name")))
            json_array_remove(items, i);
    apply_destroyed(c, items);
    if (!apply_filter(c, items)) {
        json_decref(items);
        return;
    }
    apply_sort(c, items);
    size_t total = json_array_size(items);
    if (!apply_page(c, items, &more)) {
        json_decref(items);
        return;
    }
    const char *count = call_param(c, "total_item_count"), *only = call_param(c, "total_only");
    /* With sort there is no token: the caller goes on by offset. */
    json_t *token = more && !call_param(c, "sort") ? json_sprintf("%zu", more) : json_null();
    if (only && strcasecmp(only, "true") == 0)
        json_array_clear(items);
    reply_json(c, 200,
               json_pack("{s:o, s:o, s:b, s:o}", "items", items, "continuation_token", token,
                         "more_items_remaining", more > 0, "total_item_count",
                         count && strcasecmp(count, "true") == 0 ? json_integer((json_int_t)total)
                                                                 : json_null()));
}
