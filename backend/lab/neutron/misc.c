/* Security groups, quotas, tags, and the filters that all lists share. */
#include "backend/lab/neutron/neutron.h"
#include "backend/lab/page.h"

#include <string.h>
#include <strings.h>

void neutron_not_found(struct call *c, const char *what, const char *id)
{
    reply_fail(c, 404, call_text(c, "%sNotFound", what), "%s %s could not be found.", what, id);
}

/* A filter may be repeated; one of its values has to fit. */
bool neutron_param_is(struct call *c, const char *param, const char *value)
{
    bool asked = false;
    for (size_t i = 0; i < c->param_count; i++)
        if (strcmp(c->params[i].name, param) == 0) {
            if (strcmp(c->params[i].value, value) == 0)
                return true;
            asked = true;
        }
    return !asked;
}

static bool match_tags(struct call *c, const struct res *r)
{
    const char *want = call_param(c, "tags");
    const json_t *tags = json_list(r->doc, "tags");
    while (want && *want) {
        size_t n = strcspn(want, ","), i, count = json_array_size(tags);
        for (i = 0; i < count; i++) {
            const char *t = json_string_value(json_array_get(tags, i));
            if (strlen(t) == n && strncmp(t, want, n) == 0)
                break;
        }
        if (i == count)
            return false;
        want += n + (want[n] == ',');
    }
    return true;
}

bool neutron_match(struct call *c, const struct res *r)
{
    const json_t *d = r->doc;
    const char *shared = call_param(c, "shared"), *external = call_param(c, "router:external");
    if ((shared && (strcasecmp(shared, "true") == 0) != json_flag(d, "shared", false)) ||
        (external && (strcasecmp(external, "true") == 0) != json_flag(d, "external", false)))
        return false;
    return neutron_param_is(c, "id", r->id) && neutron_param_is(c, "name", json_text(d, "name")) &&
           neutron_param_is(c, "description", json_text(d, "desc")) &&
           neutron_param_is(c, "tenant_id", json_text(d, "project")) &&
           neutron_param_is(c, "project_id", json_text(d, "project")) && match_tags(c, r) &&
           (!*json_text(d, "status") || neutron_param_is(c, "status", json_text(d, "status")));
}

/* ---- security groups -------------------------------------------------- */

static json_t *rule_view(const struct res *group, const json_t *rule, size_t i)
{
    int64_t port = json_int(rule, "port", 0);
    return json_pack("{s:o, s:s, s:s, s:s, s:s, s:s?, s:o, s:o, s:n, s:n}", "id",
                     json_sprintf("%.24s%012zx", group->id, i + 1), "security_group_id", group->id,
                     "tenant_id", json_text(group->doc, "project"), "direction",
                     json_text(rule, "direction"), "ethertype", "IPv4", "protocol",
                     port ? "tcp" : NULL, "port_range_min",
                     port ? json_integer(port) : json_null(), "port_range_max",
                     port ? json_integer(port) : json_null(), "remote_ip_prefix",
                     "remote_group_id");
}

static json_t *group_view(struct call *c, struct res *r)
{
    json_t *rules = json_array(), *rule;
    size_t i;
    (void)c;
    json_array_foreach(json_list(r->doc, "rules"), i, rule) {
        json_array_append_new(rules, rule_view(r, rule, i));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:[], s:i}", "id", r->id, "name",
                     json_text(r->doc, "name"), "description", json_text(r->doc, "desc"),
                     "tenant_id", json_text(r->doc, "project"), "project_id",
                     json_text(r->doc, "project"), "stateful", 1, "security_group_rules", rules,
                     "tags", "revision_number", 1);
}

static const struct lister GROUPS = {
    .kind = K_SECGROUP, .key = "security_groups", .match = neutron_match, .view = group_view};

struct res *neutron_group(struct call *c, const char *name_or_id)
{
    struct res *r = call_res(c, K_SECGROUP, name_or_id);
    for (size_t i = 0; !r && i < world_count(c->world, c->site, K_SECGROUP); i++) {
        struct res *x = world_at(c->world, c->site, K_SECGROUP, i);
        if (strcmp(json_text(x->doc, "name"), name_or_id) == 0 &&
            strcmp(json_text(x->doc, "project"), c->who.project) == 0)
            r = x;
    }
    return r;
}

void neutron_list_groups(struct call *c)
{
    page_reply(c, &GROUPS);
}

static struct res *the_group(struct call *c)
{
    struct res *r = call_res(c, K_SECGROUP, c->args[0]);
    if (!r)
        reply_fail(c, 404, "SecurityGroupNotFound", "Security group %s does not exist",
                   c->args[0]);
    return r;
}

void neutron_show_group(struct call *c)
{
    struct res *r = the_group(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "security_group", group_view(c, r)));
}

void neutron_create_group(struct call *c)
{
    const json_t *in = json_map(c->json, "security_group");
    struct res *r = world_add(c->world, c->site, K_SECGROUP, NULL,
                              json_pack("{s:s, s:s, s:s, s:[{s:s, s:i}]}", "name",
                                        json_text(in, "name"), "desc",
                                        json_text(in, "description"), "project", c->who.project,
                                        "rules", "direction", "egress", "port", 0));
    reply_json(c, 201, json_pack("{s:o}", "security_group", group_view(c, r)));
}

void neutron_delete_group(struct call *c)
{
    struct res *r = the_group(c);
    if (!r)
        return;
    for (size_t i = 0; i < world_count(c->world, c->site, K_PORT); i++) {
        const json_t *sgs = json_list(world_at(c->world, c->site, K_PORT, i)->doc, "sgs");
        for (size_t k = 0; k < json_array_size(sgs); k++)
            if (strcmp(json_string_value(json_array_get(sgs, k)), r->id) == 0) {
                reply_fail(c, 409, "SecurityGroupInUse", "Security Group %s in use.", r->id);
                return;
            }
    }
    world_drop(c->world, r);
    reply_empty(c, 204);
}

/* ---- quotas ----------------------------------------------------------- */

static const struct {
    const char *name;
    enum kind kind; /* KIND_COUNT: nothing of it exists here */
    int64_t limit;
    bool scaled;
} QUOTAS[] = {
    {"network", K_NETWORK, 100, false},        {"subnet", K_SUBNET, 100, false},
    {"port", K_PORT, 6, true},                 {"security_group", K_SECGROUP, 50, false},
    {"security_group_rule", KIND_COUNT, 500, false}, {"router", KIND_COUNT, 10, false},
    {"floatingip", K_FLOATING, 50, false},
};
enum { QUOTA_COUNT = sizeof(QUOTAS) / sizeof(QUOTAS[0]), SMALLEST_LAB = 50 };

static struct res *own_limits(struct call *c, const char *project)
{
    return world_get(c->world, c->site, K_QUOTA, call_text(c, "network/%s", project));
}

int64_t neutron_quota(struct call *c, const char *project, const char *what)
{
    const struct res *own = own_limits(c, project);
    int64_t size = c->lab->opt.servers > SMALLEST_LAB ? c->lab->opt.servers : SMALLEST_LAB;
    for (size_t i = 0; i < QUOTA_COUNT; i++)
        if (strcmp(QUOTAS[i].name, what) == 0) {
            int64_t limit = QUOTAS[i].scaled ? QUOTAS[i].limit * size : QUOTAS[i].limit;
            return own ? json_int(own->doc, what, limit) : limit;
        }
    return -1;
}

static int64_t used_of(struct call *c, enum kind kind, const char *project)
{
    int64_t used = 0;
    for (size_t i = 0; kind < KIND_COUNT && i < world_count(c->world, c->site, kind); i++)
        used += strcmp(json_text(world_at(c->world, c->site, kind, i)->doc, "project"),
                       project) == 0;
    return used;
}

static void reply_quota(struct call *c, bool detail)
{
    const char *project = c->args[0];
    json_t *set = json_object();
    if (c->who.role < ROLE_ADMIN && strcmp(project, c->who.project) != 0) {
        json_decref(set);
        route_forbid(c);
        return;
    }
    for (size_t i = 0; i < QUOTA_COUNT; i++) {
        int64_t limit = neutron_quota(c, project, QUOTAS[i].name);
        json_put(set, QUOTAS[i].name,
                 detail ? json_pack("{s:I, s:I, s:i}", "limit", (json_int_t)limit, "used",
                                    (json_int_t)used_of(c, QUOTAS[i].kind, project), "reserved", 0)
                        : json_integer(limit));
    }
    reply_json(c, 200, json_pack("{s:o}", "quota", set));
}

void neutron_show_quota(struct call *c)
{
    reply_quota(c, false);
}

void neutron_quota_detail(struct call *c)
{
    reply_quota(c, true);
}

void neutron_set_quota(struct call *c)
{
    const json_t *in = json_map(c->json, "quota");
    struct res *r = own_limits(c, c->args[0]);
    if (!r)
        r = world_add(c->world, c->site, K_QUOTA, call_text(c, "network/%s", c->args[0]),
                      json_object());
    for (size_t i = 0; i < QUOTA_COUNT; i++)
        if (json_object_get(in, QUOTAS[i].name))
            json_put_int(r->doc, QUOTAS[i].name, json_int(in, QUOTAS[i].name, -1));
    world_touch(c->world, r);
    reply_quota(c, false);
}

void neutron_reset_quota(struct call *c)
{
    struct res *r = own_limits(c, c->args[0]);
    if (!r) {
        reply_fail(c, 404, "TenantQuotaNotFound", "Quota for tenant %s could not be found.",
                   c->args[0]);
        return;
    }
    world_drop(c->world, r);
    reply_empty(c, 204);
}

/* ---- tags ------------------------------------------------------------- */

static struct res *tagged(struct call *c)
{
    static const struct {
        const char *path, *word;
        enum kind kind;
    } kinds[] = {{"networks", "Network", K_NETWORK}, {"subnets", "Subnet", K_SUBNET},
                 {"ports", "Port", K_PORT}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].path, c->args[0]) != 0)
            continue;
        struct res *r = call_res(c, kinds[i].kind, c->args[1]);
        if (!r)
            neutron_not_found(c, kinds[i].word, c->args[1]);
        return r;
    }
    reply_web(c, 404, "The resource could not be found.");
    return NULL;
}

void neutron_list_tags(struct call *c)
{
    const struct res *r = tagged(c);
    if (r)
        reply_json(c, 200, json_pack("{s:O}", "tags", json_list(r->doc, "tags")));
}

static bool drop_tag(json_t *tags, const char *tag)
{
    for (size_t i = 0; i < json_array_size(tags); i++)
        if (strcmp(json_string_value(json_array_get(tags, i)), tag) == 0) {
            json_array_remove(tags, i);
            return true;
        }
    return false;
}

void neutron_put_tag(struct call *c)
{
    struct res *r = tagged(c);
    if (!r)
        return;
    drop_tag(json_list(r->doc, "tags"), c->args[2]);
    json_array_append_new(json_list(r->doc, "tags"), json_string(c->args[2]));
    world_touch(c->world, r);
    reply_empty(c, 201);
}

void neutron_delete_tag(struct call *c)
{
    struct res *r = tagged(c);
    if (!r)
        return;
    if (!drop_tag(json_list(r->doc, "tags"), c->args[2])) {
        reply_fail(c, 404, "TagNotFound", "Tag %s could not be found.", c->args[2]);
        return;
    }
    world_touch(c->world, r);
    reply_empty(c, 204);
}
