#include "backend/lab/publish.h"

#include "backend/base/buf.h"
#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/lab/seed_data.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_CAP = 64 * 1024 * 1024 };

static enum pc_err write_file(const char *dir, const char *name, const char *text,
                              struct pc_error *err)
{
    char *path = xasprintf("%s/%s", dir, name), *temp = xasprintf("%s/.%s.new", dir, name);
    size_t n = strlen(text), done = 0;
    bool ok = true;
    int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    while (fd >= 0 && ok && done < n) {
        ssize_t put = write(fd, text + done, n - done);
        ok = put > 0;
        done += ok ? (size_t)put : 0;
    }
    ok = ok && fd >= 0 && rename(temp, path) == 0;
    enum pc_err rc = PC_OK;
    if (!ok)
        rc = pc_error_set(err, PC_ERR_IO, "Make the directory writable, or name another.",
                          "cannot write %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    free(path);
    free(temp);
    return rc;
}

/* ---- clouds.yaml ------------------------------------------------------ */

static const struct {
    const char *suffix, *user;
} CLOUDS[] = {{"", "demo"}, {"-admin", "admin"}, {"-reader", "demo-reader"}};

static void add_clouds(struct buf *b, const struct site *site, const char *credential)
{
    for (size_t i = 0; i < sizeof(CLOUDS) / sizeof(CLOUDS[0]); i++)
        buf_printf(b,
                   "  %s%s:\n    auth:\n      auth_url: %s/identity/v3\n      username: %s\n"
                   "      password: %s\n      project_name: demo\n"
                   "      user_domain_name: Default\n      project_domain_name: Default\n"
                   "    region_name: %s\n    interface: public\n    identity_api_version: 3\n",
                   site->name, CLOUDS[i].suffix, site->url, CLOUDS[i].user, LAB_SECRET,
                   site->region);
    buf_printf(b,
               "  %s-app:\n    auth_type: v3applicationcredential\n    auth:\n"
               "      auth_url: %s/identity/v3\n      application_credential_id: %s\n"
               "      application_credential_secret: %s\n    region_name: %s\n"
               "    interface: public\n    identity_api_version: 3\n",
               site->name, site->url, credential, LAB_SECRET, site->region);
}

static enum pc_err publish_clouds(struct lab *lab, const char *dir, struct pc_error *err)
{
    struct buf b;
    buf_init(&b, FILE_CAP);
    buf_puts(&b, "# Written by protector-lab at every start.\nclouds:\n");
    add_clouds(&b, &lab->sites[SITE_A], SEED_CREDENTIAL_A);
    add_clouds(&b, &lab->sites[SITE_B], SEED_CREDENTIAL_B);
    enum pc_err rc = write_file(dir, "clouds.yaml", buf_text(&b), err);
    buf_release(&b);
    return rc;
}

/* ---- protector-console.cfg -------------------------------------------- */

/* libconfig's strings know \" and \\. */
static void add_quoted(struct buf *b, const char *s)
{
    buf_puts(b, "\"");
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            buf_puts(b, "\\");
        buf_add(b, s, 1);
    }
    buf_puts(b, "\"");
}

static enum pc_err publish_config(struct lab *lab, const char *dir, struct pc_error *err)
{
    struct buf b;
    buf_init(&b, FILE_CAP);
    char *clouds = xasprintf("%s/clouds.yaml", dir);
    buf_puts(&b, "# Written by protector-lab at every start.\nclouds_file = ");
    add_quoted(&b, clouds);
    buf_puts(&b, ";\nsites = (\n");
    for (int s = 0; s < SITE_COUNT; s++) {
        const struct site *site = &lab->sites[s];
        buf_printf(&b,
                   "  { name = \"%s\"; cloud = \"%s\"; type = \"%s\"; volume_host = "
                   "\"%s#%s\";\n"
                   "    array = { url = \"%s/array\"; api_token = \"%s\"; name = \"%s\"; "
                   "verify = true; }; }%s\n",
                   site->name, site->name, s == SITE_A ? "primary" : "secondary", site->host,
                   site->pool, site->url,
                   site->array_token, site->array_name, s == SITE_A ? "," : "");
    }
    buf_printf(&b,
               ");\nstorage: { mode = \"mock\"; };\n"
               "health_checks: { http_port = %d; };\n"
               "engine: { settle_seconds = 3; };\n", /* nothing here is far away */
               lab->low_ports ? 80 : 8080);
    enum pc_err rc = write_file(dir, "protector-console.cfg", buf_text(&b), err);
    free(clouds);
    buf_release(&b);
    return rc;
}

/* ---- groups.json and lab.json ----------------------------------------- */

static enum pc_err publish_json(const char *dir, const char *name, json_t *doc,
                                struct pc_error *err)
{
    char *text = json_dumps(doc, JSON_INDENT(2));
    json_decref(doc);
    enum pc_err rc = write_file(dir, name, text ? text : "null", err);
    free(text);
    return rc;
}

static enum pc_err publish_groups(struct lab *lab, const char *dir, struct pc_error *err)
{
    json_t *list = json_array();
    for (size_t i = 0; i < world_count(&lab->world, SITE_A, K_GROUP); i++) {
        const json_t *d = world_at(&lab->world, SITE_A, K_GROUP, i)->doc;
        if (!json_array_size(json_list(d, "members")))
            continue; /* made on the array, by hand: nobody protects anything by it */
        json_t *one = json_pack("{s:s, s:s, s:s, s:s, s:O, s:I}", "name", json_text(d, "name"),
                                "description", json_text(d, "desc"), "primary",
                                lab->sites[SITE_A].name, "secondary", lab->sites[SITE_B].name,
                                "members", json_list(d, "members"), "rpo_seconds",
                                (json_int_t)json_int(d, "rpo", 900));
        json_object_update(one, json_map(d, "extra"));
        json_array_append_new(list, one);
    }
    return publish_json(dir, "groups.json", list, err);
}

static enum pc_err publish_lab(struct lab *lab, const char *dir, struct pc_error *err)
{
    const struct site *a = &lab->sites[SITE_A], *b = &lab->sites[SITE_B];
    return publish_json(
        dir, "lab.json",
        json_pack("{s:i, s:o, s:[{s:s, s:s}, {s:s, s:s}], s:s, s:s, s:o}", "pid", (int)getpid(),
                  "start", json_integer(lab->started), "sites", "name", a->name, "url", a->url,
                  "name", b->name, "url", b->url, "control_url", lab->control_url, "version",
                  PC_VERSION, "guests", json_sprintf("127.%d.0.0/16", lab->net)),
        err);
}

enum pc_err publish_all(struct lab *lab, struct pc_error *err)
{
    char *dir = realpath(lab->opt.state_dir, NULL);
    if (!dir)
        return pc_error_set(err, PC_ERR_IO, "Make the directory readable.",
                            "%s has no absolute path: %s", lab->opt.state_dir, strerror(errno));
    enum pc_err rc = publish_clouds(lab, dir, err);
    if (!rc)
        rc = publish_config(lab, dir, err);
    if (!rc)
        rc = publish_groups(lab, dir, err);
    if (!rc)
        rc = publish_lab(lab, dir, err);
    free(dir);
    return rc;
}

void publish_withdraw(const char *dir)
{
    char *path = xasprintf("%s/lab.json", dir);
    unlink(path);
    free(path);
}
