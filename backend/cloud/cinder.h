/*
 * cinder: the Block Storage v3 calls we make. Loop thread only; cloud.h for
 * replies. Pinned to microversion 3.59 (floor 3.38).
 */
#ifndef PC_CLOUD_CINDER_H
#define PC_CLOUD_CINDER_H

#include "backend/cloud/cloud.h"

/* body: array of volumes (detail). name exact or NULL; the metadata pair
 * (key, value) filters when key is not NULL. */
struct cloud_call *cinder_volumes(struct cloud *c, const char *name, const char *key,
                                  const char *value, cloud_done *done, void *arg);
struct cloud_call *cinder_volume(struct cloud *c, const char *id, cloud_done *done, void *arg);

struct cinder_volume_spec {
    const char *name;
    int64_t size_gib;
    const char *image_id, *snapshot_id; /* at most one; NULL none */
    const char *volume_type;            /* NULL: the site's default */
    const char *availability_zone;      /* NULL none */
    const char *description;            /* NULL none */
    const json_t *metadata;             /* lent object of strings */
};
/* body: volume {"id", "status"}. CREATE. */
struct cloud_call *cinder_volume_create(struct cloud *c, const struct cinder_volume_spec *s,
                                        cloud_done *done, void *arg);
struct cinder_manage_spec {
    const char *host;         /* "node@backend#pool"; the pool may be left out */
    const char *array_volume; /* its name on the array; Cinder renames it */
    const char *name;
    const char *volume_type; /* NULL: the site's default */
    const char *description; /* NULL none */
    bool bootable;
    const json_t *metadata; /* lent object of strings */
};
/* Lets Cinder manage what is on the array: body is the volume, "creating", then
 * "available" with its size, or "error". CREATE. */
struct cloud_call *cinder_volume_manage(struct cloud *c, const struct cinder_manage_spec *s,
                                        cloud_done *done, void *arg);
struct cloud_call *cinder_set_bootable(struct cloud *c, const char *id, bool bootable,
                                       cloud_done *done, void *arg);
/* metadata: lent object of strings. */
struct cloud_call *cinder_set_image_metadata(struct cloud *c, const char *id,
                                             const json_t *metadata, cloud_done *done, void *arg);
/* 404 is success. Then poll cinder_volume until NOT_FOUND. */
struct cloud_call *cinder_volume_delete(struct cloud *c, const char *id, cloud_done *done,
                                        void *arg);
/* body: array of messages about a resource: {user_message}. */
struct cloud_call *cinder_messages(struct cloud *c, const char *resource_id, cloud_done *done,
                                   void *arg);
/* body: array of volume types {id, name, extra_specs}. */
struct cloud_call *cinder_types(struct cloud *c, cloud_done *done, void *arg);
/* body: limits.absolute. */
struct cloud_call *cinder_limits(struct cloud *c, cloud_done *done, void *arg);
/* body: the project's quota_set {volumes: {limit, in_use, reserved}, gigabytes,
 * per_volume_gigabytes, and each with "_TYPE"}; -1 is unlimited. */
struct cloud_call *cinder_quota(struct cloud *c, cloud_done *done, void *arg);

/* Three that a member may be denied (FORBIDDEN).
 * body: array of cinder-volume's services {host, status, state, frozen,
 * active_backend_id}. */
struct cloud_call *cinder_services(struct cloud *c, cloud_done *done, void *arg);
/* Whether one may manage volumes: it is asked for one of a host that no site has, which
 * is refused with INVALID, CONFIG or NOT_FOUND where the policy lets it by, and with
 * FORBIDDEN where it does not. Nothing can come of it. */
struct cloud_call *cinder_may_manage(struct cloud *c, cloud_done *done, void *arg);
/* body: array of pools {name, capabilities{free_capacity_gb}}. */
struct cloud_call *cinder_pools(struct cloud *c, cloud_done *done, void *arg);

#endif
