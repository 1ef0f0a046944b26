/*
 * shape: structs from JSON and to JSON, by one table for both ways.
 *
 * A shape is a table of the members of a struct: the key of each, what it is,
 * and where it stands. Reading goes over the text once and builds nothing but
 * the structs (jsontext.h), in an arena; a text that was met in the same
 * record lately is kept once. What is absent, or of another type, gets the
 * value of the table or "", and a key that the table does not have is passed
 * over. Any thread.
 */
#ifndef PC_BASE_SHAPE_H
#define PC_BASE_SHAPE_H

#include "backend/base/error.h"
#include "backend/base/mem.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jsonspan;
struct shape;

/* While a record is read. */
enum { SHAPE_WORDS = 128 };
struct shape_reading {
    struct arena *arena;
    void *context;                  /* the caller's */
    const char *words[SHAPE_WORDS]; /* those of lately */
};

enum shape_kind {
    SHAPE_TEXT,  /* const char * */
    SHAPE_INT,   /* int64_t; a string that holds one is one, too */
    SHAPE_FLAG,  /* bool */
    SHAPE_TEXTS, /* const char **, never NULL, and how many */
    SHAPE_ONE,   /* a struct within this one */
    SHAPE_LIST,  /* an array of structs, and how many */
    SHAPE_OWN,   /* what has functions of its own */
};

struct shape_member {
    const char *key;
    enum shape_kind kind;
    bool spare; /* not written while it is "", 0 or empty; a ONE: null while its first text is "" */
    size_t at, count_at;     /* count_at: of the size_t of TEXTS and LIST */
    int64_t otherwise;       /* INT, FLAG: when it is absent */
    const struct shape *of;  /* ONE, LIST */
    /* OWN: `at` is the struct's own begin. NULL is what is absent, null or empty.
     * False: it is not what it should be. */
    bool (*read)(struct shape_reading *in, void *owner, const struct jsonspan *value);
    json_t *(*write)(const void *owner); /* NULL: nothing is written */
};

enum { SHAPE_SIZE_MAX = 512, SHAPE_MEMBERS_MAX = 64 };
struct shape {
    const struct shape_member *members; /* best in the order in which they are written */
    size_t count, size;                 /* size: of the struct, at most SHAPE_SIZE_MAX in a list */
    /* Once all of it is read; NULL: nothing is to be done. */
    void (*finish)(struct shape_reading *in, void *record);
};

/* Fills `record`, whose texts and arrays then are the arena's. The text ends with
 * a NUL. INVALID: it is no JSON object, or has a key twice; what was read by then
 * stays in `record`. */
enum pc_err shape_read(const struct shape *s, void *record, const char *text, size_t size,
                       struct arena *a, void *context, struct pc_error *err);
json_t *shape_write(const struct shape *s, const void *record); /* caller owns */

/* For SHAPE_OWN: with jansson. *ret: NULL of NULL and of another type; caller owns. */
bool shape_json(const struct jsonspan *value, json_type type, json_t **ret);

#endif
