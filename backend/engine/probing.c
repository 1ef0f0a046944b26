/* probing: see probing.h. */
#include "backend/engine/probing.h"

#include "backend/base/json.h"

#include <unistd.h>

struct probe_options probing_options(const struct engine *e)
{
    const struct config *cfg = e->o.config;
    return (struct probe_options){
        .http_port = cfg->http_port,
        .allow_exec = cfg->allow_exec,
        .ssh_user = cfg->ssh_user,
        .ssh_key_file = cfg->ssh_key_file,
    };
}

/* Without one ssh looks for its own. */
static bool key_is_there(const struct probe_options *o)
{
    return !*o->ssh_key_file || access(o->ssh_key_file, R_OK) == 0;
}

void probing_allowed(const struct engine *e, json_t *o)
{
    const struct probe_options options = probing_options(e);
    json_put_flag(o, "callouts_allowed", e->o.config->callouts_allow);
    json_put_flag(o, "exec_allowed", !probe_exec_off(&options) && key_is_there(&options));
}

const char *probing_address(const json_t *server, int n)
{
    const char *list[32];
    int count = 0;
    for (int64_t version = 4; version <= 6; version += 2) {
        const char *net;
        json_t *addresses, *a;
        size_t i;
        json_object_foreach(json_map(server, "addresses"), net, addresses)
            json_array_foreach(addresses, i, a)
                if (count < 32 && json_int(a, "version", 4) == version)
                    list[count++] = json_text(a, "addr");
    }
    return count ? list[n % count] : "";
}
