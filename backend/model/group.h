/*
 * group: a Protection Group and what is known of its members.
 *
 * The facts are captured from the primary site and kept, so that a drill can
 * be planned while the primary is down. A group is immutable once built and
 * shared by reference between the engine and the screens: an edit builds a new
 * one. Pure data, any thread.
 */
#ifndef PC_MODEL_GROUP_H
#define PC_MODEL_GROUP_H

#include "backend/base/error.h"
#include "backend/base/mem.h"
#include "backend/model/boot_order.h"
#include "backend/model/image_facts.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All strings are NUL-ended and owned by the group's arena; "" when unknown. */
struct nic {
    const char *port_id; /* on the site where it serves */
    const char *network_id, *network_name;
    const char *segment; /* "vlan physnet1 100", where the site tells it */
    const char *ip, *mac; /* the first address, and the port's MAC */
    const char **ips;     /* every fixed address, in Neutron's order */
    const char *floating_ip, *floating_ip_id; /* by which it is reached from outside, "" none */
    size_t ip_count;
    bool port_security;      /* true where no record says otherwise */
    json_t *address_pairs;   /* Neutron's allowed_address_pairs, NULL none */
    const char **security_groups; /* names */
    size_t security_group_count;
};

struct volume {
    const char *id, *name, *type, *device;
    const char *description;
    json_t *metadata; /* object of strings, NULL none */
    int64_t size_gib;
    bool bootable;
    bool delete_on_termination; /* as it is attached: Nova deletes it with the server */
    const char *image_id, *image_name; /* the image it was made from, "" none */
    struct image_facts *image;         /* its metadata; NULL none */
};

struct flavor {
    const char *id, *name;
    int64_t vcpus, ram_mib, disk_gib;
};

struct predecessor;

struct member {
    const char *id, *name; /* of the server on the primary site */
    const char *status;    /* Nova's, when captured */
    struct flavor flavor;
    const char *key_name, *availability_zone;
    const char *description;
    const char *user_data; /* base64; "" none, or Nova does not show it to us */
    bool config_drive;
    json_t *metadata;      /* object of strings, NULL none */
    const char **tags;
    size_t tag_count;
    struct nic *nics; /* in the order in which Nova attached them, as far as it is told: capture.c */
    size_t nic_count;
    struct volume *volumes; /* the root first, then by device */
    size_t volume_count;
    struct predecessor *predecessors; /* the newest last */
    size_t predecessor_count;
};

/* The server that stood for a member at a site before another one took its place
 * elsewhere: what it had there, for when the member comes to that site again. */
struct predecessor {
    const char *site;
    bool stands; /* it was left there, with its ports and volumes, as far as anybody knows;
                    false: deleted */
    int64_t since_ms; /* wall: when it was followed */
    struct member server; /* without predecessors of its own */
};

struct mapping {
    const char *from, *to; /* ids or names, as given */
};

/* Servers that run at the site where the group does not serve, as they were
 * seen, or two stories that contradict each other. */
struct stray {
    const char *id, *name;
    int64_t since_ms; /* wall: first seen running there */
};
struct split_brain {
    const char *site;   /* where they run; "" there is no split */
    const char *reason; /* one sentence */
    int64_t since_ms;   /* wall */
    struct stray *servers;
    size_t server_count;
};

struct group {
    atomic_int refs;
    struct arena arena;
    const char *id, *name, *description;
    const char *primary, *secondary; /* site names, as first protected */
    const char *current_primary;     /* site name: where it serves now */
    /* What the protection group that holds its volumes is called on the array of
     * the primary, and of the secondary; "": as the group itself. */
    const char *array_group, *array_group_secondary;
    /* The external network of the secondary of which a failover makes floating IPs, "": none. */
    const char *floating_network;
    int64_t rpo_seconds;
    int64_t rto_seconds; /* how long a move may take, 0: nobody has said */
    int64_t failover_count, metadata_version;
    int64_t created_ms, captured_ms; /* wall clock; captured 0: never */
    struct member *members;
    size_t member_count;
    struct mapping *networks;
    size_t network_count;
    struct mapping *flavors;
    size_t flavor_count;
    struct mapping *images; /* from an id or name, to an id of the other site */
    size_t image_count;
    const char **health_checks; /* as written: "tcp:22" */
    size_t health_check_count;
    struct boot_order boot; /* empty: all at once */
    struct split_brain split; /* kept until a person has said which site serves */
    /* The forced failover after which the old primary was seen at rest, "" none:
     * from then on nobody has to look for a split again. */
    const char *reconciled;
};

/* INVALID when a required member (id, name, primary, secondary) is missing.
 * The keys are those of the Operations API, with `members[]` in full. */
enum pc_err group_from_json(const json_t *o, struct group **ret, struct pc_error *err);
json_t *group_to_json(const struct group *g); /* caller owns */
/* The same from its text, which ends with a NUL; INVALID when that is no JSON, too.
 * What it knows of images is that of an equal one in `pool`, which grows with it;
 * NULL: of its own. */
enum pc_err group_read(const char *text, size_t size, struct image_pool *pool, struct group **ret,
                       struct pc_error *err);
struct group *group_ref(const struct group *g);
void group_unref(struct group *g); /* NULL is fine */

/* Where a network of Neutron's lies on the wire, as nic.segment has it; "" where
 * the site does not tell: only administrators are told. */
const char *nic_segment(char *dst, size_t size, const json_t *network);
size_t group_volume_count(const struct group *g);
/* The name on the array of the site where the group serves now. */
const char *group_on_array(const struct group *g);
/* The same on the array of one of its sites. */
const char *group_on_array_of(const struct group *g, const char *site);
/* The group with the members of these names (array of strings), NULL all. A reference. */
struct group *group_only(const struct group *g, const json_t *names);
/* The group as if it served at that site of its own. A reference. */
struct group *group_seen_at(const struct group *g, const char *site);
const struct member *group_find_member(const struct group *g, const char *name_or_id);
/* By its name alone, as a health check is scoped. */
const struct member *group_member_named(const struct group *g, const char *name);

/* What stood for the member at that site last, NULL nothing. */
const struct member *predecessor_at(const struct member *m, const char *site);
/* Of that one the interface and the volume in the place of this one, NULL nothing. They are
 * counted as they were attached: with one more or less nobody knows which is which. */
const struct nic *predecessor_nic(const struct member *m, size_t index, const char *site);
const struct volume *predecessor_volume(const struct member *m, size_t index, const char *site);
/* Into a member's record: it takes the place of `before`, which was at `site` until now;
 * NULL: nothing was left, and what stood before that one is known on. */
void member_follows(json_t *member, const json_t *before, const char *site, bool stands,
                    int64_t now_ms);
/* How many of the group's stand, at the first site where any does; *ret_site: that, "" none. */
size_t predecessors_standing(const struct group *g, const char **ret_site);
/* The servers (ids) stand no more: in the members' records. */
void predecessors_released(json_t *members, const json_t *servers);
/* A fresh reading of a server knows of none that stood before it: those that `kept` has of
 * the same server. */
void group_keep_predecessors(json_t *members, const struct group *kept);

/* 1..63 of letters, digits, - _ . and not starting with - or . */
bool group_name_valid(const char *name);

#endif
