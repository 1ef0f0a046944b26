/* What is asked of a FlashArray about volumes, played by a script. */
#include "backend/array/array.h"
#include "backend/base/clock.h"
#include "tests/array/responder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OP "op-1f0e2d3c-0000-4000-8000-000000000001"
#define STEP "clone_volume:web-1/0"
#define NAME "ptr-1f0e2d3c-9a8b7c6d-0"
#define SNAPSHOT "SRC:pg.42.volume-1-cinder"

#define OPENING {"GET /api/api_version", NULL, 200, NULL, "{\"version\": [\"2.26\"]}"}, \
                {"POST /api/2.26/login", NULL, 200, "x-auth-token: s\r\n", "{}"}
#define ITEMS(x) "{\"items\": [" x "], \"more_items_remaining\": false}"
#define ERROR(text) "{\"errors\": [{\"context\": \"x\", \"message\": \"" text "\"}]}"
#define VOLUME(name, more) "{\"name\": \"" name "\", \"serial\": \"A1\", \"provisioned\": 1073741824, " \
                           "\"source\": {\"name\": \"SRC:volume-1-cinder\"}" more "}"
#define TAG(name, key, value) "{\"key\": \"" key "\", \"value\": \"" value "\", " \
                              "\"resource\": {\"name\": \"" name "\"}}"
#define OURS(name) TAG(name, "protector-op", OP) "," TAG(name, "protector-step", OP " " STEP) "," \
                   TAG(name, "protector-snapshot", SNAPSHOT)

#define POST "POST /api/2.26/volumes?names=" NAME "&with_default_protection=false"
#define PATCH "PATCH /api/2.26/volumes?names=" NAME
#define READ "GET /api/2.26/volumes?filter=name%3D%27" NAME "%27"
#define READ_SERIAL "GET /api/2.26/volumes?filter=serial%3D%27A1%27"
#define READ_CINDER "GET /api/2.26/volumes?filter=name%3D%27volume-7-cinder%27"
#define TAGS_OF(name) "GET /api/2.26/volumes/tags?resource_names=" name "&namespaces=protector"
#define TAGS_OP "GET /api/2.26/volumes/tags?namespaces=protector&filter=value%3D%27" OP \
                "%20%2A%27&limit=1000&offset=0"
#define PUT "PUT /api/2.26/volumes/tags/batch?resource_names=" NAME
#define MEMBERS "GET /api/2.26/volume-snapshots?filter=name%3D%27SRC%3Apg.42.%2A%27" \
                "&destroyed=false&sort=name&limit=1000&offset="

static struct net *net;
static struct responder server;
static struct array *array;

static struct {
    int calls, count;
    struct pc_error err;
    struct array_volume volumes[8];
} got;

static void on_volumes(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                       int count)
{
    assert_ptr_equal(arg, &got);
    got.calls++;
    got.err = *err;
    got.count = count;
    for (int i = 0; i < count && i < 8; i++)
        got.volumes[i] = volumes[i];
}

static void on_destroyed(void *arg, const struct pc_error *err)
{
    (void)arg;
    got.calls++;
    got.err = *err;
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
    struct array_config cfg = {.site = "site-b", .url = server.url, .api_token = "t",
                               .verify = true};
    array = array_new(net, &cfg);
}

static void wait_for(int calls)
{
    int64_t end = clock_mono_ms() + 10000;
    assert_int_equal(got.calls, calls - 1); /* never from inside the call */
    while (got.calls < calls && clock_mono_ms() < end)
        net_turn(net, 100);
    assert_int_equal(got.calls, calls);
    if (*server.unexpected)
        fail_msg("not in the script: %s", server.unexpected);
    assert_int_equal(server.at, server.length);
}

#define PLAY(...)                                                                                \
    static const struct exchange script[] = {OPENING, __VA_ARGS__};                              \
    play(script, (int)(sizeof(script) / sizeof(script[0])))

static void clone(void)
{
    const struct array_clone_spec spec = {.name = NAME, .snapshot = SNAPSHOT, .op = OP,
                                          .step = STEP};
    array_clone(array, &spec, on_volumes, &got);
    wait_for(1);
}

/* ---- what a point holds ------------------------------------------------------ */

static void a_points_volumes(void **state)
{
    (void)state;
    PLAY({MEMBERS "0", NULL, 200, NULL,
          ITEMS("{\"name\": \"" SNAPSHOT "\", \"serial\": \"A\", \"provisioned\": 10737418240,"
                " \"source\": {\"name\": \"SRC:volume-1-cinder\"}},"
                "{\"name\": \"SRC:pg.42.x\", \"serial\": \"B\", \"source\":"
                " {\"name\": \"SRC:vg/volume-2-cinder\"}},"
                "{\"name\": \"it's\", \"serial\": \"C\"}, 7")});
    array_volumes_of_point(array, "SRC:pg.42", NULL, on_volumes, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
    assert_int_equal(got.count, 2);
    assert_string_equal(got.volumes[0].name, SNAPSHOT);
    assert_int_equal(got.volumes[0].size_bytes, (int64_t)10 << 30);
    assert_true(array_volume_is_of(&got.volumes[0], "1"));
    assert_false(array_volume_is_of(&got.volumes[0], "2"));
    assert_true(array_volume_is_of(&got.volumes[1], "2"));
}

static void one_volume_of_a_point(void **state)
{
    (void)state;
    PLAY({"GET /api/2.26/volume-snapshots?filter=name%3D%27SRC%3Apg.42.%2Avolume-2-cinder%27"
          "&destroyed=false&sort=name&limit=1000&offset=0", NULL, 200, NULL,
          ITEMS("{\"name\": \"SRC:pg.42.vg/volume-2-cinder\", \"serial\": \"B\"}")});
    array_volumes_of_point(array, "SRC:pg.42", "2", on_volumes, &got);
    wait_for(1);
    assert_int_equal(got.count, 1);
}

static void a_long_list_comes_in_pages(void **state)
{
    struct exchange script[] = {OPENING, {MEMBERS "0", NULL, 200, NULL, NULL},
                                {MEMBERS "1000", NULL, 200, NULL, ITEMS("")}};
    char *page = xstrdup("{\"items\": [");
    (void)state;
    for (int i = 0; i < 1000; i++) {
        char *longer = xasprintf("%s%s{\"name\": \"SRC:pg.42.v%d\", \"serial\": \"%d\"}", page,
                                 i ? "," : "", i, i);
        free(page);
        page = longer;
    }
    char *body = xasprintf("%s]}", page);
    script[2].body = body;
    play(script, 4);
    array_volumes_of_point(array, "SRC:pg.42", NULL, on_volumes, &got);
    wait_for(1);
    assert_int_equal(got.count, 1000);
    free(page);
    free(body);
}

/* ---- clone ------------------------------------------------------------------ */

static void a_clone_is_made_tagged_and_read(void **state)
{
    (void)state;
    PLAY({POST, "{\"source\":{\"name\":\"" SNAPSHOT "\"}}", 200, NULL, ITEMS(VOLUME(NAME, ""))},
         {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ""))},
         {TAGS_OF(NAME), NULL, 200, NULL, ITEMS("")},
         {PUT, "\"value\":\"" OP " " STEP "\"", 200, NULL, "{}"},
         {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ""))},
         {TAGS_OF(NAME), NULL, 200, NULL, ITEMS(OURS(NAME))});
    clone();
    assert_int_equal(got.err.code, PC_OK);
    assert_int_equal(got.count, 1);
    assert_string_equal(got.volumes[0].name, NAME);
    assert_string_equal(got.volumes[0].serial, "A1");
    assert_string_equal(got.volumes[0].op, OP);
    assert_string_equal(got.volumes[0].step, STEP);
    assert_string_equal(got.volumes[0].snapshot, SNAPSHOT);
}

/* An earlier try was applied, its answer lost: what it made is taken over. */
static void what_an_earlier_try_made_is_adopted(void **state)
{
    (void)state;
    PLAY({POST, NULL, 400, NULL, ERROR("Volume already exists.")},
         {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ""))},
         {TAGS_OF(NAME), NULL, 200, NULL, ITEMS(OURS(NAME))});
    clone();
    assert_int_equal(got.err.code, PC_OK);
    assert_int_equal(got.count, 1);
}

/* ---- clone: what is not ours is left alone ------------------------------------ */

struct refusal {
    struct exchange at[6];
    int length;
    enum pc_err code;
    const char *says;
};

static const struct refusal REFUSALS[] = {
    {{OPENING, {POST, NULL, 400, NULL, ERROR("Volume already exists.")},
      {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ""))},
      {TAGS_OF(NAME), NULL, 200, NULL, ITEMS(TAG(NAME, "protector-op", "op-other"))}},
     5, PC_ERR_EXISTS, "another operation"},
    {{OPENING, {POST, NULL, 409, NULL, ERROR("taken")},
      {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ""))},
      {TAGS_OF(NAME), NULL, 200, NULL,
       ITEMS(TAG(NAME, "protector-op", OP) "," TAG(NAME, "protector-snapshot", "SRC:pg.41.x"))}},
     5, PC_ERR_EXISTS, "another recovery point"},
    {{OPENING, {POST, NULL, 400, NULL, ERROR("Volume already exists.")},
      {READ, NULL, 200, NULL, ITEMS("{\"name\": \"" NAME "\", \"serial\": \"A1\", \"source\": "
                                    "{\"name\": \"SRC:volume-2-cinder\"}}")}},
     4, PC_ERR_EXISTS, "something else"},
    {{OPENING, {POST, NULL, 400, NULL, ERROR("Volume has been destroyed.")},
      {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ", \"destroyed\": true"))}},
     4, PC_ERR_CONFLICT, "eradicated"},
    {{OPENING, {POST, NULL, 400, NULL, ERROR("Volume already exists.")},
      {READ, NULL, 200, NULL, ITEMS("")}},
     4, PC_ERR_EXISTS, "already exists"},
    {{OPENING, {POST, NULL, 200, NULL, "{}"}, {READ, NULL, 200, NULL, ITEMS("")}},
     4, PC_ERR_PROTOCOL, "does not list it"},
    {{OPENING, {POST, NULL, 400, NULL, ERROR("No such volume or snapshot.")}}, 3, PC_ERR_NOT_FOUND,
     "No such volume"},
    {{OPENING, {POST, NULL, 400, NULL, ERROR("Volume limit reached.")}}, 3, PC_ERR_QUOTA, "limit"},
    {{OPENING, {POST, NULL, 403, NULL, "{\"message\": \"read only\"}"}}, 3, PC_ERR_FORBIDDEN,
     "read only"},
};

static void what_is_not_ours_is_left_alone(void **state)
{
    for (size_t i = 0; i < sizeof(REFUSALS) / sizeof(REFUSALS[0]); i++) {
        const struct refusal *r = &REFUSALS[i];
        play(r->at, r->length);
        clone();
        if (got.err.code != r->code || !strstr(got.err.text, r->says) || !*got.err.remedy)
            fail_msg("%zu: %s: %s (%s)", i, pc_err_name(got.err.code), got.err.text,
                     got.err.remedy);
        teardown(state);
        setup(state);
    }
}

static void tags_that_do_not_stay_are_told(void **state)
{
    (void)state;
    PLAY({POST, NULL, 200, NULL, "{}"}, {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ""))},
         {TAGS_OF(NAME), NULL, 200, NULL, ITEMS("")}, {PUT, NULL, 200, NULL, "{}"},
         {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ""))},
         {TAGS_OF(NAME), NULL, 200, NULL, ITEMS("")});
    clone();
    assert_int_equal(got.err.code, PC_ERR_PROTOCOL);
    assert_non_null(strstr(got.err.text, "tags"));
}

static void a_lost_answer_is_an_unknown_outcome(void **state)
{
    (void)state;
    PLAY({POST, NULL, 0, NULL, NULL});
    clone();
    assert_true(pc_err_outcome_unknown(got.err.code));
}

/* ---- find -------------------------------------------------------------------- */

static void found_by_serial_or_name(void **state)
{
    (void)state;
    PLAY({READ_SERIAL, NULL, 200, NULL, ITEMS(VOLUME("volume-7-cinder", ", \"connection_count\": 1"))},
         {TAGS_OF("volume-7-cinder"), NULL, 200, NULL, ITEMS(OURS("volume-7-cinder"))});
    const struct array_find_spec spec = {.serial = "A1"};
    array_find(array, &spec, on_volumes, &got);
    wait_for(1);
    assert_int_equal(got.count, 1);
    assert_true(got.volumes[0].connected);
    assert_true(array_volume_managed_as(&got.volumes[0], "7"));
    assert_string_equal(got.volumes[0].op, OP);
}

/* Cinder has renamed it: the marks remain. */
static void found_by_its_marks_when_renamed(void **state)
{
    (void)state;
    PLAY({READ, NULL, 200, NULL, ITEMS("")},
         {TAGS_OP, NULL, 200, NULL,
          ITEMS(TAG("volume-6-cinder", "protector-step", OP " clone_volume:web-1/1") ","
                OURS("volume-7-cinder"))},
         {READ_CINDER, NULL, 200, NULL, ITEMS(VOLUME("volume-7-cinder", ""))},
         {TAGS_OF("volume-7-cinder"), NULL, 200, NULL, ITEMS(OURS("volume-7-cinder"))});
    const struct array_find_spec spec = {.name = NAME, .op = OP, .step = STEP};
    array_find(array, &spec, on_volumes, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
    assert_int_equal(got.count, 1);
    assert_string_equal(got.volumes[0].name, "volume-7-cinder");
    assert_string_equal(got.volumes[0].step, STEP);
}

static void what_is_not_there_is_no_error(void **state)
{
    (void)state;
    PLAY({READ, NULL, 200, NULL, ITEMS("")}, {TAGS_OP, NULL, 200, NULL, ITEMS("")});
    const struct array_find_spec spec = {.name = NAME, .op = OP, .step = STEP};
    array_find(array, &spec, on_volumes, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_OK);
    assert_int_equal(got.count, 0);
}

/* ---- destroy ------------------------------------------------------------------ */

static const struct refusal ENDINGS[] = {
    {{OPENING, {PATCH, "{\"destroyed\":true}", 200, NULL, "{}"},
      {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ", \"destroyed\": true"))}}, 4, PC_OK, ""},
    {{OPENING, {PATCH, NULL, 400, NULL, ERROR("Volume has been destroyed.")},
      {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ", \"destroyed\": true"))}}, 4, PC_OK, ""},
    {{OPENING, {PATCH, NULL, 400, NULL, ERROR("Volume does not exist.")},
      {READ, NULL, 200, NULL, ITEMS("")}}, 4, PC_OK, ""},
    {{OPENING, {PATCH, NULL, 400, NULL,
                ERROR("Volume cannot be deleted due to existing connections.")},
      {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ""))}}, 4, PC_ERR_CONFLICT, "connections"},
    {{OPENING, {PATCH, NULL, 200, NULL, "{}"}, {READ, NULL, 200, NULL, ITEMS(VOLUME(NAME, ""))}},
     4, PC_ERR_CONFLICT, "as before"},
    {{OPENING, {PATCH, NULL, 403, NULL, "{\"message\": \"no\"}"}}, 3, PC_ERR_FORBIDDEN, "no"},
};

static void destroyed_or_gone_is_success(void **state)
{
    for (size_t i = 0; i < sizeof(ENDINGS) / sizeof(ENDINGS[0]); i++) {
        const struct refusal *r = &ENDINGS[i];
        play(r->at, r->length);
        array_destroy(array, NAME, on_destroyed, &got);
        wait_for(1);
        if (got.err.code != r->code || !strstr(got.err.text, r->says))
            fail_msg("%zu: %s: %s", i, pc_err_name(got.err.code), got.err.text);
        teardown(state);
        setup(state);
    }
}

/* ---- names, and the mock -------------------------------------------------------- */

static void names_that_cannot_be_are_not_sent(void **state)
{
    const struct array_clone_spec bad = {.name = "a'b", .snapshot = "x", .op = OP, .step = STEP};
    const struct array_find_spec none = {.op = OP " or 1"};
    static const struct exchange nothing[] = {OPENING};
    (void)state;
    play(nothing, 0);
    array_volumes_of_point(array, "x' or name='*", NULL, on_volumes, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_ERR_INVALID);
    array_clone(array, &bad, on_volumes, &got);
    wait_for(2);
    assert_int_equal(got.err.code, PC_ERR_INVALID);
    array_find(array, &none, on_volumes, &got);
    wait_for(3);
    assert_int_equal(got.err.code, PC_ERR_INVALID);
    array_destroy(array, "a&names=b", on_destroyed, &got);
    wait_for(4);
    assert_int_equal(got.err.code, PC_ERR_INVALID);
}

static void a_clones_name_is_the_same_every_time(void **state)
{
    char a[ARRAY_CLONE_NAME_SIZE], b[ARRAY_CLONE_NAME_SIZE];
    (void)state;
    assert_string_equal(
        array_clone_name(OP, "9a8b7c6d-1111-4111-8111-111111111111", 0, a), NAME);
    assert_string_not_equal(
        array_clone_name(OP, "9a8b7c6d-1111-4111-8111-111111111111", 1, b), a);
}

static void the_mock_has_no_volumes(void **state)
{
    struct array_config cfg = {.site = "site-b", .url = "", .api_token = ""};
    (void)state;
    server.unexpected[0] = '\0';
    server.at = server.length = 0;
    array = array_new(net, &cfg);
    array_volumes_of_point(array, "mock", NULL, on_volumes, &got);
    wait_for(1);
    assert_int_equal(got.err.code, PC_ERR_CONFIG);
    assert_non_null(strstr(got.err.remedy, "array.url"));
    array_destroy(array, NAME, on_destroyed, &got);
    wait_for(2);
    assert_int_equal(got.err.code, PC_ERR_CONFIG);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_points_volumes),
        TEST(one_volume_of_a_point),
        TEST(a_long_list_comes_in_pages),
        TEST(a_clone_is_made_tagged_and_read),
        TEST(what_an_earlier_try_made_is_adopted),
        TEST(what_is_not_ours_is_left_alone),
        TEST(tags_that_do_not_stay_are_told),
        TEST(a_lost_answer_is_an_unknown_outcome),
        TEST(found_by_serial_or_name),
        TEST(found_by_its_marks_when_renamed),
        TEST(what_is_not_there_is_no_error),
        TEST(destroyed_or_gone_is_success),
        TEST(names_that_cannot_be_are_not_sent),
        TEST(a_clones_name_is_the_same_every_time),
        TEST(the_mock_has_no_volumes),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
