/*
 * How a text reaches the screen.
 *
 *   raw bytes --safe_text--> clean UTF-8 --clusters--> columns --window--> curses
 *
 * A cluster is a character with the combining marks after it: what takes one
 * or two columns together and must not be torn apart. Text is laid out from
 * its column 0; the window [from, to) says which of these columns are to be
 * seen (a cut, a sideways scroll, the clip of the canvas). A wide character of
 * which only one half would be seen becomes a blank, so that nothing ever
 * stands one column beside its place.
 *
 * Everything public that draws a text comes through draw_text(), and only
 * draw_text() and the wrapping below it call safe_text.
 */
#include "widgets/paint.h"

#include <curses.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "backend/base/text.h"
#include "widgets/paint_text.h"

/* What is not text any more (not on this screen's character set). */
#define REPLACEMENT 0xfffd

static int char_width(const struct canvas *cv, uint32_t cp)
{
    if (cp < 0x80)
        return 1;
    if (glyphs_are_ascii(cv->glyphs))
        return 1;
    return wcwidth((wchar_t)cp);
}

size_t cluster_next(const struct canvas *cv, const char *s, size_t len, struct cluster *ret)
{
    bool ascii = glyphs_are_ascii(cv->glyphs) != 0;
    uint32_t cp = 0;
    if (len > 1 && (s[0] & 0x80) == 0 && (s[1] & 0x80) == 0) { /* nearly every one */
        ret->chars[0] = (wchar_t)s[0];
        ret->count = ret->width = 1;
        return 1;
    }
    size_t used = utf8_decode(s, len, &cp);
    if (used == 0)
        return 0;
    ret->width = char_width(cv, cp);
    if (ret->width <= 0) { /* a mark with nothing to stand on, or no known character */
        cp = REPLACEMENT;
        ret->width = 1;
    }
    ret->chars[0] = (wchar_t)(ascii && cp >= 0x80 ? '?' : cp);
    ret->count = 1;
    while (!ascii && used < len) {
        size_t n = utf8_decode(s + used, len - used, &cp);
        if (n == 0 || cp < 0x80 || char_width(cv, cp) != 0)
            break;
        if (ret->count <= TEXT_MARKS_MAX)
            ret->chars[ret->count++] = (wchar_t)cp;
        used += n;
    }
    return used;
}

int clean_width(const struct canvas *cv, const char *s, size_t len, int stop)
{
    struct cluster c;
    int width = 0;
    for (size_t n; width <= stop && (n = cluster_next(cv, s, len, &c)) > 0; s += n, len -= n)
        width += c.width;
    return width;
}

/* Wide characters on their way to one row of the window. */
struct run {
    WINDOW *win;
    int y, x; /* where the pending ones start */
    int count, columns;
    wchar_t chars[256];
};

/* Is this cell the second half of a wide character? curses numbers the halves
 * 1 and 2 where a narrow curses would keep the character itself. */
static bool second_half(WINDOW *win, int y, int x)
{
    cchar_t cell;
    return mvwin_wch(win, y, x, &cell) != ERR && (cell.attr & A_CHARTEXT) > 1;
}

/* A blank in the colours that the cell has. */
static void blank_half(WINDOW *win, int y, int x)
{
    wchar_t text[CCHARW_MAX + 1];
    attr_t attrs = 0, kept = 0;
    short narrow = 0;
    int pair = 0, kept_pair = 0;
    cchar_t cell;
    mvwin_wch(win, y, x, &cell);
    getcchar(&cell, text, &attrs, &narrow, &pair);
    wattr_get(win, &kept, &narrow, &kept_pair);
    wattr_set(win, attrs, 0, &pair);
    mvwaddnwstr(win, y, x, L" ", 1);
    wattr_set(win, kept, 0, &kept_pair);
}

/*
 * Writes what is pending. Where it cuts a wide character in two (a dialog over
 * a table), the half that is left becomes a blank: curses would keep it and
 * from there on be one column out of step with the terminal.
 */
static void run_flush(struct run *run)
{
    if (run->count > 0) {
        int end = run->x + run->columns;
        bool cuts_left = run->x > 0 && second_half(run->win, run->y, run->x);
        bool cuts_right = second_half(run->win, run->y, end);
        if (cuts_left)
            blank_half(run->win, run->y, run->x - 1);
        if (cuts_right)
            blank_half(run->win, run->y, end);
        mvwaddnwstr(run->win, run->y, run->x, run->chars, run->count);
    }
    run->count = run->columns = 0;
}

static void run_add(struct run *run, int x, const wchar_t *chars, int count, int width)
{
    if (run->count + count > (int)(sizeof(run->chars) / sizeof(run->chars[0])))
        run_flush(run);
    if (run->count == 0)
        run->x = x;
    wmemcpy(run->chars + run->count, chars, (size_t)count);
    run->count += count;
    run->columns += width;
}

static void use_style(const struct canvas *cv, enum role role)
{
    struct style style = theme_attr_on(cv->theme, role, cv->ground);
    int pair = style.pair;
    wattr_set((WINDOW *)cv->window, style.attrs, 0, &pair);
}

/* One cluster at column x; what leaves [lo, hi) is cut, half a character is a blank. */
static void put_cluster(struct run *run, const struct cluster *c, int x, int lo, int hi)
{
    if (x >= lo && x + c->width <= hi) {
        run_add(run, x, c->chars, c->count, c->width);
        return;
    }
    for (int i = x; i < x + c->width; i++)
        if (i >= lo && i < hi)
            run_add(run, i, L" ", 1, 1);
}

int draw_clean(struct canvas *cv, const struct text_place *at, enum role role, const char *s,
               size_t len)
{
    int lo = at->x > cv->clip.x ? at->x : cv->clip.x;
    int hi = at->x + at->w < cv->clip.x + cv->clip.w ? at->x + at->w : cv->clip.x + cv->clip.w;
    bool seen = at->y >= cv->clip.y && at->y < cv->clip.y + cv->clip.h && lo < hi;
    bool cut = at->ellipsis && clean_width(cv, s, len, at->w) > at->w;
    int limit = at->x + at->w - (cut ? 1 : 0), x = at->x - at->skip;
    struct run run = {.win = cv->window, .y = at->y};
    struct cluster c;

    if (at->w <= 0)
        return 0;
    if (seen)
        use_style(cv, role);
    for (size_t n; (n = cluster_next(cv, s, len, &c)) > 0; s += n, len -= n) {
        if (x >= limit || (cut && x + c.width > limit))
            break;
        if (seen)
            put_cluster(&run, &c, x, lo, hi);
        x += c.width;
    }
    if (cut) {
        const char *dots = glyph_text(cv->glyphs, GLYPH_ELLIPSIS);
        if (cluster_next(cv, dots, strlen(dots), &c) > 0 && seen)
            put_cluster(&run, &c, x, lo, hi);
        x++;
    }
    run_flush(&run);
    int used = x - at->x;
    return used < 0 ? 0 : used > at->w ? at->w : used;
}

/* The one place where a raw text is cleaned for drawing on one line. */
static int draw_text(struct canvas *cv, const struct text_place *at, enum role role,
                     const char *raw)
{
    char clean[PAINT_TEXT_MAX];
    size_t len = safe_text(clean, sizeof(clean), raw);
    return draw_clean(cv, at, role, clean, len);
}

struct canvas canvas_clip(const struct canvas *cv, struct rect r)
{
    struct canvas sub = *cv;
    sub.clip = rect_intersect(cv->clip, r);
    return sub;
}

struct canvas canvas_on(const struct canvas *cv, enum role ground)
{
    struct canvas sub = *cv;
    sub.ground = ground;
    return sub;
}

int paint_width(const struct canvas *cv, const char *text)
{
    char clean[PAINT_TEXT_MAX];
    size_t len = safe_text(clean, sizeof(clean), text);
    return clean_width(cv, clean, len, INT_MAX - 2);
}

int paint_text(struct canvas *cv, int y, int x, int w, enum role role, const char *text)
{
    return draw_text(cv, &(struct text_place){y, x, w, 0, true}, role, text);
}

int paint_textf(struct canvas *cv, int y, int x, int w, enum role role, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    return paint_text(cv, y, x, w, role, text);
}

int paint_text_from(struct canvas *cv, int y, int x, int w, int skip, enum role role,
                    const char *text)
{
    return draw_text(cv, &(struct text_place){y, x, w, skip > 0 ? skip : 0, false}, role, text);
}

int paint_middle(struct canvas *cv, int y, int x, int w, enum role role, const char *text)
{
    int width = paint_width(cv, text), tail = (w - 1) / 2, head = w - 1 - tail;
    if (width <= w || w < 3)
        return paint_text(cv, y, x, w, role, text);
    int used = paint_text_from(cv, y, x, head, 0, role, text);
    used += paint_glyph(cv, y, x + used, role, GLYPH_ELLIPSIS);
    return used + paint_text_from(cv, y, x + used, tail, width - tail, role, text);
}

void paint_cell(struct canvas *cv, int y, int x, int w, enum align align, enum role role,
                const char *text)
{
    char clean[PAINT_TEXT_MAX];
    size_t len = safe_text(clean, sizeof(clean), text);
    int width = clean_width(cv, clean, len, w), before = 0;
    if (width < w)
        before = align == ALIGN_RIGHT ? w - width : align == ALIGN_CENTER ? (w - width) / 2 : 0;
    paint_fill(cv, rect_make(y, x, 1, before), role);
    int used = before + draw_clean(cv, &(struct text_place){y, x + before, w - before, 0, true},
                                   role, clean, len);
    paint_fill(cv, rect_make(y, x + used, 1, w - used), role);
}

int paint_glyph(struct canvas *cv, int y, int x, enum role role, enum glyph glyph)
{
    const char *text = glyph_text(cv->glyphs, glyph);
    return draw_clean(cv, &(struct text_place){y, x, 1, 0, false}, role, text, strlen(text));
}

/* The same glyph in every cell of r. */
void draw_repeat(struct canvas *cv, struct rect r, enum role role, const char *glyph)
{
    struct cluster c;
    r = rect_intersect(r, cv->clip);
    if (rect_empty(r) || cluster_next(cv, glyph, strlen(glyph), &c) == 0)
        return;
    use_style(cv, role);
    for (int y = r.y; y < r.y + r.h; y++) {
        struct run run = {.win = cv->window, .y = y};
        for (int x = r.x; x < r.x + r.w; x++)
            run_add(&run, x, c.chars, c.count, c.width);
        run_flush(&run);
    }
}

void paint_fill(struct canvas *cv, struct rect r, enum role role)
{
    draw_repeat(cv, r, role, " ");
}

void paint_cursor(struct canvas *cv, int y, int x)
{
    if (cv->cursor && rect_contains(cv->clip, y, x))
        *cv->cursor = (struct cursor_place){true, y, x};
}
