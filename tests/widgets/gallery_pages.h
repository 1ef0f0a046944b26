/*
 * gallery_pages: every widget in every state, page by page.
 *
 * Shown by the program widgets-gallery, and painted off the screen by the
 * golden tests: what is looked at is what is tested. All content is fixed.
 */
#ifndef TESTS_WIDGETS_GALLERY_PAGES_H
#define TESTS_WIDGETS_GALLERY_PAGES_H

#include <stddef.h>

#include "widgets/widget.h"

struct gallery;

struct gallery *gallery_new(void);
void gallery_free(struct gallery *g);

size_t gallery_pages(void);
const char *gallery_page_name(size_t page);

/* Lays out and paints one page over the whole canvas. */
void gallery_paint(struct gallery *g, size_t page, struct canvas *cv);

/* A key for the page's widget; enum ui_bits. */
unsigned gallery_key(struct gallery *g, size_t page, ui_key key);

#endif
