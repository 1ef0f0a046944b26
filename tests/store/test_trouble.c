/*
 * When a write fails: what is said, that nothing of a half-done transaction is
 * kept, and that the store can be used again when the cause is gone.
 */
#include "fixture.h"

static size_t count_events(struct store *s)
{
    struct event *list;
    size_t n;
    struct pc_error err;
    assert_ok(store_events(s, NULL, 0, 0, &list, &n, &err), &err);
    free(list);
    return n;
}

static void transactions_are_whole(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state), *other = fixture_open(*state);
    struct event e = fixture_event("", "one");
    assert_int_equal(store_commit(s, &err), PC_ERR_FAILED);
    assert_ok(store_begin(s, &err), &err);
    assert_int_equal(store_begin(s, &err), PC_ERR_FAILED);
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_int_equal(count_events(s), 1);
    assert_int_equal(count_events(other), 0); /* others see whole transactions */
    store_rollback(s);
    assert_int_equal(count_events(s), 0);
    store_rollback(s); /* harmless */
    assert_ok(store_begin(s, &err), &err);
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_ok(store_commit(s, &err), &err);
    assert_int_equal(count_events(other), 1);
    assert_ok(store_begin(s, &err), &err);
    assert_ok(store_event_add(s, &e, &err), &err);
    store_close(s); /* rolls back */
    assert_int_equal(count_events(other), 1);
    store_close(other);
}

static void one_failed_write_dooms_the_rest(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct operation *op = fixture_op("shop", 1);
    struct event e = fixture_event(op->id, "step done");
    assert_ok(store_begin(s, &err), &err);
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_int_equal(store_step_save(s, op, 0, &err), PC_ERR_NOT_FOUND);
    /* What comes after must not be kept on its own. */
    assert_int_equal(store_event_add(s, &e, &err), PC_ERR_NOT_FOUND);
    assert_int_equal(store_op_insert(s, op, NULL), PC_ERR_NOT_FOUND);
    assert_int_equal(store_commit(s, &err), PC_ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, op->id));
    assert_int_equal(count_events(s), 0);

    assert_ok(store_begin(s, &err), &err); /* and it is over */
    assert_ok(store_op_insert(s, op, &err), &err);
    assert_ok(store_step_save(s, op, 0, &err), &err);
    assert_ok(store_commit(s, &err), &err);
    operation_free(op);
    store_close(s);
}

static void a_full_disk_is_said_and_survived(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct event e = fixture_event("", "a line that fills the disk, slowly, one after another");
    int64_t kept = 0, pages, freed;
    assert_ok(store_pragma(s, "PRAGMA page_count", &pages, &err), &err);
    char sql[64];
    snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %lld", (long long)pages + 4);
    assert_ok(store_pragma(s, sql, &pages, &err), &err);

    enum pc_err rc;
    while ((rc = store_event_add(s, &e, &err)) == PC_OK)
        assert_int_equal(e.seq, ++kept);
    assert_int_equal(rc, PC_ERR_STORE);
    assert_non_null(strstr(err.text, "disk is full"));
    assert_non_null(strstr(err.text, *state));
    assert_non_null(strstr(err.remedy, "Free space"));
    assert_int_equal(count_events(s), kept);

    /* SQLite rolls back by itself here: nothing may slip in behind it. */
    struct operation *op = fixture_op("shop", 500), *back;
    assert_ok(store_begin(s, &err), &err);
    assert_int_equal(store_op_insert(s, op, &err), PC_ERR_STORE);
    assert_int_equal(store_event_add(s, &e, &err), PC_ERR_STORE);
    assert_int_equal(store_commit(s, &err), PC_ERR_STORE);
    assert_non_null(strstr(err.text, "disk is full"));
    assert_int_equal(count_events(s), kept);
    assert_int_equal(store_op_load(s, op->id, &back, &err), PC_ERR_NOT_FOUND);

    assert_ok(store_pragma(s, "PRAGMA max_page_count = 1000000", &freed, &err), &err);
    assert_ok(store_op_insert(s, op, &err), &err);
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_int_equal(e.seq, kept + 1);
    operation_free(op);
    store_close(s);
}

static void who_holds_the_lock_is_named(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct event e = fixture_event("", "late");
    int ready[2];
    char c;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fixture_fork();
    if (child == 0) {
        struct store *holder;
        if (store_open(*state, STORE_READ_WRITE, &holder, &err) || store_begin(holder, &err) ||
            write(ready[1], "R", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    assert_int_equal(read(ready[0], &c, 1), 1);
    sqlite3_busy_timeout(s->db, 50); /* 5 s would be right, and long for a test */
    assert_int_equal(store_event_add(s, &e, &err), PC_ERR_STORE);
    char pid[32];
    snprintf(pid, sizeof(pid), "pid %d", (int)child);
    assert_true(strstr(err.text, pid) || strstr(err.text, "another process"));
    struct stat st;
    if (stat("/proc/locks", &st) == 0)
        assert_non_null(strstr(err.text, pid));
    assert_true(*err.remedy);
    assert_int_equal(count_events(s), 0); /* reading goes on meanwhile */
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_ok(store_event_add(s, &e, &err), &err);
    close(ready[0]);
    close(ready[1]);
    store_close(s);
}

static void stopped(pid_t child)
{
    int status;
    assert_int_equal(kill(child, SIGSTOP), 0);
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    assert_true(WIFSTOPPED(status));
}

/* Who is stopped in a transaction would keep everybody from the history for ever: it is
 * known without waiting, with what to do about it; and over once that one is dead. */
static void a_writer_that_is_stopped_is_told_of(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct event e = fixture_event("", "after it");
    int ready[2];
    char c, remedy[64];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fixture_fork();
    if (child == 0) {
        struct store *holder;
        if (store_open(*state, STORE_READ_WRITE, &holder, &err) ||
            store_lease_take(holder, clock_wall_ms() - 200000, &err) || store_begin(holder, &err) ||
            write(ready[1], "R", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &c, 1), 1);
    struct stat st;
    if (stat("/proc/locks", &st) != 0)
        skip();
    assert_ok(store_stopped_writer(s, &err), &err); /* who writes goes on: that is no trouble */
    stopped(child);
    assert_int_equal(store_stopped_writer(s, &err), PC_ERR_STORE);
    snprintf(remedy, sizeof(remedy), "pid %d is stopped", (int)child);
    assert_non_null(strstr(err.text, remedy));
    assert_non_null(strstr(err.text, "last sign 3m2"));
    snprintf(remedy, sizeof(remedy), "kill -CONT %d", (int)child);
    assert_non_null(strstr(err.remedy, remedy));
    sqlite3_busy_timeout(s->db, 50);
    assert_int_equal(store_event_add(s, &e, &err), PC_ERR_STORE); /* says the same */
    assert_non_null(strstr(err.remedy, remedy));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_ok(store_stopped_writer(s, &err), &err);
    assert_ok(store_lease_take(s, clock_wall_ms(), &err), &err);
    assert_ok(store_event_add(s, &e, &err), &err);
    close(ready[0]);
    close(ready[1]);
    store_close(s);
}

static int come_and_go(const char *dir)
{
    enum { TIMES = 15 };
    for (int i = 0; i < TIMES; i++) {
        struct store *s;
        struct pc_error err;
        struct event e = fixture_event("", "passing by");
        if (store_open(dir, STORE_READ_WRITE, &s, &err) || store_event_add(s, &e, &err)) {
            fprintf(stderr, "%s\n", err.text);
            return 0;
        }
        store_close(s);
    }
    return TIMES;
}

/* Who closes last takes the log away, while others open. */
static void many_come_and_go(void **state)
{
    enum { MANY = 8 };
    pid_t children[MANY];
    int status, added = 0;
    for (int i = 0; i < MANY; i++) {
        children[i] = fixture_fork();
        if (children[i] == 0)
            _exit(come_and_go(*state));
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status));
        added += WEXITSTATUS(status);
    }
    struct store *s = fixture_open(*state);
    assert_int_equal(count_events(s), added);
    store_close(s);
}

static void damage_is_said(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct event e = fixture_event("", "a line of history");
    assert_ok(store_begin(s, &err), &err);
    for (int i = 0; i < 2000; i++)
        assert_ok(store_event_add(s, &e, &err), &err);
    assert_ok(store_commit(s, &err), &err);
    store_close(s);
    char path[512];
    snprintf(path, sizeof(path), "%s/history.db", (const char *)*state);
    FILE *f = fopen(path, "r+");
    assert_non_null(f);
    for (long page = 36; page < 60; page++) {
        fseek(f, page * 4096, SEEK_SET);
        for (int i = 0; i < 4096; i++)
            fputc(0xA5, f);
    }
    fclose(f);
    s = fixture_open(*state);
    struct event *list;
    size_t n;
    assert_int_equal(store_events(s, NULL, 0, 0, &list, &n, &err), PC_ERR_STORE);
    assert_non_null(strstr(err.text, "damaged"));
    assert_non_null(strstr(err.text, path));
    assert_non_null(strstr(err.remedy, "backup"));
    store_close(s);
}

/* ---- what is open has no name any more ------------------------------------------ */

static void names(char file[512], char log[512], char away[512], const char *dir)
{
    snprintf(file, 512, "%s/history.db", dir);
    snprintf(log, 512, "%s/history.db-wal", dir);
    snprintf(away, 512, "%s/away", dir);
}

static void nothing_is_written(struct store *s)
{
    struct pc_error err;
    struct event e = fixture_event("", "one");
    assert_int_equal(store_event_add(s, &e, &err), PC_ERR_STORE);
    assert_non_null(strstr(err.text, "moved, deleted or replaced"));
    assert_non_null(strstr(err.text, "history.db"));
    assert_true(*err.remedy);
    assert_int_equal(store_in_place(s, NULL), PC_ERR_STORE);
    assert_int_equal(store_lease_take(s, 1000, &err), PC_ERR_STORE);
}

static void a_file_that_is_moved_is_not_written(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct event e = fixture_event("", "one");
    char file[512], log[512], away[512];
    names(file, log, away, *state);
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_ok(store_in_place(s, &err), &err);
    assert_int_equal(rename(file, away), 0);
    nothing_is_written(s);
    assert_int_equal(rename(away, file), 0);
    assert_ok(store_event_add(s, &e, &err), &err); /* put back: gone on with */
    assert_int_equal(rename(log, away), 0);        /* half of it is as bad */
    nothing_is_written(s);
    assert_int_equal(rename(away, log), 0);
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_int_equal(count_events(s), 3);
    store_close(s);
    s = fixture_open(*state);
    assert_int_equal(count_events(s), 3);
    store_close(s);
}

static void a_file_that_is_lost_between_begin_and_commit(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct event e = fixture_event("", "one");
    char file[512], log[512], away[512];
    names(file, log, away, *state);
    assert_ok(store_begin(s, &err), &err);
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(store_commit(s, &err), PC_ERR_STORE);
    nothing_is_written(s);
    store_close(s);
}

/* Whoever still has the old one must neither write into the new one nor take its
 * log away when it ends. */
static void a_new_file_in_its_place_is_another_one(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state), *other;
    struct event e = fixture_event("", "one");
    struct stat before, after;
    char file[512], log[512], away[512];
    names(file, log, away, *state);
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(unlink(log), 0);
    snprintf(away, sizeof(away), "%s-shm", file);
    assert_int_equal(unlink(away), 0);
    other = fixture_open(*state);
    assert_ok(store_event_add(other, &e, &err), &err);
    nothing_is_written(s);
    assert_int_equal(stat(log, &before), 0);
    store_close(s);
    assert_int_equal(stat(log, &after), 0);
    assert_true(before.st_ino == after.st_ino);
    assert_ok(store_event_add(other, &e, &err), &err);
    assert_int_equal(count_events(other), 2);
    store_close(other);
    other = fixture_open(*state);
    assert_int_equal(count_events(other), 2);
    store_close(other);
}

static void a_directory_that_is_moved_takes_its_file_along(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct event e = fixture_event("", "one");
    char *away = xasprintf("%s.away", (const char *)*state);
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_int_equal(rename(*state, away), 0);
    nothing_is_written(s);
    assert_int_equal(rename(away, *state), 0);
    assert_ok(store_event_add(s, &e, &err), &err);
    store_close(s);
    free(away);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(transactions_are_whole),
        FIXTURE_TEST(one_failed_write_dooms_the_rest),
        FIXTURE_TEST(a_full_disk_is_said_and_survived),
        FIXTURE_TEST(who_holds_the_lock_is_named),
        FIXTURE_TEST(a_writer_that_is_stopped_is_told_of),
        FIXTURE_TEST(many_come_and_go),
        FIXTURE_TEST(damage_is_said),
        FIXTURE_TEST(a_file_that_is_moved_is_not_written),
        FIXTURE_TEST(a_file_that_is_lost_between_begin_and_commit),
        FIXTURE_TEST(a_new_file_in_its_place_is_another_one),
        FIXTURE_TEST(a_directory_that_is_moved_takes_its_file_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
