/*
 * engine: runs operations without a screen until nothing is left to run.
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

#include "backend/base/json.h"

#include <string.h>

struct watch {
    struct lines lines;
    size_t open;      /* operations that do not rest */
    bool moved;       /* one of them changed since it was first seen */
    bool failed;      /* one that was open ended otherwise than it should */
    bool told_engine; /* that another one runs them */
};

static void look_at(struct watch *w, const struct op_view *view)
{
    const struct operation *o = view->op;
    bool rests = op_status_over(o->status) && o->completed_ms;
    bool known = lines_knows(&w->lines, o->id);
    if (!rests)
        w->open++;
    if (rests && !known)
        return; /* history */
    json_t *op = operation_to_json(o);
    bool changed = lines_show(&w->lines, op);
    w->moved = w->moved || (changed && known);
    if (changed && rests && !operation_good(op))
        w->failed = true;
    json_decref(op);
}

/* True when there is nothing (more) to do here. */
static bool look(struct session *s, struct watch *w)
{
    struct snapshot *now = door_snapshot(s->door);
    bool elsewhere = !now->owner && strcmp(now->engine, "nobody") != 0;
    w->open = 0;
    for (size_t i = 0; i < now->operations->count; i++)
        look_at(w, now->operations->items[i]);
    if (elsewhere && w->open && !w->told_engine) {
        fprintf(s->err, "another engine runs them: %s\n", now->engine);
        w->told_engine = true;
    }
    bool over = w->open == 0 || (elsewhere && w->moved);
    if (elsewhere && w->open && w->moved)
        fprintf(s->err, "it is at work: leaving it to that one\n");
    snapshot_unref(now);
    return over;
}

int run_engine(struct session *s)
{
    struct watch w = {0};
    struct pc_error err = {0};
    lines_init(&w.lines, session_lines(s));
    enum pc_err rc = session_open(s, s->args->verb->needs, &err);
    /* Answered once the journal is read and the lease is taken or seen. */
    if (rc == PC_OK)
        rc = session_call(s, "operation_list", NULL, NULL, &err);
    while (rc == PC_OK && !look(s, &w))
        rc = session_wait(s, 1000, &err);
    if (rc == PC_ERR_CANCELLED && interrupt_came())
        fprintf(s->err, "interrupted: %zu operations stay in the journal and are carried on by "
                        "the next engine:\n  protector-console engine --until-idle\n", w.open);
    lines_release(&w.lines);
    int code = session_end(s, rc, &err);
    return code ? code : w.failed;
}
