#include "backend/lab/late_call.h"

#include "backend/base/uuid.h"
#include "backend/lab/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The headers that handlers and checks read. */
static const char *const HEADERS[] = {"X-Auth-Token", "Content-Type", "OpenStack-API-Version",
                                      "X-OpenStack-Nova-API-Version", "x-auth-token"};

void late_call_keep(struct call *c, int64_t due)
{
    json_t *headers = json_object(), *params = json_object();
    for (size_t i = 0; i < sizeof(HEADERS) / sizeof(HEADERS[0]); i++)
        if (call_header(c, HEADERS[i]))
            json_put_text(headers, HEADERS[i], call_header(c, HEADERS[i]));
    for (size_t i = 0; i < c->param_count; i++)
        json_put_text(params, c->params[i].name, c->params[i].value);
    struct res *r = world_add(c->world, c->site, K_LATE_CALL, NULL,
                              json_pack("{s:s, s:s, s:s, s:o, s:o}", "verb", c->verb, "url",
                                        c->url, "body", buf_text(&c->body), "headers", headers,
                                        "params", params));
    world_plan(c->world, r, due, "applied");
}

static struct lab *lab_of(struct world *w)
{
    return (struct lab *)(void *)((char *)w - offsetof(struct lab, world));
}

static struct call *remake(struct lab *lab, const struct res *r, int64_t at)
{
    struct call *c = xcalloc(1, sizeof(*c));
    const char *key;
    json_t *v;
    char id[UUID_SIZE];
    arena_init(&c->mem);
    buf_init(&c->body, CALL_BODY_CAP);
    buf_puts(&c->body, json_text(r->doc, "body"));
    c->lab = lab;
    c->world = &lab->world;
    c->site = r->site;
    c->now = at;
    c->url = c->path = arena_strdup(&c->mem, json_text(r->doc, "url"));
    snprintf(c->verb, sizeof(c->verb), "%s", json_text(r->doc, "verb"));
    snprintf(c->request_id, sizeof(c->request_id), "req-%s", uuid_make(id));
    c->kept_headers = json_incref(json_map(r->doc, "headers"));
    json_object_foreach(json_map(r->doc, "params"), key, v)
        if (c->param_count < CALL_PARAMS)
            c->params[c->param_count++] = (struct param){
                arena_strdup(&c->mem, key), arena_strdup(&c->mem, json_string_value(v))};
    return c;
}

void late_call_apply(struct world *w, struct res *r, int64_t at)
{
    struct call *c = remake(lab_of(w), r, at);
    world_drop(w, r);
    if (route_locate(c))
        route_call(c);
    json_decref(c->kept_headers);
    json_decref(c->json);
    json_decref(c->reply.json);
    free(c->reply.text);
    buf_release(&c->body);
    arena_release(&c->mem);
    free(c);
}
