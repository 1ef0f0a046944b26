/*
 * guest: the simulated machines' network side, on real sockets.
 *
 * A guest that has booted listens on its addresses within 127.N.0.0/16: always
 * on 8022, 8080 and 8443, and on 22, 80 and 443 where the lab may bind them.
 * One thread with one epoll serves all guests, and lets the world's time pass
 * when nobody calls. guests_changed() is told of every changed resource with
 * the world's lock held; it copies what matters and wakes the thread.
 *
 * Behaviours, by the server's metadata "lab:guest" or a scenario set through
 * the control interface: "ok", "slow:SECONDS" more to boot, "flap" (every
 * second connection is reset), "refuse" (nothing listens), "503".
 */
#ifndef PC_LAB_GUEST_H
#define PC_LAB_GUEST_H

#include "backend/lab/lab.h"

struct guests;

/* Starts the thread. Sockets are opened as far as open files allow. */
enum pc_err guests_new(struct lab *lab, struct guests **ret, struct pc_error *err);
void guests_free(struct guests *g);
/* A world_changed_fn; arg is the struct lab. */
void guests_changed(void *arg, struct res *r);
/* Tells of all servers again: at start, or when a scenario has changed. */
void guests_refresh(struct lab *lab);
/* No guest of the site answers while down. */
void guests_outage(struct guests *g, int site, bool down);
/* {"listening": guests, "unserved": guests without sockets, "connections"} */
json_t *guests_state(struct guests *g);
bool guest_behaviour_valid(const char *text);

#endif
