#include "widgets/offscreen.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/base/mem.h"
#include "widgets/dump.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

struct offscreen {
    FILE *out, *in;
    SCREEN *screen;
    enum term_depth depth;
    const struct glyphs *glyphs;
    struct cursor_place cursor;
};

/* What a cell looks like, its text aside. */
struct look {
    attr_t attrs;
    int pair;
};

struct offscreen *offscreen_new(struct size size, enum term_depth depth, bool utf8)
{
    struct offscreen *o = xcalloc(1, sizeof(*o));
    if (utf8 && strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
    o->depth = depth;
    o->glyphs = utf8 ? glyphs_utf8() : glyphs_ascii();
    o->out = fopen("/dev/null", "w");
    o->in = fopen("/dev/null", "r");
    if (o->out && o->in)
        o->screen = newterm("xterm-256color", o->out, o->in);
    if (!o->screen) {
        offscreen_free(o);
        return NULL;
    }
    start_color();
    use_default_colors();
    offscreen_resize(o, size);
    return o;
}

void offscreen_free(struct offscreen *o)
{
    if (!o)
        return;
    if (o->screen) {
        endwin();
        delscreen(o->screen);
    }
    if (o->out)
        fclose(o->out);
    if (o->in)
        fclose(o->in);
    free(o);
}

void offscreen_resize(struct offscreen *o, struct size size)
{
    set_term(o->screen);
    resize_term(size.h > 0 ? size.h : 1, size.w > 0 ? size.w : 1);
}

void offscreen_set_depth(struct offscreen *o, enum term_depth depth)
{
    o->depth = depth;
}

static struct canvas begin(struct offscreen *o, const struct theme *theme)
{
    struct style plain = theme_attr(theme, ROLE_TEXT);
    cchar_t blank;
    setcchar(&blank, L" ", plain.attrs, 0, &plain.pair);
    wbkgrndset(stdscr, &blank);
    werase(stdscr);
    o->cursor = (struct cursor_place){.shown = false};
    return (struct canvas){
        .window = stdscr,
        .theme = theme,
        .glyphs = o->glyphs,
        .cursor = &o->cursor,
        .clip = {0, 0, LINES, COLS},
        .ground = ROLE_TEXT,
    };
}

struct canvas offscreen_begin(struct offscreen *o, struct theme *theme)
{
    set_term(o->screen);
    theme_apply(theme, o->depth);
    return begin(o, theme);
}

struct canvas offscreen_begin_roles(struct offscreen *o, struct theme *theme)
{
    set_term(o->screen);
    theme_apply_numbers(theme);
    return begin(o, theme);
}

struct cursor_place offscreen_cursor(const struct offscreen *o)
{
    return o->cursor;
}

/* One cell; false for the second half of a wide character. */
static bool read_cell(int y, int x, wchar_t text[CCHARW_MAX + 1], struct look *ret)
{
    cchar_t cell;
    attr_t attrs = 0;
    short pair = 0;
    int wide_pair = 0;
    wmemset(text, 0, CCHARW_MAX + 1);
    if (mvwin_wch(stdscr, y, x, &cell) == ERR)
        return false;
    getcchar(&cell, text, &attrs, &pair, &wide_pair);
    *ret = (struct look){attrs & (A_BOLD | A_DIM | A_ITALIC | A_UNDERLINE | A_REVERSE), wide_pair};
    return (cell.attr & A_CHARTEXT) < 2; /* curses numbers the halves 1 and 2 */
}

void offscreen_text(const struct offscreen *o, struct buf *out)
{
    set_term(o->screen);
    dump_text(stdscr, out);
}

/* The looks met so far; the first one is the plain one. */
struct looks {
    struct look seen[1 + sizeof(LETTERS) - 1];
    size_t count;
};

static char letter_of(struct looks *looks, struct look look)
{
    size_t i = 0;
    while (i < looks->count &&
           (looks->seen[i].attrs != look.attrs || looks->seen[i].pair != look.pair))
        i++;
    if (i == looks->count) {
        if (i == sizeof(looks->seen) / sizeof(looks->seen[0]))
            return '*';
        looks->seen[looks->count++] = look;
    }
    return i == 0 ? '.' : LETTERS[i - 1];
}

static struct cell_look resolve(struct look look)
{
    struct cell_look cell = {-1, -1, look.attrs};
    if (look.pair > 0)
        extended_pair_content(look.pair, &cell.fg, &cell.bg);
    return cell;
}

void cell_look_words(struct cell_look look, char ret[CELL_LOOK_SIZE])
{
    static const struct {
        attr_t bit;
        const char *name;
    } names[] = {{A_BOLD, " bold"},
                 {A_DIM, " dim"},
                 {A_ITALIC, " italic"},
                 {A_UNDERLINE, " underline"},
                 {A_REVERSE, " reverse"}};
    snprintf(ret, CELL_LOOK_SIZE, "fg %d bg %d", look.fg, look.bg);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (look.attrs & names[i].bit)
            snprintf(ret + strlen(ret), CELL_LOOK_SIZE - strlen(ret), "%s", names[i].name);
}

static struct look look_at(const struct offscreen *o, int y, int x)
{
    wchar_t text[CCHARW_MAX + 1];
    struct look look = {0, 0};
    set_term(o->screen);
    read_cell(y, x, text, &look);
    return look;
}

struct cell_look offscreen_look(const struct offscreen *o, int y, int x)
{
    return resolve(look_at(o, y, x));
}

struct cell_role offscreen_role(const struct offscreen *o, int y, int x)
{
    struct cell_role cell;
    theme_number_roles(look_at(o, y, x).pair, &cell.role, &cell.ground);
    return cell;
}

void offscreen_looks(const struct offscreen *o, struct buf *out)
{
    struct looks looks = {.count = 1};
    set_term(o->screen);
    for (int y = 0; y < LINES; y++) {
        for (int x = 0; x < COLS; x++) {
            wchar_t text[CCHARW_MAX + 1];
            struct look look = {0, 0};
            read_cell(y, x, text, &look);
            char letter[2] = {letter_of(&looks, look), '\0'};
            buf_puts(out, letter);
        }
        buf_puts(out, "\n");
    }
    for (size_t i = 1; i < looks.count; i++) {
        char text[CELL_LOOK_SIZE];
        cell_look_words(resolve(looks.seen[i]), text);
        buf_printf(out, "%c  %s\n", LETTERS[i - 1], text);
    }
}
