/*
 * late: replies that are held back, without holding back others.
 *
 * A connection waits here suspended; one thread of its own resumes each when
 * its time has come, and libmicrohttpd then asks again for the reply. Any
 * thread may call; it never takes the world's lock.
 */
#ifndef PC_LAB_LATE_H
#define PC_LAB_LATE_H

#include <stdbool.h>
#include <stdint.h>

struct MHD_Connection;
struct late;

struct late *late_new(void);
void late_free(struct late *l); /* after late_flush */
/* Groups are servers: a site's number, or -1 for the control interface. A new
 * group admits nothing. */
void late_admit(struct late *l, int group);
/* Suspends conn and resumes it after ms. False: the group admits nothing, and
 * conn was not suspended. */
bool late_hold(struct late *l, struct MHD_Connection *conn, int group, int64_t ms);
/* Resumes all of the group and admits no more: before its server stops, which
 * must not happen with a suspended connection. */
void late_flush(struct late *l, int group);

#endif
