/*
 * chronicle: what came to be on the sites, in the order in which it did.
 *
 * An entry for each resource that was made, changed its status, or is gone:
 * {"n", "at", "site", "kind", "id", "name", "status", "new", "op", "step"}; the status
 * of what is gone is "gone", op and step are those that it is marked with. It
 * is for those who judge a client by what it did and not by what is left. In
 * memory, from the start of the lab; the world's lock guards it.
 */
#ifndef PC_LAB_CHRONICLE_H
#define PC_LAB_CHRONICLE_H

#include "backend/lab/world.h"

struct chronicle;

struct chronicle *chronicle_new(void);
void chronicle_free(struct chronicle *h);
/* Adds an entry when r's status differs from the one that was told last. */
void chronicle_tell(struct chronicle *h, struct res *r, int64_t at);
/* Entries after the first `since`; the caller decrefs. The oldest of more than
 * 20000 are forgotten. */
json_t *chronicle_list(const struct chronicle *h, int64_t since);
/* What r's status is called here; lent by r, or constant. */
const char *chronicle_status(const struct res *r);

#endif
