#include "backend/model/outlook.h"

#include "backend/base/json.h"
#include "backend/model/remedy.h"
#include "backend/model/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A step that is over its time by less than this is not called late: what
 * usually takes 40 ms may take 300. */
enum { LATE_SLACK_MS = 2000, LATE_SAMPLES = 5 };

static int size_class(int64_t gib)
{
    int c = 0;
    while (gib > 0 && c < HABIT_SIZES - 1) {
        gib >>= 1;
        c++;
    }
    return c;
}

int64_t habits_size(const struct plan_step *s)
{
    return json_int(s->params, "size_gib", 0);
}

void habits_learn(struct habits *h, enum step_kind kind, int64_t size_gib, int64_t ms)
{
    struct habit *r = &h->of[kind][size_class(size_gib)];
    if (ms < 0)
        return;
    r->ms[r->next] = ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
    r->next = (r->next + 1) % HABIT_SAMPLES;
    if (r->count < HABIT_SAMPLES)
        r->count++;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static const struct habit *nearest(const struct habits *h, enum step_kind kind, int at)
{
    for (int away = 0; away < HABIT_SIZES; away++) {
        if (at - away >= 0 && h->of[kind][at - away].count)
            return &h->of[kind][at - away];
        if (at + away < HABIT_SIZES && h->of[kind][at + away].count)
            return &h->of[kind][at + away];
    }
    return NULL;
}

struct usual habits_usual(const struct habits *h, enum step_kind kind, int64_t size_gib)
{
    const struct habit *r = nearest(h, kind, size_class(size_gib));
    uint32_t sorted[HABIT_SAMPLES];
    if (!r)
        return (struct usual){0};
    size_t n = (size_t)r->count;
    memcpy(sorted, r->ms, n * sizeof(sorted[0]));
    qsort(sorted, n, sizeof(sorted[0]), by_size);
    return (struct usual){
        .samples = r->count,
        .least_ms = sorted[0],
        .p50_ms = sorted[(n - 1) / 2],
        .p95_ms = sorted[(n * 95 + 99) / 100 - 1],
    };
}

/* ---- what is left ---------------------------------------------------------------- */

/* One working out: the table of usual times is made as it is needed. */
struct working {
    const struct operation *op;
    const struct habits *h;
    int64_t now_ms;
    struct usual usual[STEP_KIND_COUNT][HABIT_SIZES];
    bool looked[STEP_KIND_COUNT][HABIT_SIZES];
    struct outlook *ret;
};

static const struct usual *usual_of(struct working *w, const struct plan_step *s)
{
    int64_t size = habits_size(s);
    int c = size_class(size);
    if (!w->looked[s->kind][c]) {
        w->looked[s->kind][c] = true;
        w->usual[s->kind][c] = habits_usual(w->h, s->kind, size);
    }
    return &w->usual[s->kind][c];
}

/* What undoes is left only when it is going to run: a drill's always, what
 * stands behind a failover only once that is being taken back. */
static bool cleanup_follows(const struct operation *op)
{
    return op_type_undoes(op->type) || op->status == OP_CLEANING_UP ||
           op->status == OP_ROLLING_BACK || (op->type == OP_TEST_FAILOVER && op->cleanup_due);
}

static void note_late(struct working *w, int step, int64_t spent, const struct usual *u)
{
    struct outlook *k = w->ret;
    if (u->samples >= LATE_SAMPLES && spent > u->p95_ms + LATE_SLACK_MS &&
        k->late_count < OUTLOOK_LATE)
        k->late[k->late_count++] = (struct outlook_late){step, spent, u->p95_ms};
}

struct left {
    int64_t low, high;
};

static int64_t above(int64_t a, int64_t least)
{
    return a > least ? a : least;
}

static struct left step_left(struct working *w, int i)
{
    const struct step_state *st = &w->op->steps[i];
    const struct usual *u = usual_of(w, &w->op->plan->steps[i]);
    int64_t spent = st->status == STEP_RUNNING && st->started_ms ? w->now_ms - st->started_ms : 0;
    if (u->samples == 0) {
        w->ret->known = false;
        w->ret->unseen++;
    }
    if (spent > 0 && w->op->plan->steps[i].kind != STEP_PROMPT)
        note_late(w, i, spent, u);
    /* What is past its time may end any moment, or take a good part longer. */
    return (struct left){above(u->p50_ms - spent, 0), above(u->p95_ms - spent, spent / 4)};
}

/* The longest way through the steps that are left of one pass, and never less
 * than their work divided by how much of a service may run at once. */
static struct left pass_left(struct working *w, const struct outlook_caps *caps, bool cleanup,
                             struct left *ends)
{
    const struct plan *p = w->op->plan;
    struct left longest = {0}, work[128] = {{0}};
    for (size_t i = 0; i < p->count; i++) {
        const struct plan_step *s = &p->steps[i];
        ends[i] = (struct left){0};
        if ((step_kind_phase(s->kind) == PHASE_CLEANUP) != cleanup ||
            step_status_over(w->op->steps[i].status))
            continue;
        struct left own = step_left(w, (int)i);
        for (size_t d = 0; d < s->dep_count; d++) {
            ends[i].low = above(ends[i].low, ends[s->deps[d]].low);
            ends[i].high = above(ends[i].high, ends[s->deps[d]].high);
        }
        ends[i].low += own.low;
        ends[i].high += own.high;
        longest.low = above(longest.low, ends[i].low);
        longest.high = above(longest.high, ends[i].high);
        int service = caps->service[s->kind];
        if (service >= 0) {
            work[service].low += own.low;
            work[service].high += own.high;
        }
    }
    for (int v = 0; v < 128 && caps->cap > 0; v++) {
        longest.low = above(longest.low, work[v].low / caps->cap);
        longest.high = above(longest.high, work[v].high / caps->cap);
    }
    return longest;
}

/* A transfer may take hours, moves all the while, and fails by itself when it does
 * not; whoever looks on from another process cannot see it move. */
static int64_t moved(const struct operation *op, size_t i, int64_t now_ms)
{
    const struct step_state *st = &op->steps[i];
    if (op->plan->steps[i].kind != STEP_AWAIT_TRANSFER || st->status != STEP_RUNNING)
        return 0;
    return st->moved_ms ? st->moved_ms : now_ms;
}

static int64_t last_change(const struct operation *op, int64_t now_ms)
{
    int64_t last = op->started_ms;
    for (size_t i = 0; i < op->plan->count; i++) {
        last = above(last, op->steps[i].started_ms);
        last = above(last, op->steps[i].ended_ms);
        last = above(last, moved(op, i, now_ms));
    }
    return last;
}

/* A question that nobody has answered yet is no standstill. */
static bool asks_somebody(const struct operation *op)
{
    return operation_question(op) >= 0;
}

void outlook_of(const struct operation *op, const struct habits *h,
                const struct outlook_caps *caps, int64_t now_ms, struct outlook *ret)
{
    memset(ret, 0, sizeof(*ret));
    if (!op->plan || (op_status_over(op->status) && op->completed_ms))
        return;
    struct working *w = xcalloc(1, sizeof(*w));
    struct left *ends = xcalloc(op->plan->count + 1, sizeof(*ends));
    *w = (struct working){.op = op, .h = h, .now_ms = now_ms, .ret = ret};
    ret->known = true;
    struct left forward = pass_left(w, caps, false, ends), after = {0};
    if (cleanup_follows(op))
        after = pass_left(w, caps, true, ends);
    ret->low_ms = forward.low + after.low;
    ret->high_ms = above(forward.high + after.high, ret->low_ms);
    ret->quiet_since_ms = last_change(op, now_ms);
    ret->stuck = op->started_ms && now_ms - ret->quiet_since_ms >= OUTLOOK_STUCK_MS &&
                 !asks_somebody(op);
    free(ends);
    free(w);
}

/* ---- as JSON ------------------------------------------------------------------------ */

static int64_t seconds(int64_t ms)
{
    return (ms + 999) / 1000;
}

json_t *outlook_range(const struct outlook *k)
{
    if (!k || !k->known)
        return json_null();
    json_t *o = json_object();
    json_put_int(o, "low_s", seconds(k->low_ms));
    json_put_int(o, "high_s", seconds(k->high_ms));
    return o;
}

json_t *outlook_predicted(const struct outlook *k)
{
    if (k->known || k->unseen == 0 || k->low_ms == 0)
        return outlook_range(k);
    json_t *o = json_object();
    json_put_int(o, "low_s", seconds(k->low_ms));
    json_put(o, "high_s", json_null());
    json_put_int(o, "unseen", k->unseen);
    return o;
}

const char *outlook_held_advice(const char *site, char *dst, size_t size)
{
    snprintf(dst, size, "%s is read-only, and what is left of it writes there: nothing is done at "
             "either site. Set read_only = false for it (and read_only_role = \"none\"), and start "
             "again: then it goes on, or, after operation cancel, is taken back.", site);
    return dst;
}

static json_t *held_json(const struct outlook *k)
{
    char advice[500];
    if (!k || !*k->held)
        return json_null();
    json_t *o = json_object();
    json_put_text(o, "site", k->held);
    json_put_text(o, "advice", outlook_held_advice(k->held, advice, sizeof(advice)));
    return o;
}

void outlook_put(json_t *o, const struct operation *op, const struct outlook *k, int64_t now_ms)
{
    json_t *late = json_array(), *stuck = json_null();
    char advice[600];
    for (int i = 0; k && i < k->late_count; i++) {
        const struct plan_step *s = &op->plan->steps[k->late[i].step];
        json_t *one = json_object();
        json_put_text(one, "key", s->key);
        json_put_text(one, "subject", s->subject);
        json_put_int(one, "spent_s", seconds(k->late[i].spent_ms));
        json_put_int(one, "usual_s", seconds(k->late[i].usual_ms));
        json_array_append_new(late, one);
    }
    if (k && k->stuck) {
        stuck = json_object();
        json_put_int(stuck, "since_s", seconds(now_ms - k->quiet_since_ms));
        json_put_text(stuck, "advice",
                      remedy_text(remedy_named("NoProgress"), advice, sizeof(advice)));
    }
    json_put(o, "remaining", outlook_range(k));
    json_put(o, "late", late);
    json_put(o, "stuck", stuck);
    json_put(o, "held", held_json(k));
}
