/*
 * cleanup: delete what the ledger names, and only if the mark confirms it.
 *
 * Every delete reads the resource first. What carries another mark, or none,
 * is not ours: it is left alone and named. What the ledger intends but has no
 * id for is looked for by its mark. A resource is gone when a read says so.
 */
#include "backend/engine/steps/steps.h"

#include "backend/cloud/cinder.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"

#include <stdio.h>
#include <string.h>

/* How each type is looked for, read, recognised and deleted. */
struct domain {
    struct cloud_call *(*look)(struct step_run *s, cloud_done *done);
    struct cloud_call *(*read)(struct cloud *c, const char *id, cloud_done *done, void *arg);
    struct cloud_call *(*drop)(struct cloud *c, const char *id, cloud_done *done, void *arg);
    bool in_metadata; /* the mark is in `metadata`, else in `description` */
    bool at_once;     /* when the delete is answered it is gone */
};

static const struct domain *domain_of(const struct step_run *s);
static void read_it(struct step_run *s);

const char *cleanup_maker(const struct step_run *s)
{
    return json_text(step_plan(s)->params, "of");
}

struct ledger_entry *cleanup_entry(struct step_run *s, const char *key)
{
    struct ledger_book *b = step_book(s);
    int maker = plan_find(b->op->plan, key), i = maker < 0 ? -1 : b->entry_of[maker];
    return i < 0 ? NULL : &b->op->ledger[i];
}

static void set_entry(struct step_run *s, const char *key, enum ledger_state state)
{
    struct ledger_entry *e = cleanup_entry(s, key);
    if (!e || e->state == state)
        return;
    e->state = state;
    e->gone_ms = state == LEDGER_GONE ? engine_wall(s->run->e) : 0;
    run_ledger_changed(s->run, e);
}

/* Asked for more than once, or with an answer that never came: there may be
 * another one of the same mark, or one may still arrive. */
static bool unsure(const struct step_run *s)
{
    const struct operation *owner = step_book(s)->op;
    int maker = plan_find(owner->plan, cleanup_maker(s));
    return maker >= 0 && owner->steps[maker].attempts > 1;
}

bool cleanup_settled(const struct step_run *s)
{
    const struct operation *owner = step_book(s)->op;
    int maker = plan_find(owner->plan, cleanup_maker(s));
    int64_t ended = maker < 0 ? 0 : owner->steps[maker].ended_ms;
    int64_t since = engine_wall(s->run->e) - ended;
    /* A clock that was set back must not make this wait for ever. */
    return since < 0 || since >= (int64_t)s->run->e->o.config->settle_seconds * 1000;
}

/* Gone by its id; is there another of its mark? Looked for until what was
 * asked for has had its time to arrive. */
static bool swept(struct step_run *s)
{
    if (!unsure(s) || strcmp(s->state, "swept") == 0 || !domain_of(s)->look)
        return true;
    snprintf(s->state, sizeof(s->state), "sweep");
    step_state(s)->resource_id[0] = '\0';
    s->looks = 0;
    step_again(s, "gone; looking whether there is another");
    return false;
}

void cleanup_gone(struct step_run *s, const char *detail)
{
    if (!swept(s))
        return;
    const char *also = json_text(step_plan(s)->params, "also"); /* goes with it */
    set_entry(s, cleanup_maker(s), LEDGER_GONE);
    if (*also)
        set_entry(s, also, LEDGER_GONE);
    step_done(s, detail);
}

void cleanup_survives(struct step_run *s, const struct pc_error *err)
{
    set_entry(s, cleanup_maker(s), LEDGER_SURVIVES);
    step_fail(s, err);
}

void cleanup_trouble(struct step_run *s, const struct pc_error *err)
{
    step_trouble(s, err);
    if (step_state(s)->status == STEP_FAILED)
        set_entry(s, cleanup_maker(s), LEDGER_SURVIVES);
}

static bool is_ours(const struct step_run *s, const json_t *o)
{
    char mark[256];
    if (!domain_of(s)->in_metadata)
        return strcmp(json_text(o, "description"),
                      step_mark(s, cleanup_maker(s), mark, sizeof(mark))) == 0;
    const json_t *m = json_map(o, "metadata");
    return strcmp(json_text(m, "protector:op"), step_book(s)->op->id) == 0 &&
           strcmp(json_text(m, "protector:step"), cleanup_maker(s)) == 0;
}

/* ---- deleting what has an id -------------------------------------------------- */

/* What uses it was to go before, and did not: waiting would change nothing. */
static bool held_for_good(const struct step_run *s)
{
    const struct plan_step *p = step_plan(s);
    for (size_t i = 0; i < p->dep_count; i++)
        if (s->run->op->steps[p->deps[i]].status == STEP_FAILED)
            return true;
    return false;
}

static void on_dropped(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r)) {
        snprintf(s->state, sizeof(s->state), "asked");
        if (domain_of(s)->at_once)
            read_it(s);
        else
            step_again(s, "deleting");
    } else if ((r->err.code == PC_ERR_CONFLICT || r->err.code == PC_ERR_INVALID) &&
               held_for_good(s)) {
        cleanup_survives(s, &r->err);
    } else if (r->err.code == PC_ERR_CONFLICT || r->err.code == PC_ERR_INVALID) {
        step_again(s, r->err.text); /* still in use: the deadline bounds the wait */
    } else {
        cleanup_trouble(s, &r->err);
    }
}

/* A 404 for what nobody asked to delete may be a service that has just been
 * started, or the wrong one behind a proxy: it is believed the second time. */
static void not_there(struct step_run *s, const struct cloud_reply *r)
{
    if (r->err.code != PC_ERR_NOT_FOUND) {
        cleanup_trouble(s, &r->err);
    } else if (*s->state) {
        cleanup_gone(s, "gone");
    } else {
        snprintf(s->state, sizeof(s->state), "missing");
        step_again(s, "not found; looking once more");
    }
}

static void on_read(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    struct pc_error err;
    const char *id = step_state(s)->resource_id;
    const char *status = json_text(r->body, "status");
    bool asked = strcmp(s->state, "asked") == 0;
    if (!step_answered(s, r)) {
        not_there(s, r);
    } else if (strcmp(status, "DELETED") == 0 || strcmp(status, "SOFT_DELETED") == 0) {
        cleanup_gone(s, "gone");
    } else if (!is_ours(s, r->body)) {
        pc_error_set(&err, PC_ERR_FORBIDDEN, "Look at it with the target's credentials and delete "
                     "it by hand if it is a leftover.",
                     "%s %s does not carry this operation's mark: it is left alone",
                     json_text(r->body, "name"), id);
        cleanup_survives(s, &err);
    } else if (strncmp(status, "error_deleting", 14) == 0) {
        pc_error_set(&err, PC_ERR_FAILED, "See Cinder's log on the target site, reset the state "
                     "(openstack volume set --state error) and clean up again.",
                     "%s %s could not be deleted by the storage", json_text(r->body, "name"), id);
        cleanup_survives(s, &err);
    } else if (strcmp(status, "deleting") == 0 || (asked && !step_unmoved(s))) {
        step_again(s, "deleting");
    } else {
        s->call = domain_of(s)->drop(s->run->cloud, id, on_dropped, s);
    }
}

static void read_it(struct step_run *s)
{
    s->stage = STAGE_CHECK;
    s->call = domain_of(s)->read(s->run->cloud, step_state(s)->resource_id, on_read, s);
}

/* ---- finding what has none ------------------------------------------------------ */

/* A lost create may still arrive; what was refused outright cannot: one look
 * makes sure. */
bool cleanup_looked_enough(struct step_run *s)
{
    int maker = s->run->parent ? -1 : plan_find(s->run->op->plan, cleanup_maker(s));
    s->looks++;
    return (maker >= 0 && s->run->steps[maker].refused) || (s->looks > 1 && cleanup_settled(s));
}

static void on_looked(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    json_t *o;
    size_t i;
    if (!step_answered(s, r)) {
        cleanup_trouble(s, &r->err);
        return;
    }
    json_array_foreach(r->body, i, o) {
        if (!is_ours(s, o))
            continue;
        struct ledger_entry *e = cleanup_entry(s, cleanup_maker(s));
        snprintf(step_state(s)->resource_id, RESOURCE_ID_SIZE, "%s", json_text(o, "id"));
        s->state[0] = '\0'; /* this one is to be deleted in its turn */
        if (e) {
            e->state = LEDGER_MADE;
            snprintf(e->resource_id, sizeof(e->resource_id), "%s", json_text(o, "id"));
            run_ledger_changed(s->run, e);
        }
        read_it(s);
        return;
    }
    bool sweeping = strcmp(s->state, "sweep") == 0;
    if (!cleanup_looked_enough(s)) {
        step_again(s, sweeping ? "gone; looking whether there is another"
                               : "looking for what may have been made");
        return;
    }
    snprintf(s->state, sizeof(s->state), "swept");
    cleanup_gone(s, sweeping ? "gone" : "was never made");
}

void delete_check(struct step_run *s)
{
    if (*step_state(s)->resource_id)
        read_it(s);
    else
        s->call = domain_of(s)->look(s, on_looked);
}

bool cleanup_begins(struct step_run *s)
{
    const struct ledger_entry *e = cleanup_entry(s, cleanup_maker(s));
    if (!e || e->state == LEDGER_GONE) {
        step_abort(s, STEP_SKIPPED, e ? "already gone" : "was never made");
        return false;
    }
    snprintf(step_state(s)->resource_id, RESOURCE_ID_SIZE, "%s", e->resource_id);
    s->stage = STAGE_CHECK;
    return true;
}

void delete_begin(struct step_run *s)
{
    if (cleanup_begins(s))
        delete_check(s);
}

void gone_begin(struct step_run *s)
{
    step_done(s, "all is gone");
}

/* ---- the domains ------------------------------------------------------------------ */

static struct cloud_call *look_server(struct step_run *s, cloud_done *done)
{
    return nova_servers(s->run->cloud, NULL, step_book(s)->op->id, done, s);
}

static struct cloud_call *look_volume(struct step_run *s, cloud_done *done)
{
    return cinder_volumes(s->run->cloud, NULL, "protector:op", step_book(s)->op->id, done, s);
}

static struct cloud_call *look_port(struct step_run *s, cloud_done *done)
{
    char mark[256];
    return neutron_ports(s->run->cloud, NULL, step_mark(s, cleanup_maker(s), mark, sizeof(mark)), done,
                         s);
}

static struct cloud_call *look_network(struct step_run *s, cloud_done *done)
{
    char mark[256];
    return neutron_networks(s->run->cloud, NULL, step_mark(s, cleanup_maker(s), mark, sizeof(mark)),
                            done, s);
}

static struct cloud_call *look_floating(struct step_run *s, cloud_done *done)
{
    char mark[256];
    return neutron_floating_ips(s->run->cloud, step_mark(s, cleanup_maker(s), mark, sizeof(mark)), done, s);
}

static const struct domain *domain_of(const struct step_run *s)
{
    static const struct domain domains[STEP_KIND_COUNT] = {
        [STEP_DELETE_SERVER] = {look_server, nova_server, nova_server_delete, true, false},
        [STEP_DELETE_VOLUME] = {look_volume, cinder_volume, cinder_volume_delete, true, false},
        [STEP_DELETE_FLOATING] = {look_floating, neutron_floating_ip, neutron_floating_ip_delete, false, true},
        [STEP_DELETE_PORT] = {look_port, neutron_port, neutron_port_delete, false, true},
        [STEP_DELETE_NETWORK] = {look_network, neutron_network, neutron_network_delete, false, true},
    };
    return &domains[step_plan(s)->kind];
}
