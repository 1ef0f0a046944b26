/*
 * fixture: a state directory of its own for each test, and records to keep.
 */
#ifndef PC_TESTS_STORE_FIXTURE_H
#define PC_TESTS_STORE_FIXTURE_H

/* The C library's group_find_member(gid) is not the model's. */
#define group_member unistd_group_member
#include <unistd.h>
#undef group_member

#include "backend/base/clock.h"
#include "backend/base/mem.h"
#include "backend/store/inside.h"
#include "backend/store/store.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <cmocka.h>

#define assert_ok(call, err)                                          \
    do {                                                              \
        (err)->text[0] = '\0';                                        \
        enum pc_err assert_rc = (call);                               \
        if (assert_rc)                                                \
            fail_msg("%s: %s: %s", #call, pc_err_name(assert_rc), (err)->text); \
    } while (0)

static inline int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static inline int fixture_setup(void **state)
{
    char *dir = xstrdup("/tmp/pc-store-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    *state = dir;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

static inline struct store *fixture_open(const char *dir)
{
    struct store *s = NULL;
    struct pc_error err;
    assert_ok(store_open(dir, STORE_READ_WRITE, &s, &err), &err);
    return s;
}

static inline struct group *fixture_group(const char *id, const char *name)
{
    struct group *g = NULL;
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:i, s:[{s:s, s:s, s:[{s:s, s:i}]}]}", "id", id,
                          "name", name, "primary", "site-a", "secondary", "site-b", "rpo_seconds",
                          300, "members", "id", "srv-1", "name", "web-1", "volumes", "id", "vol-1",
                          "size_gib", 20);
    assert_int_equal(group_from_json(o, &g, NULL), PC_OK);
    json_decref(o);
    return g;
}

/* A drill of `vms` servers: pin, then volume, server and check for each. */
static inline struct plan *fixture_plan(int vms)
{
    struct plan *p = plan_new();
    int pin = plan_add(p, STEP_PIN_POINT, "pin_point", "recovery point", NULL);
    for (int i = 0; i < vms; i++) {
        char key[64], subject[32];
        snprintf(subject, sizeof(subject), "web-%d", i);
        snprintf(key, sizeof(key), "create_volume:web-%d", i);
        int volume = plan_add(p, STEP_CREATE_VOLUME, key, subject, json_pack("{s:i}", "size", 20));
        plan_depend(p, volume, pin);
        snprintf(key, sizeof(key), "create_server:web-%d", i);
        int server = plan_add(p, STEP_CREATE_SERVER, key, subject, NULL);
        p->steps[server].timeout_s = 600;
        plan_depend(p, server, pin);
        plan_depend(p, server, volume);
    }
    return p;
}

static inline struct operation *fixture_op(const char *group, int vms)
{
    struct operation *op = operation_new(OP_TEST_FAILOVER, fixture_plan(vms));
    snprintf(op->group_id, sizeof(op->group_id), "id-%s", group);
    snprintf(op->group, sizeof(op->group), "%s", group);
    snprintf(op->source_site, sizeof(op->source_site), "site-a");
    snprintf(op->target_site, sizeof(op->target_site), "site-b");
    op->created_ms = 1700000000000;
    op->request = json_pack("{s:b, s:{s:s}}", "no_cleanup", 0, "network_mapping", "a", "b");
    return op;
}

static inline struct event fixture_event(const char *op_id, const char *text)
{
    struct event e = {.at_ms = 1700000000000, .level = "info"};
    snprintf(e.op_id, sizeof(e.op_id), "%s", op_id);
    snprintf(e.text, sizeof(e.text), "%s", text);
    return e;
}

/* Runs SQL on a connection of its own, as somebody else would. */
static inline int fixture_sql(const char *dir, const char *sql)
{
    char *path = xasprintf("%s/history.db", dir);
    sqlite3 *db = NULL;
    int rc = sqlite3_open(path, &db);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    free(path);
    return rc;
}

/* A child that a failed test does not leave behind. */
static inline pid_t fixture_fork(void)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    return child;
}

#define FIXTURE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#endif
