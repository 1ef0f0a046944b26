/*
 * nova: the Compute calls we make. Loop thread only; see cloud.h for replies.
 * Pinned to microversion 2.90 (floor 2.52); the lists follow all pages.
 */
#ifndef PC_CLOUD_NOVA_H
#define PC_CLOUD_NOVA_H

#include "backend/cloud/cloud.h"

/* body: array of servers (detail). name: exact, NULL any; tag: NULL any. */
struct cloud_call *nova_servers(struct cloud *c, const char *name, const char *tag,
                                cloud_done *done, void *arg);
/* body: server. A 404 is err NOT_FOUND. For a moment after its deletion a
 * server may still be told, with status DELETED. */
struct cloud_call *nova_server(struct cloud *c, const char *id, cloud_done *done, void *arg);
/* body: array of volumeAttachments {volumeId, device, delete_on_termination}. */
struct cloud_call *nova_attachments(struct cloud *c, const char *server_id, cloud_done *done,
                                    void *arg);
/* Whether Nova deletes a volume of the server with it (from 2.85; before, and where the policy
 * has it otherwise, it is refused). body: none. */
struct cloud_call *nova_attachment_keep(struct cloud *c, const char *server_id, const char *volume_id,
                                        bool delete_on_termination, cloud_done *done, void *arg);
/* body: array of interfaceAttachments {port_id, net_id, mac_addr, fixed_ips}. */
struct cloud_call *nova_interfaces(struct cloud *c, const char *server_id, cloud_done *done,
                                   void *arg);

enum { NOVA_DEVICES_MAX = 64 };
struct nova_server_spec {
    const char *name, *flavor_id;
    const char *volumes[NOVA_DEVICES_MAX]; /* volume ids; [0] is the boot volume */
    int volume_count;
    const char *ports[NOVA_DEVICES_MAX]; /* port ids in order */
    int port_count;
    const char *availability_zone, *key_name; /* NULL: none */
    const char *user_data;                    /* base64, as Nova takes it; NULL: none */
    const char *description;                  /* NULL: Nova's own, the name */
    const json_t *metadata;                   /* lent object of strings */
    const char *tag;                          /* our mark, NULL none */
    const json_t *tags; /* lent array: more of them, what Nova cannot take left out; NULL none */
    bool config_drive;
};
/* body: {"id": ...}, without the adminPass. CREATE: see cloud_repeat. */
struct cloud_call *nova_server_create(struct cloud *c, const struct nova_server_spec *s,
                                      cloud_done *done, void *arg);
/* 404 is success. Then poll nova_server until NOT_FOUND. */
struct cloud_call *nova_server_delete(struct cloud *c, const char *id, cloud_done *done, void *arg);
/* action: "os-stop", "os-start". body: none. */
struct cloud_call *nova_server_action(struct cloud *c, const char *id, const char *action,
                                      cloud_done *done, void *arg);
/* body: {"output": ...}, its last lines; NOT_FOUND, CONFLICT or UNSUPPORTED where there is
 * no console to read. */
struct cloud_call *nova_console_output(struct cloud *c, const char *id, int lines, cloud_done *done,
                                       void *arg);
/* body: array of flavors {id, name, vcpus, ram, disk}. */
struct cloud_call *nova_flavors(struct cloud *c, cloud_done *done, void *arg);
/* body: array of {keypair: {name}} of our user. */
struct cloud_call *nova_keypairs(struct cloud *c, cloud_done *done, void *arg);
/* body: array of {zoneName, zoneState: {available}}. */
struct cloud_call *nova_zones(struct cloud *c, cloud_done *done, void *arg);
/* body: limits.absolute. */
struct cloud_call *nova_limits(struct cloud *c, cloud_done *done, void *arg);
/* body: array of hypervisors {state, status, vcpus, vcpus_used, memory_mb,
 * memory_mb_used}. A member is denied (FORBIDDEN). */
struct cloud_call *nova_hypervisors(struct cloud *c, cloud_done *done, void *arg);

#endif
