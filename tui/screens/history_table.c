/* history_table: see history_table.h. */
#include "tui/screens/history_table.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/opcells.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const struct table_column HISTORY_COLS[HISTORY_COLUMNS] = {
    [HISTORY_WHEN] = {"STARTED", {.min = 12, .max = 16}, ALIGN_LEFT, NULL},
    [HISTORY_WHAT] = {"WHAT", {.min = 8, .max = 16, .weight = 6}, ALIGN_LEFT, NULL},
    [HISTORY_GROUP] = {"GROUP", {.min = 10, .max = 40, .weight = 3}, ALIGN_ENDS, NULL},
    [HISTORY_WAY] = {"FROM, TO", {.min = 22, .max = 32, .weight = 2, .drop = 4}, ALIGN_LEFT, NULL},
    [HISTORY_RESULT] = {"RESULT", {.min = 14, .max = 30, .weight = 3}, ALIGN_LEFT, NULL},
    [HISTORY_TOOK] = {"TOOK", {.min = 7, .max = 8}, ALIGN_RIGHT, NULL},
    [HISTORY_ID] = {"OPERATION", {.min = 11, .max = 40, .weight = 1, .drop = 5}, ALIGN_LEFT, NULL},
};

int64_t history_time(const json_t *o, const char *key)
{
    int64_t ms = 0;
    clock_parse_iso(json_text(o, key), &ms);
    return ms;
}

static int64_t began(const json_t *o)
{
    int64_t ms = history_time(o, "started_at");
    return ms ? ms : history_time(o, "created_at");
}

static int64_t took(const json_t *o)
{
    int64_t from = history_time(o, "started_at"), to = history_time(o, "completed_at");
    return from && to ? to - from : -1;
}

int64_t history_recovery_ms(const json_t *o)
{
    enum op_type type = op_type_parse(json_text(o, "operation_type"));
    const struct phase_shape *after = type < OP_TYPE_COUNT ? op_phase(type, PHASE_CLEANUP) : NULL;
    int64_t from = history_time(o, "started_at"), to = 0;
    size_t i;
    json_t *p;
    if (!from || text_equal(json_text(o, "verdict"), "failed") ||
        text_equal(json_text(o, "state"), "failed"))
        return -1;
    json_array_foreach (json_list(o, "phases"), i, p) {
        int64_t end = history_time(p, "ended_at");
        bool cleanup = after && text_equal(json_text(p, "phase"), after->word);
        if (!cleanup && end > to)
            to = end;
    }
    if (!history_time(o, "completed_at"))
        return -1;
    return to ? to - from : took(o);
}

int64_t history_loss_ms(const json_t *o)
{
    int64_t at = history_time(json_map(o, "recovery_point"), "created_at"), from = began(o);
    return at && from >= at ? from - at : -1;
}

static const char *label(const json_t *o)
{
    enum op_type type = op_type_parse(json_text(o, "operation_type"));
    return type == OP_TYPE_COUNT ? json_text(o, "operation_type") : op_type_label(type);
}

void history_cell(const json_t *o, size_t col, int64_t now_ms, struct table_cell *ret)
{
    ret->text = ret->buf;
    switch (col) {
    case HISTORY_WHEN:
        format_moment(ret->buf, sizeof ret->buf, now_ms, began(o));
        break;
    case HISTORY_WHAT:
        ret->text = label(o);
        break;
    case HISTORY_GROUP:
        ret->role = ROLE_STRONG;
        ret->text = json_text(o, "protection_group");
        break;
    case HISTORY_WAY:
        opcells_way(o, ret->buf, sizeof ret->buf);
        break;
    case HISTORY_RESULT:
        opcells_result(o, ret);
        break;
    case HISTORY_TOOK:
        if (took(o) >= 0)
            clock_span(ret->buf, sizeof ret->buf, took(o));
        break;
    default:
        ret->role = ROLE_DIM;
        ret->text = json_text(o, "id");
        break;
    }
}

void history_words(const json_t *o, struct buf *out)
{
    char result[100], way[120];
    opcells_result_words(o, result, sizeof result);
    buf_printf(out, "%s %s %s %s %s %.10s %s", label(o), json_text(o, "protection_group"),
               opcells_way(o, way, sizeof way), result, json_text(o, "id"),
               json_text(o, "created_at"), json_text(o, "error_message"));
}

static int by_number(int64_t a, int64_t b)
{
    return a == b ? 0 : a < b ? -1 : 1;
}

int history_compare(const json_t *a, const json_t *b, size_t col)
{
    struct table_cell x = {.text = NULL}, y = {.text = NULL};
    if (col == HISTORY_WHEN)
        return by_number(began(a), began(b));
    if (col == HISTORY_TOOK)
        return by_number(took(a), took(b));
    history_cell(a, col, 0, &x);
    history_cell(b, col, 0, &y);
    return strcasecmp(x.text, y.text);
}

uint64_t history_id(const json_t *o)
{
    return text_hash(0, json_text(o, "id"));
}
