/* Themes: what the files say, what is refused and where, and that all can be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <curses.h>

#include "tests/widgets/screen.h"
#include "widgets/theme_table.h"

#define THEMES PC_SOURCE_DIR "/themes/"
#define LEAST_CONTRAST 3.0

static char path[64];

/* The text as a theme file; its error, or PC_OK and *ret. */
static enum pc_err load_text(const char *text, struct theme **ret, struct pc_error *err)
{
    snprintf(path, sizeof(path), "/tmp/theme-test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    enum pc_err rc = theme_load(path, ret, err);
    unlink(path);
    return rc;
}

static void dark_theme_is_what_is_built_in(void **state)
{
    struct theme *built_in = theme_new_default(), *file = NULL;
    struct pc_error err = {0};
    (void)state;
    assert_int_equal(theme_load(THEMES "dark.theme", &file, &err), PC_OK);
    assert_string_equal(file->name, built_in->name);
    for (int role = 0; role < ROLE_COUNT; role++)
        assert_memory_equal(&file->looks[role], &built_in->looks[role], sizeof(struct role_look));
    theme_free(file);
    theme_free(built_in);
}

static void themes_are_opened_by_name_or_file(void **state)
{
    static const struct {
        const char *which, *name;
    } GOOD[] = {{NULL, "dark"},   {"", "dark"},
                {"dark", "dark"}, {THEMES "dark.theme", "dark"},
                {"mono", "mono"}, {THEMES "mono.theme", "mono"},
                {"light", "light"}, {"high-contrast", "high-contrast"},
                {"nord", "nord"}, {"gruvbox", "gruvbox"}};
    struct theme *theme = NULL, *mono = NULL;
    struct pc_error err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
        assert_int_equal(theme_open(GOOD[i].which, &theme, &err), PC_OK);
        assert_string_equal(theme->name, GOOD[i].name);
        theme_free(theme);
    }
    assert_int_equal(theme_open("mono", &mono, &err), PC_OK);
    assert_int_equal(theme_load(THEMES "mono.theme", &theme, &err), PC_OK);
    assert_memory_equal(mono->looks, theme->looks, sizeof(mono->looks));
    theme_free(theme);
    theme_free(mono);
    theme = NULL;
    assert_int_equal(theme_open("drak", &theme, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.text, "drak"));
    assert_non_null(strstr(err.remedy, "dark"));
    assert_null(theme);
}

/* A theme that is shipped names every role, so that none is forgotten when one
 * is added. */
static void shipped_themes_name_every_role(void **state)
{
    static const char *const files[] = {THEMES "dark.theme",          THEMES "mono.theme",
                                        THEMES "light.theme",         THEMES "nord.theme",
                                        THEMES "high-contrast.theme", THEMES "gruvbox.theme"};
    static char text[65536];
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        FILE *f = fopen(files[i], "r");
        assert_non_null(f);
        size_t n = fread(text, 1, sizeof(text) - 1, f);
        text[n] = '\0';
        fclose(f);
        for (int role = 0; role < ROLE_COUNT; role++) {
            char line[64];
            snprintf(line, sizeof(line), "\n  %-13s = {", role_name((enum role)role));
            assert_non_null(strstr(text, line));
        }
    }
}

static void mono_theme_has_no_colour_anywhere(void **state)
{
    struct theme *theme = NULL;
    struct pc_error err = {0};
    (void)state;
    assert_int_equal(theme_load(THEMES "mono.theme", &theme, &err), PC_OK);
    theme_apply(theme, TERM_256);
    for (int ground = 0; ground < ROLE_COUNT; ground++)
        for (int role = 0; role < ROLE_COUNT; role++)
            assert_int_equal(theme_attr_on(theme, (enum role)role, (enum role)ground).pair, 0);
    theme_free(theme);
}

static void mono_depth_has_no_colour_either(void **state)
{
    struct theme *theme = theme_new_default();
    (void)state;
    theme_apply(theme, TERM_MONO);
    for (int role = 0; role < ROLE_COUNT; role++)
        assert_int_equal(theme_attr(theme, (enum role)role).pair, 0);
    assert_true(theme_attr(theme, ROLE_SELECTED).attrs != theme_attr(theme, ROLE_TEXT).attrs);
    assert_true(theme_attr(theme, ROLE_DANGER).attrs != theme_attr(theme, ROLE_TEXT).attrs);
    theme_free(theme);
}

/* The ground that a theme is made for: the terminal's own colours there. */
struct made_for {
    const char *theme;
    int fg, bg;
};

static void check_readable(const struct theme *theme, enum term_depth depth,
                           const struct made_for *m)
{
    static const char *const DEPTHS[] = {[TERM_8] = "8", [TERM_16] = "16", [TERM_256] = "256"};
    for (int ground = 0; ground < ROLE_COUNT; ground++)
        for (int role = 0; role < ROLE_COUNT; role++) {
            struct style st = theme_attr_on(theme, (enum role)role, (enum role)ground);
            int fg = -1, bg = -1;
            if (st.pair > 0)
                extended_pair_content(st.pair, &fg, &bg);
            double c = colour_contrast(colour_rgb_of(fg == -1 ? m->fg : fg, depth),
                                       colour_rgb_of(bg == -1 ? m->bg : bg, depth));
            if ((fg != -1 || bg != -1) && c < LEAST_CONTRAST && role != ROLE_BORDER &&
                role != ROLE_BAR_TODO)
                fail_msg("%s: %s on %s, %s colours: %d on %d is %.1f", m->theme,
                         role_name((enum role)role), role_name((enum role)ground), DEPTHS[depth],
                         fg, bg, c);
        }
}

/* At every depth, every role on every ground, but lines, which nobody reads. */
static void every_role_can_be_read_on_every_ground(void **state)
{
    static const struct made_for THEMES_MADE[] = {
        {"dark", COLOR_WHITE, COLOR_BLACK},    {"light", COLOR_BLACK, 15},
        {"nord", COLOR_WHITE, COLOR_BLACK},    {"gruvbox", COLOR_WHITE, COLOR_BLACK},
        {"high-contrast", COLOR_WHITE, COLOR_BLACK},
    };
    struct screen s;
    (void)state;
    screen_open(&s, 4, 20, true);
    for (size_t i = 0; i < sizeof(THEMES_MADE) / sizeof(THEMES_MADE[0]); i++)
        for (enum term_depth depth = TERM_8; depth <= TERM_256; depth++) {
            struct theme *theme = NULL;
            struct made_for m = THEMES_MADE[i];
            assert_int_equal(theme_open(m.theme, &theme, NULL), PC_OK);
            theme_apply(theme, depth);
            m.bg = m.bg == 15 && depth == TERM_8 ? COLOR_WHITE : m.bg;
            check_readable(theme, depth, &m);
            theme_free(theme);
        }
    screen_close(&s);
}

static void colours_go_down_to_what_there_is(void **state)
{
    struct colour orange, grey, navy;
    (void)state;
    assert_true(colour_parse("#ff8700", &orange));
    assert_true(colour_parse("bright_black", &grey));
    assert_true(colour_parse("#000005", &navy));
    assert_int_equal(colour_resolve(orange, TERM_RGB), 0xff8700);
    assert_int_equal(colour_resolve(orange, TERM_256), 208);
    assert_int_equal(colour_resolve(orange, TERM_16), 3);
    assert_int_equal(colour_resolve(orange, TERM_8), 3);
    assert_int_equal(colour_resolve(orange, TERM_MONO), -1);
    assert_int_equal(colour_resolve(grey, TERM_16), 8);
    assert_int_equal(colour_resolve(grey, TERM_8), 7);
    assert_int_equal(colour_resolve(navy, TERM_RGB), 0); /* 5 would be magenta there */
}

static long apart(uint32_t a, uint32_t b)
{
    long sum = 0;
    for (unsigned shift = 0; shift <= 16; shift += 8) {
        long d = (long)(a >> shift & 0xff) - (long)(b >> shift & 0xff);
        sum += d * d;
    }
    return sum;
}

static void of_256_colours_none_is_nearer_than_the_chosen_one(void **state)
{
    (void)state;
    for (uint32_t rgb = 0; rgb < 0x1000000; rgb += 0x00f1f3) {
        int chosen = colour_resolve((struct colour){COLOUR_RGB, rgb}, TERM_256);
        long least = apart(rgb, colour_rgb_of(chosen, TERM_256));
        assert_true(chosen >= 16);
        for (int i = 16; i < 256; i++)
            assert_true(apart(rgb, colour_rgb_of(i, TERM_256)) >= least);
    }
}

/* file, line of the error, and what its text must name */
static const struct {
    const char *text;
    int line;
    const char *names;
} BAD[] = {
    {"name = \"x\";\nroles: {\n  text = { fg = \"pink\"; };\n};\n", 3, "'pink'"},
    {"roles: {\n\n  dagner = { fg = 1; };\n};\n", 3, "'dagner'"},
    {"roles: { text = { fg = 256; }; };", 1, "'256'"},
    {"roles: { text = { fg = -1; }; };", 1, "'-1'"},
    {"roles: { text = { fg = \"#12345\"; }; };", 1, "'#12345'"},
    {"roles: { text = { fg = \"#12345g\"; }; };", 1, "'#12345g'"},
    {"roles: { text = { fg = 1.5; }; };", 1, "not a text"},
    {"roles: {\n text = { attrs = \"bold blinking\"; }; };", 2, "'blinking'"},
    {"roles: {\n text = { attrs = 7; }; };", 2, "not a text"},
    {"roles: {\n text = {\n colour = 7; }; };", 3, "'colour'"},
    {"roles: {\n text = 7; };", 2, "'text'"},
    {"\nrules: { };", 2, "'rules'"},
    {"roles: {\n text = { fg = };\n};", 2, "syntax error"},
    {"name = \"x\"\n\n@include \"/etc/passwd\"\n", 3, "@include"},
    {"roles: { text = { fg = 1; fg = 2; }; };", 1, "duplicate"},
};

static void what_is_wrong_is_named_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct theme *theme = NULL;
        struct pc_error err = {0};
        assert_int_equal(load_text(BAD[i].text, &theme, &err), PC_ERR_CONFIG);
        assert_null(theme);
        assert_int_equal(err.line, BAD[i].line);
        assert_string_equal(err.source, path);
        assert_non_null(strstr(err.text, BAD[i].names));
        assert_true(err.remedy[0] != '\0');
    }
}

static void files_that_are_no_theme_are_refused(void **state)
{
    static char big[300 * 1024];
    struct theme *theme = NULL;
    struct pc_error err = {0};
    (void)state;
    assert_int_equal(theme_load("/nonexistent/x.theme", &theme, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.text, "No such file"));
    assert_int_equal(theme_load("/tmp", &theme, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.text, "not an ordinary file"));
    assert_int_equal(theme_load("/dev/zero", &theme, &err), PC_ERR_CONFIG);
    memset(big, ' ', sizeof(big) - 1);
    assert_int_equal(load_text(big, &theme, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.text, "larger"));
    assert_null(theme);
}

static void a_role_left_out_keeps_its_look(void **state)
{
    struct theme *theme = NULL, *built_in = theme_new_default();
    struct pc_error err = {0};
    (void)state;
    assert_int_equal(
        load_text("name = \"mine\"; roles: { ok = { fg = \"#00ff00\"; }; };", &theme, &err), PC_OK);
    assert_string_equal(theme->name, "mine");
    assert_memory_equal(&theme->looks[ROLE_WARN], &built_in->looks[ROLE_WARN],
                        sizeof(struct role_look));
    assert_int_equal(theme->looks[ROLE_OK].fg.value, 0x00ff00);
    assert_int_equal(theme->looks[ROLE_OK].low_fg.kind, COLOUR_UNSET);
    theme_free(theme);
    theme_free(built_in);
}

static void out_of_range_roles_are_plain_text(void **state)
{
    struct theme *theme = theme_new_default();
    (void)state;
    assert_int_equal(theme_attr(theme, ROLE_COUNT).attrs, theme_attr(theme, ROLE_TEXT).attrs);
    assert_string_equal(role_name(ROLE_COUNT), "?");
    theme_free(theme);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dark_theme_is_what_is_built_in),
        cmocka_unit_test(themes_are_opened_by_name_or_file),
        cmocka_unit_test(shipped_themes_name_every_role),
        cmocka_unit_test(mono_theme_has_no_colour_anywhere),
        cmocka_unit_test(mono_depth_has_no_colour_either),
        cmocka_unit_test(every_role_can_be_read_on_every_ground),
        cmocka_unit_test(colours_go_down_to_what_there_is),
        cmocka_unit_test(of_256_colours_none_is_nearer_than_the_chosen_one),
        cmocka_unit_test(what_is_wrong_is_named_with_its_line),
        cmocka_unit_test(files_that_are_no_theme_are_refused),
        cmocka_unit_test(a_role_left_out_keeps_its_look),
        cmocka_unit_test(out_of_range_roles_are_plain_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
