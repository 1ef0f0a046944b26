/*
 * neutron: the network service. Also called by Nova's files, as the real one is.
 *
 * Documents. Network: name, project, subnets[ids], shared, external. Subnet: network,
 * cidr, gw, pools[{start,end}]. Port: network, mac, ips[{subnet,ip}], device,
 * owner, status, sgs[ids], psec, pairs[{ip_address,mac_address}], nova_made (it
 * goes with its server).
 */
#ifndef PC_LAB_NEUTRON_H
#define PC_LAB_NEUTRON_H

#include "backend/lab/route.h"

enum address { ADDRESS_OK, ADDRESS_TAKEN, ADDRESS_OUTSIDE, ADDRESS_NONE_LEFT, ADDRESS_NO_SUBNET };

/* An address on the network: the one asked for, or (NULL) the next free one.
 * subnet_id NULL: any. dst of 16 bytes. */
enum address neutron_address(struct call *c, const struct res *net, const char *subnet_id,
                             const char *ask, const struct res **ret_subnet, char *dst);
/* subnet and ip may be NULL: a port without address. */
struct res *neutron_add_port(struct call *c, const struct res *net, const struct res *subnet,
                             const char *ip, const char *mac);
/* Ties the port to a server that is being built. */
void neutron_bind(struct call *c, struct res *port, const char *device);
/* False: another port would pass the project's quota. */
bool neutron_port_quota_left(struct call *c);
bool neutron_parse_cidr(const char *cidr, uint32_t *ret_base, int *ret_bits);
void neutron_format_ip(char dst[16], uint32_t ip);
bool neutron_parse_ip(const char *text, uint32_t *ret);
/* {"web"} or {id}: lent, NULL when there is none. */
struct res *neutron_group(struct call *c, const char *name_or_id);
int64_t neutron_quota(struct call *c, const char *project, const char *what);

/* Handlers, by file. */
void neutron_list_networks(struct call *c); /* net.c */
void neutron_show_network(struct call *c);
void neutron_create_network(struct call *c);
void neutron_update_network(struct call *c);
void neutron_delete_network(struct call *c);
void neutron_list_subnets(struct call *c); /* subnet.c */
void neutron_show_subnet(struct call *c);
void neutron_create_subnet(struct call *c);
void neutron_update_subnet(struct call *c);
void neutron_delete_subnet(struct call *c);
void neutron_list_ports(struct call *c); /* port.c */
void neutron_show_port(struct call *c);
void neutron_create_port(struct call *c);
void neutron_update_port(struct call *c);
void neutron_delete_port(struct call *c);
void neutron_list_floating(struct call *c); /* floating.c */
void neutron_show_floating(struct call *c);
void neutron_create_floating(struct call *c);
void neutron_update_floating(struct call *c);
void neutron_delete_floating(struct call *c);
void neutron_list_groups(struct call *c); /* misc.c */
void neutron_show_group(struct call *c);
void neutron_create_group(struct call *c);
void neutron_delete_group(struct call *c);
void neutron_show_quota(struct call *c);
void neutron_quota_detail(struct call *c);
void neutron_set_quota(struct call *c);
void neutron_reset_quota(struct call *c);
void neutron_put_tag(struct call *c);
void neutron_list_tags(struct call *c);
void neutron_delete_tag(struct call *c);
/* Filters that all lists share: id, name, description, status, tags, project. */
bool neutron_match(struct call *c, const struct res *r);
bool neutron_param_is(struct call *c, const char *param, const char *value);
/* 404 in Neutron's words. */
void neutron_not_found(struct call *c, const char *what, const char *id);

#endif
