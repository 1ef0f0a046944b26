/*
 * mapping: from a source network or flavor to its counterpart on the target.
 *
 * The settled order. Networks: the request's entry, the group's stored entry,
 * the same id, a unique same name; else it is unmapped. Flavors: the request's,
 * the stored entry (key matched by id, then name), the same id, the same name;
 * else FlavorNotFound. Images: the request's, the stored entry, the same id. Targets may be given by id or by unique name. Every
 * answer says why, for the wizard. Pure.
 */
#ifndef PC_MODEL_MAPPING_H
#define PC_MODEL_MAPPING_H

#include "backend/base/error.h"
#include "backend/model/group.h"

/* What the target site has; JSON arrays as Neutron and Nova list them
 * ({id, name}; flavors also vcpus, ram). Lent. */
struct target_facts {
    const char *site;
    const json_t *networks, *flavors;
};

enum map_reason { MAP_REQUEST, MAP_STORED, MAP_SAME_ID, MAP_SAME_NAME, MAP_AUTO, MAP_NONE };
const char *map_reason_word(enum map_reason r); /* "requested", "stored", "same id", ... */

struct mapped {
    enum map_reason reason;   /* MAP_NONE: no counterpart */
    char id[128], name[128];
    char note[160];           /* a warning: "smaller: 2 of 4 vCPU"; "" none */
};

/* request: object {from: to}, NULL none. PC_OK with MAP_NONE when nothing
 * fits; MAPPING (NetworkNotFound, FlavorNotFound) when an entry names
 * something the target does not have, AMBIGUOUS when a name is not unique. */
enum pc_err mapping_network(const struct group *g, const json_t *request, const struct nic *nic,
                            const struct target_facts *t, struct mapped *ret,
                            struct pc_error *err);
enum pc_err mapping_flavor(const struct group *g, const json_t *request, const struct flavor *f,
                           const struct target_facts *t, struct mapped *ret,
                           struct pc_error *err);
/* The image over there of which a copy of the volume is made: the request's entry, the
 * group's, else the same id; which of them in *ret_why, NULL: nobody asks. An id, "" when the
 * volume was made of none; that it is there is to be seen. Lent by what it was taken from. */
const char *mapping_image(const struct group *g, const json_t *request, const struct volume *v,
                          enum map_reason *ret_why);
/* A request's key that matches no network, flavor or image of the group is a mistake:
 * INVALID naming it and what there is. */
enum pc_err mapping_check_keys(const struct group *g, const json_t *networks,
                               const json_t *flavors, const json_t *images, struct pc_error *err);

#endif
