/*
 * groups_file: groups.json in the state directory, a second record of what is
 * protected, for the day on which the history is lost.
 *
 * A group that was never failed over has left no mark on any site, so its
 * definition would be gone with the database. The file is written after every
 * change, or a second of changes, whole and atomically: another file, fsync,
 * rename, fsync of the directory. Several processes write it: each takes the directory's lock
 * (its own, not the store's), reads the database under it, and so the last
 * writer writes the newest.
 *
 * Beside a group stand the headers of its real operations that have ended: a
 * commit leaves no mark either.
 *
 * What the file has and the database has not is kept: a database that was lost
 * must not take the file with it. Only deleting a group takes it out. Engine
 * thread; never read but by rebuild and by its own writer.
 */
#include "backend/engine/record.h"

#include "backend/base/boundary.h"
#include "backend/base/clock.h"
#include "backend/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { FORMAT = 1, OPERATIONS_MAX = 64, LOCK_WAIT_MS = 1000, LOCK_TURN_MS = 5,
       LATER_MS = 1000, HEAD_SIZE = 256 };

static char *path_of(const struct engine *e, const char *end)
{
    return xasprintf("%s/groups.json%s", e->state_dir, end);
}

/* -1: not to be had; the file is then left as it is. Whoever is stopped with
 * the lock must not stop everybody else: it is waited for a moment only. */
static int lock(const struct engine *e)
{
    static const struct timespec turn = {0, LOCK_TURN_MS * 1000000};
    char *path = path_of(e, ".lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    free(path);
    for (int waited = 0; fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0; waited += LOCK_TURN_MS) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= LOCK_WAIT_MS) {
            close(fd);
            return -1;
        }
        nanosleep(&turn, NULL);
    }
    return fd;
}

enum pc_err groups_file_read(const struct engine *e, json_t **ret, struct pc_error *err)
{
    char *path = path_of(e, "");
    json_error_t why;
    enum pc_err rc = PC_OK;
    json_t *o = NULL, *groups = NULL;
    if (access(path, F_OK) == 0) {
        o = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
        groups = json_list(o, "groups");
        if (!groups || json_int(o, "format", 0) != FORMAT)
            rc = pc_error_set(err, PC_ERR_STORE, "Move the file away, or put back what it was.",
                              "%s is not understood%s%s", path, o ? "" : ": ", o ? "" : why.text);
    }
    if (!rc)
        *ret = groups ? json_incref(groups) : json_array();
    json_decref(o);
    free(path);
    return rc;
}

/* ---- writing ------------------------------------------------------------------ */

static bool write_all(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left) {
        ssize_t n = write(fd, text, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        left -= (size_t)n;
    }
    return true;
}

static bool sync_dir(const struct engine *e)
{
    int fd = open(e->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool fine = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return fine;
}

static bool replace(const struct engine *e, const char *text)
{
    char *path = path_of(e, ""), *next = path_of(e, ".new");
    int fd = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool fine = fd >= 0 && write_all(fd, text) && fsync(fd) == 0;
    if (fd >= 0 && close(fd) != 0)
        fine = false;
    boundary_pass("file.before", "groups.json");
    fine = fine && rename(next, path) == 0 && sync_dir(e);
    boundary_pass("file.after", "groups.json");
    free(path);
    free(next);
    return fine;
}

static size_t index_of(const json_t *groups, const char *id)
{
    size_t i = 0;
    while (i < json_array_size(groups) &&
           strcmp(json_text(json_array_get(groups, i), "id"), id) != 0)
        i++;
    return i;
}

static json_t *header(const struct operation *op)
{
    json_t *o = json_object();
    json_put_text(o, "id", op->id);
    json_put_text(o, "type", op_type_name(op->type));
    json_put_text(o, "status", op_status_word(op->status));
    json_put_text(o, "verdict", op_verdict_word(op->verdict));
    json_put_text(o, "parent", op->parent);
    json_put_text(o, "source_site", op->source_site);
    json_put_text(o, "target_site", op->target_site);
    json_put_text(o, "serving", json_text(op->request, "serving"));
    json_put_int(o, "created_ms", op->created_ms);
    json_put_int(o, "started_ms", op->started_ms);
    json_put_int(o, "completed_ms", op->completed_ms);
    return o;
}

/* Oldest first. NULL: not known, so what the file says of them stays. */
static json_t *real_operations(struct engine *e, const char *group_id)
{
    struct op_filter f = {.group = group_id, .type = -1, .headers_only = true,
                          .limit = OPERATIONS_MAX};
    struct operation **list = NULL;
    struct pc_error ignored;
    size_t count = 0;
    if (store_ops(e->store, &f, &list, &count, &ignored))
        return NULL;
    json_t *out = json_array();
    while (count--) {
        if (lifecycle_real(list[count]->type) && op_status_over(list[count]->status) &&
            list[count]->completed_ms)
            json_array_append_new(out, header(list[count]));
        operation_free(list[count]);
    }
    free(list);
    return out;
}

/* Ids of the groups of whose real operations the file does not have the newest
 * that ended, as keys. Whoever was killed between the two has told nobody, so the
 * history itself is asked. NULL: it does not say. */
static json_t *missed(struct engine *e, const json_t *groups, const json_t *places)
{
    struct op_summary *list = NULL;
    struct pc_error ignored;
    size_t count = 0;
    if (store_op_facts(e->store, NULL, &list, &count, &ignored))
        return NULL;
    json_t *ids = json_object();
    const struct op_summary *last = NULL; /* of its group, so far */
    for (size_t i = 0; i < count; i++) {
        const struct op_summary *o = &list[i];
        if (last && strcmp(last->group_id, o->group_id) != 0)
            last = NULL;
        if (lifecycle_real(o->type) && op_status_over(o->status) && o->completed_ms)
            last = o;
        bool more = i + 1 < count && strcmp(list[i + 1].group_id, o->group_id) == 0;
        if (!last || more)
            continue;
        const json_t *g = json_array_get(groups, (size_t)json_int(places, o->group_id, -1));
        const json_t *ops = json_list(g, "operations");
        const json_t *has = json_array_get(ops, json_array_size(ops) - 1);
        if (strcmp(json_text(has, "id"), last->id) != 0 ||
            json_int(has, "completed_ms", 0) != last->completed_ms)
            json_put_flag(ids, o->group_id, true);
    }
    free(list);
    return ids;
}

static json_t *entry_of(struct engine *e, const struct group *g, const json_t *was)
{
    json_t *o = group_to_json(g), *ops = real_operations(e, g->id);
    if (!ops)
        ops = json_incref(json_list(was, "operations"));
    json_put(o, "operations", ops);
    json_put_int(o, "recorded_ms", engine_wall(e));
    return o;
}

/* {ID: its place}: ten thousand are not looked for one by one. */
static json_t *places_of(const json_t *groups)
{
    json_t *places = json_object();
    const json_t *g;
    size_t i;
    json_array_foreach(groups, i, g)
        json_put_int(places, json_text(g, "id"), (int64_t)i);
    return places;
}

/* Of those in `ended` operations have ended that the file does not have. */
static bool take_in(struct engine *e, json_t *groups, const json_t *places, const struct group *g,
                    const json_t *ended)
{
    size_t at = (size_t)json_int(places, g->id, (int64_t)json_array_size(groups));
    const json_t *was = json_array_get(groups, at);
    /* The version grows with everything else that a rebuild would go by. */
    if (json_int(was, "metadata_version", -1) == g->metadata_version &&
        !json_object_get(ended, g->id))
        return false;
    if (was)
        json_array_set_new(groups, at, entry_of(e, g, was));
    else
        json_array_append_new(groups, entry_of(e, g, was));
    return true;
}

/* Under the lock: what the database has, into `groups`. True: it changed. */
static bool take_in_all(struct engine *e, json_t *groups)
{
    struct group **list = NULL;
    size_t count = 0;
    struct pc_error ignored;
    bool changed = false;
    if (store_groups(e->store, &list, &count, &ignored))
        return false;
    json_t *places = places_of(groups), *ended = missed(e, groups, places);
    for (size_t i = 0; i < count; i++) {
        changed |= take_in(e, groups, places, list[i], ended);
        group_unref(list[i]);
    }
    json_decref(places);
    json_decref(ended);
    free(list);
    return changed;
}

/* What of the database the file was written of. */
struct stamps {
    char groups[STORE_STAMP_SIZE], ended[STORE_STAMP_SIZE];
};

static void save(struct engine *e, json_t *groups, const struct stamps *of)
{
    char iso[CLOCK_ISO_SIZE];
    json_t *o = json_object();
    json_put_int(o, "format", FORMAT);
    json_put_text(o, "written_at", clock_iso(iso, engine_wall(e)));
    json_put_text(o, "as_of", of->groups);
    json_put_text(o, "operations_as_of", of->ended);
    json_put(o, "groups", json_incref(groups));
    /* People look into it on a terminal: what a name holds stays behind an escape. */
    char *text = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);
    if (!replace(e, text)) {
        log_line(LOG_ERROR, "engine", "groups.json: %s", strerror(errno));
        snprintf(e->notice, sizeof(e->notice), "groups.json cannot be written: a lost history "
                 "could not be rebuilt from it");
    }
    free(text);
    json_decref(o);
}

/* Whether the file says that it was written of this: in its first bytes, so that
 * a start does not read thousands of groups to find nothing new. */
static bool is_of(const struct engine *e, const char *key, const char *stamp)
{
    char *path = path_of(e, ""), head[HEAD_SIZE] = "";
    char *said = xasprintf("\"%s\":\"%s\"", key, stamp);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool same = fd >= 0 && read(fd, head, sizeof(head) - 1) > 0 && strstr(head, said);
    if (fd >= 0)
        close(fd);
    free(said);
    free(path);
    return same;
}

static bool is_of_groups(struct engine *e)
{
    char stamp[STORE_STAMP_SIZE];
    store_protection_stamp(e->store, stamp);
    return !*stamp || is_of(e, "as_of", stamp);
}

static bool is_of_operations(struct engine *e)
{
    char stamp[STORE_STAMP_SIZE];
    store_ended_stamp(e->store, stamp);
    return !*stamp || is_of(e, "operations_as_of", stamp);
}

static void update(struct engine *e, const char *without)
{
    struct pc_error err;
    struct stamps of;
    json_t *groups = NULL;
    if (store_in_place(e->store, NULL))
        return; /* what stands in its place may be another's */
    int fd = lock(e);
    /* Before the groups are read: what comes in meanwhile is found next time. */
    store_protection_stamp(e->store, of.groups);
    store_ended_stamp(e->store, of.ended);
    if (fd >= 0 && groups_file_read(e, &groups, &err) == PC_OK) {
        size_t at = without ? index_of(groups, without) : json_array_size(groups);
        bool changed = at < json_array_size(groups) && json_array_remove(groups, at) == 0;
        changed |= !without && take_in_all(e, groups);
        /* Not deleted yet: whoever dies before it is leaves a file that is of
         * nothing, and so is written anew. */
        if (without)
            of.groups[0] = '\0';
        if (changed || (!without && (!is_of_groups(e) || !is_of_operations(e))))
            save(e, groups, &of);
    } else {
        log_line(LOG_ERROR, "engine", "groups.json: %s", fd < 0 ? strerror(errno) : err.text);
    }
    json_decref(groups);
    if (fd >= 0)
        close(fd);
}

static void write_now(struct engine *e)
{
    update(e, NULL);
    e->file_due_ms = 0;
}

void groups_file_keep(struct engine *e)
{
    if (!e->runs)
        write_now(e);
    else if (!e->file_due_ms)
        e->file_due_ms = net_now(e->net) + LATER_MS;
}

void groups_file_check(struct engine *e)
{
    if (!is_of_groups(e))
        groups_file_keep(e);
}

void groups_file_catch_up(struct engine *e)
{
    if (!is_of_operations(e))
        groups_file_keep(e);
}

void groups_file_turn(struct engine *e)
{
    if (e->file_due_ms && (!e->runs || net_now(e->net) >= e->file_due_ms))
        write_now(e);
}

void groups_file_end(struct engine *e)
{
    if (e->file_due_ms)
        write_now(e);
}

void groups_file_forget(struct engine *e, const char *id)
{
    update(e, id);
}

void groups_file_hint(struct engine *e)
{
    json_t *groups = NULL;
    struct pc_error err;
    if (e->group_count == 0 && groups_file_read(e, &groups, &err) == PC_OK &&
        json_array_size(groups))
        snprintf(e->notice, sizeof(e->notice), "the history is empty, but groups.json remembers %zu "
                 "groups: see rebuild", json_array_size(groups));
    json_decref(groups);
}
