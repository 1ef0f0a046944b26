/*
 * watch_parts: the pieces of the operation screen that only show.
 *
 * Steps and checks are two lists over the same steps of an operation; the
 * events are lines that go on coming; the failure panel says what happened in
 * the API's own words and what to do. UI thread.
 */
#ifndef PC_TUI_SCREENS_WATCH_PARTS_H
#define PC_TUI_SCREENS_WATCH_PARTS_H

#include "tui/opshow.h"
#include "tui/ui.h"
#include "widgets/filter.h"
#include "widgets/table.h"
#include "widgets/textview.h"

/* A list of some of the operation's steps. Lent until the operation changes. */
struct step_list {
    const struct opshow *show;
    int64_t now_ms; /* wall */
    size_t *rows;   /* indexes into show->steps; owned */
    size_t count, of; /* of: without the filter */
    const struct filter *filter; /* the owner's */
};

/* Takes the steps of the verify phase, or all but those. */
void step_list_take(struct step_list *l, const struct opshow *show, bool checks);
void step_list_release(struct step_list *l);
/* The row to look at: the first that runs, else the first that failed; -1: none. */
long step_list_interesting(const struct step_list *l);

/* How many steps are not as they were. */
int steps_that_changed(const struct opshow *before, const struct opshow *now);

/* The whole text of the selected row: what it does to what, and what came of it; ""
 * when nothing is selected or it has come to nothing yet. */
void step_list_told(const struct step_list *l, const struct table *t, char *dst, size_t size);

void steps_setup(struct table *t, const struct step_list *l);
void checks_setup(struct table *t, const struct step_list *l);

/* Every event seen so far, oldest first. Owned. */
struct event_log {
    struct event *events;
    size_t count, room;
    size_t *lines; /* those that are shown: all, or what passes the filter; owned */
    size_t line_count, line_room;
    const struct filter *filter; /* the owner's; NULL: all are shown */
};
/* The filter changed. */
void event_log_filter(struct event_log *l);
/* Adds those that are newer than what is there. */
void event_log_add(struct event_log *l, const struct event *events, size_t count);
/* Takes operation_events' reply, keeping what is newer than it. */
void event_log_history(struct event_log *l, const char *op_id, const json_t *list);
void event_log_release(struct event_log *l);
/* seq: below line_count. */
void event_log_line(const void *event_log, uint64_t seq, struct textview_line *ret);

/* One or two lines on what this is and how far: rows 1 or 2. rto_ms: what it may
 * take, 0 nobody said. */
void watch_head_paint(const struct opshow *o, int64_t rto_ms, int64_t now_ms, struct canvas *cv,
                      struct rect area);

/* The warnings, as an array of texts: the rows of all of them, wrapped, with the frame. */
int warnings_rows(const json_t *list, const struct canvas *cv, int width);
/* The first row shown after a key, of `rows` in a panel of `height`. */
int warnings_scrolled(int top, ui_key key, int rows, int height);
void warnings_paint(const json_t *list, bool focused, int top, struct canvas *cv,
                    struct rect area);

/* What failed, or that it stands still; why, what is safe now, what to do, what is
 * legal next, and the command line. */
bool failure_shown(const struct opshow *o);
int failure_rows(const struct opshow *o, const struct act_subject *subject, int64_t now_ms,
                 const struct canvas *cv, int width);
void failure_paint(const struct opshow *o, const struct act_subject *subject, int64_t now_ms,
                   struct canvas *cv, struct rect area);

#endif
