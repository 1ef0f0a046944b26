#include "backend/base/uuid.h"

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
    static const char hex[] = "0123456789abcdef";
    unsigned char b[16];
    random_bytes(b, sizeof(b));
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    char *at = dst; /* every request has one: printf would be most of its cost */
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = hex[b[i] >> 4];
        *at++ = hex[b[i] & 0x0f];
    }
    *at = '\0';
    return dst;
}

uint64_t random_u64(void)
{
    uint64_t v;
    random_bytes((unsigned char *)&v, sizeof(v));
    return v;
}
