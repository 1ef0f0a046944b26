/* group_head: see group_head.h. */
#include "tui/screens/group_head.h"

#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/groupshow.h"
#include "tui/ready.h"

#include <stdio.h>
#include <string.h>

/* On a lower screen only the first line and what must not be missed. */
enum { NARROW = 70, LOW = 16 };

/* What is to be known besides the state; false: nothing. */
static bool urgent(const struct snapshot *s, const struct group_view *g)
{
    char members[80];
    groupshow_members(g, members, sizeof members);
    return g->window || g->split_risk || g->state == GROUP_SPLIT_BRAIN || g->syncing ||
           g->replication_error[0] || *groupshow_asks(s, g) || groupshow_running(s, g) ||
           ((g->members.failed || g->members.unverified || g->members.elsewhere) && members[0]);
}

int group_head_rows(const struct snapshot *s, const struct group_view *g, int height)
{
    return 1 + (urgent(s, g) ? 1 : 0) + (height >= LOW ? 2 : 0);
}

/* "prod-web-app   ● active   site-a → site-b   lag 2m10s / 5m". */
static void paint_first(const struct group_view *g, int64_t now_ms, struct canvas *cv,
                        struct rect row)
{
    char text[80], ago[FORMAT_SIZE];
    const struct group *group = g->group;
    const struct groupshow_state look = groupshow_look(g);
    struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
    bool away = text_equal(groupshow_at(g), group->secondary);
    bool old = ready_stale(g->point_read_ms, now_ms);

    format_ago(ago, sizeof ago, now_ms, g->point_read_ms);
    const char *tail = ago[0] == 'n' ? "" : " ago";
    snprintf(text, sizeof text, "%s %s%s", old ? "STALE" : "read", ago, tail);
    if (row.w >= NARROW || old || !g->point_read_ms) /* else the first line of all says it */
        pen_right(&pen, old || !g->point_read_ms ? ROLE_STALE : ROLE_DIM, text);
    int room = pen_room(&pen) / 3;
    pen.x += paint_middle(cv, pen.y, pen.x, room < 20 ? 20 : room, ROLE_TITLE, group->name);
    pen_gap(&pen, 2);
    pen_glyph(&pen, look.role, look.mark);
    pen_gap(&pen, 1);
    pen_text(&pen, look.role, g->state == GROUP_SPLIT_BRAIN ? look.word
                                                            : group_state_word(g->state));
    pen_gap(&pen, 2);
    pen_text(&pen, ROLE_STRONG, away ? group->secondary : group->primary);
    pen_text(&pen, ROLE_DIM, glyphs_arrow(cv->glyphs));
    pen_text(&pen, ROLE_TEXT, away ? group->primary : group->secondary);
    groupshow_lag(g, now_ms, text, sizeof text);
    pen_text(&pen, ROLE_DIM, "  lag ");
    pen_text(&pen, g->lag_count ? groupshow_lag_role(g, now_ms) : ROLE_STALE,
             g->lag_count ? text : "unknown");
}

static void paint_urgent(const struct snapshot *s, const struct group_view *g, int64_t now_ms,
                         struct canvas *cv, struct rect row)
{
    char text[200];
    const struct op_view *running = groupshow_running(s, g);
    const char *asks = groupshow_asks(s, g);
    struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
    if (g->state == GROUP_SPLIT_BRAIN) {
        groupshow_strays(g, text, sizeof text);
        const char *site = g->group->split.site;
        pen_glyph(&pen, ROLE_DANGER, GLYPH_FAIL);
        pen_textf(&pen, ROLE_DANGER, " both sites run it: %s on %s  ",
                  text[0] ? text : "its servers", site && *site ? site : "the other site");
    }
    if (*asks)
        pen_textf(&pen, ROLE_WARN, "asks: %s   ", asks);
    else if (running)
        pen_textf(&pen, ROLE_INFO, "%s runs, %d%%   ", op_type_label(running->op->type),
                  running->op->progress);
    if (g->window) {
        groupshow_window(g, now_ms, text, sizeof text);
        pen_textf(&pen, ROLE_WARN, "by itself: %s   ", text);
    }
    groupshow_members(g, text, sizeof text);
    if (g->members.failed || g->members.unverified)
        pen_textf(&pen, ROLE_DANGER, "members: %s   ", text);
    else if (g->members.elsewhere)
        pen_textf(&pen, ROLE_WARN, "members: %s   ", text);
    if (g->split_risk)
        pen_text(&pen, ROLE_DANGER, "the old primary may still run   ");
    if (g->syncing)
        pen_text(&pen, ROLE_INFO, "replicating now   ");
    if (g->replication_error[0])
        pen_textf(&pen, ROLE_DANGER, "replication: %s", g->replication_error);
}

/* ---- what may be done ------------------------------------------------------------------ */

static bool listed(const struct action *a)
{
    return (a->contexts & CTX_GROUP) && (a->flags & ACT_WRITES);
}

static void paint_allowed(const struct act_subject *subject, struct canvas *cv, struct rect row)
{
    char reason[200], room[UI_KEY_NAME_MAX];
    bool any = false;
    struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
    pen_text(&pen, ROLE_DIM, "may now  ");
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct action *a = &ACTIONS[i];
        bool drill = a->id == ACT_DRILL; /* it begins as a look */
        if ((!listed(a) && !drill) || !action_enabled(a, subject, reason, sizeof reason))
            continue;
        pen_text(&pen, ROLE_KEY, action_key_text(a, room));
        pen_textf(&pen, ROLE_TEXT, " %s   ", a->label);
        any = true;
    }
    if (!any)
        pen_text(&pen, ROLE_TEXT, "nothing");
}

/* All that is refused for the same reason stands together, what most share
 * first; the reasons follow each other as far as there is room, and pressing a
 * key tells its own. */
static void paint_refused(const struct act_subject *subject, struct canvas *cv, struct rect row)
{
    char reasons[ACT_COUNT][200], room[UI_KEY_NAME_MAX];
    int share[ACT_COUNT] = {0}; /* how many are refused so; 0: not refused, or told already */
    struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
    for (int i = 0; i < ACT_COUNT; i++)
        share[i] = (listed(&ACTIONS[i]) || i == ACT_DRILL) &&
                   !action_enabled(&ACTIONS[i], subject, reasons[i], sizeof reasons[i]);
    for (int i = 0; i < ACT_COUNT; i++)
        if (share[i])
            action_in_keys(reasons[i], sizeof reasons[i]);
    for (int i = 0; i < ACT_COUNT; i++)
        for (int k = 0; share[i] && k < ACT_COUNT; k++)
            share[i] += k != i && share[k] && strcmp(reasons[i], reasons[k]) == 0;
    pen_text(&pen, ROLE_DIM, "not now  ");
    for (;;) {
        int most = 0;
        for (int i = 1; i < ACT_COUNT; i++)
            most = share[i] > share[most] ? i : most;
        if (share[most] == 0)
            return;
        for (int k = 0; k < ACT_COUNT; k++)
            if (share[k] && k != most && strcmp(reasons[most], reasons[k]) == 0) {
                pen_textf(&pen, ROLE_DISABLED, "%s ", action_key_text(&ACTIONS[k], room));
                share[k] = 0;
            }
        share[most] = 0;
        pen_textf(&pen, ROLE_DISABLED, "%s  %s   ", action_key_text(&ACTIONS[most], room),
                  reasons[most]);
    }
}

void group_head_paint(const struct snapshot *s, const struct act_subject *subject, int64_t now_ms,
                      struct canvas *cv, struct rect area)
{
    const struct group_view *g = subject->group;
    paint_first(g, now_ms, cv, rect_cut_top(&area, 1));
    if (urgent(s, g))
        paint_urgent(s, g, now_ms, cv, rect_cut_top(&area, 1));
    if (area.h < 2)
        return;
    paint_allowed(subject, cv, rect_cut_top(&area, 1));
    paint_refused(subject, cv, rect_cut_top(&area, 1));
}
