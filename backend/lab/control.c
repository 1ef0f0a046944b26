/*
 * The control interface: what tests and people steer the lab with while it
 * runs. Loopback only, its own port, no login: whoever can reach it could read
 * the lab's passwords as well.
 */
#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/text.h"
#include "backend/lab/chronicle.h"
#include "backend/lab/fault/fault.h"
#include "backend/lab/guest.h"
#include "backend/lab/http.h"
#include "backend/lab/route.h"

#include <stdlib.h>
#include <string.h>

enum { DOCUMENTS_CAP = 64 << 20 };

static const char *const VERBS[COUNTER_VERBS] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

static int site_named(const struct lab *lab, const char *name)
{
    for (int s = 0; s < SITE_COUNT; s++)
        if (strcmp(lab->sites[s].name, name) == 0)
            return s;
    return -1;
}

/* ---- state ------------------------------------------------------------ */

static json_t *counters_view(const struct site *site)
{
    json_t *all = json_object();
    for (int s = 0; s < SERVICE_COUNT; s++) {
        json_t *one = json_object();
        for (int v = 0; v < COUNTER_VERBS; v++)
            if (site->counters[s][v])
                json_put_int(one, VERBS[v], (int64_t)site->counters[s][v]);
        if (SERVICES[s] == &control_service)
            json_decref(one);
        else
            json_put(all, SERVICES[s]->name, one);
    }
    return all;
}

static json_t *site_view(struct call *c, int s)
{
    const struct site *site = &c->lab->sites[s];
    json_t *counts = json_object();
    for (int k = 0; k < KIND_COUNT; k++)
        json_put_int(counts, kind_name((enum kind)k),
                     (int64_t)world_count(c->world, s, (enum kind)k));
    return json_pack("{s:s, s:s, s:b, s:o, s:o}", "name", site->name, "url", site->url, "outage",
                     (int)site->outage, "calls", counters_view(site), "resources", counts);
}

/* ?site=site-b&kind=server adds the documents themselves. */
static void add_documents(struct call *c, json_t *doc)
{
    enum kind kind;
    const char *site = call_param(c, "site"), *name = call_param(c, "kind");
    int s = site ? site_named(c->lab, site) : -1;
    if (s < 0 || !name || !kind_by_name(name, &kind))
        return;
    json_t *list = json_array();
    for (size_t i = 0; i < world_count(c->world, s, kind); i++) {
        const struct res *r = world_at(c->world, s, kind, i);
        json_t *one = json_copy(r->doc);
        json_put_text(one, "id", r->id);
        json_array_append_new(list, one);
    }
    json_put(doc, "documents", list);
}

static void show_state(struct call *c)
{
    json_t *doc = json_pack("{s:s, s:I, s:[o, o], s:o, s:o, s:i}", "version", PC_VERSION, "now",
                            (json_int_t)c->now, "sites", site_view(c, SITE_A),
                            site_view(c, SITE_B), "faults", faults_list(c->lab->faults), "guests",
                            guests_state(c->lab->guests), "net", c->lab->net);
    add_documents(c, doc);
    reply_json(c, 200, doc);
}

static void add_lines(struct call *c, struct buf *text, int s, enum kind kind)
{
    for (size_t i = 0; i < world_count(c->world, s, kind); i++) {
        const struct res *r = world_at(c->world, s, kind, i);
        json_t *line = json_pack("[s, s, s, O]", c->lab->sites[s].name, kind_name(kind), r->id,
                                 r->doc);
        char *said = json_compact(line);
        buf_printf(text, "%s\n", said);
        free(said);
        json_decref(line);
    }
}

/* ?kinds=server,volume: the documents of both sites, [site, kind, id, facts] a line: whoever
 * looks often has to read again only the lines that are new. */
static void show_documents(struct call *c)
{
    const char *kinds = call_param(c, "kinds");
    char *names = call_text(c, "%s", kinds ? kinds : ""), *rest = NULL;
    struct buf text;
    buf_init(&text, DOCUMENTS_CAP);
    for (char *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        enum kind kind;
        if (!kind_by_name(name, &kind)) {
            reply_fail(c, 400, NULL, "there is no kind \"%s\"", name);
            goto out;
        }
        for (int s = 0; s < SITE_COUNT; s++)
            add_lines(c, &text, s, kind);
    }
    if (text.overflowed)
        reply_fail(c, 413, NULL, "more than %d bytes; ask for fewer kinds", DOCUMENTS_CAP);
    else
        reply_text(c, 200, "application/x-ndjson", buf_text(&text));
out:
    buf_release(&text);
}

/* ?since=N: entries after the Nth. */
static void show_chronicle(struct call *c)
{
    long since = 0;
    const char *text = call_param(c, "since");
    if (text && !text_to_long(text, 0, 1000000000, &since))
        reply_fail(c, 400, NULL, "since is a number");
    else
        reply_json(c, 200, json_pack("{s:o}", "chronicle",
                                     chronicle_list(c->lab->chronicle, since)));
}

static void reset_counters(struct call *c)
{
    for (int s = 0; s < SITE_COUNT; s++)
        memset(c->lab->sites[s].counters, 0, sizeof(c->lab->sites[s].counters));
    reply_empty(c, 204);
}

/* ---- faults ----------------------------------------------------------- */

static void list_faults(struct call *c)
{
    reply_json(c, 200, json_pack("{s:o}", "faults", faults_list(c->lab->faults)));
}

static void add_fault(struct call *c)
{
    struct pc_error err = {0};
    int64_t id = 0;
    if (faults_add(c->lab->faults, c->json, &id, &err) != PC_OK)
        reply_fail(c, 400, NULL, "%s. %s", err.text, err.remedy);
    else
        reply_json(c, 201, json_pack("{s:I}", "id", (json_int_t)id));
}

static void clear_faults(struct call *c)
{
    long id = 0;
    if (c->args[0] && !text_to_long(c->args[0], 1, 1000000000, &id)) {
        reply_fail(c, 400, NULL, "a fault's id is a number");
        return;
    }
    size_t gone = faults_clear(c->lab->faults, id);
    if (id && !gone)
        reply_fail(c, 404, NULL, "there is no fault %ld", id);
    else
        reply_json(c, 200, json_pack("{s:I}", "cleared", (json_int_t)gone));
}

/* ---- outage ----------------------------------------------------------- */

/* {"site": "site-b", "on": true, "mode": "refuse"|"hang"} */
static void set_outage(struct call *c)
{
    struct lab *lab = c->lab;
    struct pc_error err = {0};
    int s = site_named(lab, json_text(c->json, "site"));
    bool on = json_flag(c->json, "on", true);
    bool hang = strcmp(json_text(c->json, "mode"), "hang") == 0;
    if (s < 0) {
        reply_fail(c, 400, NULL, "\"site\" must be site-a or site-b");
        return;
    }
    if (on && !lab->sites[s].outage)
        lab->sites[s].outage_since = c->now;
    lab->sites[s].outage = on;
    guests_outage(lab->guests, s, on);
    /* The site's own thread may be waiting for the lock that we hold. */
    world_unlock(c->world);
    enum pc_err rc = http_outage(lab->sites[s].http,
                                 !on ? OUTAGE_NONE : hang ? OUTAGE_HANG : OUTAGE_REFUSE, &err);
    world_lock(c->world);
    if (rc)
        reply_fail(c, 500, NULL, "%s", err.text);
    else
        reply_json(c, 200, json_pack("{s:s, s:b}", "site", lab->sites[s].name, "outage", (int)on));
}

/* ---- scenarios -------------------------------------------------------- */

/* {"site": "site-b", "name": "test-web-*", "guest": "flap"}; "ok" ends it. */
static void set_scenario(struct call *c)
{
    const char *name = json_text(c->json, "name"), *guest = json_text(c->json, "guest");
    int s = site_named(c->lab, json_text(c->json, "site"));
    if (s < 0 || !*name || !guest_behaviour_valid(guest)) {
        reply_fail(c, 400, NULL,
                   "give \"site\", \"name\" (a glob) and \"guest\": ok, slow:SECONDS, flap, refuse "
                   "or 503");
        return;
    }
    struct res *old = world_get(c->world, s, K_SCENARIO, name);
    if (old)
        world_drop(c->world, old);
    if (strcmp(guest, "ok") != 0) {
        world_add(c->world, s, K_SCENARIO, name,
                  json_pack("{s:s, s:s}", "name", name, "guest", guest));
    }
    guests_refresh(c->lab);
    reply_json(c, 200, json_pack("{s:s, s:s}", "name", name, "guest", guest));
}

static const struct route ROUTES[] = {
    {"GET", "/state", show_state, NULL, ROLE_NONE, 0, false},
    {"GET", "/documents", show_documents, NULL, ROLE_NONE, 0, false},
    {"GET", "/chronicle", show_chronicle, NULL, ROLE_NONE, 0, false},
    {"DELETE", "/counters", reset_counters, NULL, ROLE_NONE, 0, false},
    {"GET", "/faults", list_faults, NULL, ROLE_NONE, 0, false},
    {"POST", "/faults", add_fault, NULL, ROLE_NONE, 0, false},
    {"DELETE", "/faults", clear_faults, NULL, ROLE_NONE, 0, false},
    {"DELETE", "/faults/{}", clear_faults, NULL, ROLE_NONE, 0, false},
    {"POST", "/outage", set_outage, NULL, ROLE_NONE, 0, false},
    {"POST", "/scenarios", set_scenario, NULL, ROLE_NONE, 0, false},
};

static bool control_strip(struct call *c, const char *rest)
{
    c->path = *rest ? rest : "/";
    return true;
}

const struct service control_service = {
    .name = "control",
    .prefix = "",
    .shape = SHAPE_CONTROL,
    .strip = control_strip,
    .routes = ROUTES,
    .route_count = sizeof(ROUTES) / sizeof(ROUTES[0]),
};
