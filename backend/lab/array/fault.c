/*
 * Faults of the arrays: one that does not answer, or refuses everybody; points
 * that vanish between two questions; and states of replication, which
 * replication.c, view.c and snapshot.c look up by name.
 */
#include "backend/lab/fault/act.h"

#include "backend/lab/array/array.h"
#include "backend/lab/array/replication.h"

#include <string.h>

static void act_down(struct call *c, const struct fault_hit *hit)
{
    (void)hit;
    c->reply.damage = DAMAGE_RESET;
}

/* Its API token was revoked: sessions end, and none begins. */
static void act_revoked(struct call *c, const struct fault_hit *hit)
{
    const char *id = call_header(c, "x-auth-token");
    struct res *r = id ? world_get(c->world, c->site, K_SESSION, id) : NULL;
    (void)hit;
    if (r)
        world_drop(c->world, r);
    reply_fail(c, 401, NULL, "Invalid API token.");
}

static void forget_named(struct call *c, struct res *g, const char *text)
{
    const char *prefix = call_text(c, "%s.", array_local_name(c, g->site, g->id));
    const char *at = strstr(text, prefix);
    if (!at)
        return;
    at += strlen(prefix);
    const char *suffix = call_text(c, "%.*s", (int)strcspn(at, ".*',\""), at);
    if (*suffix)
        replication_forget(c->lab, g, suffix);
}

/* The point that the query or the body names is gone before it is answered. */
static void act_vanish(struct call *c, const struct fault_hit *hit)
{
    (void)hit;
    for (size_t i = 0; i < array_group_count(c); i++) {
        struct res *g = array_group_at(c, i);
        forget_named(c, g, buf_text(&c->body));
        for (size_t p = 0; p < c->param_count; p++)
            forget_named(c, g, c->params[p].value);
    }
}

const struct fault_action FAULT_ARRAY_ACTIONS[] = {
    {"array-down", NULL, "the array does not answer; not applied", 0, 0, 0, false, "array",
     act_down},
    {"login-revoked", NULL, "the array knows neither token nor session any more", 0, 0, 0, false,
     "array", act_revoked},
    {"point-vanishes", NULL, "the point that the call asks about is gone before its answer", 0, 0,
     0, false, "array", act_vanish},
    {"point-stale", "S", "no cycle since S seconds before it was set (not divided by --speed)",
     3600, 0, 1000000, false, NULL, NULL},
    {"transfer-stuck", "PERCENT", "transfers do not get past PERCENT", 37, 0, 99, false, NULL,
     NULL},
    {"link-down", NULL, "nothing comes over; the arrays' connection says so", 0, 0, 0, false, NULL,
     NULL},
    {"volume-missing", NULL, "points lack a volume (the group's last, unless told)", 0, 0, 0, false,
     NULL, NULL},
    {"volume-skewed", "S", "a volume's snapshot is S seconds older than its point", 600, 1, 86400,
     false, NULL, NULL},
    {"ratcheted", NULL, "the protection group is locked (SafeMode)", 0, 0, 0, false, NULL, NULL},
    {"pod", NULL, "the group's volumes are in a pod", 0, 0, 0, false, NULL, NULL},
    {.name = NULL},
};
