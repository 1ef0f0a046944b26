/*
 * place: where things are: this program, the lab's program, the state
 * directory. Reads the environment and /proc; the main thread, at the start.
 */
#ifndef PC_TUI_VERBS_PLACE_H
#define PC_TUI_VERBS_PLACE_H

#include "backend/base/error.h"
#include "backend/door/door.h"

/* Paths that the caller frees. */
char *place_self(void); /* of this program; "protector-console" when /proc is missing */
char *place_lab(void);  /* protector-lab beside this program, else as found in PATH */

/* o->state_dir, or $XDG_STATE_HOME/protector-console, or
 * ~/.local/state/protector-console; the last two end in -lab where the built-in
 * lab opens, so that its groups are never taken for those of the sites that are
 * configured later. Makes it when it is missing and opens the log in it.
 * FORBIDDEN when it cannot be made or written, CONFIG when there is no home to
 * put it in. */
enum pc_err place_state_dir(const struct door_options *o, char **ret, struct pc_error *err);

#endif
