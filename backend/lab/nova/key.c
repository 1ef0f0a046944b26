/* Key pairs: of a user, not of a project. A document: name, user, public. */
#include "backend/lab/nova/nova.h"
#include "backend/lab/page.h"

#include <string.h>

static char *id_of(struct call *c, const char *name)
{
    return call_text(c, "%s:%s", c->who.user, name);
}

bool nova_key_known(struct call *c, const char *name)
{
    return world_get(c->world, c->site, K_KEYPAIR, id_of(c, name)) != NULL;
}

static json_t *key_view(const struct res *r)
{
    return json_pack("{s:{s:s, s:s, s:s, s:s}}", "keypair", "name", json_text(r->doc, "name"),
                     "public_key", json_text(r->doc, "public"), "fingerprint",
                     "1e:2c:9b:56:79:4b:45:77:f9:ca:7a:98:2c:b0:d5:3c", "type", "ssh");
}

void nova_list_keys(struct call *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < world_count(c->world, c->site, K_KEYPAIR); i++) {
        const struct res *r = world_at(c->world, c->site, K_KEYPAIR, i);
        if (strcmp(json_text(r->doc, "user"), c->who.user) == 0)
            json_array_append_new(list, key_view(r));
    }
    reply_json(c, 200, json_pack("{s:o}", "keypairs", list));
}

void nova_create_key(struct call *c)
{
    const json_t *in = json_map(c->json, "keypair");
    const char *name = json_text(in, "name");
    if (!*name || strlen(name) > 255) {
        reply_fail(c, 400, NULL, "Keypair data is invalid: Keypair name must be string and between "
                   "1 and 255 characters long");
        return;
    }
    if (nova_key_known(c, name)) {
        reply_fail(c, 409, NULL, "Key pair '%s' already exists.", name);
        return;
    }
    const struct res *r =
        world_add(c->world, c->site, K_KEYPAIR, id_of(c, name),
                  json_pack("{s:s, s:s, s:s}", "name", name, "user", c->who.user, "public",
                            json_text(in, "public_key")));
    reply_json(c, 201, key_view(r));
}

void nova_delete_key(struct call *c)
{
    struct res *r = world_get(c->world, c->site, K_KEYPAIR, id_of(c, c->args[0]));
    if (!r) {
        reply_fail(c, 404, NULL, "Keypair %s not found for user %s", c->args[0], c->who.user);
        return;
    }
    world_drop(c->world, r);
    reply_empty(c, 204);
}
