/*
 * audit_book: the record of who asked for what, as far as it was read: pages from its
 * end backwards, made into entries, the newest first.
 *
 * A request and its answer are two lines, and may come with two pages: an answer waits
 * for its request. Pure, UI thread.
 */
#ifndef PC_TUI_SCREENS_AUDIT_BOOK_H
#define PC_TUI_SCREENS_AUDIT_BOOK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct audit_book {
    json_t **entries; /* as door/audit.h has them; owned */
    size_t count, room;
    json_t *known;   /* id: the entry of it */
    json_t *answers; /* id: an answer whose request was not read yet */
    char before[48]; /* where the next older page ends; "" there is none */
    json_int_t torn;
    bool read;
};

void audit_book_init(struct audit_book *b);
void audit_book_release(struct audit_book *b);
/* A reply of audit_list: the newest page once more, or the one before what is there.
 * Where the newest does not reach what is there, what is there goes. */
void audit_book_newest(struct audit_book *b, const json_t *reply);
void audit_book_older(struct audit_book *b, const json_t *reply);

#endif
