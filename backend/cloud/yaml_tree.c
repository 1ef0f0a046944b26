#include "backend/cloud/yaml_tree.h"

#include "backend/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

void yaml_mark(struct pc_error *err, const char *source, int line)
{
    if (!err)
        return;
    size_t n = strlen(source), room = sizeof(err->source) - 1;
    char tail[sizeof(err->source)];
    if (n <= room)
        snprintf(tail, sizeof(tail), "%s", source);
    else
        snprintf(tail, sizeof(tail), "...%s", source + (n - room) + 3);
    safe_text(err->source, sizeof(err->source), tail);
    err->line = line;
}

enum pc_err yaml_error(struct pc_error *err, enum pc_err code, const struct yaml_node *at,
                       const char *remedy, const char *fmt, ...)
{
    char text[sizeof(err->text)];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    pc_error_set(err, code, remedy, "%s", text);
    if (at)
        yaml_mark(err, at->source, at->line);
    return code;
}

bool yaml_is_null(const struct yaml_node *n)
{
    if (!n)
        return true;
    return n->kind == YAML_SCALAR && n->plain &&
           (!*n->text || strcmp(n->text, "~") == 0 || strcasecmp(n->text, "null") == 0);
}

bool yaml_to_flag(const struct yaml_node *n, bool *ret)
{
    static const struct {
        const char *word;
        bool value;
    } WORDS[] = {{"true", true},   {"yes", true},  {"on", true},  {"y", true},  {"1", true},
                 {"false", false}, {"no", false},  {"off", false}, {"n", false}, {"0", false}};
    if (!n || n->kind != YAML_SCALAR)
        return false;
    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
        if (strcasecmp(n->text, WORDS[i].word) == 0) {
            *ret = WORDS[i].value;
            return true;
        }
    }
    return false;
}

static struct yaml_entry *entry(const struct yaml_node *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->entries[i].key, key) == 0)
            return &map->entries[i];
    return NULL;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    const struct yaml_entry *e = entry(map, key);
    return e && !yaml_is_null(e->value) ? e->value : NULL;
}

static struct yaml_node *new_node(struct arena *a, enum yaml_kind kind, const char *source,
                                  int line)
{
    struct yaml_node *n = arena_alloc(a, sizeof(*n));
    *n = (struct yaml_node){.kind = kind, .source = source, .line = line, .weight = 1,
                            .complete = true};
    return n;
}

struct yaml_node *yaml_new_map(struct arena *a, const char *source, int line)
{
    return new_node(a, YAML_MAP, source, line);
}

struct yaml_node *yaml_new_text(struct arena *a, const char *text, const char *source, int line)
{
    struct yaml_node *n = new_node(a, YAML_SCALAR, source, line);
    n->text = arena_strdup(a, text);
    return n;
}

/* The arena keeps the smaller arrays until it is released. */
void yaml_add(struct arena *a, struct yaml_node *n, const char *key, struct yaml_node *value)
{
    if (n->count == n->room) {
        size_t room = n->room ? n->room * 2 : 8;
        struct yaml_entry *more = arena_alloc(a, room * sizeof(*more));
        if (n->count)
            memcpy(more, n->entries, n->count * sizeof(*more));
        n->entries = more;
        n->room = room;
    }
    n->entries[n->count++] = (struct yaml_entry){.key = key, .value = value};
}

void yaml_put(struct arena *a, struct yaml_node *map, const char *key, struct yaml_node *value)
{
    struct yaml_entry *e = entry(map, key);
    if (e)
        e->value = value;
    else
        yaml_add(a, map, arena_strdup(a, key), value);
}

struct yaml_node *yaml_overlay(struct arena *a, const struct yaml_node *under,
                               const struct yaml_node *over, bool deep)
{
    const struct yaml_node *place = under ? under : over;
    struct yaml_node *n = yaml_new_map(a, place ? place->source : "", place ? place->line : 0);
    for (size_t i = 0; under && i < under->count; i++)
        yaml_add(a, n, under->entries[i].key, under->entries[i].value);
    for (size_t i = 0; over && i < over->count; i++) {
        struct yaml_node *value = over->entries[i].value;
        struct yaml_entry *e = entry(n, over->entries[i].key);
        if (e && deep && e->value->kind == YAML_MAP && yaml_is_null(value))
            continue; /* a name without anything below it */
        if (e && deep && e->value->kind == YAML_MAP && value->kind == YAML_MAP)
            e->value = yaml_overlay(a, e->value, value, true);
        else if (e)
            e->value = value;
        else
            yaml_add(a, n, over->entries[i].key, value);
    }
    return n;
}
