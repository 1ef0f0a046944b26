/*
 * watch_safe: what is safe now, of an operation that failed, was stopped or
 * stands still: where the group is served, whether anything of production was
 * touched, and what is left behind.
 *
 * Told from the operation's own steps, each of which was read from the site
 * before it counted as done; nothing is supposed. Pure, UI thread.
 */
#ifndef PC_TUI_SCREENS_WATCH_SAFE_H
#define PC_TUI_SCREENS_WATCH_SAFE_H

#include "tui/opshow.h"
#include "widgets/role.h"

/* One to three sentences; *ret_role: as good or as bad as they are. */
void watch_safe(const struct opshow *o, char *dst, size_t size, enum role *ret_role);

#endif
