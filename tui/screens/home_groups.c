/* home_groups: see home_groups.h. */
#include "tui/screens/home_groups.h"

#include "backend/base/clock.h"
#include "tui/format.h"
#include "tui/ready.h"
#include "widgets/gauge.h"

#include <stdio.h>
#include <string.h>

enum { NAME, STATE, AT, VMS, VOLUMES, LAG, SPARK, READY, DRILL, COLUMNS };

static void paint_spark(const void *ctx, size_t row, struct canvas *cv, struct rect cell);

static const struct table_column NARROW[COLUMNS] = {
    [NAME] = {"GROUP", {.min = 12, .max = 40, .weight = 3}, ALIGN_LEFT, NULL},
    [STATE] = {"STATE", {.min = 14, .max = 14}, ALIGN_LEFT, NULL},
    [AT] = {"AT", {.min = 6, .max = 12, .weight = 1, .drop = 6}, ALIGN_LEFT, NULL},
    [VMS] = {"VM", {.min = 2, .max = 4, .drop = 7}, ALIGN_RIGHT, NULL},
    [VOLUMES] = {"VOL", {.min = 3, .max = 4, .drop = 8}, ALIGN_RIGHT, NULL},
    [LAG] = {"LAG / RPO", {.min = 11, .max = 11}, ALIGN_LEFT, NULL},
    /* Always dropped first: it would need more than there is. */
    [SPARK] = {"", {.min = 999, .max = 999, .drop = 9}, ALIGN_LEFT, paint_spark},
    [READY] = {"READY", {.min = 11, .max = 16, .weight = 1}, ALIGN_LEFT, NULL},
    [DRILL] = {"LAST DRILL", {.min = 10, .max = 16, .weight = 1, .drop = 5}, ALIGN_LEFT, NULL},
};

static const struct table_column BROAD[COLUMNS] = {
    [NAME] = {"GROUP", {.min = 14, .max = 48, .weight = 3}, ALIGN_LEFT, NULL},
    [STATE] = {"STATE", {.min = 14, .max = 14}, ALIGN_LEFT, NULL},
    [AT] = {"AT", {.min = 7, .max = 16, .weight = 1, .drop = 6}, ALIGN_LEFT, NULL},
    [VMS] = {"VM", {.min = 3, .max = 5}, ALIGN_RIGHT, NULL},
    [VOLUMES] = {"VOL", {.min = 3, .max = 5}, ALIGN_RIGHT, NULL},
    [LAG] = {"LAG / RPO", {.min = 12, .max = 14}, ALIGN_LEFT, NULL},
    [SPARK] = {"", {.min = 8, .max = 32, .weight = 2, .drop = 9}, ALIGN_LEFT, paint_spark},
    [READY] = {"READY", {.min = 14, .max = 16}, ALIGN_LEFT, NULL},
    [DRILL] = {"LAST DRILL", {.min = 24, .max = 30, .weight = 1, .drop = 5}, ALIGN_LEFT, NULL},
};

/* In a list a state has twelve letters; the group's panel and the questions use
 * group_state_word(). */
static const struct {
    enum glyph mark;
    enum role role;
    const char *word;
} STATES[GROUP_STATE_COUNT] = {
    [GROUP_UNPROTECTED] = {GLYPH_SKIP, ROLE_DIM, "unprotected"},
    [GROUP_READY] = {GLYPH_UP, ROLE_OK, "active"},
    [GROUP_TESTING] = {GLYPH_RUN, ROLE_INFO, "drill"},
    [GROUP_TEST_ACTIVE] = {GLYPH_WARN, ROLE_WARN, "drill kept"},
    [GROUP_TEST_CLEANING] = {GLYPH_RUN, ROLE_INFO, "cleaning up"},
    [GROUP_FAILING_OVER] = {GLYPH_RUN, ROLE_INFO, "failing over"},
    [GROUP_AWAITING_COMMIT] = {GLYPH_WARN, ROLE_WARN, "uncommitted"},
    [GROUP_ROLLING_BACK] = {GLYPH_RUN, ROLE_WARN, "rolling back"},
    [GROUP_COMMITTED] = {GLYPH_UP, ROLE_INFO, "failed over"},
    [GROUP_PARTIAL] = {GLYPH_FAIL, ROLE_DANGER, "partly over"},
    [GROUP_FAILING_BACK] = {GLYPH_RUN, ROLE_INFO, "failing back"},
    [GROUP_FAILBACK_READY] = {GLYPH_WARN, ROLE_WARN, "unconfirmed"},
    [GROUP_SPLIT_BRAIN] = {GLYPH_FAIL, ROLE_DANGER, "SPLIT BRAIN"},
    [GROUP_ERROR] = {GLYPH_FAIL, ROLE_DANGER, "error"},
};

static const struct group_view *group_at(const void *ctx, size_t row)
{
    const struct home_groups *h = ctx;
    return &h->snap->groups->items[sieve_item(h->sieve, row)];
}

static int lag_of(const struct group_view *g)
{
    return g->lag_count > 0 ? g->lag_s[g->lag_count - 1] : -1;
}

static enum role lag_role(const struct group_view *g)
{
    return g->group->rpo_seconds > 0 && lag_of(g) > g->group->rpo_seconds ? ROLE_WARN : ROLE_TEXT;
}

static void lag_text(const struct group_view *g, char *dst, size_t size)
{
    char lag[FORMAT_SIZE], rpo[FORMAT_SIZE];
    if (lag_of(g) < 0) {
        snprintf(dst, size, "-");
        return;
    }
    format_short(lag, sizeof lag, lag_of(g));
    if (g->group->rpo_seconds <= 0) {
        snprintf(dst, size, "%s", lag);
        return;
    }
    format_short(rpo, sizeof rpo, g->group->rpo_seconds);
    snprintf(dst, size, "%s / %s", lag, rpo);
}

static void drill_cell(const struct home_groups *h, const struct group_view *g,
                       struct table_cell *ret)
{
    char ago[FORMAT_SIZE], took[FORMAT_SIZE];
    ret->text = ret->buf;
    if (g->state == GROUP_TESTING || g->state == GROUP_TEST_CLEANING) {
        ret->role = ROLE_INFO;
        ret->mark = GLYPH_RUN;
        snprintf(ret->buf, sizeof ret->buf, h->wide ? "running %d%%" : "%d%%", g->progress);
        return;
    }
    if (!g->last_drill_ms) {
        ret->role = ROLE_DIM;
        ret->text = "never";
        return;
    }
    format_ago(ago, sizeof ago, h->now_ms, g->last_drill_ms);
    clock_age(took, sizeof took, g->last_drill_duration_ms);
    const char *verdict = op_verdict_word(g->last_drill_verdict);
    ret->role = g->last_drill_verdict == VERDICT_FAILED ? ROLE_DANGER : ROLE_TEXT;
    if (h->wide)
        snprintf(ret->buf, sizeof ret->buf, "%s%-*s %-6s %s", ago, 8 - (int)strlen(ago),
                 ago[0] == 'n' ? "" : " ago", took, verdict);
    else
        snprintf(ret->buf, sizeof ret->buf, "%s %s", ago, verdict);
}

/* What ends by itself, and how soon, in steps so coarse that a screen at rest
 * stays at rest: "undo 12m". */
static const char *const ENDS[WINDOW_ENDS] = {
    [WINDOW_COMMIT] = "commit", [WINDOW_ROLLBACK] = "undo", [WINDOW_CONFIRM] = "confirm"};

static void window_text(const struct group_view *g, int64_t now_ms, char *dst, size_t size)
{
    char left[FORMAT_SIZE];
    int64_t ms = g->window_ends_ms - now_ms;
    format_ago(left, sizeof left, ms > 60000 ? ms : 0, 1);
    snprintf(dst, size, "%s %s", ENDS[g->window], ms > 60000 ? left : "now");
}

/* May it be relied upon; while production is being moved, how far that is, and
 * while somebody has to decide, how long there is. */
static void ready_cell(const struct home_groups *h, const struct group_view *g,
                       struct table_cell *ret)
{
    ret->text = ret->buf;
    ret->role = ROLE_WARN;
    ret->mark = GLYPH_WARN;
    switch (g->state) {
    case GROUP_FAILING_OVER:
    case GROUP_FAILING_BACK:
    case GROUP_ROLLING_BACK:
        ret->role = ROLE_INFO;
        ret->mark = GLYPH_RUN;
        snprintf(ret->buf, sizeof ret->buf, "%d%%", g->progress);
        break;
    case GROUP_AWAITING_COMMIT:
    case GROUP_FAILBACK_READY:
    case GROUP_PARTIAL:
        if (g->window)
            window_text(g, h->now_ms, ret->buf, sizeof ret->buf);
        else
            ret->text = "decide";
        break;
    case GROUP_SPLIT_BRAIN:
    case GROUP_ERROR:
        ret->role = ROLE_DANGER;
        ret->mark = GLYPH_FAIL;
        ret->text = "resolve";
        break;
    default: {
        struct ready_mark r = ready_of_group(g, h->now_ms);
        ret->role = r.role;
        ret->mark = r.mark;
        snprintf(ret->buf, sizeof ret->buf, "%s", r.text);
    }
    }
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct home_groups *h = ctx;
    const struct group_view *g = group_at(ctx, row);
    ret->text = ret->buf;
    switch (col) {
    case NAME:
        ret->role = ROLE_STRONG;
        ret->text = g->group->name;
        break;
    case STATE:
        ret->role = STATES[g->state].role;
        ret->mark = STATES[g->state].mark;
        ret->text = STATES[g->state].word;
        break;
    case AT:
        ret->text = g->group->current_primary;
        break;
    case VMS:
        snprintf(ret->buf, sizeof ret->buf, "%zu", g->group->member_count);
        break;
    case VOLUMES:
        snprintf(ret->buf, sizeof ret->buf, "%zu", group_volume_count(g->group));
        break;
    case LAG:
        ret->role = lag_role(g);
        lag_text(g, ret->buf, sizeof ret->buf);
        break;
    case READY:
        ready_cell(h, g, ret);
        break;
    case DRILL:
        drill_cell(h, g, ret);
        break;
    default:
        break;
    }
}

static void paint_spark(const void *ctx, size_t row, struct canvas *cv, struct rect c)
{
    const struct group_view *g = group_at(ctx, row);
    long values[LAG_HISTORY];
    int n = g->lag_count < LAG_HISTORY ? g->lag_count : LAG_HISTORY;
    for (int i = 0; i < n; i++)
        values[i] = g->lag_s[i];
    /* The top of the scale is at least the RPO: a calm group looks calm. */
    long max = (long)g->group->rpo_seconds;
    for (int i = 0; i < n; i++)
        max = values[i] > max ? values[i] : max;
    struct sparkline s = {
        .values = values, .n = (size_t)n, .max = max, .limit = (long)g->group->rpo_seconds};
    sparkline_paint(&s, cv, c);
}

/* FNV-1a of the id. */
uint64_t home_groups_id(const struct group_view *g)
{
    uint64_t h = 14695981039346656037u;
    for (const char *p = g->group->id; *p; p++)
        h = (h ^ (unsigned char)*p) * 1099511628211u;
    return h;
}

static uint64_t id(const void *ctx, size_t row)
{
    return home_groups_id(group_at(ctx, row));
}

static bool marked(const void *ctx, size_t row)
{
    return sieve_marked(((const struct home_groups *)ctx)->sieve, id(ctx, row));
}

static const struct table_source SOURCE = {.cell = cell, .id = id};
/* The column of marks is there once there is one. */
static const struct table_source MARKED = {.cell = cell, .id = id, .marked = marked};

/* ---- which are listed, and in what order --------------------------------------- */

struct order {
    const struct snapshot *snap;
    size_t column;
    int sign;
};

static void words(const void *ctx, size_t item, struct buf *out)
{
    const struct group_view *g = &((const struct order *)ctx)->snap->groups->items[item];
    buf_printf(out, "%s %s %s %s %s", g->group->name, STATES[g->state].word,
               group_state_word(g->state), g->group->current_primary,
               g->group->description ? g->group->description : "");
    for (size_t i = 0; i < g->group->member_count; i++)
        buf_printf(out, " %s", g->group->members[i].name);
}

/* The number a column is ordered by; names are ordered as texts. */
static int64_t weight(const struct group_view *g, size_t column)
{
    switch (column) {
    case STATE:
        return g->state;
    case VMS:
        return (int64_t)g->group->member_count;
    case VOLUMES:
        return (int64_t)group_volume_count(g->group);
    case LAG:
        return lag_of(g);
    default:
        return g->last_drill_ms;
    }
}

static int compare(const void *ctx, size_t a, size_t b)
{
    const struct order *o = ctx;
    const struct group_view *x = &o->snap->groups->items[a], *y = &o->snap->groups->items[b];
    if (o->column == NAME)
        return o->sign * strcasecmp(x->group->name, y->group->name);
    if (o->column == AT)
        return o->sign * strcmp(x->group->current_primary, y->group->current_primary);
    int64_t m = weight(x, o->column), n = weight(y, o->column);
    return m == n ? 0 : m < n ? -o->sign : o->sign;
}

void home_groups_sift(struct sieve *s, const struct snapshot *snap, int sorted)
{
    struct order o = {snap, (size_t)(sorted > 0 ? sorted : -sorted) - 1, sorted < 0 ? -1 : 1};
    struct sieve_source source = {
        .ctx = &o, .words = words, .compare = sorted ? compare : NULL};
    sieve_sync(s, snap->groups->count, &source);
}

int home_groups_next_order(int sorted)
{
    static const int AFTER[COLUMNS + 1] = {
        [0] = NAME + 1,        [NAME + 1] = STATE + 1, [STATE + 1] = AT + 1,
        [AT + 1] = VMS + 1,    [VMS + 1] = VOLUMES + 1, [VOLUMES + 1] = LAG + 1,
        [LAG + 1] = DRILL + 1, [DRILL + 1] = 0};
    return AFTER[sorted < 0 ? -sorted : sorted];
}

void home_groups_setup(struct table *t, const struct home_groups *ctx)
{
    t->columns = ctx->wide ? BROAD : NARROW;
    t->n_columns = COLUMNS;
    t->gap = ctx->wide ? 2 : 1;
    t->source = ctx->sieve->mark_count ? &MARKED : &SOURCE;
    t->match = ctx->sieve->filter.match;
    t->ctx = ctx;
    t->empty = ctx->sieve->of ? "no group matches the filter; Esc shows all"
                              : "no protection group yet: protection-group create NAME --primary "
                                "SITE --secondary SITE, then add-member";
}

/* ---- the one that is selected ---------------------------------------------- */

static void paint_member(const struct member *m, struct canvas *cv, struct rect row)
{
    long long gib = 0;
    for (size_t i = 0; i < m->volume_count; i++)
        gib += m->volumes[i].size_gib;
    struct pen pen = pen_on(cv, row.y, row.x, row.w);
    pen.x += paint_text(cv, row.y, pen.x, 24, ROLE_TEXT, m->name);
    pen.x = row.x + 26 < pen.end ? row.x + 26 : pen.end;
    pen.x += paint_text(cv, row.y, pen.x, pen_room(&pen) < 16 ? pen_room(&pen) : 16, ROLE_DIM,
                        m->flavor.name);
    pen.x = row.x + 44 < pen.end ? row.x + 44 : pen.end;
    pen_textf(&pen, ROLE_DIM, "%zu vol %lld GiB  ", m->volume_count, gib);
    for (size_t i = 0; i < m->nic_count; i++) {
        pen_text(&pen, ROLE_TEXT, m->nics[i].network_name);
        pen_textf(&pen, ROLE_DIM, " %s  ", m->nics[i].ip);
    }
}

static void paint_summary(const struct group_view *g, int64_t now_ms, struct canvas *cv,
                          struct rect row)
{
    char read[FORMAT_SIZE], at[FORMAT_SIZE];
    const struct group *group = g->group;
    struct pen pen = pen_on(cv, row.y, row.x, row.w);
    bool away = strcmp(group->current_primary, group->secondary) == 0;
    pen_textf(&pen, ROLE_TEXT, "%s ", away ? group->secondary : group->primary);
    pen_glyph(&pen, ROLE_DIM, GLYPH_ARROW);
    pen_textf(&pen, ROLE_TEXT, " %s", away ? group->primary : group->secondary);
    pen_gap(&pen, 3);
    pen_textf(&pen, ROLE_DIM, "recovery point %s",
              format_moment(at, sizeof at, now_ms, g->point_ms));
    pen_gap(&pen, 3);
    format_ago(read, sizeof read, now_ms, g->point_read_ms);
    pen_textf(&pen, ROLE_DIM, "read %s%s", read, g->point_read_ms && read[0] != 'n' ? " ago" : "");
    pen_gap(&pen, 3);
    pen_textf(&pen, ROLE_DIM, "captured %s",
              format_moment(at, sizeof at, now_ms, group->captured_ms));
}

/* What the group brings to a drill: its checks and its stored mapping. */
static void paint_settings(const struct group *group, struct canvas *cv, struct rect row)
{
    struct pen pen = pen_on(cv, row.y, row.x, row.w);
    pen_text(&pen, ROLE_DIM, "checks ");
    for (size_t i = 0; i < group->health_check_count; i++)
        pen_textf(&pen, ROLE_TEXT, "%s ", group->health_checks[i]);
    if (group->health_check_count == 0)
        pen_text(&pen, ROLE_TEXT, "none ");
    pen_gap(&pen, 2);
    pen_text(&pen, ROLE_DIM, "stored mapping ");
    for (size_t i = 0; i < group->network_count; i++)
        pen_textf(&pen, ROLE_TEXT, "%s=%s ", group->networks[i].from, group->networks[i].to);
    for (size_t i = 0; i < group->flavor_count; i++)
        pen_textf(&pen, ROLE_TEXT, "%s=%s ", group->flavors[i].from, group->flavors[i].to);
    if (group->network_count + group->flavor_count == 0)
        pen_text(&pen, ROLE_TEXT, "none");
}

/* Where it stands, in whole words, and what an operator must not miss. */
static void paint_state(const struct group_view *g, int64_t now_ms, struct canvas *cv,
                        struct rect row)
{
    char text[80];
    struct pen pen = pen_on(cv, row.y, row.x, row.w);
    pen_glyph(&pen, STATES[g->state].role, STATES[g->state].mark);
    pen_gap(&pen, 1);
    pen_text(&pen, STATES[g->state].role, group_state_word(g->state));
    pen_textf(&pen, ROLE_DIM, ", serves at ");
    pen_text(&pen, ROLE_TEXT, g->group->current_primary);
    pen_gap(&pen, 3);
    if (g->window) {
        window_text(g, now_ms, text, sizeof text);
        pen_textf(&pen, ROLE_WARN, "by itself: %s   ", text);
    }
    if (g->real_verdict == VERDICT_PARTIAL || g->members.failed)
        pen_textf(&pen, ROLE_DANGER, "members: %d up, %d unverified, %d failed   ",
                  g->members.recovered, g->members.unverified, g->members.failed);
    if (g->split_risk)
        pen_text(&pen, ROLE_DANGER, "the old primary may still run   ");
    if (g->syncing)
        pen_text(&pen, ROLE_INFO, "replicating now   ");
    pen_text(&pen, ROLE_DANGER, g->group->split.reason ? g->group->split.reason : "");
}

void home_group_paint(const struct group_view *g, int64_t now_ms, struct canvas *cv,
                      struct rect area)
{
    char title[160];
    const struct group *group = g->group;

    snprintf(title, sizeof title, "%.120s", group->name);
    struct rect in = rect_inset(paint_box(cv, area, ROLE_BORDER, title, NULL), 0, 1);
    if (in.h < 4)
        return;
    paint_state(g, now_ms, cv, rect_cut_top(&in, 1));
    paint_summary(g, now_ms, cv, rect_cut_top(&in, 1));
    paint_settings(group, cv, rect_cut_top(&in, 1));
    if (g->replication_error[0])
        paint_textf(cv, rect_cut_top(&in, 1).y, in.x, in.w, ROLE_DANGER, "replication: %s",
                    g->replication_error);
    for (size_t i = 0; i < group->member_count && !rect_empty(in); i++) {
        struct rect row = rect_cut_top(&in, 1);
        if (rect_empty(in) && i + 1 < group->member_count)
            paint_textf(cv, row.y, row.x, row.w, ROLE_DIM, "and %zu more", group->member_count - i);
        else
            paint_member(&group->members[i], cv, row);
    }
}
