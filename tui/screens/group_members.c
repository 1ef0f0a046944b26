/*
 * group_members: the members of a group as a tree: where each stands and how it
 * ended for it, and below it its volumes and addresses, and what stood for it before
 * and still does.
 *
 * The facts are the snapshot's; how the members stand is asked for. See
 * group_pane.h.
 */
#include "tui/screens/group_pane.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/model/lifecycle.h"
#include "tui/format.h"
#include "tui/opcells.h"
#include "tui/ready.h"
#include "tui/truth.h"
#include "widgets/tree.h"

#include <stdio.h>
#include <stdlib.h>

enum { WHAT, STATE, TRUTH, RESULT, SIZE, WHERE, COLUMNS };
/* They change seldom: two turns of the look for readiness. */
enum { FACTS_STALE_MS = 10 * 60 * 1000 };
enum { OPEN_AT_FIRST = 14 }; /* lines that are seen at once at 80x24 */
enum { WORDS_MAX = 32 * 1024 };

/* A member, one of its volumes or ports, or what stood for it elsewhere and is there still. */
struct node {
    size_t member;
    enum { NODE_MEMBER, NODE_VOLUME, NODE_NIC, NODE_PREDECESSOR } kind;
    size_t index; /* of the volume, the port or the predecessor */
};

struct members {
    struct pane base;
    struct group *group; /* a reference: the rows are its */
    struct tree tree;
    struct node *nodes;
    size_t count, room;
};

static const struct table_column COLS[COLUMNS] = {
    [WHAT] = {"MEMBER", {.min = 15, .max = 40, .weight = 3}, ALIGN_LEFT, NULL},
    [STATE] = {"STATE", {.min = 20, .max = 24, .weight = 1}, ALIGN_LEFT, NULL},
    [TRUTH] = {"TRUTH", {.min = TRUTH_COLUMNS, .max = TRUTH_COLUMNS + 2, .drop = 1}, ALIGN_LEFT,
               NULL},
    [RESULT] = {"RESULT", {.min = 9, .max = 10, .drop = 3}, ALIGN_LEFT, NULL},
    [SIZE] = {"FLAVOR, SIZE", {.min = 12, .max = 26, .weight = 1, .drop = 4}, ALIGN_LEFT, NULL},
    [WHERE] = {"ADDRESS", {.min = 12, .max = 60, .weight = 3, .drop = 2}, ALIGN_LEFT, NULL},
};

/* ---- looks ---------------------------------------------------------------------- */

static const struct {
    enum glyph mark;
    enum role role;
    const char *word;
} STATES[MEMBER_STATE_COUNT] = {
    [MEMBER_PROTECTED] = {GLYPH_OK, ROLE_OK, "protected"},
    [MEMBER_BLOCKED] = {GLYPH_FAIL, ROLE_DANGER, "blocked"},
    [MEMBER_PROVISIONING] = {GLYPH_RUN, ROLE_INFO, "provisioning"},
    [MEMBER_BOOTING] = {GLYPH_RUN, ROLE_INFO, "booting"},
    [MEMBER_FINALIZING] = {GLYPH_RUN, ROLE_INFO, "finalizing"},
    [MEMBER_VERIFYING] = {GLYPH_RUN, ROLE_INFO, "verifying"},
    [MEMBER_RUNNING_TEST] = {GLYPH_UP, ROLE_INFO, "running (test)"},
    [MEMBER_RECOVERED] = {GLYPH_OK, ROLE_OK, "recovered"},
    [MEMBER_RECOVERED_UNVERIFIED] = {GLYPH_WARN, ROLE_WARN, "unverified"},
    [MEMBER_FAILED] = {GLYPH_FAIL, ROLE_DANGER, "failed"},
    [MEMBER_CLEANING] = {GLYPH_RUN, ROLE_INFO, "cleaning"},
    [MEMBER_CLEANED] = {GLYPH_SKIP, ROLE_DIM, "cleaned"},
    [MEMBER_STOPPED_PRIMARY] = {GLYPH_DOWN, ROLE_WARN, "source stopped"},
    [MEMBER_READY_FOR_FAILBACK] = {GLYPH_DOWN, ROLE_INFO, "data is back"},
};

static const struct {
    const char *result, *word;
    enum glyph mark;
    enum role role;
} RESULTS[] = {
    {"succeeded", "ok", GLYPH_OK, ROLE_OK},
    {"partial", "partial", GLYPH_WARN, ROLE_WARN},
    {"failed", "failed", GLYPH_FAIL, ROLE_DANGER},
};

/* ---- cells ------------------------------------------------------------------------ */

static const struct members *of_const(const void *p)
{
    return p;
}

static const struct member *member_at(const struct members *m, size_t node)
{
    return &m->group->members[m->nodes[node].member];
}

/* What the engine says of the member; NULL: not asked yet. */
static const json_t *told(const struct members *m, const struct member *of)
{
    size_t i;
    json_t *one;
    json_array_foreach (json_list(m->base.reply, "members"), i, one)
        if (text_equal(json_text(one, "instance_id"), of->id))
            return one;
    return NULL;
}

/* Facts are as old as the reading that took them, or the last look that found them
 * unchanged. */
static int64_t facts_read(const struct members *m)
{
    const struct group_view *g = m->base.view;
    int64_t read = g->group->captured_ms;
    for (int i = 0; !g->readiness_drifted && i < READY_FOR_COUNT; i++)
        if (g->readiness[i] && g->readiness[i]->at_ms > read)
            read = g->readiness[i]->at_ms;
    return read;
}

/* When a site last answered for it: a step of what runs or ran last, or a look around
 * since. Nobody was answered: it is what the history claims. */
static void stand_truth(const struct members *m, const json_t *told, struct table_cell *ret)
{
    static const enum group_state MOVING[] = {GROUP_TESTING, GROUP_TEST_CLEANING,
                                              GROUP_FAILING_OVER, GROUP_ROLLING_BACK,
                                              GROUP_FAILING_BACK};
    int64_t read = opcells_time(told, "read_at"), limit = FACTS_STALE_MS;
    for (size_t i = 0; i < sizeof MOVING / sizeof MOVING[0]; i++)
        if (m->base.view->state == MOVING[i])
            limit = ready_stale_ms();
    truth_cell(!told ? TRUTH_UNKNOWN : read ? TRUTH_READ : TRUTH_CLAIMED, read, limit,
               m->base.now_ms, ret);
}

/* What the record says of it, and the site does not: it is not there, or it does not run. */
static void world_cell(const json_t *t, struct table_cell *ret)
{
    const char *server = json_text(t, "server");
    if (!*server || text_equal(server, "ACTIVE"))
        return;
    bool absent = text_equal(server, "absent");
    ret->role = absent ? ROLE_DANGER : ROLE_WARN;
    ret->mark = absent ? GLYPH_FAIL : GLYPH_WARN;
    snprintf(ret->buf, sizeof ret->buf, "%.12s %.16s", ret->text, server);
    ret->text = ret->buf;
}

static void state_cell(const json_t *t, struct table_cell *ret)
{
    const char *name = json_text(t, "state");
    ret->role = ROLE_STALE;
    ret->mark = GLYPH_UNKNOWN;
    ret->text = t ? name : "unknown";
    for (int i = 0; t && i < MEMBER_STATE_COUNT; i++)
        if (text_equal(name, member_state_name((enum member_state)i))) {
            ret->role = STATES[i].role;
            ret->mark = STATES[i].mark;
            ret->text = STATES[i].word;
        }
    world_cell(t, ret);
}

static void result_cell(const json_t *t, struct table_cell *ret)
{
    for (size_t i = 0; i < sizeof RESULTS / sizeof RESULTS[0]; i++)
        if (text_equal(json_text(t, "result"), RESULTS[i].result)) {
            ret->role = RESULTS[i].role;
            ret->mark = RESULTS[i].mark;
            ret->text = RESULTS[i].word;
            return;
        }
    ret->role = ROLE_DIM;
    ret->text = "-";
}

static void member_cell(const struct members *m, const struct member *of, size_t col,
                        struct table_cell *ret)
{
    const json_t *t = told(m, of);
    switch (col) {
    case WHAT:
        ret->role = ROLE_STRONG;
        ret->text = of->name;
        break;
    case STATE:
        state_cell(t, ret);
        break;
    case TRUTH:
        stand_truth(m, t, ret);
        break;
    case RESULT:
        result_cell(t, ret);
        break;
    case SIZE:
        ret->text = of->flavor.name;
        break;
    default:
        ret->text = of->nic_count ? of->nics[0].ip : "no address";
        ret->role = of->nic_count ? ROLE_TEXT : ROLE_DIM;
        if (of->nic_count > 1) {
            ret->text = ret->buf;
            snprintf(ret->buf, sizeof ret->buf, "%.60s and %zu more", of->nics[0].ip,
                     of->nic_count - 1);
        }
        break;
    }
}

static void volume_cell(const struct volume *v, size_t col, struct table_cell *ret)
{
    ret->role = ROLE_DIM;
    ret->text = ret->buf;
    if (col == WHAT)
        ret->role = ROLE_TEXT, ret->text = *v->name ? v->name : v->id;
    else if (col == STATE)
        ret->text = v->bootable ? "boots from it" : "volume";
    else if (col == SIZE)
        snprintf(ret->buf, sizeof ret->buf, "%lld GiB %.60s", (long long)v->size_gib,
                 v->type ? v->type : "");
    else if (col == WHERE)
        ret->text = v->device;
}

static void nic_cell(const struct nic *n, size_t col, struct table_cell *ret)
{
    ret->role = ROLE_DIM;
    ret->text = ret->buf;
    if (col == WHAT)
        ret->role = ROLE_TEXT, ret->text = n->network_name;
    else if (col == STATE)
        ret->text = "network";
    else if (col == WHERE)
        snprintf(ret->buf, sizeof ret->buf, "%.60s  %.40s", n->ip, n->mac ? n->mac : "");
}

/* Nobody looks at it: what it holds, as it was left. */
static void predecessor_cell(const struct predecessor *p, int64_t now_ms, size_t col,
                             struct table_cell *ret)
{
    char left[FORMAT_SIZE];
    ret->role = ROLE_DIM;
    ret->text = ret->buf;
    if (col == WHAT)
        ret->role = ROLE_TEXT, snprintf(ret->buf, sizeof ret->buf, "at %.60s", p->site);
    else if (col == STATE)
        snprintf(ret->buf, sizeof ret->buf, "left %s",
                 format_moment(left, sizeof left, now_ms, p->since_ms));
    else if (col == SIZE)
        ret->text = p->server.flavor.name;
    else if (col == WHERE)
        ret->text = p->server.nic_count ? p->server.nics[0].ip : "no address";
}

static void cell(const void *ctx, size_t node, size_t col, struct table_cell *ret)
{
    const struct members *m = of_const(ctx);
    const struct member *of = member_at(m, node);
    const struct node *n = &m->nodes[node];
    ret->text = ret->buf;
    if (n->kind == NODE_PREDECESSOR && col == TRUTH)
        truth_cell(TRUTH_CLAIMED, 0, TRUTH_SETTLED, m->base.now_ms, ret);
    else if (n->kind == NODE_PREDECESSOR)
        predecessor_cell(&of->predecessors[n->index], m->base.now_ms, col, ret);
    else if (n->kind != NODE_MEMBER && col == TRUTH)
        truth_cell(TRUTH_READ, facts_read(m), FACTS_STALE_MS, m->base.now_ms, ret);
    else if (n->kind == NODE_MEMBER)
        member_cell(m, of, col, ret);
    else if (n->kind == NODE_VOLUME)
        volume_cell(&of->volumes[n->index], col, ret);
    else
        nic_cell(&of->nics[n->index], col, ret);
}

static int depth(const void *ctx, size_t node)
{
    return of_const(ctx)->nodes[node].kind == NODE_MEMBER ? 0 : 1;
}

static uint64_t id(const void *ctx, size_t node)
{
    const struct members *m = of_const(ctx);
    const struct node *n = &m->nodes[node];
    return text_hash((uint64_t)n->kind * 1000 + n->index, member_at(m, node)->id);
}

static const struct tree_source SOURCE = {.depth = depth, .id = id, .cell = cell};

/* ---- the pane ----------------------------------------------------------------------- */

static void add(struct members *m, struct node node)
{
    m->nodes = xgrow(m->nodes, &m->room, m->count + 1, sizeof *m->nodes);
    m->nodes[m->count++] = node;
}

/* All by which a member may be looked for: its own, its volumes' and its ports'. */
static void member_words(const struct members *m, const struct member *of, struct buf *out)
{
    struct table_cell state = {.text = ""};
    const json_t *t = told(m, of);
    if (t)
        state_cell(t, &state);
    buf_printf(out, "%s %s %s %s %s", of->name, of->id, of->flavor.name, state.text,
               json_text(t, "result"));
    for (size_t k = 0; k < of->volume_count; k++)
        buf_printf(out, " %s %s", of->volumes[k].name, of->volumes[k].id);
    for (size_t k = 0; k < of->nic_count; k++)
        buf_printf(out, " %s %s %s", of->nics[k].network_name, of->nics[k].ip,
                   of->nics[k].mac ? of->nics[k].mac : "");
    for (size_t k = 0; k < of->predecessor_count; k++)
        if (of->predecessors[k].stands)
            buf_printf(out, " %s %s", of->predecessors[k].site, of->predecessors[k].server.id);
}

static void add_member(struct members *m, size_t which)
{
    const struct member *of = &m->group->members[which];
    add(m, (struct node){which, NODE_MEMBER, 0});
    for (size_t k = 0; k < of->volume_count; k++)
        add(m, (struct node){which, NODE_VOLUME, k});
    for (size_t k = 0; k < of->nic_count; k++)
        add(m, (struct node){which, NODE_NIC, k});
    for (size_t k = 0; k < of->predecessor_count; k++)
        if (of->predecessors[k].stands)
            add(m, (struct node){which, NODE_PREDECESSOR, k});
    m->base.shown++;
}

static void sift(struct members *m)
{
    struct buf words;
    m->count = m->base.shown = 0;
    m->base.of = m->group->member_count;
    buf_init(&words, WORDS_MAX);
    for (size_t i = 0; i < m->group->member_count; i++) {
        buf_clear(&words);
        if (pane_narrowed(&m->base))
            member_words(m, &m->group->members[i], &words);
        if (filter_passes(&m->base.filter, buf_text(&words)))
            add_member(m, i);
    }
    buf_release(&words);
    tree_sync(&m->tree, m->count);
}

/* A large group is closed at first: a line a member; what the operator opened or
 * closed stays so. */
static void members_take(struct pane *p)
{
    struct members *m = (struct members *)p;
    if (p->reply) /* it tells of what was read then, whenever it came */
        p->read_ms = facts_read(m);
    bool same = m->group && text_equal(m->group->id, p->view->group->id) &&
                m->group->member_count == p->view->group->member_count;
    if (m->group == p->view->group && !pane_narrowed(p) && p->shown == p->of)
        return;
    group_ref(p->view->group);
    group_unref(m->group);
    m->group = p->view->group;
    sift(m);
    if (!same && m->count > OPEN_AT_FIRST)
        tree_close_all(&m->tree);
}

/* The members stand by what runs, and by what ran last. */
static uint64_t stamp(const struct snapshot *s, const struct group_view *g)
{
    (void)s;
    uint64_t h = text_hash((uint64_t)g->state * 1000 + (uint64_t)g->progress, g->operation_id);
    for (int i = 0; i < READY_FOR_COUNT; i++) /* made of a look at its servers */
        h += g->readiness[i] ? (uint64_t)g->readiness[i]->at_ms : 0;
    return text_hash(h + (uint64_t)g->group->metadata_version + (uint64_t)g->real_status * 31 +
                         (uint64_t)g->last_drill_ms,
                     g->real_id);
}

static void members_tab(const struct pane *p, struct tab *ret)
{
    const struct member_tally *t = &p->view->members;
    ret->count = (long)p->view->group->member_count;
    ret->role = t->failed ? ROLE_DANGER : t->unverified ? ROLE_WARN : ROLE_TEXT;
}

static void members_layout(struct pane *p, struct rect area)
{
    struct members *m = (struct members *)p;
    m->tree.table.gap = area.w >= 100 ? 2 : 1;
    m->tree.table.focused = true;
    m->tree.table.match = m->base.filter.match;
    m->tree.table.empty = pane_narrowed(p) ? "no member passes the filter: Esc clears it"
                                           : "no member yet: protection-group add-member GROUP SERVER";
    tree_layout(&m->tree, area);
}

static void members_paint(const struct pane *p, struct canvas *cv, struct rect area)
{
    tree_paint(&of_const(p)->tree, cv, area);
}

static unsigned members_key(struct pane *p, ui_key key)
{
    if (key == 'h' || key == 'l') /* keys of the console; the arrows do the same */
        return UI_IGNORED;
    return tree_key(&((struct members *)p)->tree, key);
}

static void members_close(struct pane *p)
{
    struct members *m = (struct members *)p;
    tree_release(&m->tree);
    group_unref(m->group);
    free(m->nodes);
    free(m);
}

static const struct pane_ops MEMBERS = {
    .label = "members",
    .verb = "group_show",
    .look = "readiness",
    .narrows = true,
    .stale_ms = FACTS_STALE_MS,
    .stamp = stamp,
    .take = members_take,
    .tab = members_tab,
    .layout = members_layout,
    .paint = members_paint,
    .key = members_key,
    .close = members_close,
};

struct pane *pane_members(void)
{
    struct members *m = xcalloc(1, sizeof *m);
    m->base.ops = &MEMBERS;
    m->tree.source = &SOURCE;
    m->tree.ctx = m;
    m->tree.columns = COLS;
    m->tree.n_columns = COLUMNS;
    tree_init(&m->tree);
    return &m->base;
}
