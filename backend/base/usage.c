#include "backend/base/usage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

enum { LOOK_MS = 5 };

static bool lock(int fd, int how, short type)
{
    struct flock l = {.l_type = type, .l_whence = SEEK_SET};
    int rc;
    do
        rc = fcntl(fd, how, &l);
    while (rc != 0 && errno == EINTR);
    return rc == 0;
}

int usage_open(const char *path)
{
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

bool usage_enter(int fd, int timeout_ms)
{
    for (int waited = 0;; waited += LOOK_MS) {
        if (lock(fd, F_OFD_SETLK, F_RDLCK))
            return true;
        if ((errno != EAGAIN && errno != EACCES) || waited >= timeout_ms)
            return false;
        poll(NULL, 0, LOOK_MS);
    }
}

bool usage_shut(int fd)
{
    return lock(fd, F_OFD_SETLK, F_WRLCK);
}

bool usage_wait_unused(int fd)
{
    return lock(fd, F_OFD_SETLKW, F_WRLCK);
}
