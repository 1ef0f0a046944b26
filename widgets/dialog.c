#include "widgets/dialog.h"

#include "widgets/layout.h"
#include "widgets/paint_text.h"

#include <stdio.h>

#define WIDTH_DEFAULT 64
/* Frame and one blank column on each side. */
#define SIDES 4
/* What a button may take for its reason. */
#define REASON_ROWS_MOST 3
#define REASON_TEXT_MAX 512

/* The bands of a dialog, from above. BUTTONS and KEYS are cut off first, at the bottom. */
enum { BODY, GAP_EXTRA, EXTRA, GAP_FORM, FORM, BANDS };

struct places {
    struct rect frame, bands[BANDS], reason, buttons, keys;
};

static size_t button_count(const struct dialog *d)
{
    return d->n_buttons < DIALOG_BUTTONS_MAX ? d->n_buttons : DIALOG_BUTTONS_MAX;
}

static size_t safe_button(const struct dialog *d)
{
    for (size_t i = 0; i < button_count(d); i++)
        if (d->buttons[i].safe)
            return i;
    return 0;
}

/* Why the focused button, or else the first that has a reason, is not to be had. */
static const struct dialog_button *reason_of(const struct dialog *d)
{
    const struct dialog_button *found = NULL;
    for (size_t i = button_count(d); i-- > 0;)
        if (d->buttons[i].disabled && d->buttons[i].reason)
            found = &d->buttons[i];
    if (d->button < button_count(d) && d->buttons[d->button].disabled &&
        d->buttons[d->button].reason)
        found = &d->buttons[d->button];
    return found;
}

/* A button may get its reason at any time: the row for it is always kept then. */
static bool has_reasons(const struct dialog *d)
{
    for (size_t i = 0; i < button_count(d); i++)
        if (d->buttons[i].reason)
            return true;
    return false;
}

static void reason_text(const struct dialog_button *b, char text[REASON_TEXT_MAX])
{
    snprintf(text, REASON_TEXT_MAX, "%s: %s", b->label, b->reason);
}

int dialog_reason_rows(const struct dialog *d, const struct canvas *cv, int w)
{
    const struct dialog_button *why = reason_of(d);
    char text[REASON_TEXT_MAX];
    if (!why)
        return has_reasons(d) ? 1 : 0;
    reason_text(why, text);
    int rows = paint_wrapped_rows(cv, w, text);
    return rows < REASON_ROWS_MOST ? rows : REASON_ROWS_MOST;
}

static int body_rows(const struct dialog *d, const struct canvas *cv, int w)
{
    return d->body ? paint_wrapped_rows(cv, w, d->body) : 0;
}

struct rect dialog_place(const struct dialog *d, const struct canvas *cv, struct rect screen)
{
    int w = d->width > 0 ? d->width : WIDTH_DEFAULT;
    if (w > screen.w)
        w = screen.w;
    int form = d->form ? form_rows(d->form, w - SIDES) : 0;
    int body = body_rows(d, cv, w - SIDES);
    int h = 2 + body + 1 + 2; /* frame, body, a blank, buttons and keys */
    if (d->extra_rows > 0)
        h += d->extra_rows + (body > 0 ? 1 : 0);
    if (form > 0)
        h += form + (body > 0 || d->extra_rows > 0 ? 1 : 0);
    h += dialog_reason_rows(d, cv, w - SIDES);
    return rect_center(screen, (struct size){h, w});
}

static void place_all(const struct dialog *d, const struct canvas *cv, struct rect screen,
                      struct places *at)
{
    at->frame = dialog_place(d, cv, screen);
    struct rect in = at->frame.h >= 5 ? rect_inset(at->frame, 1, 2) : at->frame;
    int body = body_rows(d, cv, in.w), form = d->form ? form_rows(d->form, in.w) : 0;
    int reason = dialog_reason_rows(d, cv, in.w);
    /* On a low screen the buttons come first, then the content, then help and air. */
    int wanted = body + form + d->extra_rows + 3 + reason;
    bool tight = wanted > in.h; /* the key bar has the keys */
    at->keys = rect_cut_bottom(&in, in.h >= 4 && !tight ? 1 : 0);
    at->buttons = rect_cut_bottom(&in, 1);
    at->reason = rect_cut_bottom(&in, in.h < 3 ? 0 : reason < in.h - 2 ? reason : in.h - 2);
    rect_cut_bottom(&in, in.h >= 3 && !tight ? 1 : 0);
    struct layout_box boxes[BANDS] = {
        [BODY] = {.min = body > 0 ? 1 : 0, .max = body, .weight = body, .drop = 1},
        [GAP_EXTRA] = {.min = !tight && d->extra_rows > 0 && body > 0, .drop = 4},
        [EXTRA] = {.min = d->extra_rows, .drop = 2},
        [GAP_FORM] = {.min = !tight && form > 0 && (body > 0 || d->extra_rows > 0), .drop = 3},
        [FORM] = {.min = form > 2 ? 2 : form, .max = form, .weight = form * 4},
    };
    layout_solve(LAYOUT_ROWS, boxes, BANDS, 0, in, at->bands);
}

void dialog_open(struct dialog *d)
{
    d->button = safe_button(d);
    d->on_buttons = true;
    d->body_top = 0;
    if (!d->form)
        return;
    form_reset(d->form);
    /* A form in which nothing can be asked leaves the focus below. */
    const struct field *first =
        d->form->focus < d->form->n ? &d->form->fields[d->form->focus] : NULL;
    d->on_buttons = !first || first->disabled || first->kind == FIELD_NOTE;
    d->form->focused = !d->on_buttons;
}

void dialog_layout(struct dialog *d, struct rect screen)
{
    /* For measuring alone; painting clamps again with the true canvas. */
    struct canvas measure = {.glyphs = glyphs_utf8()};
    struct places at;
    place_all(d, &measure, screen, &at);
    if (d->form)
        form_layout(d->form, at.bands[FORM]);
    int last = body_rows(d, &measure, at.bands[BODY].w) - at.bands[BODY].h;
    if (d->body_top > last)
        d->body_top = last;
    if (d->body_top < 0)
        d->body_top = 0;
    d->page = at.bands[BODY].h > 1 ? at.bands[BODY].h - 1 : 1;
}

static void paint_button(const struct dialog_button *b, struct pen *pen, bool focused)
{
    char key[UI_KEY_NAME_MAX];
    enum role role = b->disabled ? ROLE_DISABLED : ROLE_BUTTON;
    if (focused && !b->disabled)
        role = b->danger ? ROLE_BUTTON_DANGER : ROLE_BUTTON_FOCUS;
    if (focused)
        pen_glyph(pen, ROLE_FOCUS, GLYPH_CURSOR);
    else
        pen_gap(pen, 1);
    if (b->key != UI_KEY_NONE)
        pen_textf(pen, role, "[ %s (%s) ]", b->label, ui_key_name(b->key, key));
    else
        pen_textf(pen, role, "[ %s ]", b->label);
    pen_gap(pen, 1);
}

/* Columns of a button with the mark before and the blank behind it. */
static int button_width(const struct canvas *cv, const struct dialog_button *b)
{
    char key[UI_KEY_NAME_MAX];
    int w = paint_width(cv, b->label) + 6;
    return b->key != UI_KEY_NONE ? w + 3 + paint_width(cv, ui_key_name(b->key, key)) : w;
}

/* A click goes to a button, and another one presses it; but what is dangerous is
 * pressed by the keyboard alone: a click may have meant the window. */
static void click_button(const struct dialog *d, struct canvas *cv, struct rect at, size_t i)
{
    if (d->on_buttons)
        hits_step(cv->hits, at, UI_KEY_NONE, (long)i - (long)d->button, UI_KEY_LEFT, UI_KEY_RIGHT,
                  d->buttons[i].danger ? UI_KEY_NONE : UI_KEY_ENTER);
    else if (d->buttons[i].safe)
        hits_add(cv->hits, at, UI_KEY_NONE, UI_KEY_ESC, 1);
}

/* Where there is no room for all, those before the focused one make place for it. */
static void paint_buttons(const struct dialog *d, struct canvas *cv, struct rect r)
{
    struct pen pen = pen_on(cv, r.y, r.x, rect_empty(r) ? 0 : r.w);
    size_t n = button_count(d), first = 0;
    int used = 0;
    for (size_t i = 0; i <= d->button && i < n; i++)
        used += button_width(cv, &d->buttons[i]);
    for (; used > r.w && first < d->button; first++)
        used -= button_width(cv, &d->buttons[first]);
    for (size_t i = first; i < n; i++) {
        click_button(d, cv, rect_make(r.y, pen.x, 1, button_width(cv, &d->buttons[i])), i);
        paint_button(&d->buttons[i], &pen, d->on_buttons && i == d->button);
    }
}

/* Which keys work here, said in the dialog itself. */
static void paint_keys(const struct dialog *d, struct canvas *cv, struct rect r)
{
    struct pen pen = pen_on(cv, r.y, r.x, rect_empty(r) ? 0 : r.w);
    const char *sep = glyph_text(cv->glyphs, GLYPH_SEP);
    if (d->form || button_count(d) > 1)
        pen_textf(&pen, ROLE_DIM, "Tab moves %s ", sep);
    pen_textf(&pen, ROLE_DIM, "Enter %s %s Esc cancels", d->on_buttons ? "presses" : "goes on",
              sep);
}

static void paint_content(const struct dialog *d, struct canvas *cv, const struct places *at)
{
    struct rect body = at->bands[BODY];
    if (!rect_empty(body)) {
        int last = body_rows(d, cv, body.w) - body.h;
        int top = d->body_top > last ? last : d->body_top;
        paint_wrapped_from(cv, body, top > 0 ? top : 0, ROLE_TEXT, d->body);
    }
    if (d->extra && !rect_empty(at->bands[EXTRA])) {
        struct canvas sub = canvas_clip(cv, at->bands[EXTRA]);
        d->extra(d->ctx, &sub, at->bands[EXTRA]);
    }
    if (d->form)
        form_paint(d->form, cv, at->bands[FORM]);
}

/* What does not fit is said, with the keys that go there. */
static const char *body_more(const struct dialog *d, const struct canvas *cv,
                             const struct places *at)
{
    return body_rows(d, cv, at->bands[BODY].w) > at->bands[BODY].h ? "PgDn PgUp: more" : NULL;
}

/* A single row that is left below it would show the lower edge of what lies there. */
static void paint_rest(struct canvas *cv, struct rect frame, struct rect screen)
{
    int below = frame.y + frame.h;
    if (screen.y + screen.h - below == 1 && screen.w - frame.w < 3)
        paint_fill(cv, rect_make(below, screen.x, 1, screen.w), ROLE_TEXT);
}

void dialog_paint(const struct dialog *d, struct canvas *cv, struct rect screen)
{
    struct canvas on = canvas_on(cv, ROLE_DIALOG);
    struct places at;
    const struct dialog_button *why = reason_of(d);
    place_all(d, cv, screen, &at);
    if (cv->cursor)
        cv->cursor->shown = false; /* what lies below has no cursor now */
    paint_rest(cv, at.frame, screen);
    paint_fill(&on, at.frame, ROLE_DIALOG);
    if (at.frame.h >= 5)
        paint_box(&on, at.frame, d->role == ROLE_TEXT ? ROLE_FOCUS : d->role, d->title,
                  d->note ? d->note : body_more(d, &on, &at));
    paint_content(d, &on, &at);
    if (why) {
        char text[REASON_TEXT_MAX];
        reason_text(why, text);
        paint_wrapped(&on, at.reason, ROLE_WARN, text);
    }
    paint_buttons(d, &on, at.buttons);
    paint_keys(d, &on, at.keys);
}

static unsigned press(struct dialog *d, size_t i)
{
    d->button = i;
    d->on_buttons = true;
    if (d->form)
        d->form->focused = false;
    if (d->buttons[i].disabled)
        return UI_HANDLED | UI_REPAINT; /* the reason is on the screen now */
    return UI_HANDLED | UI_REPAINT | (d->buttons[i].safe ? UI_CANCEL : UI_DONE);
}

static void focus_form(struct dialog *d, bool on_form)
{
    d->on_buttons = !on_form;
    d->form->focused = on_form;
}

/* From button to button; past either end into the form, if there is one. */
static unsigned step_button(struct dialog *d, int by, bool leave)
{
    size_t n = button_count(d);
    bool at_end = by > 0 ? d->button + 1 >= n : d->button == 0;
    if (!at_end)
        d->button = by > 0 ? d->button + 1 : d->button - 1;
    else if (leave && d->form)
        focus_form(d, true);
    else if (leave)
        d->button = by > 0 ? 0 : n - 1;
    return UI_HANDLED | UI_REPAINT;
}

static unsigned button_key(struct dialog *d, ui_key key)
{
    for (size_t i = 0; i < button_count(d); i++)
        if (d->buttons[i].key != UI_KEY_NONE && d->buttons[i].key == key)
            return press(d, i);
    return UI_IGNORED;
}

/* The body, where it does not fit; dialog_layout() stops it at the end. */
static unsigned scroll(struct dialog *d, int by)
{
    d->body_top = d->body_top + by > 0 ? d->body_top + by : 0;
    return UI_HANDLED | UI_REPAINT;
}

static unsigned buttons_key(struct dialog *d, ui_key key)
{
    if (button_count(d) == 0)
        return UI_HANDLED;
    switch (key) {
    case UI_KEY_ENTER:
    case UI_KEY_SPACE:
        return press(d, d->button);
    case UI_KEY_RIGHT:
        return step_button(d, 1, false);
    case UI_KEY_LEFT:
        return step_button(d, -1, false);
    case UI_KEY_TAB:
        return step_button(d, 1, true);
    case UI_KEY_BACKTAB:
        return step_button(d, -1, true);
    case UI_KEY_UP:
        if (!d->form)
            return scroll(d, -1);
        focus_form(d, true);
        return UI_HANDLED | UI_REPAINT;
    case UI_KEY_DOWN:
        return scroll(d, 1);
    default:
        return UI_HANDLED;
    }
}

static unsigned in_form_key(struct dialog *d, ui_key key)
{
    unsigned bits = form_key(d->form, key);
    if (bits & UI_DONE || (bits == UI_IGNORED && (key == UI_KEY_TAB || key == UI_KEY_BACKTAB))) {
        focus_form(d, false);
        return (bits & ~(unsigned)UI_DONE) | UI_HANDLED | UI_REPAINT;
    }
    return bits | UI_HANDLED;
}

unsigned dialog_key(struct dialog *d, ui_key key)
{
    bool in_form = d->form && !d->on_buttons;
    bool in_text = in_form && d->form->focus < d->form->n &&
                   d->form->fields[d->form->focus].kind == FIELD_TEXT;
    if (key == UI_KEY_ESC) {
        d->button = safe_button(d);
        return UI_HANDLED | UI_REPAINT | UI_CANCEL;
    }
    if (d->body && (key == UI_KEY_PGDN || key == UI_KEY_PGUP))
        return scroll(d, key == UI_KEY_PGDN ? d->page : -d->page);
    unsigned bits = in_text ? UI_IGNORED : button_key(d, key);
    if (bits != UI_IGNORED)
        return bits;
    return in_form ? in_form_key(d, key) : buttons_key(d, key);
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    struct rect r = dialog_place(widget, cv, rect_make(0, 0, room.h, room.w));
    return (struct size){r.h, r.w};
}

static void ops_layout(void *widget, struct rect area)
{
    dialog_layout(widget, area);
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    dialog_paint(widget, cv, area);
}

static unsigned ops_key(void *widget, ui_key key)
{
    return dialog_key(widget, key);
}

const struct widget_ops dialog_ops = {
    .name = "dialog",
    .measure = ops_measure,
    .layout = ops_layout,
    .paint = ops_paint,
    .key = ops_key,
};
