#include "widgets/form.h"

/* Columns before a label: the mark of the focus and a blank. */
#define INDENT 2
/* Blank columns between label and control. */
#define GAP 2
/* Columns of the mark before what is wrong. */
#define ERROR_MARK 2
/* Of the scroll bar with the blank before it. */
#define BAR 2

static bool takes_focus(const struct field *f)
{
    return f->kind != FIELD_NOTE && !f->disabled;
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

/* How a form lies in so many columns: what its labels take, and what stands under a field. */
struct lie {
    struct canvas cv; /* for measuring alone: without a canvas, too, rows are what they are */
    int w, label;
};

static struct lie lie_in(const struct form *f, int w)
{
    struct lie at = {.cv = {.glyphs = glyphs_utf8()}, .w = w};
    at.label = label_width(f, &at.cv, w);
    return at;
}

/* Columns from the field's own left edge to what stands under it: behind "[x] ", or below the
 * control. */
static int below_at(const struct field *f, const struct lie *at)
{
    return INDENT + (f->kind == FIELD_CHECK ? 4 : f->kind == FIELD_NOTE ? 0 : at->label + GAP);
}

static int field_rows(const struct field *f, const struct lie *at)
{
    int w = at->w - below_at(f, at);
    if (f->kind == FIELD_NOTE)
        return paint_wrapped_rows(&at->cv, w, f->label);
    if (f->error)
        return 1 + paint_wrapped_rows(&at->cv, w - ERROR_MARK, f->error);
    return 1 + (f->hint ? paint_wrapped_rows(&at->cv, w, f->hint) : 0);
}

int form_rows(const struct form *f, int w)
{
    const struct lie at = lie_in(f, w);
    int rows = 0;
    for (size_t i = 0; i < f->n; i++)
        rows += field_rows(&f->fields[i], &at);
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

/* The last of what is to be seen with the focused field: what follows and cannot have the
 * focus itself. */
static size_t seen_with(const struct form *f)
{
    size_t last = f->focus;
    while (last + 1 < f->n && !takes_focus(&f->fields[last + 1]))
        last++;
    return last;
}

/* The first field to show so that the focused one is whole, and as much as there is room for of
 * what no key goes to. */
static size_t top_for(const struct form *f, const struct lie *at, int h)
{
    size_t top = f->top < f->focus ? f->top : f->focus, last = seen_with(f);
    for (;; top++) {
        int rows = 0;
        for (size_t i = top; i <= last && i < f->n; i++)
            rows += field_rows(&f->fields[i], at);
        if (rows <= h || top >= f->focus)
            return top;
    }
}

static bool scrolls(const struct form *f, struct rect area)
{
    return area.w > 2 * BAR && form_rows(f, area.w) > area.h;
}

void form_layout(struct form *f, struct rect area)
{
    bool bar = scrolls(f, area);
    const struct lie at = lie_in(f, bar ? area.w - BAR : area.w);
    f->top = form_rows(f, area.w) > area.h ? top_for(f, &at, area.h) : 0;
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

/* What is wrong with it, else what it means. */
static void paint_below(const struct field *f, struct canvas *cv, struct rect r)
{
    if (rect_empty(r))
        return;
    if (f->error) {
        paint_glyph(cv, r.y, r.x, ROLE_DANGER, GLYPH_FAIL);
        rect_cut_left(&r, ERROR_MARK);
        paint_wrapped(cv, r, ROLE_DANGER, f->error);
    } else if (f->hint) {
        paint_wrapped(cv, r, ROLE_DIM, f->hint);
    }
}

static void paint_field(const struct field *f, struct canvas *cv, struct rect r,
                        const struct lie *lie, bool focused)
{
    if (f->kind == FIELD_NOTE) {
        rect_cut_left(&r, INDENT);
        paint_wrapped(cv, r, f->role, f->label);
        return;
    }
    struct rect row = rect_cut_top(&r, 1), below = r;
    if (focused)
        paint_glyph(cv, row.y, row.x, ROLE_FOCUS, GLYPH_CURSOR);
    rect_cut_left(&row, INDENT);
    rect_cut_left(&below, below_at(f, lie));
    if (f->kind == FIELD_CHECK) {
        paint_check(f, cv, row, focused);
    } else {
        struct rect at = rect_cut_left(&row, lie->label);
        enum role role = f->disabled ? ROLE_DISABLED : focused ? ROLE_STRONG : ROLE_TEXT;
        paint_text(cv, at.y, at.x, at.w, role, f->label);
        rect_cut_left(&row, GAP);
        if (f->kind == FIELD_TEXT)
            paint_text_field(f, cv, row, focused);
        else
            paint_choice(f, cv, row, focused);
    }
    paint_below(f, cv, below);
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
    bool bar = scrolls(f, area), all = form_rows(f, area.w) <= area.h;
    const struct lie lie = lie_in(f, bar ? area.w - BAR : area.w);
    size_t top = all ? 0 : top_for(f, &lie, area.h);
    if (bar) {
        struct rect at = rect_cut_right(&area, 1);
        size_t shown = 0;
        for (int rows = 0; top + shown < f->n && rows < area.h; shown++)
            rows += field_rows(&f->fields[top + shown], &lie);
        paint_scrollbar(&sub, at, top, shown < f->n ? shown : f->n - 1, f->n);
        rect_cut_right(&area, 1);
    }
    for (size_t i = top; i < f->n && area.h > 0; i++) {
        struct rect at = rect_cut_top(&area, field_rows(&f->fields[i], &lie));
        if (f->focused)
            click_field(f, cv, at, i);
        paint_field(&f->fields[i], &sub, at, &lie, f->focused && i == f->focus);
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
    int rows = form_rows(widget, room.w);
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
