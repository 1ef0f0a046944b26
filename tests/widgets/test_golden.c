/*
 * Golden screens: every page of the gallery, at the sizes that matter, against
 * the files in golden/. UPDATE_GOLDEN=1 writes them anew; look at the difference
 * before committing it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/base/buf.h"
#include "tests/widgets/gallery_pages.h"
#include "widgets/offscreen.h"

#define GOLDEN PC_SOURCE_DIR "/tests/widgets/golden/"

static const struct {
    struct size size;
    const char *name;
    bool looks; /* the colours too */
} SIZES[] = {
    {{24, 80}, "80x24", true},
    {{15, 60}, "60x15", false},
    {{5, 20}, "20x5", false},
    {{1, 1}, "1x1", false},
};

static const struct {
    enum term_depth depth;
    bool utf8;
    const char *name;
} TERMS[] = {
    {TERM_256, true, "utf8-256"},
    {TERM_MONO, false, "ascii-mono"},
    {TERM_8, true, "utf8-8"},
};

/* The whole file, or "" when it is not there. */
static void read_file(const char *path, struct buf *out)
{
    char part[4096];
    FILE *f = fopen(path, "r");
    size_t n;
    buf_clear(out);
    while (f && (n = fread(part, 1, sizeof(part), f)) > 0)
        buf_add(out, part, n);
    if (f)
        fclose(f);
}

/* Says whether screen and file agree; writes the file when asked to. */
static bool compare(const char *path, const struct buf *screen)
{
    struct buf golden;
    const char *update = getenv("UPDATE_GOLDEN");
    if (update && *update) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(buf_text(screen), f);
        assert_int_equal(fclose(f), 0);
        return true;
    }
    buf_init(&golden, 1024 * 1024);
    read_file(path, &golden);
    bool same = strcmp(buf_text(&golden), buf_text(screen)) == 0;
    if (!same)
        fprintf(stderr, "%s differs; the screen is now:\n%s", path, buf_text(screen));
    buf_release(&golden);
    return same;
}

static size_t check_page(size_t page, size_t t, size_t z)
{
    char path[256];
    struct buf screen;
    struct offscreen *off = offscreen_new(SIZES[z].size, TERMS[t].depth, TERMS[t].utf8);
    struct theme *theme = theme_new_default();
    struct gallery *gallery = gallery_new();
    assert_non_null(off);
    buf_init(&screen, 1024 * 1024);
    struct canvas cv = offscreen_begin(off, theme);
    gallery_paint(gallery, page, &cv);
    offscreen_text(off, &screen);
    if (SIZES[z].looks)
        offscreen_looks(off, &screen);
    offscreen_free(off);
    snprintf(path, sizeof(path), GOLDEN "%s-%s-%s.txt", gallery_page_name(page), SIZES[z].name,
             TERMS[t].name);
    bool same = compare(path, &screen);
    buf_release(&screen);
    gallery_free(gallery);
    theme_free(theme);
    return same ? 0 : 1;
}

static void every_page_looks_as_it_did(void **state)
{
    size_t wrong = 0;
    (void)state;
    for (size_t page = 0; page < gallery_pages(); page++) {
        for (size_t t = 0; t < sizeof(TERMS) / sizeof(TERMS[0]); t++) {
            for (size_t z = 0; z < sizeof(SIZES) / sizeof(SIZES[0]); z++) {
                /* Few colours change no text: one size is enough for them. */
                if (TERMS[t].depth != TERM_8 || SIZES[z].looks)
                    wrong += check_page(page, t, z);
            }
        }
    }
    assert_int_equal(wrong, 0);
}

/* Every page at every size, keys and all, must at least not fall over; the
 * sanitizer builds make this one count. */
static void no_size_and_no_key_is_fatal(void **state)
{
    static const struct size sizes[] = {{1, 1}, {2, 2},   {1, 80},  {24, 1},    {3, 7},
                                        {5, 5}, {10, 30}, {40, 17}, {200, 500}, {25, 81}};
    static const ui_key keys[] = {UI_KEY_DOWN, UI_KEY_PGDN,  UI_KEY_TAB,      'x',
                                  0x65e5,      UI_KEY_SPACE, UI_KEY_ENTER,    UI_KEY_LEFT,
                                  UI_KEY_UP,   'G',          UI_KEY_BACKSPACE};
    struct offscreen *off = offscreen_new(sizes[0], TERM_256, true);
    struct theme *theme = theme_new_default();
    (void)state;
    assert_non_null(off);
    for (size_t z = 0; z < sizeof(sizes) / sizeof(sizes[0]); z++) {
        struct gallery *gallery = gallery_new();
        offscreen_resize(off, sizes[z]);
        for (size_t page = 0; page < gallery_pages(); page++) {
            for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
                struct canvas cv = offscreen_begin(off, theme);
                gallery_paint(gallery, page, &cv);
                gallery_key(gallery, page, keys[k]);
                struct cursor_place cursor = offscreen_cursor(off);
                if (cursor.shown)
                    assert_true(cursor.y < sizes[z].h && cursor.x < sizes[z].w);
            }
        }
        gallery_free(gallery);
    }
    theme_free(theme);
    offscreen_free(off);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_looks_as_it_did),
        cmocka_unit_test(no_size_and_no_key_is_fatal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
