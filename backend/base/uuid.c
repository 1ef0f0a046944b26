#include "backend/base/uuid.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static void random_bytes(unsigned char *dst, size_t n)
{
    /* Under 256 bytes getrandom never comes back short once it succeeds. */
    if (getrandom(dst, n, 0) != (ssize_t)n)
        abort();
}

char *uuid_make(char dst[UUID_SIZE])
{
    unsigned char b[16];
    random_bytes(b, sizeof(b));
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    snprintf(dst, UUID_SIZE, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
             b[14], b[15]);
    return dst;
}

uint64_t random_u64(void)
{
    uint64_t v;
    random_bytes((unsigned char *)&v, sizeof(v));
    return v;
}
