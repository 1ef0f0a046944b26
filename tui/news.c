/* news: see news.h. */
#include "tui/news.h"

#include "backend/base/text.h"
#include "tui/opshow.h"
#include "tui/ready.h"

#include <stdio.h>

static bool ended_now(const struct snapshot *before, const struct operation *op)
{
    const struct op_view *old = snapshot_operation(before, op->id);
    return old && opshow_open(old->op) && !opshow_open(op);
}

void news_of(struct ui *ui, const struct snapshot *before, const struct snapshot *after)
{
    bool ended = false, failed = false;
    for (size_t i = 0; i < after->operations->count; i++) {
        const struct operation *op = after->operations->items[i]->op;
        if (!ended_now(before, op))
            continue;
        bool bad = op->verdict == VERDICT_FAILED || op->status == OP_FAILED;
        ended = true;
        failed = failed || bad;
        ui_say(ui, bad ? ROLE_DANGER : op->verdict == VERDICT_PARTIAL ? ROLE_WARN : ROLE_OK,
               "%s %.120s %s", op_type_label(op->type), op->group,
               bad                                ? "failed"
               : op->verdict == VERDICT_PARTIAL ? "ended, in part"
                                                : "ended");
    }
    if ((ended && ui->bell == UI_BELL_END) || (failed && ui->bell != UI_BELL_NEVER))
        ui->ring = true;
}

/* Not by seconds: a title that changes is sent. */
static const char *stale_word(const struct snapshot *s, int64_t now_ms)
{
    return ready_stale(ready_read_ms(s), now_ms) ? " STALE" : "";
}

const char *news_title(const struct snapshot *s, int64_t now_ms, char dst[NEWS_TITLE_SIZE])
{
    const struct operation *op = NULL;
    size_t running = 0;
    for (size_t i = 0; i < s->operations->count; i++)
        if (opshow_open(s->operations->items[i]->op)) {
            op = op ? op : s->operations->items[i]->op;
            running++;
        }
    int n = snprintf(dst, NEWS_TITLE_SIZE, "protector %s", s->lab ? "LAB" : "");
    for (size_t i = 0; !s->lab && i < s->sites->count && n < 80; i++)
        n += snprintf(dst + n, NEWS_TITLE_SIZE - (size_t)n, "%s%.24s%s", i ? " " : "",
                      s->sites->items[i].name,
                      s->sites->items[i].read_only && !s->read_only ? " read-only" : "");
    n += snprintf(dst + n, NEWS_TITLE_SIZE - (size_t)n, "%s%s", s->read_only ? " read-only" : "",
                  stale_word(s, now_ms));
    if (op)
        n += snprintf(dst + n, NEWS_TITLE_SIZE - (size_t)n, ": %s %.40s %d%%",
                      op_type_label(op->type), op->group, operation_progress(op));
    if (running > 1)
        snprintf(dst + n, NEWS_TITLE_SIZE - (size_t)n, " and %zu more", running - 1);
    return dst;
}
