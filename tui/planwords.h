/*
 * planwords: what a plan would do, in lines for people.
 *
 * A dry run answers with a plan; before anything real is begun, the question
 * at a prompt and the question on the screen say the same things about it, in
 * the same order: what is lost, what is made, what stands in the way, what
 * follows from it, and what to be warned of. All texts are clean
 * (safe_text). Pure, any thread.
 */
#ifndef PC_TUI_PLANWORDS_H
#define PC_TUI_PLANWORDS_H

#include "backend/base/error.h"
#include "widgets/glyphs.h"
#include "widgets/role.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum planword_kind {
    PLANWORD_FACT,    /* label and text */
    PLANWORD_BLOCK,   /* stands in the way */
    PLANWORD_REMEDY,  /* of the line before */
    PLANWORD_WARNING,
    PLANWORD_UNKNOWN, /* could not be seen: neither good nor bad */
    PLANWORD_EFFECT,  /* what it will do, a sentence */
    PLANWORD_HEADING, /* of the lines that follow */
    PLANWORD_NAME,    /* of a thing, or more about the line before */
    PLANWORD_GOOD,    /* a check that holds */
    PLANWORD_OMITTED, /* one that does not apply */
    PLANWORD_KINDS,
};

struct planword {
    enum planword_kind kind;
    const char *label; /* of a fact, a constant; else NULL */
    enum role role;
    char *text; /* owned */
};

struct planwords {
    struct planword *items;
    size_t count, room;
    size_t blocks; /* how many stand in the way */
};

/* Zeroed is empty. What was there is released. */
void planwords_take(struct planwords *w, const json_t *plan);
/* In their place what refused it. */
void planwords_refused(struct planwords *w, const struct pc_error *err);
void planwords_release(struct planwords *w);
/* Another line, cleaned; lent until the next one. */
struct planword *planwords_add(struct planwords *w, enum planword_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Those lines of `from` that are facts, or that are none, go behind those of w. */
void planwords_move(struct planwords *w, struct planwords *from, bool facts);

/* What is lost, what stands in the way and what follows come first, what it makes and
 * of what last: where there is room for a few lines, those are the ones. */
void planwords_price_first(struct planwords *w);

/* How a kind is marked on a screen and, by a word, at a prompt ("blocked: "). */
enum glyph planword_mark(enum planword_kind k);
const char *planword_word(enum planword_kind k);

/* "5 volumes, 3 instances", what is not made left out; the counts of a plan, or their sum. */
void planwords_counts(const json_t *counts, char *dst, size_t size);
/* How many things it makes at the target, of those that it names as "makes". */
size_t planwords_makes(const json_t *plan);

/* "about 2m10s to 3m, as 4 earlier runs had it", "at least 40s; 2 of its steps are of a
 * kind that never ran here"; false: the plan knows nothing. */
bool planwords_predicted(const json_t *plan, char *dst, size_t size);
/* "ready", or what keeps it from being so; the readiness of a dry run, or the
 * reply of `readiness`. dst is always a line. */
void planwords_readiness(const json_t *readiness, char *dst, size_t size);
/* Nothing stands in the way, as far as the plan says. */
bool plan_ready(const json_t *plan);
/* Is the one what was agreed to in the other? Ages and durations are another with
 * every reading and do not count. NULL agrees with nothing. */
bool plan_agrees(const json_t *plan, const json_t *agreed);

#endif
