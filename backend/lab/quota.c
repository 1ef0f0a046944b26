#include "backend/lab/quota.h"

#include "backend/lab/route.h"

#include <string.h>

enum { SMALLEST_LAB = 50 };

static struct res *own_limits(struct call *c, const struct quota_set *q, const char *project)
{
    return world_get(c->world, c->site, K_QUOTA, call_text(c, "%s/%s", q->service, project));
}

int64_t quota_limit(struct call *c, const struct quota_set *q, const char *project, size_t n)
{
    const struct res *r = own_limits(c, q, project);
    const struct quota_kind *k = &q->kinds[n];
    int64_t size = c->lab->opt.servers > SMALLEST_LAB ? c->lab->opt.servers : SMALLEST_LAB;
    int64_t otherwise = k->scaled ? k->limit * size : k->limit;
    return r ? json_int(r->doc, k->name, otherwise) : otherwise;
}

static json_t *view(struct call *c, const struct quota_set *q, bool detail)
{
    int64_t used[QUOTA_KINDS_MAX] = {0};
    q->usage(c, c->args[0], used);
    json_t *set = json_pack("{s:s}", "id", c->args[0]);
    for (size_t i = 0; i < q->count; i++) {
        int64_t limit = quota_limit(c, q, c->args[0], i);
        json_put(set, q->kinds[i].name,
                 detail ? json_pack("{s:I, s:I, s:i}", "limit", (json_int_t)limit, "in_use",
                                    (json_int_t)used[i], "reserved", 0)
                        : json_integer(limit));
    }
    return json_pack("{s:o}", "quota_set", set);
}

void quota_show(struct call *c, const struct quota_set *q, bool detail)
{
    if (c->who.role < ROLE_ADMIN && strcmp(c->args[0], c->who.project) != 0)
        route_forbid(c);
    else
        reply_json(c, 200, view(c, q, detail));
}

void quota_change(struct call *c, const struct quota_set *q)
{
    const json_t *in = json_map(c->json, "quota_set");
    struct res *r = own_limits(c, q, c->args[0]);
    if (!in) {
        reply_fail(c, 400, NULL, "'quota_set' is a required property");
        return;
    }
    if (!r)
        r = world_add(c->world, c->site, K_QUOTA, call_text(c, "%s/%s", q->service, c->args[0]),
                      json_object());
    for (size_t i = 0; i < q->count; i++)
        if (json_object_get(in, q->kinds[i].name))
            json_put_int(r->doc, q->kinds[i].name, json_int(in, q->kinds[i].name, -1));
    world_touch(c->world, r);
    reply_json(c, 200, view(c, q, false));
}

void quota_reset(struct call *c, const struct quota_set *q, int status)
{
    struct res *r = own_limits(c, q, c->args[0]);
    if (r)
        world_drop(c->world, r);
    reply_empty(c, status);
}
