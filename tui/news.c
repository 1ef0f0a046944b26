/* news: see news.h. */
#include "tui/news.h"

#include "backend/base/text.h"
#include "backend/model/question.h"
#include "tui/actions.h"
#include "tui/identity.h"
#include "tui/opshow.h"
#include "tui/ready.h"

#include <stdarg.h>
#include <stdio.h>

static bool ended_now(const struct snapshot *before, const struct operation *op)
{
    const struct op_view *old = snapshot_operation(before, op->id);
    return old && opshow_open(old->op) && !opshow_open(op);
}

/* For the desktop, as soon as it may be told again. */
__attribute__((format(printf, 2, 3))) static void tell(struct ui *ui, const char *fmt, ...)
{
    va_list ap;
    if (ui->notice == UI_NOTICE_NEVER)
        return;
    if (ui->tell.text[0]) {
        ui->tell.more++;
        return;
    }
    va_start(ap, fmt);
    vsnprintf(ui->tell.text, sizeof ui->tell.text, fmt, ap);
    va_end(ap);
}

static void tell_of_questions(struct ui *ui, const struct snapshot *before,
                              const struct snapshot *after)
{
    for (size_t i = 0; i < after->operations->count; i++) {
        const struct op_view *now = after->operations->items[i];
        const struct op_view *old = snapshot_operation(before, now->op->id);
        if (operation_question(now->op) >= 0 && old && operation_question(old->op) < 0)
            tell(ui, "%s %.60s asks you", op_type_label(now->op->type), now->op->group);
    }
}

int64_t news_tell_due(const struct ui *ui)
{
    enum { PAUSE_MS = 10000 };
    if (!ui->tell.text[0])
        return MOMENT_NEVER;
    return ui->tell.sent_ms ? ui->tell.sent_ms + PAUSE_MS : 0;
}

void news_tell(struct ui *ui)
{
    char text[200];
    if (news_tell_due(ui) > ui->now.mono_ms)
        return;
    int n = snprintf(text, sizeof text, "%s", ui->tell.text);
    if (ui->tell.more)
        snprintf(text + n, sizeof text - (size_t)n, ", and %zu more", ui->tell.more);
    if (ui->host && ui->host->notice)
        ui->host->notice(ui->host->arg, (int)ui->notice, text);
    ui->tell.text[0] = '\0';
    ui->tell.more = 0;
    ui->tell.sent_ms = ui->now.mono_ms;
}

void news_of(struct ui *ui, const struct snapshot *before, const struct snapshot *after)
{
    bool ended = false, failed = false;
    for (size_t i = 0; i < after->operations->count; i++) {
        const struct operation *op = after->operations->items[i]->op;
        if (!ended_now(before, op))
            continue;
        bool stopped = operation_stopped(op);
        bool bad = !stopped && (op->verdict == VERDICT_FAILED || op->status == OP_FAILED);
        ended = true;
        failed = failed || bad;
        const char *how = bad                              ? "failed"
                          : stopped                        ? "was stopped"
                          : op->verdict == VERDICT_PARTIAL ? "ended, in part"
                                                           : "ended";
        bool warn = stopped || op->verdict == VERDICT_PARTIAL;
        ui_say(ui, bad ? ROLE_DANGER : warn ? ROLE_WARN : ROLE_OK,
               "%s %.120s %s", op_type_label(op->type), op->group, how);
        tell(ui, "%s %.60s %s", op_type_label(op->type), op->group, how);
    }
    tell_of_questions(ui, before, after);
    if ((ended && ui->bell == UI_BELL_END) || (failed && ui->bell != UI_BELL_NEVER))
        ui->ring = true;
}

/* Neither by seconds nor by single percents: a title that changes is sent. */
enum { TITLE_PERCENT = 10 };
static const char *stale_word(const struct snapshot *s, int64_t now_ms)
{
    return ready_stale(ready_read_ms(s), now_ms) ? " STALE" : "";
}

/* What does not fit is not begun. */
__attribute__((format(printf, 3, 4))) static void title_add(char dst[NEWS_TITLE_SIZE], size_t *n,
                                                            const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int more = vsnprintf(dst + *n, NEWS_TITLE_SIZE - *n, fmt, ap);
    va_end(ap);
    if (more > 0 && (size_t)more < NEWS_TITLE_SIZE - *n)
        *n += (size_t)more;
    dst[*n] = '\0';
}

const char *news_title(const struct snapshot *s, int64_t now_ms, char dst[NEWS_TITLE_SIZE])
{
    const struct operation *op = NULL;
    char who[IDENTITY_SIZE];
    size_t running = 0;
    for (size_t i = 0; i < s->operations->count; i++)
        if (opshow_open(s->operations->items[i]->op)) {
            op = op ? op : s->operations->items[i]->op;
            running++;
        }
    size_t n = 0;
    title_add(dst, &n, "protector%s", s->lab ? " LAB" : "");
    for (size_t i = 0; i < s->sites->count && i < 2; i++)
        title_add(dst, &n, "%s %.24s %s%s", i ? "," : "", s->sites->items[i].name,
                  identity_role(&s->sites->items[i], false),
                  s->sites->items[i].read_only && !s->read_only ? " read-only" : "");
    identity_of_all(s, who);
    title_add(dst, &n, "%s%.48s%s%s", *who ? " as " : "", who,
              s->read_only || actions_locked() ? " read-only" : "",
              stale_word(s, now_ms));
    if (op)
        title_add(dst, &n, ": %s %.40s %d%%", op_type_label(op->type), op->group,
                  operation_progress(op) / TITLE_PERCENT * TITLE_PERCENT);
    if (running > 1)
        title_add(dst, &n, " and %zu more", running - 1);
    return dst;
}
