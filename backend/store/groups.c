/*
 * groups: Protection Groups, each one JSON text under its id and name.
 */
#include "backend/store/columns.h"
#include "backend/store/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum pc_err store_group_save(struct store *s, const struct group *g, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool own;
    enum pc_err rc = store_write(s, &own, err);
    if (rc)
        return rc;
    rc = store_stmt(s, STMT_GROUP_SAVE, &st, err);
    if (!rc) {
        json_t *body = group_to_json(g);
        store_bind_text(st, 1, g->id);
        store_bind_text(st, 2, g->name);
        rc = column_bind_json(st, 3, body, COLUMN_BODY_MAX, "the protection group", err);
        json_decref(body);
    }
    if (!rc)
        rc = store_run(s, st, err);
    if (rc == PC_ERR_EXISTS)
        pc_error_set(err, PC_ERR_EXISTS, "Choose another name.",
                     "a protection group named %s exists already", g->name);
    return store_written(s, own, rc, err);
}

enum pc_err store_group_delete(struct store *s, const char *id, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool own;
    enum pc_err rc = store_write(s, &own, err);
    if (rc)
        return rc;
    rc = store_stmt(s, STMT_GROUP_DELETE, &st, err);
    if (!rc) {
        store_bind_text(st, 1, id);
        rc = store_run(s, st, err);
    }
    if (!rc && sqlite3_changes(s->db) == 0)
        rc = pc_error_set(err, PC_ERR_NOT_FOUND, NULL, "there is no protection group %s", id);
    if (!rc)
        rc = store_stmt(s, STMT_VERSIONS_DROP, &st, err);
    if (!rc) {
        store_bind_text(st, 1, id);
        rc = store_run(s, st, err);
    }
    return store_written(s, own, rc, err);
}

static enum pc_err read_group(sqlite3_stmt *st, struct image_pool *images, struct group **ret,
                              struct pc_error *err)
{
    char row[NAME_SIZE + 32];
    const char *id, *name, *body;
    struct group *g = NULL;
    enum pc_err rc = column_text(st, 0, "a protection group", NAME_SIZE, &id, err);
    if (rc)
        return rc;
    snprintf(row, sizeof(row), "protection group %s", id);
    rc = column_text(st, 1, row, NAME_SIZE, &name, err);
    if (!rc)
        rc = column_text(st, 2, row, COLUMN_BODY_MAX, &body, err);
    if (rc)
        return rc;
    struct pc_error why = {.text = "it is not a protection group of that id and name"};
    if (group_read(body, (size_t)sqlite3_column_bytes(st, 2), images, &g, &why) != PC_OK ||
        strcmp(g->id, id) != 0 || strcmp(g->name, name) != 0) {
        group_unref(g);
        return column_bad(st, 2, row, why.text, err);
    }
    *ret = g;
    return PC_OK;
}

enum pc_err store_group_load(struct store *s, const char *id, struct group **ret,
                             struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, STMT_GROUP_LOAD, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, id);
    rc = store_row(s, st, &row, err);
    if (!rc && !row)
        return pc_error_set(err, PC_ERR_NOT_FOUND, NULL, "there is no protection group %s", id);
    if (!rc)
        rc = read_group(st, NULL, ret, err);
    store_done(st);
    return rc;
}

enum pc_err store_groups(struct store *s, struct group ***ret, size_t *ret_count,
                         struct pc_error *err)
{
    struct group **list = NULL;
    size_t count = 0, room = 0;
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, STMT_GROUPS, &st, err);
    if (rc)
        return rc;
    struct image_pool images = {.count = 0};
    while (!(rc = store_row(s, st, &row, err)) && row) {
        list = xgrow(list, &room, count + 1, sizeof(*list));
        rc = read_group(st, &images, &list[count], err);
        if (rc)
            break;
        count++;
    }
    image_pool_release(&images);
    store_done(st);
    sqlite3_db_release_memory(s->db); /* its pages will not be read again soon */
    if (rc) {
        while (count)
            group_unref(list[--count]);
        free(list);
        return rc;
    }
    *ret = list;
    *ret_count = count;
    return PC_OK;
}

enum pc_err store_group_versions(struct store *s,
                                 void (*each)(void *arg, const char *id, int64_t version),
                                 void *arg, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    const char *id;
    bool row = false;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, STMT_GROUP_VERSIONS, &st, err);
    if (rc)
        return rc;
    while (!(rc = store_row(s, st, &row, err)) && row &&
           !(rc = column_text(st, 0, "a protection group", NAME_SIZE, &id, err)))
        each(arg, id, sqlite3_column_int64(st, 1));
    store_done(st);
    sqlite3_db_release_memory(s->db);
    return rc;
}

/* ---- what a group was ----------------------------------------------------------- */

enum pc_err store_version_keep(struct store *s, const struct group *was, int64_t until_ms,
                               struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool own;
    enum pc_err rc = store_write(s, &own, err);
    if (rc)
        return rc;
    rc = store_stmt(s, STMT_VERSION_KEEP, &st, err);
    if (!rc) {
        json_t *body = group_to_json(was);
        store_bind_text(st, 1, was->id);
        sqlite3_bind_int64(st, 2, was->metadata_version);
        sqlite3_bind_int64(st, 3, until_ms);
        rc = column_bind_json(st, 4, body, COLUMN_BODY_MAX, "the protection group", err);
        json_decref(body);
    }
    if (!rc)
        rc = store_run(s, st, err);
    if (!rc)
        rc = store_stmt(s, STMT_VERSIONS_TRIM, &st, err);
    if (!rc) {
        store_bind_text(st, 1, was->id);
        sqlite3_bind_int64(st, 2, was->metadata_version - STORE_VERSIONS_KEPT);
        rc = store_run(s, st, err);
    }
    return store_written(s, own, rc, err);
}

enum pc_err store_version_before(struct store *s, const char *id, int64_t below,
                                 struct group **ret, int64_t *ret_until_ms, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, STMT_VERSION, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, id);
    sqlite3_bind_int64(st, 2, below);
    rc = store_row(s, st, &row, err);
    if (!rc && !row)
        return pc_error_set(err, PC_ERR_NOT_FOUND, NULL, "%s has no older version", id);
    if (!rc)
        rc = read_group(st, NULL, ret, err);
    if (!rc)
        *ret_until_ms = sqlite3_column_int64(st, 3);
    store_done(st);
    return rc;
}
