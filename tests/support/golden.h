/*
 * golden: what is shown, at every size, in every depth of colour, in UTF-8 and in
 * ASCII, against files.
 *
 * A file a show (FOLDER/NAME.txt) has the text of each size and charset, and below
 * it what each cell means: a letter a cell, the roles of the letters at the end.
 * What a role looks like in 256 colours, 8 and none stands once for all of them in
 * FOLDER/looks.txt; that each cell in each depth has the text and the look that
 * follow from these is checked here and needs no file.
 *
 * UPDATE_GOLDEN=1 writes them anew; then look at the difference before you commit
 * it. Fails the test by itself.
 */
#ifndef PC_TESTS_SUPPORT_GOLDEN_H
#define PC_TESTS_SUPPORT_GOLDEN_H

#include "widgets/offscreen.h"

#include <stdbool.h>

/* One size and charset of a show, by whoever shows it. */
struct golden_shot {
    struct size size; /* set before open() */
    struct offscreen *screen;
    /* Another frame: its text, lent until the next. roles: see offscreen_begin_roles(). */
    const char *(*paint)(struct golden_shot *s, bool roles);
    void (*close)(struct golden_shot *s);
    void *own; /* of whoever shows it */
};

struct golden_show {
    const char *name;
    void (*open)(const struct golden_show *show, bool utf8, struct golden_shot *ret);
    const void *what; /* of whoever shows it */
};

/* folder: from the root of the sources. */
void golden_check(const char *folder, const struct golden_show *show);
/* What the roles of all that was checked looked like; call it last. */
void golden_looks(const char *folder);
/* A file of a show that is no more would be kept for ever. */
void golden_none_left_over(const char *folder, bool (*known)(const char *name));

#endif
