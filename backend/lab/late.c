#include "backend/lab/late.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

enum { LATE_GROUPS = 3 };

struct held {
    struct MHD_Connection *conn;
    int group;
    int64_t until; /* monotonic ms */
};

struct late {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    struct held *list;
    size_t count, room;
    bool stop, admits[LATE_GROUPS];
};

/* Resumes what is due; returns when the next is. The lock is held. */
static int64_t resume_due(struct late *l, int64_t now)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < l->count;) {
        if (l->list[i].until <= now) {
            MHD_resume_connection(l->list[i].conn);
            l->list[i] = l->list[--l->count];
            continue;
        }
        if (l->list[i].until < next)
            next = l->list[i].until;
        i++;
    }
    return next;
}

static void *late_run(void *arg)
{
    struct late *l = arg;
    pthread_mutex_lock(&l->lock);
    while (!l->stop) {
        int64_t next = resume_due(l, clock_mono_ms());
        if (next == INT64_MAX) {
            pthread_cond_wait(&l->wake, &l->lock);
            continue;
        }
        struct timespec at = {.tv_sec = next / 1000, .tv_nsec = next % 1000 * 1000000};
        pthread_cond_timedwait(&l->wake, &l->lock, &at);
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

struct late *late_new(void)
{
    struct late *l = xcalloc(1, sizeof(*l));
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->wake, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&l->thread, NULL, late_run, l) != 0)
        abort();
    return l;
}

void late_free(struct late *l)
{
    pthread_mutex_lock(&l->lock);
    l->stop = true;
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->wake);
    free(l->list);
    free(l);
}

void late_admit(struct late *l, int group)
{
    pthread_mutex_lock(&l->lock);
    l->admits[group + 1] = true;
    pthread_mutex_unlock(&l->lock);
}

bool late_hold(struct late *l, struct MHD_Connection *conn, int group, int64_t ms)
{
    pthread_mutex_lock(&l->lock);
    if (!l->admits[group + 1]) {
        pthread_mutex_unlock(&l->lock);
        return false;
    }
    MHD_suspend_connection(conn);
    l->list = xgrow(l->list, &l->room, l->count + 1, sizeof(*l->list));
    l->list[l->count++] = (struct held){conn, group, clock_mono_ms() + ms};
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->lock);
    return true;
}

void late_flush(struct late *l, int group)
{
    pthread_mutex_lock(&l->lock);
    l->admits[group + 1] = false;
    for (size_t i = 0; i < l->count;) {
        if (l->list[i].group == group) {
            MHD_resume_connection(l->list[i].conn);
            l->list[i] = l->list[--l->count];
        } else {
            i++;
        }
    }
    pthread_mutex_unlock(&l->lock);
}
