/* groupshow: see groupshow.h. */
#include "tui/groupshow.h"

#include "backend/base/text.h"
#include "backend/model/question.h"
#include "tui/format.h"
#include "tui/opshow.h"
#include "tui/ready.h"
#include "widgets/gauge.h"

#include <stdio.h>
#include <string.h>

static const struct groupshow_state STATES[GROUP_STATE_COUNT] = {
    [GROUP_UNPROTECTED] = {GLYPH_SKIP, ROLE_DIM, "unprotected"},
    [GROUP_READY] = {GLYPH_UP, ROLE_OK, "active"},
    [GROUP_TESTING] = {GLYPH_RUN, ROLE_INFO, "drill"},
    [GROUP_TEST_ACTIVE] = {GLYPH_WARN, ROLE_WARN, "drill kept"},
    [GROUP_TEST_CLEANING] = {GLYPH_RUN, ROLE_INFO, "cleaning up"},
    [GROUP_FAILING_OVER] = {GLYPH_RUN, ROLE_INFO, "failing over"},
    [GROUP_AWAITING_COMMIT] = {GLYPH_WARN, ROLE_WARN, "uncommitted"},
    [GROUP_ROLLING_BACK] = {GLYPH_RUN, ROLE_WARN, "rolling back"},
    [GROUP_COMMITTED] = {GLYPH_UP, ROLE_INFO, "failed over"},
    [GROUP_COMMITTED_PART] = {GLYPH_WARN, ROLE_WARN, "over in part"},
    [GROUP_PARTIAL] = {GLYPH_FAIL, ROLE_DANGER, "partly over"},
    [GROUP_FAILING_BACK] = {GLYPH_RUN, ROLE_INFO, "failing back"},
    [GROUP_FAILBACK_READY] = {GLYPH_WARN, ROLE_WARN, "unconfirmed"},
    [GROUP_SPLIT_BRAIN] = {GLYPH_FAIL, ROLE_DANGER, "SPLIT BRAIN"},
    [GROUP_ERROR] = {GLYPH_FAIL, ROLE_DANGER, "error"},
};

const struct groupshow_state *groupshow_state(enum group_state s)
{
    return &STATES[s];
}

struct groupshow_state groupshow_look(const struct group_view *g)
{
    struct groupshow_state look = STATES[g->state];
    if (ready_not_all_up(g))
        look.mark = GLYPH_FAIL, look.role = ROLE_DANGER;
    else if (ready_in_part(g) && look.role != ROLE_DANGER)
        look.mark = GLYPH_WARN, look.role = ROLE_WARN;
    return look;
}

/* ---- the lag ------------------------------------------------------------------- */

const char *groupshow_at(const struct group_view *g)
{
    const struct group *group = g->group;
    if (g->state != GROUP_FAILBACK_READY)
        return group->current_primary;
    return text_equal(group->current_primary, group->secondary) ? group->primary
                                                                : group->secondary;
}

enum role groupshow_lag_role(const struct group_view *g, int64_t now_ms)
{
    if (ready_stale(g->point_read_ms, now_ms))
        return ROLE_STALE;
    bool late = g->group->rpo_seconds > 0 && ready_lag_s(g, now_ms) > g->group->rpo_seconds;
    return late ? ROLE_WARN : ROLE_TEXT;
}

void groupshow_lag(const struct group_view *g, int64_t now_ms, char *dst, size_t size)
{
    char lag[FORMAT_SIZE], rpo[FORMAT_SIZE];
    if (ready_lag_s(g, now_ms) < 0) {
        snprintf(dst, size, "-");
        return;
    }
    format_short(lag, sizeof lag, ready_lag_s(g, now_ms));
    if (g->group->rpo_seconds <= 0) {
        snprintf(dst, size, "%s", lag);
        return;
    }
    format_short(rpo, sizeof rpo, g->group->rpo_seconds);
    snprintf(dst, size, "%s / %s", lag, rpo);
}

void groupshow_spark(const struct group_view *g, struct canvas *cv, struct rect area)
{
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
    sparkline_paint(&s, cv, area);
}

/* ---- what an operator must not miss --------------------------------------------- */

static const char *const ENDS[WINDOW_ENDS] = {
    [WINDOW_COMMIT] = "commit", [WINDOW_ROLLBACK] = "undo", [WINDOW_CONFIRM] = "confirm"};

void groupshow_window(const struct group_view *g, int64_t now_ms, char *dst, size_t size)
{
    char left[FORMAT_SIZE];
    int64_t ms = g->window_ends_ms - now_ms;
    if (g->window_missed) {
        snprintf(dst, size, "%s missed", ENDS[g->window]);
        return;
    }
    format_ago(left, sizeof left, ms > 60000 ? ms : 0, 1);
    snprintf(dst, size, "%s %s", ENDS[g->window], ms > 60000 ? left : "now");
}

void groupshow_members(const struct group_view *g, char *dst, size_t size)
{
    const struct member_tally *m = &g->members;
    size_t used = 0;
    dst[0] = '\0';
    if (m->total == 0 || m->recovered + m->unverified + m->failed == 0)
        return;
    snprintf(dst, size, "%d of %d up", m->recovered + m->unverified, m->total);
    used = strlen(dst);
    if (m->unverified)
        snprintf(dst + used, size - used, ", %d unverified", m->unverified);
    used = strlen(dst);
    if (m->failed)
        snprintf(dst + used, size - used, ", %d failed", m->failed);
    used = strlen(dst);
    if (m->elsewhere)
        snprintf(dst + used, size - used, ", %d at %.60s", m->elsewhere,
                 strcmp(g->group->current_primary, g->group->primary) == 0 ? g->group->secondary
                                                                           : g->group->primary);
}

void groupshow_strays(const struct group_view *g, char *dst, size_t size)
{
    const struct split_brain *s = &g->group->split;
    size_t used = 0, i = 0;
    dst[0] = '\0';
    for (; i < s->server_count && used + 48 < size; i++) {
        char name[40];
        safe_text(name, sizeof name, s->servers[i].name);
        snprintf(dst + used, size - used, "%s%s", i ? ", " : "", name);
        used = strlen(dst);
    }
    if (i < s->server_count)
        snprintf(dst + used, size - used, " and %zu more", s->server_count - i);
}

const struct op_view *groupshow_running(const struct snapshot *s, const struct group_view *g)
{
    const struct op_view *v =
        g->operation_id[0] ? snapshot_operation(s, g->operation_id) : NULL;
    return v && opshow_open(v->op) ? v : NULL;
}

const char *groupshow_asks(const struct snapshot *s, const struct group_view *g)
{
    const struct op_view *v = groupshow_running(s, g);
    return v ? operation_question_text(v->op) : "";
}

/* ---- for the action table --------------------------------------------------------- */

static const char *newest_of(const struct group_view *g)
{
    if (g->operation_id[0])
        return g->operation_id;
    bool real = g->real_id[0] && (g->real_completed_ms >= g->last_drill_ms || !g->last_drill_id[0]);
    return real ? g->real_id : g->last_drill_id;
}

/* An operation older than the snapshot keeps: what the group says of it. */
static struct act_operation remembered(const struct group_view *g, const char *id)
{
    if (text_equal(id, g->real_id))
        return (struct act_operation){.id = id,
                                      .type = g->real_type,
                                      .status = g->real_status,
                                      .verdict = g->real_verdict};
    return (struct act_operation){.id = id,
                                  .type = OP_TEST_FAILOVER,
                                  .status = g->state == GROUP_TEST_ACTIVE ? OP_SUCCEEDED
                                                                          : OP_CLEANED};
}

void groupshow_subject(const struct snapshot *s, const struct group_view *g,
                       struct act_subject *ret)
{
    const char *id = newest_of(g);
    const struct op_view *v = id[0] ? snapshot_operation(s, id) : NULL;
    ret->group = g;
    if (!id[0])
        return;
    ret->operation = &ret->room;
    if (v)
        ret->room = (struct act_operation){.id = v->op->id,
                                           .type = v->op->type,
                                           .status = v->op->status,
                                           .cleanup_due = opshow_cleanup_due(v->op),
                                           .cancel_asked = v->op->cancel_asked,
                                           .verdict = v->op->verdict,
                                           .as_asked = opshow_moved_as_asked(v->op)};
    else
        ret->room = remembered(g, id);
}
