#include "backend/lab/chronicle.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 20000, FORGET = 5000 };

struct chronicle {
    json_t *entries;
    int64_t forgotten, last;
};

static const bool KEPT[KIND_COUNT] = {
    [K_SERVER] = true, [K_VOLUME] = true, [K_PORT] = true, [K_NETWORK] = true, [K_SUBNET] = true,
    [K_GROUP] = true, [K_ARRAY_VOLUME] = true, [K_FLOATING] = true,
};

/* What Neutron made for a floating IP comes and goes with it, and is nobody's. */
static bool is_neutrons_own(const struct res *r)
{
    return r->kind == K_PORT && strcmp(json_text(r->doc, "owner"), "network:floatingip") == 0;
}

struct chronicle *chronicle_new(void)
{
    struct chronicle *h = xcalloc(1, sizeof(*h));
    h->entries = json_array();
    return h;
}

void chronicle_free(struct chronicle *h)
{
    if (h)
        json_decref(h->entries);
    free(h);
}

const char *chronicle_status(const struct res *r)
{
    const char *status = json_text(r->doc, "status");
    return r->gone ? "gone" : *status ? status : "there";
}

/* "protector op=OP step=STEP" of Neutron, metadata of the others. */
static void add_marks(json_t *entry, const json_t *doc)
{
    char op[64] = "", step[200] = "";
    const json_t *meta = json_map(doc, "metadata");
    if (!meta)
        meta = json_map(doc, "meta");
    snprintf(op, sizeof(op), "%s", json_text(meta, "protector:op"));
    snprintf(step, sizeof(step), "%s", json_text(meta, "protector:step"));
    if (!*op && sscanf(json_text(doc, "desc"), "protector op=%63s step=%199s", op, step) != 2)
        op[0] = step[0] = '\0';
    json_put_text(entry, "op", op);
    json_put_text(entry, "step", step);
}

void chronicle_tell(struct chronicle *h, struct res *r, int64_t at)
{
    const char *status = chronicle_status(r);
    if (!KEPT[r->kind] || is_neutrons_own(r) || strcmp(status, r->told) == 0)
        return;
    json_t *entry = json_pack("{s:I, s:I, s:s, s:s, s:s, s:s, s:s, s:b}", "n",
                              (json_int_t)++h->last, "at", (json_int_t)at, "site",
                              r->site == SITE_A ? "site-a" : "site-b", "kind", kind_name(r->kind),
                              "id", r->id, "name", json_text(r->doc, "name"), "status", status,
                              "new", !*r->told);
    add_marks(entry, r->doc);
    snprintf(r->told, sizeof(r->told), "%s", status);
    json_array_append_new(h->entries, entry);
    if (json_array_size(h->entries) < ENTRIES_MAX)
        return;
    json_t *rest = json_array();
    for (size_t i = FORGET; i < json_array_size(h->entries); i++)
        json_array_append(rest, json_array_get(h->entries, i));
    json_decref(h->entries);
    h->entries = rest;
    h->forgotten += FORGET;
}

json_t *chronicle_list(const struct chronicle *h, int64_t since)
{
    json_t *list = json_array();
    size_t i = since > h->forgotten ? (size_t)(since - h->forgotten) : 0;
    for (; i < json_array_size(h->entries); i++)
        json_array_append(list, json_array_get(h->entries, i));
    return list;
}
