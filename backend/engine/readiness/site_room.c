/*
 * site_room: how much room a site has: the quotas of its project, and what its
 * array says of itself. Asked for by one screen at a time, read at once and for
 * a bounded time; what is not answered is named instead. Reads only. Engine
 * thread.
 */
#include "backend/engine/readiness/site_room.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"
#include "backend/cloud/cinder.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"

#include <stdio.h>
#include <stdlib.h>

enum { READ_MS = 10000 };
enum ask {
    ASK_COMPUTE,
    ASK_VOLUME,
    ASK_NETWORK,
    ASK_ARRAY,
    ASK_SPACE,
    /* What they speak; the others tell it with every poll. */
    ASK_IDENTITY_VERSION,
    ASK_NETWORK_VERSION,
    ASK_IMAGE_VERSION,
    ASKS
};

static const char *const WHAT[ASKS] = {
    [ASK_COMPUTE] = "compute limits", [ASK_VOLUME] = "volume limits",
    [ASK_NETWORK] = "network quota",  [ASK_ARRAY] = "array",
    [ASK_SPACE] = "array space",      [ASK_IDENTITY_VERSION] = "identity version",
    [ASK_NETWORK_VERSION] = "network version", [ASK_IMAGE_VERSION] = "image version",
};
static const struct {
    enum ask ask;
    enum cloud_service service;
} SPEAKS[] = {{ASK_IDENTITY_VERSION, CLOUD_IDENTITY},
              {ASK_NETWORK_VERSION, CLOUD_NETWORK},
              {ASK_IMAGE_VERSION, CLOUD_IMAGE}};
enum { SPEAKS_COUNT = sizeof(SPEAKS) / sizeof(SPEAKS[0]) };

struct room_reading {
    struct room_reading *next;
    struct engine *e;
    struct question {
        struct room_reading *r;
        struct cloud_call *cloud;
        struct array_call *array;
        bool open;
    } asks[ASKS];
    int open;
    bool going;
    struct net_timer *deadline;
    json_t *quotas, *array, *unread, *versions;
    void (*done)(void *arg, json_t *room_take);
    void *arg;
};

/* ---- what is reported ----------------------------------------------------------- */

/* A limit of -1 is none at all. */
static void put_quota(struct room_reading *r, const char *name, const char *unit, int64_t used,
                      int64_t limit)
{
    json_t *o = json_object();
    json_put_text(o, "name", name);
    json_put_int(o, "used", used);
    json_put(o, "limit", limit < 0 ? json_null() : json_integer(limit));
    json_put_text(o, "unit", unit);
    json_array_append_new(r->quotas, o);
}

static const struct {
    enum ask from;
    const char *name, *unit;
    const char *used, *max;   /* of absolute limits */
} LIMITS[] = {
    {ASK_COMPUTE, "instances", "", "totalInstancesUsed", "maxTotalInstances"},
    {ASK_COMPUTE, "vCPUs", "", "totalCoresUsed", "maxTotalCores"},
    {ASK_COMPUTE, "RAM", "MiB", "totalRAMUsed", "maxTotalRAMSize"},
    {ASK_VOLUME, "volumes", "", "totalVolumesUsed", "maxTotalVolumes"},
    {ASK_VOLUME, "storage", "GiB", "totalGigabytesUsed", "maxTotalVolumeGigabytes"},
    {ASK_VOLUME, "snapshots", "", "totalSnapshotsUsed", "maxTotalSnapshots"},
};
static const char *const NETWORK_QUOTAS[][2] = {
    {"port", "ports"}, {"network", "networks"}, {"subnet", "subnets"}, {"floatingip", "floating IPs"}};

static void take_limits(struct room_reading *r, enum ask from, const json_t *body)
{
    for (size_t i = 0; i < sizeof(LIMITS) / sizeof(LIMITS[0]); i++)
        if (LIMITS[i].from == from && json_object_get(body, LIMITS[i].max))
            put_quota(r, LIMITS[i].name, LIMITS[i].unit, json_int(body, LIMITS[i].used, 0),
                      json_int(body, LIMITS[i].max, -1));
}

static void take_network(struct room_reading *r, const json_t *body)
{
    for (size_t i = 0; i < sizeof(NETWORK_QUOTAS) / sizeof(NETWORK_QUOTAS[0]); i++) {
        const json_t *o = json_map(body, NETWORK_QUOTAS[i][0]);
        if (o)
            put_quota(r, NETWORK_QUOTAS[i][1], "",
                      json_int(o, "used", 0) + json_int(o, "reserved", 0),
                      json_int(o, "limit", -1));
    }
}

static void put_unread(struct room_reading *r, enum ask which, const char *error)
{
    json_t *o = json_object();
    json_put_text(o, "what", WHAT[which]);
    json_put_text(o, "error", error);
    json_array_append_new(r->unread, o);
}

/* ---- the end ------------------------------------------------------------------------ */

static void end(struct room_reading *r)
{
    char iso[CLOCK_ISO_SIZE];
    struct room_reading **at = &r->e->rooms;
    json_t *o = json_object();
    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    net_timer_cancel(r->deadline);
    json_put(o, "quotas", r->quotas);
    json_put(o, "array", r->array ? r->array : json_null());
    json_put(o, "unread", r->unread);
    json_put(o, "versions", r->versions);
    json_put_text(o, "read_at", clock_iso(iso, engine_wall(r->e)));
    r->done(r->arg, o);
    free(r);
}

static void answered(struct question *q, const struct pc_error *err)
{
    struct room_reading *r = q->r;
    q->cloud = NULL;
    q->array = NULL;
    q->open = false;
    if (err->code)
        put_unread(r, (enum ask)(q - r->asks), err->text);
    if (--r->open == 0 && r->going)
        end(r);
}

static void give_up(struct room_reading *r)
{
    for (int i = 0; i < ASKS; i++) {
        struct question *q = &r->asks[i];
        if (!q->open)
            continue;
        cloud_cancel(q->cloud);
        array_cancel(q->array);
        q->open = false;
        put_unread(r, (enum ask)i, "there was no answer within 10 s");
    }
    end(r);
}

static void on_deadline(void *arg)
{
    struct room_reading *r = arg;
    r->deadline = NULL;
    give_up(r);
}

void site_rooms_drop_all(struct engine *e)
{
    while (e->rooms)
        give_up(e->rooms);
}

/* ---- the questions -------------------------------------------------------------------- */

static void on_cloud(void *arg, const struct cloud_reply *reply)
{
    struct question *q = arg;
    enum ask which = (enum ask)(q - q->r->asks);
    if (reply->err.code == PC_OK && which == ASK_NETWORK)
        take_network(q->r, reply->body);
    else if (reply->err.code == PC_OK)
        take_limits(q->r, which, reply->body);
    answered(q, &reply->err);
}

static void on_version(void *arg, const struct cloud_reply *reply)
{
    struct question *q = arg;
    char version[CLOUD_SHOWN_VERSION];
    for (size_t i = 0; i < SPEAKS_COUNT; i++)
        if (q == &q->r->asks[SPEAKS[i].ask])
            json_put_text(q->r->versions, cloud_service_name(SPEAKS[i].service),
                          reply->err.code ? "" : cloud_newest_version(reply->body, version));
    answered(q, &reply->err);
}

static json_t *array_of(struct room_reading *r)
{
    if (!r->array) {
        r->array = json_object();
        json_put_text(r->array, "name", NULL);
    }
    return r->array;
}

static void on_status(void *arg, const struct pc_error *err, const struct array_status *status)
{
    struct question *q = arg;
    json_t *links = json_array();
    for (int i = 0; !err->code && i < status->connection_count; i++)
        json_array_append_new(links, json_pack("{s:s, s:s}", "name", status->connections[i].name,
                                               "status", status->connections[i].status));
    if (!err->code) {
        json_t *o = array_of(q->r);
        json_put_text(o, "name", status->name);
        json_put_text(o, "version", status->version);
        json_put(o, "connections", json_incref(links));
    }
    json_decref(links);
    answered(q, err);
}

static void on_space(void *arg, const struct pc_error *err, const struct array_space *space)
{
    struct question *q = arg;
    bool known = !err->code && space->capacity_bytes > 0;
    if (known) {
        json_put_int(array_of(q->r), "capacity_bytes", space->capacity_bytes);
        json_put_int(array_of(q->r), "used_bytes", space->used_bytes);
    }
    answered(q, err);
}

static struct question *question(struct room_reading *r, enum ask which)
{
    r->asks[which].r = r;
    r->asks[which].open = true;
    r->open++;
    return &r->asks[which];
}

void site_room_read(struct site *s, void (*done)(void *arg, json_t *room_take), void *arg)
{
    struct room_reading *r = xcalloc(1, sizeof(*r));
    struct question *q;
    *r = (struct room_reading){.next = s->e->rooms, .e = s->e, .quotas = json_array(),
                               .unread = json_array(), .versions = json_object(), .done = done, .arg = arg};
    s->e->rooms = r;
    r->deadline = net_timer_start(s->e->net, READ_MS, on_deadline, r);
    q = question(r, ASK_COMPUTE);
    q->cloud = nova_limits(s->cloud, on_cloud, q);
    q = question(r, ASK_VOLUME);
    q->cloud = cinder_limits(s->cloud, on_cloud, q);
    q = question(r, ASK_NETWORK);
    q->cloud = neutron_quota(s->cloud, on_cloud, q);
    for (size_t i = 0; i < SPEAKS_COUNT; i++) {
        q = question(r, SPEAKS[i].ask);
        q->cloud = cloud_speaks(s->cloud, SPEAKS[i].service, on_version, q);
        if (!q->cloud) { /* not logged in: the poll tells why */
            q->open = false;
            r->open--;
        }
    }
    if (s->view.has_array) {
        q = question(r, ASK_ARRAY);
        q->array = array_status(s->array, on_status, q);
        q = question(r, ASK_SPACE);
        q->array = array_space(s->array, on_space, q);
    }
    r->going = true;
    if (r->open == 0)
        end(r);
}
