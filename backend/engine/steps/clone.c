/*
 * clone: a writable volume on the target's array, from the volume's snapshot in
 * the pinned recovery point; and its end.
 *
 * The clone's name follows from operation, server and volume, so a second try
 * asks for the same one, and the array's driver adopts what the first has made.
 * The ledger knows it by its serial: Cinder renames what it manages. Cleanup
 * destroys a clone that Cinder never had; one that it has is Cinder's to
 * delete, and is only seen to be gone. A release, which comes long after, destroys
 * only what is still exactly as it was made: its name, its tags, and no host.
 */
#include "backend/engine/steps/steps.h"

#include <stdio.h>
#include <string.h>

const char *clone_name(const struct step_run *s, const char *key, char dst[ARRAY_CLONE_NAME_SIZE])
{
    const struct plan *p = step_book(s)->op->plan;
    int maker = plan_find(p, key);
    const json_t *params = maker < 0 ? NULL : p->steps[maker].params;
    return array_clone_name(step_book(s)->op->id, json_text(params, "server_id"),
                            (size_t)json_int(params, "index", 0), dst);
}

static bool is_marked(const struct step_run *s, const struct array_volume *v, const char *key)
{
    return strcmp(v->op, step_book(s)->op->id) == 0 && strcmp(v->step, key) == 0;
}

static void made(struct step_run *s, const struct array_volume *v)
{
    struct ledger_entry *e = run_ledger(s->run, s->index);
    if (e)
        snprintf(e->name, sizeof(e->name), "%.*s", (int)sizeof(e->name) - 1, v->name);
    step_made(s, v->serial);
}

/* "SRC:pg.42.volume-..." is of point "SRC:pg.42". */
static bool is_of_point(const struct step_run *s, const struct array_volume *v)
{
    const char *point = step_book(s)->op->recovery_point;
    size_t n = strlen(point);
    return !*v->snapshot || (strncmp(v->snapshot, point, n) == 0 && v->snapshot[n] == '.');
}

/* Made before an interruption, of a point that was not written down yet. */
static void of_another_point(struct step_run *s, const struct array_volume *v)
{
    struct pc_error err;
    pc_error_set(&err, PC_ERR_CONFLICT, "Run it again: what was made is removed first.",
                 "%s was cloned before from %s, which is not of recovery point %s: two points are "
                 "never mixed", step_plan(s)->subject, v->snapshot, s->run->op->recovery_point);
    step_fail(s, &err);
}

/* ---- find ---------------------------------------------------------------------- */

/* What has the name but not the marks is left to the driver: it knows whether
 * it is an earlier try that came to no tags. */
static void on_found(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                     int count)
{
    struct step_run *s = arg;
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
    } else if (count && !volumes[0].destroyed && is_marked(s, &volumes[0], step_plan(s)->key) &&
               !is_of_point(s, &volumes[0])) {
        of_another_point(s, &volumes[0]);
    } else if (count && !volumes[0].destroyed && is_marked(s, &volumes[0], step_plan(s)->key)) {
        run_event(s->run, "info", "adopted %s: it was cloned before", step_plan(s)->subject);
        made(s, &volumes[0]);
    } else {
        step_absent(s);
    }
}

void clone_find(struct step_run *s)
{
    char name[ARRAY_CLONE_NAME_SIZE];
    const struct array_find_spec spec = {.name = clone_name(s, step_plan(s)->key, name),
                                         .op = step_book(s)->op->id,
                                         .step = step_plan(s)->key};
    s->array_call = array_find(s->run->target->array, &spec, on_found, s);
}

/* ---- begin --------------------------------------------------------------------- */

static void on_cloned(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                      int count)
{
    struct step_run *s = arg;
    (void)count; /* one, or an error */
    s->array_call = NULL;
    if (err->code == PC_ERR_NOT_FOUND)
        replica_absent(s); /* gone since it was read, a moment ago */
    else if (err->code)
        step_trouble(s, err);
    else
        made(s, &volumes[0]);
}

/* The snapshot is read again at use: since the check it may have expired. */
static void on_snapshot(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                        int count)
{
    struct step_run *s = arg;
    char name[ARRAY_CLONE_NAME_SIZE];
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
    } else if (count == 0) {
        replica_absent(s);
    } else {
        const struct array_clone_spec spec = {.name = clone_name(s, step_plan(s)->key, name),
                                              .snapshot = volumes[0].name,
                                              .op = step_book(s)->op->id,
                                              .step = step_plan(s)->key};
        s->array_call = array_clone(s->run->target->array, &spec, on_cloned, s);
    }
}

void clone_begin(struct step_run *s)
{
    if (s->run->repinning && s->run->repinning != s)
        step_again(s, "another recovery point is being chosen");
    else
        s->array_call = array_volumes_of_point(s->run->target->array, s->run->op->recovery_point,
                                               json_text(step_plan(s)->params, "source_id"),
                                               on_snapshot, s);
}

/* ---- the end of a clone ---------------------------------------------------------- */

static void on_destroyed(void *arg, const struct pc_error *err)
{
    struct step_run *s = arg;
    s->array_call = NULL;
    if (err->code == PC_ERR_CONFLICT)
        step_again(s, err->text); /* still connected: the deadline bounds the wait */
    else if (err->code)
        cleanup_trouble(s, err);
    else
        cleanup_gone(s, "destroyed on the array");
}

/* Whether Cinder still has it, by the step that let it. */
static bool cinder_has_it(struct step_run *s)
{
    const struct ledger_entry *e = cleanup_entry(s, json_text(step_plan(s)->params, "managed"));
    return e && e->state != LEDGER_GONE;
}

static void not_for_us(struct step_run *s, const struct array_volume *v, bool ours)
{
    struct pc_error err;
    if (ours)
        pc_error_set(&err, PC_ERR_CONFLICT, "Delete the volume in Cinder, then clean up again.",
                     "the clone is managed by Cinder as %s", v->name);
    else
        pc_error_set(&err, PC_ERR_FORBIDDEN, "Look at it on the array, and destroy it by hand if "
                     "it is a leftover.",
                     "array volume %s does not carry this operation's tags: it is left alone",
                     v->name);
    cleanup_survives(s, &err);
}

static void none_left(struct step_run *s)
{
    if (*step_state(s)->resource_id)
        cleanup_gone(s, "gone");
    else if (!cleanup_looked_enough(s))
        step_again(s, "looking for what may have been made");
    else
        cleanup_gone(s, "was never made");
}

static void on_left(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                    int count)
{
    struct step_run *s = arg;
    char name[ARRAY_CLONE_NAME_SIZE];
    s->array_call = NULL;
    if (err->code) {
        cleanup_trouble(s, err);
        return;
    }
    if (count == 0) {
        none_left(s);
        return;
    }
    const struct array_volume *v = &volumes[0];
    bool named = strcmp(v->name, clone_name(s, cleanup_maker(s), name)) == 0;
    bool ours = is_marked(s, v, cleanup_maker(s)) || (named && !*v->op);
    if (v->destroyed)
        cleanup_gone(s, "destroyed on the array");
    else if (!ours || (!named && cinder_has_it(s)))
        not_for_us(s, v, ours);
    else
        s->array_call = array_destroy(s->run->target->array, v->name, on_destroyed, s);
}

void destroy_check(struct step_run *s)
{
    char name[ARRAY_CLONE_NAME_SIZE];
    const char *serial = step_state(s)->resource_id;
    const struct array_find_spec spec = {.serial = *serial ? serial : NULL,
                                         .name = clone_name(s, cleanup_maker(s), name),
                                         .op = step_book(s)->op->id,
                                         .step = cleanup_maker(s)};
    s->array_call = array_find(s->run->target->array, &spec, on_left, s);
}

void destroy_begin(struct step_run *s)
{
    if (cleanup_begins(s))
        destroy_check(s);
}

/* ---- released, long after --------------------------------------------------------- */

static const char *released_of(const struct step_run *s)
{
    return json_text(step_plan(s)->params, "of");
}

static void leave_alone(struct step_run *s, const struct array_volume *v, const char *why)
{
    char detail[96];
    operation_warn(s->run->op, "array volume %.150s of %s %s: it is left alone", v->name,
                   s->run->target->cfg->name, why);
    s->run->dirty = true;
    snprintf(detail, sizeof(detail), "%s: left alone", why);
    step_done(s, detail);
}

/* Whoever has renamed it, or let Cinder manage it, has taken it over. */
static bool is_as_made(const struct step_run *s, const struct array_volume *v)
{
    char name[ARRAY_CLONE_NAME_SIZE];
    return strcmp(v->name, clone_name(s, released_of(s), name)) == 0 &&
           is_marked(s, v, released_of(s));
}

static void on_let_go(void *arg, const struct pc_error *err)
{
    struct step_run *s = arg;
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
        return;
    }
    snprintf(s->state, sizeof(s->state), "asked");
    step_again(s, "destroying");
}

static void on_remains(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                       int count)
{
    struct step_run *s = arg;
    const struct array_volume *v = count ? &volumes[0] : NULL;
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
    } else if (!v && !*s->state) { /* believed the second time */
        snprintf(s->state, sizeof(s->state), "missing");
        step_again(s, "not found; looking once more");
    } else if (!v || v->destroyed) {
        release_gone(s, v ? "destroyed on the array" : "was gone already");
    } else if (!is_as_made(s, v)) {
        leave_alone(s, v, "is not as it was made any more");
    } else if (v->connected) {
        leave_alone(s, v, "is connected to a host");
    } else if (!step_halted(s)) {
        release_asks(s);
        s->array_call = array_destroy(s->run->target->array, v->name, on_let_go, s);
    }
}

void release_clone_check(struct step_run *s)
{
    const struct array_find_spec spec = {.serial = json_text(step_plan(s)->params, "id")};
    s->array_call = array_find(s->run->target->array, &spec, on_remains, s);
}

void release_clone_begin(struct step_run *s)
{
    snprintf(step_state(s)->resource_id, RESOURCE_ID_SIZE, "%s", json_text(step_plan(s)->params, "id"));
    s->stage = STAGE_CHECK;
    release_clone_check(s);
}
