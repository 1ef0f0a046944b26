#include "backend/lab/disk.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA = 1 };

static const char *const SITE_KEYS[SITE_COUNT] = {"site-a", "site-b"};

struct disk {
    sqlite3 *db;
    sqlite3_stmt *put, *del;
};

static enum pc_err fail(struct disk *d, struct pc_error *err)
{
    return pc_error_set(err, PC_ERR_STORE,
                        "Make room on the disk, or name another directory with --state-dir.",
                        "the lab's state cannot be used: %s", sqlite3_errmsg(d->db));
}

static enum pc_err run(struct disk *d, const char *sql, struct pc_error *err)
{
    return sqlite3_exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK ? PC_OK : fail(d, err);
}

static int read_schema(struct disk *d)
{
    sqlite3_stmt *st = NULL;
    int version = -1;
    if (sqlite3_prepare_v2(d->db, "PRAGMA user_version", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        version = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    return version;
}

static enum pc_err prepare(struct disk *d, struct pc_error *err)
{
    static const char setup[] =
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
        "BEGIN;"
        "CREATE TABLE IF NOT EXISTS resources(site TEXT NOT NULL, kind TEXT NOT NULL,"
        " id TEXT NOT NULL, seq INTEGER NOT NULL, json TEXT NOT NULL,"
        " PRIMARY KEY(site, kind, id)) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS settings(key TEXT PRIMARY KEY, value TEXT NOT NULL)"
        " WITHOUT ROWID;"
        "PRAGMA user_version=1; COMMIT;";
    int schema = read_schema(d);
    if (schema < 0)
        return fail(d, err);
    if (schema > SCHEMA)
        return pc_error_set(err, PC_ERR_SCHEMA,
                            "Use the newer protector-lab, or another --state-dir.",
                            "the lab's state has schema %d; this program knows %d", schema,
                            SCHEMA);
    enum pc_err rc = run(d, setup, err);
    if (rc)
        return rc;
    if (sqlite3_prepare_v2(d->db, "INSERT OR REPLACE INTO resources VALUES(?,?,?,?,?)", -1,
                           &d->put, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(d->db, "DELETE FROM resources WHERE site=? AND kind=? AND id=?", -1,
                           &d->del, NULL) != SQLITE_OK)
        return fail(d, err);
    return PC_OK;
}

enum pc_err disk_open(const char *dir, struct disk **ret, struct pc_error *err)
{
    struct disk *d = xcalloc(1, sizeof(*d));
    char *path = xasprintf("%s/lab.db", dir);
    enum pc_err rc = PC_OK;
    if (sqlite3_open(path, &d->db) != SQLITE_OK)
        rc = fail(d, err);
    if (!rc)
        rc = prepare(d, err);
    free(path);
    if (rc)
        disk_close(d);
    else
        *ret = d;
    return rc;
}

void disk_close(struct disk *d)
{
    if (!d)
        return;
    sqlite3_finalize(d->put);
    sqlite3_finalize(d->del);
    sqlite3_close(d->db);
    free(d);
}

static const char *column(sqlite3_stmt *st, int i)
{
    const unsigned char *s = sqlite3_column_text(st, i);
    return s ? (const char *)s : "";
}

enum pc_err disk_load(struct disk *d, struct world *w, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(d->db, "SELECT site, kind, id, seq, json FROM resources ORDER BY seq",
                           -1, &st, NULL) != SQLITE_OK)
        return fail(d, err);
    int rc;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        enum kind kind;
        json_t *doc = json_loads(column(st, 4), 0, NULL);
        if (!doc || !kind_by_name(column(st, 1), &kind)) {
            json_decref(doc);
            continue;
        }
        int site = strcmp(column(st, 0), SITE_KEYS[SITE_B]) == 0 ? SITE_B : SITE_A;
        world_restore(w, site, kind, column(st, 2), sqlite3_column_int64(st, 3), doc);
    }
    enum pc_err out = rc == SQLITE_DONE ? PC_OK : fail(d, err);
    sqlite3_finalize(st);
    return out;
}

static int write_one(struct disk *d, const struct res *r)
{
    sqlite3_stmt *st = r->gone ? d->del : d->put;
    char *text = r->gone ? NULL : json_compact(r->doc);
    sqlite3_bind_text(st, 1, SITE_KEYS[r->site], -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, kind_name(r->kind), -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 3, r->id, -1, SQLITE_STATIC);
    if (text) {
        sqlite3_bind_int64(st, 4, r->seq);
        sqlite3_bind_text(st, 5, text, -1, SQLITE_STATIC);
    }
    int rc = sqlite3_step(st);
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    free(text);
    return rc;
}

enum pc_err disk_write(struct disk *d, struct res *const *list, size_t count, struct pc_error *err)
{
    enum pc_err rc = run(d, "BEGIN", err);
    for (size_t i = 0; !rc && i < count; i++)
        if (write_one(d, list[i]) != SQLITE_DONE)
            rc = fail(d, err);
    if (!rc)
        return run(d, "COMMIT", err);
    sqlite3_exec(d->db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

char *disk_get(struct disk *d, const char *key)
{
    sqlite3_stmt *st = NULL;
    char *value = NULL;
    if (sqlite3_prepare_v2(d->db, "SELECT value FROM settings WHERE key=?", -1, &st, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
        if (sqlite3_step(st) == SQLITE_ROW)
            value = xstrdup(column(st, 0));
    }
    sqlite3_finalize(st);
    return value;
}

static enum pc_err run_with(struct disk *d, const char *sql, const char *a, const char *b,
                            struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    enum pc_err rc = PC_OK;
    if (sqlite3_prepare_v2(d->db, sql, -1, &st, NULL) != SQLITE_OK)
        return fail(d, err);
    sqlite3_bind_text(st, 1, a, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, b, -1, SQLITE_STATIC);
    if (sqlite3_step(st) != SQLITE_DONE)
        rc = fail(d, err);
    sqlite3_finalize(st);
    return rc;
}

enum pc_err disk_set(struct disk *d, const char *key, const char *value, struct pc_error *err)
{
    return run_with(d, "INSERT OR REPLACE INTO settings VALUES(?,?)", key, value, err);
}

enum pc_err disk_readdress(struct disk *d, const char *from, const char *to, struct pc_error *err)
{
    return run_with(d, "UPDATE resources SET json=replace(json, ?, ?)", from, to, err);
}
