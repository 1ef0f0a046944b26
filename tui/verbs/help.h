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
/* Exit codes and what they mean; ends with a NULL meaning. */
struct help_exit {
    int code;
    const char *meaning;
};
extern const struct help_exit HELP_EXITS[];
extern const char HELP_INTERRUPTED[];
/* "protector-console protection-group show PG" and a newline. */
void help_usage(FILE *out, const struct verb *v);
/* docs/commands.md, as a whole. */
void help_reference(FILE *out);

#endif
