/*
 * drill_parts: what the files of the drill planner share: how the request and
 * the target's facts are read. Only drill*.c include it. Pure.
 */
#ifndef PC_ENGINE_DRILL_PARTS_H
#define PC_ENGINE_DRILL_PARTS_H

#include "backend/base/json.h"
#include "backend/engine/drill.h"
#include "backend/model/mapping.h"

#include <string.h>

/* The network that a drill makes for itself is one; this is its step's subject. */
#define DRILL_AUTO_NETWORK "auto"

/* Most volumes, and ports, of a server: what one request to Nova carries. */
enum { DRILL_DEVICES_MAX = 64 };

static inline const json_t *networks_asked(const struct drill_input *in)
{
    return json_map(in->request, "network_mapping");
}

static inline const json_t *flavors_asked(const struct drill_input *in)
{
    return json_map(in->request, "flavor_mapping");
}

static inline struct target_facts facts_of(const struct drill_input *in)
{
    return (struct target_facts){
        .site = in->target_site,
        .networks = json_list(in->facts, "networks"),
        .flavors = json_list(in->facts, "flavors"),
    };
}

static inline bool drill_is_mock(const struct drill_input *in)
{
    return strcmp(json_text(in->request, "storage_mode"), "flasharray") != 0;
}

/* Whether the request can be planned at all: members, checks, mapping keys. */
enum pc_err drill_check(const struct drill_input *in, struct pc_error *err);
/* Adds to `to` the steps that delete what `from` makes; they may be the same. */
void drill_add_cleanup(struct plan *to, const struct plan *from);

#endif
