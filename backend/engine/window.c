/*
 * window: what ends the time to think after a failover or a failback.
 *
 * groups/state.c derives from the history when a window ends and what it ends
 * with, so that a countdown goes on over any number of restarts. Here the
 * engine that executes asks for that operation as a person would: by the same
 * request, through the same guards. What is refused is asked for again a while
 * later, and said. A partial failover has no window; a forced one whose old
 * primary was not seen at rest waits for that.
 *
 * A rollback loses what was written since. One that nobody did in time is left to
 * a person: whoever opens the console days later must not lose those days by it.
 * Engine thread only.
 */
#include "backend/engine/window.h"
#include "backend/engine/request/request.h"

#include "backend/base/clock.h"
#include "backend/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOK_AGAIN_MS = 60000, /* the wall clock may be set meanwhile */
    REPEAT_MS = 30000,     /* after a refusal */
    SOON_MS = 1000,        /* after one has ended, for the others */
    MISSED_MS = 300000,    /* an engine may be away for so long, and still roll back */
};

static void say(struct engine *e, const struct group_slot *g, const char *why)
{
    snprintf(e->notice, sizeof(e->notice), "%s: the window has ended, but not with %s: %.120s",
             g->group->name, window_end_word(g->view->window), why);
    log_line(LOG_ERROR, "window", "%s", e->notice);
}

/* arg: the group's id; the slot may have moved, or be gone. */
static void on_answer(struct engine *e, void *arg, const struct pc_error *err)
{
    struct group_slot *g;
    struct pc_error gone;
    if (err->code && err->code != PC_ERR_CANCELLED && engine_group(e, arg, &g, &gone) == PC_OK)
        say(e, g, err->text);
    free(arg);
}

static void end_window(struct engine *e, struct group_slot *g, int64_t now)
{
    char reason[OP_ID_SIZE + 80];
    g->window_retry_ms = now + REPEAT_MS;
    if (g->view->split_risk) {
        say(e, g, "the old primary was not seen at rest since the forced failover");
        return;
    }
    snprintf(reason, sizeof(reason), "the window after %s has ended", g->view->real_id);
    json_t *args = json_object();
    json_put_text(args, "group", g->group->id);
    json_put_text(args, "confirm", g->group->name);
    json_put_text(args, "reason", reason);
    log_line(LOG_INFO, "window", "%s: %s, so %s", g->group->name, reason,
             window_end_word(g->view->window));
    request_begin(e, window_end_word(g->view->window), "commit window", args, on_answer,
                  xstrdup(g->group->id));
}

static bool is_missed(const struct group_view *v, int64_t late_ms)
{
    return v->window == WINDOW_ROLLBACK && late_ms > MISSED_MS;
}

bool window_missed(const struct engine *e, const struct group_slot *g)
{
    if (g->window_of_ms == g->view->window_ends_ms)
        return g->view->window == WINDOW_ROLLBACK && g->window_missed;
    return is_missed(g->view, engine_wall(e) - g->view->window_ends_ms);
}

/* A wall clock that is set forward ends no window at once: this engine waits as
 * long as was left when it saw the window first, by a clock that cannot be set. */
static int64_t not_before(struct engine *e, struct group_slot *g, int64_t now, int64_t at)
{
    if (g->window_of_ms != g->view->window_ends_ms) {
        g->window_of_ms = g->view->window_ends_ms;
        g->window_due_ms = at < now ? now : at;
        g->window_missed = is_missed(g->view, now - at);
        if (g->window_missed)
            say(e, g, "no engine ran then, and what was written since would be lost. Decide: "
                      "commit or rollback");
    }
    if (g->view->window_missed != window_missed(e, g)) {
        group_view_edit(&g->view)->window_missed = window_missed(e, g);
        e->groups_dirty = true;
    }
    return at < g->window_due_ms ? g->window_due_ms : at;
}

void window_turn(struct engine *e)
{
    int64_t now = net_now(e->net), next = now + LOOK_AGAIN_MS;
    if (!e->owner || now < e->window_next_ms)
        return;
    int64_t wall = engine_wall(e);
    for (size_t i = 0; i < e->group_count; i++) {
        struct group_slot *g = &e->groups[i];
        if (g->view->window == WINDOW_NONE)
            continue;
        int64_t at = not_before(e, g, now, now + (g->view->window_ends_ms - wall));
        if (g->view->window_missed)
            continue;
        if (at < g->window_retry_ms)
            at = g->window_retry_ms;
        if (at <= now) {
            end_window(e, g, now); /* the list of groups may have been read anew in it */
            at = now + SOON_MS;
        }
        if (at < next)
            next = at;
    }
    e->window_next_ms = next;
}
