/*
 * page_map: what each network, and each flavor and image, becomes at the other site,
 * and why; with a picker of all that there is. Two pages of one make. See wizard.h.
 */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/keymap.h"
#include "tui/wizard/addresses.h"
#include "tui/wizard/targets.h"
#include "widgets/picker.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { FROM, TO, WHY, NOTE, COLUMNS };

/* What differs between them. */
struct map_kind {
    const char *rows, *targets; /* lists of the proposal */
    const char *key;            /* of the request */
    const char *one;            /* before its name, where rows of several kinds stand in one list */
};
static const struct map_kind NETWORKS = {"networks", "target_networks", "network_mapping", ""};
static const struct map_kind FLAVORS = {"flavors", "target_flavors", "flavor_mapping", ""};
static const struct map_kind IMAGES = {"images", "target_images", "image_mapping", "image "};

enum { KINDS_MAX = 2 };

struct map_page {
    struct page base;
    const struct map_kind *kinds[KINDS_MAX]; /* one after the other; NULL no second */
    const struct map_kind *picked;           /* whose targets the picker has */
    struct table table;
    struct picker picker;
    bool picking;
    struct addresses addresses; /* of the networks' page */
    json_t *why; /* {from: {to, reason}}: what was suggested, and why; owned */
};

static const struct table_column COLS[COLUMNS] = {
    [FROM] = {"FROM", {.min = 14, .max = 34, .weight = 3}, ALIGN_LEFT, NULL},
    [TO] = {"TO", {.min = 16, .max = 36, .weight = 3}, ALIGN_LEFT, NULL},
    [WHY] = {"WHY", {.min = 11, .max = 18, .weight = 1}, ALIGN_LEFT, NULL},
    [NOTE] = {"NOTE", {.min = 16, .max = 60, .weight = 4, .drop = 1}, ALIGN_LEFT, NULL},
};

static const struct map_page *of_const(const void *p)
{
    return p;
}

static const json_t *proposal(const struct map_page *p)
{
    return p->base.w->proposal.data;
}

static size_t rows_of(const struct map_page *p, const struct map_kind *kind)
{
    return kind ? json_array_size(json_list(proposal(p), kind->rows)) : 0;
}

static const json_t *row_at(const struct map_page *p, size_t row, const struct map_kind **ret_kind)
{
    size_t first = rows_of(p, p->kinds[0]);
    *ret_kind = row < first || !p->kinds[1] ? p->kinds[0] : p->kinds[1];
    return json_array_get(json_list(proposal(p), (*ret_kind)->rows), row < first ? row : row - first);
}

static bool of_networks(const struct map_page *p)
{
    return p->kinds[0] == &NETWORKS;
}

static bool isolated(const struct map_page *p)
{
    return of_networks(p) && json_flag(p->base.w->answers.given, "auto_network", false);
}

/* What was answered since the engine was asked counts already. */
static const json_t *target_of(const struct map_page *p, const struct map_kind *kind, const json_t *row)
{
    const char *given = answers_target(&p->base.w->answers, kind->key, json_text(row, "from"));
    return targets_find(json_list(proposal(p), kind->targets), *given ? given : json_text(row, "to"));
}

static const char *reason_of(const struct map_page *p, const struct map_kind *kind, const json_t *row)
{
    const char *from = json_text(row, "from");
    const char *given = answers_target(&p->base.w->answers, kind->key, from);
    const json_t *why = json_map(p->why, from);
    if (*given && why && text_equal(json_text(why, "to"), given))
        return json_text(why, "reason");
    if (*given)
        return "chosen";
    if (text_equal(json_text(row, "reason"), "requested")) /* the failover's, turned round */
        return "turned";
    return text_equal(json_text(row, "reason"), "none") ? "" : json_text(row, "reason");
}

/* ---- cells --------------------------------------------------------------------------- */

static const char *name_of(const json_t *row)
{
    return *json_text(row, "from_name") ? json_text(row, "from_name") : json_text(row, "from");
}

static void to_cell(const struct map_page *p, const struct map_kind *kind, const json_t *row,
                    struct table_cell *ret)
{
    const json_t *target = target_of(p, kind, row);
    bool note = *json_text(row, "note") != '\0';
    if (isolated(p)) {
        ret->mark = GLYPH_OK, ret->role = ROLE_OK, ret->text = "made for the drill";
        return;
    }
    ret->mark = !target ? GLYPH_FAIL : note ? GLYPH_WARN : GLYPH_OK;
    ret->role = !target ? ROLE_DANGER : note ? ROLE_WARN : ROLE_STRONG;
    ret->text = !target ? "no counterpart" : json_text(target, "name");
    if (target && !*ret->text)
        ret->text = json_text(target, "id");
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct map_page *p = of_const(ctx);
    const struct map_kind *kind;
    const json_t *o = row_at(p, row, &kind);
    switch (col) {
    case FROM:
        snprintf(ret->buf, sizeof ret->buf, "%s%.110s", kind->one, name_of(o));
        ret->text = ret->buf;
        break;
    case TO:
        to_cell(p, kind, o, ret);
        break;
    case WHY:
        ret->role = ROLE_DIM;
        ret->text = isolated(p) ? "" : reason_of(p, kind, o);
        break;
    default:
        ret->role = ROLE_WARN;
        ret->text = isolated(p) ? "" : json_text(o, "note");
        break;
    }
}

static const struct table_source SOURCE = {.cell = cell};

/* ---- the picker ------------------------------------------------------------------------- */

static const char *pick_text(const void *ctx, size_t item)
{
    const struct map_page *p = of_const(ctx);
    return json_text(json_array_get(json_list(proposal(p), p->picked->targets), item), "name");
}

static const char *pick_note(const void *ctx, size_t item)
{
    static char note[160]; /* lent until the next call */
    const struct map_page *p = of_const(ctx);
    const json_t *target = json_array_get(json_list(proposal(p), p->picked->targets), item);
    targets_words(target, note, sizeof note);
    return note;
}

static bool pick_match(const void *ctx, size_t item, const char *filter)
{
    char text[400];
    snprintf(text, sizeof text, "%.200s %.190s", pick_text(ctx, item), pick_note(ctx, item));
    return picker_words_match(text, filter);
}

static const struct picker_source PICK = {pick_text, pick_note, pick_match};

/* Begins at what is chosen, or would be. */
static void begin_picking(struct map_page *p, size_t row)
{
    const json_t *of = row_at(p, row, &p->picked);
    const json_t *targets = json_list(proposal(p), p->picked->targets), *now = target_of(p, p->picked, of), *o;
    size_t i;
    picker_release(&p->picker);
    picker_init(&p->picker, &PICK, p);
    picker_sync(&p->picker, json_array_size(targets));
    p->picker.focused = p->picking = true;
    json_array_foreach(targets, i, o)
        if (o == now)
            p->picker.selected = i;
}

static unsigned pick_key(struct map_page *p, struct ui *ui, ui_key key)
{
    unsigned bits = picker_key(&p->picker, key);
    size_t row, item;
    if (bits & (UI_DONE | UI_CANCEL))
        p->picking = false;
    if ((bits & UI_DONE) && table_selected(&p->table, &row) &&
        picker_selected(&p->picker, &item)) {
        const struct map_kind *kind;
        const json_t *of = row_at(p, row, &kind);
        if (kind == p->picked) /* the rows may be others by now */
            answers_map(&p->base.w->answers, kind->key, json_text(of, "from"),
                        json_text(json_array_get(json_list(proposal(p), kind->targets), item), "id"));
        wizard_changed(p->base.w, ui);
    }
    return UI_HANDLED;
}

/* ---- the page ------------------------------------------------------------------------------ */

static void map_take(struct page *base)
{
    struct map_page *p = (struct map_page *)base;
    const struct map_kind *kind;
    size_t count = rows_of(p, p->kinds[0]) + rows_of(p, p->kinds[1]);
    for (size_t i = 0; i < count; i++) {
        const json_t *row = row_at(p, i, &kind);
        if (json_map(row, "suggested"))
            json_put(p->why, json_text(row, "from"), json_deep_copy(json_map(row, "suggested")));
    }
    if (p->picking)
        picker_sync(&p->picker, json_array_size(json_list(proposal(p), p->picked->targets)));
    addresses_take(&p->addresses);
    table_sync(&p->table, count);
}

static void map_state(const struct page *base, struct page_state *ret)
{
    const struct map_page *p = of_const(base);
    const struct map_kind *kind;
    size_t count = rows_of(p, p->kinds[0]) + rows_of(p, p->kinds[1]), missing = 0, noted = 0;
    if (!proposal(p)) {
        ret->mark = PAGE_READING;
        return;
    }
    if (isolated(p)) {
        snprintf(ret->note, sizeof ret->note, "made for the drill");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *row = row_at(p, i, &kind);
        missing += target_of(p, kind, row) == NULL;
        noted += *json_text(row, "note") != '\0';
    }
    ret->mark = missing ? PAGE_BLOCKED : noted ? PAGE_WARNED : PAGE_FINE;
    snprintf(ret->note, sizeof ret->note, missing ? "%zu of %zu missing" : "%zu of %zu",
             missing ? missing : count, count);
}

/* What it is, and of how many. */
static void source_words(const struct map_page *p, const struct map_kind *kind, const json_t *o,
                         struct buf *out)
{
    char words[160];
    int64_t n = json_int(o, kind == &IMAGES ? "volumes" : of_networks(p) ? "wanted" : "members", 0);
    targets_words(o, words, sizeof words);
    if (kind == &IMAGES)
        buf_printf(out, "%s: %lld volume%s made of it, the smallest of %lld GiB\n", name_of(o), (long long)n,
                   n == 1 ? " is" : "s are", (long long)json_int(o, "size_gib", 0));
    else if (of_networks(p))
        buf_printf(out, "%s: %lld address%s wanted\n", json_text(o, "from_name"), (long long)n,
                   n == 1 ? "" : "es");
    else
        buf_printf(out, "%s: %s, of %lld member%s\n", json_text(o, "from_name"), words, (long long)n,
                   n == 1 ? "" : "s");
}

static void map_detail(const struct page *base, struct buf *out)
{
    const struct map_page *p = of_const(base);
    char words[160];
    size_t row;
    if (p->addresses.open) {
        addresses_detail(&p->addresses, out);
        return;
    }
    if (isolated(p)) {
        buf_printf(out, "One isolated network is made for this drill, and goes with it.\n");
        return;
    }
    if (!table_selected(&p->table, &row))
        return;
    const struct map_kind *kind;
    const json_t *o = row_at(p, row, &kind), *target = target_of(p, kind, o);
    source_words(p, kind, o, out);
    if (target) {
        targets_words(target, words, sizeof words);
        buf_printf(out, "becomes %s: %s\n", json_text(target, "name"), words);
    } else {
        buf_printf(out, "nothing on %s was found for it: Enter chooses one\n",
                   wizard_target(base->w));
    }
    if (*json_text(o, "note"))
        buf_printf(out, "%s\n", json_text(o, "note"));
}

static void map_layout(struct page *base, const struct ui *ui, const struct canvas *cv,
                       struct rect area)
{
    struct map_page *p = (struct map_page *)base;
    (void)ui;
    (void)cv;
    p->table.empty = base->w->proposal.err.code ? base->w->proposal.err.text
                     : proposal(p)              ? "the group has nothing to map here"
                                                : "reading both sites";
    base->keys = p->addresses.typing ? "Enter takes it  Esc leaves it"
                 : p->addresses.open ? "Enter by hand  {clear-address}  {keep-addresses}  Esc back"
                 : p->picking        ? "letters narrow  Up Down  Enter choose  Esc back"
                                     : NULL;
    if (p->addresses.open)
        addresses_layout(&p->addresses, area);
    else if (p->picking)
        picker_layout(&p->picker, area);
    else
        table_layout(&p->table, area);
}

static void map_paint(const struct page *base, struct canvas *cv, struct rect area)
{
    const struct map_page *p = of_const(base);
    if (p->addresses.open)
        addresses_paint(&p->addresses, cv, area);
    else if (p->picking)
        picker_paint(&p->picker, cv, area);
    else
        table_paint(&p->table, cv, area);
}

static bool map_typing(const struct page *base)
{
    return of_const(base)->picking || of_const(base)->addresses.typing;
}

static void turn_isolated(struct map_page *p, struct ui *ui)
{
    struct answers *a = &p->base.w->answers;
    answers_put(a, "auto_network", isolated(p) ? NULL : json_true());
    wizard_changed(p->base.w, ui);
}

static unsigned map_key(struct page *base, struct ui *ui, ui_key key)
{
    struct map_page *p = (struct map_page *)base;
    size_t row;
    if (p->picking)
        return pick_key(p, ui, key);
    if (p->addresses.open)
        return addresses_key(&p->addresses, ui, key);
    if (keymap_is(key, ACT_ADDRESSES) && of_networks(p) && base->w->answers.kind != WIZARD_MAPPING) {
        p->addresses.open = true;
        return UI_HANDLED;
    }
    if (keymap_is(key, ACT_ISOLATED) && of_networks(p) && base->w->answers.kind == WIZARD_DRILL) {
        turn_isolated(p, ui);
        return UI_HANDLED;
    }
    if (!table_selected(&p->table, &row))
        return UI_IGNORED;
    if (key == UI_KEY_ENTER && !isolated(p)) {
        begin_picking(p, row);
        return UI_HANDLED;
    }
    if (keymap_is(key, ACT_UNMAP) || key == UI_KEY_DELETE) {
        const struct map_kind *kind;
        const json_t *of = row_at(p, row, &kind);
        answers_map(&base->w->answers, kind->key, json_text(of, "from"), NULL);
        wizard_changed(base->w, ui);
        return UI_HANDLED;
    }
    return table_key(&p->table, key);
}

static void map_close(struct page *base)
{
    struct map_page *p = (struct map_page *)base;
    picker_release(&p->picker);
    addresses_release(&p->addresses);
    json_decref(p->why);
    free(p);
}

#define MAP_OPS                                                                                    \
    .take = map_take, .state = map_state, .detail = map_detail, .layout = map_layout,              \
    .paint = map_paint, .key = map_key, .typing = map_typing, .picks = map_typing,                 \
    .close = map_close

#define ABOUT_NETWORKS                                                                             \
    "Where each network's ports go. Proposed is what the group keeps, the same id, the same "      \
    "name, what was taken last time, or the only network with the same subnet."
#define ABOUT_THE_WAY_BACK " The way back goes by the same mapping, turned round."

static const struct page_ops NETWORKS_PAGE = {
    .title = "Networks",
    .about = ABOUT_NETWORKS,
    .keys = "Enter choose  {unmap}  {addresses}  {isolated}",
    MAP_OPS};

static const struct page_ops NETWORKS_MOVE_PAGE = {
    .title = "Networks",
    .about = ABOUT_NETWORKS ABOUT_THE_WAY_BACK,
    .keys = "Enter choose  {unmap}  {addresses}",
    MAP_OPS};

static const struct page_ops MAPPING_PAGE = {
    .title = "Networks",
    .about = ABOUT_NETWORKS ABOUT_THE_WAY_BACK,
    .keys = "Enter choose  {unmap}",
    MAP_OPS};

static const struct page_ops FLAVORS_PAGE = {
    .title = "Flavors, images",
    .about = "What each server gets. Proposed is what the group keeps, the same id, the same name, "
             "what was taken last time, or the nearest that is no smaller. A smaller one is a warning. Where "
             "volumes are made of images: which of the other site stands for each; proposed is one of the "
             "same contents, or of the same name.",
    .keys = "Enter choose  {unmap}",
    MAP_OPS};

static struct page *make(struct wizard *w, const struct map_kind *first, const struct map_kind *second,
                         const struct page_ops *ops)
{
    struct map_page *p = xcalloc(1, sizeof *p);
    p->base = (struct page){.ops = ops, .w = w};
    addresses_init(&p->addresses, w);
    p->kinds[0] = p->picked = first;
    p->kinds[1] = second;
    p->why = json_object();
    picker_init(&p->picker, &PICK, p);
    p->table = (struct table){.columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = p,
                              .focused = true, .gap = 1};
    return &p->base;
}

struct page *page_networks(struct wizard *w)
{
    static const struct page_ops *const OPS[WIZARD_KINDS] = {[WIZARD_DRILL] = &NETWORKS_PAGE,
                                                             [WIZARD_FAILOVER] = &NETWORKS_MOVE_PAGE,
                                                             [WIZARD_FAILBACK] = &NETWORKS_MOVE_PAGE,
                                                             [WIZARD_MAPPING] = &MAPPING_PAGE};
    return make(w, &NETWORKS, NULL, OPS[w->answers.kind]);
}

struct page *page_flavors(struct wizard *w)
{
    return make(w, &FLAVORS, &IMAGES, &FLAVORS_PAGE);
}
