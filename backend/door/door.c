/*
 * door: the own way in: this process runs the engine thread.
 *
 * Replies and snapshots come from the engine thread into a mailbox and are
 * announced on an eventfd; everything else happens on the caller's thread. The
 * newest snapshot replaces one that nobody has taken yet, so a slow screen
 * makes nothing pile up.
 */
#include "backend/door/door.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/door/lab.h"
#include "backend/door/places.h"
#include "backend/door/screen.h"
#include "backend/door/seed.h"
#include "backend/engine/engine.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef void reply_done(void *arg, const struct pc_error *err, const json_t *data);

struct asked {
    struct asked *next;
    uint64_t ticket;
    reply_done *done;
    void *arg;
};

struct mail {
    struct mail *next;
    uint64_t ticket;
    struct pc_error err;
    json_t *data;
};

struct door {
    struct config config;
    struct lab lab;
    struct engine *engine;
    json_t *warnings;
    json_t *screen;
    bool is_lab;
    int fd;
    uint64_t tickets;
    struct asked *asked, **asked_end; /* caller's thread only; oldest first, as answers come */
    size_t asked_count;
    pthread_mutex_t lock; /* guards what follows */
    struct mail *mail, **mail_end;
    struct snapshot *newest;
    bool fresh;
};

/* ---- the engine's side -------------------------------------------------------- */

static void announce(struct door *d)
{
    uint64_t one = 1;
    ssize_t n = write(d->fd, &one, sizeof(one));
    (void)n; /* a full counter is announced already */
}

static void on_replied(void *listener, uint64_t ticket, const struct pc_error *err, json_t *data)
{
    struct door *d = listener;
    struct mail *m = xcalloc(1, sizeof(*m));
    m->ticket = ticket;
    m->err = *err;
    m->data = data;
    pthread_mutex_lock(&d->lock);
    *d->mail_end = m;
    d->mail_end = &m->next;
    pthread_mutex_unlock(&d->lock);
    announce(d);
}

static void on_published(void *listener, struct snapshot *s)
{
    struct door *d = listener;
    pthread_mutex_lock(&d->lock);
    struct snapshot *old = d->newest;
    d->newest = s;
    d->fresh = true;
    pthread_mutex_unlock(&d->lock);
    snapshot_unref(old);
    announce(d);
}

/* ---- the caller's side ----------------------------------------------------------- */

int door_fd(const struct door *d)
{
    return d->fd;
}

static struct asked *take_asked(struct door *d, uint64_t ticket)
{
    for (struct asked **at = &d->asked; *at; at = &(*at)->next)
        if ((*at)->ticket == ticket) {
            struct asked *a = *at;
            *at = a->next;
            if (!*at)
                d->asked_end = at;
            d->asked_count--;
            return a;
        }
    return NULL;
}

bool door_dispatch(struct door *d)
{
    uint64_t count;
    ssize_t n = read(d->fd, &count, sizeof(count));
    (void)n;
    pthread_mutex_lock(&d->lock);
    struct mail *m = d->mail;
    bool fresh = d->fresh;
    d->mail = NULL;
    d->mail_end = &d->mail;
    pthread_mutex_unlock(&d->lock);
    while (m) {
        struct mail *next = m->next;
        struct asked *a = take_asked(d, m->ticket);
        if (a)
            a->done(a->arg, &m->err, m->data);
        free(a);
        json_decref(m->data);
        free(m);
        m = next;
    }
    return fresh;
}

struct snapshot *door_snapshot(struct door *d)
{
    pthread_mutex_lock(&d->lock);
    struct snapshot *s = snapshot_ref(d->newest);
    d->fresh = false;
    pthread_mutex_unlock(&d->lock);
    return s;
}

void door_ask(struct door *d, const char *verb, json_t *args, reply_done *done, void *arg)
{
    struct asked *a = xcalloc(1, sizeof(*a));
    a->ticket = ++d->tickets;
    a->done = done;
    a->arg = arg;
    *d->asked_end = a;
    d->asked_end = &a->next;
    if (++d->asked_count <= DOOR_ASKED_MAX) {
        engine_post(d->engine, a->ticket, verb, args);
        return;
    }
    struct pc_error err;
    pc_error_set(&err, PC_ERR_BUSY, "Wait until some of them are answered: a site may be slow (site "
                 "list).", "%d questions are open already", DOOR_ASKED_MAX);
    json_decref(args);
    on_replied(d, a->ticket, &err, NULL);
}

struct waited {
    bool answered;
    struct pc_error err;
    json_t *data;
};

static void on_waited(void *arg, const struct pc_error *err, const json_t *data)
{
    struct waited *w = arg;
    w->answered = true;
    w->err = *err;
    w->data = json_incref((json_t *)(uintptr_t)data);
}

static void forget(void *arg, const struct pc_error *err, const json_t *data)
{
    (void)arg;
    (void)err;
    (void)data;
}

enum pc_err door_call(struct door *d, const char *verb, json_t *args, int timeout_ms,
                      json_t **ret_data, struct pc_error *err)
{
    struct waited w = {.answered = false};
    door_ask(d, verb, args, on_waited, &w);
    uint64_t ticket = d->tickets;
    int64_t until = clock_mono_ms() + timeout_ms;
    while (!w.answered) {
        int64_t left = timeout_ms < 0 ? 1000 : until - clock_mono_ms();
        struct pollfd p = {.fd = d->fd, .events = POLLIN};
        if (left <= 0)
            break;
        if (poll(&p, 1, left > 1000 ? 1000 : (int)left) > 0)
            door_dispatch(d);
    }
    if (!w.answered) {
        for (struct asked *a = d->asked; a; a = a->next)
            if (a->ticket == ticket)
                a->done = forget; /* it may still come, after w is gone */
        return pc_error_set(err, PC_ERR_TIMEOUT, "Ask again; the request may still be carried out.",
                            "%s was not answered in %d s", verb, timeout_ms / 1000);
    }
    if (w.err.code) {
        if (err)
            *err = w.err;
    } else if (ret_data) {
        *ret_data = json_incref(w.data);
    }
    json_decref(w.data);
    return w.err.code;
}

const json_t *door_warnings(const struct door *d)
{
    return d->warnings;
}

bool door_is_lab(const struct door *d)
{
    return d->is_lab;
}

const json_t *door_screen(const struct door *d)
{
    return d->screen;
}

enum pc_err door_read_screen(const struct door_options *o, json_t **ret, struct pc_error *err)
{
    struct config c;
    enum pc_err rc = places_config(o, &c, err);
    if (rc)
        return rc;
    *ret = screen_json(&c);
    config_release(&c);
    return PC_OK;
}

enum pc_err door_reload_screen(struct door *d, struct pc_error *err)
{
    const struct door_options o = {.config_file = *d->config.file ? d->config.file : NULL};
    json_t *fresh = NULL;
    enum pc_err rc = door_read_screen(&o, &fresh, err);
    if (rc)
        return rc;
    if (json_object_size(json_map(fresh, "tints")) == 0) /* the sites are the lab's */
        json_object_set(fresh, "tints", json_map(d->screen, "tints"));
    json_object_set(fresh, "poll_seconds", json_object_get(d->screen, "poll_seconds"));
    json_decref(d->screen);
    d->screen = fresh;
    return PC_OK;
}

/* ---- opening -------------------------------------------------------------------------- */

static enum pc_err open_config(struct door *d, const struct door_options *o, struct pc_error *err)
{
    enum pc_err rc = places_config(o, &d->config, err);
    if (rc || d->config.site_count)
        return rc;
    /* Nothing is configured: the lab, which brings its own configuration. */
    d->is_lab = true;
    lab_init(&d->lab, o->state_dir);
    if (o->sites || !lab_known(&d->lab))
        rc = lab_start(&d->lab, o->lab_program, err);
    if (!rc)
        rc = places_lab_config(d->lab.config, &d->config, err);
    return rc;
}

enum pc_err door_open(const struct door_options *o, struct door **ret, struct pc_error *err)
{
    struct door *d = xcalloc(1, sizeof(*d));
    d->warnings = json_array();
    d->newest = snapshot_new();
    d->mail_end = &d->mail;
    d->asked_end = &d->asked;
    pthread_mutex_init(&d->lock, NULL);
    d->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum pc_err rc = places_state_dir(o->state_dir, err);
    if (!rc)
        rc = open_config(d, o, err);
    if (!rc)
        d->screen = screen_json(&d->config);
    if (!rc)
        log_set_level(log_level_parse(d->config.log_level));
    for (int i = 0; !rc && i < d->config.warning_count; i++)
        json_array_append_new(d->warnings, json_string(d->config.warnings[i]));
    if (!rc) {
        struct engine_options eo = {
            .state_dir = o->state_dir,
            .config = &d->config,
            .lab = d->is_lab,
            .read_only = o->read_only || d->config.read_only,
            .monitor = o->monitor,
            .execute = o->execute,
            .pace_ms = o->pace_ms,
            .listener = d,
            .replied = on_replied,
            .published = on_published,
        };
        rc = engine_start(&eo, d->warnings, &d->engine, err);
    }
    if (!rc && d->is_lab)
        rc = seed_lab(d, &d->lab, o->lab_program, err);
    if (rc)
        door_close(d);
    else
        *ret = d;
    return rc;
}

void door_close(struct door *d)
{
    if (!d)
        return;
    engine_stop(d->engine);
    if (d->is_lab)
        lab_stop(&d->lab);
    struct pc_error over;
    pc_error_set(&over, PC_ERR_CANCELLED, NULL, "the console ends before it was answered");
    while (d->asked) {
        struct asked *a = d->asked;
        d->asked = a->next;
        a->done(a->arg, &over, NULL);
        free(a);
    }
    while (d->mail) {
        struct mail *m = d->mail;
        d->mail = m->next;
        json_decref(m->data);
        free(m);
    }
    snapshot_unref(d->newest);
    json_decref(d->warnings);
    json_decref(d->screen);
    config_release(&d->config);
    if (d->fd >= 0)
        close(d->fd);
    pthread_mutex_destroy(&d->lock);
    free(d);
}
