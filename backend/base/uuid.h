/* uuid: random (version 4) identifiers. Any thread. */
#ifndef PC_BASE_UUID_H
#define PC_BASE_UUID_H

#include <stdint.h>

enum { UUID_SIZE = 37 };              /* 36 characters and the NUL */
char *uuid_make(char dst[UUID_SIZE]); /* returns dst */
uint64_t random_u64(void);            /* from the kernel; for ids and jitter */

#endif
