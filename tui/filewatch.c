/* filewatch: see filewatch.h. The folder is watched, for editors put a new
 * file in the place of the old one. */
#include "tui/filewatch.h"

#include "backend/base/text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

void filewatch_open(struct filewatch *w, const char *path)
{
    char folder[PATH_MAX];
    const char *slash = path ? strrchr(path, '/') : NULL;
    *w = (struct filewatch){.fd = -1};
    if (!path || !*path)
        return;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    snprintf(w->name, sizeof w->name, "%s", slash ? slash + 1 : path);
    w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (w->fd >= 0 &&
        inotify_add_watch(w->fd, *folder ? folder : "/", IN_CLOSE_WRITE | IN_MOVED_TO) < 0)
        filewatch_close(w);
}

void filewatch_close(struct filewatch *w)
{
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
}

bool filewatch_changed(struct filewatch *w)
{
    _Alignas(struct inotify_event) char bytes[4096];
    bool ours = false;
    ssize_t n;
    while (w->fd >= 0 && (n = read(w->fd, bytes, sizeof bytes)) > 0)
        for (const char *p = bytes; p < bytes + n;) {
            struct inotify_event e;
            memcpy(&e, p, sizeof e);
            ours = ours || (e.len && text_equal(p + sizeof e, w->name));
            p += sizeof e + e.len;
        }
    return ours;
}
