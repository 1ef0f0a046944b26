/*
 * http: the listening servers, by libmicrohttpd.
 *
 * One server a site and one for the control interface, each with a thread of
 * its own. A call is run to its end under the world's lock; what takes time
 * (latency, slow bodies) happens with the connection suspended, so no call
 * waits for another. This file owns the bytes on the wire, resets included.
 */
#ifndef PC_LAB_HTTP_H
#define PC_LAB_HTTP_H

#include "backend/lab/lab.h"

enum outage { OUTAGE_NONE, OUTAGE_REFUSE, OUTAGE_HANG };

/* Binds 127.0.0.1:*port (0, or taken: another) and tells the port. site -1 is
 * the control interface. Serves only after http_start. */
enum pc_err http_open(struct lab *lab, int site, int *port, struct http **ret,
                      struct pc_error *err);
enum pc_err http_start(struct http *h, struct pc_error *err);
void http_close(struct http *h);
/* Takes the server off: connections are reset, new ones refused, or accepted
 * by the kernel and never served (hang). Without the world's lock. */
enum pc_err http_outage(struct http *h, enum outage mode, struct pc_error *err);

#endif
