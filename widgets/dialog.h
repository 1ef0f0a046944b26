/*
 * dialog: a question in a frame, in the middle, until it is answered.
 *
 * Says what it is about, carries a form where something has to be typed, and
 * ends in buttons. The first button with .safe has the focus at the start, so
 * that Enter alone changes nothing; a button that is not enabled stays
 * visible, greyed, with the reason above the buttons. The last line names the keys.
 */
#ifndef PC_WIDGETS_DIALOG_H
#define PC_WIDGETS_DIALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/form.h"
#include "widgets/widget.h"

struct dialog_button {
    const char *label;
    ui_key key;  /* presses it from outside a text field; 0 = none */
    bool safe;   /* the way out: default, and what Esc means */
    bool danger; /* painted so */
    bool disabled;
    const char *reason; /* why it is disabled; may be NULL */
};

#define DIALOG_BUTTONS_MAX 6

struct dialog {
    /* set by the owner */
    const char *title;
    enum role role;    /* of frame and title: ROLE_FOCUS, ROLE_WARN, ROLE_DANGER; 0 = FOCUS */
    const char *note;  /* on the frame, at the right: "PgDn: more"; may be NULL */
    const char *body;  /* text, newlines allowed, wrapped; may be NULL */
    struct form *form; /* borrowed; may be NULL */
    const struct dialog_button *buttons;
    size_t n_buttons;
    int width; /* wanted, in columns; 0 = 64 */
    /* Draws something of its own between body and form, `extra_rows` high. */
    void (*extra)(const void *ctx, struct canvas *cv, struct rect area);
    const void *ctx;
    int extra_rows;

    /* kept by the dialog */
    bool on_buttons; /* else the form has the focus */
    size_t button;   /* the focused one */
    int body_top;    /* first body row seen, when it does not fit */
    int page;        /* how far PgDn goes in it */
};

extern const struct widget_ops dialog_ops;

/* Puts the focus where it belongs: the form if there is one, and the safe button. */
void dialog_open(struct dialog *d);

/* Where it will lie within the screen; paint and layout use the same. */
struct rect dialog_place(const struct dialog *d, const struct canvas *cv, struct rect screen);

/* Rows in which it says, w columns wide, why a button is not to be had: 1 to 3, and 1 where
 * a button has a reason that is not said now; 0 none can have one. */
int dialog_reason_rows(const struct dialog *d, const struct canvas *cv, int w);

void dialog_layout(struct dialog *d, struct rect screen);

/* Paints over what is there; `screen` is the whole area to be centred in. */
void dialog_paint(const struct dialog *d, struct canvas *cv, struct rect screen);

/*
 * Takes every key (it is modal). UI_DONE: d->button was pressed and is
 * enabled. UI_CANCEL: Esc, or the safe button. UI_CHANGED: the form changed:
 * check it and enable or disable buttons now.
 */
unsigned dialog_key(struct dialog *d, ui_key key);

#endif
