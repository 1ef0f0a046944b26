#include "tests/widgets/gallery_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/base/mem.h"
#include "widgets/gauge.h"
#include "widgets/keybar.h"
#include "widgets/layout.h"
#include "widgets/phasebar.h"

/* --- the jobs of a workshop, as many as one likes --- */

static const struct {
    const char *name, *state, *note;
    enum role role;
    enum glyph mark;
    long load[8];
} JOBS[] = {
    {"lathe-front", "turning", "", ROLE_OK, GLYPH_OK, {1, 2, 4, 2, 5, 3, 2, 4}},
    {"mill-büro-Ω", "waiting", "needs oil", ROLE_WARN, GLYPH_WARN, {8, 7, 6, 7, 8, 8, 7, 8}},
    {"press-日本語-long-name-that-is-cut",
     "failed",
     "door open",
     ROLE_DANGER,
     GLYPH_FAIL,
     {0, 0, 3, 8, 0, 0, 0, 0}},
    {"saw", "turning", "", ROLE_OK, GLYPH_OK, {4, 4, 4, 4, 4, 4, 4, 4}},
    {"evil\033[31mred\007\xe2\x80\xae",
     "asked",
     "not clean",
     ROLE_STALE,
     GLYPH_UNKNOWN,
     {SPARK_GAP, SPARK_GAP, 1, 2, 3, 4, 5, 6}},
    {"drill", "resting", "since 9 days", ROLE_DIM, GLYPH_WAIT, {0, 0, 0, 0, 0, 0, 0, 1}},
};

static void job_cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    size_t j = row % COUNT(JOBS);
    (void)ctx;
    if (col == 0) {
        ret->text = JOBS[j].name;
    } else if (col == 1) {
        ret->role = JOBS[j].role;
        ret->mark = JOBS[j].mark;
        ret->text = JOBS[j].state;
    } else if (col == 2) {
        snprintf(ret->buf, sizeof(ret->buf), "%zu", row * 37 % 1000);
        ret->text = ret->buf;
    } else {
        ret->role = ROLE_DIM;
        ret->text = JOBS[j].note;
    }
}

static void job_load(const void *ctx, size_t row, struct canvas *cv, struct rect cell)
{
    struct sparkline line = {.values = JOBS[row % COUNT(JOBS)].load, .n = 8, .max = 8, .limit = 7};
    (void)ctx;
    sparkline_paint(&line, cv, cell);
}

static bool job_marked(const void *ctx, size_t row)
{
    (void)ctx;
    return row == 1 || row == 3;
}

static uint64_t job_id(const void *ctx, size_t row)
{
    (void)ctx;
    return row + 1;
}

static const struct table_source JOB_SOURCE = {job_cell, job_id, job_marked};
static const struct table_source IDLE_SOURCE = {job_cell, job_id, NULL};

static const struct table_column JOB_COLUMNS[] = {
    {"NAME", {12, 40, 3, 0}, ALIGN_LEFT, NULL},   {"STATE", {9, 12, 1, 0}, ALIGN_LEFT, NULL},
    {"PIECES", {6, 6, 0, 2}, ALIGN_RIGHT, NULL},  {"NOTE", {8, 30, 1, 3}, ALIGN_LEFT, NULL},
    {"LOAD", {8, 8, 0, 4}, ALIGN_LEFT, job_load},
};

static void make_tables(struct gallery *g)
{
    struct table table = {
        .columns = JOB_COLUMNS,
        .n_columns = COUNT(JOB_COLUMNS),
        .source = &JOB_SOURCE,
        .focused = true,
        .sorted = 1,
        .empty = "No machine is registered here yet. Press a to add the first one.",
    };
    g->table = g->idle = g->none = table;
    g->idle.source = &IDLE_SOURCE;
    g->idle.focused = false;
    g->none.source = &IDLE_SOURCE;
    table_sync(&g->table, 100000);
    table_sync(&g->idle, 3);
    table_select(&g->idle, 1);
    table_sync(&g->none, 0);
}

static void paint_tables(struct gallery *g, struct canvas *cv, struct rect r)
{
    const struct layout_box boxes[] = {{5, 0, 3, 0}, {6, 6, 0, 1}, {5, 5, 0, 2}};
    struct rect at[3];
    layout_solve(LAYOUT_ROWS, boxes, 3, 0, r, at);
    struct rect in = paint_box(cv, at[0], ROLE_FOCUS, "Machines  100,000", "/ turning");
    table_layout(&g->table, in);
    table_paint(&g->table, cv, in);
    if (!rect_empty(at[1])) {
        in = paint_box(cv, at[1], ROLE_BORDER, "Without the focus", NULL);
        table_layout(&g->idle, in);
        table_paint(&g->idle, cv, in);
    }
    if (!rect_empty(at[2]))
        table_paint(&g->none, cv, paint_box(cv, at[2], ROLE_BORDER, "Empty", NULL));
}

static unsigned key_tables(struct gallery *g, ui_key key)
{
    return table_key(&g->table, key);
}

/* --- bars --- */

static const struct phasebar PHASES[] = {
    {"cut", PHASEBAR_DONE, 5, 5, -1, 21000, 24000, NULL},
    {"turn", PHASEBAR_RUN, 3, 5, 655, 48000, 70000, NULL},
    {"polish", PHASEBAR_RUN, 1, 3, 333, 310000, 160000, NULL},
    {"measure", PHASEBAR_FAIL, 2, 9, 222, 3700000, -1, "gauge 2 does not answer"},
    {"drill", PHASEBAR_STOP, 1, 4, -1, 12000, 9000, NULL},
    {"paint", PHASEBAR_SKIP, 0, 4, -1, -1, 9000, NULL},
    {"deliver", PHASEBAR_TODO, 0, 0, -1, -1, 160000, NULL},
};

static const long WAVE[] = {3,  5,         8,         9,  12, 14, 13, 10, 7, 6, 4, 5, 9, 13, 17,
                            19, SPARK_GAP, SPARK_GAP, 22, 24, 20, 15, 11, 6, 3, 1, 0, 0, 2,  4};

static void paint_bars(struct gallery *g, struct canvas *cv, struct rect r)
{
    static const struct gauge gauges[] = {
        {"oil", 8, 13, 32, ROLE_TEXT, NULL},           {"water", 8, 31, 32, ROLE_WARN, NULL},
        {"power", 8, 40, 32, ROLE_DANGER, NULL},       {"air", 8, 13, -1, ROLE_TEXT, NULL},
        {"heat", 8, 1, 1000, ROLE_TEXT, "1 permille"},
    };
    struct phasebars bars = {PHASES, COUNT(PHASES)};
    struct sparkline wave = {.values = WAVE, .n = COUNT(WAVE), .limit = 18};
    struct rect part = rect_cut_top(&r, 9);
    (void)g;
    phasebars_paint(&bars, cv, paint_box(cv, part, ROLE_BORDER, "Phases", "7"));
    part = rect_cut_top(&r, 3);
    part = paint_box(cv, part, ROLE_BORDER, "In one line", NULL);
    phasebars_paint_line(&bars, cv, part.y, part.x, part.w);
    part = rect_cut_left(&r, r.w / 2);
    part = paint_box(cv, part, ROLE_BORDER, "Gauges", NULL);
    for (size_t i = 0; i < COUNT(gauges); i++)
        gauge_paint(&gauges[i], cv, rect_cut_top(&part, 1));
    sparkline_paint(&wave, cv, paint_box(cv, r, ROLE_BORDER, "A wave", "limit 18"));
}

/* --- form and dialogs --- */

static const char *const COLOURS[] = {"red oxide", "signal blue", "as it is"};

static void make_form(struct gallery *g)
{
    input_init(&g->name, 40);
    input_init(&g->filled, 200);
    input_init(&g->secret, 40);
    input_set(&g->filled, "a text that is longer than the field is wide, so that it scrolls "
                          "sideways and shows its end, né à Zürich 日本");
    input_set(&g->secret, "sesame");
    g->fields[0] = (struct field){.kind = FIELD_NOTE, .role = ROLE_TITLE, .label = "A new piece"};
    g->fields[1] = (struct field){
        .kind = FIELD_TEXT, .label = "Name", .input = &g->name, .hint = "letters and digits"};
    g->fields[2] = (struct field){
        .kind = FIELD_TEXT, .label = "Description", .input = &g->filled, .error = "is too long"};
    g->fields[3] = (struct field){.kind = FIELD_CHOICE,
                                  .label = "Colour",
                                  .choices = COLOURS,
                                  .n_choices = COUNT(COLOURS),
                                  .chosen = 1};
    g->fields[4] = (struct field){.kind = FIELD_CHECK, .label = "Polish it", .checked = true};
    g->fields[5] = (struct field){.kind = FIELD_CHECK,
                                  .label = "Send it by air",
                                  .disabled = true,
                                  .hint = "heavier than 30 kg"};
    g->form = (struct form){.fields = g->fields, .n = COUNT(g->fields), .focused = true};
    form_reset(&g->form);
    form_next(&g->form);
}

static void paint_form(struct gallery *g, struct canvas *cv, struct rect r)
{
    struct rect in = rect_inset(paint_box(cv, r, ROLE_FOCUS, "Form", NULL), 0, 1);
    form_layout(&g->form, in);
    form_paint(&g->form, cv, in);
    struct rect row = rect_cut_bottom(&in, form_rows(&g->form, in.w) + 2 < in.h ? 1 : 0);
    if (!rect_empty(row)) {
        g->secret.masked = true;
        struct rect label = rect_cut_left(&row, 15);
        paint_text(cv, label.y, label.x + 2, label.w - 2, ROLE_TEXT, "Password");
        input_paint(&g->secret, cv, row.y, row.x, 20, false, NULL);
    }
}

static unsigned key_form(struct gallery *g, ui_key key)
{
    return form_key(&g->form, key);
}

static const struct dialog_button PLAIN_BUTTONS[] = {
    {.label = "Stop", .key = 's', .danger = true},
    {.label = "Keep it running", .key = 'k', .safe = true},
};

static const struct dialog_button DANGER_BUTTONS[] = {
    {.label = "Scrap", .danger = true, .disabled = true, .reason = "type the name first"},
    {.label = "Cancel", .safe = true},
};

static void make_dialogs(struct gallery *g)
{
    input_init(&g->typed_input, 40);
    input_set(&g->typed_input, "lathe-fr");
    g->typed_field[0] = (struct field){.kind = FIELD_TEXT,
                                       .label = "Name",
                                       .input = &g->typed_input,
                                       .hint = "type lathe-front to go on"};
    g->typed = (struct form){.fields = g->typed_field, .n = 1};
    g->plain = (struct dialog){.title = "Stop the machine?",
                               .role = ROLE_WARN,
                               .body = "The piece that is in it will be lost.",
                               .buttons = PLAIN_BUTTONS,
                               .n_buttons = COUNT(PLAIN_BUTTONS),
                               .width = 50};
    g->danger = (struct dialog){.title = "Scrap the lathe",
                                .role = ROLE_DANGER,
                                .body = "This takes the machine apart, sells its parts, and cannot "
                                        "be undone.\n\n  3 motors\n  12 gears of 4 sizes",
                                .form = &g->typed,
                                .buttons = DANGER_BUTTONS,
                                .n_buttons = COUNT(DANGER_BUTTONS)};
    dialog_open(&g->plain);
    dialog_open(&g->danger);
}

static void paint_plain(struct gallery *g, struct canvas *cv, struct rect r)
{
    paint_tables(g, cv, r);
    dialog_layout(&g->plain, r);
    dialog_paint(&g->plain, cv, r);
}

static unsigned key_plain(struct gallery *g, ui_key key)
{
    return dialog_key(&g->plain, key);
}

static void paint_danger(struct gallery *g, struct canvas *cv, struct rect r)
{
    paint_tables(g, cv, r);
    dialog_layout(&g->danger, r);
    dialog_paint(&g->danger, cv, r);
}

static unsigned key_danger(struct gallery *g, ui_key key)
{
    return dialog_key(&g->danger, key);
}

/* --- a whole screen --- */

static void paint_screen(struct gallery *g, struct canvas *cv, struct rect r)
{
    static const struct keybar_item keys[] = {
        {"Enter", "open", false, false, 1, UI_KEY_NONE}, {"t", "turn", false, false, 2, UI_KEY_NONE},
        {"S", "scrap", false, true, 2, UI_KEY_NONE},     {"R", "rebuild", true, true, 3, UI_KEY_NONE},
        {"/", "filter", false, false, 4, UI_KEY_NONE},   {":", "command", false, false, 5, UI_KEY_NONE},
        {"H", "history", false, false, 6, UI_KEY_NONE},  {"?", "help", false, false, 0, UI_KEY_NONE},
        {"q", "quit", false, false, 0, UI_KEY_NONE},
    };
    struct keybar bar = {keys, COUNT(keys)};
    struct phasebars phases = {PHASES, COUNT(PHASES)};
    struct canvas status = canvas_on(cv, ROLE_STATUS);
    struct rect top = rect_cut_top(&r, 1);
    paint_fill(&status, top, ROLE_STATUS);
    struct pen pen = pen_on(&status, top.y, top.x, top.w);
    pen_text(&pen, ROLE_STRONG, " workshop ");
    pen_text(&pen, ROLE_LAB_BADGE, " MODEL ");
    pen_right(&pen, ROLE_TEXT, "2026-11-20 09:41:07Z ");
    pen_right(&pen, ROLE_STALE, "STALE 42s  ");
    pen_gap(&pen, 2);
    pen_text(&pen, ROLE_PROD_BADGE, " HALL A ");
    pen_gap(&pen, 1);
    pen_text(&pen, ROLE_SITE_BADGE, " HALL B ");
    pen_gap(&pen, 1);
    pen_glyph(&pen, ROLE_OK, GLYPH_UP);
    pen_text(&pen, ROLE_TEXT, " foreman here");
    keybar_paint(&bar, cv, rect_cut_bottom(&r, 1));
    const struct layout_box boxes[] = {{4, 0, 1, 0}, {3, 3, 0, 1}};
    struct rect at[2];
    layout_solve(LAYOUT_ROWS, boxes, 2, 0, r, at);
    struct rect in = paint_box(cv, at[0], ROLE_FOCUS, "Machines  100,000", "/");
    table_layout(&g->table, in);
    table_paint(&g->table, cv, in);
    if (!rect_empty(at[1])) {
        in = paint_box(cv, at[1], ROLE_BORDER, "Running", NULL);
        phasebars_paint_line(&phases, cv, in.y, in.x + 1, in.w - 2);
    }
}

/* --- the pages --- */

static const struct page {
    const char *name;
    void (*paint)(struct gallery *g, struct canvas *cv, struct rect r);
    unsigned (*key)(struct gallery *g, ui_key key);
} PAGES[] = {
    {"screen", paint_screen, key_tables},
    {"tables", paint_tables, key_tables},
    {"bars", paint_bars, NULL},
    {"form", paint_form, key_form},
    {"question", paint_plain, key_plain},
    {"danger", paint_danger, key_danger},
    {"texts", gallery_paint_texts, gallery_key_texts},
    {"picker", gallery_paint_picker, gallery_key_picker},
    {"charts", gallery_paint_charts, NULL},
    {"tree", gallery_paint_tree, gallery_key_tree},
    {"roles", gallery_paint_roles, NULL},
};

struct gallery *gallery_new(void)
{
    struct gallery *g = xcalloc(1, sizeof(*g));
    make_tables(g);
    make_form(g);
    make_dialogs(g);
    gallery_make_lists(g);
    gallery_make_tree(g);
    return g;
}

void gallery_free(struct gallery *g)
{
    if (!g)
        return;
    input_release(&g->name);
    input_release(&g->filled);
    input_release(&g->secret);
    input_release(&g->typed_input);
    picker_release(&g->picker);
    tree_release(&g->tree);
    free(g);
}

size_t gallery_pages(void)
{
    return COUNT(PAGES);
}

const char *gallery_page_name(size_t page)
{
    return PAGES[page].name;
}

void gallery_paint(struct gallery *g, size_t page, struct canvas *cv)
{
    PAGES[page].paint(g, cv, cv->clip);
}

unsigned gallery_key(struct gallery *g, size_t page, ui_key key)
{
    return PAGES[page].key ? PAGES[page].key(g, key) : UI_IGNORED;
}
