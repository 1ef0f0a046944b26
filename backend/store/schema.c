#include "backend/store/schema.h"

#include "backend/store/inside.h"

#include <stdio.h>

static const char VERSION_1[] =
    "CREATE TABLE meta ("
    "  key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"

    "CREATE TABLE protection_groups ("
    "  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;"

    /* seq is the order of history: a wall clock may jump. at_rest and open are
     * what status and cleanup_due say, for the index. */
    "CREATE TABLE operations ("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,"
    "  status TEXT NOT NULL, verdict TEXT NOT NULL,"
    "  progress INTEGER NOT NULL CHECK (progress BETWEEN 0 AND 100),"
    "  group_id TEXT NOT NULL, group_name TEXT NOT NULL, source_site TEXT NOT NULL,"
    "  target_site TEXT NOT NULL, parent TEXT NOT NULL, recovery_point TEXT NOT NULL,"
    "  recovery_point_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL,"
    "  started_ms INTEGER NOT NULL, completed_ms INTEGER NOT NULL,"
    "  cleanup_due INTEGER NOT NULL, cancel_asked INTEGER NOT NULL,"
    "  error_message TEXT NOT NULL, remedy TEXT NOT NULL, request TEXT, warnings TEXT,"
    "  at_rest INTEGER NOT NULL, open INTEGER NOT NULL) STRICT;"
    "CREATE INDEX operations_open ON operations (seq) WHERE open = 1;"
    "CREATE INDEX operations_busy ON operations (group_id) WHERE at_rest = 0;"
    "CREATE INDEX operations_group_id ON operations (group_id, seq);"
    "CREATE INDEX operations_group_name ON operations (group_name, seq);"
    "CREATE INDEX operations_parent ON operations (parent) WHERE parent <> '';"

    "CREATE TABLE plan_steps ("
    "  op_id TEXT NOT NULL REFERENCES operations (id),"
    "  idx INTEGER NOT NULL CHECK (idx >= 0), key TEXT NOT NULL, kind TEXT NOT NULL,"
    "  phase TEXT NOT NULL, subject TEXT NOT NULL, after_steps TEXT NOT NULL,"
    "  params TEXT NOT NULL, timeout_s INTEGER NOT NULL, status TEXT NOT NULL,"
    "  attempts INTEGER NOT NULL, started_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL,"
    "  resource_id TEXT NOT NULL, detail TEXT NOT NULL,"
    "  PRIMARY KEY (op_id, idx), UNIQUE (op_id, key)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE ledger ("
    "  op_id TEXT NOT NULL, step INTEGER NOT NULL, site TEXT NOT NULL, type TEXT NOT NULL,"
    "  name TEXT NOT NULL, resource_id TEXT NOT NULL, source_id TEXT NOT NULL,"
    "  state TEXT NOT NULL, made_ms INTEGER NOT NULL, gone_ms INTEGER NOT NULL,"
    "  PRIMARY KEY (op_id, step),"
    "  FOREIGN KEY (op_id, step) REFERENCES plan_steps (op_id, idx)) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER ledger_kept BEFORE DELETE ON ledger"
    "  BEGIN SELECT RAISE(ABORT, 'a ledger entry is never deleted'); END;"

    "CREATE TABLE events ("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, op_id TEXT NOT NULL,"
    "  level TEXT NOT NULL CHECK (level IN ('info', 'warn', 'error')),"
    "  text TEXT NOT NULL) STRICT;"
    "CREATE INDEX events_op ON events (op_id, seq);"
    "CREATE TRIGGER events_unchanged BEFORE UPDATE ON events"
    "  BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;"
    "CREATE TRIGGER events_kept BEFORE DELETE ON events"
    "  BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;"
    "CREATE TRIGGER events_not_replaced BEFORE INSERT ON events"
    "  WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)"
    "  BEGIN SELECT RAISE(ABORT, 'an event is never replaced'); END;"

    /* One row for ever, so that the fencing number can only grow. */
    "CREATE TABLE lease ("
    "  id INTEGER PRIMARY KEY CHECK (id = 1), holder TEXT NOT NULL, host TEXT NOT NULL,"
    "  boot TEXT NOT NULL, pid INTEGER NOT NULL, started INTEGER NOT NULL,"
    "  fencing INTEGER NOT NULL, heartbeat_ms INTEGER NOT NULL) STRICT;"
    "INSERT INTO lease VALUES (1, '', '', '', 0, 0, 0, 0);"
    "CREATE TRIGGER lease_grows BEFORE UPDATE ON lease WHEN NEW.fencing < OLD.fencing"
    "  BEGIN SELECT RAISE(ABORT, 'a fencing number never falls'); END;"
    "CREATE TRIGGER lease_kept BEFORE DELETE ON lease"
    "  BEGIN SELECT RAISE(ABORT, 'the lease is never deleted'); END;";

/* What somebody else changed can be told from three counters, so that whoever
 * looks on reads nothing again for the sake of a heartbeat. The lease and what
 * it renews count nowhere.
 *
 *   protection  a group was saved or deleted
 *   state       what the state of a group follows from (see facts.c)
 *   history     anything at all
 *
 * The indexes are those of facts.c: what it asks must not cost more with every
 * drill that was ever run. */
static const char VERSION_2[] =
    "CREATE TABLE changes ("
    "  id INTEGER PRIMARY KEY CHECK (id = 1), protection INTEGER NOT NULL,"
    "  state INTEGER NOT NULL, history INTEGER NOT NULL) STRICT;"
    "INSERT INTO changes VALUES (1, 1, 1, 1);"
    "CREATE TRIGGER changes_group_made AFTER INSERT ON protection_groups BEGIN"
    "  UPDATE changes SET protection = protection + 1, history = history + 1; END;"
    "CREATE TRIGGER changes_group AFTER UPDATE ON protection_groups BEGIN"
    "  UPDATE changes SET protection = protection + 1, history = history + 1; END;"
    "CREATE TRIGGER changes_group_gone AFTER DELETE ON protection_groups BEGIN"
    "  UPDATE changes SET protection = protection + 1, history = history + 1; END;"
    "CREATE TRIGGER changes_operation_made AFTER INSERT ON operations BEGIN"
    "  UPDATE changes SET state = state + 1, history = history + 1; END;"
    "CREATE TRIGGER changes_operation AFTER UPDATE ON operations BEGIN"
    "  UPDATE changes SET history = history + 1, state = state +"
    "    ((NEW.status, NEW.verdict, NEW.cleanup_due, NEW.cancel_asked, NEW.completed_ms,"
    "      NEW.group_id) IS NOT"
    "     (OLD.status, OLD.verdict, OLD.cleanup_due, OLD.cancel_asked, OLD.completed_ms,"
    "      OLD.group_id)); END;"
    "CREATE TRIGGER changes_ledger_made AFTER INSERT ON ledger BEGIN"
    "  UPDATE changes SET state = state + 1, history = history + 1; END;"
    "CREATE TRIGGER changes_ledger AFTER UPDATE ON ledger BEGIN"
    "  UPDATE changes SET history = history + 1,"
    "    state = state + ((NEW.state = 'gone') <> (OLD.state = 'gone')); END;"
    "CREATE TRIGGER changes_step AFTER UPDATE ON plan_steps BEGIN"
    "  UPDATE changes SET history = history + 1; END;"
    "CREATE TRIGGER changes_event AFTER INSERT ON events BEGIN"
    "  UPDATE changes SET history = history + 1; END;"

    "CREATE INDEX operations_real ON operations (group_id, seq)"
    "  WHERE type NOT IN ('test_failover', 'test_cleanup', 'sync_volumes');"
    "CREATE INDEX operations_drilled ON operations (group_id, seq)"
    "  WHERE type = 'test_failover' AND completed_ms > 0;"
    "CREATE INDEX ledger_held ON ledger (op_id) WHERE state <> 'gone';"
    "CREATE INDEX plan_steps_undone ON plan_steps (op_id, started_ms)"
    "  WHERE phase = 'cleaning_up' AND started_ms > 0;";

/* What operators said to questions of steps. */
static const char VERSION_3[] =
    "CREATE TABLE answers ("
    "  op_id TEXT NOT NULL, step TEXT NOT NULL, word TEXT NOT NULL, at_ms INTEGER NOT NULL,"
    "  PRIMARY KEY (op_id, step),"
    "  FOREIGN KEY (op_id, step) REFERENCES plan_steps (op_id, key)) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER changes_answer_made AFTER INSERT ON answers BEGIN"
    "  UPDATE changes SET history = history + 1; END;"
    "CREATE TRIGGER changes_answer AFTER UPDATE ON answers BEGIN"
    "  UPDATE changes SET history = history + 1; END;";

/* What a group was before it was edited: so that an edit can be taken back. */
static const char VERSION_4[] =
    "CREATE TABLE group_versions ("
    "  group_id TEXT NOT NULL, version INTEGER NOT NULL, until_ms INTEGER NOT NULL,"
    "  body TEXT NOT NULL, PRIMARY KEY (group_id, version)) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER changes_version_kept AFTER INSERT ON group_versions BEGIN"
    "  UPDATE changes SET history = history + 1; END;";

/* What guests had said whose checks failed. */
static const char VERSION_5[] = "ALTER TABLE operations ADD COLUMN consoles TEXT;";

static const char *const SCRIPTS[] = {VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5};
enum { SCRIPT_COUNT = sizeof(SCRIPTS) / sizeof(SCRIPTS[0]) };

int schema_version(void)
{
    return SCRIPT_COUNT;
}

static enum pc_err too_new(struct store *s, int64_t version, struct pc_error *err)
{
    char writer[64] = "";
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(s->db, "SELECT value FROM meta WHERE key = 'written_by'", -1, &st,
                           NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW && sqlite3_column_text(st, 0))
        snprintf(writer, sizeof(writer), " by protector-console %s",
                 (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    enum pc_err rc = pc_error_set(
        err, PC_ERR_SCHEMA, "Use that version or a newer one, or name another state directory. "
                            "Nothing in the file was changed.",
        "%s was written%s in version %lld of the format; this program knows up to %d", s->path,
        writer, (long long)version, SCRIPT_COUNT);
    return store_error_source(s, rc, err);
}

struct marks {
    int64_t id, version, tables;
};

/* All three of one moment: another process may be writing them. */
static enum pc_err read_marks(struct store *s, struct marks *ret, struct pc_error *err)
{
    enum pc_err rc = store_exec(s, "BEGIN", err);
    if (rc)
        return rc;
    rc = store_pragma(s, "PRAGMA application_id", &ret->id, err);
    if (!rc)
        rc = store_pragma(s, "PRAGMA user_version", &ret->version, err);
    if (!rc)
        rc = store_pragma(s, "SELECT count(*) FROM sqlite_schema", &ret->tables, err);
    if (!sqlite3_get_autocommit(s->db))
        store_exec(s, "ROLLBACK", NULL);
    return rc;
}

enum pc_err schema_check(struct store *s, enum schema_age *ret, struct pc_error *err)
{
    struct marks m = {0};
    enum pc_err rc = read_marks(s, &m, err);
    if (rc)
        return rc;
    if (m.id == 0 && m.version == 0 && m.tables == 0) {
        *ret = SCHEMA_EMPTY;
        return PC_OK;
    }
    if (m.id != SCHEMA_APPLICATION_ID) {
        rc = pc_error_set(err, PC_ERR_STORE, "Name another state directory, or move the file away.",
                          "%s is a database of another program", s->path);
        return store_error_source(s, rc, err);
    }
    if (m.version > SCRIPT_COUNT)
        return too_new(s, m.version, err);
    *ret = m.version < SCRIPT_COUNT ? SCHEMA_OLDER : SCHEMA_PRESENT;
    return PC_OK;
}

static enum pc_err apply_one(struct store *s, const char *script, int version,
                             struct pc_error *err)
{
    char *tail = sqlite3_mprintf(
        "INSERT INTO meta VALUES ('written_by', %Q) ON CONFLICT (key) DO UPDATE SET "
        "value = excluded.value; PRAGMA application_id = %d; PRAGMA user_version = %d;",
        PC_VERSION, SCHEMA_APPLICATION_ID, version);
    enum pc_err rc = store_exec(s, script, err);
    if (!rc)
        rc = store_exec(s, tail, err);
    sqlite3_free(tail);
    return rc;
}

enum pc_err schema_apply(struct store *s, const char *const *scripts, int count,
                         struct pc_error *err)
{
    for (;;) {
        int64_t version = 0;
        enum pc_err rc = store_exec(s, "BEGIN IMMEDIATE", err);
        if (rc)
            return rc;
        /* Read under the lock: another process may have been faster. */
        rc = store_pragma(s, "PRAGMA user_version", &version, err);
        bool due = !rc && version < count;
        if (due)
            rc = apply_one(s, scripts[version], (int)version + 1, err);
        if (!rc)
            rc = store_exec(s, "COMMIT", err);
        if (rc && !sqlite3_get_autocommit(s->db))
            store_exec(s, "ROLLBACK", NULL);
        if (rc || !due)
            return rc;
    }
}

enum pc_err schema_migrate(struct store *s, struct pc_error *err)
{
    return schema_apply(s, SCRIPTS, SCRIPT_COUNT, err);
}
