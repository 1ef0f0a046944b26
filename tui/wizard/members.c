/* members: see members.h. */
#include "tui/wizard/members.h"

#include "tui/keymap.h"

#include <stdio.h>

enum { CHOSEN, NAME, FLAVOR, ADDRESS, COLUMNS };

static const struct table_column COLS[COLUMNS] = {
    [CHOSEN] = {"", {.min = 3, .max = 3}, ALIGN_LEFT, NULL},
    [NAME] = {"MEMBER", {.min = 16, .max = 40, .weight = 3}, ALIGN_LEFT, NULL},
    [FLAVOR] = {"FLAVOR", {.min = 10, .max = 20, .weight = 1, .drop = 2}, ALIGN_LEFT, NULL},
    [ADDRESS] = {"ADDRESS", {.min = 12, .max = 39, .weight = 2, .drop = 1}, ALIGN_LEFT, NULL},
};

static const struct member *at(const struct members *m, size_t row)
{
    return &m->w->record->members[row];
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct members *m = ctx;
    const struct member *of = at(m, row);
    bool chosen = answers_has_member(&m->w->answers, of->name);
    ret->role = chosen ? ROLE_STRONG : ROLE_DIM;
    switch (col) {
    case CHOSEN:
        ret->text = chosen ? "[x]" : "[ ]";
        break;
    case NAME:
        ret->text = of->name;
        break;
    case FLAVOR:
        ret->role = ROLE_DIM;
        ret->text = of->flavor.name;
        break;
    default:
        ret->role = ROLE_DIM;
        ret->text = of->nic_count ? of->nics[0].ip : "";
        break;
    }
}

static const struct table_source SOURCE = {.cell = cell};

void members_init(struct members *m, struct wizard *w)
{
    *m = (struct members){.w = w};
    m->table = (struct table){.columns = COLS,
                              .n_columns = COLUMNS,
                              .source = &SOURCE,
                              .ctx = m,
                              .focused = true,
                              .gap = 1,
                              .empty = "the group has no members"};
}

void members_take(struct members *m)
{
    table_sync(&m->table, m->w->record->member_count);
}

void members_layout(struct members *m, struct rect area)
{
    table_layout(&m->table, area);
}

void members_paint(const struct members *m, struct canvas *cv, struct rect area)
{
    table_paint(&m->table, cv, area);
}

unsigned members_key(struct members *m, struct ui *ui, ui_key key)
{
    struct answers *a = &m->w->answers;
    size_t row;
    if (key == UI_KEY_ENTER || key == UI_KEY_ESC) {
        m->open = false;
        return UI_HANDLED;
    }
    if (keymap_is(key, ACT_ALL_MEMBERS)) {
        answers_put(a, "members", NULL);
        wizard_changed(m->w, ui);
        return UI_HANDLED;
    }
    if (key != UI_KEY_SPACE || !table_selected(&m->table, &row))
        return table_key(&m->table, key);
    if (answers_turn_member(a, m->w->record, at(m, row)->name))
        wizard_changed(m->w, ui);
    else
        ui_say(ui, ROLE_WARN, "one member at least has to move");
    return UI_HANDLED;
}

const char *members_words(const struct wizard *w, char *dst, size_t size)
{
    size_t all = w->record->member_count, some = 0;
    for (size_t i = 0; i < all; i++)
        some += answers_has_member(&w->answers, w->record->members[i].name);
    if (some == all)
        snprintf(dst, size, all == 1 ? "the one member" : "all %zu members", all);
    else
        snprintf(dst, size, "%zu of %zu members", some, all);
    return dst;
}
