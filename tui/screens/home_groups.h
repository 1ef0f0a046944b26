/*
 * home_groups: the table of protection groups on the home screen, and what is
 * known of the one that is selected. UI thread; only reads the snapshot.
 */
#ifndef PC_TUI_SCREENS_HOME_GROUPS_H
#define PC_TUI_SCREENS_HOME_GROUPS_H

#include "tui/ui.h"
#include "widgets/table.h"

/* What the cells are made from; lent for a frame. */
struct home_groups {
    const struct snapshot *snap;
    int64_t now_ms; /* wall */
    bool wide;
};

/* Columns and source for the width at hand; keeps selection and scroll. */
void home_groups_setup(struct table *t, const struct home_groups *ctx);

/* Members, mapping and recovery point of one group. The room it takes is the
 * same for every group, so that going through the list moves nothing else. */
enum { HOME_GROUP_ROWS = 10 };
void home_group_paint(const struct group_view *g, int64_t now_ms, struct canvas *cv,
                      struct rect area);

#endif
