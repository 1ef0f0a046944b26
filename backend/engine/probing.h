/*
 * probing: how the engine asks a server whether it is well: for the steps of an
 * operation (steps/verify.c), and for a person who tries a check
 * (request/probe.c). Engine thread.
 */
#ifndef PC_ENGINE_PROBING_H
#define PC_ENGINE_PROBING_H

#include "backend/engine/inside.h"
#include "backend/probe/probe.h"

/* As the configuration has it; known_hosts and total_ms are the caller's. The
 * texts are the configuration's. */
struct probe_options probing_options(const struct engine *e);
/* {callouts_allowed, exec_allowed}: what the configuration lets a plan run, into `o`. */
void probing_allowed(const struct engine *e, json_t *o);
/* The n-th address of a server as Nova shows it, IPv4 first, turning around; ""
 * it has none. Lent by the body. */
const char *probing_address(const json_t *server, int n);
/* Shutdown: whoever waits for a check to be tried gets CANCELLED. */
void trials_drop_all(struct engine *e);

#endif
