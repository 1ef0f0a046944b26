/* page_plan: exactly what would be done, before it is. See wizard.h. */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/planpaint.h"
#include "tui/planlines.h"

#include <stdio.h>
#include <stdlib.h>

struct plan_page {
    struct page base;
    struct planwords lines;
    size_t top, last, rows; /* last: the top from which on all the rest is seen */
    bool more;
};

static const struct plan_page *of_const(const void *p)
{
    return p;
}

/* What a mapping alone would change. */
static void take_mapping(struct plan_page *p)
{
    const struct wizard *w = p->base.w;
    json_t *args = wizard_defaults(w);
    json_t *plan = json_object(), *list = json_array();
    static const char *const KEYS[][2] = {{"network_mapping", "network"}, {"flavor_mapping", "flavor"}};
    const char *from;
    char text[500];
    json_t *to, *v;
    size_t i;
    for (size_t k = 0; k < 2; k++)
        json_object_foreach(json_map(args, KEYS[k][0]), from, to) {
            snprintf(text, sizeof text, "%s %.200s becomes %.200s", KEYS[k][1], from,
                     json_is_string(to) ? json_string_value(to) : "");
            json_array_append_new(list, json_string(text));
        }
    json_array_foreach(json_list(args, "health_checks"), i, v) {
        snprintf(text, sizeof text, "check %.400s", json_is_string(v) ? json_string_value(v) : "");
        json_array_append_new(list, json_string(text));
    }
    if (!args)
        json_array_append_new(list, json_string("Nothing was changed: there is nothing to keep."));
    json_put(plan, "consequences", list);
    planlines_take(&p->lines, plan, NULL, &w->proposal.err, false, false);
    json_decref(plan);
    json_decref(args);
}

static void plan_take(struct page *base)
{
    struct plan_page *p = (struct plan_page *)base;
    const struct wizard *w = base->w;
    bool cleans = json_object_get(w->answers.given, "no_cleanup")
                      ? !json_flag(w->answers.given, "no_cleanup", false)
                      : json_flag(w->proposal.data, "auto_cleanup", true);
    if (w->answers.kind == WIZARD_MAPPING)
        take_mapping(p);
    else
        planlines_take(&p->lines, w->plan.data, w->proposal.data,
                       w->plan.err.code ? &w->plan.err : &w->proposal.err,
                       w->answers.kind == WIZARD_DRILL, !cleans);
    planpaint_in_keys(&p->lines);
    if (p->top >= p->lines.count)
        p->top = 0;
}

static void plan_state(const struct page *base, struct page_state *ret)
{
    const struct wizard *w = base->w;
    if (w->answers.kind == WIZARD_MAPPING) {
        json_t *args = wizard_defaults(w);
        snprintf(ret->note, sizeof ret->note, args ? "changes" : "nothing changed");
        json_decref(args);
    } else if (wizard_reading(w)) {
        ret->mark = PAGE_READING;
        snprintf(ret->note, sizeof ret->note, "reading");
    } else if (!w->plan.data) {
        ret->mark = PAGE_BLOCKED;
        snprintf(ret->note, sizeof ret->note, "there is none");
    } else {
        snprintf(ret->note, sizeof ret->note, "makes %zu", planwords_makes(w->plan.data));
    }
}

static void plan_layout(struct page *base, const struct ui *ui, const struct canvas *cv,
                        struct rect area)
{
    struct plan_page *p = (struct plan_page *)base;
    (void)ui;
    p->last = planpaint_last(&p->lines, cv, area.w - 2, area.h);
    if (p->top > p->last)
        p->top = p->last;
    p->more = p->top < p->last;
    p->rows = (size_t)(area.h > 1 ? area.h - 1 : 1);
}

static void plan_paint(const struct page *base, struct canvas *cv, struct rect area)
{
    const struct plan_page *p = of_const(base);
    if (p->lines.count == 0)
        paint_text(cv, area.y, area.x, area.w, ROLE_DIM, "reading both sites");
    if (p->more)
        paint_glyph(cv, area.y + area.h - 1, area.x + area.w - 1, ROLE_DIM, GLYPH_MORE_DOWN);
    if (p->top)
        paint_glyph(cv, area.y, area.x + area.w - 1, ROLE_DIM, GLYPH_MORE_UP);
    area.w -= 2;
    planpaint(&p->lines, p->top, cv, area);
}

static void scroll(struct plan_page *p, long by)
{
    if (by < 0)
        p->top = p->top > (size_t)-by ? p->top - (size_t)-by : 0;
    else
        p->top = p->last - p->top > (size_t)by ? p->top + (size_t)by : p->last;
}

static unsigned plan_key(struct page *base, struct ui *ui, ui_key key)
{
    struct plan_page *p = (struct plan_page *)base;
    const struct {
        ui_key key;
        long by;
    } MOVES[] = {{UI_KEY_DOWN, 1},
                 {'j', 1},
                 {UI_KEY_UP, -1},
                 {'k', -1},
                 {UI_KEY_PGDN, (long)p->rows},
                 {UI_KEY_PGUP, -(long)p->rows},
                 {UI_KEY_HOME, -(long)p->lines.count - 1},
                 {'g', -(long)p->lines.count - 1},
                 {UI_KEY_END, (long)p->lines.count},
                 {'G', (long)p->lines.count}};
    (void)ui;
    for (size_t i = 0; i < sizeof MOVES / sizeof MOVES[0]; i++)
        if (MOVES[i].key == key) {
            scroll(p, MOVES[i].by);
            return UI_HANDLED;
        }
    return UI_IGNORED;
}

static void plan_detail(const struct page *base, struct buf *out)
{
    char text[160];
    if (planwords_predicted(base->w->plan.data, text, sizeof text))
        buf_printf(out, "It takes %s.\n", text);
}

static void plan_close(struct page *base)
{
    planwords_release(&((struct plan_page *)base)->lines);
    free(base);
}

static const struct page_ops PLAN_PAGE = {
    .title = "Plan",
    .about = "What would be done, by a plan that the engine has just made of what both sites say. It "
             "is made once more when it begins; a group that was changed meanwhile is refused.",
    .keys = "Down Up PgDn scroll",
    .take = plan_take,
    .state = plan_state,
    .detail = plan_detail,
    .layout = plan_layout,
    .paint = plan_paint,
    .key = plan_key,
    .close = plan_close,
};

struct page *page_plan(struct wizard *w)
{
    struct plan_page *p = xcalloc(1, sizeof *p);
    p->base = (struct page){.ops = &PLAN_PAGE, .w = w};
    return &p->base;
}
