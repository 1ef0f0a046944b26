#include "widgets/theme.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/base/mem.h"
#include "widgets/theme_table.h"

/* Below the first a text on a coloured ground is made louder, until it has the second. */
#define LEAST_CONTRAST 3.0
#define LOUD_CONTRAST 4.5

static const struct {
    const char *fg, *bg, *low_fg, *low_bg, *attrs, *mono;
} BUILT_IN[ROLE_COUNT] = {
#define ROLE_LOOK(sym, name, f, b, lf, lb, a, m)                                                   \
    [ROLE_##sym] = {.fg = f, .bg = b, .low_fg = lf, .low_bg = lb, .attrs = a, .mono = m},
    ROLE_LIST(ROLE_LOOK)
#undef ROLE_LOOK
};

static const struct {
    const char *name;
    unsigned bit;
} ATTRS[] = {
    {"bold", A_BOLD},           {"dim", A_DIM},         {"italic", A_ITALIC},
    {"underline", A_UNDERLINE}, {"reverse", A_REVERSE},
};

bool theme_parse_attrs(const char *text, unsigned *ret_attrs, char *ret_word, size_t size)
{
    unsigned attrs = 0;
    for (const char *p = text + strspn(text, " "); *p; p += strspn(p, " ")) {
        size_t len = strcspn(p, " "), i = 0, count = sizeof(ATTRS) / sizeof(ATTRS[0]);
        while (i < count && (strlen(ATTRS[i].name) != len || strncmp(ATTRS[i].name, p, len) != 0))
            i++;
        if (i == count) {
            snprintf(ret_word, size, "%.*s", (int)len, p);
            return false;
        }
        attrs |= ATTRS[i].bit;
        p += len;
    }
    *ret_attrs = attrs;
    return true;
}

struct theme *theme_new_default(void)
{
    struct theme *theme = xcalloc(1, sizeof(*theme));
    char word[16];
    snprintf(theme->name, sizeof(theme->name), "dark");
    for (int i = 0; i < ROLE_COUNT; i++) {
        struct role_look *look = &theme->looks[i];
        bool good = colour_parse(BUILT_IN[i].fg, &look->fg) &&
                    colour_parse(BUILT_IN[i].bg, &look->bg) &&
                    colour_parse(BUILT_IN[i].low_fg, &look->low_fg) &&
                    colour_parse(BUILT_IN[i].low_bg, &look->low_bg) &&
                    theme_parse_attrs(BUILT_IN[i].attrs, &look->attrs, word, sizeof(word)) &&
                    theme_parse_attrs(BUILT_IN[i].mono, &look->mono, word, sizeof(word));
        if (!good)
            abort(); /* the list in role.h is wrong */
    }
    theme_apply(theme, TERM_MONO);
    return theme;
}

bool theme_is_file(const char *which)
{
    size_t len = strlen(which), end = strlen(".theme");
    return strchr(which, '/') || (len > end && strcmp(which + len - end, ".theme") == 0);
}

enum pc_err theme_open(const char *which, struct theme **ret_theme, struct pc_error *err)
{
    char names[200] = "";
    if (!which || !*which)
        which = "dark";
    if (theme_is_file(which))
        return theme_load(which, ret_theme, err);
    for (const struct shipped_theme *t = SHIPPED_THEMES; t->name; t++) {
        size_t len = strlen(names);
        if (strcmp(t->name, which) == 0)
            return theme_parse(t->name, t->text, ret_theme, err);
        snprintf(names + len, sizeof(names) - len, "%s%s", len ? ", " : "", t->name);
    }
    char remedy[300];
    snprintf(remedy, sizeof(remedy), "Say --theme and one of %s, or --theme ./FILE.theme; or the "
             "same in screen.theme of the configuration.", names);
    return pc_error_set(err, PC_ERR_CONFIG, remedy, "there is no theme '%.60s'", which);
}

const char *theme_shipped(size_t i)
{
    const struct shipped_theme *t = SHIPPED_THEMES;
    while (i > 0 && t->name) {
        i--;
        t++;
    }
    return t->name;
}

void theme_free(struct theme *theme)
{
    free(theme);
}

/* The colours of one role, as numbers for curses. */
struct numbers {
    int fg, bg;
};

static struct numbers numbers_of(const struct role_look *look, enum term_depth depth)
{
    bool low = depth == TERM_8 || depth == TERM_16;
    struct colour fg = low && look->low_fg.kind != COLOUR_UNSET ? look->low_fg : look->fg;
    struct colour bg = low && look->low_bg.kind != COLOUR_UNSET ? look->low_bg : look->bg;
    return (struct numbers){colour_resolve(fg, depth), colour_resolve(bg, depth)};
}

static double contrast(int fg, int bg, enum term_depth depth)
{
    return colour_contrast(colour_rgb_of(fg, depth), colour_rgb_of(bg, depth));
}

/* A quiet colour that would vanish on this ground, made just as much louder as
 * it takes: a step towards the ground's own foreground, or all the way. */
static int louder(int fg, struct numbers ground, enum term_depth depth)
{
    bool can_mix = depth == TERM_256 || depth == TERM_RGB;
    for (unsigned step = 1; can_mix && ground.fg != -1 && step < 4; step++) {
        uint32_t mix = colour_mix(colour_rgb_of(fg, depth), colour_rgb_of(ground.fg, depth), step);
        int number = colour_resolve((struct colour){COLOUR_RGB, mix}, depth);
        if (contrast(number, ground.bg, depth) >= LOUD_CONTRAST)
            return number;
    }
    return ground.fg;
}

/* A role without a background of its own lies on that of the ground, in a
 * colour that can be read there. */
static struct numbers lay_on(struct numbers role, struct numbers ground, enum term_depth depth)
{
    if (role.bg != -1 || ground.bg == -1)
        return role;
    role.bg = ground.bg;
    if (role.fg == -1)
        role.fg = ground.fg;
    else if (contrast(role.fg, role.bg, depth) < LEAST_CONTRAST)
        role.fg = louder(role.fg, ground, depth);
    return role;
}

/* The colour pairs handed out so far in one theme_apply(). */
struct pairs {
    struct numbers list[256];
    int count, limit;
};

/* The pair of these colours: 0 for the terminal's own, -1 when there are no more. */
static int pair_for(struct pairs *pairs, struct numbers n)
{
    if (n.fg == -1 && n.bg == -1)
        return 0;
    for (int i = 0; i < pairs->count; i++)
        if (pairs->list[i].fg == n.fg && pairs->list[i].bg == n.bg)
            return i + 1;
    if (pairs->count >= pairs->limit)
        return -1;
    pairs->list[pairs->count++] = n;
    /* A terminal that cannot go back to its own colours gets white on black. */
    if (init_extended_pair(pairs->count, n.fg, n.bg) == ERR)
        init_extended_pair(pairs->count, n.fg == -1 ? COLOR_WHITE : n.fg,
                           n.bg == -1 ? COLOR_BLACK : n.bg);
    return pairs->count;
}

/* `own`: the colours of every role on the plain ground, at this depth. */
static struct style style_for(const struct theme *theme, const struct numbers own[ROLE_COUNT],
                              struct pairs *pairs, int role, int ground)
{
    const struct role_look *look = &theme->looks[role], *under = &theme->looks[ground];
    bool grounded = ground != ROLE_TEXT;
    if (theme->depth != TERM_MONO) {
        struct numbers n = grounded ? lay_on(own[role], own[ground], theme->depth) : own[role];
        int pair = pair_for(pairs, n);
        if (pair >= 0)
            return (struct style){look->attrs | (grounded ? under->attrs : 0), pair};
    }
    return (struct style){look->mono | (grounded ? under->mono : 0), 0};
}

void theme_apply(struct theme *theme, enum term_depth depth)
{
    struct pairs pairs = {.count = 0};
    struct numbers own[ROLE_COUNT];
    int list_size = (int)(sizeof(pairs.list) / sizeof(pairs.list[0]));
    theme->depth = depth;
    if (depth != TERM_MONO)
        pairs.limit = COLOR_PAIRS - 1 < list_size ? COLOR_PAIRS - 1 : list_size;
    for (int role = 0; role < ROLE_COUNT; role++)
        own[role] = numbers_of(&theme->looks[role], depth);
    /* The plain looks first: should pairs run out, they are the last to miss one. */
    for (int role = 0; role < ROLE_COUNT; role++)
        theme->styles[ROLE_TEXT][role] = style_for(theme, own, &pairs, role, ROLE_TEXT);
    for (int ground = 0; ground < ROLE_COUNT; ground++)
        for (int role = 0; role < ROLE_COUNT && ground != ROLE_TEXT; role++)
            theme->styles[ground][role] = style_for(theme, own, &pairs, role, ground);
}

void theme_apply_numbers(struct theme *theme)
{
    for (int ground = 0; ground < ROLE_COUNT; ground++)
        for (int role = 0; role < ROLE_COUNT; role++)
            theme->styles[ground][role] = (struct style){0, ground * ROLE_COUNT + role};
}

void theme_number_roles(int pair, enum role *ret_role, enum role *ret_ground)
{
    bool known = pair > 0 && pair < ROLE_COUNT * ROLE_COUNT;
    *ret_role = known ? (enum role)(pair % ROLE_COUNT) : ROLE_TEXT;
    *ret_ground = known ? (enum role)(pair / ROLE_COUNT) : ROLE_TEXT;
}

struct style theme_attr_on(const struct theme *theme, enum role role, enum role ground)
{
    if ((unsigned)role >= ROLE_COUNT || (unsigned)ground >= ROLE_COUNT)
        return theme->styles[ROLE_TEXT][ROLE_TEXT];
    return theme->styles[ground][role];
}

struct style theme_attr(const struct theme *theme, enum role role)
{
    return theme_attr_on(theme, role, ROLE_TEXT);
}
