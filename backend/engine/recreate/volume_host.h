/*
 * volume_host: what a site's Cinder calls its array, "node@backend#pool", read
 * off the volumes of a project. Pure.
 */
#ifndef PC_ENGINE_VOLUME_HOST_H
#define PC_ENGINE_VOLUME_HOST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The host of a volume that is said to be on `array` ("": any), else the one
 * host that all volumes have. False: there is none, or more than one. */
bool volume_host_choose(const json_t *volumes, const char *array, char *dst, size_t size);

#endif
