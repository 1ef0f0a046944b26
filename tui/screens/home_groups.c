/* home_groups: see home_groups.h. */
#include "tui/screens/home_groups.h"

#include "backend/base/clock.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/groupshow.h"
#include "tui/ready.h"
#include "tui/words.h"

#include <stdio.h>
#include <string.h>

enum { NAME, STATE, AT, VMS, VOLUMES, LAG, SPARK, READY, DRILL, COLUMNS };

static void paint_spark(const void *ctx, size_t row, struct canvas *cv, struct rect cell);

static const struct table_column NARROW[COLUMNS] = {
    [NAME] = {"GROUP", {.min = 12, .max = 40, .weight = 3}, ALIGN_ENDS, NULL},
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
    [NAME] = {"GROUP", {.min = 14, .max = 48, .weight = 3}, ALIGN_ENDS, NULL},
    [STATE] = {"STATE", {.min = 14, .max = 14}, ALIGN_LEFT, NULL},
    [AT] = {"AT", {.min = 7, .max = 16, .weight = 1, .drop = 6}, ALIGN_LEFT, NULL},
    [VMS] = {"VM", {.min = 3, .max = 5}, ALIGN_RIGHT, NULL},
    [VOLUMES] = {"VOL", {.min = 3, .max = 5}, ALIGN_RIGHT, NULL},
    [LAG] = {"LAG / RPO", {.min = 12, .max = 14}, ALIGN_LEFT, NULL},
    [SPARK] = {"", {.min = 8, .max = 32, .weight = 2, .drop = 9}, ALIGN_LEFT, paint_spark},
    [READY] = {"READY", {.min = 14, .max = 16}, ALIGN_LEFT, NULL},
    [DRILL] = {"LAST DRILL", {.min = 24, .max = 30, .weight = 1, .drop = 5}, ALIGN_LEFT, NULL},
};

static const struct group_view *group_at(const void *ctx, size_t row)
{
    const struct home_groups *h = ctx;
    return h->snap->groups->items[sieve_item(h->sieve, row)];
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
    const char *verdict = words_verdict(g->last_drill_verdict, g->last_drill_stopped);
    bool failed = g->last_drill_verdict == VERDICT_FAILED && !g->last_drill_stopped;
    ret->role = failed ? ROLE_DANGER : g->last_drill_stopped ? ROLE_WARN : ROLE_TEXT;
    if (h->wide)
        snprintf(ret->buf, sizeof ret->buf, "%s%-*s %-6s %s", ago, 8 - (int)strlen(ago),
                 ago[0] == 'n' ? "" : " ago", took, verdict);
    else if (g->last_drill_stopped) /* of what came to no verdict the age says little */
        ret->text = verdict;
    else
        snprintf(ret->buf, sizeof ret->buf, "%s %s", ago, verdict);
}

/* May it be relied upon; while production is being moved, how far that is, and
 * while somebody has to decide, how long there is. */
static void ready_cell(const struct home_groups *h, const struct group_view *g,
                       struct table_cell *ret)
{
    ret->text = ret->buf;
    ret->role = ROLE_WARN;
    ret->mark = GLYPH_WARN;
    if (g->operation_id[0] && *groupshow_asks(h->snap, g)) {
        ret->text = "asks you";
        return;
    }
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
            groupshow_window(g, h->now_ms, ret->buf, sizeof ret->buf);
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

/* The state in a word; with it what runs beside, or how many members are up. */
static void state_text(const struct group_view *g, char *dst, size_t size)
{
    const struct member_tally *m = &g->members;
    if (g->syncing && g->state == GROUP_READY)
        snprintf(dst, size, "syncing");
    else if (g->state == GROUP_PARTIAL && m->total)
        snprintf(dst, size, "partly %d/%d", m->recovered + m->unverified, m->total);
    else if (m->elsewhere) /* committed or not: it is at both sites */
        snprintf(dst, size, "partly %d/%d", m->total - m->elsewhere, m->total);
    else
        snprintf(dst, size, "%s", groupshow_state(g->state)->word);
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
        ret->role = groupshow_look(g).role;
        ret->mark = groupshow_look(g).mark;
        state_text(g, ret->buf, sizeof ret->buf);
        break;
    case AT:
        ret->text = groupshow_at(g);
        break;
    case VMS:
        snprintf(ret->buf, sizeof ret->buf, "%zu", g->group->member_count);
        break;
    case VOLUMES:
        snprintf(ret->buf, sizeof ret->buf, "%zu", group_volume_count(g->group));
        break;
    case LAG:
        ret->role = groupshow_lag_role(g, h->now_ms);
        groupshow_lag(g, h->now_ms, ret->buf, sizeof ret->buf);
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
    groupshow_spark(group_at(ctx, row), cv, c);
}

uint64_t home_groups_id(const struct group_view *g)
{
    return text_hash(0, g->group->id);
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
    const struct group_view *g = ((const struct order *)ctx)->snap->groups->items[item];
    buf_printf(out, "%s %s %s %s %s", g->group->name, groupshow_state(g->state)->word,
               group_state_word(g->state), groupshow_at(g),
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
        return g->lag_count ? INT64_MAX - g->point_ms : -1; /* the older its point the more */
    default:
        return g->last_drill_ms;
    }
}

static int compare(const void *ctx, size_t a, size_t b)
{
    const struct order *o = ctx;
    const struct group_view *x = o->snap->groups->items[a], *y = o->snap->groups->items[b];
    if (o->column == NAME)
        return o->sign * strcasecmp(x->group->name, y->group->name);
    if (o->column == AT)
        return o->sign * strcmp(groupshow_at(x), groupshow_at(y));
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

char *home_groups_title(const struct table *t, char *dst, size_t size)
{
    static const char TITLE[] = "2 Protection groups";
    int column = (t->sorted < 0 ? -t->sorted : t->sorted) - 1;
    if (column < 0)
        snprintf(dst, size, "%s", TITLE);
    else
        snprintf(dst, size, "%s by %s%s", TITLE, BROAD[column].title,
                 t->sorted < 0 ? ", turned round" : "");
    return dst;
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
    pen_text(&pen, ROLE_TEXT, away ? group->secondary : group->primary);
    pen_text(&pen, ROLE_DIM, glyphs_arrow(cv->glyphs));
    pen_text(&pen, ROLE_TEXT, away ? group->primary : group->secondary);
    pen_gap(&pen, 3);
    pen_textf(&pen, ROLE_DIM, "recovery point %s",
              format_moment(at, sizeof at, now_ms, g->point_ms));
    pen_gap(&pen, 3);
    format_ago(read, sizeof read, now_ms, g->point_read_ms);
    bool stale = ready_stale(g->point_read_ms, now_ms);
    pen_textf(&pen, stale ? ROLE_STALE : ROLE_DIM, "%s %s%s", stale ? "STALE" : "read", read,
              g->point_read_ms && read[0] != 'n' && !stale ? " ago" : "");
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
static void paint_state(const struct snapshot *snap, const struct group_view *g, int64_t now_ms,
                        struct canvas *cv, struct rect row)
{
    char text[80];
    struct pen pen = pen_on(cv, row.y, row.x, row.w);
    struct groupshow_state look = groupshow_look(g);
    pen_glyph(&pen, look.role, look.mark);
    pen_gap(&pen, 1);
    pen_text(&pen, look.role, group_state_word(g->state));
    pen_textf(&pen, ROLE_DIM, ", serves at ");
    pen_text(&pen, ROLE_TEXT, g->group->current_primary);
    pen_gap(&pen, 3);
    if (g->window) {
        groupshow_window(g, now_ms, text, sizeof text);
        pen_textf(&pen, ROLE_WARN, "by itself: %s   ", text);
    }
    groupshow_members(g, text, sizeof text);
    if (text[0] && (g->members.failed || g->members.unverified))
        pen_textf(&pen, ROLE_DANGER, "members: %s   ", text);
    if (g->split_risk)
        pen_text(&pen, ROLE_DANGER, "the old primary may still run   ");
    if (g->syncing)
        pen_text(&pen, ROLE_INFO, "replicating now   ");
    const char *asks = groupshow_asks(snap, g);
    if (*asks)
        pen_textf(&pen, ROLE_WARN, "asks: %s   ", asks);
    pen_text(&pen, ROLE_DANGER, g->group->split.reason ? g->group->split.reason : "");
}

void home_group_paint(const struct snapshot *s, const struct group_view *g, int64_t now_ms,
                      struct canvas *cv, struct rect area)
{
    char title[160];
    const struct group *group = g->group;

    snprintf(title, sizeof title, "%.120s", group->name);
    struct rect in = rect_inset(paint_box(cv, area, ROLE_BORDER, title, NULL), 0, 1);
    if (in.h < 4)
        return;
    paint_state(s, g, now_ms, cv, rect_cut_top(&in, 1));
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
