/* The pages of charts and of the tree. */
#include "tests/widgets/gallery_private.h"
#include "widgets/chart.h"

#include <stdio.h>

#include "widgets/layout.h"

/* --- charts --- */

static const char *minutes(long y, char *buf, size_t size)
{
    snprintf(buf, size, "%ldm", y);
    return buf;
}

static const char *days(long x, char *buf, size_t size)
{
    snprintf(buf, size, "day %ld", x);
    return buf;
}

void gallery_paint_charts(struct gallery *g, struct canvas *cv, struct rect r)
{
    static struct chart_point waves[90];
    static const struct chart_point few[] = {
        {1, 4, ROLE_OK}, {9, 6, ROLE_OK}, {16, 13, ROLE_DANGER}, {30, 5, ROLE_OK}};
    const struct layout_box boxes[] = {LAYOUT_FILL(3), {3, 0, 1, 2}, {1, 3, 1, 1}};
    struct rect at[3];
    (void)g;
    for (int i = 0; i < (int)COUNT(waves); i++)
        waves[i] = (struct chart_point){i, (i * 7 % 23) + (i > 60 ? 20 : 4), ROLE_TEXT};
    layout_solve(LAYOUT_ROWS, boxes, 3, 0, r, at);
    struct rect in = paint_box(cv, at[0], ROLE_FOCUS, "How long a piece takes", "90 days");
    chart_paint(&(struct chart){.points = waves,
                                .n = COUNT(waves),
                                .limit = 30,
                                .limit_name = "promised",
                                .label_y = minutes,
                                .label_x = days},
                cv, in);
    in = paint_box(cv, at[1], ROLE_BORDER, "Stops", NULL);
    chart_paint(&(struct chart){.points = few, .n = COUNT(few), .label_y = minutes, .label_x = days},
                cv, in);
    chart_paint(&(struct chart){.empty = "No piece has been made yet: the first one begins the line."},
                cv, at[2]);
}

/* --- a tree --- */

static const struct {
    int depth;
    const char *name, *state;
    enum role role;
} HALLS[] = {
    {0, "hall A", "", ROLE_STRONG},      {1, "lathe-front", "runs", ROLE_OK},
    {2, "spindle", "1200/min", ROLE_TEXT}, {2, "oil", "low", ROLE_WARN},
    {1, "lathe-back", "idle", ROLE_DIM}, {2, "spindle", "0/min", ROLE_TEXT},
    {0, "hall B", "", ROLE_STRONG},      {1, "press", "stopped", ROLE_DANGER},
};

static int hall_depth(const void *ctx, size_t node)
{
    (void)ctx;
    return HALLS[node].depth;
}

static uint64_t hall_id(const void *ctx, size_t node)
{
    (void)ctx;
    return node;
}

static void hall_cell(const void *ctx, size_t node, size_t col, struct table_cell *ret)
{
    (void)ctx;
    ret->role = col == 1 || HALLS[node].depth == 0 ? HALLS[node].role : ROLE_TEXT;
    ret->text = col == 0 ? HALLS[node].name : HALLS[node].state;
}

static const struct tree_source HALL_SOURCE = {hall_depth, hall_id, hall_cell};
static const struct table_column HALL_COLUMNS[] = {
    {.title = "THING", .box = {12, 40, 1, 0}},
    {.title = "STATE", .box = {8, 12, 0, 1}},
};

void gallery_make_tree(struct gallery *g)
{
    g->tree = (struct tree){.source = &HALL_SOURCE, .columns = HALL_COLUMNS, .n_columns = 2};
    tree_init(&g->tree);
    g->tree.table.focused = true;
    tree_sync(&g->tree, COUNT(HALLS));
    tree_close(&g->tree, 4, true);
}

void gallery_paint_tree(struct gallery *g, struct canvas *cv, struct rect r)
{
    struct rect in = paint_box(cv, r, ROLE_FOCUS, "Halls", NULL);
    tree_layout(&g->tree, in);
    tree_paint(&g->tree, cv, in);
}

unsigned gallery_key_tree(struct gallery *g, ui_key key)
{
    return tree_key(&g->tree, key);
}
