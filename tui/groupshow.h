/*
 * groupshow: how a group is told wherever it is shown: its state in a mark and
 * a word, its lag, what ends by itself and how soon, what it asks.
 *
 * Reads what the snapshot holds. Pure but for the painting of the lag; UI thread.
 */
#ifndef PC_TUI_GROUPSHOW_H
#define PC_TUI_GROUPSHOW_H

#include "backend/model/snapshot.h"
#include "tui/actions.h"
#include "widgets/paint.h"

/* In a list a state has twelve letters; where there is room, group_state_word()
 * says the same. */
struct groupshow_state {
    enum glyph mark;
    enum role role;
    const char *word;
};
const struct groupshow_state *groupshow_state(enum group_state s);
/* The same of a group, marked as what it is where members of it are not up, or elsewhere. */
struct groupshow_state groupshow_look(const struct group_view *g);

/* The site where its production runs now, lent. A failback that nobody has confirmed
 * runs at the site that it came back to already, which the record only tells of
 * (`current_primary`) once it is confirmed. */
const char *groupshow_at(const struct group_view *g);

/* "2m10s / 5m", "2m10s" without an RPO, "-" when it is not known. */
void groupshow_lag(const struct group_view *g, int64_t now_ms, char *dst, size_t size);
/* One that was read long ago is as old as it is, whatever it said. */
enum role groupshow_lag_role(const struct group_view *g, int64_t now_ms);
/* The lags that were read, the newest at the right, those over the RPO marked. */
void groupshow_spark(const struct group_view *g, struct canvas *cv, struct rect area);

/* What ends by itself and in how long, in steps so coarse that a screen at rest
 * stays at rest: "undo 12m". Only while g->window is not WINDOW_NONE. */
void groupshow_window(const struct group_view *g, int64_t now_ms, char *dst, size_t size);
/* Members that are up, of how many: "2 of 3 up, 1 failed"; "" when nothing is said. */
void groupshow_members(const struct group_view *g, char *dst, size_t size);
/* The servers that run where the group does not serve, by name: "db-1, db-2 and 3
 * more"; "" none. */
void groupshow_strays(const struct group_view *g, char *dst, size_t size);

/* The operation that runs on it, lent from the snapshot; NULL none. */
const struct op_view *groupshow_running(const struct snapshot *s, const struct group_view *g);
/* What it asks a person and waits for, lent; "" nothing. */
const char *groupshow_asks(const struct snapshot *s, const struct group_view *g);

/* The group, and the operation that it stands for: what runs, else the newest of
 * what moved it and of its drills. */
void groupshow_subject(const struct snapshot *s, const struct group_view *g,
                       struct act_subject *ret);

#endif
