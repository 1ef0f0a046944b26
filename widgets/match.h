/*
 * match: what a filter line lets through.
 *
 *     web            rows that hold "web", of either case; with a capital
 *                    letter in it, exactly so
 *     web prod       both words, anywhere
 *     !web           rows without it
 *     ~^db-[0-9]+    a regular expression (POSIX extended, of either case
 *                    unless it has a capital letter)
 *     *pwa           the letters in this order, with others between (fuzzy)
 *     !~^db  !*pwa   the same, turned round
 *
 * A filter is compiled once, when it was typed, never while painting. Pure,
 * any thread.
 */
#ifndef PC_WIDGETS_MATCH_H
#define PC_WIDGETS_MATCH_H

#include <stdbool.h>
#include <stddef.h>

struct match;

/*
 * Compiles `filter`; "" or blanks let everything through. NULL when a regular
 * expression in it is wrong, and then `why` says what is. The caller frees it.
 */
struct match *match_new(const char *filter, char *why, size_t why_size);
void match_free(struct match *m); /* NULL is fine */

/* Whether a row passes; m == NULL passes all. */
bool match_passes(const struct match *m, const char *text);

/* It lets everything through: there is nothing to say about it. */
bool match_is_empty(const struct match *m);

/*
 * How well a text fits, for a list that shows the best first: 0 not at all,
 * else the higher the better. Words at the start of the text or after a
 * separator, and letters that follow one another, count more.
 */
int match_score(const struct match *m, const char *text);

/* The part of the text that made the first positive word pass, for a
 * highlight: false when there is none. Bytes from the start. */
bool match_span(const struct match *m, const char *text, size_t *ret_at, size_t *ret_len);

#endif
