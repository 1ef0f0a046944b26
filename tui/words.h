/*
 * words: how the screens say what the engine calls by a name.
 *
 * The statuses and step kinds of the model are names for programs, kept as they
 * are in JSON and by the verbs; people read these instead. One table each.
 * Pure, any thread.
 */
#ifndef PC_TUI_WORDS_H
#define PC_TUI_WORDS_H

#include "backend/model/operation.h"

#include <stddef.h>

/* "site-a to site-b", as production moves by it; "at site-b" where none does. */
char *words_way(char *dst, size_t size, enum op_type type, const char *from, const char *to);

/* "creating instances" for OP_VMS. */
const char *words_status(enum op_status s);

/* "passed", "failed", "partial"; "stopped" where a person did that; "" none yet. */
const char *words_verdict(enum op_verdict v, bool stopped);

/* What a step is about, of two words at most: "volume", "all booted". */
const char *words_step(enum step_kind k);

/* An event that is nothing but the name of a status, in words; others as they
 * are. Lent: the argument or a constant. */
const char *words_event(const char *text);

#endif
