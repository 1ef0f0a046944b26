/* seed: the groups that the built-in lab suggests, made through the door the
 * way an operator would make them. */
#ifndef PC_DOOR_SEED_H
#define PC_DOOR_SEED_H

#include "backend/door/door.h"
#include "backend/door/lab.h"

/* Makes all of them when there is no group yet, and fills one that a start cut
 * short has left without members. Starts the lab if it must. A read-only door
 * makes none. */
enum pc_err seed_lab(struct door *d, struct lab *lab, const char *program, struct pc_error *err);

#endif
