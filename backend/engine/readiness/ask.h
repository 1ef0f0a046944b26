/*
 * ask: what the files that put a reading's questions share. Nobody
 * else includes it.
 */
#ifndef PC_ENGINE_READINESS_ASK_H
#define PC_ENGINE_READINESS_ASK_H

#include "backend/engine/readiness/facts.h"

struct question {
    struct question *next;
    struct facts_reading *f;
    char key[96];
    struct cloud_call *call;
    struct array_call *array_call;
    void (*then)(struct facts_reading *f, const json_t *body); /* what it opens; NULL */
};

struct facts_reading {
    struct facts_reading *next;
    struct engine *e;
    struct facts_asked q;
    struct group *group;
    char point[128];
    int64_t point_ms; /* wall: when the one that would be used was taken */
    struct question *open;
    struct net_timer *deadline;
    int64_t begun_ms, heard_ms; /* steady: of the reading, of its newest answer */
    bool going; /* every first question was put */
    json_t *facts, *read;
    void (*done)(void *arg, json_t *facts);
    void *arg;
};

/* A question that is open from now on, until question_answered(). */
struct question *question_put(struct facts_reading *f, const char *key);
/* Keeps the answer, puts what follows from it, and ends the reading with the
 * last one: nothing of it may be touched after. */
void question_answered(struct question *q, const struct pc_error *err, json_t *body_take);
/* Keeps what facts_asked.known has under that key; false: it is to be asked. */
bool question_known(struct facts_reading *f, const char *key);
/* An answer to what was not asked. */
void question_skip(struct facts_reading *f, const char *key, json_t *body_take);
/* Whether the volumes come from arrays; else from images. */
bool reading_has_arrays(const struct facts_reading *f);
/* rights.c: our roles at both sites, and what the configuration lets a plan run. */
void tell_rights(struct facts_reading *f);
/* arrays.c: all that is asked of the arrays. */
void ask_arrays(struct facts_reading *f);
/* The recovery points alone, where one of them was asked for by its name: the
 * operation will look for it, whatever its volumes are made from. */
void ask_named_point(struct facts_reading *f);

#endif
