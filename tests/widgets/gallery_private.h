/*
 * gallery_private: what the files of the gallery share. Nobody else includes it.
 */
#ifndef TESTS_WIDGETS_GALLERY_PRIVATE_H
#define TESTS_WIDGETS_GALLERY_PRIVATE_H

#include "tests/widgets/gallery_pages.h"
#include "widgets/dialog.h"
#include "widgets/form.h"
#include "widgets/picker.h"
#include "widgets/table.h"
#include "widgets/tabs.h"
#include "widgets/textview.h"
#include "widgets/toast.h"
#include "widgets/tree.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct gallery {
    struct table table, idle, none;
    struct form form;
    struct field fields[6];
    struct input name, filled, secret;
    struct dialog plain, danger;
    struct form typed;
    struct field typed_field[1];
    struct input typed_input;
    struct textview follow, paused;
    struct picker picker;
    struct tabs tabs;
    struct toasts toasts;
    struct tree tree;
};

/* gallery_lists.c: texts, the picker, roles and glyphs. */
void gallery_make_lists(struct gallery *g);
void gallery_paint_texts(struct gallery *g, struct canvas *cv, struct rect r);
unsigned gallery_key_texts(struct gallery *g, ui_key key);
void gallery_paint_picker(struct gallery *g, struct canvas *cv, struct rect r);
unsigned gallery_key_picker(struct gallery *g, ui_key key);
void gallery_paint_roles(struct gallery *g, struct canvas *cv, struct rect r);

/* gallery_charts.c: lines over axes, and the tree. */
void gallery_paint_charts(struct gallery *g, struct canvas *cv, struct rect r);
void gallery_make_tree(struct gallery *g);
void gallery_paint_tree(struct gallery *g, struct canvas *cv, struct rect r);
unsigned gallery_key_tree(struct gallery *g, ui_key key);

#endif
