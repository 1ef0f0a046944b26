/*
 * Golden screens: every page of the gallery at the sizes, depths and charsets of
 * the console's own screens. See support/golden.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/base/mem.h"
#include "tests/support/golden.h"
#include "tests/widgets/gallery_pages.h"

#define FOLDER "tests/widgets/golden"

/* A page that is shown. */
struct shown {
    size_t page;
    struct gallery *gallery;
    struct theme *theme;
    struct buf text;
};

static const char *paint(struct golden_shot *shot, bool roles)
{
    struct shown *p = shot->own;
    struct canvas cv = roles ? offscreen_begin_roles(shot->screen, p->theme)
                             : offscreen_begin(shot->screen, p->theme);
    gallery_paint(p->gallery, p->page, &cv);
    buf_clear(&p->text);
    offscreen_text(shot->screen, &p->text);
    return buf_text(&p->text);
}

static void close_page(struct golden_shot *shot)
{
    struct shown *p = shot->own;
    offscreen_free(shot->screen);
    gallery_free(p->gallery);
    theme_free(p->theme);
    buf_release(&p->text);
    free(p);
}

static void open_page(const struct golden_show *show, bool utf8, struct golden_shot *shot)
{
    struct shown *p = xcalloc(1, sizeof *p);
    p->page = *(const size_t *)show->what;
    p->gallery = gallery_new();
    p->theme = theme_new_default();
    buf_init(&p->text, 1 << 20);
    shot->screen = offscreen_new(shot->size, TERM_256, utf8);
    assert_non_null(shot->screen);
    shot->own = p;
    shot->paint = paint;
    shot->close = close_page;
}

static void every_page_looks_as_it_did(void **state)
{
    (void)state;
    for (size_t page = 0; page < gallery_pages(); page++)
        golden_check(FOLDER, &(struct golden_show){gallery_page_name(page), open_page, &page});
}

static void roles_look_as_they_did(void **state)
{
    (void)state;
    golden_looks(FOLDER);
}

static bool is_page(const char *name)
{
    for (size_t page = 0; page < gallery_pages(); page++)
        if (strcmp(gallery_page_name(page), name) == 0)
            return true;
    return false;
}

static void no_file_is_left_over(void **state)
{
    (void)state;
    golden_none_left_over(FOLDER, is_page);
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
        cmocka_unit_test(roles_look_as_they_did),
        cmocka_unit_test(no_file_is_left_over),
        cmocka_unit_test(no_size_and_no_key_is_fatal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
