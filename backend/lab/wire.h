/*
 * wire: a reply as bytes, whole or as damaged as a fault wants it.
 *
 * Runs on the thread of the call's server, without the world's lock.
 */
#ifndef PC_LAB_WIRE_H
#define PC_LAB_WIRE_H

#include "backend/lab/call.h"

#include <microhttpd.h>

/* Queues c->reply. MHD_NO closes the connection. */
enum MHD_Result wire_send(struct call *c);
/* Ends a TCP connection by a reset that the peer sees as ECONNRESET. */
void wire_reset(int fd);

#endif
