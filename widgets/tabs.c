#include "widgets/tabs.h"

#include <stdio.h>

/* The text of a tab without its count: " 2 Steps". */
static const char *tab_text(const struct tabs *t, size_t i, char *buf, size_t size)
{
    if (i < 9)
        snprintf(buf, size, " %zu %s ", i + 1, t->tabs[i].label);
    else
        snprintf(buf, size, " %s ", t->tabs[i].label);
    return buf;
}

static const char *count_text(const struct tab *tab, char *buf, size_t size)
{
    if (tab->count < 0)
        buf[0] = '\0';
    else
        snprintf(buf, size, "%ld ", tab->count);
    return buf;
}

static int tab_width(const struct tabs *t, const struct canvas *cv, size_t i)
{
    char text[128], count[32];
    return paint_width(cv, tab_text(t, i, text, sizeof(text))) +
           paint_width(cv, count_text(&t->tabs[i], count, sizeof(count)));
}

/* The first tab to show so that the active one is whole; two columns are kept
 * for the marks that say there is more. */
static size_t first_shown(const struct tabs *t, const struct canvas *cv, int w)
{
    size_t first = 0;
    int used = 0;
    for (size_t i = 0; i <= t->active && i < t->n; i++)
        used += tab_width(t, cv, i);
    while (used > w - 2 && first < t->active)
        used -= tab_width(t, cv, first++);
    return first;
}

void tabs_paint(const struct tabs *t, struct canvas *cv, struct rect area)
{
    char text[128], count[32];
    struct pen pen = pen_on(cv, area.y, area.x, area.h > 0 ? area.w : 0);
    size_t first = first_shown(t, cv, area.w), i = first;
    if (first > 0)
        pen_glyph(&pen, ROLE_DIM, GLYPH_MORE_LEFT);
    for (; i < t->n; i++) {
        bool active = i == t->active;
        if (!active && tab_width(t, cv, i) > pen_room(&pen) - 1)
            break;
        struct canvas on = canvas_on(cv, active ? ROLE_TAB_ACTIVE : cv->ground);
        struct rect at = rect_make(area.y, pen.x, 1, tab_width(t, cv, i));
        if (!active && i < 9)
            hits_add(cv->hits, at, UI_KEY_NONE, '1' + (ui_key)i, 1);
        pen.cv = &on;
        pen_text(&pen, active ? ROLE_TAB_ACTIVE : ROLE_TAB, tab_text(t, i, text, sizeof(text)));
        pen_text(&pen, t->tabs[i].role == ROLE_TEXT ? ROLE_DIM : t->tabs[i].role,
                 count_text(&t->tabs[i], count, sizeof(count)));
        pen.cv = cv;
    }
    if (i < t->n)
        pen_glyph(&pen, ROLE_DIM, GLYPH_MORE_RIGHT);
}

unsigned tabs_key(struct tabs *t, ui_key key)
{
    size_t to = t->active;
    if (key >= '1' && key <= '9' && key - '1' < t->n)
        to = key - '1';
    else if (key == ']' && t->n > 0)
        to = (t->active + 1) % t->n;
    else if (key == '[' && t->n > 0)
        to = (t->active + t->n - 1) % t->n;
    else
        return UI_IGNORED;
    if (to == t->active)
        return UI_HANDLED;
    t->active = to;
    return UI_HANDLED | UI_REPAINT | UI_CHANGED;
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    (void)widget;
    (void)cv;
    return (struct size){room.h < 1 ? room.h : 1, room.w};
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    tabs_paint(widget, cv, area);
}

static unsigned ops_key(void *widget, ui_key key)
{
    return tabs_key(widget, key);
}

const struct widget_ops tabs_ops = {
    .name = "tabs",
    .measure = ops_measure,
    .paint = ops_paint,
    .key = ops_key,
};
