/*
 * spoil: names and texts as a hostile site would choose them.
 *
 * Each kind is one way to command a terminal, to mislead a reader or to break a
 * layout. What is spoilt keeps its shape: the same groups, the same steps, only
 * that every text which a site, an array or another engine gives is a hostile one.
 */
#ifndef PC_TESTS_TUI_SPOIL_H
#define PC_TESTS_TUI_SPOIL_H

#include "backend/model/snapshot.h"

/* How many kinds there are; and one of them, NUL-ended, up to 10 kB. The kinds
 * go round: any number is good. */
extern const size_t SPOIL_KINDS;
const char *spoil_text(size_t kind);

/* Every text of a snapshot nobody else has yet, from kind `first` on, each the
 * next kind. Ids of groups and operations stay: they are the console's own. */
void spoil_snapshot(struct snapshot *s, size_t first);

/* Every string in a reply, in the same way. `keep`: those that say what a thing
 * is (ids, states, times) stay, so that all of it is shown. Returns o. */
json_t *spoil_json(json_t *o, size_t first, bool keep);

#endif
