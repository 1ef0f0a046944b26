#include "widgets/term_kind.h"

#include <curses.h>
#include <term.h>
#include <unistd.h>

const char TERM_KIND_REMEDY[] = "set TERM to what your terminal is, for instance "
                                "TERM=xterm-256color, or TERM=vt100 where nothing else is known";

enum pc_err term_kind_check(const char *name, struct pc_error *err)
{
    int found = 0;
    if (!name || !*name)
        return pc_error_set(err, PC_ERR_USAGE, TERM_KIND_REMEDY,
                            "TERM is not set: nobody knows what terminal this is");
    if (setupterm(name, STDOUT_FILENO, &found) != OK) {
        if (found < 0)
            return pc_error_set(err, PC_ERR_USAGE, "install the package ncurses-base",
                                "the descriptions of terminals (terminfo) cannot be found");
        return pc_error_set(err, PC_ERR_USAGE, TERM_KIND_REMEDY,
                            found == 0 ? "the terminal type '%s' is not known here"
                                       : "the terminal type '%s' is a printer",
                            name);
    }
    const char *place = tigetstr("cup");
    bool able = place && place != (const char *)-1;
    del_curterm(cur_term);
    if (able)
        return PC_OK;
    return pc_error_set(err, PC_ERR_USAGE, TERM_KIND_REMEDY,
                        "the terminal type '%s' cannot place the cursor, so there is no full "
                        "screen on it",
                        name);
}
