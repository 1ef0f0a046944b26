#include "backend/engine/agree.h"

#include "backend/base/json.h"

#include <stdbool.h>
#include <string.h>

/* Who tells, and the ids or MACs that it tells of; NULL: it says nothing. */
struct source {
    const char *name;
    json_t *told;
};

static json_t *told_by_key(const json_t *list, const char *key)
{
    json_t *told = json_array();
    const json_t *o;
    size_t i;
    json_array_foreach(list, i, o)
        json_array_append_new(told, json_string(json_text(o, key)));
    return told;
}

static json_t *attached_by_nova(const struct heard *h)
{
    return json_is_array(h->attachments) ? told_by_key(h->attachments, "volumeId") : NULL;
}

static json_t *attached_by_server(const struct heard *h)
{
    const json_t *list = json_object_get(h->server, "os-extended-volumes:volumes_attached");
    return json_is_array(list) ? told_by_key(list, "id") : NULL;
}

static json_t *attached_by_cinder(const struct heard *h)
{
    json_t *told = json_array();
    const json_t *v, *a;
    size_t i, k;
    if (!json_is_array(h->volumes)) {
        json_decref(told);
        return NULL;
    }
    json_array_foreach(h->volumes, i, v)
        json_array_foreach(json_list(v, "attachments"), k, a)
            if (strcmp(json_text(a, "server_id"), json_text(h->server, "id")) == 0)
                json_array_append_new(told, json_string(json_text(v, "id")));
    return told;
}

/* One MAC may be on two networks; on one it is there once. */
static bool known_elsewhere(const json_t *ports, const json_t *port)
{
    const json_t *o;
    size_t i;
    json_array_foreach(ports, i, o) {
        if (o == port)
            return false;
        if (strcmp(json_text(o, "mac_address"), json_text(port, "mac_address")) == 0 &&
            strcmp(json_text(o, "network_id"), json_text(port, "network_id")) != 0)
            return true;
    }
    return false;
}

static json_t *macs_by_neutron(const struct heard *h)
{
    json_t *told = json_array();
    const json_t *port;
    size_t i;
    if (!json_is_array(h->ports)) {
        json_decref(told);
        return NULL;
    }
    json_array_foreach(h->ports, i, port)
        if (json_array_size(json_list(port, "fixed_ips")) && !known_elsewhere(h->ports, port))
            json_array_append_new(told, json_string(json_text(port, "mac_address")));
    return told;
}

/* An interface is named once for each of its addresses. */
static json_t *macs_by_server(const struct heard *h)
{
    json_t *told = json_array(), *list;
    const char *net;
    const json_t *a;
    size_t i;
    if (!json_is_object(json_object_get(h->server, "addresses")) ||
        strcmp(json_text(h->server, "status"), "BUILD") == 0) {
        json_decref(told);
        return NULL;
    }
    json_object_foreach(json_map(h->server, "addresses"), net, list)
        json_array_foreach(list, i, a) {
            const char *mac = json_text(a, "OS-EXT-IPS-MAC:mac_addr");
            if (!json_has_text(told, mac))
                json_array_append_new(told, json_string(mac));
        }
    return told;
}

static enum pc_err differ(const struct heard *h, const char *what, const char *id,
                          const char *how, const char *one, const char *other,
                          struct pc_error *err)
{
    return pc_error_set(err, PC_ERR_PROTOCOL,
                        "Nothing was changed. Ask again in a minute: what is half attached comes to "
                        "an end, and a database that is behind catches up. If it stays, lay openstack "
                        "server show, server volume list, volume list and port list --server beside "
                        "each other and mend the one that is wrong.",
                        "two sources differ about %s on %s: %s %s is in %s and %s %s",
                        json_text(h->server, "name"), h->site, what, id, one, how, other);
}

static enum pc_err compare(const struct heard *h, const char *what, const struct source *a,
                           const struct source *b, struct pc_error *err)
{
    const json_t *id;
    size_t i;
    if (!a->told || !b->told)
        return PC_OK;
    json_array_foreach(a->told, i, id)
        if (!json_has_text(b->told, json_string_value(id)))
            return differ(h, what, json_string_value(id), "not in", a->name, b->name, err);
    if (json_array_size(a->told) > json_array_size(b->told)) /* the same ones, one of them twice */
        return pc_error_set(err, PC_ERR_PROTOCOL, "Look at it with openstack port list --server.",
                            "%s tells of one %s of %s on %s twice", a->name, what,
                            json_text(h->server, "name"), h->site);
    return PC_OK;
}

static enum pc_err all_agree(const struct heard *h, const char *what, const struct source *of,
                             size_t count, struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    for (size_t i = 0; i < count && !rc; i++)
        for (size_t k = 0; k < count && !rc; k++)
            if (i != k)
                rc = compare(h, what, &of[i], &of[k], err);
    return rc;
}

enum pc_err heard_agree(const struct heard *h, struct pc_error *err)
{
    const struct source disks[] = {{"Nova's os-volume_attachments", attached_by_nova(h)},
                                   {"the server's volumes_attached", attached_by_server(h)},
                                   {"Cinder's attachments", attached_by_cinder(h)}};
    const struct source nics[] = {{"Neutron's ports", macs_by_neutron(h)},
                                  {"the server's addresses", macs_by_server(h)}};
    enum { DISKS = sizeof(disks) / sizeof(disks[0]), NICS = sizeof(nics) / sizeof(nics[0]) };
    enum pc_err rc = all_agree(h, "volume", disks, DISKS, err);
    if (!rc)
        rc = all_agree(h, "interface", nics, NICS, err);
    for (size_t i = 0; i < DISKS; i++)
        json_decref(disks[i].told);
    for (size_t i = 0; i < NICS; i++)
        json_decref(nics[i].told);
    return rc;
}
