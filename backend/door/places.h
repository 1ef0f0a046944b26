/* places: where the configuration and the state are, and which sites follow
 * from the options. Reads files and the environment; one caller, the door. */
#ifndef PC_DOOR_PLACES_H
#define PC_DOOR_PLACES_H

#include "backend/config/config.h"
#include "backend/door/door.h"

/* Makes it (0700) with its parents; FORBIDDEN when it cannot be written. */
enum pc_err places_state_dir(const char *path, struct pc_error *err);
/* --config, else the first protector-console.cfg of the user's and the
 * system's configuration directories, else the defaults. --os-cloud and
 * --secondary-cloud (OS_SECONDARY_CLOUD) name the two sites when the file
 * names none. */
enum pc_err places_config(const struct door_options *o, struct config *ret, struct pc_error *err);
/* Says whether no site is configured, so that the built-in lab opens; false
 * where the configuration cannot be read. */
bool places_lead_to_lab(const struct door_options *o);
/* The lab's sites, under the operator's own options. */
enum pc_err places_lab_config(const char *path, struct config *c, struct pc_error *err);

#endif
