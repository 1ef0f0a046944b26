/*
 * interrupt: Ctrl-C and TERM, for verbs that wait.
 *
 * The signal ends the wait, not the operation: that stays in the journal, and
 * begin_detach() has it go on. The first signal makes interrupt_fd() readable; a second one, or one while the
 * door is still being opened, ends the process at once, which is safe at any
 * moment because nothing is done before it is journalled. One a process, as
 * signals are; the main thread.
 */
#ifndef PC_TUI_VERBS_INTERRUPT_H
#define PC_TUI_VERBS_INTERRUPT_H

#include <stdbool.h>

void interrupt_install(void);
/* Until told otherwise a signal ends the process at once. */
void interrupt_gently(bool gently);
/* A lost terminal does not end what runs operations. */
void interrupt_ignore_hangup(void);
/* Nor does a reader that has seen enough: writing then fails with EPIPE. */
void interrupt_ignore_pipe(void);
int interrupt_fd(void);      /* readable once a signal came; -1 before install */
bool interrupt_came(void);
/* Ctrl-C ended what waited and nothing else: the next one counts anew. */
void interrupt_forget(void);
int interrupt_exit(void);    /* 128 and the signal, as a shell has it */

#endif
