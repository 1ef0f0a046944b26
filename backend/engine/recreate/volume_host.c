#include "backend/engine/recreate/volume_host.h"

#include "backend/base/json.h"

#include <stdio.h>
#include <string.h>

bool volume_host_choose(const json_t *volumes, const char *array, char *dst, size_t size)
{
    const char *only = "";
    const json_t *v;
    bool several = false, certain = false;
    size_t i;
    json_array_foreach(volumes, i, v) {
        const char *host = json_text(v, "os-vol-host-attr:host");
        if (!*host || strlen(host) >= size || certain)
            continue;
        certain = *array && strcmp(json_text(json_map(v, "metadata"), "array_name"), array) == 0;
        several = several || (*only && strcmp(only, host) != 0);
        only = host;
    }
    if (!*only || (several && !certain))
        return false;
    snprintf(dst, size, "%s", only);
    return true;
}
