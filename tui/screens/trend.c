/*
 * trend: how long a group's recoveries took, and how old the data was that
 * they began with, one run after the other.
 *
 * What is measured is what was: from the start to the end of everything but
 * the cleanup, and the age of the recovery point at the start. A run that
 * failed has no recovery time; it is counted, and not drawn. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/screens/history_table.h"
#include "widgets/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ASKED = 500, LOW = 14 };
enum { DAY = 24 * 60 * 60 };
enum which { WHICH_DRILLS, WHICH_MOVES, WHICH_COUNT };

static const char *const WHICH_WORDS[WHICH_COUNT] = {"drills", "failovers and failbacks"};

struct series {
    struct chart_point *points; /* owned */
    size_t n;
};

struct trend {
    struct screen base;
    char group_id[OP_ID_SIZE], group[NAME_SIZE];
    enum which which;
    long rpo_s, rto_s; /* 0 none */
    json_t *rows; /* owned; NULL: not there yet */
    bool asked;
    bool low;  /* one chart at a time: Tab goes on to the other first */
    bool ages; /* which of the two it is then */
    struct series time, loss;
    size_t failed;
    char trouble[256];
};

static struct trend *of(struct screen *s)
{
    return (struct trend *)s;
}

/* ---- the numbers ------------------------------------------------------------------------ */

static bool wanted(const struct trend *t, const json_t *o)
{
    enum op_type type = op_type_parse(json_text(o, "operation_type"));
    if (t->which == WHICH_DRILLS)
        return type == OP_TEST_FAILOVER;
    return type == OP_FAILOVER || type == OP_FAILBACK;
}

static void put(struct series *s, const json_t *o, int64_t ms)
{
    if (ms < 0)
        return;
    s->points[s->n++] = (struct chart_point){
        .x = (long)(history_time(o, "started_at") / 1000), .y = (long)(ms / 1000)};
}

static void mark_over(struct series *s, long limit)
{
    for (size_t i = 0; limit && i < s->n; i++)
        if (s->points[i].y > limit)
            s->points[i].role = ROLE_DANGER;
}

static void take(struct trend *t)
{
    size_t n = json_array_size(t->rows);
    free(t->time.points);
    free(t->loss.points);
    t->time = (struct series){xcalloc(n + 1, sizeof *t->time.points), 0};
    t->loss = (struct series){xcalloc(n + 1, sizeof *t->loss.points), 0};
    t->failed = 0;
    for (size_t i = n; i-- > 0;) { /* oldest first */
        const json_t *o = json_array_get(t->rows, i);
        if (!wanted(t, o) || !history_time(o, "completed_at"))
            continue;
        t->failed += history_recovery_ms(o) < 0;
        put(&t->time, o, history_recovery_ms(o));
        put(&t->loss, o, history_loss_ms(o));
    }
    mark_over(&t->time, t->rto_s);
    mark_over(&t->loss, t->rpo_s);
}

static void came(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct trend *t = of(s);
    (void)ui;
    t->asked = false;
    t->trouble[0] = '\0';
    if (err) {
        snprintf(t->trouble, sizeof t->trouble, "%.180s %.70s", err->text, err->remedy);
        return;
    }
    json_decref(t->rows);
    t->rows = json_deep_copy(data);
    take(t);
}

static void ask(struct trend *t, struct ui *ui)
{
    json_t *args = json_object();
    json_put_text(args, "group", t->group_id);
    json_put_int(args, "limit", ASKED);
    t->asked = true;
    ui_ask(ui, &t->base, "operation_list", args, came);
}

/* ---- painting ------------------------------------------------------------------------------ */

static const char *label_y(long y, char *buf, size_t size)
{
    return clock_age(buf, size, (int64_t)y * 1000);
}

static struct tm when(long x)
{
    struct tm tm;
    time_t at = x;
    gmtime_r(&at, &tm);
    return tm;
}

static const char *label_day(long x, char *buf, size_t size)
{
    struct tm tm = when(x);
    return strftime(buf, size, "%Y-%m-%d", &tm) ? buf : "";
}

/* Of runs of one day both days would say the same. */
static const char *label_hour(long x, char *buf, size_t size)
{
    struct tm tm = when(x);
    return strftime(buf, size, "%m-%d %H:%MZ", &tm) ? buf : "";
}

/* As people divide time, and with air above the line. */
static long round_time(long max)
{
    static const long STEPS[] = {1,    2,    5,    10,   15,   20,    30,    60,    120,   180,
                                 300,  600,  900,  1200, 1800, 2700,  3600,  7200,  10800, 14400,
                                 21600, 28800, 43200};
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++)
        if (STEPS[i] * 10 >= max * 11)
            return STEPS[i];
    return (max / DAY + 1) * DAY;
}

static int by_size(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return x < y ? -1 : x > y;
}

/* "last 7m32s, median 8m10s, longest 21m09s, of 12 runs" */
static void summary(const struct series *s, char *dst, size_t size)
{
    char last[24], median[24], most[24];
    if (s->n == 0) {
        snprintf(dst, size, "nothing to tell yet");
        return;
    }
    long *y = xcalloc(s->n, sizeof *y);
    for (size_t i = 0; i < s->n; i++)
        y[i] = s->points[i].y;
    qsort(y, s->n, sizeof *y, by_size);
    snprintf(dst, size, "last %s, median %s, longest %s, of %zu run%s",
             label_y(s->points[s->n - 1].y, last, sizeof last),
             label_y(y[s->n / 2], median, sizeof median),
             label_y(y[s->n - 1], most, sizeof most), s->n, s->n == 1 ? "" : "s");
    free(y);
}

static void paint_series(const struct series *s, long limit, const char *limit_name,
                         struct canvas *cv, struct rect area, const char *title)
{
    char line[120];
    struct chart c = {.points = s->points,
                      .n = s->n,
                      .limit = limit,
                      .limit_name = limit ? limit_name : NULL,
                      .label_y = label_y,
                      .label_x = label_day,
                      .top_of = round_time,
                      .empty = "no run of this kind came to its end yet"};
    if (rect_empty(area))
        return;
    if (s->n && s->points[0].x / DAY == s->points[s->n - 1].x / DAY)
        c.label_x = label_hour;
    struct rect in = paint_box(cv, area, ROLE_BORDER, title, NULL);
    struct rect head = rect_cut_top(&in, in.h > 4 ? 1 : 0);
    summary(s, line, sizeof line);
    if (!rect_empty(head))
        paint_text(cv, head.y, head.x + 1, head.w - 2, ROLE_STRONG, line);
    chart_paint(&c, cv, rect_inset(in, 0, 1));
}

static void trend_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                         struct rect body)
{
    struct trend *t = of(s);
    (void)ui;
    (void)cv;
    t->low = body.h - 1 < LOW;
}

/* What Tab goes on to. */
static const char *next_word(const struct trend *t)
{
    if (t->low && !t->ages)
        return "Tab: age of the data";
    return t->which == WHICH_DRILLS ? "Tab: failovers" : "Tab: drills";
}

static void trend_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                        struct rect body)
{
    const struct trend *t = (const struct trend *)s;
    struct rect head = rect_cut_top(&body, 1);
    struct pen pen = pen_on(cv, head.y, head.x + 1, head.w - 2);
    (void)ui;
    pen_right(&pen, ROLE_DIM, next_word(t));
    pen_textf(&pen, ROLE_TITLE, "%s ", WHICH_WORDS[t->which]);
    pen_textf(&pen, ROLE_STRONG, "of %s   ", t->group);
    if (t->failed)
        pen_textf(&pen, ROLE_DANGER, "%zu failed, not drawn   ", t->failed);
    if (t->trouble[0] || !t->rows) {
        paint_wrapped(cv, rect_inset(body, 1, 2), t->trouble[0] ? ROLE_DANGER : ROLE_DIM,
                      t->trouble[0] ? t->trouble : "reading the history of the group");
        return;
    }
    struct rect none = rect_make(0, 0, 0, 0), lower = none;
    if (t->low && t->ages)
        lower = body, body = none;
    else if (!t->low)
        lower = rect_cut_bottom(&body, body.h / 2);
    paint_series(&t->time, t->rto_s, "RTO", cv, body, "Time to recover");
    paint_series(&t->loss, t->rpo_s, "RPO", cv, lower, "Age of the recovery point at the start");
}

/* ---- the screen -------------------------------------------------------------------------------- */

static void trend_sync(struct screen *s, struct ui *ui)
{
    struct trend *t = of(s);
    if (!t->rows && !t->asked && !t->trouble[0])
        ask(t, ui);
}

static void trend_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    ret->group = snapshot_group(ui->snap, ((const struct trend *)s)->group_id);
}

static unsigned trend_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct trend *t = of(s);
    (void)ui;
    if (key != UI_KEY_TAB && key != UI_KEY_BACKTAB)
        return UI_IGNORED;
    t->ages = t->low && !t->ages;
    if (t->ages)
        return UI_HANDLED;
    t->which = (enum which)((t->which + 1) % WHICH_COUNT);
    take(t);
    return UI_HANDLED;
}

static void trend_keep(const struct screen *s, json_t *place)
{
    json_put_text(place, "group", ((const struct trend *)s)->group_id);
}

static void trend_close(struct screen *s)
{
    struct trend *t = of(s);
    free(t->time.points);
    free(t->loss.points);
    json_decref(t->rows);
    free(t);
}

static const struct screen_ops TREND = {
    .name = "trend",
    .context = CTX_PICTURE,
    .sync = trend_sync,
    .subject = trend_subject,
    .layout = trend_layout,
    .paint = trend_paint,
    .key = trend_key,
    .keep = trend_keep,
    .close = trend_close,
};

struct screen *trend_open(const struct group_view *g)
{
    struct trend *t = xcalloc(1, sizeof *t);
    t->base.ops = &TREND;
    safe_text(t->group_id, sizeof t->group_id, g->group->id);
    safe_text(t->group, sizeof t->group, g->group->name);
    t->rpo_s = (long)g->group->rpo_seconds;
    t->rto_s = (long)g->group->rto_seconds;
    return &t->base;
}
