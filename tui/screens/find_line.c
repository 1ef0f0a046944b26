/* find_line: see find_line.h. */
#include "tui/screens/find_line.h"

enum { FIND_MAX = 100, LABEL = 8 };

void find_line_init(struct find_line *f, struct textview *v)
{
    input_init(&f->line, FIND_MAX);
    f->typing = false;
    v->find = input_text(&f->line);
}

void find_line_release(struct find_line *f)
{
    input_release(&f->line);
}

void find_line_begin(struct find_line *f)
{
    f->typing = true;
}

unsigned find_line_key(struct find_line *f, struct textview *v, struct ui *ui, ui_key key)
{
    bool any = *input_text(&f->line) != '\0';
    if (!f->typing && !(key == UI_KEY_ESC && any))
        return UI_IGNORED;
    if (key == UI_KEY_ENTER) {
        f->typing = false;
        if (any && !textview_search(v, true))
            ui_say(ui, ROLE_WARN, "nowhere in what is listed: %.80s", input_text(&f->line));
    } else if (key == UI_KEY_ESC) {
        f->typing = false;
        input_clear(&f->line);
    } else {
        input_key(&f->line, key);
    }
    v->find = input_text(&f->line);
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
