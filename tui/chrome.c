/* chrome: see chrome.h. */
#include "tui/chrome.h"

#include "tui/titlebar.h"

#include <stdio.h>

/* While keys go into a text, those of the list would land in it. */
static unsigned typing_context(const struct screen *top)
{
    if (top->ops->typing)
        return top->ops->typing(top);
    return ACTIONS[ACT_FILTER].contexts & top->ops->context ? (unsigned)CTX_FILTER
                                                            : top->ops->context;
}

void chrome_paint_keys(const struct ui *ui, struct canvas *cv, struct rect screen)
{
    struct act_subject subject;
    struct action_names names;
    struct keybar_item items[ACT_COUNT];
    struct rect row = rect_cut_bottom(&screen, 1);
    rect_cut_left(&row, 1);
    const struct screen *top = ui_top(ui);
    unsigned context = ui->typing ? typing_context(top) : top->ops->context;
    ui_subject(ui, &subject);
    size_t n = action_keybar(context, &subject, &names, items);
    keybar_paint(&(struct keybar){items, n}, cv, row);
}

struct rect chrome_paint(const struct ui *ui, struct canvas *cv, struct rect screen)
{
    struct rect body = screen;
    titlebar_paint(ui, cv, rect_cut_top(&body, 1));
    if (ui->snap->notice[0]) {
        struct rect row = rect_cut_top(&body, 1);
        struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
        pen_glyph(&pen, ROLE_WARN, GLYPH_WARN);
        pen_gap(&pen, 1);
        pen_text(&pen, ROLE_WARN, ui->snap->notice);
    }
    rect_cut_bottom(&body, 1); /* the keys', once it is known where they go */
    return body;
}

void chrome_paint_small(const struct ui *ui, struct canvas *cv, struct rect screen)
{
    char text[300];
    const char *leave = ui->warned_small ? "what runs stops with it and resumes at the next start. "
                                           "q again: leave"
                        : ui->small_help ? "Make it larger, or q and --linear: it asks by lines, in "
                                           "any size. What runs goes on. Ctrl-L paints anew, "
                                           "? closes this, no other key does anything"
                                         : "q quits, ? helps";
    snprintf(text, sizeof text, "%dx%d is needed, this is %dx%d. %s", UI_MIN_COLS, UI_MIN_ROWS,
             screen.w, screen.h, leave);
    paint_wrapped(cv, screen, ROLE_TEXT, text);
}

int64_t chrome_next(const struct ui *ui)
{
    /* Seconds are shown while something runs; at rest the ages step by ten. */
    int64_t step = ui_running(ui->snap) ? 1000 : 10000;
    return ui->now.mono_ms + step - ui->now.wall_ms % step;
}
