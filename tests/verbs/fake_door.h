/*
 * A door without an engine, for tests of verbs: it answers what the test has
 * laid ready, in order, and keeps what was asked. The last answer of a verb is
 * given again and again. Defines the functions of backend/door/door.h, so the
 * linker takes them instead of the real ones.
 */
#ifndef PC_TESTS_VERBS_FAKE_DOOR_H
#define PC_TESTS_VERBS_FAKE_DOOR_H

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/door/door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

ssize_t write(int fd, const void *bytes, size_t n); /* not unistd.h: it has a group_member too */
int close(int fd);

enum { FAKE_ANSWERS = 32, FAKE_ASKED = 64 };

static struct {
    struct pc_error open_error; /* code PC_OK: it opens */
    struct door_options opened; /* as last opened; its strings are not kept */
    int opens, closes;
    struct {
        const char *verb;
        struct pc_error error;
        json_t *data;
        bool used;
    } answers[FAKE_ANSWERS];
    int answer_count;
    char *asked[FAKE_ASKED]; /* "verb {args}" */
    int asked_count;
    void (*done)(void *, const struct pc_error *, const json_t *);
    void *arg;
    int due; /* the answer that waits, -1 none */
    json_t *warnings, *screen;
    struct snapshot *snapshot;
    int fd;
} fake;

static inline void fake_reset(void)
{
    for (int i = 0; i < fake.answer_count; i++)
        json_decref(fake.answers[i].data);
    for (int i = 0; i < fake.asked_count; i++)
        free(fake.asked[i]);
    json_decref(fake.warnings);
    json_decref(fake.screen);
    snapshot_unref(fake.snapshot);
    memset(&fake, 0, sizeof(fake));
    fake.due = -1;
    fake.fd = -1;
    fake.snapshot = snapshot_new();
    fake.snapshot->number = 1;
}

static inline void fake_answer(const char *verb, const char *json)
{
    json_error_t why;
    json_t *data = json_loads(json, 0, &why);
    if (!data) {
        fprintf(stderr, "the test's JSON: %s at %d\n", why.text, why.position);
        abort();
    }
    fake.answers[fake.answer_count].verb = verb;
    fake.answers[fake.answer_count++].data = data;
}

static inline void fake_refuse(const char *verb, enum pc_err code, const char *remedy,
                               const char *text)
{
    fake.answers[fake.answer_count].verb = verb;
    pc_error_set(&fake.answers[fake.answer_count++].error, code, remedy, "%s", text);
}

struct door {
    int unused;
};
static struct door the_door;

enum pc_err door_open(const struct door_options *o, struct door **ret, struct pc_error *err)
{
    if (fake.open_error.code) {
        *err = fake.open_error;
        return fake.open_error.code;
    }
    fake.opened = *o;
    fake.opens++;
    fake.fd = eventfd(1, EFD_CLOEXEC); /* always readable: something may be due */
    *ret = &the_door;
    return PC_OK;
}

void door_close(struct door *d)
{
    if (!d)
        return;
    fake.closes++;
    close(fake.fd);
}

int door_fd(const struct door *d)
{
    (void)d;
    return fake.fd;
}

void door_ask(struct door *d, const char *verb, json_t *args,
              void (*done)(void *, const struct pc_error *, const json_t *), void *arg)
{
    (void)d;
    char *json = args ? json_dumps(args, JSON_SORT_KEYS) : xstrdup("{}");
    fake.asked[fake.asked_count++] = xasprintf("%s %s", verb, json);
    free(json);
    json_decref(args);
    fake.done = done;
    fake.arg = arg;
    fake.due = -1;
    for (int i = 0; i < fake.answer_count; i++) {
        if (strcmp(fake.answers[i].verb, verb) != 0)
            continue;
        fake.due = i;
        if (!fake.answers[i].used)
            break;
    }
    if (fake.due < 0) {
        fprintf(stderr, "the test has no answer to %s\n", verb);
        abort();
    }
    fake.answers[fake.due].used = true;
}

bool door_dispatch(struct door *d)
{
    (void)d;
    int due = fake.due;
    fake.due = -1;
    if (due < 0)
        return false;
    fake.done(fake.arg, &fake.answers[due].error, fake.answers[due].data);
    return true;
}

struct snapshot *door_snapshot(struct door *d)
{
    (void)d;
    return snapshot_ref(fake.snapshot);
}

const json_t *door_warnings(const struct door *d)
{
    (void)d;
    return fake.warnings;
}

bool door_is_lab(const struct door *d)
{
    (void)d;
    return true;
}

const json_t *door_screen(const struct door *d)
{
    (void)d;
    return fake.screen;
}

enum pc_err door_call(struct door *d, const char *verb, json_t *args, int timeout_ms,
                      json_t **ret_data, struct pc_error *err)
{
    (void)d, (void)verb, (void)timeout_ms, (void)ret_data, (void)err;
    json_decref(args);
    abort(); /* verbs wait by themselves, so that Ctrl-C answers */
}

#endif
