/* What is asked of a FlashArray about replication, played by a script. */
#include "backend/array/array.h"
#include "backend/base/clock.h"
#include "tests/array/responder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OP "op-1f0e2d3c-0000-4000-8000-000000000001"
#define ID1 "11111111-0000-4000-8000-000000000001"
#define ID2 "22222222-0000-4000-8000-000000000002"
#define VOL(id) "volume-" id "-cinder"

#define OPENING {"GET /api/api_version", NULL, 200, NULL, "{\"version\": [\"2.26\"]}"}, \
                {"POST /api/2.26/login", NULL, 200, "x-auth-token: s\r\n", "{}"}
#define ITEMS(x) "{\"items\": [" x "], \"more_items_remaining\": false}"
#define ERROR(text) "{\"errors\": [{\"context\": \"x\", \"message\": \"" text "\"}]}"
#define V2 "/api/2.26"

#define REPLICATE "POST " V2 "/protection-group-snapshots?source_names=pg&replicate_now=true" \
                  "&apply_retention=true"
#define READ_MADE "GET " V2 "/protection-group-snapshots?filter=name%3D%27pg.ptr-1%27" \
                  "&destroyed=false"
#define MADE "{\"name\": \"pg.ptr-1\", \"created\": 5000}"
#define ARRIVING "GET " V2 "/protection-group-snapshots/transfer?filter=name%3D%27SRC%3Apg.ptr-1" \
                 "%27&destroyed=false"
#define ARRIVED "GET " V2 "/protection-group-snapshots?filter=name%3D%27SRC%3Apg.ptr-1%27" \
                "&destroyed=false"

static struct net *net;
static struct responder server;
static struct array *array;

static struct {
    int calls, count;
    struct pc_error err;
    struct array_point point;
    struct array_member rows[8];
    struct array_group group;
    bool no_group;
    struct array_space space;
    struct array_status status;
} got;

static void heard(const struct pc_error *err)
{
    got.calls++;
    got.err = *err;
}

static void on_points(void *arg, const struct pc_error *err, const struct array_point *points,
                      int count)
{
    (void)arg;
    heard(err);
    got.count = count;
    if (count)
        got.point = points[0];
}

static void on_members(void *arg, const struct pc_error *err, const struct array_member *rows,
                       int count)
{
    (void)arg;
    heard(err);
    got.count = count;
    for (int i = 0; i < count && i < 8; i++)
        got.rows[i] = rows[i];
}

static void on_group(void *arg, const struct pc_error *err, const struct array_group *group)
{
    (void)arg;
    heard(err);
    got.no_group = !group;
    if (group)
        got.group = *group;
}

static void on_space(void *arg, const struct pc_error *err, const struct array_space *space)
{
    (void)arg;
    heard(err);
    got.space = *space;
}

static void on_status(void *arg, const struct pc_error *err, const struct array_status *status)
{
    (void)arg;
    heard(err);
    got.status = *status;
}

static void on_done(void *arg, const struct pc_error *err)
{
    (void)arg;
    heard(err);
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
    struct array_config cfg = {.site = "site-a", .url = server.url, .api_token = "t",
                               .verify = true};
    array = array_new(net, &cfg);
}
#define PLAY(script) play(script, (int)(sizeof(script) / sizeof((script)[0])))

static void wait_over(enum pc_err code)
{
    int64_t end = clock_mono_ms() + 10000;
    assert_int_equal(got.calls, 0); /* never from inside the call */
    while (!got.calls && clock_mono_ms() < end)
        net_turn(net, 100);
    assert_int_equal(got.calls, 1);
    got.calls = 0;
    if (server.watch) {
        assert_string_equal(server.unexpected, "");
        assert_int_equal(server.at, server.length);
    }
    if (got.err.code != code)
        fail_msg("%s", got.err.text);
}

/* ---- a point that is asked for ---------------------------------------------------- */

static void a_point_is_made_and_read(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {REPLICATE, "{\"suffix\":\"ptr-1\"}", 200, NULL, ITEMS(MADE)},
        {READ_MADE, NULL, 200, NULL, ITEMS(MADE)},
    };
    (void)state;
    PLAY(script);
    array_replicate(array, "pg", "ptr-1", on_points, NULL);
    wait_over(PC_OK);
    assert_int_equal(got.count, 1);
    assert_string_equal(got.point.name, "pg.ptr-1");
    assert_int_equal(got.point.created_ms, 5000);
}

/* The answer to the first try was lost; the second finds what it made. */
static void what_an_earlier_try_made_is_adopted(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {REPLICATE, NULL, 400, NULL, ERROR("Protection group snapshot already exists.")},
        {READ_MADE, NULL, 200, NULL, ITEMS(MADE)},
    };
    (void)state;
    PLAY(script);
    array_replicate(array, "pg", "ptr-1", on_points, NULL);
    wait_over(PC_OK);
    assert_int_equal(got.point.created_ms, 5000);
}

static void a_point_that_is_not_listed_is_no_point(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {REPLICATE, NULL, 200, NULL, ITEMS(MADE)},
        {READ_MADE, NULL, 200, NULL, ITEMS("")},
    };
    (void)state;
    PLAY(script);
    array_replicate(array, "pg", "ptr-1", on_points, NULL);
    wait_over(PC_ERR_PROTOCOL);
    assert_non_null(strstr(got.err.text, "pg.ptr-1"));
}

static void a_group_that_is_not_there_is_said(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {REPLICATE, NULL, 400, NULL, ERROR("Protection group does not exist.")},
    };
    (void)state;
    PLAY(script);
    array_replicate(array, "pg", "ptr-1", on_points, NULL);
    wait_over(PC_ERR_NOT_FOUND);
}

static void progress_is_what_the_target_says(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {ARRIVING, NULL, 200, NULL,
         ITEMS("{\"name\": \"SRC:pg.ptr-1\", \"progress\": 0.625, \"data_transferred\": 1000}")},
        {ARRIVED, NULL, 200, NULL, ITEMS("{\"name\": \"SRC:pg.ptr-1\", \"created\": 5000}")},
    };
    (void)state;
    PLAY(script);
    array_transfer(array, "SRC:pg.ptr-1", on_points, NULL);
    wait_over(PC_OK);
    assert_int_equal(got.count, 1);
    assert_int_equal(got.point.progress, 62);
    assert_int_equal(got.point.bytes, 1000);
    assert_int_equal(got.point.completed_ms, 0);
}

static void nothing_of_it_has_come_yet(void **state)
{
    static const struct exchange script[] = {OPENING, {ARRIVING, NULL, 200, NULL, ITEMS("")}};
    (void)state;
    PLAY(script);
    array_transfer(array, "SRC:pg.ptr-1", on_points, NULL);
    wait_over(PC_OK);
    assert_int_equal(got.count, 0);
}

/* ---- where volumes are ---------------------------------------------------------------- */

#define ONE_OF(field, id) field "%3D%27%2Avolume-" id "-cinder%27"
#define VOLUMES(list) "GET " V2 "/volumes?destroyed=false&filter=" list
#define LINKS(list) "GET " V2 "/volumes/protection-groups?filter=" list
#define BOTH(field) ONE_OF(field, ID1) "%20or%20" ONE_OF(field, ID2)
#define VOLUME(name, pod) "{\"name\": \"" name "\", \"serial\": \"A\", \"pod\": {\"name\": " pod "}}"
#define LINK(group, volume) "{\"group\": {\"name\": \"" group "\"}, \"member\": {\"name\": \"" \
                            volume "\"}}"

static const char *const IDS[] = {ID1, ID2};

static void every_group_of_a_volume_is_a_row(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {VOLUMES(BOTH("name")), NULL, 200, NULL, ITEMS(VOLUME("vg/" VOL(ID1), "null"))},
        {LINKS(BOTH("member.name")), NULL, 200, NULL,
         ITEMS(LINK("cinder-group", "vg/" VOL(ID1)) "," LINK("pg", "vg/" VOL(ID1)) ","
               LINK("pg", "other"))},
    };
    int missing;
    (void)state;
    PLAY(script);
    array_members(array, IDS, 2, on_members, NULL);
    wait_over(PC_OK);
    assert_int_equal(got.count, 3);
    assert_string_equal(got.rows[0].group, "cinder-group");
    assert_string_equal(got.rows[1].group, "pg");
    assert_string_equal(got.rows[1].volume, "vg/" VOL(ID1));
    assert_string_equal(got.rows[2].cinder_id, ID2);
    assert_string_equal(got.rows[2].volume, "");
    assert_string_equal(array_members_group(got.rows, 3, "pg", &missing), "pg");
    assert_int_equal(missing, 1);
}

static void the_group_that_holds_most_is_the_one(void **state)
{
    static const struct array_member rows[] = {
        {ID1, "v1", "small", ""}, {ID1, "v1", "big", ""}, {ID2, "v2", "big", ""}, {"x", "v3", "", ""}};
    int missing;
    (void)state;
    assert_string_equal(array_members_group(rows, 4, "small", &missing), "big");
    assert_int_equal(missing, 1);
    assert_string_equal(array_members_group(&rows[3], 1, "small", &missing), "");
    assert_int_equal(missing, 1);
}

static void a_group_says_its_schedule_and_its_lock(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {"GET " V2 "/protection-groups?filter=name%3D%27pg%27&destroyed=false", NULL, 200, NULL,
         ITEMS("{\"name\": \"pg\", \"volume_count\": 3, \"retention_lock\": \"ratcheted\", "
               "\"replication_schedule\": {\"enabled\": true, \"frequency\": 300000}}")},
        {"GET " V2 "/protection-groups/targets?filter=group.name%3D%27pg%27", NULL, 200, NULL,
         ITEMS("{\"allowed\": false}, {\"allowed\": true}")},
    };
    (void)state;
    PLAY(script);
    array_group(array, "pg", on_group, NULL);
    wait_over(PC_OK);
    assert_int_equal(got.group.interval_ms, 300000);
    assert_int_equal(got.group.volumes, 3);
    assert_true(got.group.ratcheted && got.group.targeted);
}

static void there_may_be_no_such_group(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {"GET " V2 "/protection-groups?filter=name%3D%27pg%27&destroyed=false", NULL, 200, NULL,
         ITEMS("")},
    };
    (void)state;
    PLAY(script);
    array_group(array, "pg", on_group, NULL);
    wait_over(PC_OK);
    assert_true(got.no_group);
}

/* ---- protecting -------------------------------------------------------------------------- */

#define MAKE_GROUP "POST " V2 "/protection-groups?names=pg"
#define ADD_TARGET "POST " V2 "/protection-groups/targets?group_names=pg&member_names=TGT"
#define READ_GROUP "GET " V2 "/protection-groups?filter=name%3D%27pg%27&destroyed=false"
#define SET_SCHEDULE "PATCH " V2 "/protection-groups?names=pg"
#define ADD_MEMBER(id) "POST " V2 "/protection-groups/volumes?group_names=pg&member_names=" VOL(id)
#define SCHEDULED(on) "{\"name\": \"pg\", \"replication_schedule\": {\"enabled\": " on \
                      ", \"frequency\": 300000}}"
#define TWO ITEMS(VOLUME(VOL(ID1), "null") "," VOLUME(VOL(ID2), "null"))
#define READ(linked) {VOLUMES(BOTH("name")), NULL, 200, NULL, TWO}, \
                     {LINKS(BOTH("member.name")), NULL, 200, NULL, ITEMS(linked)}

static void protect(void)
{
    const struct array_protect_spec spec = {.group = "pg", .target_array = "TGT",
                                            .cinder_ids = IDS, .count = 2, .interval_ms = 900000};
    array_protect(array, &spec, on_done, NULL);
}

static void what_is_not_there_is_made(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {MAKE_GROUP, NULL, 200, NULL, ITEMS("")},
        {ADD_TARGET, NULL, 200, NULL, ITEMS("")},
        {READ_GROUP, NULL, 200, NULL, ITEMS(SCHEDULED("false"))},
        {SET_SCHEDULE, "\"frequency\":900000", 200, NULL, ITEMS("")},
        READ(LINK("pg", VOL(ID1))),
        {ADD_MEMBER(ID2), NULL, 200, NULL, ITEMS("")},
        READ(LINK("pg", VOL(ID1)) "," LINK("pg", VOL(ID2))),
    };
    (void)state;
    PLAY(script);
    protect();
    wait_over(PC_OK);
}

static void what_is_there_is_left(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {MAKE_GROUP, NULL, 400, NULL, ERROR("Protection group already exists.")},
        {ADD_TARGET, NULL, 400, NULL, ERROR("Target already exists.")},
        {READ_GROUP, NULL, 200, NULL, ITEMS(SCHEDULED("true"))},
        READ(LINK("pg", VOL(ID1)) "," LINK("pg", VOL(ID2))),
    };
    (void)state;
    PLAY(script);
    protect();
    wait_over(PC_OK);
}

/* Somebody added it between the reading and the adding. */
static void already_in_it_is_well_when_a_read_says_so(void **state)
{
    static const char *const words[] = {"Volume already belongs to the protection group.",
                                        "Protection group already includes volume."};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char body[160];
        snprintf(body, sizeof(body), ERROR("%s"), words[i]);
        const struct exchange script[] = {
            OPENING,
            {MAKE_GROUP, NULL, 409, NULL, ERROR("")},
            {ADD_TARGET, NULL, 400, NULL, ERROR("Target already in use.")},
            {READ_GROUP, NULL, 200, NULL, ITEMS(SCHEDULED("true"))},
            READ(LINK("pg", VOL(ID1))),
            {ADD_MEMBER(ID2), NULL, 400, NULL, body},
            READ(LINK("pg", VOL(ID1))),
        };
        PLAY(script);
        protect();
        wait_over(PC_ERR_PROTOCOL); /* the read does not */
        assert_non_null(strstr(got.err.text, ID2));
        array_free(array);
        array = NULL;
        responder_close(&server);
        server.watch = NULL;
    }
}

static void a_volume_in_a_pod_is_refused(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {MAKE_GROUP, NULL, 200, NULL, ITEMS("")},
        {ADD_TARGET, NULL, 200, NULL, ITEMS("")},
        {READ_GROUP, NULL, 200, NULL, ITEMS(SCHEDULED("true"))},
        {VOLUMES(BOTH("name")), NULL, 200, NULL, ITEMS(VOLUME("pod::" VOL(ID1), "\"pod\""))},
        {LINKS(BOTH("member.name")), NULL, 200, NULL, ITEMS("")},
    };
    (void)state;
    PLAY(script);
    protect();
    wait_over(PC_ERR_CONFLICT);
    assert_non_null(strstr(got.err.text, ID1));
}

#define ALLOW "PATCH " V2 "/protection-groups/targets?group_names=SRC%3Apg&member_names=TGT"
#define READ_ALLOWED "GET " V2 "/protection-groups/targets?filter=group.name%3D%27SRC%3Apg%27"

static void the_target_is_allowed_once(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {ALLOW, "{\"allowed\":true}", 400, NULL, ERROR("Group is already allowed on the target.")},
        {READ_ALLOWED, NULL, 200, NULL, ITEMS("{\"allowed\": true}")},
    };
    (void)state;
    PLAY(script);
    array_allow(array, "SRC", "pg", "TGT", on_done, NULL);
    wait_over(PC_OK);
}

static void a_target_that_does_not_allow_it_is_said(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {ALLOW, NULL, 200, NULL, ITEMS("")},
        {READ_ALLOWED, NULL, 200, NULL, ITEMS("{\"allowed\": false}")},
    };
    (void)state;
    PLAY(script);
    array_allow(array, "SRC", "pg", "TGT", on_done, NULL);
    wait_over(PC_ERR_PROTOCOL);
    assert_non_null(strstr(got.err.text, "SRC:pg"));
}

/* ---- the array itself ----------------------------------------------------------------------- */

static void links_and_space(void **state)
{
    static const struct exchange script[] = {
        OPENING,
        {"GET " V2 "/arrays/space", NULL, 200, NULL,
         ITEMS("{\"capacity\": 100, \"space\": {\"total_used\": 40}}")},
        {"GET " V2 "/arrays", NULL, 200, NULL, ITEMS("{\"name\": \"SRC\"}")},
        {"GET " V2 "/array-connections", NULL, 200, NULL,
         ITEMS("{\"name\": \"X\", \"status\": \"connecting\"}, "
               "{\"name\": \"TGT\", \"status\": \"connected\"}")},
    };
    (void)state;
    responder_open(&server, net, script, 5);
    struct array_config cfg = {.site = "site-a", .url = server.url, .api_token = "t"};
    array = array_new(net, &cfg);
    array_space(array, on_space, NULL);
    int64_t end = clock_mono_ms() + 10000;
    while (!got.calls && clock_mono_ms() < end)
        net_turn(net, 100);
    assert_int_equal(got.space.capacity_bytes, 100);
    assert_int_equal(got.space.used_bytes, 40);
    got.calls = 0;
    array_status(array, on_status, NULL);
    wait_over(PC_OK);
    assert_true(got.status.connected);
    assert_int_equal(got.status.connection_count, 2);
    assert_string_equal(got.status.connections[0].status, "connecting");
    assert_string_equal(got.status.connections[1].name, "TGT");
}

static void without_an_array_there_is_one_point_and_no_volume(void **state)
{
    (void)state;
    array = array_new(net, &(struct array_config){.site = "site-a"});
    array_replicate(array, "pg", "ptr-1", on_points, NULL);
    wait_over(PC_OK);
    assert_true(got.count == 1 && got.point.completed_ms && got.point.progress == 100);
    array_transfer(array, "mock", on_points, NULL);
    wait_over(PC_OK);
    assert_int_equal(got.count, 1);
    array_members(array, IDS, 2, on_members, NULL);
    wait_over(PC_OK);
    assert_int_equal(got.count, 0);
    array_group(array, "pg", on_group, NULL);
    wait_over(PC_OK);
    assert_true(got.no_group);
    array_space(array, on_space, NULL);
    wait_over(PC_OK);
    assert_int_equal(got.space.capacity_bytes, 0);
    protect();
    wait_over(PC_ERR_CONFIG);
}

/* ---- names ------------------------------------------------------------------------------------ */

static void names_follow_from_what_they_are_of(void **state)
{
    char suffix[ARRAY_SUFFIX_SIZE], name[128];
    (void)state;
    assert_string_equal(array_suffix(OP, 2, suffix), "ptr-1f0e2d3c-0000-2");
    assert_string_equal(array_point_name("SRC", "pg", "42", name, sizeof(name)), "SRC:pg.42");
    assert_string_equal(array_point_name("SRC", "pod::pg", "42", name, sizeof(name)), "pod:pg.42");
    assert_string_equal(array_point_name("SRC", "pg", "", name, sizeof(name)), "SRC:pg");
}

static void a_transfer_is_interrupted_when_a_newer_one_is_complete(void **state)
{
    static const struct array_point points[] = {
        {"a", 4, 0, 10, 0}, {"b", 3, 9, 100, 0}, {"c", 2, 0, 50, 0}};
    (void)state;
    assert_false(array_point_interrupted(points, 3, 0));
    assert_false(array_point_interrupted(points, 3, 1));
    assert_true(array_point_interrupted(points, 3, 2));
    assert_false(array_point_interrupted(points, 3, 3));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_point_is_made_and_read),
        T(what_an_earlier_try_made_is_adopted),
        T(a_point_that_is_not_listed_is_no_point),
        T(a_group_that_is_not_there_is_said),
        T(progress_is_what_the_target_says),
        T(nothing_of_it_has_come_yet),
        T(every_group_of_a_volume_is_a_row),
        T(the_group_that_holds_most_is_the_one),
        T(a_group_says_its_schedule_and_its_lock),
        T(there_may_be_no_such_group),
        T(what_is_not_there_is_made),
        T(what_is_there_is_left),
        T(already_in_it_is_well_when_a_read_says_so),
        T(a_volume_in_a_pod_is_refused),
        T(the_target_is_allowed_once),
        T(a_target_that_does_not_allow_it_is_said),
        T(links_and_space),
        T(without_an_array_there_is_one_point_and_no_volume),
        T(names_follow_from_what_they_are_of),
        T(a_transfer_is_interrupted_when_a_newer_one_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
