/*
 * probe: a health check tried now, at the servers that serve.
 *
 * One attempt at each address of each server that the check is for, until one
 * passes; nothing is repeated, nothing is kept. It tells whether the check is
 * right (its port, its path), before an operation depends on it. Engine thread.
 */
#include "backend/engine/probing.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/request.h"

#include "backend/cloud/nova.h"
#include "backend/model/check_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESSES_MAX = 8, ATTEMPT_MS = 5000 };

/* One server. */
struct trial_server {
    struct trial *of;
    json_t *row, *body; /* of the reply, lent; the server as Nova shows it */
    struct cloud_call *call;
    struct probe *probe;
    int next; /* which address is tried next */
};

struct trial {
    struct trial *next;
    struct engine *e;
    struct request *r;
    struct probe_check check;
    char hosts[600]; /* known_hosts of exec checks */
    json_t *rows;
    struct trial_server *servers;
    size_t count, left;
};

static void trial_free(struct trial *t)
{
    for (struct trial **at = &t->e->trials; *at; at = &(*at)->next)
        if (*at == t) {
            *at = t->next;
            break;
        }
    for (size_t i = 0; i < t->count; i++) {
        cloud_cancel(t->servers[i].call);
        probe_cancel(t->servers[i].probe);
        json_decref(t->servers[i].body);
    }
    json_decref(t->rows);
    free(t->servers);
    free(t);
}

void trials_drop_all(struct engine *e)
{
    while (e->trials) {
        struct pc_error err;
        pc_error_set(&err, PC_ERR_CANCELLED, NULL, "stopped before the answer came");
        request_fail(e->trials->r, &err);
        trial_free(e->trials);
    }
}

static void server_done(struct trial_server *s, const char *status, const char *detail)
{
    struct trial *t = s->of;
    json_put_text(s->row, "status", status);
    json_put_text(s->row, "detail", detail);
    if (--t->left > 0)
        return;
    /* Given away, not lent: the reply belongs to the thread that asked. */
    struct request *r = t->r;
    json_t *rows = t->rows;
    t->rows = NULL;
    trial_free(t);
    request_reply(r, rows);
}

static void try_next(struct trial_server *s);

static void on_probe(void *arg, const struct probe_result *r)
{
    static const char *const WORDS[] = {
        [PROBE_PASS] = "passed", [PROBE_FAIL] = "failed", [PROBE_UNSUPPORTED] = "unsupported"};
    struct trial_server *s = arg;
    s->probe = NULL;
    s->next++;
    json_put_int(s->row, "elapsed_ms", r->elapsed_ms);
    bool more = s->next < ADDRESSES_MAX &&
                strcmp(probing_address(s->body, s->next), probing_address(s->body, 0)) != 0;
    if (r->outcome == PROBE_FAIL && more)
        try_next(s);
    else
        server_done(s, WORDS[r->outcome], r->detail);
}

static void try_next(struct trial_server *s)
{
    struct probe_options o = probing_options(s->of->e);
    const char *address = probing_address(s->body, s->next);
    if (!*address) {
        server_done(s, "failed", "it has no address");
        return;
    }
    json_put_text(s->row, "address", address);
    o.known_hosts = s->of->hosts;
    o.total_ms = ATTEMPT_MS;
    s->probe = probe_start(s->of->e->net, &s->of->check, address, &o, on_probe, s);
}

static void on_server(void *arg, const struct cloud_reply *r)
{
    struct trial_server *s = arg;
    s->call = NULL;
    if (r->err.code) {
        server_done(s, "unknown", r->err.text);
        return;
    }
    s->body = json_incref(r->body);
    try_next(s);
}

/* Those that the check is for. */
static void list_servers(struct trial *t, const struct group *g, const char *text)
{
    t->servers = xcalloc(g->member_count + 1, sizeof(*t->servers));
    for (size_t i = 0; i < g->member_count; i++) {
        if (!check_scope_for(text, g->members[i].name))
            continue;
        json_t *row = json_object();
        json_put_text(row, "vm", g->members[i].name);
        json_put_text(row, "instance_id", g->members[i].id);
        json_put_text(row, "check", check_scope_for(text, g->members[i].name));
        json_put(row, "address", json_null());
        json_put(row, "elapsed_ms", json_null());
        json_array_append_new(t->rows, row);
        t->servers[t->count++] = (struct trial_server){.of = t, .row = row};
    }
    t->left = t->count;
}

static enum pc_err look(struct engine *e, const json_t *args, struct group_slot **ret,
                        struct probe_check *ret_check, struct pc_error *err)
{
    char member[CHECK_MEMBER_SIZE];
    const char *text = json_text(args, "check");
    enum pc_err rc = engine_group(e, json_text(args, "group"), ret, err);
    if (!rc)
        rc = probe_parse(check_scope(text, member), ret_check, err);
    if (!rc && *member && !group_find_member((*ret)->group, member))
        rc = pc_error_set(err, PC_ERR_NOT_FOUND, "See: protection-group show.",
                          "%s has no member '%s'", (*ret)->group->name, member);
    if (!rc && (*ret)->group->member_count == 0)
        rc = pc_error_set(err, PC_ERR_STATE, "Add one: protection-group add-member GROUP SERVER.",
                          "%s has no member to try it at", (*ret)->group->name);
    return rc;
}

void request_health_check_try(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *slot;
    struct probe_check check;
    enum pc_err rc = look(e, r->args, &slot, &check, &err);
    struct site *site = rc ? NULL : engine_site(e, slot->group->current_primary);
    if (!rc && !site)
        rc = pc_error_set(&err, PC_ERR_CONFIG, "Put the site into the configuration.",
                          "site %s is not configured", slot->group->current_primary);
    if (rc) {
        request_fail(r, &err);
        return;
    }
    struct trial *t = xcalloc(1, sizeof(*t));
    *t = (struct trial){.next = e->trials, .e = e, .r = r, .check = check, .rows = json_array()};
    e->trials = t;
    snprintf(t->hosts, sizeof(t->hosts), "%s/known_hosts.trial", e->state_dir);
    list_servers(t, slot->group, json_text(r->args, "check"));
    for (size_t i = 0; i < t->count; i++)
        t->servers[i].call = nova_server(site->cloud, json_text(t->servers[i].row, "instance_id"),
                                         on_server, &t->servers[i]);
}
