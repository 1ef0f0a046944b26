/*
 * buf: a growing byte buffer that is born with a cap.
 *
 * Passing the cap is an error that sticks (buf_overflowed), not growth: no
 * server can fill our memory. The content is always NUL-ended, so buf_text()
 * is a string. One owner, any thread.
 */
#ifndef PC_BASE_BUF_H
#define PC_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data;
    size_t len, size, cap;
    bool overflowed;
};

void buf_init(struct buf *b, size_t cap); /* cap in bytes, without the NUL */
void buf_release(struct buf *b);
void buf_clear(struct buf *b);
/* Each returns false, and appends nothing, once the cap would be passed. */
bool buf_add(struct buf *b, const void *bytes, size_t n);
bool buf_puts(struct buf *b, const char *s);
bool buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Percent-encodes all but RFC 3986 unreserved characters. */
bool buf_url(struct buf *b, const char *s);
const char *buf_text(const struct buf *b); /* never NULL; lent */
char *buf_take(struct buf *b);             /* gives the string away, empties b */

#endif
