/* checkshow: see checkshow.h. */
#include "tui/checkshow.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"

#include <stdio.h>

/* ---- a check of a readiness -------------------------------------------------- */

static const struct {
    const char *status;
    enum glyph mark;
    enum role role;
} STATUSES[] = {
    {"blocked", GLYPH_FAIL, ROLE_DANGER},   {"warning", GLYPH_WARN, ROLE_WARN},
    {"unknown", GLYPH_UNKNOWN, ROLE_STALE}, {"ok", GLYPH_OK, ROLE_OK},
    {"-", GLYPH_SKIP, ROLE_DIM},
};
enum { STATUS_COUNT = sizeof STATUSES / sizeof STATUSES[0] };

const struct table_column CHECK_COLUMN[CHECK_COLUMNS] = {
    [CHECK_KEY] = {"CHECK", {.min = 9, .max = 9}, ALIGN_LEFT, NULL},
    [CHECK_STATUS] = {"STATUS", {.min = 9, .max = 9}, ALIGN_LEFT, NULL},
    [CHECK_TITLE] = {"WHAT MUST HOLD", {.min = 20, .max = 42, .weight = 3}, ALIGN_LEFT, NULL},
    [CHECK_EVIDENCE] = {"EVIDENCE", {.min = 12, .weight = 2, .drop = 1}, ALIGN_LEFT, NULL},
};

int check_rank(const json_t *check)
{
    int i = 0;
    while (i < STATUS_COUNT && !text_equal(json_text(check, "status"), STATUSES[i].status))
        i++;
    return i;
}

void check_cell(const json_t *check, size_t col, struct table_cell *ret)
{
    int rank = check_rank(check);
    switch (col) {
    case CHECK_KEY:
        ret->text = json_text(check, "check");
        break;
    case CHECK_STATUS:
        ret->role = rank < STATUS_COUNT ? STATUSES[rank].role : ROLE_TEXT;
        ret->mark = rank < STATUS_COUNT ? STATUSES[rank].mark : GLYPH_NONE;
        ret->text = json_text(check, "status");
        break;
    case CHECK_TITLE:
        ret->text = json_text(check, "title");
        break;
    default:
        ret->role = ROLE_DIM;
        ret->text = json_text(check, "evidence");
        break;
    }
}

void check_detail(const json_t *check, int64_t now_ms, struct buf *out)
{
    int64_t at = 0;
    char ago[FORMAT_SIZE];
    buf_printf(out, "%s %s: %s\n", json_text(check, "check"), json_text(check, "title"),
               json_text(check, "status"));
    if (*json_text(check, "evidence"))
        buf_printf(out, "%s\n", json_text(check, "evidence"));
    if (*json_text(check, "remedy"))
        buf_printf(out, "What to do: %s\n", json_text(check, "remedy"));
    if (!clock_parse_iso(json_text(check, "read_at"), &at))
        return;
    format_ago(ago, sizeof ago, now_ms, at);
    buf_printf(out, ago[0] == 'n' ? "Read %s." : "Read %s ago.", ago);
}

const json_t **check_order(const json_t *checks, size_t *ret_count)
{
    const json_t **order = xcalloc(json_array_size(checks) + 1, sizeof *order);
    size_t n = 0, i;
    for (int rank = 0; rank < CHECK_RANKS; rank++) {
        json_t *row;
        json_array_foreach (checks, i, row)
            if (check_rank(row) == rank)
                order[n++] = row;
    }
    *ret_count = n;
    return order;
}

/* ---- a recovery point ---------------------------------------------------------- */

const struct table_column POINT_COLUMN[POINT_COLUMNS] = {
    [POINT_NAME] = {"POINT", {.min = 16, .max = 60, .weight = 3}, ALIGN_LEFT, NULL},
    [POINT_AGE] = {"AGE", {.min = 7, .max = 9}, ALIGN_RIGHT, NULL},
    [POINT_STATE] = {"STATE", {.min = 16, .max = 18}, ALIGN_LEFT, NULL},
    [POINT_VOLUMES] = {"VOLUMES", {.min = 14, .max = 24, .weight = 1}, ALIGN_LEFT, NULL},
};

static void point_state(const json_t *point, struct table_cell *ret)
{
    const json_t *within = json_object_get(point, "within_rpo");
    size_t missing = json_array_size(json_list(point, "volumes_missing"));
    ret->role = ROLE_OK, ret->mark = GLYPH_OK, ret->text = "complete";
    if (json_flag(point, "interrupted", false))
        ret->role = ROLE_WARN, ret->mark = GLYPH_WARN, ret->text = "interrupted";
    else if (!json_flag(point, "complete", false)) {
        ret->role = ROLE_INFO, ret->mark = GLYPH_RUN, ret->text = ret->buf;
        snprintf(ret->buf, sizeof ret->buf, "arriving %lld%%",
                 (long long)json_int(point, "progress", 0));
    } else if (missing)
        ret->role = ROLE_DANGER, ret->mark = GLYPH_FAIL, ret->text = "incomplete";
    else if (json_is_false(within))
        ret->role = ROLE_WARN, ret->mark = GLYPH_WARN, ret->text = "older than RPO";
}

void point_cell(const json_t *point, size_t col, struct table_cell *ret)
{
    size_t missing = json_array_size(json_list(point, "volumes_missing"));
    long long there = (long long)json_int(point, "volumes_present", 0);
    switch (col) {
    case POINT_NAME:
        ret->role = json_flag(point, "latest", false) ? ROLE_STRONG : ROLE_TEXT;
        ret->text = json_text(point, "name");
        break;
    case POINT_AGE:
        ret->text = clock_age(ret->buf, sizeof ret->buf, json_int(point, "age", 0) * 1000);
        break;
    case POINT_STATE:
        point_state(point, ret);
        break;
    default:
        ret->text = ret->buf;
        if (missing)
            snprintf(ret->buf, sizeof ret->buf, "%lld of %lld volumes", there,
                     there + (long long)missing);
        else
            snprintf(ret->buf, sizeof ret->buf, "%lld volume%s", there, there == 1 ? "" : "s");
        break;
    }
}

void point_detail(const json_t *point, struct buf *out)
{
    size_t i;
    json_t *v;
    buf_printf(out, "%s\nof %s%s\n", json_text(point, "name"), json_text(point, "created_at"),
               json_flag(point, "latest", false) ? ", used unless another is named" : "");
    json_array_foreach (json_list(point, "volumes_missing"), i, v)
        buf_printf(out, "missing: %s of %s\n", json_text(v, "volume"), json_text(v, "vm"));
}
