#include "backend/engine/readiness/facts.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/split.h"
#include "backend/engine/readiness/ask.h"
#include "backend/engine/readiness/others.h"
#include "backend/engine/recreate/volume_host.h"

#include "backend/base/clock.h"
#include "backend/cloud/cinder.h"
#include "backend/cloud/glance.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"
#include "backend/model/mapping.h"
#include "backend/model/check_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- questions --------------------------------------------------------------------- */

struct question *question_put(struct facts_reading *f, const char *key)
{
    struct question *q = xcalloc(1, sizeof(*q));
    q->f = f;
    q->next = f->open;
    f->open = q;
    snprintf(q->key, sizeof(q->key), "%s", key);
    return q;
}

static void drop(struct question *q)
{
    struct question **at = &q->f->open;
    while (*at != q)
        at = &(*at)->next;
    *at = q->next;
    free(q);
}

static void keep(struct facts_reading *f, const char *key, const struct pc_error *err,
                 json_t *body_take)
{
    json_t *o = json_object();
    json_put_int(o, "at", engine_wall(f->e));
    if (err->code) {
        json_put_text(o, "error", err->text);
        json_put_text(o, "remedy", err->remedy);
        json_put_int(o, "code", err->code);
        json_decref(body_take);
    } else {
        json_put(o, "body", body_take ? body_take : json_null());
    }
    json_put(f->read, key, o);
}

static void finish_if_all(struct facts_reading *f);

void question_answered(struct question *q, const struct pc_error *err, json_t *body_take)
{
    struct facts_reading *f = q->f;
    void (*then)(struct facts_reading * f, const json_t *body) = q->then;
    json_t *body = json_incref(body_take);
    keep(f, q->key, err, body_take);
    drop(q);
    f->heard_ms = net_now(f->e->net);
    if (then && err->code == PC_OK)
        then(f, body);
    json_decref(body);
    finish_if_all(f);
}

static void on_reply(void *arg, const struct cloud_reply *r)
{
    struct question *q = arg;
    q->call = NULL;
    question_answered(q, &r->err, json_incref(r->body));
}

void question_skip(struct facts_reading *f, const char *key, json_t *body_take)
{
    static const struct pc_error none = {.code = PC_OK};
    keep(f, key, &none, body_take);
}

bool question_known(struct facts_reading *f, const char *key)
{
    json_t *fact = json_object_get(json_map(f->q.known, "read"), key);
    return fact && json_object_set(f->read, key, fact) == 0;
}

/* ---- the questions of each service ----------------------------------------------------- */

typedef struct cloud_call *ask_cloud(struct cloud *c, struct question *q);

#define ASK(name, call)                                                  \
    static struct cloud_call *name(struct cloud *c, struct question *q) \
    {                                                                    \
        return call;                                                     \
    }
ASK(ask_servers, nova_servers(c, NULL, NULL, on_reply, q))
ASK(ask_flavors, nova_flavors(c, on_reply, q))
ASK(ask_compute_limits, nova_limits(c, on_reply, q))
ASK(ask_hypervisors, nova_hypervisors(c, on_reply, q))
ASK(ask_volumes, cinder_volumes(c, NULL, NULL, NULL, on_reply, q))
ASK(ask_types, cinder_types(c, on_reply, q))
ASK(ask_volume_limits, cinder_limits(c, on_reply, q))
ASK(ask_volume_quota, cinder_quota(c, on_reply, q))
ASK(ask_services, cinder_services(c, on_reply, q))
ASK(ask_pools, cinder_pools(c, on_reply, q))
ASK(ask_networks, neutron_networks(c, NULL, NULL, on_reply, q))
ASK(ask_subnets, neutron_subnets(c, NULL, on_reply, q))
ASK(ask_ports, neutron_ports(c, NULL, NULL, on_reply, q))
ASK(ask_security_groups, neutron_security_groups(c, on_reply, q))
ASK(ask_network_quota, neutron_quota(c, on_reply, q))
#undef ASK

enum side { SOURCE, TARGET };
static void host_known(struct facts_reading *f, const json_t *volumes);

static const struct {
    const char *key;
    enum side side;
    ask_cloud *ask;
    void (*then)(struct facts_reading *f, const json_t *body);
} QUESTIONS[] = {
    {FACT_SOURCE_SERVERS, SOURCE, ask_servers, NULL},
    {FACT_SOURCE_VOLUMES, SOURCE, ask_volumes, NULL},
    {FACT_SOURCE_PORTS, SOURCE, ask_ports, NULL},
    {FACT_SOURCE_TYPES, SOURCE, ask_types, NULL},
    {FACT_SERVERS, TARGET, ask_servers, NULL},
    {FACT_VOLUMES, TARGET, ask_volumes, host_known},
    {FACT_PORTS, TARGET, ask_ports, NULL},
    {FACT_NETWORKS, TARGET, ask_networks, NULL},
    {FACT_SUBNETS, TARGET, ask_subnets, NULL},
    {FACT_FLAVORS, TARGET, ask_flavors, NULL},
    {FACT_SECURITY_GROUPS, TARGET, ask_security_groups, NULL},
    {FACT_TYPES, TARGET, ask_types, NULL},
    {FACT_COMPUTE_LIMITS, TARGET, ask_compute_limits, NULL},
    {FACT_VOLUME_LIMITS, TARGET, ask_volume_limits, NULL},
    {FACT_VOLUME_QUOTA, TARGET, ask_volume_quota, NULL},
    {FACT_NETWORK_QUOTA, TARGET, ask_network_quota, NULL},
    {FACT_HYPERVISORS, TARGET, ask_hypervisors, NULL},
    {FACT_SERVICES, TARGET, ask_services, NULL},
    {FACT_POOLS, TARGET, ask_pools, NULL},
};

bool reading_has_arrays(const struct facts_reading *f)
{
    return strcmp(f->e->o.config->storage_mode, "flasharray") == 0;
}

static void ask_clouds(struct facts_reading *f)
{
    for (size_t i = 0; i < sizeof(QUESTIONS) / sizeof(QUESTIONS[0]); i++) {
        bool source = QUESTIONS[i].side == SOURCE;
        if (source && f->q.source_unasked)
            continue;
        if (question_known(f, QUESTIONS[i].key))
            continue;
        struct question *q = question_put(f, QUESTIONS[i].key);
        q->then = QUESTIONS[i].then;
        q->call = QUESTIONS[i].ask(source ? f->q.source->cloud : f->q.cloud, q);
    }
}

/* Cinder's name of the array is read off the volumes that are there. */
static void host_known(struct facts_reading *f, const json_t *volumes)
{
    char host[256] = "";
    const struct config_site *cfg = f->q.target->cfg;
    snprintf(host, sizeof(host), "%s", cfg->volume_host);
    if (!*host)
        volume_host_choose(volumes, cfg->array_name, host, sizeof(host));
    json_put_text(f->facts, "volume_host", host);
}

/* Managing has a policy of its own, and nothing that may be read tells of it. A site
 * that is read-only is written to in no way. */
static void ask_managing(struct facts_reading *f)
{
    if (f->q.target->cfg->read_only || question_known(f, FACT_MAY_MANAGE))
        return;
    struct question *q = question_put(f, FACT_MAY_MANAGE);
    q->call = cinder_may_manage(f->q.cloud, on_reply, q);
}

static const char *image_key(const struct facts_reading *f, const struct volume *v, char *dst, size_t size)
{
    const char *id = mapping_image(f->group, f->q.image_mapping, v, NULL);
    snprintf(dst, size, FACT_IMAGES "%s", id);
    return id;
}

/* In mock mode every volume that has an image is made from it. */
static void ask_images(struct facts_reading *f)
{
    const struct group *g = f->group;
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].volume_count; k++) {
            char key[sizeof(((struct question *)NULL)->key)];
            const struct question *same = f->open;
            const char *id = image_key(f, &g->members[i].volumes[k], key, sizeof(key));
            while (same && strcmp(same->key, key) != 0)
                same = same->next;
            if (!*id || same || question_known(f, key))
                continue;
            struct question *q = question_put(f, key);
            q->call = glance_image(f->q.cloud, id, on_reply, q);
        }
}

/* ---- what the history says ------------------------------------------------------------------ */

const char *facts_mark(const json_t *o, char dst[OP_ID_SIZE])
{
    const char *op = json_text(json_map(o, "metadata"), "protector:op");
    const char *text = strstr(json_text(o, "description"), "protector op=");
    dst[0] = '\0';
    if (*op)
        snprintf(dst, OP_ID_SIZE, "%s", op);
    else if (text)
        snprintf(dst, OP_ID_SIZE, "%.*s", (int)strcspn(text + 13, " "), text + 13);
    return dst;
}

static void tell_operation(struct facts_reading *f, json_t *operations, const char *id)
{
    struct operation *op = NULL;
    struct pc_error ignored;
    if (!*id || json_object_get(operations, id) ||
        store_op_load(f->e->store, id, &op, &ignored))
        return;
    json_t *o = json_object();
    json_put_text(o, "group_id", op->group_id);
    json_put_text(o, "type", op_type_name(op->type));
    json_put_flag(o, "over", op_status_over(op->status) && !(op->cleanup_due && !op->completed_ms));
    json_put_flag(o, "failed", op->status == OP_FAILED);
    json_put(operations, id, o);
    operation_free(op);
}

static void tell_marks(struct facts_reading *f)
{
    json_t *known = json_object_get(f->q.known, "operations");
    int64_t marked = 0;
    if (known) {
        json_object_set(f->facts, "operations", known);
        json_put_int(f->facts, "marked", json_int(f->q.known, "marked", 0));
        return;
    }
    static const char *const keys[] = {FACT_SOURCE_SERVERS, FACT_SOURCE_VOLUMES, FACT_SOURCE_PORTS,
                                       FACT_SERVERS, FACT_VOLUMES, FACT_PORTS};
    json_t *operations = json_object();
    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
        const json_t *o;
        size_t i;
        json_array_foreach(json_list(json_map(f->read, keys[k]), "body"), i, o) {
            char id[OP_ID_SIZE];
            tell_operation(f, operations, facts_mark(o, id));
            marked += *id != '\0';
        }
    }
    json_put_int(f->facts, "marked", marked);
    json_put(f->facts, "operations", operations);
}

/* What is open, over all groups, is read once for those who share a reading. */
static json_t *open_operations(struct facts_reading *f)
{
    struct op_filter filter = {.type = -1, .open_only = true, .headers_only = true};
    struct operation **list = NULL;
    size_t count = 0;
    struct pc_error ignored;
    json_t *known = json_object_get(f->q.known, "open"), *open;
    if (known)
        return json_incref(known);
    open = json_array();
    if (store_ops(f->e->store, &filter, &list, &count, &ignored))
        return open;
    for (size_t i = 0; i < count; i++) {
        json_t *o = json_object();
        json_put_text(o, "id", list[i]->id);
        json_put_text(o, "group_id", list[i]->group_id);
        json_put_flag(o, "drill", list[i]->type == OP_TEST_FAILOVER);
        json_array_append_new(open, o);
        operation_free(list[i]);
    }
    free(list);
    return open;
}

static void tell_open(struct facts_reading *f)
{
    json_t *open = open_operations(f);
    const char *holder = "";
    int64_t drills = 0;
    const json_t *o;
    size_t i;
    json_array_foreach(open, i, o) {
        if (strcmp(json_text(o, "group_id"), f->group->id) == 0)
            holder = json_text(o, "id");
        drills += json_flag(o, "drill", false);
    }
    json_put_text(f->facts, "holder", holder);
    json_put_int(f->facts, "drills", drills);
    json_put_int(f->facts, "drills_max", f->e->o.config->max_concurrent_tests);
    json_put(f->facts, "open", open);
}

static const char *check_of_nobody(const struct group *g)
{
    char member[CHECK_MEMBER_SIZE];
    for (size_t i = 0; i < g->health_check_count; i++) {
        check_scope(g->health_checks[i], member);
        if (*member && !group_member_named(g, member))
            return g->health_checks[i];
    }
    return "";
}

/* Of where the group serves, what was read serves its screen, too. */
static void tell_servers(const struct facts_reading *f, struct group_slot *slot)
{
    const json_t *fact = json_object_get(f->read, FACT_SOURCE_SERVERS);
    const json_t *servers = json_list(fact, "body");
    if (servers && strcmp(f->q.source->cfg->name, slot->group->current_primary) == 0)
        members_saw(slot, servers, json_int(fact, "at", 0));
}

/* Members that run where the group was forced away from are a split brain, whoever
 * reads it. */
static void tell_split(struct facts_reading *f)
{
    const json_t *servers = json_list(json_map(f->read, FACT_SERVERS), "body");
    const struct group_slot *slot = groups_slot(f->e, f->group);
    if (servers && f->q.cloud == f->q.target->cloud && slot && split_doubtful(slot))
        split_saw(f->e, f->group->id, f->q.target->cfg->name, servers);
}

/* Those that were not chosen, too. */
static json_t *member_ids(const struct group *g)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < g->member_count; i++)
        json_array_append_new(ids, json_string(g->members[i].id));
    return ids;
}

static void tell_history(struct facts_reading *f)
{
    tell_split(f); /* the groups may be read anew by it */
    struct group_slot *slot = groups_slot(f->e, f->group);
    struct pc_error ignored;
    json_put_int(f->facts, "state", slot ? slot->view->state : GROUP_UNPROTECTED);
    json_put_int(f->facts, "ended_ms", slot ? slot->view->real_completed_ms : 0);
    json_t *others = NULL;
    if (slot)
        tell_servers(f, slot);
    json_put(f->facts, "members", member_ids(slot ? slot->group : f->group));
    json_put_text(f->facts, "astray", slot ? check_of_nobody(slot->group) : "");
    if (slot && split_servers(f->e, slot, f->q.target->cfg->name, true, &others, &ignored) == PC_OK)
        json_put(f->facts, "away", others);
    tell_open(f);
    tell_rights(f);
    json_put_int(f->facts, "source_skew", cloud_clock_skew(f->q.source->cloud));
    json_put_int(f->facts, "target_skew", cloud_clock_skew(f->q.cloud));
    if (json_array_size(json_list(f->facts, "open")))
        others_tell(f->e, f->q.cloud, f->q.target, f->facts);
    tell_marks(f);
}

/* ---- the reading ------------------------------------------------------------------------------ */

static void end(struct facts_reading *f, bool stopped)
{
    struct facts_reading **at = &f->e->facts;
    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    net_timer_cancel(f->deadline);
    if (!stopped)
        tell_history(f);
    f->done(f->arg, stopped ? NULL : f->facts);
    group_unref(f->group);
    json_decref(f->facts);
    json_decref(f->q.known);
    free(f);
}

static void finish_if_all(struct facts_reading *f)
{
    if (f->going && !f->open)
        end(f, false);
}

static void on_nothing_open(void *arg)
{
    struct facts_reading *f = arg;
    f->deadline = NULL;
    end(f, false);
}

static void give_up(struct facts_reading *f)
{
    while (f->open) {
        struct question *q = f->open;
        struct pc_error err;
        cloud_cancel(q->call);
        array_cancel(q->array_call);
        pc_error_set(&err, PC_ERR_TIMEOUT, "Look at the site's health: site list.",
                     "there was no answer within %d s",
                     (int)((net_now(f->e->net) - f->begun_ms) / 1000));
        keep(f, q->key, &err, NULL);
        drop(q);
    }
}

static void on_deadline(void *arg)
{
    struct facts_reading *f = arg;
    int64_t now = net_now(f->e->net), more = f->heard_ms + READINESS_QUIET_MS - now;
    f->deadline = NULL;
    if (more > 0 && now - f->begun_ms < READINESS_READ_MS) {
        f->deadline = net_timer_start(f->e->net, more, on_deadline, f);
        return;
    }
    give_up(f);
    end(f, false);
}

/* What is known from the reading for another group is all that there is to ask for this one. */
static bool is_all_known(const struct facts_reading *f)
{
    const json_t *read = json_map(f->q.known, "read");
    const struct group *g = f->group;
    bool known = read && !reading_has_arrays(f) && !*f->point;
    for (size_t i = 0; known && i < g->member_count; i++)
        for (size_t k = 0; known && k < g->members[i].volume_count; k++) {
            char key[sizeof(((struct question *)NULL)->key)];
            known = !*image_key(f, &g->members[i].volumes[k], key, sizeof(key)) || json_object_get(read, key);
        }
    return known;
}

/* Beside the answers: Cinder's name of the array. */
static void copy_known(struct facts_reading *f)
{
    json_t *host = json_object_get(f->q.known, "volume_host");
    if (host)
        json_object_set(f->facts, "volume_host", host);
}

static void ask(struct facts_reading *f)
{
    ask_clouds(f);
    if (reading_has_arrays(f)) {
        ask_arrays(f);
        ask_managing(f);
    } else {
        ask_images(f);
        ask_named_point(f);
    }
}

void facts_read(struct engine *e, const struct facts_asked *q,
                void (*done)(void *arg, json_t *facts), void *arg)
{
    struct facts_reading *f = xcalloc(1, sizeof(*f));
    f->e = e;
    f->q = *q;
    f->group = group_ref(q->group);
    f->q.group = f->group;
    f->q.known = json_incref(q->known); /* whoever shares it may let go of it meanwhile */
    f->done = done;
    f->arg = arg;
    f->facts = json_object();
    f->next = e->facts;
    e->facts = f;
    if (q->point && strcmp(q->point, "latest") != 0)
        snprintf(f->point, sizeof(f->point), "%s", q->point);
    f->q.point = f->point;
    bool known = is_all_known(f);
    f->read = known ? json_incref(json_map(f->q.known, "read")) : json_object();
    json_put_int(f->facts, "at", engine_wall(e));
    json_put_text(f->facts, "source", q->source->cfg->name);
    json_put_text(f->facts, "target", q->target->cfg->name);
    json_put_text(f->facts, "storage_mode", e->o.config->storage_mode);
    json_put(f->facts, "read", f->read);
    copy_known(f);
    if (!known)
        ask(f);
    f->going = true;
    f->begun_ms = f->heard_ms = net_now(e->net);
    f->deadline = f->open ? net_timer_start(e->net, READINESS_QUIET_MS, on_deadline, f)
                          : net_timer_start(e->net, 0, on_nothing_open, f);
}

bool facts_for_watch_only(const struct engine *e)
{
    size_t open = 0;
    for (const struct facts_reading *f = e->facts; f; f = f->next)
        open++;
    return open == (e->readiness_reading ? 1u : 0u);
}

void facts_drop_all(struct engine *e)
{
    while (e->facts) {
        struct facts_reading *f = e->facts;
        give_up(f);
        end(f, true);
    }
}
