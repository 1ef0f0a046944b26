/* sites: the sites of the configuration, their sessions and what they answer. Engine thread. */
#ifndef PC_ENGINE_SITES_H
#define PC_ENGINE_SITES_H

#include "backend/engine/inside.h"

enum pc_err sites_open(struct engine *e, json_t *warnings, struct pc_error *err);
void sites_close(struct engine *e);
/* The site's session in that project, "": its own one. Lent, as long as the
 * engine lives. CONFIG: these credentials are bound to their own project. */
enum pc_err site_cloud(struct site *s, const char *project, struct cloud **ret,
                       struct pc_error *err);
/* Reads all services of a site; done when all have answered or failed. */
void site_poll(struct site *s);
/* done is called from a later turn, or at once when there is no site. */
void sites_poll_all(struct engine *e, void (*done)(void *arg), void *arg);
/* A poll has not been answered by all yet. */
bool sites_polled(const struct engine *e);
/* Shutdown: whoever still waits goes on with what is known. */
void readings_end(struct engine *e);
json_t *site_reply(const struct site *s);

#endif
