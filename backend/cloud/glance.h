/* glance: the Image v2 calls we make. Loop thread only; cloud.h for replies. */
#ifndef PC_CLOUD_GLANCE_H
#define PC_CLOUD_GLANCE_H

#include "backend/cloud/cloud.h"

/* body: image {id, name, status, min_disk, ...}. Usable iff status "active". */
struct cloud_call *glance_image(struct cloud *c, const char *id, cloud_done *done, void *arg);
/* body: array of images. name exact or NULL. */
struct cloud_call *glance_images(struct cloud *c, const char *name, cloud_done *done, void *arg);

#endif
