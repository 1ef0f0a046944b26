/*
 * journal: commits a second of the history, beside SQLite alone.
 *
 * Both write what a turn of the engine writes when one step begins: the step,
 * what it is about to make, and an event; WAL, synchronous=FULL, one commit
 * each. The history also verifies its lease and counts changes. Prints lines
 * "what commits/s".
 */
#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/store/store.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* In turns, so that what else the disk does strikes both. */
enum { STEPS = 1000, COMMITS = 200, ROUNDS = 15 };

static void must(int rc, const char *what)
{
    if (rc) {
        fprintf(stderr, "error: %s\n", what);
        exit(1);
    }
}

static struct operation *make_operation(void)
{
    struct plan *p = plan_new();
    char key[64];
    for (int i = 0; i < STEPS; i++) {
        json_t *params = json_object();
        snprintf(key, sizeof(key), "create_volume:vm-%05d/0", i);
        json_put_text(params, "name", key);
        plan_add(p, STEP_CREATE_VOLUME, key, key, params);
    }
    struct operation *op = operation_new(OP_TEST_FAILOVER, p);
    snprintf(op->id, sizeof(op->id), "op-00000000-0000-4000-8000-000000000001");
    snprintf(op->group_id, sizeof(op->group_id), "00000000-0000-4000-8000-000000000002");
    snprintf(op->group, sizeof(op->group), "bench");
    return op;
}

static double per_second(int64_t began)
{
    int64_t ms = clock_mono_ms() - began;
    return COMMITS * 1000.0 / (double)(ms ? ms : 1);
}

/* ---- the history --------------------------------------------------------------- */

static struct store *open_history(const char *dir, struct operation *op)
{
    struct store *s = NULL;
    struct pc_error err;
    must((int)store_open(dir, STORE_READ_WRITE, &s, &err), "the history does not open");
    must((int)store_lease_take(s, clock_wall_ms(), &err), "no lease");
    must((int)store_op_insert(s, op, &err), "no operation");
    return s;
}

static double run_history(struct store *s, struct operation *op)
{
    struct pc_error err;
    struct ledger_entry entry = {.state = LEDGER_INTENDED, .site = "site-b", .type = "volume"};
    int64_t began = clock_mono_ms();
    for (int i = 0; i < COMMITS; i++) {
        struct event event = {.at_ms = clock_wall_ms(), .level = "info"};
        int step = i % STEPS;
        entry.step = step;
        op->steps[step].status = STEP_RUNNING;
        op->steps[step].attempts++;
        snprintf(entry.name, sizeof(entry.name), "%s", op->plan->steps[step].key);
        snprintf(event.op_id, sizeof(event.op_id), "%s", op->id);
        snprintf(event.text, sizeof(event.text), "creating volume %s", entry.name);
        must(store_begin(s, &err) || store_step_save(s, op, step, &err) ||
                 store_ledger_save(s, op, &entry, &err) || store_event_add(s, &event, &err) ||
                 store_commit(s, &err),
             err.text);
    }
    return per_second(began);
}

/* ---- SQLite alone ---------------------------------------------------------------- */

enum { STATEMENTS = 5 };
struct raw {
    sqlite3 *db;
    sqlite3_stmt *st[STATEMENTS];
};

static void open_raw(const char *dir, struct raw *r)
{
    static const char setup[] =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE steps (idx INTEGER PRIMARY KEY, status TEXT, attempts INTEGER);"
        "CREATE TABLE ledger (step INTEGER PRIMARY KEY, name TEXT, state TEXT);"
        "CREATE TABLE events (seq INTEGER PRIMARY KEY, at_ms INTEGER, text TEXT);";
    static const char *const sql[STATEMENTS] = {
        "BEGIN IMMEDIATE", "INSERT OR REPLACE INTO steps VALUES (?1, 'running', ?1)",
        "INSERT OR REPLACE INTO ledger VALUES (?1, 'create_volume:vm-00001/0', 'intended')",
        "INSERT INTO events VALUES (NULL, ?1, 'creating volume create_volume:vm-00001/0')",
        "COMMIT"};
    char *path = xasprintf("%s/raw.db", dir);
    must(sqlite3_open(path, &r->db) || sqlite3_exec(r->db, setup, NULL, NULL, NULL), "SQLite");
    for (int k = 0; k < STATEMENTS; k++)
        must(sqlite3_prepare_v2(r->db, sql[k], -1, &r->st[k], NULL), sql[k]);
    free(path);
}

static void close_raw(struct raw *r)
{
    for (int k = 0; k < STATEMENTS; k++)
        sqlite3_finalize(r->st[k]);
    sqlite3_close(r->db);
}

static double run_raw(struct raw *r)
{
    int64_t began = clock_mono_ms();
    for (int i = 0; i < COMMITS; i++)
        for (int k = 0; k < STATEMENTS; k++) {
            sqlite3_reset(r->st[k]);
            if (sqlite3_bind_parameter_count(r->st[k]))
                sqlite3_bind_int(r->st[k], 1, i % STEPS);
            must(sqlite3_step(r->st[k]) != SQLITE_DONE, sqlite3_errmsg(r->db));
        }
    return per_second(began);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

int main(void)
{
    char dir[] = "/var/tmp/pc-journal-XXXXXX"; /* a disk, where /tmp may be none */
    json_seed();
    must(!mkdtemp(dir), "no directory");
    struct operation *op = make_operation();
    struct store *s = open_history(dir, op);
    struct raw r;
    double raw[ROUNDS], history[ROUNDS];
    open_raw(dir, &r);
    for (int i = 0; i < ROUNDS; i++) {
        raw[i] = run_raw(&r);
        history[i] = run_history(s, op);
    }
    close_raw(&r);
    store_close(s);
    operation_free(op);
    qsort(raw, ROUNDS, sizeof(raw[0]), by_value);
    qsort(history, ROUNDS, sizeof(history[0]), by_value);
    printf("SQLite alone %.0f\n", raw[ROUNDS / 2]);
    printf("the history %.0f\n", history[ROUNDS / 2]);
    printf("per cent %.0f\n", 100 * history[ROUNDS / 2] / raw[ROUNDS / 2]);
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
