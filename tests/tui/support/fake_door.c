/* fake_door: see fake_door.h. */
#include "tests/tui/support/fake_door.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { ANSWERS_MAX = 32, ASKED_STEP = 64 };

struct answer {
    char *verb;
    const char *key, *value; /* NULL: whatever the arguments */
    bool once, used;
    json_t *data;
    struct pc_error err;
};

struct asked {
    char *verb;
    json_t *args;
    void (*done)(void *arg, const struct pc_error *err, const json_t *data);
    void *arg;
};

struct door {
    int fd;
    struct snapshot *snap;
    const json_t *screen;
    const json_t *reload; /* what is read next; NULL: a mistake */
    bool newer;
    struct answer answers[ANSWERS_MAX];
    size_t answer_count;
    struct asked *asked; /* all that ever was, room for the next multiple of a step */
    size_t asked_count;
};

struct door *fake_door_new(struct snapshot *take)
{
    struct door *d = xcalloc(1, sizeof *d);
    d->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    d->snap = take;
    return d;
}

void fake_door_free(struct door *d)
{
    for (size_t i = 0; i < d->answer_count; i++) {
        free(d->answers[i].verb);
        json_decref(d->answers[i].data);
    }
    for (size_t i = 0; i < d->asked_count; i++) {
        /* The contract: every question is called back once, also at the end. */
        struct pc_error err = {0};
        pc_error_set(&err, PC_ERR_CANCELLED, NULL, "the door is closed");
        if (d->asked[i].done)
            d->asked[i].done(d->asked[i].arg, &err, NULL);
        free(d->asked[i].verb);
        json_decref(d->asked[i].args);
    }
    free(d->asked);
    snapshot_unref(d->snap);
    close(d->fd);
    free(d);
}

void fake_door_screen(struct door *d, const json_t *lend)
{
    d->screen = lend;
}

void fake_door_written(struct door *d, const json_t *lend)
{
    d->reload = lend;
}

void fake_door_show(struct door *d, struct snapshot *take)
{
    snapshot_unref(d->snap);
    d->snap = take;
    d->newer = true;
    eventfd_write(d->fd, 1);
}

static struct answer *answer_of(struct door *d, const char *verb)
{
    for (size_t i = 0; i < d->answer_count; i++)
        if (text_equal(d->answers[i].verb, verb) && !d->answers[i].key && !d->answers[i].once)
            return &d->answers[i];
    return NULL;
}

static struct answer *answer_to(struct door *d, const char *verb, const json_t *args)
{
    for (size_t i = 0; i < d->answer_count; i++) {
        struct answer *a = &d->answers[i];
        if (a->once && !a->used && text_equal(a->verb, verb)) {
            a->used = true;
            return a;
        }
        if (a->key && text_equal(a->verb, verb) && text_equal(json_text(args, a->key), a->value))
            return a;
    }
    char dry[80];
    snprintf(dry, sizeof dry, "%s dry_run", verb);
    struct answer *planned = json_flag(args, "dry_run", false) ? answer_of(d, dry) : NULL;
    return planned ? planned : answer_of(d, verb);
}

void fake_door_answer_about(struct door *d, const char *verb, const char *key, const char *value,
                            json_t *data)
{
    if (d->answer_count == ANSWERS_MAX)
        abort();
    d->answers[d->answer_count++] =
        (struct answer){.verb = xstrdup(verb), .key = key, .value = value, .data = data};
}

void fake_door_answer_once(struct door *d, const char *verb, json_t *data)
{
    if (d->answer_count == ANSWERS_MAX)
        abort();
    d->answers[d->answer_count++] =
        (struct answer){.verb = xstrdup(verb), .once = true, .data = data};
    eventfd_write(d->fd, 1);
}

static struct answer *answer_make(struct door *d, const char *verb)
{
    struct answer *a = answer_of(d, verb);
    if (a) {
        json_decref(a->data);
        a->data = NULL;
    } else {
        if (d->answer_count == ANSWERS_MAX)
            abort();
        a = &d->answers[d->answer_count++];
        a->verb = xstrdup(verb);
    }
    a->err = (struct pc_error){0};
    return a;
}

void fake_door_answer(struct door *d, const char *verb, json_t *data)
{
    answer_make(d, verb)->data = data;
}

void fake_door_hold(struct door *d, const char *verb)
{
    struct answer *a = answer_of(d, verb);
    if (!a)
        return;
    json_decref(a->data);
    free(a->verb);
    *a = d->answers[--d->answer_count];
}

void fake_door_refuse(struct door *d, const char *verb, enum pc_err code, const char *text,
                      const char *remedy)
{
    pc_error_set(&answer_make(d, verb)->err, code, remedy, "%s", text);
}

size_t fake_door_asked(const struct door *d, const char *verb, const json_t **ret_args)
{
    size_t n = 0;
    for (size_t i = 0; i < d->asked_count; i++) {
        if (!text_equal(d->asked[i].verb, verb))
            continue;
        n++;
        if (ret_args)
            *ret_args = d->asked[i].args;
    }
    return n;
}

/* ---- door.h ---------------------------------------------------------------------- */

enum pc_err door_open(const struct door_options *o, struct door **ret, struct pc_error *err)
{
    (void)o;
    (void)err;
    *ret = fake_door_new(snapshot_new());
    return PC_OK;
}

void door_close(struct door *d)
{
    if (d)
        fake_door_free(d);
}

int door_fd(const struct door *d)
{
    return d->fd;
}

bool door_dispatch(struct door *d)
{
    eventfd_t drained;
    eventfd_read(d->fd, &drained);
    for (size_t i = 0; i < d->asked_count; i++) {
        struct asked *q = &d->asked[i];
        struct answer *a = q->done ? answer_to(d, q->verb, q->args) : NULL;
        if (!a)
            continue;
        void (*done)(void *, const struct pc_error *, const json_t *) = q->done;
        q->done = NULL;
        done(q->arg, a->err.code != PC_OK ? &a->err : NULL, a->data);
    }
    bool newer = d->newer;
    d->newer = false;
    return newer;
}

struct snapshot *door_snapshot(struct door *d)
{
    return snapshot_ref(d->snap);
}

void door_ask(struct door *d, const char *verb, json_t *args,
              void (*done)(void *arg, const struct pc_error *err, const json_t *data), void *arg)
{
    if (d->asked_count % ASKED_STEP == 0)
        d->asked = xrealloc(d->asked, (d->asked_count + ASKED_STEP) * sizeof *d->asked);
    d->asked[d->asked_count++] = (struct asked){xstrdup(verb), args, done, arg};
    eventfd_write(d->fd, 1);
}

enum pc_err door_call(struct door *d, const char *verb, json_t *args, int timeout_ms,
                      json_t **ret_data, struct pc_error *err)
{
    struct answer *a = answer_of(d, verb);
    (void)timeout_ms;
    json_decref(args);
    if (!a)
        return pc_error_set(err, PC_ERR_TIMEOUT, NULL, "nobody answers");
    if (a->err.code != PC_OK) {
        if (err)
            *err = a->err;
        return a->err.code;
    }
    if (ret_data)
        *ret_data = json_incref(a->data);
    return PC_OK;
}

const json_t *door_warnings(const struct door *d)
{
    (void)d;
    return NULL;
}

const json_t *door_screen(const struct door *d)
{
    return d->screen;
}

enum pc_err door_reload_screen(struct door *d, struct pc_error *err)
{
    if (!d->reload) {
        pc_error_set(err, PC_ERR_CONFIG, "Correct it.", "it cannot be read");
        snprintf(err->source, sizeof err->source, "/etc/pc.cfg");
        err->line = 7;
        return PC_ERR_CONFIG;
    }
    d->screen = d->reload;
    return PC_OK;
}

bool door_is_lab(const struct door *d)
{
    return d->snap->lab;
}
