#include "backend/cloud/clouds_yaml.h"

#include "backend/base/log.h"
#include "backend/base/text.h"
#include "backend/cloud/clouds_env.h"
#include "backend/cloud/clouds_fields.h"
#include "backend/cloud/clouds_files.h"
#include "backend/cloud/clouds_shape.h"

#include <string.h>

/* One loading: what is known on the way. */
struct loading {
    struct arena a; /* trees; gone at the end */
    struct clouds_files files;
    struct yaml_node *env; /* the pseudo cloud, NULL none */
    const char *name;      /* of the chosen cloud */
    bool by_name;          /* the caller named it: files win over OS_REGION_NAME */
    bool from_env;         /* it is the pseudo cloud */
    struct clouds_warnings *w;
    struct pc_error *err;
};

/* ---- the choice ---------------------------------------------------------- */

/* "a, b, envvars" */
static const char *known_names(struct loading *l)
{
    struct buf b;
    buf_init(&b, 300);
    for (size_t i = 0; i < l->files.clouds->count; i++)
        buf_printf(&b, "%s%s", b.len ? ", " : "", l->files.clouds->entries[i].key);
    if (l->env)
        buf_printf(&b, "%s%s", b.len ? ", " : "", clouds_env_name());
    const char *names = arena_strdup(&l->a, b.len ? buf_text(&b) : "none");
    if (b.overflowed)
        names = arena_printf(&l->a, "%s ...", names);
    buf_release(&b);
    return names;
}

static const struct yaml_node *cloud_named(const struct loading *l, const char *name)
{
    const struct yaml_node *all = l->files.clouds;
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->entries[i].key, name) == 0)
            return all->entries[i].value;
    return l->env && strcmp(name, clouds_env_name()) == 0 ? l->env : NULL;
}

static enum pc_err not_found(struct loading *l, const char *name)
{
    if (*l->files.file) {
        pc_error_set(l->err, PC_ERR_NOT_FOUND,
                     "Use one of these names, or add the cloud to the file.",
                     "cloud %s not found; clouds there: %s", name, known_names(l));
        yaml_mark(l->err, l->files.file, 0);
        return PC_ERR_NOT_FOUND;
    }
    return pc_error_set(l->err, PC_ERR_NOT_FOUND,
                        "Write a clouds.yaml with it in one of these places, or name the file in "
                        "clouds_file.",
                        "cloud %s not found; no clouds.yaml in: %s", name,
                        buf_text(&l->files.searched));
}

/* Explicit name, OS_CLOUD, the pseudo cloud, the only one. */
static enum pc_err choose(struct loading *l, const char *name)
{
    l->by_name = name && *name;
    if (l->env && yaml_get(l->files.clouds, clouds_env_name())) {
        pc_error_set(l->err, PC_ERR_CONFIG, "Rename it, or unset OS_CLOUD_NAME or the OS_* "
                     "variables.", "a cloud is called \"%s\", which is the name of the OS_* "
                     "variables' cloud", clouds_env_name());
        yaml_mark(l->err, l->files.file, yaml_get(l->files.clouds, clouds_env_name())->line);
        return PC_ERR_CONFIG;
    }
    if (!l->by_name)
        name = clouds_env("OS_CLOUD");
    if (!name && l->env)
        name = clouds_env_name();
    if (!name && l->files.clouds->count == 1)
        name = l->files.clouds->entries[0].key;
    if (!name && l->files.clouds->count == 0)
        return pc_error_set(l->err, PC_ERR_NOT_FOUND,
                            "Write a clouds.yaml in one of these places, name one in clouds_file, "
                            "or source an openrc file.",
                            "no cloud is configured; no clouds in: %s",
                            buf_text(&l->files.searched));
    if (!name) {
        pc_error_set(l->err, PC_ERR_AMBIGUOUS, "Name one with --os-cloud or OS_CLOUD.",
                     "which cloud? There are: %s", known_names(l));
        yaml_mark(l->err, l->files.file, 0);
        return PC_ERR_AMBIGUOUS;
    }
    l->name = arena_strdup(&l->a, name);
    return cloud_named(l, name) ? PC_OK : not_found(l, name);
}

/* ---- regions ------------------------------------------------------------- */

/* A list of regions in any of its spellings: names, or {name, values}. */
static enum pc_err regions_of(struct loading *l, const struct yaml_node *cloud,
                              const struct yaml_node **ret_list)
{
    const struct yaml_node *list = yaml_get(cloud, "regions");
    const struct yaml_node *one = yaml_get(cloud, "region_name");
    *ret_list = NULL;
    if (!list)
        list = one;
    if (!list)
        return PC_OK;
    if (list->kind == YAML_LIST) {
        for (size_t i = 0; i < list->count; i++) {
            const struct yaml_node *r = list->entries[i].value;
            const struct yaml_node *n = r->kind == YAML_MAP ? yaml_get(r, "name") : r;
            if (!n || n->kind != YAML_SCALAR || !*n->text)
                return yaml_error(l->err, PC_ERR_CONFIG, r, "Write its name, or {name: ..., "
                                  "values: {...}}.",
                                  "a region of cloud %s has no name", l->name);
        }
        *ret_list = list;
        return PC_OK;
    }
    if (list->kind != YAML_SCALAR)
        return yaml_error(l->err, PC_ERR_CONFIG, list, "Write regions: [RegionOne, RegionTwo].",
                          "the regions of cloud %s are not a list", l->name);
    struct yaml_node *made = yaml_new_map(&l->a, list->source, list->line);
    made->kind = YAML_LIST;
    char *rest = arena_strdup(&l->a, list->text), *part;
    while ((part = strsep(&rest, ", ")) != NULL)
        if (*part)
            yaml_add(&l->a, made, NULL, yaml_new_text(&l->a, part, list->source, list->line));
    *ret_list = made;
    return PC_OK;
}

static const char *region_name(const struct yaml_node *r)
{
    return (r->kind == YAML_MAP ? yaml_get(r, "name") : r)->text;
}

/* Which region, and what it changes. OS_REGION_NAME decides where the file
 * leaves a choice. A cloud that the caller named keeps its own: of two sites
 * each has its own region, and one variable must not move both. */
static enum pc_err apply_region(struct loading *l, struct yaml_node **cloud)
{
    const struct yaml_node *list, *chosen = NULL;
    const char *wanted = l->from_env ? NULL : clouds_env("OS_REGION_NAME");
    enum pc_err rc = regions_of(l, *cloud, &list);
    if (rc)
        return rc;
    size_t count = list ? list->count : 0;
    for (size_t i = 0; wanted && !chosen && i < count; i++)
        if (strcmp(region_name(list->entries[i].value), wanted) == 0)
            chosen = list->entries[i].value;
    if (wanted && !count)
        chosen = yaml_new_text(&l->a, wanted, "OS_REGION_NAME", 0);
    if (!chosen && wanted && !l->by_name)
        return yaml_error(l->err, PC_ERR_CONFIG, list, "Set OS_REGION_NAME to one of the cloud's "
                          "regions (case counts), or unset it.",
                          "OS_REGION_NAME is %s, which is no region of cloud %s", wanted, l->name);
    if (!chosen && count)
        chosen = list->entries[0].value;
    if (wanted && chosen && strcmp(region_name(chosen), wanted) != 0)
        clouds_warn(l->w, "cloud %s stays in its region %s: OS_REGION_NAME=%s is ignored", l->name,
                    region_name(chosen), wanted);
    if (!chosen)
        return PC_OK;

    struct yaml_node *over = NULL;
    const struct yaml_node *values = yaml_get(chosen, "values");
    rc = values ? clouds_shape(&l->a, l->name, values, &over, l->w, l->err) : PC_OK;
    if (rc)
        return rc;
    *cloud = yaml_overlay(&l->a, *cloud, over, true);
    yaml_put(&l->a, *cloud, "region_name",
             yaml_new_text(&l->a, region_name(chosen), chosen->source, chosen->line));
    return PC_OK;
}

/* ---- OS_INTERFACE and OS_PASSWORD ---------------------------------------- */

static void amend(struct loading *l, struct yaml_node *cloud)
{
    const char *interface = clouds_env("OS_INTERFACE"), *password = clouds_env("OS_PASSWORD");
    if (interface && (!l->by_name || !yaml_get(cloud, "interface")))
        yaml_put(&l->a, cloud, "interface", yaml_new_text(&l->a, interface, "OS_INTERFACE", 0));
    struct yaml_node *auth = NULL;
    for (size_t i = 0; i < cloud->count; i++)
        if (strcmp(cloud->entries[i].key, "auth") == 0)
            auth = cloud->entries[i].value;
    const struct yaml_node *own = yaml_get(auth, "password"), *type = yaml_get(cloud, "auth_type");
    bool by_password = !type || (type->kind == YAML_SCALAR && strstr(type->text, "password"));
    if (!type && (yaml_get(auth, "application_credential_secret") || yaml_get(auth, "token")))
        by_password = false;
    if (auth && password && by_password && (!own || (own->kind == YAML_SCALAR && !*own->text)))
        yaml_put(&l->a, auth, "password", yaml_new_text(&l->a, password, "OS_PASSWORD", 0));
}

static void warn_profile(struct loading *l, const struct yaml_node *cloud)
{
    static const char *const KEYS[] = {"profile", "cloud"};
    for (size_t i = 0; i < 2; i++) {
        const struct yaml_node *v = yaml_get(cloud, KEYS[i]);
        if (v && v->kind == YAML_SCALAR)
            clouds_warn(l->w, "cloud %s: its profile %s is not read; auth_url and the rest must "
                              "stand in the entry itself", l->name, v->text);
    }
}

/* ---- loading ------------------------------------------------------------- */

static enum pc_err load(struct loading *l, const char *explicit_file, const char *name,
                        struct cloud_config *c)
{
    struct yaml_node *cloud = NULL;
    enum pc_err rc = clouds_files_read(&l->a, explicit_file, &l->files, l->w, l->err);
    if (rc)
        return rc;
    l->env = clouds_env_read(&l->a);
    rc = choose(l, name);
    if (rc)
        return rc;
    const struct yaml_node *raw = cloud_named(l, l->name);
    l->from_env = raw == l->env;
    c->name = arena_strdup(&c->arena, l->name);
    c->file = arena_strdup(&c->arena, l->from_env ? "" : l->files.file);
    warn_profile(l, raw);
    rc = clouds_shape(&l->a, l->name, raw, &cloud, l->w, l->err);
    if (!rc)
        rc = apply_region(l, &cloud);
    if (rc)
        return rc;
    amend(l, cloud);
    clouds_format(&l->a, cloud);
    return clouds_fields_read(cloud, c, l->w, l->err);
}

enum pc_err cloud_config_load(const char *explicit_file, const char *name,
                              struct cloud_config *ret, struct clouds_warnings *warnings,
                              struct pc_error *err)
{
    struct loading l = {.w = warnings, .err = err};
    struct cloud_config c = {0};
    arena_init(&l.a);
    arena_init(&c.arena);
    if (warnings)
        warnings->count = 0;
    log_secret(clouds_env("OS_PASSWORD"));
    enum pc_err rc = load(&l, explicit_file, name, &c);
    clouds_files_release(&l.files);
    arena_release(&l.a);
    if (rc) {
        arena_release(&c.arena);
        return rc;
    }
    log_line(LOG_INFO, "clouds", "cloud %s from %s: %s at %s", c.name,
             *c.file ? c.file : "the environment", c.auth_type, c.auth_url);
    *ret = c;
    return PC_OK;
}

void cloud_config_release(struct cloud_config *c)
{
    arena_release(&c->arena);
    memset(c, 0, sizeof(*c));
}

static void dup_member(void *arg, const char **member)
{
    *member = arena_strdup(arg, *member);
}

void cloud_config_copy(struct cloud_config *ret, const struct cloud_config *from)
{
    struct cloud_config c = *from;
    struct arena own;
    arena_init(&own);
    clouds_fields_each(&c, dup_member, &own);
    c.arena = own;
    *ret = c;
}
