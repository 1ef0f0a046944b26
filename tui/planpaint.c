/* planpaint: see planpaint.h. */
#include "tui/planpaint.h"

#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL = 11, MARK = 2 };

static int lead_of(const struct planword *w)
{
    return w->kind == PLANWORD_FACT ? LABEL : w->kind == PLANWORD_HEADING ? 0 : MARK;
}

static int rows_of(const struct planword *word, const struct canvas *cv, int w)
{
    int lead = lead_of(word);
    return paint_wrapped_rows(cv, w > lead + MARK ? w - lead : MARK, word->text);
}

int planpaint_rows(const struct planwords *l, size_t first, const struct canvas *cv, int w)
{
    int rows = 0;
    for (size_t i = first; i < l->count; i++)
        rows += rows_of(&l->items[i], cv, w);
    return rows;
}

size_t planpaint_last(const struct planwords *l, const struct canvas *cv, int w, int h)
{
    size_t at = l->count;
    while (at > 0 && (h -= rows_of(&l->items[at - 1], cv, w)) >= 0)
        at--;
    return at < l->count || at == 0 ? at : at - 1; /* one that is too high is seen at least */
}

static void paint_line(const struct planword *w, struct canvas *cv, struct rect *in)
{
    struct rect at = *in;
    if (w->kind == PLANWORD_FACT)
        paint_text(cv, in->y, in->x, LABEL - 1, ROLE_DIM, w->label ? w->label : "");
    else if (w->kind != PLANWORD_HEADING)
        paint_glyph(cv, in->y, in->x, w->role, planword_mark(w->kind));
    rect_cut_left(&at, lead_of(w));
    rect_cut_top(in, paint_wrapped(cv, at, w->role, w->text));
}

void planpaint(const struct planwords *l, size_t first, struct canvas *cv, struct rect area)
{
    for (size_t i = first; i < l->count && !rect_empty(area); i++)
        paint_line(&l->items[i], cv, &area);
}

void planpaint_in_keys(struct planwords *w)
{
    char text[1000];
    for (size_t i = 0; i < w->count; i++) {
        snprintf(text, sizeof text, "%s", w->items[i].text);
        action_in_keys(text, sizeof text);
        if (text_equal(text, w->items[i].text) || strlen(w->items[i].text) >= sizeof text)
            continue;
        free(w->items[i].text);
        w->items[i].text = xstrdup(text);
    }
}
