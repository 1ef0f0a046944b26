/*
 * opshow: one operation as the screen shows it, wherever it came from.
 *
 * A running one comes from a snapshot, one of last month from the history as
 * JSON; a screen cannot tell them apart. The texts are lent by what it came
 * from, which it holds until opshow_release(). Pure data, UI thread.
 */
#ifndef PC_TUI_OPSHOW_H
#define PC_TUI_OPSHOW_H

#include "backend/model/snapshot.h"
#include "tui/actions.h"

struct opshow_step {
    const char *subject, *detail, *resource_id;
    enum step_kind kind;
    enum phase phase;
    enum step_status status;
    int attempts;
    int64_t started_ms, ended_ms; /* 0: not yet */
    int64_t late_ms; /* it runs longer than it ever should: this long usually; 0 it does not */
};

/* STOP: begun, then the rest of it was skipped; SKIP: nothing of it was done. */
enum opshow_state { SHOW_TODO, SHOW_RUN, SHOW_DONE, SHOW_FAIL, SHOW_STOP, SHOW_SKIP };

struct opshow_phase {
    enum opshow_state state;
    int total, done, failed, skipped;
    int64_t started_ms, ended_ms; /* 0: not yet */
    int64_t usual_ms;             /* 0: no history */
};

struct opshow {
    bool known; /* there is one; all below is zero otherwise */
    char id[OP_ID_SIZE];
    enum op_type type;
    enum op_status status;
    enum op_verdict verdict;
    bool stopped; /* by a person; the verdict is FAILED all the same */
    int progress;
    /* As production moves by it (operation_from()); where it stays it is at the target. */
    const char *source, *target;
    const char *group, *parent, *error, *remedy, *point;
    int64_t point_ms, created_ms, started_ms, completed_ms;
    bool cleanup_due, cancel_asked;
    int64_t left_low_ms, left_high_ms; /* a range; high 0: not known */
    int64_t still_since_ms; /* wall: no step began or ended since; 0: it moves */
    const char *held; /* stands still because that site is read-only; NULL: it is not. Lent */
    const char *asks; /* what a step asks a person and waits for; NULL: nothing. Lent */
    const json_t *warnings; /* array of strings, lent; NULL none */
    const json_t *consoles; /* array of {vm, at, output}, lent; NULL none */
    struct opshow_phase phases[PHASE_COUNT];
    struct opshow_step *steps; /* owned */
    size_t step_count;
    json_t *json; /* what lends the texts: one of these two */
    struct op_view *view;
};

/* Its cleanup will still begin by itself: what is at rest goes on no more. */
bool opshow_cleanup_due(const struct operation *op);
/* Something of it runs, or will by itself. A kept drill that is cleaned up by
 * another operation is at rest: that one runs. */
bool opshow_open(const struct operation *op);

/* Each replaces what was shown; zeroed is empty. */
void opshow_view(struct opshow *o, const struct op_view *v);
void opshow_json(struct opshow *o, const json_t *operation);
void opshow_release(struct opshow *o);

/* Has it this phase? What only a failure leads to (a failover's way back) is
 * none before it begins. */
bool opshow_has_phase(const struct opshow *o, enum phase p);
/* A part of the members was moved, and all of that part: nothing failed. */
bool opshow_as_asked(const struct opshow *o);
bool opshow_moved_as_asked(const struct operation *op); /* the same of an operation in full */
/* Where it made what it removes, or what the operation it works on had made. */
const char *opshow_made_at(const struct opshow *o);
bool opshow_over(const struct opshow *o); /* nothing runs and nothing will by itself */

bool opshow_stopping(const struct opshow *o); /* stop was asked, and is not yet reached */

/* How long something goes on that goes on still, in whole seconds of the wall clock: all
 * that is shown so ticks at the same moment, and never goes back when it ends. */
int64_t opshow_since(int64_t started_ms, int64_t now_ms);
/* How long the phase took, or takes up to now; -1: not begun. */
int64_t opshow_elapsed(const struct opshow *o, enum phase p, int64_t now_ms);
/* The whole, from its start to its end or to now; -1: not begun. */
int64_t opshow_total(const struct opshow *o, int64_t now_ms);
/* What is still to come by the earlier runs; -1: no history to tell from, or it waits for
 * a person. */
int64_t opshow_remaining(const struct opshow *o, int64_t now_ms);

/* For the action table. */
struct act_operation opshow_subject(const struct opshow *o);

#endif
