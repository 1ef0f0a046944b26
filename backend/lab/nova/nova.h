/*
 * nova: the compute service, API 2.1 to 2.93.
 *
 * nova.c has the routes and the version documents; the other files one subject
 * each. A server's document: name, project, user, flavor{}, image, status, task,
 * power, meta{}, tags[], ports[ids], vols[{id,dev,att,boot,dot}], sgs[names],
 * key, az, user_data (base64), created, updated, launched, guest_up (wall ms when
 * its guest answers).
 */
#ifndef PC_LAB_NOVA_H
#define PC_LAB_NOVA_H

#include "backend/lab/route.h"

/* Lent; NULL: has replied 404. */
struct res *nova_server(struct call *c);
json_t *nova_server_view(struct call *c, struct res *r);
json_t *nova_flavor_view(struct call *c, const struct res *r);
json_t *nova_links(const struct call *c, const char *collection, const char *id);
/* Remembers the action for os-instance-actions. */
void nova_record(struct call *c, struct res *server, const char *action);
/* "/dev/vda", "/dev/vdb"...: the next free letter of the server. */
char *nova_next_device(struct call *c, const json_t *vols);
/* False: has replied 403 that a quota is passed. add may be 0. */
bool nova_quota(struct call *c, int64_t servers, int64_t cores, int64_t ram);
/* vcpus of all servers that hold any on the site. */
int64_t nova_vcpus_used(struct call *c);

/* Handlers, by file. */
void nova_list_servers(struct call *c); /* server.c */
void nova_list_servers_detail(struct call *c);
void nova_show_server(struct call *c);
void nova_rename_server(struct call *c);
void nova_server_addresses(struct call *c);
void nova_create_server(struct call *c); /* create.c */
bool nova_body_valid(struct call *c);    /* body.c; false: has replied 400 */
void nova_delete_server(struct call *c); /* action.c */
void nova_action(struct call *c);
void nova_list_actions(struct call *c);
void nova_show_metadata(struct call *c); /* tag.c */
void nova_merge_metadata(struct call *c);
void nova_replace_metadata(struct call *c);
void nova_delete_metadata(struct call *c);
void nova_list_tags(struct call *c);
void nova_put_tag(struct call *c);
void nova_replace_tags(struct call *c);
void nova_check_tag(struct call *c);
void nova_delete_tag(struct call *c);
void nova_delete_tags(struct call *c);
void nova_list_attachments(struct call *c); /* attach.c */
void nova_show_attachment(struct call *c);
void nova_attach_volume(struct call *c);
void nova_update_attachment(struct call *c);
void nova_detach_volume(struct call *c);
void nova_list_interfaces(struct call *c);
void nova_show_interface(struct call *c);
void nova_list_flavors(struct call *c); /* misc.c */
void nova_list_flavors_detail(struct call *c);
void nova_show_flavor(struct call *c);
void nova_flavor_specs(struct call *c);
void nova_create_flavor(struct call *c);
void nova_delete_flavor(struct call *c);
void nova_limits(struct call *c); /* quota.c */
void nova_show_quota(struct call *c);
void nova_show_quota_detail(struct call *c);
void nova_set_quota(struct call *c);
void nova_reset_quota(struct call *c);
void nova_hypervisors(struct call *c);
void nova_zones(struct call *c);
void nova_list_keys(struct call *c); /* key.c */
void nova_create_key(struct call *c);
void nova_delete_key(struct call *c);
bool nova_key_known(struct call *c, const char *name);

#endif
