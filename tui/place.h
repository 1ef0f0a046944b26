/*
 * place: where the operator is or was, as something that can be kept.
 *
 * A place is a small JSON object: "screen", what that screen is about, and how
 * its list was filtered, ordered and selected. Going forward, bookmarks and
 * the next start of the console all go to places; a screen that has no `keep`
 * (a question, a form) is none. UI thread.
 */
#ifndef PC_TUI_PLACE_H
#define PC_TUI_PLACE_H

#include "tui/ui.h"
#include "widgets/sieve.h"
#include "widgets/table.h"

/* Of an open screen; NULL: it is no place. The caller decrefs. */
json_t *place_of(const struct screen *s);
/* Opens it (home: goes back to it) and puts the list as it was. False, and
 * nothing opened: what it is about is gone, or it is of another program. */
bool place_go(struct ui *ui, const json_t *place);
/* "history", "prod-web-app", in at most 40 columns. */
const char *place_name(const struct ui *ui, const json_t *place, char *dst, size_t size);

/* For screens: a list in a place, and back. An expression that is wrong, an
 * order that does not exist and a row that is gone change nothing. */
void place_keep_list(json_t *place, const struct table *t, const struct sieve *s);
void place_resume_list(const json_t *place, struct table *t, struct sieve *s);

#endif
