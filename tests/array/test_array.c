/* Arrays by their one interface: the mock, and a FlashArray played by a script. */
#include "backend/array/array.h"
#include "backend/base/clock.h"
#include "backend/base/log.h"
#include "tests/array/responder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define VERSIONS {"GET /api/api_version", NULL, 200, NULL, \
                  "{\"version\": [\"1.19\", \"2.4\", \"2.26\", \"2.99\", \"3.1\"]}"}
#define LOGIN(token) {"POST /api/2.26/login", "api-token: the-api-token\r\n", 200, \
                      "x-auth-token: " token "\r\n", "{\"items\": [{\"username\": \"u\"}]}"}
#define TRANSFER "GET /api/2.26/protection-group-snapshots/transfer?names=SRC%3Apg" \
                 "&destroyed=false&sort=started-&limit=500"
#define SNAPSHOTS "GET /api/2.26/protection-group-snapshots?filter=source.name%3D%27SRC%3Apg%27" \
                  "&destroyed=false&sort=created-&limit=500"
#define ARRAYS "GET /api/2.26/arrays"
#define CONNECTIONS "GET /api/2.26/array-connections"
#define SESSION(token) "x-auth-token: " token "\r\n"
#define ITEMS(x) "{\"items\": [" x "], \"more_items_remaining\": false}"

static struct net *net;
static struct responder server;
static struct array *array;

/* What the callbacks were given. */
static struct {
    int calls;
    struct pc_error err;
    struct array_point points[8];
    int count;
    struct array_status status;
    bool free_array; /* the callback frees the array */
    struct array_call *cancel; /* ... or cancels this call */
} got;

static void on_points(void *arg, const struct pc_error *err, const struct array_point *points,
                      int count)
{
    assert_ptr_equal(arg, &got);
    got.calls++;
    got.err = *err;
    got.count = count;
    for (int i = 0; i < count && i < 8; i++)
        got.points[i] = points[i];
    array_cancel(got.cancel);
    if (got.free_array) {
        array_free(array);
        array = NULL;
    }
}

static void on_status(void *arg, const struct pc_error *err, const struct array_status *status)
{
    (void)arg;
    got.calls++;
    got.err = *err;
    if (!err->code)
        got.status = *status;
}

static int setup(void **state)
{
    (void)state;
    memset(&got, 0, sizeof(got));
    net = net_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    array_free(array);
    array = NULL;
    if (server.watch)
        responder_close(&server);
    server.watch = NULL;
    net_free(net);
    return 0;
}

static void play(const struct exchange *script, int length)
{
    responder_open(&server, net, script, length);
    struct array_config cfg = {.site = "site-b", .url = server.url,
                               .api_token = "the-api-token", .verify = true};
    array = array_new(net, &cfg);
    assert_string_equal(array_kind(array), "flasharray");
}

static void wait_for(int calls)
{
    int64_t end = clock_mono_ms() + 10000;
    while (got.calls < calls && clock_mono_ms() < end)
        net_turn(net, 100);
    assert_int_equal(got.calls, calls);
    if (*server.unexpected)
        fail_msg("not in the script: %s", server.unexpected);
}

static void script_is_over(void)
{
    assert_int_equal(server.at, server.length);
}

#define PLAY(...)                                                                                \
    static const struct exchange script[] = {__VA_ARGS__};                                       \
    play(script, (int)(sizeof(script) / sizeof(script[0])))

/* ---- mock ----------------------------------------------------------------- */

static void the_mock_has_one_point_now(void **state)
{
    (void)state;
    struct array_config cfg = {.site = "site-b", .url = "", .api_token = ""};
    array = array_new(net, &cfg);
    assert_string_equal(array_kind(array), "mock");
    int64_t before = clock_wall_ms();
    array_points(array, "", "pg", on_points, &got);
    assert_int_equal(got.calls, 0); /* never from inside the call */
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
    assert_int_equal(got.count, 1);
    assert_string_equal(got.points[0].name, "mock");
    assert_int_equal(got.points[0].progress, 100);
    assert_true(got.points[0].created_ms >= before);
    assert_true(got.points[0].completed_ms >= before);
    array_status(array, on_status, &got);
    wait_for(2);
    assert_string_equal(got.status.name, "mock");
    assert_true(got.status.connected);
    array_cancel(array_points(array, "", "pg", on_points, &got));
    array_points(array, "", "pg", on_points, &got); /* left for array_free */
    array_cancel(NULL);
}

/* ---- recovery points ------------------------------------------------------ */

static void points_join_both_lists(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("session-1"),
         {TRANSFER, SESSION("session-1"), 200, NULL,
          ITEMS("{\"name\": \"SRC:pg.44\", \"started\": 3, \"completed\": null, \"progress\": 0.25},"
                "{\"name\": \"SRC:pg.43\", \"started\": 2, \"completed\": 2900, \"progress\": 1.0},"
                "{\"name\": \"SRC:pg.42\", \"started\": 1, \"completed\": 1900, \"progress\": 1},"
                "{\"name\": \"SRC:pg.41\", \"completed\": 1, \"progress\": 1.0, \"destroyed\": true},"
                "{\"name\": \"SRC:pg.40\", \"completed\": 1, \"progress\": 1.0},"
                "{\"name\": 7}, \"what\"")},
         {SNAPSHOTS, SESSION("session-1"), 200, NULL,
          ITEMS("{\"name\": \"SRC:pg.42\", \"created\": 1000, \"destroyed\": false},"
                "{\"name\": \"SRC:pg.44\", \"created\": 3000},"
                "{\"name\": \"SRC:pg.41\", \"created\": 500},"
                "{\"name\": \"SRC:pg.43\", \"created\": 2000}")});
    array_points(array, "SRC", "pg", on_points, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
    assert_int_equal(got.count, 3);
    assert_string_equal(got.points[0].name, "SRC:pg.44");
    assert_int_equal(got.points[0].completed_ms, 0); /* in transfer still */
    assert_int_equal(got.points[0].progress, 25);
    assert_string_equal(got.points[1].name, "SRC:pg.43");
    assert_int_equal(got.points[1].created_ms, 2000);
    assert_int_equal(got.points[1].completed_ms, 2900);
    assert_int_equal(got.points[1].progress, 100);
    assert_string_equal(got.points[2].name, "SRC:pg.42");
    script_is_over();
}

static void no_snapshot_is_no_error(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("s"), {TRANSFER, SESSION("s"), 200, NULL, ITEMS("")});
    array_points(array, "SRC", "pg", on_points, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
    assert_int_equal(got.count, 0);
    script_is_over();
}

static void who_asks_often_reads_the_newest_few(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("s"),
         {"GET /api/2.26/protection-group-snapshots/transfer?names=SRC%3Apg"
          "&destroyed=false&sort=started-&limit=32", NULL, 200, NULL,
          ITEMS("{\"name\": \"SRC:pg.42\", \"started\": 1, \"completed\": 1900, \"progress\": 1}")},
         {"GET /api/2.26/protection-group-snapshots?filter=source.name%3D%27SRC%3Apg%27"
          "&destroyed=false&sort=created-&limit=32", NULL, 200, NULL,
          ITEMS("{\"name\": \"SRC:pg.42\", \"created\": 1000}")});
    array_newest(array, "SRC", "pg", on_points, &got);
    wait_for(1);
    assert_int_equal(got.count, 1);
    assert_int_equal(got.points[0].completed_ms, 1900);
    script_is_over();
}

static void a_pods_group_has_another_name(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("s"),
         {"GET /api/2.26/protection-group-snapshots/transfer?names=pod%3Apg"
          "&destroyed=false&sort=started-&limit=500", NULL, 200, NULL, ITEMS("")});
    array_points(array, "SRC", "pod::pg", on_points, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
}

static void names_that_cannot_be(void **state)
{
    (void)state;
    static const char *const NAMES[][2] = {{"SRC", "pg' or '1"}, {"", "pg"}, {"SRC", ""},
                                           {"SRC", "p g"}, {"SRC", "pg&names=x"}};
    PLAY(VERSIONS);
    for (int i = 0; i < 5; i++) {
        array_points(array, NAMES[i][0], NAMES[i][1], on_points, &got);
        wait_for(i + 1);
        assert_int_equal(got.err.code, PC_ERR_INVALID);
        assert_true(*got.err.remedy);
    }
    assert_int_equal(server.at, 0); /* nothing was sent */
}

/* ---- status ---------------------------------------------------------------- */

static void status_of_the_array(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("s"),
         {ARRAYS, SESSION("s"), 200, NULL,
          ITEMS("{\"name\": \"array-\\u001b[2Jb\", \"version\": \"6.4.10\", \"os\": \"Purity//FA\"}")},
         {CONNECTIONS, SESSION("s"), 207, NULL,
          ITEMS("{\"name\": \"x\", \"status\": \"connecting\"},"
                "{\"name\": \"SRC\", \"status\": \"connected\"}")},
         /* a second look uses the session, and finds the link down */
         {ARRAYS, SESSION("s"), 200, NULL, ITEMS("{\"name\": \"array-b\"}")},
         {CONNECTIONS, SESSION("s"), 200, NULL, ITEMS("{\"status\": \"partially_connected\"}")});
    array_status(array, on_status, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
    assert_null(strchr(got.status.name, 0x1b));
    assert_string_equal(got.status.version, "6.4.10");
    assert_true(got.status.latency_ms >= 0);
    assert_true(got.status.connected);
    array_status(array, on_status, &got);
    wait_for(2);
    assert_string_equal(got.status.name, "array-b");
    assert_false(got.status.connected);
    script_is_over();
}

/* ---- the session ----------------------------------------------------------- */

static void an_expired_session_is_renewed_once(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("old"), {TRANSFER, SESSION("old"), 401, NULL, "{}"}, LOGIN("new"),
         {TRANSFER, SESSION("new"), 200, NULL, ITEMS("")});
    array_points(array, "SRC", "pg", on_points, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
    script_is_over();
}

static void a_second_401_is_the_end(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("one"), {TRANSFER, SESSION("one"), 401, NULL, "{}"}, LOGIN("two"),
         {TRANSFER, SESSION("two"), 401, NULL, "{}"});
    array_points(array, "SRC", "pg", on_points, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_ERR_AUTH);
    assert_int_equal(got.err.http_status, 401);
    assert_non_null(strstr(got.err.remedy, "api_token"));
    assert_int_equal(strlen(got.err.request_id), 36);
    script_is_over();
}

static void two_calls_share_one_log_in(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("s"), {TRANSFER, SESSION("s"), 200, NULL, ITEMS("")},
         {TRANSFER, SESSION("s"), 200, NULL, ITEMS("")});
    array_points(array, "SRC", "pg", on_points, &got);
    array_points(array, "SRC", "pg", on_points, &got);
    wait_for(2);
    assert_int_equal(got.err.code, PC_OK);
    script_is_over();
}

static void a_busy_array_is_asked_again(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("s"), {TRANSFER, NULL, 429, NULL, "{\"message\": \"slow down\"}"},
         {TRANSFER, NULL, 200, NULL, ITEMS("")});
    array_points(array, "SRC", "pg", on_points, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
    script_is_over();
}

/* ---- what can go wrong ----------------------------------------------------- */

struct fault {
    struct exchange at[3];
    int length;
    enum pc_err code;
    const char *says;
};

static const struct fault FAULTS[] = {
    {{{"GET /api/api_version", NULL, 404, NULL, "<html>"}}, 1, PC_ERR_NOT_FOUND,
     "did not tell its REST versions"},
    {{{"GET /api/api_version", NULL, 200, NULL, "<html>"}}, 1, PC_ERR_PROTOCOL,
     "something else than its REST versions"},
    {{{"GET /api/api_version", NULL, 301, NULL, ""}}, 1, PC_ERR_PROTOCOL, "REST versions"},
    {{{"GET /api/api_version", NULL, 200, NULL, "{\"version\": [\"1.19\", \"2.3\", 2.5]}"}}, 1,
     PC_ERR_PROTOCOL, "Purity 6.1"},
    {{VERSIONS, {"POST /api/2.26/login", NULL, 400, NULL,
                 "{\"errors\": [{\"context\": null, \"message\": \"bad the-api-token\"}]}"}},
     2, PC_ERR_AUTH, "bad ***"},
    {{VERSIONS, {"POST /api/2.26/login", NULL, 200, NULL, "{}"}}, 2, PC_ERR_PROTOCOL,
     "without a session token"},
    {{VERSIONS, {"POST /api/2.26/login", NULL, 503, NULL, "{}"}}, 2, PC_ERR_SERVER,
     "gave no reason"},
    {{VERSIONS, LOGIN("s"), {TRANSFER, NULL, 400, NULL,
      "{\"errors\": [{\"context\": \"SRC:pg\", \"message\": \"Protection group does not exist.\"}]}"}},
     3, PC_ERR_NOT_FOUND, "Protection group does not exist. (SRC:pg)"},
    {{VERSIONS, LOGIN("s"), {TRANSFER, NULL, 400, NULL,
      "{\"errors\": [{\"message\": \"Protection group has been destroyed.\"}]}"}},
     3, PC_ERR_CONFLICT, "destroyed"},
    {{VERSIONS, LOGIN("s"), {TRANSFER, NULL, 400, NULL,
      "{\"errors\": [{\"message\": \"Invalid sort.\"}]}"}}, 3, PC_ERR_FAILED, "Invalid sort"},
    {{VERSIONS, LOGIN("s"), {TRANSFER, NULL, 403, NULL, "{\"message\": \"no\"}"}}, 3,
     PC_ERR_FORBIDDEN, ": no"},
    {{VERSIONS, LOGIN("s"), {TRANSFER, NULL, 200, NULL, "{\"items\": {}}"}}, 3, PC_ERR_PROTOCOL,
     "something else than a list"},
    {{VERSIONS, LOGIN("s"), {TRANSFER, NULL, 200, NULL, "\x01garbage"}}, 3, PC_ERR_PROTOCOL,
     "something else than a list"},
};

static void faults_are_told(void **state)
{
    for (size_t i = 0; i < sizeof(FAULTS) / sizeof(FAULTS[0]); i++) {
        const struct fault *f = &FAULTS[i];
        play(f->at, f->length);
        array_points(array, "SRC", "pg", on_points, &got);
        wait_for(1);
        if (got.err.code != f->code || !strstr(got.err.text, f->says) || !*got.err.remedy ||
            strcmp(got.err.source, "site-b") != 0 || strstr(got.err.text, "the-api-token"))
            fail_msg("fault %zu: %s: %s: %s (%s)", i, pc_err_name(got.err.code), got.err.source,
                     got.err.text, got.err.remedy);
        script_is_over();
        teardown(state);
        setup(state);
    }
}

static void nobody_there(void **state)
{
    (void)state;
    struct array_config cfg = {.site = "site-b", .url = "http://127.0.0.1:1", .api_token = "x",
                               .verify = true};
    array = array_new(net, &cfg);
    array_status(array, on_status, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_ERR_UNREACHABLE);
    assert_string_equal(got.err.source, "site-b");
    assert_true(*got.err.remedy);
}

static void a_dropped_line_is_told(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("s"), {TRANSFER, NULL, 0, NULL, NULL});
    array_points(array, "SRC", "pg", on_points, &got);
    wait_for(1);
    assert_true(got.err.code != PC_OK);
    assert_true(pc_err_outcome_unknown(got.err.code));
}

/* ---- ends ------------------------------------------------------------------ */

static void cancelled_calls_stay_silent(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("s"), {TRANSFER, NULL, 200, NULL, ITEMS("")});
    struct array_call *first = array_points(array, "SRC", "pg", on_points, &got);
    array_points(array, "SRC", "pg", on_points, &got);
    array_cancel(first);
    wait_for(1);
    net_turn(net, 0);
    assert_int_equal(got.calls, 1);
    script_is_over();
}

static void the_callback_may_free_everything(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("s"), {TRANSFER, NULL, 200, NULL, ITEMS("")},
         {TRANSFER, NULL, 200, NULL, ITEMS("")});
    got.free_array = true;
    array_points(array, "SRC", "pg", on_points, &got);
    array_points(array, "SRC", "pg", on_points, &got);
    wait_for(1);
    assert_null(array);
    net_turn(net, 50);
    assert_int_equal(got.calls, 1);
}

static void a_call_may_cancel_itself(void **state)
{
    (void)state;
    PLAY(VERSIONS, LOGIN("s"), {TRANSFER, NULL, 200, NULL, ITEMS("")});
    got.cancel = array_points(array, "SRC", "pg", on_points, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
}

static void failure_of_many_at_once(void **state)
{
    (void)state;
    PLAY({"GET /api/api_version", NULL, 500, NULL, "{}"});
    got.free_array = true;
    for (int i = 0; i < 3; i++)
        array_points(array, "SRC", "pg", on_points, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_ERR_SERVER);
    assert_null(array);
    for (int i = 0; i < 3; i++)
        net_turn(net, 0);
    assert_int_equal(got.calls, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_mock_has_one_point_now),
        TEST(points_join_both_lists),
        TEST(no_snapshot_is_no_error),
        TEST(who_asks_often_reads_the_newest_few),
        TEST(a_pods_group_has_another_name),
        TEST(names_that_cannot_be),
        TEST(status_of_the_array),
        TEST(an_expired_session_is_renewed_once),
        TEST(a_second_401_is_the_end),
        TEST(two_calls_share_one_log_in),
        TEST(a_busy_array_is_asked_again),
        TEST(faults_are_told),
        TEST(nobody_there),
        TEST(a_dropped_line_is_told),
        TEST(cancelled_calls_stay_silent),
        TEST(the_callback_may_free_everything),
        TEST(a_call_may_cancel_itself),
        TEST(failure_of_many_at_once),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
