/* tree: see tree.h. */
#include "widgets/tree.h"

#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which are closed ------------------------------------------------------------ */

static size_t find_closed(const struct tree *t, uint64_t id)
{
    size_t i = 0;
    while (i < t->n_closed && t->closed[i] != id)
        i++;
    return i;
}

bool tree_is_closed(const struct tree *t, size_t node)
{
    return t->n_closed && find_closed(t, t->source->id(t->ctx, node)) < t->n_closed;
}

bool tree_has_children(const struct tree *t, size_t node)
{
    return node + 1 < t->nodes &&
           t->source->depth(t->ctx, node + 1) > t->source->depth(t->ctx, node);
}

/* What is below a closed node is not seen, however deep. */
static void list_rows(struct tree *t)
{
    int hidden_below = -1;
    t->n_rows = 0;
    for (size_t i = 0; i < t->nodes; i++) {
        int depth = t->source->depth(t->ctx, i);
        if (hidden_below >= 0 && depth > hidden_below)
            continue;
        hidden_below = tree_is_closed(t, i) ? depth : -1;
        t->rows = xgrow(t->rows, &t->rows_room, t->n_rows + 1, sizeof(*t->rows));
        t->rows[t->n_rows++] = i;
    }
    table_sync(&t->table, t->n_rows);
}

void tree_close(struct tree *t, size_t node, bool closed)
{
    uint64_t id = t->source->id(t->ctx, node);
    size_t at = find_closed(t, id);
    if (closed == (at < t->n_closed))
        return;
    if (closed) {
        t->closed = xgrow(t->closed, &t->closed_room, t->n_closed + 1, sizeof(*t->closed));
        t->closed[t->n_closed++] = id;
    } else {
        t->closed[at] = t->closed[--t->n_closed];
    }
    list_rows(t);
}

void tree_close_all(struct tree *t)
{
    t->n_closed = 0;
    for (size_t i = 0; i < t->nodes; i++)
        if (tree_has_children(t, i)) {
            t->closed = xgrow(t->closed, &t->closed_room, t->n_closed + 1, sizeof(*t->closed));
            t->closed[t->n_closed++] = t->source->id(t->ctx, i);
        }
    list_rows(t);
}

/* ---- as a table --------------------------------------------------------------------- */

static void cell_of(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct tree *t = ctx;
    size_t node = t->rows[row];
    t->source->cell(t->ctx, node, col, ret);
    if (col != 0)
        return;
    char name[sizeof(ret->buf)];
    int indent = 2 * t->source->depth(t->ctx, node);
    snprintf(name, sizeof(name), "%s", ret->text ? ret->text : "");
    snprintf(ret->buf, sizeof(ret->buf), "%*s%s %.*s", indent < 40 ? indent : 40, "",
             !tree_has_children(t, node) ? " " : tree_is_closed(t, node) ? "+" : "-",
             (int)sizeof(ret->buf) - 44, name);
    ret->text = ret->buf;
}

static uint64_t id_of(const void *ctx, size_t row)
{
    const struct tree *t = ctx;
    return t->source->id(t->ctx, t->rows[row]);
}

static const struct table_source AS_TABLE = {.cell = cell_of, .id = id_of};

void tree_init(struct tree *t)
{
    t->table = (struct table){
        .columns = t->columns,
        .n_columns = t->n_columns,
        .source = &AS_TABLE,
        .ctx = t,
    };
}

void tree_release(struct tree *t)
{
    free(t->rows);
    free(t->closed);
    t->rows = NULL;
    t->closed = NULL;
    t->n_rows = t->rows_room = t->n_closed = t->closed_room = 0;
}

void tree_sync(struct tree *t, size_t nodes)
{
    t->nodes = nodes;
    list_rows(t);
}

void tree_layout(struct tree *t, struct rect area)
{
    table_layout(&t->table, area);
}

void tree_paint(const struct tree *t, struct canvas *cv, struct rect area)
{
    table_paint(&t->table, cv, area);
}

static unsigned go_to_parent(struct tree *t, size_t row)
{
    int depth = t->source->depth(t->ctx, t->rows[row]);
    for (size_t i = row; i-- > 0;)
        if (t->source->depth(t->ctx, t->rows[i]) < depth) {
            table_select(&t->table, i);
            return UI_HANDLED | UI_REPAINT | UI_CHANGED;
        }
    return UI_HANDLED;
}

unsigned tree_key(struct tree *t, ui_key key)
{
    size_t row, node;
    bool open = key == UI_KEY_RIGHT || key == 'l', close = key == UI_KEY_LEFT || key == 'h';
    if ((!open && !close && key != ' ') || !table_selected(&t->table, &row))
        return table_key(&t->table, key);
    node = t->rows[row];
    bool closed = tree_is_closed(t, node), has = tree_has_children(t, node);
    if (close && (closed || !has))
        return go_to_parent(t, row);
    if (!has || (open && !closed))
        return UI_HANDLED;
    tree_close(t, node, !closed);
    return UI_HANDLED | UI_REPAINT;
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    const struct tree *t = widget;
    return table_ops.measure(&t->table, cv, room);
}

static void ops_layout(void *widget, struct rect area)
{
    tree_layout(widget, area);
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    tree_paint(widget, cv, area);
}

static unsigned ops_key(void *widget, ui_key key)
{
    return tree_key(widget, key);
}

const struct widget_ops tree_ops = {
    .name = "tree",
    .measure = ops_measure,
    .layout = ops_layout,
    .paint = ops_paint,
    .key = ops_key,
};
