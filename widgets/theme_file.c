/*
 * theme_file: reads a theme from a file in libconfig syntax.
 *
 * Owns nothing beyond the call. Whatever is wrong is told with file, line and
 * the word itself; a theme that is half right is not used.
 *
 * The file is read here and parsed from memory: libconfig's scanner ends the
 * process when a file cannot be read to its end (a directory, say), and its
 * @include would open files by the same way, so that is refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/base/buf.h"
#include "backend/base/mem.h"
#include "widgets/theme_table.h"

#define THEME_FILE_MAX (256 * 1024)

/* What is read, and where to say what is wrong with it. */
struct reading {
    const char *path;
    struct pc_error *err;
};

/* Fills the error with its place; line 0 is the whole file. */
__attribute__((format(printf, 3, 4))) static enum pc_err fail(const struct reading *rd,
                                                              unsigned line, const char *fmt, ...)
{
    static const char remedy[] = "correct the theme file or choose another theme; dark.theme "
                                 "explains what a theme may say";
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    pc_error_set(rd->err, PC_ERR_CONFIG, remedy, "theme: %s", text);
    if (rd->err) {
        /* A long path keeps its end: that is where the file's name is. */
        size_t len = strlen(rd->path), room = sizeof(rd->err->source) - 1;
        snprintf(rd->err->source, sizeof(rd->err->source), "%s",
                 len > room ? rd->path + (len - room) : rd->path);
        rd->err->line = (int)line;
    }
    return PC_ERR_CONFIG;
}

static enum pc_err read_colour(const struct reading *rd, const char *role,
                               const config_setting_t *s, struct colour *ret)
{
    const char *text = config_setting_get_string(s);
    char number[16];
    if (config_setting_type(s) == CONFIG_TYPE_INT) {
        snprintf(number, sizeof(number), "%d", config_setting_get_int(s));
        text = number;
    }
    struct colour colour = {COLOUR_UNSET, 0};
    if (!text || !colour_parse(text, &colour))
        return fail(rd, config_setting_source_line(s),
                    "role '%s': %s '%s' is no colour; use default, a name such as red or "
                    "bright_red, 0 to 255, or \"#rrggbb\"",
                    role, config_setting_name(s), text ? text : "(not a text)");
    *ret = colour;
    return PC_OK;
}

static enum pc_err read_attrs(const struct reading *rd, const char *role, const config_setting_t *s,
                              unsigned *ret)
{
    const char *text = config_setting_get_string(s);
    char word[32] = "(not a text)";
    if (text && theme_parse_attrs(text, ret, word, sizeof(word)))
        return PC_OK;
    return fail(rd, config_setting_source_line(s),
                "role '%s': %s '%s' is no attribute; use bold, dim, italic, underline, reverse",
                role, config_setting_name(s), word);
}

/* A role that is named starts plain; without colours it keeps the built-in look. */
static enum pc_err read_look(const struct reading *rd, const char *role,
                             const config_setting_t *group, struct role_look *look)
{
    const struct {
        const char *name;
        struct colour *colour;
        unsigned *attrs;
    } parts[] = {
        {"fg", &look->fg, NULL},         {"bg", &look->bg, NULL},
        {"low_fg", &look->low_fg, NULL}, {"low_bg", &look->low_bg, NULL},
        {"attrs", NULL, &look->attrs},   {"mono", NULL, &look->mono},
    };
    size_t n_parts = sizeof(parts) / sizeof(parts[0]);
    *look = (struct role_look){
        .fg = {COLOUR_DEFAULT, 0},
        .bg = {COLOUR_DEFAULT, 0},
        .mono = look->mono,
    };
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(s);
        size_t k = 0;
        while (k < n_parts && strcmp(parts[k].name, name) != 0)
            k++;
        if (k == n_parts)
            return fail(rd, config_setting_source_line(s),
                        "role '%s' has no '%s'; it has fg, bg, low_fg, low_bg, attrs, mono", role,
                        name);
        enum pc_err rc = parts[k].colour ? read_colour(rd, role, s, parts[k].colour)
                                         : read_attrs(rd, role, s, parts[k].attrs);
        if (rc)
            return rc;
    }
    return PC_OK;
}

static int role_by_name(const char *name)
{
    int role = 0;
    while (role < ROLE_COUNT && strcmp(role_name((enum role)role), name) != 0)
        role++;
    return role;
}

static enum pc_err read_roles(const struct reading *rd, const config_setting_t *roles,
                              struct theme *theme)
{
    for (int i = 0; i < config_setting_length(roles); i++) {
        const config_setting_t *s = config_setting_get_elem(roles, (unsigned)i);
        const char *name = config_setting_name(s);
        unsigned line = config_setting_source_line(s);
        int role = role_by_name(name);
        if (role == ROLE_COUNT)
            return fail(rd, line, "there is no role '%s'", name);
        if (!config_setting_is_group(s))
            return fail(rd, line, "role '%s' must be a group: { fg = ...; }", name);
        enum pc_err rc = read_look(rd, name, s, &theme->looks[role]);
        if (rc)
            return rc;
    }
    return PC_OK;
}

static enum pc_err read_theme(const struct reading *rd, const config_t *config, struct theme *theme)
{
    const config_setting_t *root = config_root_setting(config);
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *s = config_setting_get_elem(root, (unsigned)i);
        const char *name = config_setting_name(s);
        enum pc_err rc = PC_OK;
        if (strcmp(name, "roles") == 0 && config_setting_is_group(s))
            rc = read_roles(rd, s, theme);
        else if (strcmp(name, "name") == 0 && config_setting_get_string(s))
            snprintf(theme->name, sizeof(theme->name), "%s", config_setting_get_string(s));
        else
            rc = fail(rd, config_setting_source_line(s),
                      "'%s' is not understood here; a theme has name = \"...\" and roles: { ... }",
                      name);
        if (rc)
            return rc;
    }
    return PC_OK;
}

/* The whole file into *text, or why not. */
static enum pc_err slurp(const struct reading *rd, struct buf *text)
{
    char part[4096];
    struct stat st;
    enum pc_err rc = PC_OK;
    ssize_t n = 0;
    int fd = open(rd->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &st) != 0)
        rc = fail(rd, 0, "the file cannot be read: %s", strerror(errno));
    else if (!S_ISREG(st.st_mode))
        rc = fail(rd, 0, "this is not an ordinary file");
    while (!rc && (n = read(fd, part, sizeof(part))) > 0)
        if (!buf_add(text, part, (size_t)n))
            rc = fail(rd, 0, "the file is larger than %d KiB", THEME_FILE_MAX / 1024);
    if (!rc && n < 0)
        rc = fail(rd, 0, "the file cannot be read: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return rc;
}

/* What libconfig must not see. */
static enum pc_err refuse_includes(const struct reading *rd, const char *text)
{
    unsigned line = 1;
    const char *p = text;
    for (;; line++) {
        p += strspn(p, " \t\r");
        if (strncmp(p, "@include", 8) == 0)
            return fail(rd, line, "@include is not possible in a theme");
        p = strchr(p, '\n');
        if (!p)
            return PC_OK;
        p++;
    }
}

enum pc_err theme_parse(const char *path, const char *text, struct theme **ret_theme,
                        struct pc_error *err)
{
    struct reading rd = {path, err};
    struct theme *theme = theme_new_default();
    config_t config;
    enum pc_err rc = refuse_includes(&rd, text);

    config_init(&config);
    if (!rc && config_read_string(&config, text) != CONFIG_TRUE)
        rc = fail(&rd, (unsigned)config_error_line(&config), "%s", config_error_text(&config));
    if (!rc)
        rc = read_theme(&rd, &config, theme);
    if (!rc) {
        theme_apply(theme, TERM_MONO);
        *ret_theme = theme;
        theme = NULL;
    }
    config_destroy(&config);
    theme_free(theme);
    return rc;
}

enum pc_err theme_load(const char *path, struct theme **ret_theme, struct pc_error *err)
{
    struct reading rd = {path, err};
    struct buf text;
    buf_init(&text, THEME_FILE_MAX);
    enum pc_err rc = slurp(&rd, &text);
    if (!rc && strlen(buf_text(&text)) != text.len)
        rc = fail(&rd, 0, "the file holds a zero byte; it is no text");
    if (!rc)
        rc = theme_parse(path, buf_text(&text), ret_theme, err);
    buf_release(&text);
    return rc;
}
