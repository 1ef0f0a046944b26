#include "backend/base/boundary.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 400 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool watched;
static int log_fd = -1;
static long kill_at;      /* 0: never */
static const char *pattern; /* only such lines count for kill_at; NULL: all */
static long stop_at, stop_every; /* 0: never; only once */
static long passed, fitting;

static void read_wishes(void)
{
    const char *path = getenv("PROTECTOR_BOUNDARY_LOG"), *wish = getenv("PROTECTOR_BOUNDARY_KILL");
    if (path && *path)
        log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (wish) {
        char *end = NULL;
        kill_at = strtol(wish, &end, 10);
        pattern = *end == '@' ? end + 1 : NULL;
    }
    const char *stops = getenv("PROTECTOR_BOUNDARY_STOP");
    if (stops) {
        char *end = NULL;
        stop_at = strtol(stops, &end, 10);
        stop_every = *end == '/' ? strtol(end + 1, NULL, 10) : 0;
    }
    watched = log_fd >= 0 || kill_at > 0 || stop_at > 0;
}

bool boundary_watched(void)
{
    pthread_once(&once, read_wishes);
    return watched;
}

/* The next one is set before: who wakes us up has looked at this one. */
static bool to_stop(void)
{
    if (stop_at <= 0 || passed != stop_at)
        return false;
    stop_at = stop_every > 0 ? stop_at + stop_every : 0;
    return true;
}

void boundary_pass(const char *kind, const char *about)
{
    char line[LINE_MAX_BYTES];
    if (!boundary_watched())
        return;
    pthread_mutex_lock(&lock);
    int n = snprintf(line, sizeof(line) - 1, "%ld %s %s", ++passed, kind, about);
    if (!pattern || fnmatch(pattern, line, 0) == 0)
        fitting++;
    size_t len = n < (int)sizeof(line) - 1 ? (size_t)n : sizeof(line) - 2;
    line[len] = '\n';
    /* A line that cannot be written is missed by the proof, not by this process. */
    if (log_fd >= 0 && write(log_fd, line, len + 1) < 0)
        log_fd = -1;
    if (kill_at > 0 && fitting == kill_at)
        raise(SIGKILL);
    if (to_stop())
        raise(SIGSTOP);
    pthread_mutex_unlock(&lock);
}
