/*
 * jsontext: JSON read from its text, value by value, without building any.
 *
 * For what is read a thousand times at a start; whatever is small is read with
 * jansson. The same text is accepted and refused: RFC 8259, whole UTF-8, no
 * NUL, integers of 64 bits, at most JSONTEXT_DEPTH levels. The first mistake
 * sticks: from then on every function says false. The text must end with a NUL,
 * or be a value within such a text, and outlive the reader. No state of its own, any thread.
 */
#ifndef PC_BASE_JSONTEXT_H
#define PC_BASE_JSONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSONTEXT_DEPTH = 2048 };

struct jsontext {
    const char *text, *at, *end;
    const char *wrong; /* what is wrong, at `at`; NULL: nothing so far */
    int depth;
};

/* As it stands in the text. */
struct jsonspan {
    const char *at;
    size_t size;  /* of a string: without its quotes */
    bool escaped; /* a string in which a backslash stands for something */
};

void jsontext_init(struct jsontext *j, const char *text, size_t size);
/* The first character of the next value, '\0' at the end. */
char jsontext_peek(struct jsontext *j);
/* Into an array '[' or an object '{'. Then, before each of its values (in an
 * object before each key): whether there is one more; at the end it is left. */
bool jsontext_enter(struct jsontext *j, char open);
bool jsontext_more(struct jsontext *j, char open);
/* A key and its colon. */
bool jsontext_key(struct jsontext *j, struct jsonspan *ret);
/* Whether it is that one, which is ASCII that stands for itself, with its colon right
 * behind it; then both are passed. False says nothing but that jsontext_key() has to look. */
bool jsontext_is_key(struct jsontext *j, const char *key);
bool jsontext_string(struct jsontext *j, struct jsonspan *ret);
/* Any value, and where it stands. */
bool jsontext_skip(struct jsontext *j, struct jsonspan *ret);
/* Nothing but blanks is left. */
bool jsontext_done(struct jsontext *j);
bool jsontext_fail(struct jsontext *j, const char *why); /* always false */

/* What the string is, with a NUL; dst has room for s->size + 1 bytes. Returns
 * its length, which is never more than s->size. */
size_t jsonspan_unescape(char *dst, const struct jsonspan *s);

#endif
