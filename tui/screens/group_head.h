/*
 * group_head: the lines above the tabs of the group screen: where the group
 * stands and serves, how fresh that is, what an operator must not miss, what may
 * be done now and why not the rest. UI thread; only paints.
 */
#ifndef PC_TUI_SCREENS_GROUP_HEAD_H
#define PC_TUI_SCREENS_GROUP_HEAD_H

#include "tui/ui.h"

/* Rows wanted of a screen that has `height`. */
int group_head_rows(const struct snapshot *s, const struct group_view *g, int height);
/* subject: of the screen, its group set. */
void group_head_paint(const struct snapshot *s, const struct act_subject *subject, int64_t now_ms,
                      struct canvas *cv, struct rect area);

#endif
