#include "tui/verbs/cell.h"

#include "backend/base/buf.h"
#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"

#include <stdlib.h>
#include <string.h>

enum { CELL_CAP = 1 << 20 };

json_t *cell_value(const json_t *o, const char *path)
{
    const json_t *at = o;
    while (*path && *path != '#') {
        size_t n = strcspn(path, ".#");
        char key[64];
        if (n >= sizeof(key))
            return json_null();
        memcpy(key, path, n);
        key[n] = '\0';
        at = json_object_get(at, key);
        path += n + (path[n] == '.');
    }
    if (*path == '#')
        return json_integer((json_int_t)json_array_size(at));
    return at ? json_incref((json_t *)(uintptr_t)at) : json_null();
}

static char *clean(const char *raw)
{
    size_t room = 3 * strlen(raw) + 1; /* a mark is three bytes */
    char *dst = xmalloc(room);
    safe_text(dst, room, raw);
    return dst;
}

char *cell_plain(const json_t *v)
{
    if (json_is_string(v))
        return clean(json_string_value(v));
    if (!v || json_is_null(v))
        return xstrdup("");
    if (json_is_boolean(v))
        return xstrdup(json_is_true(v) ? "True" : "False");
    char *json = json_dumps(v, JSON_ENCODE_ANY);
    char *text = clean(json ? json : "");
    free(json);
    return text;
}

/* Adds `v` to a line: after a separator when the line has begun. */
static void add(struct buf *b, const char *separator, const json_t *v)
{
    char *text = cell_plain(v);
    if (*text) {
        if (b->len > 0 && buf_text(b)[b->len - 1] != '\n')
            buf_puts(b, separator);
        buf_puts(b, text);
    }
    free(text);
}

static void next_line(struct buf *b)
{
    if (b->len > 0)
        buf_puts(b, "\n");
}

char *cell_lines(const json_t *v)
{
    struct buf b;
    buf_init(&b, CELL_CAP);
    size_t i;
    json_t *item;
    json_array_foreach (v, i, item) {
        next_line(&b);
        add(&b, "", item);
    }
    return buf_take(&b);
}

char *cell_pairs(const json_t *v)
{
    struct buf b;
    buf_init(&b, CELL_CAP);
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)v, key, value) {
        char *name = clean(key), *text = cell_plain(value);
        next_line(&b);
        buf_printf(&b, "%s=%s", name, text);
        free(name);
        free(text);
    }
    return buf_take(&b);
}

char *cell_things(const json_t *v)
{
    struct buf b;
    buf_init(&b, CELL_CAP);
    size_t i;
    json_t *item, *value;
    const char *key;
    json_array_foreach (v, i, item) {
        next_line(&b);
        json_object_foreach (item, key, value)
            if (!json_is_object(value) && !json_is_array(value))
                add(&b, "  ", value);
    }
    return buf_take(&b);
}

char *cell_checks(const json_t *v)
{
    struct buf b;
    buf_init(&b, CELL_CAP);
    size_t i;
    json_t *check;
    json_array_foreach (v, i, check) {
        next_line(&b);
        add(&b, "", json_object_get(check, "vm"));
        add(&b, "  ", json_object_get(check, "check"));
        add(&b, "  ", json_object_get(check, "status"));
        add(&b, "  ", json_object_get(check, "detail"));
        if (json_int(check, "attempts", 0) > 1)
            buf_printf(&b, "  (%lld tries)", (long long)json_int(check, "attempts", 0));
    }
    return buf_take(&b);
}

char *cell_consoles(const json_t *v)
{
    struct buf b;
    buf_init(&b, CELL_CAP);
    size_t i;
    json_t *console;
    json_array_foreach (v, i, console) {
        next_line(&b);
        add(&b, "", json_object_get(console, "vm"));
        add(&b, " at ", json_object_get(console, "at"));
        for (const char *at = json_text(console, "output"); *at;) {
            size_t n = strcspn(at, "\n");
            buf_printf(&b, "\n  %.*s", (int)n, at);
            at += n + (at[n] == '\n');
        }
    }
    return buf_take(&b);
}

char *cell_services(const json_t *v)
{
    struct buf b;
    buf_init(&b, CELL_CAP);
    const char *key;
    json_t *service;
    json_object_foreach ((json_t *)(uintptr_t)v, key, service) {
        const json_t *latency = json_object_get(service, "latency_ms");
        char *name = clean(key);
        next_line(&b);
        buf_printf(&b, "%s:", name);
        add(&b, " ", json_object_get(service, "status"));
        if (json_is_integer(latency))
            buf_printf(&b, " %lld ms", (long long)json_integer_value(latency));
        add(&b, " ", json_object_get(service, "version"));
        add(&b, " ", json_object_get(service, "error"));
        free(name);
    }
    return buf_take(&b);
}

char *cell_members(const json_t *v)
{
    struct buf b;
    buf_init(&b, CELL_CAP);
    size_t i;
    json_t *m;
    json_array_foreach (v, i, m) {
        json_t *flavor = json_object_get(m, "flavor");
        next_line(&b);
        add(&b, "", json_object_get(m, "name"));
        add(&b, "  ", json_object_get(m, "status"));
        add(&b, ", ", json_object_get(m, "result"));
        add(&b, "  ", json_is_object(flavor) ? json_object_get(flavor, "name") : flavor);
        size_t volumes = json_array_size(json_object_get(m, "volumes"));
        buf_printf(&b, "  %zu volume%s", volumes, volumes == 1 ? "" : "s");
        size_t n;
        json_t *nic;
        json_array_foreach (json_object_get(m, "networks"), n, nic) {
            add(&b, "  ", json_object_get(nic, "name"));
            add(&b, " ", json_object_get(nic, "ip"));
        }
    }
    return buf_take(&b);
}

char *cell_point(const json_t *v)
{
    char *name = clean(json_text(v, "name")), *at = clean(json_text(v, "created_at"));
    char *text = *name && *at ? xasprintf("%s (%s)", name, at) : xstrdup(*name ? name : at);
    free(name);
    free(at);
    return text;
}

char *cell_seconds(const json_t *v)
{
    if (!json_is_integer(v))
        return xstrdup("");
    char span[32];
    return xstrdup(format_short(span, sizeof(span), (int64_t)json_integer_value(v)));
}

char *cell_id(const json_t *v)
{
    return cell_plain(v);
}

char *cell_time(const json_t *v)
{
    return cell_plain(v);
}

static char *short_id(const json_t *v)
{
    char id[FORMAT_SIZE];
    return xstrdup(format_id(id, sizeof(id), json_is_string(v) ? json_string_value(v) : ""));
}

static char *short_time(const json_t *v)
{
    char at[FORMAT_SIZE];
    int64_t ms = 0;
    if (!json_is_string(v) || !clock_parse_iso(json_string_value(v), &ms))
        return cell_plain(v);
    return xstrdup(format_clock(at, sizeof(at), ms, false) + strlen("2026-"));
}

cell_text *cell_shorter(cell_text *text)
{
    static const struct {
        cell_text *text, *shorter;
    } PAIRS[] = {{cell_id, short_id}, {cell_time, short_time}};
    for (size_t i = 0; i < sizeof(PAIRS) / sizeof(PAIRS[0]); i++)
        if (PAIRS[i].text == text)
            return PAIRS[i].shorter;
    return NULL;
}
