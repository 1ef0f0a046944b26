/*
 * help: --help of the program and of each verb, and the reference page of
 * docs/, all from the tables of verb.h. Writes to the FILE given.
 */
#ifndef PC_TUI_VERBS_HELP_H
#define PC_TUI_VERBS_HELP_H

#include "tui/verbs/verb.h"

#include <stdio.h>

void help_program(FILE *out);
void help_verb(FILE *out, const struct verb *v);
/* docs/commands.md, as a whole. */
void help_reference(FILE *out);

#endif
