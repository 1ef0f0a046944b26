/*
 * text: the one place where text from outside becomes safe to show.
 *
 * Names come from clouds that we do not own. Before such text reaches a
 * terminal, a log or a file it passes safe_text(), which removes what could
 * command a terminal or mislead a reader: C0 and C1 controls, escape
 * sequences, bidirectional overrides, zero-width and other invisible
 * characters, bytes that are not UTF-8, and combining marks beyond those that a
 * letter of any script has: a heap of them would cover the lines around. What is
 * removed leaves a visible mark, so that two different names never look the same
 * by accident.
 *
 * Any thread, no state.
 */
#ifndef PC_BASE_TEXT_H
#define PC_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEXT_MARKS_MAX = 4 }; /* combining marks on one character */

/* Writes the clean form of `raw` (NULL is "") into dst, always NUL-ended, cut
 * at a whole character to fit dst_size. Every removed or malformed character
 * becomes U+FFFD, all marks that are too many on a character one; tab and
 * newline become a space. Returns bytes written. */
size_t safe_text(char *dst, size_t dst_size, const char *raw);
/* Same, keeps newlines (for console output and multi-line bodies). */
size_t safe_text_lines(char *dst, size_t dst_size, const char *raw);
/* Says whether raw is clean already: safe_text would not change it. */
bool text_is_safe(const char *raw);

/* Decodes one UTF-8 character of at most n bytes; returns its length and sets
 * *ret_cp, or 0 when it is malformed (overlong, surrogate, cut short). */
size_t utf8_decode(const char *s, size_t n, uint32_t *ret_cp);

/* strncmp-free helpers. */
bool text_starts(const char *s, const char *prefix);
bool text_equal(const char *a, const char *b); /* NULL equals NULL only */
/* FNV-1a. */
uint64_t text_hash(uint64_t seed, const char *text);
/* Whole-string decimal without sign, in [min,max]; false leaves *ret alone. */
bool text_to_long(const char *s, long min, long max, long *ret);

#endif
