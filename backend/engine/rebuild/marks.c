/* marks: what carries our mark on the sites, by operation. Pure. */
#include "backend/engine/rebuild/rebuild.h"

#include "backend/base/clock.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <string.h>

/* Where each kind keeps its mark, and when it was made. */
static const struct {
    const char *list, *type, *born, *called;
    bool in_metadata;
} KINDS[] = {
    {"servers", "server", "created", "name", true},
    {"volumes", "volume", "created_at", "name", true},
    {"ports", "port", "created_at", "name", false},
    {"networks", "network", "created_at", "name", false},
    {"floatingips", "floating_ip", "created_at", "floating_ip_address", false},
};

static json_t *operation_of(json_t *marks, const char *id, const char *site)
{
    json_t *o = json_object_get(marks, id);
    if (o)
        return o;
    o = json_object();
    json_put_text(o, "id", id);
    json_put_text(o, "target_site", site);
    json_put(o, "made", json_array());
    json_put(marks, id, o);
    return o;
}

static void fill(json_t *op, const json_t *metadata)
{
    static const char *const keys[][2] = {{"type", "protector:type"},
                                          {"group", "protector:group"},
                                          {"group_id", "protector:group_id"},
                                          {"source_site", "protector:site_from"},
                                          {"follows", "protector:follows"}};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (!*json_text(op, keys[i][0]) && *json_text(metadata, keys[i][1]))
            json_put_text(op, keys[i][0], json_text(metadata, keys[i][1]));
}

/* The operation began before the first thing that it made. */
static void date(json_t *op, const char *born)
{
    int64_t ms, before = json_int(op, "at_ms", 0);
    if (clock_parse_iso(born, &ms) && (!before || ms < before))
        json_put_int(op, "at_ms", ms);
}

static void take(json_t *marks, const char *site, size_t kind, const json_t *o)
{
    char id[OP_ID_SIZE] = "", step[200] = "";
    const json_t *metadata = json_map(o, "metadata");
    if (KINDS[kind].in_metadata) {
        snprintf(id, sizeof(id), "%s", json_text(metadata, "protector:op"));
        snprintf(step, sizeof(step), "%s", json_text(metadata, "protector:step"));
    } else if (sscanf(json_text(o, "description"), "protector op=%47s step=%199s", id, step) != 2) {
        return;
    }
    if (!text_starts(id, "op-") || !strchr(step, ':'))
        return;
    json_t *op = operation_of(marks, id, site), *made = json_object();
    fill(op, metadata);
    date(op, json_text(o, KINDS[kind].born));
    json_put_text(made, "type", KINDS[kind].type);
    json_put_text(made, "id", json_text(o, "id"));
    json_put_text(made, "name", json_text(o, KINDS[kind].called));
    json_put_text(made, "step", step);
    json_put_text(made, "source", json_text(metadata, "protector:source"));
    json_put_text(made, "status", json_text(o, "status"));
    json_put_text(made, "site", site);
    json_array_append_new(json_list(op, "made"), made);
}

json_t *rebuild_marks(const json_t *sites)
{
    json_t *marks = json_object();
    const json_t *site, *o;
    size_t s, i;
    json_array_foreach(sites, s, site)
        for (size_t k = 0; k < sizeof(KINDS) / sizeof(KINDS[0]); k++)
            json_array_foreach(json_list(site, KINDS[k].list), i, o)
                take(marks, json_text(site, "name"), k, o);
    return marks;
}
