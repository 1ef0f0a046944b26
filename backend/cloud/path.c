/* path: request paths out of ids that others gave us. */
#include "backend/cloud/driver.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 16 * 1024 };

char *cloud_path(const char *fmt, ...)
{
    struct buf b;
    bool ok = true;
    buf_init(&b, PATH_MAX_BYTES);
    va_list ap;
    va_start(ap, fmt);
    for (const char *slot; ok && (slot = strstr(fmt, "%s")) != NULL; fmt = slot + 2) {
        const char *value = va_arg(ap, const char *);
        ok = value && *value && *value != '.' && buf_add(&b, fmt, (size_t)(slot - fmt)) &&
             buf_url(&b, value);
    }
    va_end(ap);
    ok = ok && buf_puts(&b, fmt);
    char *path = ok ? buf_take(&b) : NULL;
    buf_release(&b);
    return path;
}

struct cloud_call *cloud_send_path(struct cloud *c, struct cloud_request *q, char *path_take,
                                   cloud_done *done, void *arg)
{
    q->path = path_take;
    struct cloud_call *call = cloud_send(c, q, done, arg);
    free(path_take);
    return call;
}
