#include "backend/lab/fault/act.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"
#include "backend/lab/route.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FAULTS_MAX = 256 };

struct fault {
    int64_t id;
    char site[32], service[32], verb[16], path[256], body[128], group[80], volume[64];
    int64_t since; /* wall ms */
    long nth, count, seen, struck; /* count 0: for ever */
    struct fault_hit hit;
    char text[64]; /* the "do" as given */
};

struct faults {
    struct fault list[FAULTS_MAX];
    size_t count;
    int64_t last_id;
};

/* ---- what faults do --------------------------------------------------- */

static void act_status(struct call *c, const struct fault_hit *hit)
{
    if (hit->retry_after >= 0)
        reply_header(c, "Retry-After", call_text(c, "%ld", hit->retry_after));
    reply_fail(c, (int)hit->value, NULL, "%s",
               hit->message[0] ? hit->message : "The service is out of order by a lab fault.");
}

static void act_delay(struct call *c, const struct fault_hit *hit)
{
    c->reply.late_ms += hit->value;
}

static void act_reset(struct call *c, const struct fault_hit *hit)
{
    (void)hit;
    c->reply.damage = DAMAGE_RESET;
}

static void act_timeout(struct call *c, const struct fault_hit *hit)
{
    c->reply.damage = DAMAGE_HOLD;
    c->reply.late_ms = hit->value * 1000;
}

static void act_drip(struct call *c, const struct fault_hit *hit)
{
    c->reply.damage = DAMAGE_DRIP;
    c->reply.drip_ms = hit->value;
}

static void act_half(struct call *c, const struct fault_hit *hit)
{
    (void)hit;
    c->reply.damage = DAMAGE_HALF;
}

static void act_big(struct call *c, const struct fault_hit *hit)
{
    c->reply.damage = DAMAGE_BIG;
    c->reply.big_bytes = (int64_t)hit->value * 1024 * 1024;
}

/* Bytes of every sort under an honest content type, terminal escapes included. */
static void act_garbage(struct call *c, const struct fault_hit *hit)
{
    static const char noise[] = "{\"\x1b[2J\x1b]0;owned\x07servers\": [\xff\xfe\xc3(, \x01\x02 }]]";
    (void)hit;
    int status = c->reply.status;
    reply_clear(c);
    reply_text(c, status, "application/json", noise);
}

static void act_html(struct call *c, const struct fault_hit *hit)
{
    reply_text(c, (int)hit->value, "text/html",
               "<html><head><title>Proxy error</title></head><body><h1>Proxy error</h1>"
               "<p>The server is temporarily unable to service your request.</p></body></html>");
}

static void act_expired(struct call *c, const struct fault_hit *hit)
{
    (void)hit;
    const char *token = call_header(c, "X-Auth-Token");
    struct res *r = token ? world_get(c->world, c->site, K_TOKEN, token) : NULL;
    if (r)
        world_drop(c->world, r);
    reply_fail(c, 401, NULL, "The request you have made requires authentication.");
}

static void act_policy(struct call *c, const struct fault_hit *hit)
{
    (void)hit;
    c->route = route_find(c);
    route_forbid(c);
}

static void act_quota(struct call *c, const struct fault_hit *hit)
{
    (void)hit;
    if (c->service == &cinder_service)
        reply_fail(c, 413, NULL,
                   "VolumeLimitExceeded: Maximum number of volumes allowed (10) exceeded for "
                   "quota 'volumes'.");
    else if (c->service == &neutron_service)
        reply_fail(c, 409, "OverQuota", "Quota exceeded for resources: ['port'].");
    else
        reply_fail(c, 403, NULL,
                   "Quota exceeded for cores: Requested 4, but already used 20 of 20 cores");
}

static void act_no_host(struct call *c, const struct fault_hit *hit)
{
    (void)hit;
    c->fail_host = true;
}

static void act_fail(struct call *c, const struct fault_hit *hit)
{
    (void)hit;
    c->fail_late = true;
}

static const struct fault_action ACTIONS[] = {
    {"status", "CODE", "answers CODE (retry-after=S, message=TEXT); not applied", 503, 100, 599,
     false, NULL, act_status},
    {"delay", "MS", "applies, then answers MS later", 1000, 0, 3600000, true, NULL, act_delay},
    {"reset", NULL, "resets the connection; not applied", 0, 0, 0, false, NULL, act_reset},
    {"reset-after-apply", NULL, "applies, then resets the connection", 0, 0, 0, true, NULL, act_reset},
    {"timeout", "S", "never answers (S seconds at most); not applied", 600, 1, 3600, false, NULL,
     act_timeout},
    {"timeout-after-apply", "S", "applies, then never answers", 600, 1, 3600, true, NULL, act_timeout},
    {"drip", "MS", "applies, then sends 16 bytes every MS", 50, 1, 60000, true, NULL, act_drip},
    {"half-body", NULL, "applies, then sends half of the body and resets", 0, 0, 0, true, NULL, act_half},
    {"garbage", NULL, "applies, then sends bytes that are no JSON", 0, 0, 0, true, NULL, act_garbage},
    {"html", "CODE", "a proxy's HTML page; not applied", 502, 100, 599, false, NULL, act_html},
    {"big-body", "MIB", "applies, then sends a JSON string of MIB", 64, 1, 4096, true, NULL, act_big},
    {"expired-token", NULL, "the token has expired; not applied", 0, 0, 0, false, NULL, act_expired},
    {"policy-403", NULL, "refused by policy; not applied", 0, 0, 0, false, NULL, act_policy},
    {"quota", NULL, "the quota is used up; not applied", 0, 0, 0, false, NULL, act_quota},
    {"no-valid-host", NULL, "POST /servers is accepted and ends in ERROR", 0, 0, 0, false, NULL,
     act_no_host},
    {"fail", NULL, "a created server or volume ends in error", 0, 0, 0, false, NULL, act_fail},
    {.name = NULL},
};

static const struct fault_action *const MENU[] = {ACTIONS, FAULT_LIE_ACTIONS, FAULT_ARRAY_ACTIONS};
enum { MENU_PARTS = sizeof(MENU) / sizeof(MENU[0]) };


void fault_actions_help(FILE *out)
{
    static const char *const titles[MENU_PARTS] = {
        "", "\nlies, and what comes too late:\n",
        ("\nof the arrays; those marked * strike no call, but last until they are cleared,\n"
         "for the protection groups of --site's array (group=GLOB: of these, volume=ID):\n")};
    for (size_t part = 0; part < MENU_PARTS; part++) {
        fputs(titles[part], out);
        for (const struct fault_action *a = MENU[part]; a->name; a++) {
            char left[40];
            snprintf(left, sizeof(left), "%s%s%s%s", a->act ? "" : "*", a->name,
                     a->value ? "=" : "", a->value ? a->value : "");
            fprintf(out, "  %-24s %s\n", left, a->help);
        }
    }
}

/* ---- the list --------------------------------------------------------- */

struct faults *faults_new(void)
{
    return xcalloc(1, sizeof(struct faults));
}

void faults_free(struct faults *f)
{
    free(f);
}

static const struct fault_action *find_action(const char *name, size_t n)
{
    for (size_t part = 0; part < MENU_PARTS; part++)
        for (const struct fault_action *a = MENU[part]; a->name; a++)
            if (strlen(a->name) == n && strncmp(name, a->name, n) == 0)
                return a;
    return NULL;
}

/* "status=503" -> the action's row and 503. */
static enum pc_err parse_action(const char *text, struct fault_hit *ret, struct pc_error *err)
{
    size_t n = strcspn(text, "=");
    const struct fault_action *a = find_action(text, n);
    if (!a)
        return pc_error_set(err, PC_ERR_USAGE, "See protector-lab fault --help.",
                            "unknown fault: %s", text);
    char *end = NULL;
    long v = text[n] ? strtol(text + n + 1, &end, 10) : a->otherwise;
    if (text[n] && (!a->value || !text[n + 1] || *end || v < a->min || v > a->max))
        return pc_error_set(err, PC_ERR_USAGE, "See protector-lab fault --help.",
                            "%s: the value must be from %ld to %ld", text, a->min, a->max);
    ret->action = a;
    ret->value = v;
    return PC_OK;
}

static bool known_service(const char *name)
{
    for (int i = 0; i < SERVICE_COUNT; i++)
        if (strcmp(SERVICES[i]->name, name) == 0)
            return true;
    return false;
}

enum pc_err faults_add(struct faults *f, const json_t *doc, int64_t *ret_id, struct pc_error *err)
{
    struct fault x = {0};
    enum pc_err rc = parse_action(json_text(doc, "do"), &x.hit, err);
    if (rc)
        return rc;
    snprintf(x.site, sizeof(x.site), "%s", json_text(doc, "site"));
    snprintf(x.service, sizeof(x.service), "%s", json_text(doc, "service"));
    snprintf(x.verb, sizeof(x.verb), "%s", json_text(doc, "verb"));
    snprintf(x.path, sizeof(x.path), "%s", json_text(doc, "path"));
    snprintf(x.body, sizeof(x.body), "%s", json_text(doc, "body"));
    snprintf(x.group, sizeof(x.group), "%s", json_text(doc, "group"));
    snprintf(x.volume, sizeof(x.volume), "%s", json_text(doc, "volume"));
    if (!x.service[0] && x.hit.action->service)
        snprintf(x.service, sizeof(x.service), "%s", x.hit.action->service);
    x.since = clock_wall_ms();
    snprintf(x.text, sizeof(x.text), "%s", json_text(doc, "do"));
    snprintf(x.hit.message, sizeof(x.hit.message), "%s", json_text(doc, "message"));
    x.hit.retry_after = (long)json_int(doc, "retry-after", -1);
    x.nth = (long)json_int(doc, "nth", 0);
    x.count = (long)json_int(doc, "count", x.nth ? 1 : 0);
    if (x.site[0] && strcmp(x.site, "site-a") != 0 && strcmp(x.site, "site-b") != 0)
        return pc_error_set(err, PC_ERR_USAGE, "Name site-a or site-b.", "unknown site %s", x.site);
    if (x.service[0] && !known_service(x.service))
        return pc_error_set(err, PC_ERR_USAGE,
                            "Name identity, compute, volume, network, image or array.",
                            "unknown service %s", x.service);
    if (x.nth < 0 || x.count < 0 || f->count == FAULTS_MAX)
        return pc_error_set(err, PC_ERR_USAGE, "At most 256 faults; clear some.",
                            "the fault cannot be added");
    x.id = ++f->last_id;
    f->list[f->count++] = x;
    *ret_id = x.id;
    return PC_OK;
}

json_t *faults_list(const struct faults *f)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->count; i++) {
        const struct fault *x = &f->list[i];
        json_array_append_new(
            list, json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:s}",
                            "id", (json_int_t)x->id, "site", x->site, "service", x->service,
                            "verb", x->verb, "path", x->path, "body", x->body, "group", x->group,
                            "volume", x->volume, "nth", (int)x->nth, "count", (int)x->count,
                            "seen", (int)x->seen, "struck", (int)x->struck, "do", x->text));
    }
    return list;
}

size_t faults_clear(struct faults *f, int64_t id)
{
    size_t kept = 0, before = f->count;
    for (size_t i = 0; i < before; i++)
        if (id && f->list[i].id != id)
            f->list[kept++] = f->list[i];
    f->count = kept;
    return before - kept;
}

static bool matches(const struct fault *x, const struct call *c)
{
    return (!x->site[0] || strcmp(x->site, call_site(c)->name) == 0) &&
           (!x->service[0] || strcmp(x->service, c->service->name) == 0) &&
           (!x->verb[0] || strcasecmp(x->verb, c->verb) == 0) &&
           (!x->path[0] || fnmatch(x->path, c->path, 0) == 0 || fnmatch(x->path, c->url, 0) == 0) &&
           (!x->body[0] || strstr(buf_text(&c->body), x->body));
}

void faults_match(struct faults *f, const struct call *c, struct fault_hit *ret)
{
    *ret = (struct fault_hit){0};
    if (c->site < 0 || !c->service)
        return;
    for (size_t i = 0; i < f->count; i++) {
        struct fault *x = &f->list[i];
        if (!x->hit.action->act || !matches(x, c))
            continue;
        x->seen++;
        long first = x->nth ? x->nth : 1;
        bool strikes = x->seen >= first && (!x->count || x->seen < first + x->count);
        if (!strikes || ret->action)
            continue;
        x->struck++;
        *ret = x->hit;
    }
}

bool faults_state(const struct faults *f, const char *name, int site, const char *group,
                  struct fault_state *ret)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct fault *x = &f->list[i];
        if (x->hit.action->act || strcmp(x->hit.action->name, name) != 0 ||
            (x->site[0] && strcmp(x->site, site == SITE_A ? "site-a" : "site-b") != 0) ||
            (x->group[0] && group && fnmatch(x->group, group, 0) != 0))
            continue;
        *ret = (struct fault_state){.since = x->since, .value = x->hit.value};
        memcpy(ret->volume, x->volume, sizeof(ret->volume));
        return true;
    }
    return false;
}

bool fault_before(struct call *c, const struct fault_hit *hit)
{
    if (!hit->action || hit->action->applied)
        return false;
    hit->action->act(c, hit);
    return c->reply.status || c->reply.damage != DAMAGE_NONE;
}

void fault_after(struct call *c, const struct fault_hit *hit)
{
    if (hit->action && hit->action->applied)
        hit->action->act(c, hit);
}
