/*
 * array_volume: the volumes that an array has, and who owns each.
 *
 * A volume that Cinder made is one document for both: its array volume,
 * "volume-<id>-cinder", is read from Cinder's (K_VOLUME) and has nothing of
 * its own. A volume that was made by the array's REST, tagged, destroyed or
 * let go by Cinder has a document of its own (K_ARRAY_VOLUME):
 *
 *   name, bytes, created, source ("" none), tags[{key,value,namespace,copyable}],
 *   cinder (id of the Cinder volume that has it, "" none), destroyed (wall ms,
 *   0: live), serial_of (the seq its serial is made from)
 *
 * and Cinder's, if there is one, then says so by "array" (the document's id).
 * World lock held.
 */
#ifndef PC_LAB_ARRAY_VOLUME_H
#define PC_LAB_ARRAY_VOLUME_H

#include "backend/lab/world.h"

enum { ARRAY_NAME_SIZE = 64 };

/* "volume-<id>-cinder"; returns dst. */
const char *array_cinder_name(const char *id, char dst[ARRAY_NAME_SIZE]);
/* "A1B2C3D4E5F6" and twelve digits; returns dst. */
const char *array_serial(int64_t seq, char dst[32]);

/* Whether Cinder's document is all that stands for its array volume: it has
 * one (a creation that has not ended or failed left none), and no own. */
bool array_volume_of(const struct res *cinder);
/* The document of the volume of that name, live or destroyed, made now for one
 * that only Cinder's had; NULL: no such volume. */
struct res *array_volume_own(struct world *w, int site, const char *name);
/* Its Cinder volume; NULL: none. */
struct res *array_volume_cinder(const struct world *w, const struct res *own);
/* A new one, live and without an owner. */
struct res *array_volume_add(struct world *w, int site, const char *name, int64_t bytes,
                             const char *source, int64_t at);
/* From now on pending eradication, which comes after a day. */
void array_volume_destroy(struct world *w, struct res *own, int64_t at);

/* What the driver in Cinder does, told the moment at which it happens. */
/* Binds the array volume that the Cinder volume's "ref" names. False: there is
 * none, it is destroyed, connected, or managed already. */
bool array_volume_manage(struct world *w, struct res *cinder, int64_t at);
/* The Cinder volume has a new size. */
void array_volume_extend(struct world *w, struct res *cinder);
/* The Cinder volume is being unmanaged: the array's stays, renamed. */
void array_volume_unmanage(struct world *w, struct res *cinder, int64_t at);
/* The Cinder volume is being deleted: the array's is destroyed. */
void array_volume_delete(struct world *w, struct res *cinder, int64_t at);

#endif
