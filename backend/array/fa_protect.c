/*
 * fa_protect: a protection group that holds volumes and replicates them.
 *
 *   protect  POST group ─▶ POST target ─▶ GET group ─▶ [PATCH schedule]
 *            ─▶ read members ─▶ POST each that is missing ─▶ read members
 *   allow    PATCH target (on the target) ─▶ GET targets
 *
 * Each part may be there already, by an earlier try or by somebody else: that
 * is said in many words ("already exists", "already includes", "already allowed
 * on"), all of them PC_ERR_EXISTS, and what is so is then read.
 */
#include "backend/array/fa_replicate.h"

#include "backend/array/fa_answer.h"
#include "backend/array/fa_chain.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <stdlib.h>
#include <string.h>

static const char PROTECT[] = "protect the volumes";
static const char SCHEDULE[] = "replicate the protection group by a schedule";
static const char ALLOW[] = "accept the replication";

/* Says whether the call may go on: it went well, or was so already. */
static bool is_so(struct array_call *c, const struct pc_error *err)
{
    c->call = NULL;
    if (!err->code || err->code == PC_ERR_EXISTS)
        return true;
    array_end_error(c, err);
    return false;
}

/* ---- members --------------------------------------------------------------------- */

static bool holds(const struct array_call *c, const char *id)
{
    for (size_t i = 0; i < c->row_count; i++)
        if (strcmp(c->rows[i].cinder_id, id) == 0 && strcmp(c->rows[i].group, c->group) == 0)
            return true;
    return false;
}

static const struct array_member *row_of(const struct array_call *c, const char *id)
{
    for (size_t i = 0; i < c->row_count; i++)
        if (strcmp(c->rows[i].cinder_id, id) == 0)
            return &c->rows[i];
    return NULL;
}

static void refuse(struct array_call *c, enum pc_err code, const char *remedy, const char *id,
                   const char *why)
{
    struct pc_error err;
    pc_error_set(&err, code, remedy, "volume %s %s", id, why);
    array_end_error(c, &err);
}

static void add_missing(struct array_call *c);

static void on_added(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)items;
    (void)elapsed_ms;
    if (!is_so(c, err))
        return;
    c->at++;
    add_missing(c);
}

static void add(struct array_call *c, const char *volume)
{
    struct buf path;
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/protection-groups/volumes?group_names=");
    buf_url(&path, c->group);
    buf_puts(&path, "&member_names=");
    buf_url(&path, volume);
    fa_write(c, "POST", buf_text(&path), NULL, PROTECT, on_added);
    buf_release(&path);
}

static void all_read(struct array_call *c)
{
    for (size_t i = 0; i < c->id_count; i++)
        if (!holds(c, c->ids[i])) {
            refuse(c, PC_ERR_PROTOCOL, "Look at the protection group on the array.", c->ids[i],
                   "is not in the protection group, although the array accepted it");
            return;
        }
    array_end_well(c);
}

/* From c->at on, the first that the group does not hold. */
static void add_missing(struct array_call *c)
{
    while (c->at < c->id_count && holds(c, c->ids[c->at]))
        c->at++;
    if (c->at == c->id_count) {
        if (c->tagged)
            fa_read_members(c, all_read);
        else
            array_end_well(c);
        return;
    }
    const struct array_member *row = row_of(c, c->ids[c->at]);
    if (!row || !*row->volume) {
        refuse(c, PC_ERR_NOT_FOUND, "See in Cinder on which back end the volume is.",
               c->ids[c->at], "is not on the array");
    } else if (*row->pod) {
        refuse(c, PC_ERR_CONFLICT, "Volumes in a pod are replicated by the pod: they need no "
               "protection group, and cannot be in this one.", c->ids[c->at], "is in a pod");
    } else {
        c->tagged = true; /* something was written: it is read in the end */
        add(c, row->volume);
    }
}

static void members_read(struct array_call *c)
{
    c->at = 0;
    add_missing(c);
}

/* ---- the group --------------------------------------------------------------------- */

static void on_scheduled(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)items;
    (void)elapsed_ms;
    if (fa_went_well(c, err))
        fa_read_members(c, members_read);
}

static void on_group(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    struct buf path;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    fa_answer_group(json_array_get(items, 0), &c->shown);
    if (c->shown.interval_ms > 0 || c->interval_ms <= 0) {
        fa_read_members(c, members_read);
        return;
    }
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/protection-groups?names=");
    buf_url(&path, c->group);
    fa_write(c, "PATCH", buf_text(&path),
             json_pack("{s:{s:b, s:I}}", "replication_schedule", "enabled", 1, "frequency",
                       (json_int_t)c->interval_ms),
             SCHEDULE, on_scheduled);
    buf_release(&path);
}

static void on_target(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    struct buf path;
    (void)items;
    (void)elapsed_ms;
    if (!is_so(c, err))
        return;
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/protection-groups?filter=");
    fa_filter(&path, "name", c->group, false);
    buf_puts(&path, "&destroyed=false");
    fa_ask(c, &path, PROTECT, on_group);
    buf_release(&path);
}

static void write_target(struct array_call *c, const char *method, json_t *body_take,
                         const char *action, fa_got *done)
{
    struct buf path;
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/protection-groups/targets?group_names=");
    buf_url(&path, c->group);
    buf_puts(&path, "&member_names=");
    buf_url(&path, c->target);
    fa_write(c, method, buf_text(&path), body_take, action, done);
    buf_release(&path);
}

static void on_made(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)items;
    (void)elapsed_ms;
    if (is_so(c, err))
        write_target(c, "POST", NULL, PROTECT, on_target);
}

static bool names_are_plain(struct array_call *c)
{
    if (!fa_name_is_plain(c->group))
        fa_refuse_name(c, "a protection group", c->group);
    else if (!fa_name_is_plain(c->target))
        fa_refuse_name(c, "the name", c->target);
    else
        return true;
    return false;
}

void fa_protect(struct array_call *c)
{
    struct buf path;
    if (!names_are_plain(c))
        return;
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/protection-groups?names=");
    buf_url(&path, c->group);
    fa_write(c, "POST", buf_text(&path), NULL, PROTECT, on_made);
    buf_release(&path);
}

/* ---- the target's consent -------------------------------------------------------------- */

static void on_allowed_read(void *arg, const struct pc_error *err, json_t *items,
                            int64_t elapsed_ms)
{
    struct array_call *c = arg;
    (void)elapsed_ms;
    if (!fa_went_well(c, err))
        return;
    if (json_flag(json_array_get(items, 0), "allowed", false)) {
        array_end_well(c);
        return;
    }
    if (!c->err.code)
        pc_error_set(&c->err, PC_ERR_PROTOCOL, "Look at the protection group on the target array.",
                     "protection group %s is not allowed on %s, although the array accepted to "
                     "allow it", c->group, c->target);
    struct pc_error copy = c->err;
    array_end_error(c, &copy);
}

static void on_allowed(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    struct array_call *c = arg;
    struct buf path;
    (void)items;
    (void)elapsed_ms;
    if (!is_so(c, err))
        return;
    c->err = *err;
    buf_init(&path, FA_PATH_CAP);
    buf_puts(&path, "/protection-groups/targets?filter=");
    fa_filter(&path, "group.name", c->group, false);
    fa_ask(c, &path, ALLOW, on_allowed_read);
    buf_release(&path);
}

void fa_allow(struct array_call *c)
{
    if (names_are_plain(c))
        write_target(c, "PATCH", json_pack("{s:b}", "allowed", 1), ALLOW, on_allowed);
}
