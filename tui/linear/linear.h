/*
 * linear: the console without a full screen.
 *
 * For screen readers, serial lines, pipes and terminals that cannot place a
 * cursor: what is true now in plain lines, numbered choices, one line a change;
 * no cursor movement, nothing drawn, nothing that turns. What can be done comes
 * from the action table and is done by the verbs, so names, reasons, questions
 * and confirmations are theirs. docs/linear.md describes it.
 *
 * Main thread. The door is open as long as it runs, and executes what is begun.
 */
#ifndef PC_TUI_LINEAR_LINEAR_H
#define PC_TUI_LINEAR_LINEAR_H

#include "tui/verbs/args.h"

#include <stdio.h>

/*
 * Runs until `quit`, the end of the input or a signal. What is still running
 * here then goes on in an engine of its own. Everything that is said goes to
 * `out`; `err` gets only why it could not begin.
 *
 * Returns the exit code of what was done last (0: nothing was), 2 when the input
 * is no terminal and a line of it was not understood (what follows it is not
 * read), 128 and the number of the signal that ended it.
 */
int linear_run(const struct args *a, FILE *in, FILE *out, FILE *err);

#endif
