/* screen: what a configuration says of the screens, as door_screen() gives it. */
#ifndef PC_DOOR_SCREEN_H
#define PC_DOOR_SCREEN_H

#include "backend/config/config.h"

#include <jansson.h>

/* The caller decrefs. */
json_t *screen_json(const struct config *c);

#endif
