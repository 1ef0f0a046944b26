/* find_line: see find_line.h. */
#include "tui/screens/find_line.h"

enum { FIND_MAX = 100, LABEL = 8 };

static bool search_view(void *arg, bool back)
{
    return textview_search(arg, back);
}

static void show_in_view(void *arg, const char *text)
{
    ((struct textview *)arg)->find = text;
}

void find_line_init(struct find_line *f, const struct find_ops *ops, void *arg)
{
    *f = (struct find_line){.ops = ops, .arg = arg};
    input_init(&f->line, FIND_MAX);
    ops->changed(arg, input_text(&f->line));
}

void find_line_in_view(struct find_line *f, struct textview *v)
{
    static const struct find_ops VIEW = {search_view, show_in_view};
    find_line_init(f, &VIEW, v);
}

void find_line_release(struct find_line *f)
{
    input_release(&f->line);
}

void find_line_begin(struct find_line *f)
{
    f->typing = true;
}

void find_line_go(struct find_line *f, struct ui *ui, bool back)
{
    if (!f->ops->search(f->arg, back))
        ui_say(ui, ROLE_WARN, "nowhere in what is listed: %.80s", input_text(&f->line));
}

unsigned find_line_key(struct find_line *f, struct ui *ui, ui_key key)
{
    bool any = *input_text(&f->line) != '\0';
    if (!f->typing && !(key == UI_KEY_ESC && any))
        return UI_IGNORED;
    if (key == UI_KEY_ENTER) {
        f->typing = false;
        if (any)
            find_line_go(f, ui, true);
    } else if (key == UI_KEY_ESC) {
        f->typing = false;
        input_clear(&f->line);
    } else {
        input_key(&f->line, key);
    }
    f->ops->changed(f->arg, input_text(&f->line));
    return UI_HANDLED;
}

void find_line_paint(const struct find_line *f, struct canvas *cv, struct rect frame)
{
    if (rect_empty(frame) || (!f->typing && !*input_text(&f->line)))
        return;
    struct rect row = rect_make(frame.y + frame.h - 1, frame.x + 2, 1, frame.w / 2);
    paint_text(cv, row.y, row.x, LABEL, ROLE_KEY, " search ");
    input_paint(&f->line, cv, row.y, row.x + LABEL, row.w - LABEL, f->typing, NULL);
}
