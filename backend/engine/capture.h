/* capture: what the sites say of servers, and what a target offers. Engine thread. */
#ifndef PC_ENGINE_CAPTURE_H
#define PC_ENGINE_CAPTURE_H

#include "backend/engine/inside.h"

/* Facts of servers (names or ids) of a site as members[] of a group; PROTOCOL where what
 * is told of one's disks or interfaces contradicts itself (agree.h). */
void capture_members(struct engine *e, struct site *site, const json_t *servers,
                     void (*done)(void *arg, const struct pc_error *err, json_t *members),
                     void *arg);
/* What the target offers: {networks, flavors}, and as far as it lets us see them
 * {subnets, ports, security_groups, keypairs, zones, volume_types}, and images where they
 * are asked for. */
void inventory_read(struct engine *e, struct cloud *cloud, bool images,
                    void (*done)(void *arg, const struct pc_error *err, json_t *facts), void *arg);

#endif
