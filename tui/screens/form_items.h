/*
 * form_items: fields that hold several things, "a=b, c=d".
 *
 * What the fields of a question hold, as arguments of a request and as the
 * flags of a command line. Pure.
 */
#ifndef PC_TUI_SCREENS_FORM_ITEMS_H
#define PC_TUI_SCREENS_FORM_ITEMS_H

#include "backend/base/buf.h"
#include "backend/base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { FORM_ITEM_SIZE = 512 };

/* The next of "a, b, c" without the blanks around it; false at the end. */
bool form_items_next(const char **at, char *dst, size_t size);

/* "a=b, c=d" as an object under key; none: nothing is put. INVALID when one is
 * no mapping; args is unchanged then. */
enum pc_err form_items_mapping(const char *text, const char *key, json_t *args,
                               struct pc_error *err);

/* "--flag a --flag b". */
void form_items_command(struct buf *out, const char *flag, const char *list);

#endif
