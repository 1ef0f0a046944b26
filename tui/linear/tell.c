#include "tui/linear/tell.h"

#include "backend/base/buf.h"
#include "backend/base/clock.h"
#include "backend/base/text.h"
#include "backend/model/question.h"
#include "tui/format.h"
#include "tui/groupshow.h"
#include "tui/opshow.h"
#include "tui/ready.h"
#include "tui/screens/home_notes.h"
#include "tui/words.h"

#include <string.h>

enum { LINE_CAP = 1 << 16 }; /* names have no end that we know of */

/* The line as it may be shown, cut where the room ends. */
static void finish(char dst[TELL_SIZE], struct buf *b)
{
    safe_text(dst, TELL_SIZE, buf_text(b));
    buf_release(b);
}

static void add_service(struct buf *b, const struct site_view *site, int i, const char **gap)
{
    const struct service_view *v = &site->services[i];
    char latency[FORMAT_SIZE];
    if (i == SITE_SERVICES - 1 && !site->has_array)
        return;
    buf_printf(b, "%s%s ", *gap, SITE_SERVICE_NAMES[i]);
    if (v->health == HEALTH_OK)
        buf_puts(b, format_latency(latency, sizeof(latency), v->latency_ms));
    else if (v->health == HEALTH_UNKNOWN)
        buf_puts(b, "not read yet");
    else
        buf_printf(b, "down, %s", v->error);
    *gap = ", ";
}

void tell_site(char dst[TELL_SIZE], const struct site_view *site)
{
    struct buf b;
    const char *gap = ": ";
    buf_init(&b, LINE_CAP);
    buf_printf(&b, "%s, %s, %s%s", site->name, site->primary ? "primary" : "secondary",
               site->status, site->read_only ? ", read-only" : "");
    for (int i = 0; i < SITE_SERVICES; i++)
        add_service(&b, site, i, &gap);
    finish(dst, &b);
}

static void add_lag(struct buf *b, const struct group_view *g, int64_t now_ms)
{
    char lag[FORMAT_SIZE], rpo[FORMAT_SIZE];
    if (ready_lag_s(g, now_ms) < 0) {
        buf_puts(b, ", lag not known");
        return;
    }
    buf_printf(b, ", lag %s", format_short(lag, sizeof(lag), ready_lag_s(g, now_ms)));
    if (g->group->rpo_seconds > 0)
        buf_printf(b, " of %s", format_short(rpo, sizeof(rpo), g->group->rpo_seconds));
}

/* "20s ago", "now", "never" */
static const char *tell_ago(char dst[FORMAT_SIZE], int64_t now_ms, int64_t then_ms)
{
    size_t n = strlen(format_ago(dst, FORMAT_SIZE, now_ms, then_ms));
    if (dst[0] >= '0' && dst[0] <= '9')
        snprintf(dst + n, FORMAT_SIZE - n, " ago");
    return dst;
}

static void add_drill(struct buf *b, const struct group_view *g, int64_t now_ms)
{
    char ago[FORMAT_SIZE];
    if (!g->last_drill_ms)
        buf_puts(b, ", never drilled");
    else
        buf_printf(b, ", last drill %s %s", words_verdict(g->last_drill_verdict, g->last_drill_stopped),
                   tell_ago(ago, now_ms, g->last_drill_ms));
}

void tell_group(char dst[TELL_SIZE], const struct snapshot *s, const struct group_view *g,
                int64_t now_ms)
{
    char text[160];
    struct buf b;
    const char *asks = groupshow_asks(s, g);
    int members = (int)g->group->member_count;
    buf_init(&b, LINE_CAP);
    buf_printf(&b, "%s: %s at %s, %d server%s", g->group->name, groupshow_state(g->state)->word,
               groupshow_at(g), members, members == 1 ? "" : "s");
    groupshow_members(g, text, sizeof(text));
    if (*text)
        buf_printf(&b, ", %s", text);
    add_lag(&b, g, now_ms);
    buf_printf(&b, ", %s", ready_of_group(g, now_ms).text);
    add_drill(&b, g, now_ms);
    if (g->window != WINDOW_NONE) {
        groupshow_window(g, now_ms, text, sizeof(text));
        buf_printf(&b, ", by itself: %s", text);
    }
    if (*asks)
        buf_printf(&b, ", asks: %s", asks);
    finish(dst, &b);
}

/* "drill prod-web-app op-9f3a1b2c: " */
static void add_operation_name(struct buf *b, const struct operation *op)
{
    char id[FORMAT_SIZE];
    buf_printf(b, "%s %s %s: ", op_type_label(op->type), op->group,
               format_id(id, sizeof(id), op->id));
}

void tell_operation(char dst[TELL_SIZE], const struct op_view *v)
{
    const struct operation *op = v->op;
    const char *asks = operation_question_text(op);
    struct buf b;
    buf_init(&b, LINE_CAP);
    add_operation_name(&b, op);
    buf_printf(&b, "%s, %d%%", words_status(op->status), operation_progress(op));
    if (op->verdict != VERDICT_NONE)
        buf_printf(&b, ", verdict %s", words_verdict(op->verdict, operation_stopped(op)));
    if (op->cancel_asked)
        buf_puts(&b, ", stops at the next safe point");
    if (*asks)
        buf_printf(&b, ", asks: %s", asks);
    finish(dst, &b);
}

void tell_head(FILE *out, const struct snapshot *s, int64_t now_ms)
{
    char at[FORMAT_SIZE], ago[FORMAT_SIZE];
    struct home_notes notes;
    int64_t read = ready_read_ms(s);
    format_clock(at, sizeof(at), now_ms, true);
    fprintf(out, "protector-console%s%s, %s: engine %s, sites read %s\n",
            s->lab ? ", LAB of two simulated sites" : "", s->read_only ? ", read-only" : "", at,
            s->engine, tell_ago(ago, now_ms, read));
    if (*s->notice)
        fprintf(out, "Notice: %s\n", s->notice);
    home_notes_take(&notes, s);
    for (int i = 0; i < home_notes_rows(&notes); i++) {
        char clean[TELL_SIZE];
        safe_text(clean, sizeof(clean), notes.notes[i].text);
        fprintf(out, "Attention: %s\n", clean);
    }
    if (notes.count > HOME_NOTES)
        fprintf(out, "Attention: %zu more\n", notes.count - HOME_NOTES);
}

/* -- changes ------------------------------------------------------------------------- */

struct change {
    FILE *out; /* NULL: only asked whether there is any */
    const struct snapshot *before, *now;
    int64_t now_ms;
    bool any;
};

static void say(struct change *c, const char *line)
{
    char at[CLOCK_ISO_SIZE];
    c->any = true;
    if (!c->out)
        return;
    clock_iso(at, c->now_ms);
    fprintf(c->out, "%s  %s\n", at + strcspn(at, "T") + 1, line);
}

static void site_change(struct change *c, const struct site_view *site)
{
    const struct site_view *old = snapshot_site(c->before, site->name);
    char line[TELL_SIZE];
    if (!old || text_equal(old->status, site->status))
        return;
    tell_site(line, site);
    say(c, line);
}

/* Mostly it is where it was in the list. */
static const struct group_view *group_before(const struct change *c, size_t i)
{
    const struct group_list *list = c->before->groups;
    const char *id = c->now->groups->items[i]->group->id;
    if (i < list->count && text_equal(list->items[i]->group->id, id))
        return list->items[i];
    return snapshot_group(c->before, id);
}

static void group_change(struct change *c, size_t i)
{
    const struct group_view *g = c->now->groups->items[i], *old = group_before(c, i);
    char line[TELL_SIZE];
    if (old && old->state == g->state &&
        text_equal(old->group->current_primary, g->group->current_primary))
        return;
    tell_group(line, c->now, g, c->now_ms);
    say(c, line);
}

/* Begun, another phase, over, or it asks. Its steps are for whoever watches it. */
static void operation_change(struct change *c, const struct op_view *v)
{
    const struct op_view *old = snapshot_operation(c->before, v->op->id);
    char line[TELL_SIZE];
    if (old == v) /* shared: nothing of it has changed */
        return;
    if (old ? old->op->status == v->op->status && opshow_open(old->op) == opshow_open(v->op) &&
                  text_equal(operation_question_text(old->op), operation_question_text(v->op))
            : !opshow_open(v->op))
        return;
    tell_operation(line, v);
    say(c, line);
}

/* What ended while another process handed its work over is in no snapshot any more. */
static void operation_gone(struct change *c, const struct op_view *old)
{
    char line[TELL_SIZE];
    struct buf b;
    if (!opshow_open(old->op) || snapshot_operation(c->now, old->op->id))
        return;
    buf_init(&b, LINE_CAP);
    add_operation_name(&b, old->op);
    buf_puts(&b, "over; operation show tells how it ended");
    finish(line, &b);
    say(c, line);
}

static bool told_of(const struct op_view *v, const char *but_group)
{
    return !but_group || !text_equal(v->op->group, but_group);
}

static void look_for_changes(struct change *c, const char *but_group)
{
    const struct site_list *sites = c->now->sites;
    const struct group_list *groups = c->now->groups;
    const struct op_list *ops = c->now->operations, *was = c->before->operations;
    /* A list that is shared with the snapshot before has not changed. */
    for (size_t i = 0; sites != c->before->sites && i < sites->count; i++)
        site_change(c, &sites->items[i]);
    for (size_t i = 0; ops != was && i < ops->count; i++)
        if (told_of(ops->items[i], but_group))
            operation_change(c, ops->items[i]);
    for (size_t i = 0; ops != was && i < was->count; i++)
        if (told_of(was->items[i], but_group))
            operation_gone(c, was->items[i]);
    for (size_t i = 0; groups != c->before->groups && i < groups->count; i++)
        if (!but_group || !text_equal(groups->items[i]->group->name, but_group))
            group_change(c, i);
}

bool tell_changes(FILE *out, const struct snapshot *before, const struct snapshot *now,
                  const char *but_group, int64_t now_ms)
{
    struct change c = {.out = out, .before = before, .now = now, .now_ms = now_ms};
    look_for_changes(&c, but_group);
    return c.any;
}

bool tell_differs(const struct snapshot *before, struct door *door)
{
    struct snapshot *now = door_snapshot(door);
    bool any = tell_changes(NULL, before, now, NULL, 0);
    snapshot_unref(now);
    return any;
}
