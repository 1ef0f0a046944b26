/*
 * term_kind: can this kind of terminal be painted on?
 *
 * A file of its own because curses' <term.h> has a struct term too. Inside of
 * term only.
 */
#ifndef PC_WIDGETS_TERM_KIND_H
#define PC_WIDGETS_TERM_KIND_H

#include "backend/base/error.h"

/* The value of TERM (may be NULL): is it known, and can it place the cursor?
 * Writes nothing and leaves no description loaded. */
enum pc_err term_kind_check(const char *name, struct pc_error *err);

/* What to do about a bad TERM. */
extern const char TERM_KIND_REMEDY[];

#endif
