/*
 * clock_set: somebody sets the wall clock while operations run.
 *
 * The journal stamps by the wall clock, which every process can read, and durations
 * are worked out of its stamps: how long a wait has, whether a step is late, what the
 * next estimate is made of. A clock that is set would stretch them all. So what was
 * stamped before is told by the new clock, too: durations stay what the clock says
 * that nobody can set. Engine thread.
 */
#ifndef PC_ENGINE_CLOCK_SET_H
#define PC_ENGINE_CLOCK_SET_H

#include "backend/engine/inside.h"

enum { CLOCK_SET_MS = 2000 }; /* less is a clock that is being corrected */

/* Once a turn, before anything is timed. */
void clock_set_turn(struct engine *e);

#endif
