/*
 * desk: what the console remembers of its operator, in the state directory.
 *
 *   session.json     the screens that were open, and what was chosen at the
 *                    settings; written when the console ends
 *   bookmarks.json   places with names; written when one is made or removed
 *
 * Both are small and belong to the screens alone: without them, or with ones
 * that cannot be read, the console opens as it does the first time. UI thread.
 */
#ifndef PC_TUI_DESK_H
#define PC_TUI_DESK_H

#include "tui/ui.h"

enum { DESK_BOOKMARKS_MAX = 50, DESK_NAME_MAX = 40 };

/* Reads the session: choices hold at once, the screens open with desk_arrive(). */
void desk_open(struct ui *ui);
/* Goes back to where the operator was, once the snapshot knows the sites; does
 * nothing when that was done, or when a key was pressed before. */
void desk_arrive(struct ui *ui);
void desk_save(const struct ui *ui);

/* A choice of the operator, which beats the configuration; value is stolen. */
void desk_choose(struct ui *ui, const char *name, json_t *value);

/* The configuration's queries, then the operator's own: [{name, place, own}]. The
 * caller decrefs. */
json_t *desk_bookmarks(const struct ui *ui);
/* Of that name, NULL: none. The caller decrefs. */
json_t *desk_bookmark(const struct ui *ui, const char *name);
/* Keeps a place under a name, instead of what had it; place is stolen. */
enum pc_err desk_keep(struct ui *ui, const char *name, json_t *place, struct pc_error *err);
enum pc_err desk_forget(struct ui *ui, const char *name, struct pc_error *err);

/* "home > history > op-9f3a1b2c", as long as fits. */
const char *desk_crumbs(const struct ui *ui, const char *between, char *dst, size_t size);

#endif
