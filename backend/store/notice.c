/*
 * notice: the kernel tells when the log of the database was written, so that
 * nobody has to look for it every half second.
 *
 * It tells of every write, our own and a heartbeat included: what it was about
 * is asked of store_changes(). Where there is no such thing, one looks by the
 * clock.
 */
#include "backend/store/inside.h"

#include <sys/inotify.h>
#include <unistd.h>

/* Of the log and not of the database, which is written at a checkpoint only. */
static void watch(struct store *s)
{
    const char *log = sqlite3_filename_wal(sqlite3_db_filename(s->db, "main"));
    if (log && *log)
        inotify_add_watch(s->notice_fd, log, IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF);
}

int store_notice_fd(struct store *s)
{
    if (s->notice_fd < 0 && s->db && !s->absent) {
        s->notice_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (s->notice_fd >= 0)
            watch(s);
    }
    return s->notice_fd;
}

void store_notice_take(struct store *s)
{
    char events[4096];
    bool any = false;
    while (s->notice_fd >= 0 && read(s->notice_fd, events, sizeof(events)) > 0)
        any = true;
    if (any && s->db)
        watch(s); /* the same file, or the one that stands in its place now */
}

void store_notice_close(struct store *s)
{
    if (s->notice_fd >= 0)
        close(s->notice_fd);
    s->notice_fd = -1;
}
