/*
 * spawn: an engine of its own process for what was just asked.
 *
 * A verb that does not wait returns at once, and somebody must do the work:
 * `protector-console engine --until-idle`, in a session of its own, without a
 * terminal, writing to the log of the state directory. It is always started,
 * also when another engine seems to run: that one may be about to end because
 * it saw nothing to do, and an engine that finds another at work leaves.
 */
#ifndef PC_TUI_VERBS_SPAWN_H
#define PC_TUI_VERBS_SPAWN_H

#include "backend/model/snapshot.h"
#include "tui/verbs/args.h"

/* Carries the global flags over. IO when the program cannot be started. */
enum pc_err spawn_engine(const struct args *a, const char *state_dir, struct pc_error *err);
/* Whether this process decides, when its time is up, about a group: then one has
 * to be there. */
bool spawn_is_due(const struct snapshot *now);

/* What this process executes, and would leave undone. */
struct spawn_work {
    size_t running; /* operations */
    bool due;       /* spawn_is_due() */
};
struct spawn_work spawn_work(const struct snapshot *now);
/* After the door is closed: an engine of its own for what is left, told on `out`
 * (NULL: nobody reads it). code: how this process ends; who is killed, 128 and a
 * signal that is neither Ctrl-C nor a lost line, leaves nothing. The exit code. */
int spawn_left(const struct args *a, const char *state_dir, struct spawn_work left, int code,
               FILE *out);

#endif
