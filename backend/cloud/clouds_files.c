#include "backend/cloud/clouds_files.h"

#include "backend/base/log.h"
#include "backend/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void clouds_warn(struct clouds_warnings *w, const char *fmt, ...)
{
    char raw[sizeof(w->text[0])], clean[sizeof(w->text[0])];
    if (!w)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    safe_text(clean, sizeof(clean), raw);
    for (int i = 0; i < w->count; i++)
        if (strcmp(w->text[i], clean) == 0)
            return;
    if (w->count < (int)(sizeof(w->text) / sizeof(w->text[0])))
        snprintf(w->text[w->count++], sizeof(w->text[0]), "%s", clean);
}

bool clouds_secret_key(const char *key)
{
    static const char *const SECRETS[] = {
        "password",    "token",         "auth_token",   "application_credential_secret",
        "passcode",    "client_secret", "access_token", "refresh_token",
        "admin_token", "secret",        "api_token",    "access_key",
    };
    char plain[64];
    snprintf(plain, sizeof(plain), "%s", key);
    for (char *p = plain; *p; p++)
        if (*p == '-')
            *p = '_';
    for (size_t i = 0; i < sizeof(SECRETS) / sizeof(SECRETS[0]); i++)
        if (strcmp(plain, SECRETS[i]) == 0)
            return true;
    return false;
}

const char *clouds_expand_home(struct arena *a, const char *path)
{
    const char *home = getenv("HOME");
    if (path[0] == '~' && (path[1] == '/' || !path[1]) && home)
        return arena_printf(a, "%s%s", home, path + 1);
    return path;
}

/* Registers the secrets below a node; says whether there was one. */
static bool keep_secrets(const struct yaml_node *n)
{
    bool found = false;
    for (size_t i = 0; i < n->count; i++) {
        const struct yaml_entry *e = &n->entries[i];
        if (e->value->kind != YAML_SCALAR) {
            found = keep_secrets(e->value) || found;
        } else if (e->key && clouds_secret_key(e->key) && !yaml_is_null(e->value) &&
                   *e->value->text) {
            log_secret(e->value->text);
            found = true;
        }
    }
    return found;
}

static void on_twice(void *arg, const char *source, const char *key, int line, int first_line)
{
    clouds_warn(arg, "%s:%d: \"%s\" is already on line %d; the later one counts: rename one",
                source, line, key, first_line);
}

/* ---- one file ------------------------------------------------------------ */

struct candidate {
    const char *path;
    bool required; /* named in the configuration: not being there is an error */
    bool told;     /* in messages; one suffix a folder is enough there */
};

static enum pc_err failed(struct pc_error *err, enum pc_err code, const char *path,
                          const char *remedy, const char *what)
{
    pc_error_set(err, code, remedy, "%s", what);
    yaml_mark(err, path, 0);
    return code;
}

static enum pc_err slurp(int fd, const char *path, struct buf *b, struct pc_error *err)
{
    char part[8192];
    for (;;) {
        ssize_t n = read(fd, part, sizeof(part));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed(err, PC_ERR_CONFIG, path, "Make it a file that you can read.",
                          strerror(errno));
        if (n == 0)
            return PC_OK;
        if (!buf_add(b, part, (size_t)n))
            return failed(err, PC_ERR_CONFIG, path, "Remove what does not belong into this file.",
                          "this is no configuration: it is larger than 1 MiB");
    }
}

/* A file that cannot be opened is passed over like in openstacksdk, but said. */
static enum pc_err open_file(const struct candidate *c, int *ret_fd, struct clouds_warnings *w,
                             struct pc_error *err)
{
    *ret_fd = open(c->path, O_RDONLY | O_CLOEXEC);
    if (*ret_fd >= 0)
        return PC_OK;
    if (c->required && (errno == ENOENT || errno == ENOTDIR))
        return failed(err, PC_ERR_NOT_FOUND, c->path,
                      "Name an existing file in clouds_file, or leave it empty to search.",
                      "there is no such clouds.yaml");
    if (c->required)
        return failed(err, PC_ERR_CONFIG, c->path, "Make it a file that you can read.",
                      strerror(errno));
    if (errno != ENOENT && errno != ENOTDIR)
        clouds_warn(w, "%s is passed over: %s", c->path, strerror(errno));
    return PC_OK;
}

/* *ret_root stays NULL when the file is not there, or is empty. */
static enum pc_err read_one(struct arena *a, const struct candidate *c, bool *ret_found,
                            struct yaml_node **ret_root, struct clouds_warnings *w,
                            struct pc_error *err)
{
    struct stat st;
    struct buf b;
    int fd;
    enum pc_err rc = open_file(c, &fd, w, err);
    if (rc || fd < 0)
        return rc;
    buf_init(&b, YAML_MOST_BYTES);
    rc = slurp(fd, c->path, &b, err);
    if (!rc)
        rc = yaml_parse(a, c->path, buf_text(&b), b.len, on_twice, w, ret_root, err);
    if (!rc) {
        *ret_found = true;
        bool secrets = *ret_root && keep_secrets(*ret_root);
        if (secrets && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
            (st.st_mode & (S_IRGRP | S_IROTH)))
            clouds_warn(w, "chmod 600 %s: others can read the secrets in it (mode %04o)", c->path,
                        st.st_mode & 07777u);
    }
    buf_release(&b);
    close(fd);
    return rc;
}

/* The `clouds` mapping of a file's root. */
static enum pc_err clouds_of(struct yaml_node *root, const char *path,
                             const struct yaml_node **ret_clouds, struct clouds_warnings *w,
                             struct pc_error *err)
{
    *ret_clouds = NULL;
    if (root && root->kind != YAML_MAP)
        return yaml_error(err, PC_ERR_CONFIG, root, "Begin it with the line: clouds:",
                          "this is no clouds.yaml: it is not a mapping");
    const struct yaml_node *clouds = yaml_get(root, "clouds");
    if (!clouds) {
        clouds_warn(w, "%s names no clouds: there is no `clouds:` in it", path);
        return PC_OK;
    }
    if (clouds->kind != YAML_MAP)
        return yaml_error(err, PC_ERR_CONFIG, clouds,
                          "Write each cloud as its name and a colon, indented below clouds:",
                          "`clouds` is not a mapping of names to clouds");
    *ret_clouds = clouds;
    return PC_OK;
}

/* ---- the search ---------------------------------------------------------- */

struct search {
    struct candidate list[64];
    size_t count;
};

static void add_file(struct search *s, const char *path, bool required, bool told)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->list[i].path, path) == 0)
            return;
    if (s->count < sizeof(s->list) / sizeof(s->list[0]))
        s->list[s->count++] =
            (struct candidate){.path = path, .required = required, .told = told};
}

static void add_folder(struct arena *a, struct search *s, const char *folder, const char *stem)
{
    static const char *const SUFFIXES[] = {"yaml", "yml", "json"};
    for (size_t i = 0; i < sizeof(SUFFIXES) / sizeof(SUFFIXES[0]); i++)
        add_file(s, arena_printf(a, "%s/%s.%s", folder, stem, SUFFIXES[i]), false, i == 0);
}

static const char *set_or(const char *variable, const char *otherwise)
{
    const char *v = getenv(variable);
    return v && *v ? v : otherwise;
}

static void usual_places(struct arena *a, struct search *s, const char *stem)
{
    char here[4096];
    const char *home = set_or("SNAP_REAL_HOME", getenv("HOME"));
    const char *xdg = set_or("XDG_CONFIG_HOME", NULL);
    if (getcwd(here, sizeof(here)))
        add_folder(a, s, here, stem);
    if (xdg)
        add_folder(a, s, arena_printf(a, "%s/openstack", xdg), stem);
    if (home)
        add_folder(a, s, arena_printf(a, "%s/.config/openstack", home), stem);
    char *dirs = xstrdup(set_or("XDG_CONFIG_DIRS", "/etc/xdg")), *rest = dirs, *dir;
    while ((dir = strsep(&rest, ":")) != NULL)
        if (*dir)
            add_folder(a, s, arena_printf(a, "%s/openstack", dir), stem);
    free(dirs);
    add_folder(a, s, "/etc/openstack", stem);
}

static void candidates(struct arena *a, struct search *s, const char *stem, const char *variable,
                       const char *explicit_file)
{
    bool named = explicit_file && *explicit_file;
    const char *from_env = getenv(variable), *slash = named ? strrchr(explicit_file, '/') : NULL;
    s->count = 0;
    if (named && strcmp(stem, "clouds") == 0) {
        add_file(s, clouds_expand_home(a, explicit_file), true, true);
    } else if (named) {
        const char *beside = arena_printf(a, "%.*s", slash ? (int)(slash - explicit_file) : 1,
                                          slash ? explicit_file : ".");
        add_folder(a, s, clouds_expand_home(a, beside), stem);
    } else {
        if (from_env && *from_env)
            add_file(s, clouds_expand_home(a, from_env), false, true);
        usual_places(a, s, stem);
    }
}

/* Reads the first candidate that is there. */
static enum pc_err first_of(struct arena *a, const struct search *s, const char **ret_path,
                            const struct yaml_node **ret_clouds, struct clouds_warnings *w,
                            struct pc_error *err)
{
    *ret_path = "";
    for (size_t i = 0; i < s->count; i++) {
        struct yaml_node *root = NULL;
        bool found = false;
        enum pc_err rc = read_one(a, &s->list[i], &found, &root, w, err);
        if (rc)
            return rc;
        if (!found)
            continue;
        *ret_path = s->list[i].path;
        return clouds_of(root, *ret_path, ret_clouds, w, err);
    }
    return PC_OK;
}

enum pc_err clouds_files_read(struct arena *a, const char *explicit_file,
                              struct clouds_files *ret, struct clouds_warnings *w,
                              struct pc_error *err)
{
    struct clouds_files f = {.file = ""};
    struct search *s = xcalloc(1, sizeof(*s));
    const struct yaml_node *clouds = NULL, *secure = NULL;
    buf_init(&f.searched, 4096);
    candidates(a, s, "clouds", "OS_CLIENT_CONFIG_FILE", explicit_file);
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].told)
            buf_printf(&f.searched, "%s%s", f.searched.len ? ", " : "", s->list[i].path);
    enum pc_err rc = first_of(a, s, &f.file, &clouds, w, err);
    if (!rc) {
        candidates(a, s, "secure", "OS_CLIENT_SECURE_FILE", explicit_file);
        rc = first_of(a, s, &f.secure, &secure, w, err);
    }
    free(s);
    if (rc) {
        buf_release(&f.searched);
        return rc;
    }
    f.clouds = yaml_overlay(a, clouds, secure, true);
    *ret = f;
    return PC_OK;
}

void clouds_files_release(struct clouds_files *f)
{
    buf_release(&f->searched);
}
