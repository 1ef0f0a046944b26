/*
 * form: questions below each other, and the movement between them.
 *
 *     Colour          ‹ signal blue ›
 *     Name            [lathe-front          ]
 *                     letters and digits
 *     [x] Polish it
 *
 * The fields belong to the caller; the form owns focus and scroll only.
 */
#ifndef PC_WIDGETS_FORM_H
#define PC_WIDGETS_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/input.h"
#include "widgets/widget.h"

enum field_kind {
    FIELD_TEXT,
    FIELD_CHECK,
    FIELD_CHOICE, /* one of a few: Left and Right go round, Space the next */
    FIELD_NOTE,   /* no question, just text: label in .role, wrapped */
    FIELD_KINDS,
};

struct field {
    enum field_kind kind;
    const char *label;
    const char *hint;  /* dim, below it, over as many rows as it takes; may be NULL */
    const char *error; /* set by the caller after checking: shown instead of the hint */
    bool disabled;     /* stays visible, greyed; `hint` should say why */
    enum role role;    /* of a FIELD_NOTE */

    struct input *input;        /* FIELD_TEXT; owned by the caller */
    bool checked;               /* FIELD_CHECK */
    const char *const *choices; /* FIELD_CHOICE */
    size_t n_choices, chosen;
};

struct form {
    struct field *fields;
    size_t n;
    size_t focus;    /* index of the focused field */
    bool focused;    /* the form itself has the keys */
    size_t top;      /* kept by form_layout(): first field shown */
    int label_width; /* 0: the widest label decides, up to a third of the width */
};

extern const struct widget_ops form_ops;

/* Focus on the first field that can take it. */
void form_reset(struct form *f);

/* Moves the focus by one field that can take it; false (and no move) at the end. */
bool form_next(struct form *f);
bool form_prev(struct form *f);

/* Rows all fields need in that many columns. */
int form_rows(const struct form *f, int w);
void form_layout(struct form *f, struct rect area);
void form_paint(const struct form *f, struct canvas *cv, struct rect area);

/*
 * Tab Down S-Tab Up move; at the last (first) field Tab (S-Tab) is not taken,
 * so that the surroundings can go on to their buttons. Enter goes to the next
 * field, on the last one it answers UI_DONE. A changed value answers
 * UI_CHANGED. Space checks. Esc is not taken.
 */
unsigned form_key(struct form *f, ui_key key);

#endif
