#include "backend/config/config.h"

#include "backend/base/log.h"
#include "backend/base/text.h"
#include "backend/config/options.h"
#include "backend/config/inside.h"
#include "backend/config/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum pc_err config_refuse(struct reading *r, unsigned line, const char *remedy, const char *text)
{
    pc_error_set(r->err, PC_ERR_CONFIG, remedy, "%s", text);
    source_mark(r->err, r->path, (int)line);
    return PC_ERR_CONFIG;
}

static void warn(struct config *c, const char *text)
{
    if (c->warning_count < CONFIG_WARNINGS)
        c->warnings[c->warning_count++] = text;
}

const char *config_type_word(int type)
{
    static const char *const words[] = {
        [CONFIG_TYPE_NONE] = "nothing",        [CONFIG_TYPE_GROUP] = "a section in { }",
        [CONFIG_TYPE_INT] = "a number",        [CONFIG_TYPE_INT64] = "a very large number",
        [CONFIG_TYPE_FLOAT] = "a fraction",    [CONFIG_TYPE_STRING] = "text",
        [CONFIG_TYPE_BOOL] = "true or false",  [CONFIG_TYPE_ARRAY] = "an array in [ ]",
        [CONFIG_TYPE_LIST] = "a list in ( )",
    };
    return type >= 0 && type <= CONFIG_TYPE_LIST ? words[type] : "something else";
}

static enum pc_err wrong(struct reading *r, const config_setting_t *s,
                         const struct config_option *o, const char *what)
{
    char expects[256];
    const char *remedy = arena_printf(&r->c->arena, "Write %s = ...; with %s.", o->path,
                                      option_expects(o, expects, sizeof(expects)));
    return REFUSE(r, s->line, remedy, "%s %s", o->path, what);
}

static bool listed(const char *const *words, const char *word)
{
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

static enum pc_err set_text(struct reading *r, const config_setting_t *s,
                            const struct config_option *o, const char **at)
{
    const char *v = config_setting_get_string(s);
    if (!text_is_safe(v))
        return wrong(r, s, o, "holds characters that cannot be shown");
    if (o->type == OPTION_WORD && !listed(o->words, v))
        return wrong(r, s, o, arena_printf(&r->c->arena, "is \"%s\", which it cannot be", v));
    if (o->secret)
        log_secret(v);
    *at = o->type == OPTION_FILE ? source_resolve(&r->c->arena, r->path, v)
                                 : arena_strdup(&r->c->arena, v);
    return PC_OK;
}

/* Reads one scalar setting into its place in `base`. */
static enum pc_err set_option(struct reading *r, const config_setting_t *s,
                              const struct config_option *o, void *base)
{
    static const int wanted[] = {
        [OPTION_TEXT] = CONFIG_TYPE_STRING,  [OPTION_FILE] = CONFIG_TYPE_STRING,
        [OPTION_WORD] = CONFIG_TYPE_STRING,  [OPTION_NUMBER] = CONFIG_TYPE_INT,
        [OPTION_FLAG] = CONFIG_TYPE_BOOL,
    };
    void *at = (char *)base + o->offset;
    int type = config_setting_type(s);
    if (type == CONFIG_TYPE_INT64 && o->type == OPTION_NUMBER)
        return wrong(r, s, o, "is out of range");
    if (type != wanted[o->type])
        return wrong(r, s, o, arena_printf(&r->c->arena, "is %s", config_type_word(type)));
    if (type == CONFIG_TYPE_STRING)
        return set_text(r, s, o, at);
    if (type == CONFIG_TYPE_BOOL) {
        *(bool *)at = config_setting_get_bool(s) != 0;
        return PC_OK;
    }
    int v = config_setting_get_int(s);
    if (v < o->min || v > o->max)
        return wrong(r, s, o, arena_printf(&r->c->arena, "is %d, which is out of range", v));
    *(int *)at = v;
    return PC_OK;
}

static enum pc_err unknown(struct reading *r, const config_setting_t *s, const char *path,
                           const struct config_option *table, size_t count)
{
    const struct config_option *near = options_nearest(table, count, path);
    const char *remedy = near ? arena_printf(&r->c->arena, "Did you mean \"%s\"?", near->path)
                              : "Remove it; protector-console.cfg lists every option there is.";
    return REFUSE(r, s->line, remedy, "unknown option \"%s\"", path);
}

/* Reads the settings of `group` by `table`; `prefix` is "" or "section.".
 * Settings named in `skip` are the caller's. */
static enum pc_err read_group(struct reading *r, const config_setting_t *group, const char *prefix,
                              const struct config_option *table, size_t count,
                              const char *const *skip, void *base)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
        if (!*prefix && skip && listed(skip, s->name))
            continue;
        const char *path = arena_printf(&r->c->arena, "%s%s", prefix, s->name);
        const struct config_option *o = options_find(table, count, path);
        enum pc_err rc;
        if (o)
            rc = set_option(r, s, o, base);
        else if (*prefix || !options_section(table, count, path))
            rc = unknown(r, s, path, table, count);
        else if (!config_setting_is_group(s))
            rc = REFUSE(r, s->line,
                        arena_printf(&r->c->arena, "Write %s: { ... };", path),
                        "%s is a section, not %s", path, config_type_word(config_setting_type(s)));
        else
            rc = read_group(r, s, arena_printf(&r->c->arena, "%s.", path), table, count, NULL,
                            base);
        if (rc)
            return rc;
    }
    return PC_OK;
}

/* The word of `type`, which stands outside the table because its default
 * depends on the other site: -1 not given, else whether it is the primary. */
static enum pc_err read_role(struct reading *r, const config_setting_t *site, int *ret_primary)
{
    static const char *const roles[] = {"primary", "secondary", NULL};
    const config_setting_t *s = config_setting_get_member(site, "type");
    *ret_primary = -1;
    if (!s)
        return PC_OK;
    const char *word = config_setting_get_string(s);
    if (!word || !listed(roles, word))
        return REFUSE(r, s->line, "Write type = \"primary\"; or type = \"secondary\";",
                      "a site's type is neither primary nor secondary");
    *ret_primary = strcmp(word, "primary") == 0;
    return PC_OK;
}

static enum pc_err check_array(struct reading *r, const config_setting_t *s,
                               const struct config_site *site)
{
    if (!*site->array_url && *site->array_token)
        return REFUSE(r, s->line, "Give array.url too, or remove array.api_token.",
                      "site %s has an array.api_token but no array.url", site->name);
    if (!*site->array_url)
        return PC_OK;
    if (!text_starts(site->array_url, "https://") && !text_starts(site->array_url, "http://"))
        return REFUSE(r, s->line, "Write it as \"https://array.example\".",
                      "the array.url of site %s is not an http address", site->name);
    if (!*site->array_token)
        return REFUSE(r, s->line, "Make an API token for a read-only user on the array, and give "
                                  "it as array.api_token.",
                      "site %s has an array.url but no array.api_token", site->name);
    if (!site->array_verify)
        warn(r->c, arena_printf(&r->c->arena,
                                "the TLS certificate of site %s's array is not verified: set "
                                "array.verify = true",
                                site->name));
    return PC_OK;
}

static enum pc_err read_site(struct reading *r, const config_setting_t *s,
                             struct config_site *site, int *ret_primary)
{
    size_t count;
    const struct config_option *table = config_site_options(&count);
    if (!config_setting_is_group(s))
        return REFUSE(r, s->line, "Write { name = \"site-a\"; cloud = \"site-a\"; }",
                      "a site is %s, not a section in { }", config_type_word(config_setting_type(s)));
    options_default(table, count, &r->c->arena, site);
    static const char *const own[] = {"type", NULL};
    enum pc_err rc = read_group(r, s, "", table, count, own, site);
    if (!rc)
        rc = read_role(r, s, ret_primary);
    if (rc)
        return rc;
    if (!site->name || !*site->name || strlen(site->name) > 63 || site->name[0] == ' ')
        return REFUSE(r, s->line, "Give the site a name = \"...\"; of 1 to 63 characters.",
                      "a site without a usable name");
    if (!*site->cloud)
        site->cloud = site->name;
    return check_array(r, s, site);
}

void config_apply_role(struct config *c)
{
    for (size_t i = 0; i < c->site_count; i++)
        c->sites[i].read_only |=
            strcmp(c->read_only_role, c->sites[i].primary ? "primary" : "secondary") == 0;
}

/* Two sites that are really different ones, one of each type. */
static enum pc_err check_pair(struct reading *r, const config_setting_t *list,
                              const int primary[2])
{
    struct config_site *a = &r->c->sites[0], *b = &r->c->sites[1];
    unsigned line = config_setting_get_elem(list, 1)->line;
    if (strcmp(a->name, b->name) == 0)
        return REFUSE(r, line, "Give each site a name of its own.",
                      "two sites are called \"%s\"", a->name);
    if (strcmp(a->cloud, b->cloud) == 0)
        return REFUSE(r, line, "Give each site its own entry in clouds.yaml, renaming one where "
                               "both files call it the same, and name it in `cloud`.",
                      "sites %s and %s are the same cloud \"%s\"", a->name, b->name, a->cloud);
    a->primary = primary[0] >= 0 ? primary[0] == 1 : primary[1] != 1;
    b->primary = primary[1] >= 0 ? primary[1] == 1 : !a->primary;
    if (a->primary == b->primary)
        return REFUSE(r, line, "Make one site type = \"primary\"; and the other "
                               "type = \"secondary\";",
                      "sites %s and %s are both %s", a->name, b->name,
                      a->primary ? "primary" : "secondary");
    config_apply_role(r->c);
    return PC_OK;
}

static enum pc_err read_sites(struct reading *r, const config_setting_t *root)
{
    const config_setting_t *list = config_setting_get_member(root, "sites");
    int primary[2] = {-1, -1};
    if (!list)
        return PC_OK;
    if (!config_setting_is_list(list))
        return REFUSE(r, list->line, "Write sites = ( { name = \"site-a\"; }, { name = "
                                     "\"site-b\"; } );",
                      "sites is %s, not a list in ( )", config_type_word(config_setting_type(list)));
    int n = config_setting_length(list);
    if (n != 0 && n != 2)
        return REFUSE(r, list->line, "Name two sites, or none for the built-in lab.",
                      "%d site%s configured; disaster recovery is between two", n,
                      n == 1 ? " is" : "s are");
    r->c->sites = arena_alloc(&r->c->arena, sizeof(struct config_site) * 2);
    r->c->site_count = (size_t)n;
    for (int i = 0; i < n; i++) {
        enum pc_err rc = read_site(r, config_setting_get_elem(list, (unsigned)i), &r->c->sites[i],
                                   &primary[i]);
        if (rc)
            return rc;
    }
    return n ? check_pair(r, list, primary) : PC_OK;
}

/* A clone is made on one array of what the other one is called. */
static enum pc_err check_storage(struct reading *r, const config_t *cfg)
{
    const config_setting_t *s = config_lookup(cfg, "storage.mode");
    if (strcmp(r->c->storage_mode, "flasharray") != 0)
        return PC_OK;
    for (size_t i = 0; i < r->c->site_count; i++) {
        const struct config_site *site = &r->c->sites[i];
        if (!*site->array_url || !*site->array_name)
            return REFUSE(r, s ? s->line : 0, "Give array.url, array.api_token and array.name of "
                                              "both sites, or storage.mode = \"mock\".",
                          "storage.mode is flasharray, but site %s has no array.%s", site->name,
                          *site->array_url ? "name" : "url");
    }
    return PC_OK;
}

static enum pc_err check_webhook(struct reading *r, const config_t *cfg)
{
    const config_setting_t *s = config_lookup(cfg, "webhook.url");
    const char *url = r->c->webhook_url;
    if (!*url || text_starts(url, "https://") || text_starts(url, "http://"))
        return PC_OK;
    return REFUSE(r, s ? s->line : 0, "Write it as \"https://receiver.example/path\".",
                  "webhook.url is not an http address");
}

/* A file with an API token in it is for its owner alone. */
static void check_mode(struct config *c, unsigned mode)
{
    bool secret = false;
    for (size_t i = 0; i < c->site_count; i++)
        secret = secret || *c->sites[i].array_token;
    if (secret && (mode & (S_IRGRP | S_IROTH)))
        warn(c, arena_printf(&c->arena, "chmod 600 %s: others can read the API tokens in it "
                                        "(mode %04o)",
                             c->file, mode & 07777));
}

static enum pc_err read_file(struct reading *r)
{
    size_t count;
    const struct config_option *table = config_options(&count);
    static const char *const own[] = {"sites", "keys", "queries", "commands", NULL};
    struct source_text text = {0};
    config_t cfg;
    config_init(&cfg);
    enum pc_err rc = source_read(r->path, &text, r->err);
    if (rc)
        goto out;
    if (!config_read_string(&cfg, text.bytes)) {
        rc = REFUSE(r, (unsigned)config_error_line(&cfg),
                    "Correct it there or on the line before: every setting ends with ; and text "
                    "stands in double quotes.",
                    "%s", config_error_text(&cfg) ? config_error_text(&cfg) : "syntax error");
        goto out;
    }
    r->c->file = arena_strdup(&r->c->arena, r->path);
    rc = read_group(r, config_root_setting(&cfg), "", table, count, own, r->c);
    if (!rc)
        rc = config_read_keys(r, config_root_setting(&cfg));
    if (!rc)
        rc = config_read_queries(r, config_root_setting(&cfg));
    if (!rc)
        rc = config_read_commands(r, config_root_setting(&cfg));
    if (!rc)
        rc = read_sites(r, config_root_setting(&cfg));
    if (!rc)
        rc = check_storage(r, &cfg);
    if (!rc)
        rc = check_webhook(r, &cfg);
    if (!rc)
        check_mode(r->c, text.mode);
out:
    source_release(&text);
    config_destroy(&cfg);
    return rc;
}

enum pc_err config_load(const char *path, struct config *ret, struct pc_error *err)
{
    struct config c = {.file = ""};
    size_t count;
    const struct config_option *table = config_options(&count);
    arena_init(&c.arena);
    options_default(table, count, &c.arena, &c);
    if (path) {
        struct reading r = {.c = &c, .path = path, .err = err};
        enum pc_err rc = read_file(&r);
        if (rc) {
            arena_release(&c.arena);
            return rc;
        }
    }
    *ret = c;
    return PC_OK;
}

void config_release(struct config *c)
{
    arena_release(&c->arena);
    memset(c, 0, sizeof(*c));
}

const struct config_site *config_site(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->site_count; i++)
        if (strcmp(c->sites[i].name, name) == 0)
            return &c->sites[i];
    return NULL;
}
