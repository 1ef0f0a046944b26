/*
 * recreate: plans the copies of a group's members on a site, for drills and for
 * real operations.
 *
 *   pin_point ─▶ check_source (a volume) ─▶ all_checked ─▶ create_volume ──┐
 *   all_checked ─▶ create_port (a NIC) ─────────────────────────────────────┴▶ create_server
 *   create_server ─▶ verify_boot;  all of them ─▶ all_booted ─▶ health_check
 *
 * With FlashArray storage check_replica stands for check_source, and
 * clone_volume ─▶ manage_volume for create_volume. Ports do not wait for
 * volumes: what does not depend on each other runs at once.
 *
 * A member that comes to a site where it stood before gets what it had there (predecessor_at()),
 * as far as the site has it still: what could not be carried over on the way out is not in
 * the record of its copy. The copy's are flavor and networks, which are mapped, and
 * description, metadata and tags, which somebody may have changed since.
 *
 * Pure: no I/O, no clock. Only planners include it. recreate.c makes, with
 * address.c and server.c for what a port and a server ask for
 * and order.c for when they begin; checks.c looks, and preview.c tells without a plan.
 */
#ifndef PC_ENGINE_RECREATE_H
#define PC_ENGINE_RECREATE_H

#include "backend/base/json.h"
#include "backend/model/group.h"
#include "backend/model/mapping.h"
#include "backend/model/plan.h"

#include <string.h>

struct recreate_input {
    const struct group *group;
    const char *target_site;
    const json_t *request; /* effective: network_mapping, flavor_mapping, image_mapping, auto_network,
                              addresses, fixed_ips{}, macs{}, floating_ip, health_checks[], canary,
                              health_check_timeout, storage_mode, callouts_allowed,
                              exec_allowed */
    const json_t *facts;   /* inventory_read()'s */
};

/* What differs between the copies of a drill and those that are to serve. */
struct recreate_manner {
    const char *prefix; /* of every name: "test-", or "" */
    bool keeps_type;    /* a volume type that replicates is kept, too */
    bool apart;         /* a member that fails does not keep the others from being checked */
};

struct recreate {
    const struct recreate_input *in;
    const struct recreate_manner *how;
    struct plan *plan;
    struct target_facts target;
    json_t *warnings; /* lent */
    int checked, subnet, booted; /* steps that others wait for; -1: none */
    struct pc_error *err;
};

/* The isolated network that a drill may make is one; this is its step's subject. */
#define RECREATE_AUTO_NETWORK "auto"

/* Most volumes, and ports, of a server: what one request to Nova carries. */
enum { RECREATE_DEVICES_MAX = 64 };

static inline const json_t *recreate_networks(const struct recreate_input *in)
{
    return json_map(in->request, "network_mapping");
}

static inline const json_t *recreate_flavors(const struct recreate_input *in)
{
    return json_map(in->request, "flavor_mapping");
}

static inline const json_t *recreate_images(const struct recreate_input *in)
{
    return json_map(in->request, "image_mapping");
}

/* Of the target's facts the image of that id, which may be used; NULL none. Lent. */
static inline const json_t *recreate_image(const struct recreate_input *in, const char *id)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(in->facts, "images"), i, v)
        if (strcmp(json_text(v, "id"), id) == 0 && strcmp(json_text(v, "status"), "active") == 0)
            return v;
    return NULL;
}

static inline struct target_facts recreate_target(const struct recreate_input *in)
{
    return (struct target_facts){
        .site = in->target_site,
        .networks = json_list(in->facts, "networks"),
        .flavors = json_list(in->facts, "flavors"),
    };
}

static inline bool recreate_is_mock(const struct recreate_input *in)
{
    return strcmp(json_text(in->request, "storage_mode"), "flasharray") != 0;
}

static inline bool recreate_isolated(const struct recreate_input *in)
{
    return json_flag(in->request, "auto_network", false);
}

/* Whether the request can be planned at all: members, checks, mapping keys.
 * MAPPING, STATE and INVALID tell the first problem. */
enum pc_err recreate_check(const struct recreate_input *in, struct pc_error *err);

/* Begins with an empty plan, which is the caller's. */
void recreate_begin(struct recreate *b, const struct recreate_input *in,
                    const struct recreate_manner *how, json_t *warnings, struct pc_error *err);
/* A step "kind:what"; params are taken. */
int recreate_add(struct recreate *b, enum step_kind kind, const char *what, const char *subject,
                 json_t *params);
/* Each warning once. */
void recreate_warn(struct recreate *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "web-1/0" and "web-1 root": a volume in keys, and for people. */
void recreate_volume_words(const struct member *m, size_t index, char *what, char *subject,
                           size_t n);

/* The point is pinned (after step `before`, -1: at once) and every source
 * looked at before anything is made. Sets b->checked. */
void recreate_sources(struct recreate *b, int before);
/* The same in two parts, with something between them. What can be known before
 * there is a point: images, the storage of the target. The step that ends it. */
int recreate_before(struct recreate *b, int before);
/* The point is pinned, and replicas looked at. Sets b->checked. */
int recreate_point(struct recreate *b); /* the step that pins it: to depend more on */
void recreate_replicas(struct recreate *b, int point);
/* Volumes and ports of one member, and what its server will be made with.
 * MAPPING: no counterpart. The caller owns what is in *ret. */
struct recreate_parts {
    json_t *params; /* of the server's step; NULL once it is planned */
    int *before;    /* steps that it waits for */
    int count;
    int server;     /* its step, -1 not planned yet */
};
enum pc_err recreate_parts(struct recreate *b, const struct member *m, struct recreate_parts *ret);
int recreate_server(struct recreate *b, struct recreate_parts *parts);
/* All members in the group's boot order, with its waits, callouts and prompts,
 * and the canary that the request may ask for. (order.c) */
enum pc_err recreate_members(struct recreate *b);
/* Callouts that come before all else; returns the last of them, -1 none. */
int recreate_callouts(struct recreate *b);
enum pc_err recreate_check_callouts(const struct recreate_input *in, struct pc_error *err);
/* What the port of a member's interface asks for, into its params. MAPPING and
 * CONFLICT: an address given by hand that cannot be had. (address.c) */
enum pc_err recreate_addresses(struct recreate *b, const struct member *m, size_t index,
                               const struct mapped *to, json_t *params);
enum pc_err recreate_check_addresses(const struct recreate_input *in, struct pc_error *err);
/* {addresses, fixed_ips, macs} of an effective request; `otherwise`: "keep" or "new". */
void recreate_put_addresses(json_t *effective, const json_t *args, const char *otherwise);
/* Key, zone, metadata and the like, into a server's params. (server.c) */
void recreate_identity(struct recreate *b, const struct member *m, json_t *params);
/* Somebody's own `metadata`, without the marks of an earlier operation; NULL none. */
void recreate_metadata(json_t *params, json_t *metadata);
/* The external network of the target of which floating IPs are made: the request's
 * floating_ip, by id or unique name. *ret NULL: none are wanted. MAPPING: there is none such.
 * (floating.c) */
enum pc_err recreate_floating_network(const struct recreate_input *in, const json_t **ret,
                                      struct pc_error *err);
/* One for each interface that has one where the member serves, once its server is up. */
void recreate_floating(struct recreate *b, const struct member *m, int server);
/* Warns when no member has one. */
void recreate_floating_none(struct recreate *b);
/* Whether anything is asked for: "" and "none" ask for nothing. */
bool recreate_wants_floating(const json_t *request);
/* Boot and health checks of all members. */
void recreate_verify(struct recreate *b);

/* {networks[], flavors[], images[], target_networks[], target_flavors[], target_images[], problems[]} of
 * docs/requests.md; never fails. */
json_t *recreate_mappings(const struct recreate_input *in);
/* To what they say, what a person would choose by it: `suggested` of a row that is
 * unmapped, `wanted`, `free` and notes of its networks. `last`: the request of the
 * operation before, NULL none; drill: the copies must stay apart from production.
 * (propose.c) */
void recreate_propose(const struct recreate_input *in, const json_t *last, bool drill,
                      json_t *mappings);
/* {volumes, ports, servers, networks, checks} that a plan creates. */
json_t *recreate_counts(const struct plan *p);

#endif
