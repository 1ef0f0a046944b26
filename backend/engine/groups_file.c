/*
 * groups_file: groups.json in the state directory, a second record of what is
 * protected, for the day on which the history is lost.
 *
 * A group that was never failed over has left no mark on any site, so its
 * definition would be gone with the database. The file is written after every
 * change, whole and atomically: another file, fsync, rename, fsync of the
 * directory. Several processes write it: each takes the directory's lock
 * (its own, not the store's), reads the database under it, and so the last
 * writer writes the newest.
 *
 * What the file has and the database has not is kept: a database that was lost
 * must not take the file with it. Only deleting a group takes it out. Engine
 * thread; never read but by rebuild and by its own writer.
 */
#include "backend/engine/record.h"

#include "backend/base/clock.h"
#include "backend/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { FORMAT = 1 };

static char *path_of(const struct engine *e, const char *end)
{
    return xasprintf("%s/groups.json%s", e->state_dir, end);
}

/* -1: not to be had; the file is then left as it is. */
static int lock(const struct engine *e)
{
    char *path = path_of(e, ".lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    free(path);
    if (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        close(fd);
        fd = -1;
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
    fine = fine && rename(next, path) == 0 && sync_dir(e);
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

static bool take_in(json_t *groups, const struct group *g)
{
    size_t at = index_of(groups, g->id);
    /* The version grows with everything that a rebuild would go by. */
    if (json_int(json_array_get(groups, at), "metadata_version", -1) == g->metadata_version)
        return false;
    if (at < json_array_size(groups))
        json_array_set_new(groups, at, group_to_json(g));
    else
        json_array_append_new(groups, group_to_json(g));
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
    for (size_t i = 0; i < count; i++) {
        changed |= take_in(groups, list[i]);
        group_unref(list[i]);
    }
    free(list);
    return changed;
}

static void save(struct engine *e, json_t *groups)
{
    char iso[CLOCK_ISO_SIZE];
    json_t *o = json_object();
    json_put_int(o, "format", FORMAT);
    json_put_text(o, "written_at", clock_iso(iso, engine_wall(e)));
    json_put(o, "groups", json_incref(groups));
    char *text = json_compact(o);
    if (!replace(e, text)) {
        log_line(LOG_ERROR, "engine", "groups.json: %s", strerror(errno));
        snprintf(e->notice, sizeof(e->notice), "groups.json cannot be written: a lost history "
                 "could not be rebuilt from it");
    }
    free(text);
    json_decref(o);
}

static void update(struct engine *e, const char *without)
{
    struct pc_error err;
    json_t *groups = NULL;
    int fd = lock(e);
    if (fd >= 0 && groups_file_read(e, &groups, &err) == PC_OK) {
        size_t at = without ? index_of(groups, without) : json_array_size(groups);
        bool changed = at < json_array_size(groups) && json_array_remove(groups, at) == 0;
        changed |= !without && take_in_all(e, groups);
        if (changed)
            save(e, groups);
    } else {
        log_line(LOG_ERROR, "engine", "groups.json: %s", fd < 0 ? strerror(errno) : err.text);
    }
    json_decref(groups);
    if (fd >= 0)
        close(fd);
}

void groups_file_keep(struct engine *e)
{
    update(e, NULL);
}

void groups_file_forget(struct engine *e, const char *id)
{
    update(e, id);
}
