/* filter: see filter.h. */
#include "widgets/filter.h"

#include <stdio.h>
#include <string.h>

void filter_init(struct filter *f)
{
    *f = (struct filter){.match = NULL};
    input_init(&f->line, FILTER_MAX);
}

void filter_release(struct filter *f)
{
    input_release(&f->line);
    match_free(f->match);
    f->match = NULL;
}

static unsigned compile(struct filter *f)
{
    struct match *m = match_new(input_text(&f->line), f->why, sizeof(f->why));
    if (!m)
        return UI_HANDLED | UI_REPAINT; /* the list stays as it was */
    match_free(f->match);
    f->match = m;
    return UI_HANDLED | UI_REPAINT | UI_CHANGED;
}

void filter_begin(struct filter *f)
{
    f->typing = true;
}

void filter_set(struct filter *f, const char *text)
{
    f->typing = false;
    input_set(&f->line, text);
    compile(f);
}

bool filter_shown(const struct filter *f)
{
    return f->typing || *input_text(&f->line);
}

bool filter_passes(const struct filter *f, const char *text)
{
    return match_passes(f->match, text);
}

static unsigned clear(struct filter *f)
{
    f->typing = false;
    input_clear(&f->line);
    return compile(f);
}

unsigned filter_key(struct filter *f, ui_key key)
{
    if (key == UI_KEY_ESC && filter_shown(f))
        return clear(f);
    if (!f->typing)
        return UI_IGNORED;
    if (key == UI_KEY_ENTER) {
        f->typing = false;
        return UI_HANDLED | UI_REPAINT;
    }
    if (key == UI_KEY_BACKSPACE && !*input_text(&f->line))
        return clear(f); /* taken back as far as the / itself */
    /* Home and End, Ctrl-U and Ctrl-D belong to the line; what moves by rows
     * and pages to the list. */
    unsigned bits = input_key(&f->line, key);
    return bits & UI_CHANGED ? compile(f) : bits;
}

void filter_paint(const struct filter *f, struct canvas *cv, struct rect box)
{
    enum { LEAST = 12, MOST = 40, TITLE = 24 };
    const char *text = input_text(&f->line);
    int room = box.w - TITLE < MOST ? box.w - TITLE : MOST;
    if (!filter_shown(f) || room < LEAST)
        return;
    int why = f->why[0] ? paint_width(cv, f->why) + 2 : 0;
    int w = paint_width(cv, text) + 4;
    w = w < LEAST ? LEAST : w > room ? room : w;
    if (why > box.w - TITLE - w)
        why = box.w - TITLE - w;
    int x = box.x + box.w - 2 - w - why;
    struct rect at = rect_make(box.y, x, 1, w);
    enum role role = f->typing ? ROLE_INPUT_FOCUS : ROLE_INPUT;
    struct canvas field = canvas_on(cv, role);
    paint_fill(&field, at, role);
    paint_text(&field, at.y, at.x + 1, 1, ROLE_KEY, "/");
    input_paint(&f->line, &field, at.y, at.x + 2, at.w - 3, f->typing, NULL);
    if (why > 2)
        paint_textf(cv, at.y, at.x + at.w, why, ROLE_DANGER, " %s ", f->why);
}
