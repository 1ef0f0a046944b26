/*
 * disk: the lab's memory, one SQLite file.
 *
 * One table of resources (site, kind, id, seq, json) and one of settings. Every
 * change of a request is one transaction. synchronous is off on purpose: what
 * the kernel has survives kill -9 of the lab, and a power cut only costs a
 * simulation. Called with the world's lock held.
 */
#ifndef PC_LAB_DISK_H
#define PC_LAB_DISK_H

#include "backend/base/error.h"
#include "backend/lab/world.h"

struct disk;

/* Opens or makes DIR/lab.db. A file of a newer schema is an error. */
enum pc_err disk_open(const char *dir, struct disk **ret, struct pc_error *err);
void disk_close(struct disk *d);
/* Fills the world with what was kept. */
enum pc_err disk_load(struct disk *d, struct world *w, struct pc_error *err);
enum pc_err disk_write(struct disk *d, struct res *const *list, size_t count,
                       struct pc_error *err);
/* Settings. disk_get: caller frees; NULL when never set. */
char *disk_get(struct disk *d, const char *key);
enum pc_err disk_set(struct disk *d, const char *key, const char *value, struct pc_error *err);
/* Replaces one address prefix by another in all documents, before loading. */
enum pc_err disk_readdress(struct disk *d, const char *from, const char *to,
                           struct pc_error *err);

#endif
