/*
 * picker: choose one of many by typing a part of it.
 *
 * A field and a list. Typing narrows the list to the items whose text holds
 * every word typed (ASCII letters of either case). The list of hits is made
 * when the filter or the items change, never while painting.
 */
#ifndef PC_WIDGETS_PICKER_H
#define PC_WIDGETS_PICKER_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/input.h"
#include "widgets/table.h"
#include "widgets/widget.h"

struct picker_source {
    /* The text that is shown and searched; lent until the next call. */
    const char *(*text)(const void *ctx, size_t item);
    /* A dim remark on the right; may be NULL, may return NULL. */
    const char *(*note)(const void *ctx, size_t item);
    /* Instead of the words rule: does the item pass? May be NULL. */
    bool (*match)(const void *ctx, size_t item, const char *filter);
};

struct picker {
    const struct picker_source *source;
    const void *ctx;
    bool focused;

    /* kept by the picker */
    struct input filter;
    size_t items;
    size_t *hits; /* item numbers that pass; owned */
    size_t n_hits, hits_size;
    size_t selected, top; /* in hits */
    int page;
};

extern const struct widget_ops picker_ops;

void picker_init(struct picker *p, const struct picker_source *source, const void *ctx);
void picker_release(struct picker *p);

/* There are `items` items now (or they changed): makes the hits anew. */
void picker_sync(struct picker *p, size_t items);

/* The chosen item; false when nothing passes the filter. */
bool picker_selected(const struct picker *p, size_t *ret_item);

/* The words rule by itself: every blank-separated word of `filter` is in `text`. */
bool picker_words_match(const char *text, const char *filter);

void picker_layout(struct picker *p, struct rect area);
void picker_paint(const struct picker *p, struct canvas *cv, struct rect area);

/* Up Down PgUp PgDn move in the list, Enter answers UI_DONE, Esc clears the filter
 * and, when it is empty, answers UI_CANCEL; the rest goes to the field. */
unsigned picker_key(struct picker *p, ui_key key);

#endif
