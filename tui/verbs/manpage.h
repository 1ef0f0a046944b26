/*
 * manpage: the manual page of protector-console in man(7), made from the verb
 * table, the action table and what help.h says, so that it cannot lag behind.
 *
 * The build writes it into the folder of the packages; `--man` prints it. Writes
 * to the FILE given, reads nothing. Main thread.
 */
#ifndef PC_TUI_VERBS_MANPAGE_H
#define PC_TUI_VERBS_MANPAGE_H

#include <stdio.h>

void manpage_print(FILE *out);

#endif
