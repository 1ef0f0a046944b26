#include "backend/cloud/clouds_shape.h"

#include "backend/base/buf.h"
#include "backend/base/text.h"
#include "backend/cloud/clouds_files.h"

#include <ctype.h>
#include <string.h>

/* Old names; the new one wins where both are written. */
static const struct {
    const char *old, *now;
} RENAMED[] = {
    {"endpoint_type", "interface"},
    {"auth_plugin", "auth_type"},
    {"tenant_id", "project_id"},
    {"tenant_name", "project_name"},
    {"project", "project_name"},
    {"auth_token", "token"},
    {"user", "username"},
    {"user_name", "username"},
};

/* Keys that belong into `auth`, wherever they stand. */
static const char *const LOGIN_KEYS[] = {
    "auth_url", "username", "user_id", "user_domain_id", "user_domain_name", "password",
    "project_id", "project_name", "project_domain_id", "project_domain_name",
    "domain_id", "domain_name", "default_domain_id", "default_domain_name",
    "application_credential_id", "application_credential_name", "application_credential_secret",
    "token", "trust_id", "system_scope", "unscoped", "passcode",
};

static bool login_key(const char *key)
{
    for (size_t i = 0; i < sizeof(LOGIN_KEYS) / sizeof(LOGIN_KEYS[0]); i++)
        if (strcmp(key, LOGIN_KEYS[i]) == 0)
            return true;
    return false;
}

/* The new spelling of a key; *ret_old says that it was an old one. */
static const char *spell(struct arena *a, const char *key, bool *ret_old)
{
    static const char suffix[] = "_endpoint_type";
    char *k = arena_strdup(a, key);
    for (char *p = k; *p; p++)
        if (*p == '-')
            *p = '_';
    *ret_old = true;
    for (size_t i = 0; i < sizeof(RENAMED) / sizeof(RENAMED[0]); i++)
        if (strcmp(k, RENAMED[i].old) == 0)
            return RENAMED[i].now;
    size_t n = strlen(k), tail = sizeof(suffix) - 1;
    if (n > tail && strcmp(k + n - tail, suffix) == 0)
        return arena_printf(a, "%.*s_interface", (int)(n - tail), k);
    *ret_old = strcmp(k, key) != 0;
    return k;
}

/* A copy of a mapping in new spelling and without nulls. */
static struct yaml_node *respell(struct arena *a, const struct yaml_node *map)
{
    struct yaml_node *n = yaml_new_map(a, map->source, map->line);
    for (int old = 1; old >= 0; old--) {
        for (size_t i = 0; i < map->count; i++) {
            bool was_old;
            const char *key = spell(a, map->entries[i].key, &was_old);
            if (was_old == (old == 1) && !yaml_is_null(map->entries[i].value))
                yaml_put(a, n, key, map->entries[i].value);
        }
    }
    return n;
}

/* Fills `auth.<to>_id|name` from `auth.<from>_id|name` when neither is there. */
static void fill_domain(struct arena *a, struct yaml_node *auth, const char *from, const char *to)
{
    static const char *const FORMS[] = {"id", "name"};
    for (size_t i = 0; i < 2; i++)
        if (yaml_get(auth, arena_printf(a, "%s_%s", to, FORMS[i])))
            return;
    for (size_t i = 0; i < 2; i++) {
        const struct yaml_node *v = yaml_get(auth, arena_printf(a, "%s_%s", from, FORMS[i]));
        if (!v)
            continue;
        struct yaml_node *copy = arena_alloc(a, sizeof(*copy));
        *copy = *v;
        yaml_put(a, auth, arena_printf(a, "%s_%s", to, FORMS[i]), copy);
        return;
    }
}

/* domain_* beside a project means the user's and the project's; the rest of
 * the reading treats it as a domain scope, so it is dropped then. */
static void fill_domains(struct arena *a, struct yaml_node *auth)
{
    bool project = yaml_get(auth, "project_id") || yaml_get(auth, "project_name");
    if (project) {
        fill_domain(a, auth, "domain", "user_domain");
        fill_domain(a, auth, "domain", "project_domain");
        struct yaml_node *none = yaml_new_text(a, "", auth->source, auth->line);
        none->plain = true;
        yaml_put(a, auth, "domain_id", none);
        yaml_put(a, auth, "domain_name", none);
    }
    fill_domain(a, auth, "default_domain", "user_domain");
    if (yaml_get(auth, "project_name") && !yaml_get(auth, "project_id"))
        fill_domain(a, auth, "default_domain", "project_domain");
}

enum pc_err clouds_shape(struct arena *a, const char *name, const struct yaml_node *cloud,
                         struct yaml_node **ret, struct clouds_warnings *w, struct pc_error *err)
{
    if (yaml_is_null(cloud))
        cloud = yaml_new_map(a, cloud ? cloud->source : "", cloud ? cloud->line : 0);
    if (cloud->kind != YAML_MAP)
        return yaml_error(err, PC_ERR_CONFIG, cloud, "Write its settings indented below its name.",
                          "cloud %s is not a mapping", name);
    struct yaml_node *top = respell(a, cloud);
    const struct yaml_node *written = yaml_get(top, "auth");
    if (written && written->kind != YAML_MAP)
        return yaml_error(err, PC_ERR_CONFIG, written, "Write auth_url, username and so on "
                          "indented below auth:",
                          "`auth` of cloud %s is not a mapping", name);
    struct yaml_node *auth =
        written ? respell(a, written) : yaml_new_map(a, cloud->source, cloud->line);

    struct yaml_node *shaped = yaml_new_map(a, cloud->source, cloud->line);
    for (size_t i = 0; i < top->count; i++) {
        const char *key = top->entries[i].key;
        struct yaml_node *value = top->entries[i].value;
        if (!login_key(key)) {
            yaml_put(a, shaped, key, value);
            continue;
        }
        const struct yaml_node *inner = yaml_get(auth, key);
        if (inner && !text_equal(inner->text, value->text))
            clouds_warn(w, "cloud %s has two different %s: the one outside of auth counts "
                           "(%s:%d)", name, key, value->source, value->line);
        yaml_put(a, auth, key, value);
    }
    fill_domains(a, auth);
    yaml_put(a, shaped, "auth", auth);
    *ret = shaped;
    return PC_OK;
}

/* ---- {region_name} ------------------------------------------------------- */

/* The text that a reference stands for: "key" or "auth[key]"; NULL unknown. */
static const char *referred(struct arena *a, const struct yaml_node *cloud, const char *name,
                            size_t n)
{
    char *key = arena_printf(a, "%.*s", (int)n, name);
    const struct yaml_node *map = cloud;
    if (text_starts(key, "auth[") && key[n - 1] == ']') {
        key[n - 1] = '\0';
        key += 5;
        map = yaml_get(cloud, "auth");
    }
    const struct yaml_node *v = yaml_get(map, key);
    return v && v->kind == YAML_SCALAR && !clouds_secret_key(key) ? v->text : NULL;
}

/* The text with every reference replaced; as it was when one is not known. */
static const char *replaced(struct arena *a, const struct yaml_node *cloud, const char *text)
{
    struct buf b;
    const char *result = text;
    buf_init(&b, 4096);
    for (const char *p = text; *p;) {
        size_t plain = strcspn(p, "{}");
        buf_add(&b, p, plain);
        p += plain;
        if (!*p)
            break;
        size_t n = *p == '{' ? strcspn(p + 1, "{}") : 0;
        const char *value = n && p[1 + n] == '}' ? referred(a, cloud, p + 1, n) : NULL;
        if (!value)
            goto out;
        buf_puts(&b, value);
        p += n + 2;
    }
    if (!b.overflowed)
        result = arena_strdup(a, buf_text(&b));
out:
    buf_release(&b);
    return result;
}

static void format_map(struct arena *a, const struct yaml_node *cloud, struct yaml_node *map,
                       const char *only)
{
    for (size_t i = 0; i < map->count; i++) {
        struct yaml_entry *e = &map->entries[i];
        if (e->value->kind != YAML_SCALAR || clouds_secret_key(e->key) ||
            (only && strcmp(e->key, only) != 0) || !strchr(e->value->text, '{'))
            continue;
        struct yaml_node *n = arena_alloc(a, sizeof(*n));
        *n = *e->value;
        n->text = replaced(a, cloud, e->value->text);
        e->value = n;
    }
}

void clouds_format(struct arena *a, struct yaml_node *cloud)
{
    for (size_t i = 0; i < cloud->count; i++)
        if (strcmp(cloud->entries[i].key, "auth") == 0)
            format_map(a, cloud, cloud->entries[i].value, "auth_url");
    format_map(a, cloud, cloud, NULL);
}
