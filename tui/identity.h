/*
 * identity: as whom the sites are asked: "admin@demo", the user and the project.
 *
 * Where nothing is known of it, nothing is said. Clean texts. Pure, any thread.
 */
#ifndef PC_TUI_IDENTITY_H
#define PC_TUI_IDENTITY_H

#include "backend/model/snapshot.h"

enum { IDENTITY_SIZE = 160 };

/* Of one site: "user@project", the one that is known, or "". Returns dst. */
const char *identity_of(const struct site_view *site, char *dst, size_t size);
/* Of all: once where it is everywhere the same, else of each, in their order. Returns dst. */
const char *identity_of_all(const struct snapshot *s, char dst[IDENTITY_SIZE]);

/* "primary"; brief: "pri". Constants. */
const char *identity_role(const struct site_view *site, bool brief);

#endif
