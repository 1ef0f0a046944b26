/* drill_proposal: see drill_proposal.h. */
#include "tui/screens/drill_proposal.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"
#include "widgets/layout.h"

#include <stdio.h>

static const char UNTOUCHED[] = "production is not touched";

enum { KIND, MARK, FROM, ARROW, TO, WHY, NOTE, COLUMNS };

static const struct layout_box BOXES[COLUMNS] = {
    [KIND] = {.min = 7, .max = 7, .drop = 2},
    [MARK] = {.min = 1, .max = 1},
    [FROM] = {.min = 12, .max = 32, .weight = 2},
    [ARROW] = {.min = 1, .max = 1},
    [TO] = {.min = 12, .max = 32, .weight = 2},
    [WHY] = {.min = 10, .max = 12},
    [NOTE] = {.min = 10, .max = 80, .weight = 2, .drop = 3},
};

static size_t mapping_count(const json_t *p)
{
    return json_array_size(json_list(p, "networks")) + json_array_size(json_list(p, "flavors"));
}

int proposal_mapping_rows(const json_t *proposal)
{
    size_t n = mapping_count(proposal);
    return 2 + (int)(n < 100 ? n : 100) + (n == 0);
}

void proposal_head_paint(const json_t *proposal, const char *group, int64_t now_ms,
                         struct canvas *cv, struct rect row)
{
    char age[24];
    int64_t at = 0;
    struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
    pen_text(&pen, ROLE_TITLE, "drill ");
    pen_text(&pen, ROLE_STRONG, group);
    pen_gap(&pen, 2);
    if (!proposal)
        return;
    pen_text(&pen, ROLE_TEXT, json_text(proposal, "source_site"));
    pen_gap(&pen, 1);
    pen_glyph(&pen, ROLE_DIM, GLYPH_ARROW);
    pen_gap(&pen, 1);
    pen_text(&pen, ROLE_TEXT, json_text(proposal, "target_site"));
    pen_gap(&pen, 3);
    const json_t *point = json_map(proposal, "recovery_point");
    if (point && clock_parse_iso(json_text(point, "created_at"), &at))
        pen_textf(&pen, ROLE_DIM, "recovery point %s old  ",
                  clock_age(age, sizeof age, now_ms - at));
    if (pen_room(&pen) >= (int)sizeof UNTOUCHED)
        pen_text(&pen, ROLE_OK, UNTOUCHED);
}

static void paint_row(const json_t *o, const char *kind, struct canvas *cv, int y,
                      const struct rect cols[COLUMNS])
{
    const char *to = json_text(o, "to_name"), *note = json_text(o, "note");
    const char *from = json_text(o, "from_name"), *reason = json_text(o, "reason");
    bool mapped = !text_equal(reason, "none") && (*to || *json_text(o, "to"));
    enum role role = !mapped ? ROLE_DANGER : *note ? ROLE_WARN : ROLE_OK;
    enum glyph mark = !mapped ? GLYPH_FAIL : *note ? GLYPH_WARN : GLYPH_OK;

    paint_text(cv, y, cols[KIND].x, cols[KIND].w, ROLE_DIM, kind);
    paint_glyph(cv, y, cols[MARK].x, role, mark);
    paint_text(cv, y, cols[FROM].x, cols[FROM].w, ROLE_TEXT, *from ? from : json_text(o, "from"));
    paint_glyph(cv, y, cols[ARROW].x, ROLE_DIM, GLYPH_ARROW);
    paint_text(cv, y, cols[TO].x, cols[TO].w, mapped ? ROLE_STRONG : ROLE_DANGER,
               !mapped ? "no counterpart"
               : *to   ? to
                       : json_text(o, "to"));
    paint_text(cv, y, cols[WHY].x, cols[WHY].w, ROLE_DIM, mapped ? reason : "");
    paint_text(cv, y, cols[NOTE].x, cols[NOTE].w, ROLE_WARN, note);
}

/* Those without a counterpart come first, so that a short screen shows them. */
static void paint_rows(const json_t *p, bool unmapped, struct canvas *cv, struct rect *in,
                       const struct rect cols[COLUMNS])
{
    static const char *const LISTS[][2] = {{"networks", "network"}, {"flavors", "flavor"}};
    for (size_t l = 0; l < 2; l++) {
        size_t i;
        json_t *o;
        json_array_foreach (json_list(p, LISTS[l][0]), i, o) {
            bool none = text_equal(json_text(o, "reason"), "none");
            if (none == unmapped && !rect_empty(*in))
                paint_row(o, LISTS[l][1], cv, rect_cut_top(in, 1).y, cols);
        }
    }
}

void proposal_mapping_paint(const json_t *proposal, struct canvas *cv, struct rect area)
{
    struct rect cols[COLUMNS];
    char note[48] = "";
    size_t n = mapping_count(proposal);
    if (n > (size_t)(area.h > 2 ? area.h - 2 : 0))
        snprintf(note, sizeof note, "%d of %zu shown", area.h > 2 ? area.h - 2 : 0, n);
    struct rect in =
        rect_inset(paint_box(cv, area, ROLE_BORDER, "Mapping", note[0] ? note : NULL), 0, 1);
    struct canvas sub = canvas_clip(cv, in);
    if (!proposal || n == 0) {
        paint_text(&sub, in.y, in.x, in.w, ROLE_DIM,
                   proposal ? "the group has nothing to map" : "reading both sites");
        return;
    }
    layout_solve(LAYOUT_COLS, BOXES, COLUMNS, 1, in, cols);
    paint_rows(proposal, true, &sub, &in, cols);
    paint_rows(proposal, false, &sub, &in, cols);
}

/* ---- what stands in the way ---------------------------------------------------- */

int proposal_problem_rows(const json_t *proposal, const struct canvas *cv, int width)
{
    size_t i;
    json_t *o;
    int rows = 0, w = width > 8 ? width - 6 : 2;
    json_array_foreach (json_list(proposal, "problems"), i, o) {
        rows += paint_wrapped_rows(cv, w, json_text(o, "text"));
        if (*json_text(o, "remedy"))
            rows += paint_wrapped_rows(cv, w, json_text(o, "remedy"));
    }
    json_array_foreach (json_list(proposal, "warnings"), i, o)
        rows += paint_wrapped_rows(cv, w, json_is_string(o) ? json_string_value(o) : "");
    return rows ? rows + 2 : 0;
}

static void paint_item(struct canvas *cv, struct rect *in, enum role role, enum glyph mark,
                       const char *text)
{
    if (rect_empty(*in))
        return;
    if (mark != GLYPH_NONE)
        paint_glyph(cv, in->y, in->x, role, mark);
    struct rect at = *in;
    rect_cut_left(&at, 2);
    rect_cut_top(in, paint_wrapped(cv, at, role, text));
}

void proposal_problems_paint(const json_t *proposal, struct canvas *cv, struct rect area)
{
    const json_t *problems = json_list(proposal, "problems");
    bool stop = json_array_size(problems) > 0;
    size_t i;
    json_t *o;
    struct rect in = rect_inset(
        paint_box(cv, area, stop ? ROLE_DANGER : ROLE_WARN, stop ? "In the way" : "Warnings", NULL),
        0, 1);
    json_array_foreach (problems, i, o) {
        paint_item(cv, &in, ROLE_DANGER, GLYPH_FAIL, json_text(o, "text"));
        if (*json_text(o, "remedy"))
            paint_item(cv, &in, ROLE_TEXT, GLYPH_NONE, json_text(o, "remedy"));
    }
    json_array_foreach (json_list(proposal, "warnings"), i, o)
        if (json_is_string(o))
            paint_item(cv, &in, ROLE_WARN, GLYPH_WARN, json_string_value(o));
}
