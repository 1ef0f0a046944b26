/*
 * agree: what is told of a server's disks and interfaces is believed when all who
 * know of it tell the same.
 *
 * Of one list alone nobody can see that it leaves something out, and what is left
 * out is not in the copy. So Nova's attachments, the server's own view and Cinder
 * are laid beside each other for disks, Neutron's ports and the server's addresses
 * for interfaces. Pure functions, any thread.
 */
#ifndef PC_ENGINE_AGREE_H
#define PC_ENGINE_AGREE_H

#include "backend/base/error.h"

#include <jansson.h>

/* What was heard of one server, lent. */
struct heard {
    const char *site;
    const json_t *server;      /* with `addresses` and os-extended-volumes:volumes_attached */
    const json_t *attachments; /* os-volume_attachments of it */
    const json_t *volumes;     /* all that Cinder lists */
    const json_t *ports;       /* Neutron's with its device_id */
};
/* PROTOCOL, naming the disk or interface and the two sources: one has it, another has
 * not, or has it twice. An answer that is not there says nothing, nor do addresses of a
 * server that is being built; an interface without an address is in none of them. */
enum pc_err heard_agree(const struct heard *h, struct pc_error *err);

#endif
