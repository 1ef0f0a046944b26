/*
 * Text over several lines: broken at blanks, at newlines, and inside a word
 * only when the word alone is longer than the line.
 */
#include <string.h>

#include "backend/base/text.h"
#include "widgets/paint_text.h"

/* Bodies are longer than lines: an API's error with its explanation. */
#define WRAP_TEXT_MAX 8192

/* What is left to break, and the line broken off last. */
struct wrap {
    const struct canvas *cv;
    int w;
    const char *rest;
    const char *line;
    size_t len;
};

/* Breaks off the next line; false at the end. w is at least 1. */
static bool wrap_next(struct wrap *wrap)
{
    const char *p = wrap->rest, *blank = NULL;
    struct cluster c;
    int width = 0;
    if (!*p)
        return false;
    wrap->line = p;
    while (*p && *p != '\n') {
        size_t n = cluster_next(wrap->cv, p, strlen(p), &c);
        if (*p == ' ' && p > wrap->line && p[-1] != ' ')
            blank = p;
        if (width + c.width > wrap->w && p > wrap->line)
            break;
        width += c.width;
        p += n;
    }
    if (*p && *p != '\n' && blank) {
        wrap->len = (size_t)(blank - wrap->line);
        wrap->rest = blank + strspn(blank, " ");
    } else {
        wrap->len = (size_t)(p - wrap->line);
        wrap->rest = *p == '\n' ? p + 1 : p;
    }
    return true;
}

static struct wrap wrap_start(const struct canvas *cv, int w, const char *raw,
                              char clean[WRAP_TEXT_MAX])
{
    safe_text_lines(clean, WRAP_TEXT_MAX, raw);
    return (struct wrap){.cv = cv, .w = w > 0 ? w : 1, .rest = clean};
}

/* The last row there is room for: a cut must be seen, be it in this line or below. */
static void draw_last(struct canvas *cv, const struct text_place *at, enum role role,
                      const struct wrap *wrap)
{
    size_t len = wrap->len + strcspn(wrap->line + wrap->len, "\n");
    int used = draw_clean(cv, at, role, wrap->line, len);
    bool more_below = wrap->line[len] == '\n' && wrap->line[len + 1];
    if (more_below && clean_width(cv, wrap->line, len, at->w) <= at->w)
        paint_glyph(cv, at->y, at->x + (used < at->w ? used : at->w - 1), role, GLYPH_ELLIPSIS);
}

int paint_wrapped_from(struct canvas *cv, struct rect r, int skip, enum role role, const char *text)
{
    char clean[WRAP_TEXT_MAX];
    struct wrap wrap = wrap_start(cv, r.w, text, clean);
    int row = -skip;
    for (; row < r.h && wrap_next(&wrap); row++) {
        struct text_place at = {r.y + row, r.x, r.w, 0, true};
        if (row == r.h - 1)
            draw_last(cv, &at, role, &wrap);
        else if (row >= 0)
            draw_clean(cv, &at, role, wrap.line, wrap.len);
    }
    return row > 0 ? row : 0;
}

int paint_wrapped(struct canvas *cv, struct rect r, enum role role, const char *text)
{
    return paint_wrapped_from(cv, r, 0, role, text);
}

int paint_wrapped_rows(const struct canvas *cv, int w, const char *text)
{
    char clean[WRAP_TEXT_MAX];
    struct wrap wrap = wrap_start(cv, w, text, clean);
    int rows = 0;
    while (wrap_next(&wrap))
        rows++;
    return rows;
}
