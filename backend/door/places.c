#include "backend/door/places.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum pc_err places_state_dir(const char *path, struct pc_error *err)
{
    static const char remedy[] = "Make it writable for you, or name another with --state-dir.";
    char part[512];
    struct stat st;
    if (strlen(path) >= sizeof(part) - 64)
        return pc_error_set(err, PC_ERR_USAGE, "Name a shorter one.",
                            "the state directory's name is too long");
    for (const char *p = path; *p; p++) {
        if ((p[1] != '/' && p[1] != '\0') || *p == '/')
            continue;
        snprintf(part, sizeof(part), "%.*s", (int)(p - path + 1), path);
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return pc_error_set(err, PC_ERR_FORBIDDEN, remedy,
                                "the state directory %s cannot be made: %s", path, strerror(errno));
    }
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return pc_error_set(err, PC_ERR_FORBIDDEN, remedy, "%s is not a directory", path);
    if (access(path, W_OK | X_OK) != 0)
        return pc_error_set(err, PC_ERR_FORBIDDEN, remedy,
                            "the state directory %s cannot be written: %s", path, strerror(errno));
    return PC_OK;
}

static bool usual_file(char *dst, size_t size)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    const struct {
        const char *root, *middle;
    } places[] = {{xdg, ""}, {home, "/.config"}, {"/etc", ""}};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (!places[i].root || !*places[i].root)
            continue;
        snprintf(dst, size, "%s%s/protector-console/protector-console.cfg", places[i].root,
                 places[i].middle);
        if (access(dst, F_OK) == 0)
            return true;
    }
    return false;
}

static void add_site(struct config *c, const char *cloud, bool primary)
{
    c->sites[c->site_count++] = (struct config_site){
        .name = arena_strdup(&c->arena, cloud),
        .cloud = arena_strdup(&c->arena, cloud),
        .primary = primary,
        .array_url = "",
        .array_token = "",
        .array_name = "",
        .volume_host = "",
        .array_verify = true,
    };
}

static enum pc_err sites_from_options(const struct door_options *o, struct config *c,
                                      struct pc_error *err)
{
    const char *one = o->primary_cloud ? o->primary_cloud : getenv("OS_CLOUD");
    const char *two = o->secondary_cloud ? o->secondary_cloud : getenv("OS_SECONDARY_CLOUD");
    if (!one && !two)
        return PC_OK;
    if (!one || !two || strcmp(one, two) == 0) {
        if (!o->primary_cloud && !o->secondary_cloud)
            return PC_OK; /* OS_CLOUD alone is for other programs */
        return pc_error_set(err, PC_ERR_USAGE, "Give both --os-cloud and --secondary-cloud, or "
                            "name the sites in protector-console.cfg.",
                            "a protected group needs two different sites");
    }
    c->sites = arena_alloc(&c->arena, 2 * sizeof(*c->sites));
    add_site(c, one, true);
    add_site(c, two, false);
    config_apply_role(c);
    return PC_OK;
}

enum pc_err places_config(const struct door_options *o, struct config *ret, struct pc_error *err)
{
    char usual[1024];
    const char *file = o->config_file;
    if (!file && usual_file(usual, sizeof(usual)))
        file = usual;
    enum pc_err rc = config_load(file, ret, err);
    if (!rc && ret->site_count == 0)
        rc = sites_from_options(o, ret, err);
    return rc;
}

bool places_lead_to_lab(const struct door_options *o)
{
    struct config c;
    if (places_config(o, &c, NULL))
        return false;
    bool lab = c.site_count == 0;
    config_release(&c);
    return lab;
}

enum pc_err places_lab_config(const char *path, struct config *c, struct pc_error *err)
{
    struct config lab;
    enum pc_err rc = config_load(path, &lab, err);
    if (rc)
        return rc;
    c->clouds_file = arena_strdup(&c->arena, lab.clouds_file);
    c->http_port = lab.http_port;
    c->settle_seconds = lab.settle_seconds;
    c->sites = arena_alloc(&c->arena, lab.site_count * sizeof(*c->sites));
    for (size_t i = 0; i < lab.site_count; i++) {
        struct config_site s = lab.sites[i];
        s.name = arena_strdup(&c->arena, s.name);
        s.cloud = arena_strdup(&c->arena, s.cloud);
        s.array_url = arena_strdup(&c->arena, s.array_url);
        s.array_token = arena_strdup(&c->arena, s.array_token);
        s.array_name = arena_strdup(&c->arena, s.array_name);
        s.volume_host = arena_strdup(&c->arena, s.volume_host);
        s.tint = arena_strdup(&c->arena, s.tint);
        c->sites[c->site_count++] = s;
    }
    config_release(&lab);
    config_apply_role(c);
    return PC_OK;
}
