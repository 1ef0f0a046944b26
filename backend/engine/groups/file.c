/*
 * file: groups.json in the state directory, a second record of what is
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
 * must not take the file with it, and one that was put back from before must not make
 * it forget what was since (outrun.c). Only deleting a group takes it out. Engine
 * thread; never read but by rebuild and by its own writer.
 */
#include "backend/engine/groups/file_text.h"
#include "backend/engine/groups/outrun.h"
#include "backend/engine/record.h"

#include "backend/base/boundary.h"
#include "backend/base/clock.h"
#include "backend/base/log.h"
#include "backend/model/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { OPERATIONS_MAX = 64, LOCK_WAIT_MS = 1000, LOCK_TURN_MS = 5,
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
        if (!groups || json_int(o, "format", 0) != GROUPS_FILE_FORMAT)
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

static bool sync_dir(const struct engine *e)
{
    int fd = open(e->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool fine = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return fine;
}

/* The next file becomes the file. */
static bool replace(const struct engine *e, FILE *next)
{
    char *path = path_of(e, ""), *from = path_of(e, ".new");
    bool fine = !ferror(next) && fflush(next) == 0 && fsync(fileno(next)) == 0;
    if (fclose(next) != 0)
        fine = false;
    boundary_pass("file.before", "groups.json");
    fine = fine && rename(from, path) == 0 && sync_dir(e);
    boundary_pass("file.after", "groups.json");
    free(path);
    free(from);
    return fine;
}

static FILE *open_next(const struct engine *e)
{
    char *path = path_of(e, ".new");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!f && fd >= 0)
        close(fd);
    free(path);
    return f;
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
    json_put_text(o, "follows", parts_follows(op));
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

/* What is behind in the file is found under the lock, before a byte is written. */
struct comparing {
    struct groups_text file;
    json_t *missing; /* ids that the file does not have, as strings */
    bool differs, ahead; /* something of the file is behind; is ahead */
};

/* The version grows with everything else that a rebuild would go by. */
static void on_version(void *arg, const char *id, int64_t version)
{
    struct comparing *c = arg;
    struct filed_group *g = groups_text_find(&c->file, id);
    if (!g)
        json_array_append_new(c->missing, json_string(id));
    else
        g->behind = g->version < version;
    if (g) {
        g->held = true;
        g->ahead = g->version > version;
    }
    c->differs |= !g || g->behind;
}

/* Groups of whose real operations the file does not have the newest that ended:
 * whoever was killed between the two has told nobody, so the history itself is
 * asked. */
static void compare_operations(struct engine *e, struct comparing *c)
{
    struct op_summary *list = NULL;
    struct pc_error ignored;
    size_t count = 0;
    if (store_op_facts(e->store, NULL, &list, &count, &ignored))
        return;
    c->ahead = outrun_mark(&c->file, list, count);
    const struct op_summary *last = NULL; /* of its group, so far */
    for (size_t i = 0; i < count; i++) {
        const struct op_summary *o = &list[i];
        if (last && strcmp(last->group_id, o->group_id) != 0)
            last = NULL;
        if (lifecycle_real(o->type) && op_status_over(o->status) && o->completed_ms)
            last = o;
        bool more = i + 1 < count && strcmp(list[i + 1].group_id, o->group_id) == 0;
        struct filed_group *g = last && !more ? groups_text_find(&c->file, o->group_id) : NULL;
        if (!g || g->ahead)
            continue;
        const struct filed_operation *has =
            g->operation_count ? &g->operations[g->operation_count - 1] : NULL;
        if (!has || strcmp(has->id, last->id) != 0 || has->completed_ms != last->completed_ms)
            g->behind = c->differs = true;
    }
    free(list);
}

/* Of `was` the operations are kept when the history does not tell them. */
static json_t *entry_of(struct engine *e, const struct group *g, const struct filed_group *was)
{
    json_t *o = group_to_json(g), *ops = real_operations(e, g->id);
    if (!ops && was) {
        json_t *before = json_loadb(was->at, was->size, 0, NULL);
        ops = json_incref(json_list(before, "operations"));
        json_decref(before);
    }
    json_put(o, "operations", ops);
    json_put_int(o, "recorded_ms", engine_wall(e));
    return o;
}

/* People look into it on a terminal: what a name holds stays behind an escape. */
static void put_json(FILE *to, const json_t *o, size_t without_last)
{
    char *text = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);
    fwrite(text, 1, strlen(text) - without_last, to);
    free(text);
}

/* As the database has it now; as it was in the file, when it does not have it. */
static void put_group(struct engine *e, FILE *to, const char *id, const struct filed_group *was,
                      bool *first)
{
    struct group *g = NULL;
    struct pc_error ignored;
    bool anew = !was || was->behind;
    if (anew && store_group_load(e->store, id, &g, &ignored) && !was)
        return;
    if (!*first)
        fputc(',', to);
    *first = false;
    if (g) {
        json_t *o = entry_of(e, g, was);
        put_json(to, o, 0);
        json_decref(o);
    } else {
        fwrite(was->at, 1, was->size, to);
    }
    group_unref(g);
}

/* What of the database the file was written of. */
struct stamps {
    char groups[STORE_STAMP_SIZE], ended[STORE_STAMP_SIZE];
};

static void put_head(struct engine *e, FILE *to, const struct stamps *of)
{
    char iso[CLOCK_ISO_SIZE];
    json_t *o = json_object();
    json_put_int(o, "format", GROUPS_FILE_FORMAT);
    json_put_text(o, "written_at", clock_iso(iso, engine_wall(e)));
    json_put_text(o, "as_of", of->groups);
    json_put_text(o, "operations_as_of", of->ended);
    put_json(to, o, 1); /* it goes on */
    json_decref(o);
}

static void save(struct engine *e, const struct comparing *c, const char *without,
                 const struct stamps *of)
{
    FILE *to = open_next(e);
    bool first = true;
    const json_t *id;
    size_t i;
    if (to) {
        put_head(e, to, of);
        fputs(",\"groups\":[", to);
        for (i = 0; i < c->file.count; i++)
            if (!without || strcmp(c->file.groups[i].id, without) != 0)
                put_group(e, to, c->file.groups[i].id, &c->file.groups[i], &first);
        json_array_foreach(c->missing, i, id)
            put_group(e, to, json_string_value(id), NULL, &first);
        fputs("]}", to);
    }
    if (!to || !replace(e, to)) {
        log_line(LOG_ERROR, "engine", "groups.json: %s", strerror(errno));
        snprintf(e->notice, sizeof(e->notice), "groups.json cannot be written: a lost history "
                 "could not be rebuilt from it");
    }
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

/* Under the lock, and what is `differs` of it is written. */
static void compare_and_save(struct engine *e, struct comparing *c, const char *without)
{
    struct pc_error ignored;
    struct stamps of;
    /* Before the groups are read: what comes in meanwhile is found next time. */
    store_protection_stamp(e->store, of.groups);
    store_ended_stamp(e->store, of.ended);
    if (without) {
        c->differs = groups_text_find(&c->file, without) != NULL;
        /* Not deleted yet: whoever dies before it is leaves a file that is of
         * nothing, and so is written anew. */
        of.groups[0] = '\0';
    } else if (store_group_versions(e->store, on_version, c, &ignored) == PC_OK) {
        compare_operations(e, c);
        outrun_tell(e, &c->file);
        if (c->ahead) /* the next one who begins compares as well */
            of.groups[0] = of.ended[0] = '\0';
    } else {
        c->differs = false; /* it does not say: the file stays as it is */
        return;
    }
    if (c->differs || (!without && !c->ahead && (!is_of_groups(e) || !is_of_operations(e))))
        save(e, c, without, &of);
}

static void update(struct engine *e, const char *without)
{
    struct pc_error err;
    struct comparing c = {.missing = NULL};
    if (store_in_place(e->store, NULL))
        return; /* what stands in its place may be another's */
    int fd = lock(e);
    char *path = path_of(e, "");
    if (fd >= 0 && groups_text_read(path, &c.file, &err) == PC_OK) {
        c.missing = json_array();
        compare_and_save(e, &c, without);
        json_decref(c.missing);
        groups_text_release(&c.file);
    } else {
        log_line(LOG_ERROR, "engine", "groups.json: %s", fd < 0 ? strerror(errno) : err.text);
    }
    free(path);
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
