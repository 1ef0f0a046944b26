/*
 * engine: runs operations without a screen until nothing is left to run: neither
 * an operation, nor a time to think that ends by itself.
 *
 * When another process holds the lease this one only looks on: it leaves once
 * it has seen that one get on with the work, and takes over (the door does) if
 * it dies. So the process started for a drill that nobody waits for is never
 * one too many, and never missing.
 */
#include "tui/verbs/run.h"

#include "tui/verbs/follow.h"
#include "tui/verbs/interrupt.h"
#include "tui/verbs/lines.h"
#include "tui/verbs/spawn.h"

#include "backend/base/json.h"

#include <string.h>

enum { LOOK_MS = 1000 }; /* how often, when nothing is announced */

struct watch {
    struct lines lines;
    struct snapshot *before; /* the one looked at last; NULL none */
    size_t open;      /* operations that do not rest */
    bool windows;     /* this engine decides about a group when its time is up */
    bool moved;       /* one of them changed since it was first seen */
    bool failed;      /* one that was open ended otherwise than it should */
    bool told_engine; /* that another one runs them */
    bool left_to_it;  /* and that it does */
};

/* How it ended is told by the whole of it: a line has no steps, and not what was asked for. */
static void judge(const struct session *s, struct watch *w, const struct operation *o)
{
    json_t *op = operation_to_json(o);
    if (!operation_good(op)) {
        w->failed = true;
        follow_tell_failure(s, op);
    }
    json_decref(op);
}

static void look_at(const struct session *s, struct watch *w, const struct op_view *view)
{
    const struct operation *o = view->op;
    bool rests = op_status_over(o->status) && o->completed_ms;
    bool known = lines_knows(&w->lines, o->id);
    if (!rests && !*view->outlook.held)
        w->open++;
    if (rests && !known)
        return; /* history */
    if (w->before && snapshot_operation(w->before, o->id) == view)
        return; /* shared: nothing of it has changed */
    json_t *op = operation_head_json(o);
    bool changed = lines_show(&w->lines, op);
    w->moved = w->moved || (changed && known);
    json_decref(op);
    if (changed && rests)
        judge(s, w, o);
}

static void look_at_windows(struct watch *w, const struct snapshot *now)
{
    bool before = w->windows;
    w->windows = spawn_is_due(now);
    if (w->windows && !before) {
        fputs("waits until the time to decide is up\n", w->lines.out);
        fflush(w->lines.out);
    }
}

/* The journal itself says that nothing is left: a snapshot may be older than
 * what another process has just asked for. */
static enum pc_err confirm_idle(struct session *s, bool *ret_idle, struct pc_error *err)
{
    json_t *list = NULL, *op;
    size_t i;
    bool idle = true;
    struct pc_error held = {.code = PC_OK};
    json_t *args = json_object();
    json_put_flag(args, "open", true);
    enum pc_err rc = session_call(s, "operation_list", args, &list, err);
    if (rc)
        return rc;
    json_array_foreach(list, i, op)
        if (!operation_rests(op) && !operation_held(op, &held))
            idle = false;
    json_decref(list);
    *ret_idle = idle;
    if (idle && held.code) {
        *err = held;
        return held.code;
    }
    return PC_OK;
}

/* True when there is nothing (more) to do here, as far as the snapshot knows. */
static bool look(struct session *s, struct watch *w)
{
    struct snapshot *now = door_snapshot(s->door);
    bool elsewhere = !now->owner && strcmp(now->engine, "nobody") != 0;
    w->open = 0;
    for (size_t i = 0; i < now->operations->count; i++)
        look_at(s, w, now->operations->items[i]);
    look_at_windows(w, now);
    if (elsewhere && w->open && !w->told_engine) {
        fprintf(s->err, "another engine runs them: %s\n", now->engine);
        w->told_engine = true;
    }
    if (*now->notice && (!w->before || strcmp(now->notice, w->before->notice) != 0))
        fprintf(s->err, "%s\n", now->notice);
    w->left_to_it = elsewhere && w->open && w->moved;
    if (w->left_to_it)
        fprintf(s->err, "it is at work: leaving it to that one\n");
    snapshot_unref(w->before);
    w->before = now;
    return (w->open == 0 && !w->windows) || w->left_to_it;
}

int run_engine(struct session *s)
{
    struct watch w = {0};
    struct pc_error err = {0};
    bool over = false;
    lines_init(&w.lines, session_lines(s));
    enum pc_err rc = session_open(s, s->args->verb->needs, &err);
    while (rc == PC_OK && !over) {
        over = look(s, &w);
        /* Nobody executes: is there still a journal, from which somebody could? */
        if ((over && !w.left_to_it) || (!over && nobody_executes(s)))
            rc = confirm_idle(s, &over, &err);
        if (rc == PC_OK && !over)
            rc = session_wait(s, LOOK_MS, &err);
    }
    if (rc == PC_ERR_CANCELLED && interrupt_came())
        fprintf(s->err, "interrupted: %zu operation%s in the journal, to be carried on by the "
                        "next engine:\n  protector-console engine --until-idle\n",
                w.open, w.open == 1 ? " stays" : "s stay");
    snapshot_unref(w.before);
    lines_release(&w.lines);
    int code = session_end(s, rc, &err);
    return code ? code : w.failed;
}
