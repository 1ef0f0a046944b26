/*
 * site_room: how much room a site has: its project's quotas, and what its array
 * says of itself. Engine thread.
 */
#ifndef PC_ENGINE_SITE_ROOM_H
#define PC_ENGINE_SITE_ROOM_H

#include "backend/engine/inside.h"

/* done is called once, at most ten seconds later, with {quotas[], array, unread[],
 * read_at} as docs/requests.md has them for site_show. */
void site_room_read(struct site *s, void (*done)(void *arg, json_t *room_take), void *arg);
/* Ends all that is under way; each is called back. */
void site_rooms_drop_all(struct engine *e);

#endif
