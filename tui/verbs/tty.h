/* tty: what the standard streams are connected to. No state, any thread. */
#ifndef PC_TUI_VERBS_TTY_H
#define PC_TUI_VERBS_TTY_H

#include <stdbool.h>
#include <stdio.h>

int tty_width(FILE *out); /* columns of the terminal it goes to; 0: none */
/* Input and output are a terminal: somebody reads and answers. */
bool tty_for_talk(void);
/* A question on the error stream is seen by whoever answers it. */
bool tty_for_questions(void);

#endif
