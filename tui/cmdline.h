/*
 * cmdline: the command line that shows, at a prompt, what is selected on a
 * screen: for a ticket, a colleague, a script. Pure.
 */
#ifndef PC_TUI_CMDLINE_H
#define PC_TUI_CMDLINE_H

#include "backend/base/buf.h"
#include "tui/actions.h"

/* The operation, else the group; false when nothing is selected. */
bool cmdline_of(const struct act_subject *s, struct buf *out);

#endif
