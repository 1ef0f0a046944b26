/*
 * targets: what a proposal tells of the networks and flavors that there are to
 * choose from, in words. Pure, any thread.
 */
#ifndef PC_TUI_WIZARD_TARGETS_H
#define PC_TUI_WIZARD_TARGETS_H

#include <jansson.h>
#include <stddef.h>

/* By id, else by name; NULL: it is not there. Lent. */
const json_t *targets_find(const json_t *list, const char *id_or_name);
/* "10.20.1.0/24, 12 free, shared", or "2 vCPU, 4096 MiB, 20 GiB", or "322 MiB, for 3 GiB and more". */
void targets_words(const json_t *target, char *dst, size_t size);

#endif
