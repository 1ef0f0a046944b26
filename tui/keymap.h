/*
 * keymap: which key an action has, those of the configuration among them, after what the configuration says.
 *
 * One map for the console, filled before the first screen opens and only read
 * from then on. Without a word in the configuration it is the table of
 * actions.c. UI thread.
 */
#ifndef PC_TUI_KEYMAP_H
#define PC_TUI_KEYMAP_H

#include "backend/base/buf.h"
#include "backend/base/error.h"
#include "tui/actions.h"

#include <jansson.h>

void keymap_reset(void);

/* UI_KEY_NONE: it has none; by its name at `:` it can still be done. */
ui_key keymap_key(enum act_id id);
/* Is it the key of that action? For what takes its keys by itself. */
bool keymap_is(ui_key key, enum act_id id);

/* CONFIG: no such action, no such key, or one that is not free to be chosen. "" takes the
 * key away. Nothing is changed then. */
enum pc_err keymap_set(const char *action, const char *key, struct pc_error *err);

/* What has this key already where that action counts; NULL: it is free there. */
const struct action *keymap_holder(const struct action *of, ui_key key);

/* All of `keys` of door_screen(); what is wrong in it is told, a line each, and left out. */
void keymap_load(const json_t *keys, struct buf *told);

/* A line for every two actions that one key stands for on one screen, for keys that lists or
 * terminals take for themselves, and for a change of the world by a small letter. Returns
 * how many. */
size_t keymap_check(struct buf *told);

#endif
