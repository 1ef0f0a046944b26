/* themewatch: see themewatch.h. The folder is watched, for editors put a new
 * file in the place of the old one. */
#include "tui/themewatch.h"

#include "backend/base/text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

void themewatch_open(struct themewatch *w, const char *which)
{
    char folder[PATH_MAX];
    const char *slash = which ? strrchr(which, '/') : NULL;
    size_t n = which ? strlen(which) : 0;
    *w = (struct themewatch){.fd = -1};
    if (!slash && (n < 6 || !text_equal(which + n - 6, ".theme")))
        return;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - which) : 1, slash ? which : ".");
    snprintf(w->name, sizeof w->name, "%s", slash ? slash + 1 : which);
    w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (w->fd >= 0 &&
        inotify_add_watch(w->fd, *folder ? folder : "/", IN_CLOSE_WRITE | IN_MOVED_TO) < 0)
        themewatch_close(w);
}

void themewatch_close(struct themewatch *w)
{
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
}

bool themewatch_changed(struct themewatch *w)
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
