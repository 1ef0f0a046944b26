/*
 * neutron: the Network v2.0 calls we make. Loop thread only; cloud.h for
 * replies. Markers travel in `description`, which can be filtered exactly.
 */
#ifndef PC_CLOUD_NEUTRON_H
#define PC_CLOUD_NEUTRON_H

#include "backend/cloud/cloud.h"

/* body: arrays. Each filter NULL: any. */
struct cloud_call *neutron_networks(struct cloud *c, const char *name, const char *description,
                                    cloud_done *done, void *arg);
struct cloud_call *neutron_network(struct cloud *c, const char *id, cloud_done *done, void *arg);
struct cloud_call *neutron_subnets(struct cloud *c, const char *network_id, cloud_done *done,
                                   void *arg);
struct cloud_call *neutron_ports(struct cloud *c, const char *device_id, const char *description,
                                 cloud_done *done, void *arg);
struct cloud_call *neutron_port(struct cloud *c, const char *id, cloud_done *done, void *arg);
struct cloud_call *neutron_security_groups(struct cloud *c, cloud_done *done, void *arg);

/* body: array of {id, floating_ip_address, floating_network_id, port_id, description}; the
 * filter NULL: any. */
struct cloud_call *neutron_floating_ips(struct cloud *c, const char *description, cloud_done *done,
                                        void *arg);
struct cloud_call *neutron_floating_ip(struct cloud *c, const char *id, cloud_done *done, void *arg);
/* Of that external network, and tied to the port's first address. body: floatingip. CREATE. */
struct cloud_call *neutron_floating_ip_create(struct cloud *c, const char *network_id,
                                              const char *port_id, const char *description,
                                              cloud_done *done, void *arg);
/* 404 is success. */
struct cloud_call *neutron_floating_ip_delete(struct cloud *c, const char *id, cloud_done *done,
                                              void *arg);

struct neutron_port_spec {
    const char *name, *description, *network_id;
    const json_t *fixed_ips;   /* lent array of {subnet_id, ip_address}; NULL: Neutron chooses */
    const char *mac_address;   /* NULL: Neutron chooses */
    const json_t *security_group_ids; /* lent array; NULL: the default group */
    bool port_security_off;    /* then there can be no security group, nor pairs */
    const json_t *address_pairs; /* lent array of {ip_address, mac_address}; NULL none */
};
/* body: port. CREATE. */
struct cloud_call *neutron_port_create(struct cloud *c, const struct neutron_port_spec *s,
                                       cloud_done *done, void *arg);
/* body: network. CREATE. */
struct cloud_call *neutron_network_create(struct cloud *c, const char *name,
                                          const char *description, cloud_done *done, void *arg);
/* IPv4, DHCP, no gateway: isolated. body: subnet. CREATE. */
struct cloud_call *neutron_subnet_create(struct cloud *c, const char *network_id, const char *name,
                                         const char *description, const char *cidr,
                                         cloud_done *done, void *arg);
/* 404 is success; a network still in use is err CONFLICT. */
struct cloud_call *neutron_port_delete(struct cloud *c, const char *id, cloud_done *done,
                                       void *arg);
struct cloud_call *neutron_network_delete(struct cloud *c, const char *id, cloud_done *done,
                                          void *arg);
/* body: quota object {port:{limit,used}, ...}; NULL-safe when not permitted. */
struct cloud_call *neutron_quota(struct cloud *c, cloud_done *done, void *arg);

#endif
