/*
 * neutron: requests of the Network service.
 *
 * No microversions. A limit is always sent: without one Neutron answers with
 * everything it has in one body, which ours are not allowed to be.
 */
#include "backend/cloud/neutron.h"

#include "backend/base/json.h"
#include "backend/cloud/driver.h"

#include <stdlib.h>
#include <string.h>

enum { QUERY_MAX = 8 * 1024 };

static struct cloud_request request(enum cloud_repeat repeat, const char *method,
                                    const char *unwrap)
{
    return (struct cloud_request){
        .service = CLOUD_NETWORK, .repeat = repeat, .method = method, .unwrap = unwrap};
}

static void add_filter(struct buf *b, const char *key, const char *value)
{
    if (!value)
        return;
    buf_printf(b, "&%s=", key);
    buf_url(b, value);
}

/* "/ports?limit=500" and the two filters, either NULL. `exact` is the one of
 * which what comes back is checked again: a mark by which things are deleted. */
static struct cloud_call *list(struct cloud *c, const char *what, const char *key,
                               const char *value, const char *exact, const char *exact_value,
                               cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", what);
    struct buf b;
    buf_init(&b, QUERY_MAX);
    buf_printf(&b, "/%s?limit=500", what);
    add_filter(&b, key, value);
    add_filter(&b, exact, exact_value);
    char *path = buf_take(&b);
    for (char *p = path; *p && *p != '?'; p++)
        if (*p == '_')
            *p = '-'; /* "security_groups" live at /security-groups */
    q.list = true;
    if (exact_value) {
        q.keep = cloud_keep_equal;
        q.keep_a = exact;
        q.keep_b = exact_value;
    } else if (value) {
        q.keep = cloud_keep_equal;
        q.keep_a = key;
        q.keep_b = value;
    }
    return cloud_send_path(c, &q, path, done, arg);
}

struct cloud_call *neutron_networks(struct cloud *c, const char *name, const char *description,
                                    cloud_done *done, void *arg)
{
    return list(c, "networks", "name", name, "description", description, done, arg);
}

struct cloud_call *neutron_subnets(struct cloud *c, const char *network_id, cloud_done *done,
                                   void *arg)
{
    return list(c, "subnets", "network_id", network_id, NULL, NULL, done, arg);
}

struct cloud_call *neutron_ports(struct cloud *c, const char *device_id, const char *description,
                                 cloud_done *done, void *arg)
{
    return list(c, "ports", "device_id", device_id, "description", description, done, arg);
}

struct cloud_call *neutron_security_groups(struct cloud *c, cloud_done *done, void *arg)
{
    return list(c, "security_groups", NULL, NULL, NULL, NULL, done, arg);
}

struct cloud_call *neutron_floating_ips(struct cloud *c, const char *description, cloud_done *done,
                                        void *arg)
{
    return list(c, "floatingips", NULL, NULL, "description", description, done, arg);
}

struct cloud_call *neutron_floating_ip(struct cloud *c, const char *id, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "floatingip");
    return cloud_send_path(c, &q, cloud_path("/floatingips/%s", id), done, arg);
}

struct cloud_call *neutron_network(struct cloud *c, const char *id, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "network");
    return cloud_send_path(c, &q, cloud_path("/networks/%s", id), done, arg);
}

struct cloud_call *neutron_port(struct cloud *c, const char *id, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "port");
    return cloud_send_path(c, &q, cloud_path("/ports/%s", id), done, arg);
}

static struct cloud_call *create(struct cloud *c, const char *path, const char *word,
                                 json_t *object_take, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_CREATE, "POST", word);
    q.path = path;
    q.body = json_pack("{s:o}", word, object_take);
    return cloud_send(c, &q, done, arg);
}

struct cloud_call *neutron_floating_ip_create(struct cloud *c, const char *network_id,
                                              const char *port_id, const char *description,
                                              cloud_done *done, void *arg)
{
    json_t *o = json_pack("{s:s, s:s, s:s}", "floating_network_id", network_id, "port_id", port_id,
                          "description", description);
    return create(c, "/floatingips", "floatingip", o, done, arg);
}

struct cloud_call *neutron_port_create(struct cloud *c, const struct neutron_port_spec *s,
                                       cloud_done *done, void *arg)
{
    json_t *port = json_object();
    json_put_text(port, "network_id", s->network_id);
    json_put_text(port, "name", s->name ? s->name : "");
    json_put_text(port, "description", s->description ? s->description : "");
    if (s->mac_address)
        json_put_text(port, "mac_address", s->mac_address);
    if (s->port_security_off) {
        json_put_flag(port, "port_security_enabled", false);
        json_put(port, "security_groups", json_array());
    } else if (s->security_group_ids) {
        json_put(port, "security_groups", json_deep_copy(s->security_group_ids));
    }
    if (s->fixed_ips)
        json_put(port, "fixed_ips", json_deep_copy(s->fixed_ips));
    if (s->address_pairs && !s->port_security_off)
        json_put(port, "allowed_address_pairs", json_deep_copy(s->address_pairs));
    return create(c, "/ports", "port", port, done, arg);
}

struct cloud_call *neutron_network_create(struct cloud *c, const char *name,
                                          const char *description, cloud_done *done, void *arg)
{
    json_t *network = json_object();
    json_put_text(network, "name", name);
    json_put_text(network, "description", description);
    json_put_flag(network, "admin_state_up", true);
    return create(c, "/networks", "network", network, done, arg);
}

struct cloud_call *neutron_subnet_create(struct cloud *c, const char *network_id, const char *name,
                                         const char *description, const char *cidr,
                                         cloud_done *done, void *arg)
{
    json_t *subnet = json_object();
    json_put_text(subnet, "network_id", network_id);
    json_put_text(subnet, "name", name);
    json_put_text(subnet, "description", description);
    json_put_text(subnet, "cidr", cidr);
    json_put_int(subnet, "ip_version", 4);
    json_put_flag(subnet, "enable_dhcp", true);
    json_put(subnet, "gateway_ip", json_null()); /* no way out: a drill is isolated */
    return create(c, "/subnets", "subnet", subnet, done, arg);
}

static struct cloud_call *remove_at(struct cloud *c, char *path_take, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_SAFE, "DELETE", NULL);
    q.tolerate = CLOUD_TOLERATE_ABSENT;
    return cloud_send_path(c, &q, path_take, done, arg);
}

struct cloud_call *neutron_port_delete(struct cloud *c, const char *id, cloud_done *done, void *arg)
{
    return remove_at(c, cloud_path("/ports/%s", id), done, arg);
}

struct cloud_call *neutron_floating_ip_delete(struct cloud *c, const char *id, cloud_done *done,
                                              void *arg)
{
    return remove_at(c, cloud_path("/floatingips/%s", id), done, arg);
}

struct cloud_call *neutron_network_delete(struct cloud *c, const char *id, cloud_done *done,
                                          void *arg)
{
    return remove_at(c, cloud_path("/networks/%s", id), done, arg);
}

/* The project is known only after log-in: it is written into the path then. */
struct cloud_call *neutron_quota(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "quota");
    q.path = "/quotas/" CLOUD_PROJECT_SLOT "/details.json";
    q.tolerate = CLOUD_TOLERATE_ABSENT | CLOUD_TOLERATE_DENIED;
    return cloud_send(c, &q, done, arg);
}
