/*
 * The reading half of yaml_tree: libyaml's events, put together on a stack of
 * open collections. libyaml checks the grammar; everything about meaning and
 * every limit is here.
 */
#include "backend/base/text.h"
#include "backend/cloud/yaml_tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* A mapping or list that is not closed yet. */
struct open_node {
    struct yaml_node *node;
    const char *key; /* read, its value not yet */
    int key_line;
    int *lines; /* of all keys, for yaml_twice */
    size_t lines_room;
    struct yaml_node *merge[8]; /* values of << */
    size_t merges;
    bool merging; /* key is << */
};

struct anchor {
    const char *name;
    struct yaml_node *node;
};

struct reading {
    yaml_parser_t parser;
    struct arena *arena;
    const char *source;
    const char *bytes;
    yaml_twice *twice;
    void *arg;
    struct pc_error *err;
    struct open_node open[YAML_MOST_DEPTH];
    int depth;
    struct anchor *anchors;
    size_t anchor_count, anchor_room;
    struct yaml_node *root;
    int documents;
};

static enum pc_err refuse(struct reading *r, int line, const char *remedy, const char *text)
{
    pc_error_set(r->err, PC_ERR_CONFIG, remedy, "%s", text);
    yaml_mark(r->err, r->source, line);
    return PC_ERR_CONFIG;
}

static int line_at(const char *bytes, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset; i++)
        line += bytes[i] == '\n';
    return line;
}

/* What libyaml found wrong. Its texts are constants that quote nothing. */
static enum pc_err grammar(struct reading *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "it cannot be read";
    if (p->error == YAML_READER_ERROR)
        return refuse(r, line_at(r->bytes, p->problem_offset), "Save the file as UTF-8 text.",
                      arena_printf(r->arena, "this is not text: %s", problem));
    int line = (int)p->problem_mark.line + 1, since = (int)p->context_mark.line + 1;
    const char *text = p->context && since < line
                           ? arena_printf(r->arena, "this is not YAML: %s, %s that began on line %d",
                                          problem, p->context, since)
                           : arena_printf(r->arena, "this is not YAML: %s", problem);
    return refuse(r, line,
                  "Correct it there or just above: indent with spaces and not tabs, close quotes "
                  "and brackets, and quote values that hold a colon or begin with a special "
                  "character.",
                  text);
}

static enum pc_err too_much(struct reading *r, int line)
{
    return refuse(r, line, "Remove what does not belong into this file.",
                  "this is no configuration: it holds too much, or its aliases multiply");
}

/* Says whether a tag is one of YAML's own, which change nothing here but that
 * a tagged scalar is never null. */
static bool own_tag(const char *tag)
{
    static const char *const KNOWN[] = {"str", "int", "float", "bool", "null", "map", "seq"};
    static const char prefix[] = "tag:yaml.org,2002:";
    if (!tag || strcmp(tag, "!") == 0)
        return true;
    if (!text_starts(tag, prefix))
        return false;
    for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++)
        if (strcmp(tag + sizeof(prefix) - 1, KNOWN[i]) == 0)
            return true;
    return false;
}

static enum pc_err check_tag(struct reading *r, const yaml_char_t *tag, int line)
{
    if (own_tag((const char *)tag))
        return PC_OK;
    return refuse(r, line, "Remove the tag; put a value that begins with ! in quotes.",
                  "a value has a tag, which is not supported");
}

/* ---- collections --------------------------------------------------------- */

static void set_key(struct reading *r, struct open_node *o, struct yaml_node *value)
{
    struct yaml_node *map = o->node;
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->entries[i].key, o->key) != 0)
            continue;
        if (r->twice)
            r->twice(r->arg, r->source, o->key, o->key_line, o->lines[i]);
        map->entries[i].value = value;
        o->lines[i] = o->key_line;
        return;
    }
    yaml_put(r->arena, map, o->key, value);
    o->lines = xgrow(o->lines, &o->lines_room, map->count, sizeof(*o->lines));
    o->lines[map->count - 1] = o->key_line;
}

/* Gives a finished value, or an alias's, to the collection it stands in. */
static enum pc_err deliver(struct reading *r, struct yaml_node *value, int line)
{
    if (r->depth == 0) {
        r->root = value;
        return PC_OK;
    }
    struct open_node *o = &r->open[r->depth - 1];
    o->node->weight += value->weight;
    if (o->node->weight > YAML_MOST_NODES || o->node->count >= YAML_MOST_ENTRIES)
        return too_much(r, line);
    if (o->node->kind == YAML_LIST) {
        yaml_add(r->arena, o->node, NULL, value);
    } else if (!o->key) {
        if (value->kind != YAML_SCALAR)
            return refuse(r, line, "Make the key plain text.", "a key is not plain text");
        o->key = value->text;
        o->key_line = line;
        o->merging = value->plain && strcmp(value->text, "<<") == 0;
    } else if (o->merging) {
        if (o->merges == sizeof(o->merge) / sizeof(o->merge[0]))
            return too_much(r, line);
        o->merge[o->merges++] = value;
        o->key = NULL;
        o->merging = false;
    } else {
        set_key(r, o, value);
        o->key = NULL;
    }
    return PC_OK;
}

static enum pc_err merge_map(struct reading *r, struct yaml_node *into,
                             const struct yaml_node *from, int line)
{
    if (from->kind != YAML_MAP)
        return refuse(r, line, "Write <<: *name, where &name marks a mapping.",
                      "a merge key (<<) does not name a mapping");
    for (size_t i = 0; i < from->count; i++) {
        const struct yaml_entry *e = &from->entries[i];
        bool there = false;
        for (size_t k = 0; k < into->count && !there; k++)
            there = strcmp(into->entries[k].key, e->key) == 0;
        if (!there)
            yaml_put(r->arena, into, e->key, e->value);
    }
    return into->count > YAML_MOST_ENTRIES ? too_much(r, line) : PC_OK;
}

/* Own keys win over merged ones, a list's earlier mappings over later ones,
 * and of several << the last. */
static enum pc_err merge_all(struct reading *r, struct open_node *o)
{
    enum pc_err rc = PC_OK;
    while (!rc && o->merges > 0) {
        const struct yaml_node *m = o->merge[--o->merges];
        if (m->kind == YAML_LIST)
            for (size_t i = 0; !rc && i < m->count; i++)
                rc = merge_map(r, o->node, m->entries[i].value, m->line);
        else
            rc = merge_map(r, o->node, m, m->line);
    }
    return rc;
}

/* ---- events -------------------------------------------------------------- */

static enum pc_err remember(struct reading *r, const yaml_char_t *name, struct yaml_node *node)
{
    if (!name)
        return PC_OK;
    if (r->anchor_count == YAML_MOST_ANCHORS)
        return too_much(r, node->line);
    r->anchors = xgrow(r->anchors, &r->anchor_room, r->anchor_count + 1, sizeof(*r->anchors));
    r->anchors[r->anchor_count++] =
        (struct anchor){.name = arena_strdup(r->arena, (const char *)name), .node = node};
    return PC_OK;
}

static enum pc_err on_alias(struct reading *r, const yaml_event_t *e, int line)
{
    const char *name = (const char *)e->data.alias.anchor;
    /* Backwards: an anchor may be given anew, and the last before us counts. */
    for (size_t i = r->anchor_count; i > 0; i--) {
        if (strcmp(r->anchors[i - 1].name, name) != 0)
            continue;
        if (!r->anchors[i - 1].node->complete)
            return refuse(r, line, "Remove the alias.", "an alias stands inside what it names");
        return deliver(r, r->anchors[i - 1].node, line);
    }
    return refuse(r, line, "Put a value that begins with * in quotes, or mark what is meant with &.",
                  "an alias (*) names nothing above it");
}

static enum pc_err on_scalar(struct reading *r, const yaml_event_t *e, int line)
{
    enum pc_err rc = check_tag(r, e->data.scalar.tag, line);
    if (rc)
        return rc;
    const char *text = (const char *)e->data.scalar.value;
    if (strlen(text) != e->data.scalar.length)
        return refuse(r, line, "Remove the \\0.", "a value holds a NUL character");
    struct yaml_node *n = yaml_new_text(r->arena, text, r->source, line);
    n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !e->data.scalar.tag;
    rc = remember(r, e->data.scalar.anchor, n);
    return rc ? rc : deliver(r, n, line);
}

static enum pc_err on_open(struct reading *r, enum yaml_kind kind, const yaml_char_t *anchor,
                           const yaml_char_t *tag, int line)
{
    enum pc_err rc = check_tag(r, tag, line);
    if (rc)
        return rc;
    if (r->depth == YAML_MOST_DEPTH)
        return refuse(r, line, "Remove what does not belong into this file.",
                      "this is no configuration: it is nested too deeply");
    struct yaml_node *n = yaml_new_map(r->arena, r->source, line);
    n->kind = kind;
    n->complete = false;
    rc = remember(r, anchor, n);
    if (!rc)
        r->open[r->depth++] = (struct open_node){.node = n};
    return rc;
}

static enum pc_err on_close(struct reading *r)
{
    struct open_node *o = &r->open[r->depth - 1];
    enum pc_err rc = merge_all(r, o);
    free(o->lines);
    r->depth--;
    o->node->complete = true;
    return rc ? rc : deliver(r, o->node, o->node->line);
}

static enum pc_err on_event(struct reading *r, const yaml_event_t *e)
{
    int line = (int)e->start_mark.line + 1;
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (r->documents++ > 0)
            return refuse(r, line, "Remove the line of dashes, and what belongs to another file.",
                          "the file holds more than one document");
        return PC_OK;
    case YAML_ALIAS_EVENT:
        return on_alias(r, e, line);
    case YAML_SCALAR_EVENT:
        return on_scalar(r, e, line);
    case YAML_MAPPING_START_EVENT:
        return on_open(r, YAML_MAP, e->data.mapping_start.anchor, e->data.mapping_start.tag, line);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(r, YAML_LIST, e->data.sequence_start.anchor, e->data.sequence_start.tag,
                       line);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        return on_close(r);
    default:
        return PC_OK;
    }
}

enum pc_err yaml_parse(struct arena *a, const char *source, const char *bytes, size_t len,
                       yaml_twice *twice, void *arg, struct yaml_node **ret, struct pc_error *err)
{
    struct reading r = {.arena = a, .source = arena_strdup(a, source), .bytes = bytes,
                        .twice = twice, .arg = arg, .err = err};
    if (len > YAML_MOST_BYTES)
        return refuse(&r, 0, "Remove what does not belong into this file.",
                      "this is no configuration: it is larger than 1 MiB");
    if (!yaml_parser_initialize(&r.parser))
        abort(); /* out of memory, as in mem.h */
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)bytes, len);

    enum pc_err rc = PC_OK;
    for (bool more = true; more && !rc;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r.parser, &event)) {
            rc = grammar(&r);
            break;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        rc = on_event(&r, &event);
        yaml_event_delete(&event);
    }
    while (r.depth > 0)
        free(r.open[--r.depth].lines);
    free(r.anchors);
    yaml_parser_delete(&r.parser);
    if (!rc)
        *ret = yaml_is_null(r.root) ? NULL : r.root;
    return rc;
}
