/*
 * app: the full-screen console, from taking the terminal to giving it back.
 */
#ifndef PC_TUI_APP_H
#define PC_TUI_APP_H

#include "backend/door/door.h"
#include "widgets/term.h"

/* All zero is the ordinary case. */
struct app_options {
    const char *theme;        /* a name or a file, as theme_open() has it */
    bool theme_fixed;         /* by a flag: neither choice nor configuration changes it */
    struct term_options term; /* charset, no_color */
    const char *state_dir;    /* where files are written; NULL: nowhere */
};

/*
 * Can there be a full screen here? PC_OK, or the reason with its remedy (no
 * terminal, TERM unknown or dumb): then use the verbs, which write lines.
 */
enum pc_err app_check(const struct app_options *o, struct pc_error *err);

/*
 * Runs until the operator leaves; the terminal is restored when it returns.
 * The door stays the caller's, to be closed after. Returns the exit code:
 *
 *   0         left by q
 *   2         the theme or the terminal is not usable; standard error says why
 *   128 + n   ended by signal n: close the door, then term_die_by(n), so that
 *             the parent sees the true cause
 *
 * When the line drops (SIGHUP, end of the keyboard) the screen ends but what
 * this process runs does not: the function goes on without a terminal until
 * the operations rest. Replies of its requests that come after the return are
 * dropped by themselves.
 */
int app_run(struct door *door, const struct app_options *o);

#endif
