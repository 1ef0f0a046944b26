/*
 * home_groups: the table of protection groups on the home screen, and what is
 * known of the one that is selected. UI thread; only reads the snapshot.
 */
#ifndef PC_TUI_SCREENS_HOME_GROUPS_H
#define PC_TUI_SCREENS_HOME_GROUPS_H

#include "tui/ui.h"
#include "widgets/sieve.h"
#include "widgets/table.h"

/* What the cells are made from; lent for a frame. */
struct home_groups {
    const struct snapshot *snap;
    int64_t now_ms; /* wall */
    bool wide;
    const struct sieve *sieve; /* which of them are listed */
};

/* The same groups by what a filter looks at and by the order of a column:
 * sorted is table.sorted. */
void home_groups_sift(struct sieve *s, const struct snapshot *snap, int sorted);
/* The column after this one that makes an order; 0: the engine's own. */
int home_groups_next_order(int sorted);
/* Of the panel, with the order: a column has no room for its mark everywhere. */
char *home_groups_title(const struct table *t, char *dst, size_t size);
/* A number that stays with a group wherever it is listed. */
uint64_t home_groups_id(const struct group_view *g);

/* Columns and source for the width at hand; keeps selection and scroll. */
void home_groups_setup(struct table *t, const struct home_groups *ctx);

/* Members, mapping and recovery point of one group. The room it takes is the
 * same for every group, so that going through the list moves nothing else. */
enum { HOME_GROUP_ROWS = 10 };
void home_group_paint(const struct snapshot *s, const struct group_view *g, int64_t now_ms,
                      struct canvas *cv, struct rect area);

#endif
