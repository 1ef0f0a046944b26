/* wizard_ask: what the wizard asks of the engine, and what it makes of the
 * answers. See wizard.h. */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/planwords.h"
#include "tui/ready.h"
#include "tui/wizard/draft.h"

#include <stdio.h>
#include <string.h>

static struct wizard *of(struct screen *s)
{
    return (struct wizard *)s;
}

static bool has_plan(const struct wizard *w)
{
    return w->answers.kind != WIZARD_MAPPING;
}

bool wizard_reading(const struct wizard *w)
{
    return w->dirty || w->proposal.asking || w->plan.asking;
}

void wizard_take_pages(struct wizard *w)
{
    for (size_t i = 0; i < PAGES; i++)
        if (w->pages[i]->ops->take)
            w->pages[i]->ops->take(w->pages[i]);
}

/* ---- may it be begun? ------------------------------------------------------------------ */

json_t *wizard_defaults(const struct wizard *w)
{
    return answers_defaults(&w->answers, w->record, w->proposal.data, w->version);
}

bool wizard_idle(const struct wizard *w)
{
    json_t *keeps = w->answers.kind == WIZARD_MAPPING ? wizard_defaults(w) : NULL;
    bool idle = w->answers.kind == WIZARD_MAPPING && !keeps;
    json_decref(keeps);
    return idle;
}

void wizard_weigh(struct wizard *w)
{
    const json_t *problems = json_list(w->proposal.data, "problems");
    size_t n = json_array_size(problems), blocked = 0, ignored = 0;
    struct page_state what;
    wizard_page_state(w, PAGE_WHAT, &what);
    for (int i = 0; i < PAGES; i++) {
        size_t some = 0;
        wizard_count_checks(w, (enum wizard_page)i, &some, &ignored);
        blocked += some;
    }
    w->why_not[0] = '\0';
    if (w->going)
        snprintf(w->why_not, sizeof w->why_not, "it is being begun");
    else if (w->then_go)
        snprintf(w->why_not, sizeof w->why_not, "both sites are read again first; Esc cancels");
    else if (wizard_reading(w))
        snprintf(w->why_not, sizeof w->why_not, "reading both sites");
    else if (w->offering == OFFER_DRAFT) /* nothing was asked yet */
        snprintf(w->why_not, sizeof w->why_not, "say first how to go on");
    else if (!w->proposal.data)
        snprintf(w->why_not, sizeof w->why_not, "%s",
                 w->proposal.err.code ? "the engine has refused to look" : "there is no answer from the engine");
    else if (!has_plan(w))
        return;
    else if (n)
        snprintf(w->why_not, sizeof w->why_not, "%zu thing%s in the way", n,
                 n == 1 ? " stands" : "s stand");
    else if (blocked || (w->plan.data && !plan_ready(w->plan.data)))
        snprintf(w->why_not, sizeof w->why_not, "%zu check%s it", blocked ? blocked : 1,
                 blocked > 1 ? "s block" : " blocks");
    else if (what.mark == PAGE_BLOCKED)
        snprintf(w->why_not, sizeof w->why_not, "page 1 stands in the way: %s", what.note);
    else if (!w->plan.data)
        snprintf(w->why_not, sizeof w->why_not, "there is no plan: see page 6");
}

const char *wizard_blocked(const struct wizard *w)
{
    return w->why_not;
}

/* ---- suggestions -------------------------------------------------------------------------- */

/* What the engine would choose for what has no counterpart becomes an answer: it
 * is seen, sent, and can be changed as any other. */
static bool adopt(struct wizard *w, const char *list, const char *key)
{
    bool some = false;
    json_t *row;
    size_t i;
    json_array_foreach(json_list(w->proposal.data, list), i, row) {
        const json_t *s = json_map(row, "suggested");
        const char *from = json_text(row, "from");
        if (!s || *json_text(row, "to") || *answers_target(&w->answers, key, from))
            continue;
        answers_map(&w->answers, key, from, json_text(s, "to"));
        some = true;
    }
    return some;
}

/* ---- the answers ------------------------------------------------------------------------------ */

static void take(struct wizard_answer *a, const struct pc_error *err, const json_t *data)
{
    a->asking = false;
    json_decref(a->data);
    a->data = err ? NULL : json_deep_copy(data);
    a->err = err ? *err : (struct pc_error){.code = PC_OK};
}

/* The first page that wants to be looked at; when none does, the plan. */
static void land(struct wizard *w)
{
    struct page_state st;
    if (w->landed || wizard_reading(w))
        return;
    w->landed = true;
    if (w->page != PAGE_WHAT || w->touched || w->offering)
        return;
    for (int i = PAGE_NETWORKS; i < PAGE_PLAN; i++) {
        wizard_page_state(w, (enum wizard_page)i, &st);
        if (st.mark == PAGE_BLOCKED) {
            w->page = (size_t)i;
            return;
        }
    }
    if (w->answers.kind == WIZARD_DRILL)
        w->page = answers_count(&w->answers) ? PAGE_NETWORKS : PAGE_PLAN;
    else if (w->answers.kind == WIZARD_MAPPING)
        w->page = PAGE_NETWORKS;
}

void wizard_hold(struct wizard *w)
{
    json_decref(w->agreed);
    json_decref(w->confirm);
    w->agreed = w->confirm = NULL;
    w->then_go = false;
}

/* The plan was made anew: does it begin? */
static void go_on(struct wizard *w, struct ui *ui)
{
    bool same = plan_agrees(w->plan.data, w->agreed);
    json_t *confirm = json_incref(w->confirm);
    wizard_hold(w);
    wizard_weigh(w);
    if (same && !w->why_not[0]) {
        wizard_go(w, ui, confirm);
        return;
    }
    json_decref(confirm);
    ui_say(ui, ROLE_WARN, "nothing was begun: the plan is not what it was; look again");
}

static void arrived(struct wizard *w, struct ui *ui)
{
    wizard_weigh(w);
    wizard_take_pages(w);
    land(w);
    if (w->then_go && !wizard_reading(w))
        go_on(w, ui);
}

static void came_plan(struct screen *s, struct ui *ui, const struct pc_error *err,
                      const json_t *data)
{
    struct wizard *w = of(s);
    take(&w->plan, err, data);
    w->read_ms = ui->now.wall_ms;
    arrived(w, ui);
}

static void came_proposal(struct screen *s, struct ui *ui, const struct pc_error *err,
                          const json_t *data)
{
    struct wizard *w = of(s);
    const struct group_view *g = snapshot_group(ui->snap, w->group_id);
    take(&w->proposal, err, data);
    if (g)
        wizard_take_record(w, g->group);
    bool networks = adopt(w, "networks", "network_mapping");
    bool flavors = adopt(w, "flavors", "flavor_mapping");
    if (adopt(w, "images", "image_mapping") || flavors || networks) {
        w->dirty = true; /* at once: the plan of before is worth nothing */
        w->ask_at_ms = ui->now.mono_ms;
    }
    arrived(w, ui);
}

static void came_points(struct screen *s, struct ui *ui, const struct pc_error *err,
                        const json_t *data)
{
    struct wizard *w = of(s);
    (void)ui;
    take(&w->points, err, data);
    wizard_weigh(w);
    wizard_take_pages(w);
}

void wizard_ask_points(struct wizard *w, struct ui *ui)
{
    json_t *args = json_object();
    json_put_text(args, "group", w->group_id);
    if (WIZARD_KIND[w->answers.kind].operation)
        json_put_text(args, "operation", WIZARD_KIND[w->answers.kind].operation);
    w->points.asking = true;
    ui_ask(ui, &w->base, "recovery_point_list", args, came_points);
}

void wizard_ask(struct wizard *w, struct ui *ui)
{
    w->dirty = false;
    w->proposal.asking = true;
    w->plan.asking = has_plan(w);
    wizard_weigh(w);
    ui_ask(ui, &w->base, "test_propose", answers_args(&w->answers, "test_propose", w->group_id),
           came_proposal);
    if (!has_plan(w))
        return;
    json_t *args = answers_args(&w->answers, w->kind->verb, w->group_id);
    json_put_flag(args, "dry_run", true);
    ui_ask(ui, &w->base, w->kind->verb, args, came_plan);
}

/* ---- doing it ------------------------------------------------------------------------------------ */

static void refused(struct wizard *w, const struct pc_error *err)
{
    snprintf(w->refusal, sizeof w->refusal, "%.250s%s%.300s", err->text,
             err->remedy[0] ? " - " : "", err->remedy);
}

static void began(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct wizard *w = of(s);
    char id[OP_ID_SIZE];
    w->going = false;
    if (err) {
        refused(w, err);
        wizard_weigh(w);
        wizard_take_pages(w);
        return;
    }
    safe_text(id, sizeof id, json_text(data, "id"));
    draft_drop(ui->state_dir, w->group_id, w->answers.kind);
    w->touched = false;
    ui_say(ui, ROLE_OK, "the %s of %s has begun", w->kind->word, w->group);
    ui_close(ui, s);
    if (id[0])
        ui_push(ui, watch_open(id));
}

static void kept(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct wizard *w = of(s);
    w->going = false;
    if (err) {
        refused(w, err);
        wizard_weigh(w);
        return;
    }
    w->version = json_int(data, "metadata_version", w->version);
    w->refusal[0] = '\0';
    ui_say(ui, ROLE_OK, "kept with %s, version %lld", w->group, (long long)w->version);
    if (w->answers.kind == WIZARD_MAPPING) {
        draft_drop(ui->state_dir, w->group_id, w->answers.kind);
        w->touched = false;
        ui_close(ui, s);
        return;
    }
    wizard_ask(w, ui);
}

void wizard_keep(struct wizard *w, struct ui *ui)
{
    json_t *args = wizard_defaults(w);
    if (!args)
        return;
    w->going = true;
    wizard_weigh(w);
    ui_ask(ui, &w->base, "group_update", args, kept);
}

void wizard_go(struct wizard *w, struct ui *ui, json_t *confirm)
{
    w->refusal[0] = '\0';
    if (w->answers.kind == WIZARD_MAPPING) {
        json_decref(confirm);
        wizard_keep(w, ui);
        return;
    }
    if (ready_stale(w->read_ms, ui->now.wall_ms)) {
        w->then_go = true;
        w->agreed = json_incref(w->plan.data);
        w->confirm = confirm ? confirm : json_object();
        wizard_ask(w, ui);
        return;
    }
    json_t *args = answers_args(&w->answers, w->kind->verb, w->group_id);
    json_object_update(args, confirm);
    json_decref(confirm);
    w->going = true;
    wizard_weigh(w);
    ui_ask(ui, &w->base, w->kind->verb, args, began);
}
