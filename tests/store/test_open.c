/*
 * Opening: what is made, what is refused, and what is left alone.
 */
#include "fixture.h"

#include "backend/store/schema.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

static mode_t mode_of(const char *dir, const char *name)
{
    struct stat st;
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static void put_file(const char *dir, const char *name, const char *content)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(content, f);
    fclose(f);
}

static int64_t pragma(struct store *s, const char *sql)
{
    struct pc_error err;
    int64_t v = -1;
    assert_ok(store_pragma(s, sql, &v, &err), &err);
    return v;
}

static void made_private_and_durable(void **state)
{
    char dir[512];
    struct pc_error err;
    snprintf(dir, sizeof(dir), "%s/a/b", (const char *)*state);
    struct store *s = fixture_open(dir);
    struct event e = fixture_event("", "hello");
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_int_equal(mode_of(*state, "a"), 0700);
    assert_int_equal(mode_of(dir, "."), 0700);
    assert_int_equal(mode_of(dir, "history.db"), 0600);
    assert_int_equal(mode_of(dir, "history.db-wal"), 0600);
    assert_int_equal(mode_of(dir, "history.db-shm"), 0600);
    assert_int_equal(pragma(s, "PRAGMA synchronous"), 2);
    assert_int_equal(pragma(s, "PRAGMA foreign_keys"), 1);
    assert_int_equal(pragma(s, "PRAGMA busy_timeout"), 5000);
    assert_int_equal(pragma(s, "PRAGMA application_id"), SCHEMA_APPLICATION_ID);
    assert_int_equal(pragma(s, "PRAGMA user_version"), schema_version());
    assert_int_equal(pragma(s, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
    assert_int_equal(
        pragma(s, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                  "AND NOT strict AND name NOT LIKE 'sqlite_%'"), 0);
    store_close(s);

    chmod(dir, 0755);
    char path[600];
    snprintf(path, sizeof(path), "%s/history.db", dir);
    chmod(path, 0644);
    store_close(fixture_open(dir));
    assert_int_equal(mode_of(dir, "history.db"), 0600); /* others never read it */
    assert_int_equal(mode_of(dir, "."), 0755);          /* a directory that was there stays */
}

static void every_statement_fits_the_schema(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    sqlite3_stmt *st;
    for (int i = 0; i < STMT_COUNT; i++)
        assert_ok(store_stmt(s, (enum stmt)i, &st, &err), &err);
    store_close(s);
}

static void refuse(const char *dir, enum store_mode mode, enum pc_err rc, const char *text)
{
    struct store *s = NULL;
    struct pc_error err = {0};
    enum pc_err got = store_open(dir, mode, &s, &err);
    if (got != rc || s || !strstr(err.text, text) || !*err.remedy || !*err.source)
        fail_msg("%s: %s: '%s' remedy '%s'", dir, pc_err_name(got), err.text, err.remedy);
}

static void what_is_not_a_directory_of_ours(void **state)
{
    char path[512];
    put_file(*state, "file", "");
    snprintf(path, sizeof(path), "%s/file", (const char *)*state);
    refuse(path, STORE_READ_WRITE, PC_ERR_FORBIDDEN, "directory");
    refuse(path, STORE_READ_ONLY, PC_ERR_FORBIDDEN, "directory");
    snprintf(path, sizeof(path), "%s/file/below", (const char *)*state);
    refuse(path, STORE_READ_WRITE, PC_ERR_FORBIDDEN, "directory");
    char below[600];
    snprintf(path, sizeof(path), "%s/d", (const char *)*state);
    snprintf(below, sizeof(below), "%s/history.db", path);
    assert_int_equal(mkdir(path, 0700) | mkdir(below, 0700), 0);
    refuse(path, STORE_READ_WRITE, PC_ERR_FORBIDDEN, "history.db");
    refuse(path, STORE_READ_ONLY, PC_ERR_FORBIDDEN, "history.db");
}

static void what_is_not_a_database_of_ours(void **state)
{
    char dir[512];
    put_file(*state, "history.db", "this is a shopping list, and it is long enough to be read as "
                                   "the header of a database, which has one hundred bytes");
    refuse(*state, STORE_READ_WRITE, PC_ERR_STORE, "not a database");
    refuse(*state, STORE_READ_ONLY, PC_ERR_STORE, "not a database");
    snprintf(dir, sizeof(dir), "%s/other", (const char *)*state);
    mkdir(dir, 0700);
    assert_int_equal(fixture_sql(dir, "CREATE TABLE recipes (name)"), SQLITE_OK);
    refuse(dir, STORE_READ_WRITE, PC_ERR_STORE, "another program");
    assert_int_equal(fixture_sql(dir, "INSERT INTO recipes VALUES ('soup')"), SQLITE_OK);
}

static void a_newer_schema_is_refused_unchanged(void **state)
{
    store_close(fixture_open(*state));
    assert_int_equal(fixture_sql(*state, "PRAGMA user_version = 99; UPDATE meta SET value = '9.9' "
                                         "WHERE key = 'written_by'"), SQLITE_OK);
    refuse(*state, STORE_READ_WRITE, PC_ERR_SCHEMA, "protector-console 9.9");
    refuse(*state, STORE_READ_ONLY, PC_ERR_SCHEMA, "version 99");
    char sql[64];
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", schema_version());
    assert_int_equal(fixture_sql(*state, sql), SQLITE_OK);
    store_close(fixture_open(*state));
}

static void scripts_run_in_order_and_whole(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    int have = schema_version();
    const char *scripts[8] = {0};
    struct event e = fixture_event("", "before the change");
    assert_ok(store_event_add(s, &e, &err), &err);
    for (int i = 0; i < have; i++)
        scripts[i] = "SYNTAX ERROR: this one has run and must not run again";
    scripts[have] = "CREATE TABLE sites (name TEXT NOT NULL) STRICT; INSERT INTO sites VALUES ('a');";
    scripts[have + 1] = "INSERT INTO sites VALUES ('b'); INSERT INTO nowhere VALUES (1);";
    assert_int_equal(schema_apply(s, scripts, have + 2, &err), PC_ERR_STORE);
    assert_int_equal(pragma(s, "PRAGMA user_version"), have + 1);
    assert_int_equal(pragma(s, "SELECT count(*) FROM sites"), 1);
    scripts[have + 1] = "INSERT INTO sites VALUES ('b');";
    assert_ok(schema_apply(s, scripts, have + 2, &err), &err);
    assert_int_equal(pragma(s, "PRAGMA user_version"), have + 2);
    assert_int_equal(pragma(s, "SELECT count(*) FROM sites"), 2);
    assert_int_equal(pragma(s, "SELECT count(*) FROM events"), 1);
    store_close(s);
    refuse(*state, STORE_READ_WRITE, PC_ERR_SCHEMA, "version");
}

static void a_read_only_store_waits_for_its_file(void **state)
{
    char dir[512];
    struct pc_error err;
    struct store *s = NULL;
    struct group **groups;
    struct operation *op = fixture_op("shop", 1), *back;
    struct lease lease;
    size_t count;
    struct stat st;
    snprintf(dir, sizeof(dir), "%s/later", (const char *)*state);
    assert_ok(store_open(dir, STORE_READ_ONLY, &s, &err), &err);
    assert_int_not_equal(stat(dir, &st), 0); /* nothing was made */
    assert_ok(store_groups(s, &groups, &count, &err), &err);
    assert_int_equal(count, 0);
    free(groups);
    assert_ok(store_lease_read(s, 1, &lease, &err), &err);
    assert_false(lease.held);
    assert_int_equal(store_begin(s, &err), PC_ERR_READ_ONLY);
    assert_int_equal(store_op_insert(s, op, &err), PC_ERR_READ_ONLY);
    assert_int_equal(store_lease_take(s, 1, &err), PC_ERR_READ_ONLY);
    int64_t seen = store_changes(s).history;

    struct store *writer = fixture_open(dir);
    assert_ok(store_op_insert(writer, op, &err), &err);
    assert_int_not_equal(store_changes(s).history, seen);
    seen = store_changes(s).history;
    assert_ok(store_op_load(s, op->id, &back, &err), &err);
    assert_int_equal(back->progress, 0);
    operation_free(back);
    op->progress = 7;
    assert_ok(store_op_save(writer, op, &err), &err);
    assert_int_not_equal(store_changes(s).history, seen);
    assert_ok(store_op_load(s, op->id, &back, &err), &err);
    assert_int_equal(back->progress, 7);
    operation_free(back);
    assert_int_equal(store_op_save(s, op, &err), PC_ERR_READ_ONLY);
    store_close(writer);
    store_close(s);
    operation_free(op);
}

static void a_read_only_store_changes_no_older_file(void **state)
{
    store_close(fixture_open(*state));
    assert_int_equal(fixture_sql(*state, "PRAGMA user_version = 0"), SQLITE_OK);
    refuse(*state, STORE_READ_ONLY, PC_ERR_SCHEMA, "older");
}

/* Runs `body` in a child, so that it may become somebody else. */
static int in_child(int (*body)(const char *dir), const char *dir)
{
    int status = 0;
    pid_t child = fixture_fork();
    if (child == 0)
        _exit(body(dir));
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int as_nobody(const char *dir)
{
    struct store *s;
    struct pc_error err;
    if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
        return 1;
    if (store_open(dir, STORE_READ_WRITE, &s, &err) != PC_ERR_FORBIDDEN || !*err.remedy)
        return 2;
    return store_open(dir, STORE_READ_ONLY, &s, &err) == PC_ERR_FORBIDDEN ? 0 : 3;
}

static void permissions_are_respected(void **state)
{
    char path[512];
    store_close(fixture_open(*state));
    snprintf(path, sizeof(path), "%s/history.db", (const char *)*state);
    chmod(path, 0000);
    chmod(*state, 0555);
    assert_int_equal(in_child(as_nobody, *state), 0);
    chmod(*state, 0000);
    assert_int_equal(in_child(as_nobody, *state), 0);
    chmod(*state, 0700);
}

enum { CANNOT_MOUNT = 77 };

static int on_read_only_mount(const char *dir)
{
    struct store *s;
    struct pc_error err;
    struct operation *op = fixture_op("shop", 1), *back;
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("none", dir, "tmpfs", 0, "size=4m"))
        return CANNOT_MOUNT;
    if (store_open(dir, STORE_READ_WRITE, &s, &err) || store_op_insert(s, op, &err))
        return 1;
    store_close(s);
    if (mount(NULL, dir, NULL, MS_REMOUNT | MS_RDONLY, NULL))
        return CANNOT_MOUNT;
    if (store_open(dir, STORE_READ_WRITE, &s, &err) != PC_ERR_FORBIDDEN)
        return 2;
    if (store_open(dir, STORE_READ_ONLY, &s, &err) || store_op_load(s, op->id, &back, &err))
        return 3;
    store_close(s);
    operation_free(back);
    operation_free(op);
    return 0;
}

static void a_read_only_file_system_can_be_read(void **state)
{
    int rc = in_child(on_read_only_mount, *state);
    if (rc == CANNOT_MOUNT)
        skip();
    assert_int_equal(rc, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(made_private_and_durable),
        FIXTURE_TEST(every_statement_fits_the_schema),
        FIXTURE_TEST(what_is_not_a_directory_of_ours),
        FIXTURE_TEST(what_is_not_a_database_of_ours),
        FIXTURE_TEST(a_newer_schema_is_refused_unchanged),
        FIXTURE_TEST(scripts_run_in_order_and_whole),
        FIXTURE_TEST(a_read_only_store_waits_for_its_file),
        FIXTURE_TEST(a_read_only_store_changes_no_older_file),
        FIXTURE_TEST(permissions_are_respected),
        FIXTURE_TEST(a_read_only_file_system_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
