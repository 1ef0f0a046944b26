/*
 * names: of groups, operations and sites, for who completes a command line.
 *
 * From the state directory and the configuration alone: nothing is started and no
 * site is asked, so it is there at once. Any thread.
 */
#ifndef PC_DOOR_NAMES_H
#define PC_DOOR_NAMES_H

#include "backend/door/door.h"

/* kind: "groups" by name, "operations" by id, the newest first and at most a hundred,
 * or "sites": those of the configuration and of the groups. *ret: an array of
 * strings; the caller decrefs. USAGE for another kind. */
enum pc_err names_list(const struct door_options *o, const char *kind, json_t **ret,
                       struct pc_error *err);

#endif
