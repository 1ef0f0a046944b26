/*
 * engine: the thread, its turn, the lease.
 *
 * inside.h tells the order of a turn and why it is that one. An engine without
 * the lease executes nothing: it shows what the history says and looks, once a
 * second, whether the holder is still alive; when not, it takes over and
 * resumes. An engine that lost its lease (stopped for too long, then woken)
 * finds its journal closed at the next flush, and drops what it was doing
 * without another call.
 */
#include "backend/engine/clock_set.h"
#include "backend/engine/gather.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/points.h"
#include "backend/engine/groups/split.h"
#include "backend/engine/monitor.h"
#include "backend/engine/probing.h"
#include "backend/engine/publish.h"
#include "backend/engine/readiness/facts.h"
#include "backend/engine/readiness/site_room.h"
#include "backend/engine/readiness/watch.h"
#include "backend/engine/record.h"
#include "backend/engine/request/command.h"
#include "backend/engine/request/request.h"
#include "backend/engine/run.h"
#include "backend/engine/sites.h"
#include "backend/engine/window.h"

#include "backend/base/clock.h"
#include "backend/base/log.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEASE_RENEW_MS = 3000,
    LOOK_MS = 1000,
    PATIENCE_MS = 25,
    TOLD_LOOK_MS = 10000, /* where the store tells, should it ever miss one */
    JOURNAL_RETRY_MS = 1000,
};

int64_t engine_wall(const struct engine *e)
{
    (void)e;
    return clock_wall_ms();
}

struct site *engine_site(struct engine *e, const char *name)
{
    for (size_t i = 0; i < e->site_count; i++)
        if (strcmp(e->sites[i].cfg->name, name) == 0)
            return &e->sites[i];
    return NULL;
}

/* ---- the lease --------------------------------------------------------------- */

static void say_who(struct engine *e)
{
    struct pc_error err;
    if (store_lease_read(e->store, engine_wall(e), &e->lease, &err))
        memset(&e->lease, 0, sizeof(e->lease));
    e->locked[0] = '\0';
    if (store_stopped_writer(e->store, &err))
        snprintf(e->locked, sizeof(e->locked), "%.199s", err.text);
}

const char *engine_executor(struct engine *e)
{
    if (!e->owner)
        say_who(e);
    return e->owner        ? "here"
           : *e->locked    ? e->locked
           : e->lease.held ? e->lease.holder
                           : "nobody";
}

static void become_owner(struct engine *e)
{
    struct pc_error err;
    e->owner = true;
    e->notice[0] = '\0';
    say_who(e);
    log_line(LOG_INFO, "engine", "executing: lease %lld", (long long)e->lease.fencing);
    if (runs_resume(e, &err))
        snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
    groups_refresh(e);
    groups_file_catch_up(e);
    publish_catch_up(e);
    e->ops_dirty = e->groups_dirty = true;
}

static void drop_runs(struct engine *e)
{
    while (e->runs) {
        struct run *r = e->runs;
        e->runs = r->next;
        run_free(r);
    }
    e->ops_dirty = true;
}

static void lose_lease(struct engine *e, const struct pc_error *err)
{
    log_line(LOG_ERROR, "engine", "lease lost: %s", err->text);
    drop_runs(e);
    store_lease_release(e->store); /* it is another's already: this only forgets it here */
    e->owner = false;
    snprintf(e->notice, sizeof(e->notice), "another engine has taken over: %.140s", err->text);
    say_who(e);
}

/* What was written down is not to be found again, and what is next could not be:
 * nothing is asked of a site any more. Put back, it is resumed from. */
static void lose_history(struct engine *e, const struct pc_error *err)
{
    if (e->owner) {
        log_line(LOG_ERROR, "engine", "history lost: %s", err->text);
        drop_runs(e);
        e->owner = false;
        memset(&e->lease, 0, sizeof(e->lease));
    }
    snprintf(e->notice, sizeof(e->notice), "nothing is done: %.170s", err->text);
}

/* Nobody can write, whoever executes: it is said while it lasts, and not waited for. */
static void tell_locked(struct engine *e)
{
    bool before = *e->locked && strcmp(e->notice, e->locked) == 0;
    say_who(e);
    if (*e->locked)
        snprintf(e->notice, sizeof(e->notice), "%s", e->locked);
    else if (before)
        e->notice[0] = '\0';
}

/* A read-only engine would have to act to carry on what was interrupted. */
static bool executes(const struct engine *e)
{
    return e->o.execute && !e->o.read_only;
}

void lease_turn(struct engine *e)
{
    struct pc_error err;
    int64_t now = net_now(e->net);
    if (!executes(e) || now < e->lease_next_ms)
        return;
    if (e->owner) {
        enum pc_err rc = store_lease_renew(e->store, engine_wall(e), &err);
        if (rc == PC_ERR_CONFLICT)
            lose_lease(e, &err);
        else if (rc && store_in_place(e->store, NULL))
            lose_history(e, &err);
        else if (rc || *e->locked)
            tell_locked(e);
        e->lease_next_ms = clock_mono_ms() + LEASE_RENEW_MS;
        e->store_next_ms = 0; /* our own write is no news; whatever else there is, is */
        return;
    }
    e->lease_next_ms = now + LOOK_MS;
    tell_locked(e);
    if (store_in_place(e->store, &err))
        lose_history(e, &err);
    else if (!*e->locked && !(e->lease.held && !e->lease.mine) &&
             store_lease_take(e->store, engine_wall(e), &err) == PC_OK)
        become_owner(e);
}

/* An engine that was stopped for so long that another may have taken over finds
 * answers to what it asked before, and requests that were about to leave. Each answer
 * would lead to a next call: so it asks who executes before it hears or sends any. */
static void on_woken(void *arg)
{
    struct engine *e = arg;
    if (e->owner && net_now(e->net) - e->lease_next_ms > LEASE_EXPIRES_MS - LEASE_RENEW_MS)
        lease_turn(e);
}

/* ---- what other processes wrote ------------------------------------------------ */

static void adopt_cancels(struct engine *e)
{
    for (struct run *r = e->runs; r; r = r->next) {
        struct operation *now = NULL;
        struct pc_error err;
        if (r->op->cancel_asked || store_op_load(e->store, r->op->id, &now, &err))
            continue;
        if (now->cancel_asked)
            run_cancel(r);
        operation_free(now);
    }
}

static void on_store_told(void *arg, int events)
{
    struct engine *e = arg;
    int64_t due = e->store_looked_ms + LOOK_MS / 2;
    (void)events;
    store_notice_take(e->store);
    e->store_again = true;
    if (due < e->store_next_ms)
        e->store_next_ms = due;
}

/* While nothing runs here the store tells of writes. Else most are our own, and
 * one looks by the clock. */
static void listen_to_store(struct engine *e)
{
    if (e->runs && e->store_told) {
        net_watch_stop(e->store_told);
        e->store_told = NULL;
    } else if (!e->runs && !e->store_told && store_notice_fd(e->store) >= 0) {
        store_notice_take(e->store);
        e->store_told = net_watch_start(e->net, store_notice_fd(e->store), NET_READ, on_store_told,
                                        e);
    }
}

static void store_turn(struct engine *e)
{
    struct pc_error err;
    int64_t now = net_now(e->net);
    listen_to_store(e);
    if (now < e->store_next_ms)
        return;
    if (e->store_told)
        store_notice_take(e->store); /* before the look, which sees what it told of */
    e->store_looked_ms = now;
    e->store_next_ms = now + (e->store_told ? TOLD_LOOK_MS : LOOK_MS / 2);
    struct store_changes now_is = store_changes(e->store), was = e->seen;
    /* A commit is told of before it is to be seen: the disk comes between. */
    if (now_is.history == was.history && e->store_again)
        e->store_next_ms = now + LOOK_MS / 2;
    e->store_again = false;
    if (now_is.history == was.history)
        return;
    e->seen = now_is;
    e->ops_dirty = true;
    if (now_is.protection != was.protection && groups_load(e, &err))
        snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
    if (now_is.protection == was.protection && now_is.state == was.state)
        return;
    if (e->owner) {
        if (runs_resume(e, &err))
            snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
        adopt_cancels(e); /* it matters what else there is: see run_cancel() */
    }
    groups_refresh(e);
}

/* ---- the turn --------------------------------------------------------------------- */

static bool anything_runs(const struct engine *e)
{
    return e->runs != NULL;
}

static int turn_wait(const struct engine *e)
{
    int64_t now = net_now(e->net), until = e->steps_over ? now : now + 60000;
    int due = publish_due(e);
    if (due >= 0 && now + due < until)
        until = now + due;
    if (e->store_next_ms < until)
        until = anything_runs(e) || !e->owner || e->store_told ? e->store_next_ms
                                                                : e->store_next_ms + LOOK_MS / 2;
    if (executes(e) && e->lease_next_ms < until)
        until = e->lease_next_ms;
    if (e->o.monitor && (e->points_due || e->monitor_next_ms < until))
        until = e->points_due ? now : e->monitor_next_ms;
    if (e->owner && e->window_next_ms < until)
        until = e->window_next_ms;
    if (e->readiness_next_ms < until)
        until = e->readiness_next_ms;
    if (e->flush_retry_ms && e->flush_retry_ms < until)
        until = e->flush_retry_ms;
    if (e->file_due_ms && e->file_due_ms < until)
        until = e->file_due_ms;
    return until > now ? (int)(until - now) : 0;
}

/* The screens are served by what was read; only a round of polls or the watch of
 * readiness waits for a site. */
static bool nobody_waits(const struct engine *e)
{
    for (size_t i = 0; i < e->site_count; i++)
        if (strcmp(e->sites[i].view.status, "unknown") == 0)
            return false; /* the first round */
    return !e->runs && !e->readings && !e->gathers && !e->points && !e->rooms && !e->probes_open &&
           facts_for_watch_only(e);
}

/* False: nothing may be begun this turn. */
static bool flush(struct engine *e)
{
    struct pc_error err;
    int64_t now = net_now(e->net);
    if (e->flush_retry_ms > now)
        return false;
    e->flush_retry_ms = 0;
    enum pc_err rc = journal_flush(e, &err);
    if (rc == PC_ERR_CONFLICT) {
        lose_lease(e, &err);
    } else if (rc && store_in_place(e->store, NULL)) {
        lose_history(e, &err);
    } else if (rc) {
        log_line(LOG_ERROR, "engine", "journal: %s", err.text);
        snprintf(e->notice, sizeof(e->notice), "nothing new is begun: %.160s", err.text);
        /* From the real now: a locked database has held this turn for seconds,
         * and what is under way must get its turns meanwhile. */
        e->flush_retry_ms = clock_mono_ms() + JOURNAL_RETRY_MS;
    } else if (strncmp(e->notice, "nothing new", 11) == 0) {
        e->notice[0] = '\0';
    }
    return rc == PC_OK;
}

static bool stopping(struct engine *e)
{
    pthread_mutex_lock(&e->lock);
    bool stop = e->stopping;
    pthread_mutex_unlock(&e->lock);
    return stop;
}

static void *engine_main(void *arg)
{
    struct engine *e = arg;
    while (!stopping(e)) {
        clock_set_turn(e);
        lease_turn(e);
        store_turn(e);
        if (e->o.monitor)
            monitor_turn(e);
        readiness_turn(e);
        requests_drain(e);
        window_turn(e);
        split_turn(e);
        e->steps_over = false;
        if (e->owner) {
            runs_pump(e);
            if (flush(e))
                runs_launch(e);
        }
        groups_file_turn(e);
        outlooks_turn(e);
        publish(e, false);
        net_patience(e->net, nobody_waits(e) ? PATIENCE_MS : 0);
        net_turn(e->net, turn_wait(e));
    }
    return NULL;
}

/* ---- start and stop ------------------------------------------------------------------ */

static void engine_free(struct engine *e)
{
    drop_runs(e);
    readings_end(e);
    gather_drop_all(e);
    facts_drop_all(e);
    readiness_unshare(e);
    readiness_unref(e->readiness_last);
    points_drop_all(e);
    monitor_drop_all(e);
    site_rooms_drop_all(e);
    commands_drop_all(e);
    trials_drop_all(e);
    if (e->owner)
        store_lease_release(e->store);
    for (size_t i = 0; i < e->group_count; i++) {
        group_view_unref(e->groups[i].view);
        free(e->groups[i].seen);
        free(e->groups[i].outrun);
        array_cancel(e->groups[i].members);
        group_unref(e->groups[i].group);
    }
    free(e->groups);
    sites_close(e);
    for (size_t i = 0; i < e->ended_count; i++)
        op_view_unref(e->ended[i]);
    free(e->ended);
    free(e->habits);
    snapshot_unref(e->last);
    while (e->inbox) {
        struct request *r = e->inbox;
        e->inbox = r->next;
        json_decref(r->args);
        free(r);
    }
    store_close(e->store);
    net_free(e->net);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

/* Signals are the other thread's: it has the terminal to restore. Faults of
 * this thread's own cannot be blocked and still reach their handlers. */
int engine_thread(pthread_t *ret, void *(*run)(void *arg), void *arg)
{
    sigset_t all, before;
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGILL);
    sigdelset(&all, SIGABRT);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int rc = pthread_create(ret, NULL, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

enum pc_err engine_start(const struct engine_options *o, json_t *warnings, struct engine **ret,
                         struct pc_error *err)
{
    struct engine *e = xcalloc(1, sizeof(*e));
    e->o = *o;
    snprintf(e->state_dir, sizeof(e->state_dir), "%s", o->state_dir);
    e->o.state_dir = e->state_dir;
    pthread_mutex_init(&e->lock, NULL);
    e->inbox_end = &e->inbox;
    e->net = net_new();
    net_before(e->net, on_woken, e);
    enum pc_err rc = store_open(o->state_dir, STORE_READ_WRITE, &e->store, err);
    if (!rc)
        rc = sites_open(e, warnings, err);
    if (!rc) {
        e->seen = store_changes(e->store); /* before the reading: nothing is missed */
        if (e->o.monitor)
            monitor_turn(e); /* a site takes longer to answer than a thousand groups to read */
        rc = groups_load_first(e, err);
    }
    if (!rc) {
        habits_load(e);
        tell_locked(e);
        publish_catch_up(e);
        lease_turn(e);
        if (!e->owner)
            groups_refresh(e); /* who executes has derived them, with what runs */
        groups_file_hint(e);
        publish(e, true);
        if (engine_thread(&e->thread, engine_main, e) != 0)
            rc = pc_error_set(err, PC_ERR_IO, "Raise the limit of processes (ulimit -u).",
                              "the engine's thread cannot be started");
    }
    if (rc)
        engine_free(e);
    else
        *ret = e;
    return rc;
}

void engine_stop(struct engine *e)
{
    if (!e)
        return;
    pthread_mutex_lock(&e->lock);
    e->stopping = true;
    pthread_mutex_unlock(&e->lock);
    net_wake(e->net);
    pthread_join(e->thread, NULL);
    /* What the last answers changed is remembered, if it can be. */
    struct pc_error ignored;
    if (e->owner && journal_flush(e, &ignored))
        log_line(LOG_ERROR, "engine", "the last turn was not journalled: %s", ignored.text);
    groups_file_end(e);
    engine_free(e);
}

void engine_post(struct engine *e, uint64_t ticket, const char *verb, json_t *args)
{
    struct request *r = xcalloc(1, sizeof(*r));
    r->ticket = ticket;
    r->e = e;
    r->args = args ? args : json_object();
    snprintf(r->verb, sizeof(r->verb), "%s", verb);
    pthread_mutex_lock(&e->lock);
    *e->inbox_end = r;
    e->inbox_end = &r->next;
    pthread_mutex_unlock(&e->lock);
    net_wake(e->net);
}
