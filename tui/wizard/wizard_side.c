/* wizard_side: the rail that tells where one is and what is open. See wizard.h. */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <string.h>

/* ---- which check is whose ----------------------------------------------------------- */

static const struct {
    const char *key;
    enum wizard_page page;
} OWNERS[] = {
    {"R-SNAP", PAGE_WHAT},       {"R-RPO", PAGE_WHAT},    {"R-CKPT", PAGE_WHAT},
    {"R-NET", PAGE_NETWORKS},    {"R-IP", PAGE_NETWORKS}, {"R-PRODNET", PAGE_NETWORKS},
    {"R-SG", PAGE_NETWORKS},     {"R-FLV", PAGE_FLAVORS}, {"R-QUOTA", PAGE_FLAVORS},
    {"R-CAP", PAGE_FLAVORS},     {"R-IMG", PAGE_FLAVORS},
};

/* What belongs to no question is the plan's. */
enum wizard_page wizard_owner(const json_t *check)
{
    for (size_t i = 0; i < sizeof OWNERS / sizeof OWNERS[0]; i++)
        if (text_equal(OWNERS[i].key, json_text(check, "check")))
            return OWNERS[i].page;
    return PAGE_PLAN;
}

const json_t *wizard_readiness(const struct wizard *w)
{
    const json_t *r = json_map(w->proposal.data, "readiness");
    return json_list(r ? r : json_map(w->plan.data, "readiness"), "checks");
}

void wizard_count_checks(const struct wizard *w, enum wizard_page page, size_t *ret_blocked,
                         size_t *ret_warned)
{
    json_t *c;
    size_t i;
    *ret_blocked = *ret_warned = 0;
    json_array_foreach(wizard_readiness(w), i, c) {
        const char *status = json_text(c, "status");
        if (wizard_owner(c) != page)
            continue;
        *ret_blocked += text_equal(status, "blocked");
        *ret_warned += text_equal(status, "warning");
    }
}

/* ---- how a page stands ------------------------------------------------------------------ */

void wizard_page_state(const struct wizard *w, enum wizard_page page, struct page_state *ret)
{
    size_t blocked, warned;
    *ret = (struct page_state){.mark = PAGE_FINE};
    w->pages[page]->ops->state(w->pages[page], ret);
    wizard_count_checks(w, page, &blocked, &warned);
    bool kept = w->answers.kind == WIZARD_MAPPING && page == PAGE_PLAN; /* nothing is begun */
    if (ret->mark == PAGE_OFF || ret->mark == PAGE_READING || kept)
        return;
    if (blocked)
        ret->mark = PAGE_BLOCKED;
    if (blocked && page == PAGE_PLAN) /* how much it would make matters less than why not */
        snprintf(ret->note, sizeof ret->note, "%zu block%s it", blocked, blocked == 1 ? "s" : "");
    else if (warned && ret->mark == PAGE_FINE)
        ret->mark = PAGE_WARNED;
}

/* ---- the rail ---------------------------------------------------------------------------- */

static const struct {
    enum glyph glyph;
    enum role role;
} MARKS[] = {
    [PAGE_FINE] = {GLYPH_OK, ROLE_OK},         [PAGE_WARNED] = {GLYPH_WARN, ROLE_WARN},
    [PAGE_BLOCKED] = {GLYPH_FAIL, ROLE_DANGER}, [PAGE_READING] = {GLYPH_UNKNOWN, ROLE_STALE},
    [PAGE_TO_DO] = {GLYPH_WAIT, ROLE_DIM},      [PAGE_OFF] = {GLYPH_SKIP, ROLE_DIM},
};

/* One row: "1✔ 2✔ 3! ... Networks". */
static void paint_short(const struct wizard *w, struct canvas *cv, struct rect row)
{
    struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
    for (size_t i = 0; i < PAGES; i++) {
        struct page_state st;
        wizard_page_state(w, (enum wizard_page)i, &st);
        bool here = i == w->page;
        if (here)
            pen_glyph(&pen, ROLE_FOCUS, GLYPH_CURSOR);
        pen_textf(&pen, here ? ROLE_FOCUS : ROLE_DIM, "%zu", i + 1);
        pen_glyph(&pen, MARKS[st.mark].role, MARKS[st.mark].glyph);
        if (here)
            pen_textf(&pen, ROLE_FOCUS, " %s", w->pages[i]->ops->title);
        pen_gap(&pen, 2);
    }
}

void wizard_rail_paint(const struct wizard *w, struct canvas *cv, struct rect area)
{
    if (area.h == 1) {
        paint_short(w, cv, area);
        return;
    }
    bool notes = area.h >= 2 * PAGES;
    for (size_t i = 0; i < PAGES && !rect_empty(area); i++) {
        struct page_state st;
        struct rect row = rect_cut_top(&area, 1);
        bool here = i == w->page;
        wizard_page_state(w, (enum wizard_page)i, &st);
        struct pen pen = pen_on(cv, row.y, row.x, row.w - 1);
        pen_glyph(&pen, ROLE_FOCUS, here ? GLYPH_CURSOR : GLYPH_NONE);
        if (!here)
            pen_gap(&pen, 1);
        pen_textf(&pen, here ? ROLE_FOCUS : ROLE_DIM, "%zu ", i + 1);
        pen_glyph(&pen, MARKS[st.mark].role, MARKS[st.mark].glyph);
        pen_textf(&pen, here ? ROLE_FOCUS : st.mark == PAGE_OFF ? ROLE_DIM : ROLE_TEXT, " %s",
                  w->pages[i]->ops->title);
        if (!notes || rect_empty(area))
            continue;
        row = rect_cut_top(&area, 1);
        paint_text(cv, row.y, row.x + 5, row.w - 6,
                   st.mark == PAGE_BLOCKED ? ROLE_DANGER
                   : st.mark == PAGE_WARNED ? ROLE_WARN
                                            : ROLE_DIM,
                   st.note);
    }
}
