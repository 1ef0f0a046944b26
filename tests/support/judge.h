/*
 * judge: may a text be shown, written to a file or sent to a terminal?
 *
 * Has a table of its own and nothing from backend/base/text.c: that is what is
 * being judged.
 */
#ifndef PC_TESTS_SUPPORT_JUDGE_H
#define PC_TESTS_SUPPORT_JUDGE_H

#include <stddef.h>

/* What is in it that commands a terminal or misleads a reader: NULL nothing, else
 * what it is. Newlines are no harm; more than four marks on one letter are. */
const char *judge_text(const char *text, size_t len);

#endif
