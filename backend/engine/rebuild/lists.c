/* lists: whether what one service tells of our things is what the others tell. Pure. */
#include "backend/engine/rebuild/rebuild.h"

#include "backend/base/text.h"
#include "backend/engine/agree.h"

#include <string.h>

static json_t *ports_of(const json_t *site, const json_t *server)
{
    json_t *ports = json_array(), *port;
    size_t i;
    json_array_foreach(json_list(site, "ports"), i, port)
        if (strcmp(json_text(port, "device_id"), json_text(server, "id")) == 0)
            json_array_append(ports, port);
    return ports;
}

/* A marked server, with what Cinder and Neutron tell of it. */
static enum pc_err servers_agree(const json_t *site, struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    const json_t *server;
    size_t i;
    json_array_foreach(json_list(site, "servers"), i, server) {
        if (rc || !*json_text(json_map(server, "metadata"), "protector:op"))
            continue;
        json_t *ports = ports_of(site, server);
        const struct heard heard = {.site = json_text(site, "name"),
                                    .server = server,
                                    .volumes = json_list(site, "volumes"),
                                    .ports = ports};
        rc = heard_agree(&heard, err);
        json_decref(ports);
    }
    return rc;
}

static enum pc_err not_listed(const json_t *site, const char *what, const json_t *o,
                              const char *server, struct pc_error *err)
{
    return pc_error_set(err, PC_ERR_PROTOCOL,
                        "Nothing was written. Ask again in a minute; if it stays, see openstack server "
                        "show with that site's credentials for whether the server is there.",
                        "two sources differ on %s: %s %s is attached to server %s, and Nova's list "
                        "has no such server",
                        json_text(site, "name"), what, json_text(o, "name"), server);
}

/* The other way round: what is attached is attached to a server that is told, too. */
static enum pc_err holders_are_told(const json_t *site, struct pc_error *err)
{
    const json_t *servers = json_list(site, "servers"), *o, *at;
    size_t i, k;
    json_array_foreach(json_list(site, "volumes"), i, o)
        json_array_foreach(json_list(o, "attachments"), k, at)
            if (*json_text(json_map(o, "metadata"), "protector:op") &&
                !json_find(servers, "id", json_text(at, "server_id")))
                return not_listed(site, "volume", o, json_text(at, "server_id"), err);
    json_array_foreach(json_list(site, "ports"), i, o)
        if (text_starts(json_text(o, "description"), "protector op=") &&
            text_starts(json_text(o, "device_owner"), "compute:") &&
            !json_find(servers, "id", json_text(o, "device_id")))
            return not_listed(site, "port", o, json_text(o, "device_id"), err);
    return PC_OK;
}

enum pc_err rebuild_lists_agree(const json_t *sites, struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    const json_t *site;
    size_t i;
    json_array_foreach(sites, i, site)
        if (!rc && (rc = servers_agree(site, err)) == PC_OK)
            rc = holders_are_told(site, err);
    return rc;
}
