/*
 * Faults that are not told: what was accepted is not done, or is done otherwise
 * than said, or never ends, or is done although it was refused, later.
 */
#include "backend/lab/fault/act.h"

#include "backend/base/mem.h"
#include "backend/lab/late_call.h"
#include "backend/lab/route.h"

#include <stdlib.h>
#include <string.h>

static void act_lie(struct call *c, const struct fault_hit *hit)
{
    (void)hit;
    reply_empty(c, 202);
}

/* What the path's first id names; NULL: nothing. */
static struct res *named(struct call *c)
{
    static const struct {
        const char *under;
        enum kind kind;
    } kinds[] = {{"/servers/", K_SERVER}, {"/volumes/", K_VOLUME}, {"/ports/", K_PORT},
                 {"/networks/", K_NETWORK}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const char *at = strstr(c->path, kinds[i].under);
        if (!at)
            continue;
        at += strlen(kinds[i].under);
        return world_get(c->world, c->site, kinds[i].kind,
                         call_text(c, "%.*s", (int)strcspn(at, "/"), at));
    }
    return NULL;
}

/* The same, or what the call has made, by its reply. */
static struct res *made_or_named(struct call *c)
{
    static const struct {
        const char *key;
        enum kind kind;
    } keys[] = {{"server", K_SERVER}, {"volume", K_VOLUME}};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const char *id = json_text(json_map(c->reply.json, keys[i].key), "id");
        if (*id)
            return world_get(c->world, c->site, keys[i].kind, id);
    }
    return named(c);
}

static void act_hang(struct call *c, const struct fault_hit *hit)
{
    struct res *r = made_or_named(c);
    (void)hit;
    if (r)
        world_unplan(c->world, r);
}

/* See server_stopped(): the machine goes on behind a server that is SHUTOFF. */
static void act_ghost(struct call *c, const struct fault_hit *hit)
{
    struct res *r = named(c);
    (void)hit;
    if (!r)
        return;
    json_put_flag(r->doc, "ghost", true);
    world_touch(c->world, r);
}

/* Nova forgets the last disk that it was given; Cinder does not know. */
static void act_unlisted(struct call *c, const struct fault_hit *hit)
{
    struct res *r = made_or_named(c);
    json_t *vols = r ? json_list(r->doc, "vols") : NULL;
    (void)hit;
    if (json_array_size(vols) == 0)
        return;
    json_array_remove(vols, json_array_size(vols) - 1);
    world_touch(c->world, r);
}

/* The list of a reply: its first array that is not one of links. */
static json_t *listed(struct call *c)
{
    const char *key;
    json_t *value;
    json_object_foreach(c->reply.json, key, value)
        if (json_is_array(value) && !strstr(key, "_links"))
            return value;
    return NULL;
}

/* Under which name an element of a list says what it is of. */
static const char *id_key(const json_t *o)
{
    static const char *const keys[] = {"id", "volumeId", "port_id"};
    size_t k = 0;
    while (k + 1 < sizeof(keys) / sizeof(keys[0]) && !*json_text(o, keys[k]))
        k++;
    return keys[k];
}

/* Where in the list the one is that was made last; -1: none that can be named. */
static int newest(struct call *c, const json_t *list)
{
    static const enum kind kinds[] = {K_SERVER, K_VOLUME, K_PORT, K_NETWORK, K_SUBNET, K_SNAPSHOT};
    int64_t last = 0;
    const json_t *o;
    size_t i;
    int at = -1;
    json_array_foreach(list, i, o)
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
            const struct res *r = world_get(c->world, c->site, kinds[k], json_text(o, id_key(o)));
            if (r && r->seq > last) {
                last = r->seq;
                at = (int)i;
            }
        }
    return at;
}

/* As from a database that has not heard of it yet. */
static void act_left_out(struct call *c, const struct fault_hit *hit)
{
    json_t *list = listed(c);
    int at = newest(c, list);
    (void)hit;
    if (at >= 0)
        json_array_remove(list, (size_t)at);
}

/* As from a database in which another one is not deleted yet. */
static void act_phantom(struct call *c, const struct fault_hit *hit)
{
    json_t *list = listed(c);
    int at = newest(c, list);
    (void)hit;
    if (at < 0)
        return;
    json_t *twin = json_deep_copy(json_array_get(list, (size_t)at));
    const char *key = id_key(twin);
    char *id = xstrdup(json_text(twin, key));
    if (*id)
        id[strlen(id) - 1] = id[strlen(id) - 1] == '0' ? '1' : '0';
    json_put_text(twin, key, id);
    json_array_append_new(list, twin);
    free(id);
}

/* Seen once more, and never again. */
static void act_gone(struct call *c, const struct fault_hit *hit)
{
    struct res *r = named(c);
    (void)hit;
    if (r && c->reply.status == 200)
        world_drop(c->world, r);
}

static void act_token_life(struct call *c, const struct fault_hit *hit)
{
    struct res *r = NULL;
    int64_t until = c->now + hit->value * 1000;
    for (size_t i = 0; i < c->reply.header_count; i++)
        if (strcmp(c->reply.headers[i].name, "X-Subject-Token") == 0)
            r = world_get(c->world, c->site, K_TOKEN, c->reply.headers[i].value);
    if (!r)
        return;
    json_put_int(r->doc, "expires", until);
    json_put(json_map(c->reply.json, "token"), "expires_at", time_microz(until));
    world_touch(c->world, r);
}

/* The proxy before the service gives up; the service does not. */
static void act_late(struct call *c, const struct fault_hit *hit)
{
    late_call_keep(c, c->now + hit->value * 1000);
    reply_text(c, 504, "text/html",
               "<html><head><title>504 Gateway Time-out</title></head><body><h1>504 Gateway "
               "Time-out</h1>The server didn't respond in time.</body></html>");
}

const struct fault_action FAULT_LIE_ACTIONS[] = {
    {"apply-late", "S", "answers 504 at once; applied S seconds later", 3, 0, 3600, false, NULL,
     act_late},
    {"lie", NULL, "answers 202; not applied (body=os-stop: a stop that never comes)", 0, 0, 0,
     false, NULL, act_lie},
    {"hang", NULL, "applied, but what it began never ends (body=os-stop: powering-off)", 0, 0, 0,
     true, NULL, act_hang},
    {"ghost", NULL, "applied; the guest goes on when its server is SHUTOFF", 0, 0, 0, true,
     "compute", act_ghost},
    {"unlisted", NULL, "applied; Nova does not list the last volume attached", 0, 0, 0, true,
     "compute", act_unlisted},
    {"left-out", NULL, "a list lacks the newest of what it should have", 0, 0, 0, true, NULL,
     act_left_out},
    {"phantom", NULL, "a list has the newest twice, once by an id that is not there", 0, 0, 0, true,
     NULL, act_phantom},
    {"gone", NULL, "answers, and what was read is not there any more", 0, 0, 0, true, NULL,
     act_gone},
    {"token-life", "S", "applied; the token made here lives for S seconds", 1, 0, 86400, true,
     "identity", act_token_life},
    {.name = NULL},
};
