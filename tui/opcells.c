/* opcells: see opcells.h. */
#include "tui/opcells.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/opshow.h"
#include "tui/words.h"

#include <stdio.h>

int64_t opcells_time(const json_t *o, const char *key)
{
    int64_t ms = 0;
    clock_parse_iso(json_text(o, key), &ms);
    return ms;
}

int64_t opcells_begin(const json_t *op)
{
    int64_t started = opcells_time(op, "started_at");
    return started ? started : opcells_time(op, "created_at");
}

const char *opcells_type(const json_t *op)
{
    enum op_type type = op_type_parse(json_text(op, "operation_type"));
    return type == OP_TYPE_COUNT ? json_text(op, "operation_type") : op_type_label(type);
}

char *opcells_way(const json_t *op, char *dst, size_t size)
{
    return words_way(dst, size, op_type_parse(json_text(op, "operation_type")),
                     json_text(op, "source_site"), json_text(op, "target_site"));
}

char *opcells_result_words(const json_t *op, char *dst, size_t size)
{
    bool stopped = json_flag(op, "stopped", false);
    const char *verdict = stopped ? "stopped" : json_text(op, "verdict");
    const char *status = json_text(op, "status"), *said = words_event(status);
    bool alone = text_equal(verdict, status) || (stopped && text_equal(status, "failed")) ||
                 (text_equal(verdict, "passed") && text_equal(status, "completed"));
    if (*verdict && alone)
        snprintf(dst, size, "%.40s", verdict);
    else if (*verdict)
        snprintf(dst, size, "%.40s, %.40s", verdict, said);
    else
        snprintf(dst, size, "%.60s", said);
    return dst;
}

void opcells_result(const json_t *op, struct table_cell *ret)
{
    const char *verdict = json_text(op, "verdict");
    bool stopped = json_flag(op, "stopped", false);
    bool failed = !stopped && (text_equal(verdict, "failed") ||
                               text_equal(json_text(op, "state"), "failed"));
    bool running = text_equal(json_text(op, "state"), "running");
    ret->role = failed ? ROLE_DANGER : running ? ROLE_INFO : ROLE_OK;
    ret->mark = failed ? GLYPH_FAIL : running ? GLYPH_RUN : GLYPH_OK;
    if (stopped || text_equal(verdict, op_verdict_word(VERDICT_PARTIAL)))
        ret->role = ROLE_WARN, ret->mark = GLYPH_WARN;
    if (text_equal(json_text(op, "state"), "pending"))
        ret->role = ROLE_DIM, ret->mark = GLYPH_WAIT;
    ret->text = opcells_result_words(op, ret->buf, sizeof ret->buf);
    ret->brief = stopped ? "stopped" : *verdict ? verdict : running ? "running" : NULL;
}

int64_t opcells_took(const json_t *op)
{
    int64_t started = opcells_time(op, "started_at"), ended = 0;
    size_t i;
    json_t *p;
    if (!started || !opcells_time(op, "completed_at"))
        return -1;
    json_array_foreach (json_list(op, "phases"), i, p) {
        int64_t end = opcells_time(p, "ended_at");
        if (!text_equal(json_text(p, "phase"), "cleanup") && end > ended)
            ended = end;
    }
    return (ended ? ended : opcells_time(op, "completed_at")) - started;
}

bool opcells_subject(const json_t *op, const struct snapshot *s, struct act_operation *ret)
{
    enum op_type type = op_type_parse(json_text(op, "operation_type"));
    enum op_status status = op_status_parse(json_text(op, "status"));
    if (type == OP_TYPE_COUNT || status == OP_STATUS_COUNT)
        return false;
    *ret = (struct act_operation){.id = json_text(op, "id"), .type = type, .status = status};
    const struct op_view *v = snapshot_operation(s, ret->id);
    if (v) {
        ret->cleanup_due = opshow_cleanup_due(v->op);
        ret->cancel_asked = v->op->cancel_asked;
        ret->verdict = v->op->verdict;
        ret->as_asked = opshow_moved_as_asked(v->op);
    }
    return true;
}
