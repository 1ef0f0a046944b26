/*
 * cinder: the block storage service, API 3.0 to 3.70. Also called by Nova's.
 *
 * A volume's document: name, desc, project, user, size, status, type (id),
 * bootable, meta{}, image_meta{}, snapshot, atts[{server,device,att,at}],
 * created, updated.
 */
#ifndef PC_LAB_CINDER_H
#define PC_LAB_CINDER_H

#include "backend/lab/route.h"

struct volume_spec {
    const char *name, *desc, *az;
    int64_t size; /* GiB */
    const struct res *type, *image, *snapshot, *source;
    json_t *meta; /* lent; may be NULL */
};

/* Starts making a volume: "creating", later "available" or "error". */
struct res *cinder_add_volume(struct call *c, const struct volume_spec *spec);
/* False: has replied 413 that a quota is passed. */
bool cinder_quota(struct call *c, int64_t volumes, int64_t gigabytes);
/* Lent; NULL: has replied 404. */
struct res *cinder_volume(struct call *c);
json_t *cinder_volume_view(struct call *c, struct res *r);
const struct res *cinder_type(struct call *c, const char *name_or_id);

/* Handlers, by file. */
void cinder_list_volumes(struct call *c); /* volume.c */
void cinder_list_volumes_detail(struct call *c);
void cinder_show_volume(struct call *c);
void cinder_create_volume(struct call *c); /* create.c */
void cinder_update_volume(struct call *c); /* action.c */
void cinder_delete_volume(struct call *c);
void cinder_action(struct call *c);
void cinder_show_metadata(struct call *c);
void cinder_merge_metadata(struct call *c);
void cinder_replace_metadata(struct call *c);
void cinder_delete_metadata(struct call *c);
void cinder_list_snapshots(struct call *c); /* snapshot.c */
void cinder_list_snapshots_detail(struct call *c);
void cinder_show_snapshot(struct call *c);
void cinder_create_snapshot(struct call *c);
void cinder_delete_snapshot(struct call *c);
void cinder_list_types(struct call *c); /* misc.c */
void cinder_show_type(struct call *c);
void cinder_type_specs(struct call *c);
void cinder_limits(struct call *c);
void cinder_show_quota(struct call *c);
void cinder_set_quota(struct call *c);
void cinder_reset_quota(struct call *c);
void cinder_services(struct call *c);
void cinder_pools(struct call *c);
void cinder_zones(struct call *c);
void cinder_messages(struct call *c);
void cinder_list_manageable(struct call *c); /* manage.c */
void cinder_manage(struct call *c);

#endif
