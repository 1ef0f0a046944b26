/*
 * One engine a state directory: who gets the lease, who loses it, and that the
 * loser writes nothing more.
 */
#include "fixture.h"

enum { RACERS = 100 };
static const int64_t T0 = 1700000000000;

static struct lease look(struct store *s, int64_t now)
{
    struct lease l;
    struct pc_error err;
    assert_ok(store_lease_read(s, now, &l, &err), &err);
    return l;
}

static size_t count_events(struct store *s)
{
    struct event *list;
    size_t n;
    struct pc_error err;
    assert_ok(store_events(s, NULL, 0, 0, &list, &n, &err), &err);
    free(list);
    return n;
}

static void taken_renewed_released(void **state)
{
    struct pc_error err;
    struct store *a = fixture_open(*state), *b = fixture_open(*state);
    assert_false(look(a, T0).held);
    assert_ok(store_lease_take(a, T0, &err), &err);
    struct lease l = look(b, T0 + 1);
    assert_true(l.held && !l.mine && l.pid == getpid() && l.heartbeat_ms == T0);
    assert_true(look(a, T0).mine);
    assert_int_equal(store_lease_take(b, T0 + 1, &err), PC_ERR_BUSY);
    assert_non_null(strstr(err.text, l.holder));
    assert_true(*err.remedy);

    assert_ok(store_lease_renew(a, T0 + 9000, &err), &err);
    assert_ok(store_lease_take(a, T0 + 9500, &err), &err); /* again: renews */
    assert_int_equal(look(a, T0).fencing, l.fencing);
    assert_int_equal(look(a, T0).heartbeat_ms, T0 + 9500);
    assert_int_equal(store_lease_renew(b, T0, &err), PC_ERR_CONFLICT);

    store_lease_release(a);
    assert_false(look(a, T0).held || look(a, T0).mine);
    assert_ok(store_lease_take(b, T0, &err), &err);
    assert_int_equal(look(b, T0).fencing, l.fencing + 1);
    store_close(b); /* gives it back */
    assert_ok(store_lease_take(a, T0, &err), &err);
    assert_int_equal(look(a, T0).fencing, l.fencing + 2);
    store_close(a);
}

static void a_silent_holder_is_replaced_and_fenced_off(void **state)
{
    struct pc_error err;
    struct store *old = fixture_open(*state), *new = fixture_open(*state);
    struct operation *op = fixture_op("shop", 1);
    struct event e = fixture_event(op->id, "from the old one");
    assert_ok(store_lease_take(old, T0, &err), &err);
    assert_ok(store_op_insert(old, op, &err), &err);
    assert_int_equal(store_lease_take(new, T0 + LEASE_EXPIRES_MS, &err), PC_ERR_BUSY);
    assert_ok(store_lease_take(new, T0 + LEASE_EXPIRES_MS + 1, &err), &err);
    assert_true(look(new, T0 + LEASE_EXPIRES_MS + 1).fencing > 1);

    /* A whole transaction, a single write, a renewal; now and ever after. */
    for (int i = 0; i < 2; i++) {
        assert_ok(store_begin(old, &err), &err);
        assert_ok(store_event_add(old, &e, &err), &err);
        assert_ok(store_step_save(old, op, 0, &err), &err);
        assert_int_equal(store_commit(old, &err), PC_ERR_CONFLICT);
        assert_non_null(strstr(err.text, "taken over"));
        assert_int_equal(store_event_add(old, &e, &err), PC_ERR_CONFLICT);
        assert_int_equal(store_lease_renew(old, T0, &err), PC_ERR_CONFLICT);
        assert_ok(store_begin(old, &err), &err);
        assert_int_equal(store_lease_renew(old, T0, &err), PC_ERR_CONFLICT);
        store_rollback(old);
    }
    assert_int_equal(count_events(new), 0);

    /* To let go of what is lost takes nothing from the new one, and does not
     * let the old one's open transaction through. */
    assert_ok(store_begin(old, &err), &err);
    assert_ok(store_event_add(old, &e, &err), &err);
    store_lease_release(old);
    assert_int_equal(store_commit(old, &err), PC_ERR_CONFLICT);
    assert_int_equal(count_events(new), 0);
    assert_true(look(new, T0 + LEASE_EXPIRES_MS + 1).mine);
    assert_ok(store_event_add(new, &e, &err), &err);
    assert_int_equal(store_lease_take(old, T0 + LEASE_EXPIRES_MS + 2, &err), PC_ERR_BUSY);
    operation_free(op);
    store_close(old);
    store_close(new);
}

static void a_clock_that_jumps_does_not_lock_for_ever(void **state)
{
    struct pc_error err;
    struct store *a = fixture_open(*state), *b = fixture_open(*state);
    const int64_t hour = 3600000;
    assert_ok(store_lease_take(a, T0 + hour, &err), &err); /* then set back */
    assert_int_equal(store_lease_take(b, T0, &err), PC_ERR_BUSY);
    assert_int_equal(store_lease_take(b, T0 + 6000, &err), PC_ERR_BUSY);
    assert_ok(store_lease_renew(a, T0 + hour + 7000, &err), &err); /* it lives */
    assert_int_equal(store_lease_take(b, T0 + 12000, &err), PC_ERR_BUSY);
    assert_int_equal(store_lease_take(b, T0 + 22000, &err), PC_ERR_BUSY);
    assert_ok(store_lease_take(b, T0 + 22001, &err), &err); /* silent since */
    store_close(a);
    store_close(b);
}

static void a_dead_holder_is_recognised(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    static const struct {
        const char *what, *sql;
        bool held;
    } cases[] = {
        {"alive", "UPDATE lease SET holder = holder", true},
        {"its pid was used again", "UPDATE lease SET started = started + 1", false},
        {"no such pid", "UPDATE lease SET pid = 2147483646", false},
        {"on another host", "UPDATE lease SET boot = 'other', pid = 2147483646", true},
        {"start unknown", "UPDATE lease SET started = 0", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct store *holder = fixture_open(*state);
        assert_ok(store_lease_take(holder, T0 + (int64_t)i * 60000, &err), &err);
        assert_int_equal(fixture_sql(*state, cases[i].sql), SQLITE_OK);
        struct lease l = look(s, T0 + (int64_t)i * 60000 + 5000);
        if (l.held != cases[i].held)
            fail_msg("%s: held %d", cases[i].what, l.held);
        assert_false(look(s, T0 + (int64_t)i * 60000 + 10001).held); /* always expires */
        store_close(holder);
    }
    assert_int_not_equal(fixture_sql(*state, "UPDATE lease SET fencing = 0"), SQLITE_OK);
    assert_int_not_equal(fixture_sql(*state, "DELETE FROM lease"), SQLITE_OK);
    store_close(s);
}

/* Says 'W' or 'L' when the race is over for it; a winner then waits for the
 * end. Anything else is 'X', and what went wrong on stderr. */
static void race(const char *dir, int start, int result)
{
    struct store *s;
    struct pc_error err = {0};
    char c = 'X';
    if (store_open(dir, STORE_READ_WRITE, &s, &err) == PC_OK && write(result, "R", 1) == 1 &&
        read(start, &c, 1) == 1) {
        enum pc_err rc = store_lease_take(s, T0, &err);
        c = rc == PC_OK                                     ? 'W'
            : rc == PC_ERR_BUSY && strstr(err.text, "pid ") ? 'L'
                                                            : 'X';
    }
    if (c == 'X')
        fprintf(stderr, "racer: %s\n", err.text);
    if (write(result, &c, 1) == 1 && c == 'W')
        pause();
    _exit(0);
}

static void of_a_hundred_one_wins_and_its_death_frees(void **state)
{
    int start[2], result[2], won = 0, lost = 0;
    pid_t children[RACERS];
    struct pc_error err;
    char c;
    assert_int_equal(pipe(start) | pipe(result), 0);
    for (int i = 0; i < RACERS; i++) {
        children[i] = fixture_fork();
        if (children[i] == 0)
            race(*state, start[0], result[1]);
    }
    for (int i = 0; i < RACERS; i++)
        assert_true(read(result[0], &c, 1) == 1 && c == 'R');
    char go[RACERS] = {0};
    assert_int_equal(write(start[1], go, RACERS), RACERS);
    for (int i = 0; i < RACERS; i++) {
        assert_int_equal(read(result[0], &c, 1), 1);
        won += c == 'W';
        lost += c == 'L';
    }
    assert_int_equal(won, 1);
    assert_int_equal(lost, RACERS - 1);

    struct store *s = fixture_open(*state);
    struct lease l = look(s, T0);
    assert_true(l.held);
    assert_int_equal(l.fencing, 1);
    assert_int_equal(store_lease_take(s, T0, &err), PC_ERR_BUSY);
    assert_int_equal(kill((pid_t)l.pid, SIGKILL), 0);
    siginfo_t info; /* dead, and not yet reaped: a zombie holds nothing */
    assert_int_equal(waitid(P_PID, (id_t)l.pid, &info, WEXITED | WNOWAIT), 0);
    assert_ok(store_lease_take(s, T0, &err), &err);
    assert_int_equal(look(s, T0).fencing, 2);
    for (int i = 0; i < RACERS; i++)
        waitpid(children[i], NULL, 0);
    store_close(s);
    for (int i = 0; i < 2; i++) {
        close(start[i]);
        close(result[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(taken_renewed_released),
        FIXTURE_TEST(a_silent_holder_is_replaced_and_fenced_off),
        FIXTURE_TEST(a_clock_that_jumps_does_not_lock_for_ever),
        FIXTURE_TEST(a_dead_holder_is_recognised),
        FIXTURE_TEST(of_a_hundred_one_wins_and_its_death_frees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
