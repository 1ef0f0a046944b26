#include "backend/cloud/clouds_env.h"

#include "backend/base/log.h"
#include "backend/base/text.h"
#include "backend/cloud/clouds_files.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *clouds_env(const char *variable)
{
    const char *v = getenv(variable);
    return v && *v ? v : NULL;
}

const char *clouds_env_name(void)
{
    const char *name = clouds_env("OS_CLOUD_NAME");
    return name ? name : "envvars";
}

/* Never part of the pseudo cloud: they say which cloud, or where the files
 * are, or belong to test harnesses. */
static bool selects(const char *variable)
{
    static const char *const SELECTORS[] = {
        "OS_CLOUD",     "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE",
        "OS_CLOUD_NAME", "OS_SECONDARY_CLOUD",
    };
    static const char *const PREFIXES[] = {"OS_TEST", "OS_STD", "OS_LOG"};
    for (size_t i = 0; i < sizeof(SELECTORS) / sizeof(SELECTORS[0]); i++)
        if (strcmp(variable, SELECTORS[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof(PREFIXES) / sizeof(PREFIXES[0]); i++)
        if (text_starts(variable, PREFIXES[i]))
            return true;
    return false;
}

/* Part of it, but not enough to make one: they amend whichever is chosen. */
static bool amends(const char *variable)
{
    static const char *const AMENDERS[] = {
        "OS_REGION_NAME", "OS_INTERFACE",   "OS_ENDPOINT_TYPE",
        "OS_PASSWORD",    "OS_PREFER_IPV6", "OS_FORCE_IPV4",
    };
    for (size_t i = 0; i < sizeof(AMENDERS) / sizeof(AMENDERS[0]); i++)
        if (strcmp(variable, AMENDERS[i]) == 0)
            return true;
    return false;
}

struct yaml_node *clouds_env_read(struct arena *a)
{
    struct yaml_node *cloud = yaml_new_map(a, "the environment", 0);
    bool enough = false;
    for (char **e = environ; e && *e; e++) {
        const char *equals = strchr(*e, '=');
        if (!text_starts(*e, "OS_") || !equals || !equals[1] || equals == *e + 3)
            continue;
        char *variable = arena_printf(a, "%.*s", (int)(equals - *e), *e);
        if (selects(variable))
            continue;
        char *key = arena_strdup(a, variable + 3);
        for (char *p = key; *p; p++)
            *p = (char)tolower((unsigned char)*p);
        if (clouds_secret_key(key))
            log_secret(equals + 1);
        yaml_put(a, cloud, key, yaml_new_text(a, equals + 1, variable, 0));
        enough = enough || !amends(variable);
    }
    return enough ? cloud : NULL;
}
