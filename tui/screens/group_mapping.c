/*
 * group_mapping: what each network, flavor and image would become at the other site and
 * why, for which members, and in which order they boot. See group_pane.h.
 */
#include "tui/screens/group_pane.h"

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "widgets/layout.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHAT, FROM, TO, WHY, NOTE, COLUMNS };
enum { DETAIL_ROWS = 4 };

struct row {
    enum row_kind { ROW_NETWORK, ROW_FLAVOR, ROW_IMAGE, ROW_BOOT } kind;
    const json_t *json;  /* of the reply; NULL for a boot group */
    size_t boot;         /* index of the boot group */
};

struct mapping_pane {
    struct pane base;
    struct group *group; /* a reference: the boot groups are its */
    struct table table;
    struct row *rows;
    size_t count, room;
    struct rect head_at, list_at, detail_at;
};

static const struct table_column COLS[COLUMNS] = {
    [WHAT] = {"WHAT", {.min = 9, .max = 9}, ALIGN_LEFT, NULL},
    [FROM] = {"FROM", {.min = 14, .max = 36, .weight = 3}, ALIGN_LEFT, NULL},
    [TO] = {"TO", {.min = 16, .max = 48, .weight = 4}, ALIGN_LEFT, NULL},
    [WHY] = {"WHY", {.min = 12, .max = 20, .weight = 1}, ALIGN_LEFT, NULL},
    [NOTE] = {"NOTE", {.min = 14, .max = 60, .weight = 4, .drop = 1}, ALIGN_LEFT, NULL},
};

/* ---- what is mapped, and who has it --------------------------------------------------- */

static bool on_network(const struct member *m, const char *id)
{
    bool has = false;
    for (size_t i = 0; i < m->nic_count; i++)
        has |= text_equal(m->nics[i].network_id, id);
    return has;
}

static bool of_flavor(const struct member *m, const char *id)
{
    return text_equal(m->flavor.id, id);
}

static bool of_image(const struct member *m, const char *id)
{
    bool has = false;
    for (size_t i = 0; i < m->volume_count; i++)
        has |= text_equal(m->volumes[i].image_id, id);
    return has;
}

static const struct {
    const char *rows; /* list of the reply */
    const char *word, *title;
    bool (*has)(const struct member *m, const char *id);
} MAPPED[] = {
    [ROW_NETWORK] = {"networks", "network", "Network", on_network},
    [ROW_FLAVOR] = {"flavors", "flavor", "Flavor", of_flavor},
    [ROW_IMAGE] = {"images", "image", "Image", of_image},
};
enum { MAPPED_KINDS = sizeof MAPPED / sizeof MAPPED[0] };

/* "web-1, web-2": the members that have it. */
static const char *who_has(const struct group *g, const struct row *r, char *dst, size_t size)
{
    size_t used = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < g->member_count && used + 8 < size; i++) {
        if (!MAPPED[r->kind].has(&g->members[i], json_text(r->json, "from")))
            continue;
        snprintf(dst + used, size - used, "%s%.48s", used ? ", " : "", g->members[i].name);
        used = strlen(dst);
    }
    return dst;
}

/* By its name, where it has one that is known. */
static const char *called(const json_t *o, const char *name, const char *id)
{
    return *json_text(o, name) ? json_text(o, name) : json_text(o, id);
}

/* ---- cells ------------------------------------------------------------------------ */

static const struct mapping_pane *of_const(const void *p)
{
    return p;
}

static void join(char *dst, size_t size, const char *lead, const char *const *words, size_t count)
{
    size_t used = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < count && used + 8 < size; i++) {
        snprintf(dst + used, size - used, "%s%.48s", i ? ", " : lead, words[i]);
        used = strlen(dst);
    }
}

/* "waits for tcp:5432, runs a callout, asks". */
static void boot_note(const struct boot_group *b, char *dst, size_t size)
{
    size_t used = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < b->wait_count && used + 16 < size; i++) {
        snprintf(dst + used, size - used, "%s%.40s", i ? ", " : "waits for ", b->wait_for[i].check);
        used = strlen(dst);
    }
    if (b->callout.argc && used + 16 < size) {
        snprintf(dst + used, size - used, "%sruns %.40s", used ? ", " : "", b->callout.argv[0]);
        used = strlen(dst);
    }
    if (b->prompt && *b->prompt && used + 8 < size)
        snprintf(dst + used, size - used, "%sasks", used ? ", " : "");
}

static void boot_cell(const struct boot_group *b, size_t number, size_t col,
                      struct table_cell *ret)
{
    switch (col) {
    case WHAT:
        ret->role = ROLE_INFO;
        snprintf(ret->buf, sizeof ret->buf, "boot %zu", number);
        break;
    case FROM:
        ret->role = ROLE_STRONG;
        ret->text = b->name;
        break;
    case TO:
        join(ret->buf, sizeof ret->buf, "", b->members, b->member_count);
        break;
    case WHY:
        ret->role = ROLE_DIM;
        join(ret->buf, sizeof ret->buf, "after ", b->depends_on, b->depend_count);
        if (b->depend_count == 0)
            ret->text = "at once";
        break;
    default:
        ret->role = ROLE_DIM;
        boot_note(b, ret->buf, sizeof ret->buf);
        break;
    }
}

static bool unmapped(const json_t *o)
{
    return !*json_text(o, "to");
}

/* What speaks against it, else whose it is. */
static void note_cell(const struct mapping_pane *m, const struct row *r, struct table_cell *ret)
{
    bool note = *json_text(r->json, "note") != '\0';
    ret->role = note ? ROLE_WARN : ROLE_DIM;
    ret->text = note ? json_text(r->json, "note")
                     : who_has(m->group, r, ret->buf, sizeof ret->buf);
}

static void map_cell(const struct mapping_pane *m, const struct row *r, size_t col,
                     struct table_cell *ret)
{
    const json_t *o = r->json;
    switch (col) {
    case WHAT:
        ret->role = ROLE_DIM;
        ret->text = MAPPED[r->kind].word;
        break;
    case FROM:
        ret->role = ROLE_STRONG;
        ret->text = called(o, "from_name", "from");
        break;
    case TO:
        ret->mark = unmapped(o) ? GLYPH_FAIL : *json_text(o, "note") ? GLYPH_WARN : GLYPH_ARROW;
        ret->role = unmapped(o) ? ROLE_DANGER : *json_text(o, "note") ? ROLE_WARN : ROLE_TEXT;
        ret->text = unmapped(o) ? "no counterpart" : called(o, "to_name", "to");
        break;
    case WHY:
        ret->text = json_text(o, "reason");
        break;
    default:
        note_cell(m, r, ret);
        break;
    }
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct mapping_pane *m = of_const(ctx);
    const struct row *r = &m->rows[row];
    ret->text = ret->buf;
    if (r->kind == ROW_BOOT)
        boot_cell(&m->group->boot.groups[r->boot], r->boot + 1, col, ret);
    else
        map_cell(m, r, col, ret);
}

static const struct table_source SOURCE = {.cell = cell};

/* ---- the pane ----------------------------------------------------------------------- */

static uint64_t stamp(const struct snapshot *s, const struct group_view *g)
{
    (void)s;
    return text_hash((uint64_t)g->group->metadata_version, g->group->current_primary);
}

static void add(struct mapping_pane *m, struct row row)
{
    m->rows = xgrow(m->rows, &m->room, m->count + 1, sizeof *m->rows);
    m->rows[m->count++] = row;
}

static void mapping_take(struct pane *p)
{
    struct mapping_pane *m = (struct mapping_pane *)p;
    size_t i;
    json_t *o;
    if (m->group != p->view->group) {
        group_unref(m->group);
        m->group = group_ref(p->view->group);
    }
    m->count = 0;
    for (size_t kind = 0; kind < MAPPED_KINDS; kind++)
        json_array_foreach (json_list(p->reply, MAPPED[kind].rows), i, o)
            add(m, (struct row){(enum row_kind)kind, o, 0});
    for (i = 0; i < m->group->boot.count; i++)
        add(m, (struct row){ROW_BOOT, NULL, i});
    table_sync(&m->table, m->count);
}

/* What is wrong with what is mapped; that no drill may begin now is told in the head. */
static size_t problems_of(const json_t *reply, struct buf *out)
{
    size_t i, count = 0;
    json_t *o;
    json_array_foreach (json_list(reply, "problems"), i, o) {
        if (json_flag(o, "guard", false))
            continue;
        count++;
        if (out)
            buf_printf(out, "%s\n%s\n", json_text(o, "text"), json_text(o, "remedy"));
    }
    return count;
}

static void mapping_tab(const struct pane *p, struct tab *ret)
{
    size_t problems = problems_of(p->reply, NULL);
    if (problems) {
        ret->count = (long)problems;
        ret->role = ROLE_DANGER;
    }
}

static void mapping_layout(struct pane *p, struct rect area)
{
    enum { HEAD, LIST, DETAIL, BOXES };
    struct mapping_pane *m = (struct mapping_pane *)p;
    struct rect at[BOXES];
    const struct layout_box boxes[BOXES] = {
        [HEAD] = LAYOUT_FIXED(1),
        [LIST] = {.min = 3, .weight = 3},
        [DETAIL] = {.min = DETAIL_ROWS, .max = DETAIL_ROWS + 3, .weight = 1, .drop = 1},
    };
    layout_solve(LAYOUT_ROWS, boxes, BOXES, 0, area, at);
    m->head_at = at[HEAD], m->list_at = at[LIST], m->detail_at = at[DETAIL];
    m->table.gap = area.w >= 100 ? 2 : 1;
    m->table.empty = pane_empty(p, "nothing has to be mapped");
    table_layout(&m->table, m->list_at);
}

static void paint_head(const struct mapping_pane *m, struct canvas *cv)
{
    const json_t *o = m->base.reply;
    struct pen pen = pen_on(cv, m->head_at.y, m->head_at.x, m->head_at.w);
    if (!o)
        return;
    pen_text(&pen, ROLE_STRONG, json_text(o, "source_site"));
    pen_text(&pen, ROLE_DIM, glyphs_arrow(cv->glyphs));
    pen_text(&pen, ROLE_STRONG, json_text(o, "target_site"));
    size_t stored = m->group->network_count + m->group->flavor_count + m->group->image_count;
    if (stored)
        pen_textf(&pen, ROLE_DIM, "   %zu of it kept with the group", stored);
    else
        pen_text(&pen, ROLE_DIM, "   nothing of it is kept with the group");
    if (m->group->boot.count == 0)
        pen_text(&pen, ROLE_DIM, "   no boot order: all at once");
}

static void tell_row(const struct mapping_pane *m, const struct row *r, struct buf *out)
{
    char who[400];
    const json_t *o = r->json;
    buf_printf(out, "%s: %s becomes %s (%s)\n", MAPPED[r->kind].title, called(o, "from_name", "from"),
               unmapped(o) ? "nothing" : called(o, "to_name", "to"), json_text(o, "reason"));
    if (*who_has(m->group, r, who, sizeof who))
        buf_printf(out, "Used by %s\n", who);
    buf_puts(out, json_text(o, "note"));
}

/* The problem that stands in the way, else all of the selected row. */
static void paint_detail(const struct mapping_pane *m, struct canvas *cv)
{
    struct rect in = m->detail_at;
    size_t row;
    struct buf b;
    paint_hline(cv, rect_cut_top(&in, 1).y, in.x, in.w, ROLE_BORDER);
    buf_init(&b, 4000);
    bool bad = problems_of(m->base.reply, &b) > 0;
    if (!bad && table_selected(&m->table, &row)) {
        const struct row *r = &m->rows[row];
        const struct boot_group *g =
            r->kind == ROW_BOOT ? &m->group->boot.groups[r->boot] : NULL;
        if (g && g->prompt && *g->prompt)
            buf_printf(&b, "Asks before the next begin: %s\n", g->prompt);
        else if (r->json)
            tell_row(m, r, &b);
    }
    paint_wrapped(cv, in, bad ? ROLE_DANGER : ROLE_TEXT, buf_text(&b));
    buf_release(&b);
}

static void mapping_paint(const struct pane *p, struct canvas *cv, struct rect area)
{
    const struct mapping_pane *m = of_const(p);
    (void)area;
    paint_head(m, cv);
    table_paint(&m->table, cv, m->list_at);
    if (!rect_empty(m->detail_at))
        paint_detail(m, cv);
}

static unsigned mapping_key(struct pane *p, ui_key key)
{
    return table_key(&((struct mapping_pane *)p)->table, key);
}

static void mapping_close(struct pane *p)
{
    struct mapping_pane *m = (struct mapping_pane *)p;
    group_unref(m->group);
    free(m->rows);
    free(m);
}

static const struct table *mapping_rows(const struct pane *p)
{
    return &((const struct mapping_pane *)p)->table;
}

static const struct pane_ops MAPPING = {
    .label = "mapping",
    .verb = "test_propose",
    .stale_ms = PANE_FRESH_MS,
    .stamp = stamp,
    .take = mapping_take,
    .tab = mapping_tab,
    .layout = mapping_layout,
    .paint = mapping_paint,
    .key = mapping_key,
    .rows = mapping_rows,
    .close = mapping_close,
};

struct pane *pane_mapping(void)
{
    struct mapping_pane *m = xcalloc(1, sizeof *m);
    m->base.ops = &MAPPING;
    m->table = (struct table){
        .columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = m, .focused = true};
    return &m->base;
}
