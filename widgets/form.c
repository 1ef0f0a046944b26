#include "widgets/form.h"

/* Columns before a label: the mark of the focus and a blank. */
#define INDENT 2
/* Blank columns between label and control. */
#define GAP 2

static bool takes_focus(const struct field *f)
{
    return f->kind != FIELD_NOTE && !f->disabled;
}

static int field_rows(const struct field *f)
{
    return f->error || f->hint ? 2 : 1;
}

int form_rows(const struct form *f)
{
    int rows = 0;
    for (size_t i = 0; i < f->n; i++)
        rows += field_rows(&f->fields[i]);
    return rows;
}

void form_reset(struct form *f)
{
    f->top = 0;
    f->focus = 0;
    if (f->n > 0 && !takes_focus(&f->fields[0]))
        form_next(f);
}

bool form_next(struct form *f)
{
    for (size_t i = f->focus + 1; i < f->n; i++) {
        if (!takes_focus(&f->fields[i]))
            continue;
        f->focus = i;
        return true;
    }
    return false;
}

bool form_prev(struct form *f)
{
    for (size_t i = f->focus; i-- > 0;) {
        if (i >= f->n || !takes_focus(&f->fields[i]))
            continue;
        f->focus = i;
        return true;
    }
    return false;
}

/* The first field to show so that the focused one is whole. */
static size_t top_for(const struct form *f, int h)
{
    size_t top = f->top < f->focus ? f->top : f->focus;
    if (form_rows(f) <= h)
        return 0;
    for (;; top++) {
        int rows = 0;
        for (size_t i = top; i <= f->focus && i < f->n; i++)
            rows += field_rows(&f->fields[i]);
        if (rows <= h || top >= f->focus)
            return top;
    }
}

void form_layout(struct form *f, struct rect area)
{
    f->top = top_for(f, area.h);
}

static int label_width(const struct form *f, const struct canvas *cv, int w)
{
    int widest = f->label_width;
    for (size_t i = 0; i < f->n && f->label_width <= 0; i++) {
        const struct field *field = &f->fields[i];
        if (field->kind != FIELD_TEXT && field->kind != FIELD_CHOICE)
            continue;
        int width = paint_width(cv, field->label);
        widest = width > widest ? width : widest;
    }
    return widest < w / 3 ? widest : w / 3;
}

static void paint_text_field(const struct field *f, struct canvas *cv, struct rect r, bool focused)
{
    if (f->disabled)
        paint_text(cv, r.y, r.x, r.w, ROLE_DISABLED, input_text(f->input));
    else
        input_paint(f->input, cv, r.y, r.x, r.w, focused, NULL);
}

static void paint_choice(const struct field *f, struct canvas *cv, struct rect r, bool focused)
{
    const char *text = f->chosen < f->n_choices ? f->choices[f->chosen] : "";
    enum role role = f->disabled ? ROLE_DISABLED : focused ? ROLE_INPUT_FOCUS : ROLE_INPUT;
    struct canvas on = f->disabled ? *cv : canvas_on(cv, role);
    struct pen pen = pen_on(&on, r.y, r.x, r.w);
    bool more = f->n_choices > 1 && !f->disabled;
    pen_glyph(&pen, more ? ROLE_KEY : role, more ? GLYPH_MORE_LEFT : GLYPH_NONE);
    pen_text(&pen, role, more ? " " : "");
    pen.x += paint_text(&on, r.y, pen.x, pen_room(&pen) - (more ? 2 : 0), role, text);
    pen_text(&pen, role, more ? " " : "");
    pen_glyph(&pen, more ? ROLE_KEY : role, more ? GLYPH_MORE_RIGHT : GLYPH_NONE);
}

static void paint_check(const struct field *f, struct canvas *cv, struct rect r, bool focused)
{
    enum role role = f->disabled ? ROLE_DISABLED : focused ? ROLE_STRONG : ROLE_TEXT;
    struct pen pen = pen_on(cv, r.y, r.x, r.w);
    pen_text(&pen, role, "[");
    pen_text(&pen, f->checked && !f->disabled ? ROLE_OK : role,
             f->checked ? glyph_text(cv->glyphs, GLYPH_CHECK_ON) : " ");
    pen_text(&pen, role, "] ");
    pen_text(&pen, role, f->label);
}

static void paint_field(const struct field *f, struct canvas *cv, struct rect r, int label,
                        bool focused)
{
    struct rect row = rect_cut_top(&r, 1), below = r;
    if (focused)
        paint_glyph(cv, row.y, row.x, ROLE_FOCUS, GLYPH_CURSOR);
    rect_cut_left(&row, INDENT);
    rect_cut_left(&below, INDENT);
    if (f->kind == FIELD_NOTE) {
        paint_text(cv, row.y, row.x, row.w, f->role, f->label);
    } else if (f->kind == FIELD_CHECK) {
        paint_check(f, cv, row, focused);
        rect_cut_left(&below, 4); /* under the label, behind the "[x] " */
    } else {
        struct rect at = rect_cut_left(&row, label);
        enum role role = f->disabled ? ROLE_DISABLED : focused ? ROLE_STRONG : ROLE_TEXT;
        paint_text(cv, at.y, at.x, at.w, role, f->label);
        rect_cut_left(&row, GAP);
        rect_cut_left(&below, label + GAP);
        if (f->kind == FIELD_TEXT)
            paint_text_field(f, cv, row, focused);
        else
            paint_choice(f, cv, row, focused);
    }
    if (f->error) {
        struct pen pen = pen_on(cv, below.y, below.x, below.h > 0 ? below.w : 0);
        pen_glyph(&pen, ROLE_DANGER, GLYPH_FAIL);
        pen_gap(&pen, 1);
        pen_text(&pen, ROLE_DANGER, f->error);
    } else if (f->hint && below.h > 0) {
        paint_text(cv, below.y, below.x, below.w, ROLE_DIM, f->hint);
    }
}

/* Goes to a field, and changes the one it is at. */
static void click_field(const struct form *f, struct canvas *cv, struct rect at, size_t i)
{
    long by = 0, step = i < f->focus ? -1 : 1;
    if (!takes_focus(&f->fields[i]))
        return;
    for (size_t at_field = f->focus; at_field != i;) {
        at_field = step < 0 ? at_field - 1 : at_field + 1;
        by += takes_focus(&f->fields[at_field]) ? step : 0;
    }
    hits_step(cv->hits, at, UI_KEY_NONE, by, UI_KEY_BACKTAB, UI_KEY_TAB,
              f->fields[i].kind == FIELD_TEXT ? UI_KEY_NONE : UI_KEY_SPACE);
}

void form_paint(const struct form *f, struct canvas *cv, struct rect area)
{
    struct canvas sub = canvas_clip(cv, area);
    if (rect_empty(area))
        return;
    size_t top = top_for(f, area.h);
    if (form_rows(f) > area.h && area.w > 4) {
        struct rect bar = rect_cut_right(&area, 1);
        size_t shown = 0;
        for (int rows = 0; top + shown < f->n && rows < area.h; shown++)
            rows += field_rows(&f->fields[top + shown]);
        paint_scrollbar(&sub, bar, top, shown < f->n ? shown : f->n - 1, f->n);
        rect_cut_right(&area, 1);
    }
    int label = label_width(f, cv, area.w);
    for (size_t i = top; i < f->n && area.h > 0; i++) {
        struct rect at = rect_cut_top(&area, field_rows(&f->fields[i]));
        if (f->focused)
            click_field(f, cv, at, i);
        paint_field(&f->fields[i], &sub, at, label, f->focused && i == f->focus);
    }
}

static unsigned text_key(struct field *f, ui_key key)
{
    return input_key(f->input, key);
}

static unsigned check_key(struct field *f, ui_key key)
{
    if (key != UI_KEY_SPACE)
        return UI_IGNORED;
    f->checked = !f->checked;
    return UI_HANDLED | UI_REPAINT | UI_CHANGED;
}

static unsigned choice_key(struct field *f, ui_key key)
{
    bool forward = key == UI_KEY_RIGHT || key == UI_KEY_SPACE;
    if (!forward && key != UI_KEY_LEFT)
        return UI_IGNORED;
    if (f->n_choices < 2)
        return UI_HANDLED;
    f->chosen = (f->chosen + (forward ? 1 : f->n_choices - 1)) % f->n_choices;
    return UI_HANDLED | UI_REPAINT | UI_CHANGED;
}

static unsigned note_key(struct field *f, ui_key key)
{
    (void)f;
    (void)key;
    return UI_IGNORED;
}

static unsigned (*const FIELD_KEY[FIELD_KINDS])(struct field *, ui_key) = {
    [FIELD_TEXT] = text_key,
    [FIELD_CHECK] = check_key,
    [FIELD_CHOICE] = choice_key,
    [FIELD_NOTE] = note_key,
};

unsigned form_key(struct form *f, ui_key key)
{
    bool forward = key == UI_KEY_TAB || key == UI_KEY_DOWN || key == UI_KEY_ENTER;
    bool back = key == UI_KEY_BACKTAB || key == UI_KEY_UP;
    if (f->focus >= f->n)
        return UI_IGNORED;
    if (forward || back) {
        if (forward ? form_next(f) : form_prev(f))
            return UI_HANDLED | UI_REPAINT;
        if (key == UI_KEY_ENTER)
            return UI_HANDLED | UI_DONE;
        return key == UI_KEY_TAB || key == UI_KEY_BACKTAB ? UI_IGNORED : UI_HANDLED;
    }
    if (!takes_focus(&f->fields[f->focus]))
        return UI_IGNORED;
    return FIELD_KEY[f->fields[f->focus].kind](&f->fields[f->focus], key);
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    int rows = form_rows(widget);
    (void)cv;
    return (struct size){rows < room.h ? rows : room.h, room.w};
}

static void ops_layout(void *widget, struct rect area)
{
    form_layout(widget, area);
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    form_paint(widget, cv, area);
}

static unsigned ops_key(void *widget, ui_key key)
{
    return form_key(widget, key);
}

const struct widget_ops form_ops = {
    .name = "form",
    .measure = ops_measure,
    .layout = ops_layout,
    .paint = ops_paint,
    .key = ops_key,
};
