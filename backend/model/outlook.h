/*
 * outlook: how long an operation will still take, what in it is late, and
 * whether it has come to a standstill.
 *
 * Habits are how long steps took lately: for each kind of step, and for each
 * size of what it works on, the durations of the newest runs. From them the
 * steps that are left get a median and a 95th percentile, and the way through
 * the plan a range. Nothing is promised of what was never seen. Pure: the
 * clock is an argument. A struct belongs to its thread.
 */
#ifndef PC_MODEL_OUTLOOK_H
#define PC_MODEL_OUTLOOK_H

#include "backend/model/operation.h"

/* Sizes fall into classes by powers of two: 0, 1, 2..3, 4..7 ... 64 GiB and more. */
enum { HABIT_SIZES = 8, HABIT_SAMPLES = 32 };

struct habit {
    uint32_t ms[HABIT_SAMPLES]; /* a ring of the newest */
    int count, next;
};
struct habits {
    struct habit of[STEP_KIND_COUNT][HABIT_SIZES];
};

void habits_learn(struct habits *h, enum step_kind kind, int64_t size_gib, int64_t ms);
/* What the step of a plan works on, in GiB; 0: has no size. */
int64_t habits_size(const struct plan_step *s);
struct usual {
    int samples; /* 0: not known, and the times are 0 */
    int64_t least_ms, p50_ms, p95_ms;
};
/* Of the nearest size that was ever seen. */
struct usual habits_usual(const struct habits *h, enum step_kind kind, int64_t size_gib);

/* How much may be under way at once. service: -1 has no cap. */
struct outlook_caps {
    signed char service[STEP_KIND_COUNT];
    int cap; /* steps of one service */
};

enum { OUTLOOK_LATE = 8, OUTLOOK_STUCK_MS = 15 * 60 * 1000 };
struct outlook_late {
    int step; /* in the plan */
    int64_t spent_ms, usual_ms; /* usual: the 95th percentile that it passed */
};
struct outlook {
    bool known; /* every kind of step that is left was seen before */
    int64_t low_ms, high_ms; /* of what was seen; where not all was, low is a least, high nothing */
    int unseen;              /* how many of the steps that are left */
    struct outlook_late late[OUTLOOK_LATE];
    int late_count; /* of those kept; the longest first is not promised */
    bool stuck;     /* it runs, and no step began or ended for OUTLOOK_STUCK_MS */
    char held[NAME_SIZE]; /* it waits until that site may be written to again; "" it does not */
    int64_t quiet_since_ms; /* wall: the last that began, ended or moved, 0: nothing yet */
};
void outlook_of(const struct operation *op, const struct habits *h,
                const struct outlook_caps *caps, int64_t now_ms, struct outlook *ret);
/* {low_s, high_s} in whole seconds, begun ones counted; null when not known. */
json_t *outlook_range(const struct outlook *k);
/* The same of what has not begun; where some of it was never seen {low_s, high_s: null,
 * unseen}: it takes at least that; null when nothing is known. */
json_t *outlook_predicted(const struct outlook *k);
/* What to do about one that waits for the site. */
const char *outlook_held_advice(const char *site, char *dst, size_t size);
/* Adds `remaining` (as outlook_range() has it), `late[]` {key, subject, spent_s,
 * usual_s}, `stuck` {since_s, advice} or null, `held` {site, advice} or null.
 * NULL: of an operation that is over. */
void outlook_put(json_t *o, const struct operation *op, const struct outlook *k, int64_t now_ms);

#endif
