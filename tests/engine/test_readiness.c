/* Readiness on a lab: asked for, before an operation, and in the background. */
#include "tests/engine/support/stage.h"
#include "tests/lab/lab_client.h"

#include "backend/base/clock.h"

#include <poll.h>

#define GROUP "{\"group\":\"prod-web-app\"}"
#define OF(operation) "{\"group\":\"prod-web-app\",\"operation\":\"" operation "\"}"

/* ---- quotas ------------------------------------------------------------------------- */

/* Three servers of 7 vCPU and 14 GiB, five volumes of 110 GiB, four ports. */
static const struct {
    const char *path, *key, *limit, *text;
} QUOTAS[] = {
    {"/compute/v2.1/os-quota-sets", "quota_set", "\"instances\":2",
     "R-QUOTA wants 3 instances, left 2 of 2"},
    {"/compute/v2.1/os-quota-sets", "quota_set", "\"cores\":6",
     "R-QUOTA wants 7 vCPU, left 6 of 6"},
    {"/compute/v2.1/os-quota-sets", "quota_set", "\"ram\":14335",
     "R-QUOTA wants 14336 MiB of RAM, left 14335 of 14335"},
    {"/volume/v3/os-quota-sets", "quota_set", "\"volumes\":4",
     "R-QUOTA wants 5 volumes, left 4 of 4"},
    {"/volume/v3/os-quota-sets", "quota_set", "\"gigabytes\":109",
     "R-QUOTA wants 110 GiB of volumes, left 109 of 109"},
    {"/network/v2.0/quotas", "quota", "\"port\":3", "R-QUOTA wants 4 ports, left 3 of 3"},
};

static void what_has_no_room_is_not_begun(void **state)
{
    struct stage *s = *state;
    struct lab_child lab = stage_client(s, "admin");
    for (size_t i = 0; i < sizeof(QUOTAS) / sizeof(QUOTAS[0]); i++) {
        char *path = xasprintf("%s/%s", QUOTAS[i].path, lab.project[B]);
        char *body = xasprintf("{\"%s\":{%s}}", QUOTAS[i].key, QUOTAS[i].limit);
        assert_int_equal(call_status(&lab, B, "PUT", path, NULL, body), 200);
        int writes = lab_writes(&s->lab, "site-b");
        stage_refused(s, "test_failover", GROUP, PC_ERR_STATE, QUOTAS[i].text);
        assert_non_null(strstr(s->err.text, "not ready"));
        assert_non_null(strstr(s->err.remedy, "quota"));
        assert_int_equal(lab_writes(&s->lab, "site-b"), writes);
        assert_int_equal(stage_call(s, "operation_list", NULL), PC_OK);
        assert_int_equal(json_array_size(s->reply), 0);
        /* Looking is possible, and says the same. */
        assert_int_equal(stage_call(s, "test_failover", "{\"group\":\"prod-web-app\","
                                                        "\"dry_run\":true}"), PC_OK);
        const json_t *ready = json_map(s->reply, "readiness");
        assert_false(json_flag(ready, "ready", true));
        assert_string_equal(json_text(stage_check(ready, "R-QUOTA"), "status"), "blocked");
        assert_int_equal(call_status(&lab, B, "DELETE", path, NULL, NULL) / 100, 2);
        free(body);
        free(path);
    }
    assert_string_equal(stage_drill(s, "\"health_checks\":[]"), "cleaned");
}

/* ---- asked for ------------------------------------------------------------------------ */

static void a_group_that_is_ready(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "readiness", OF("test_failover")), PC_OK);
    assert_true(json_flag(s->reply, "ready", false));
    assert_string_equal(json_text(stage_check(s->reply, "R-QUOTA"), "status"), "ok");
    assert_string_equal(json_text(stage_check(s->reply, "R-IMG"), "status"), "ok");
    assert_string_equal(json_text(stage_check(s->reply, "R-SNAP"), "status"), "-");
    assert_string_equal(json_text(stage_check(s->reply, "R-CAP"), "status"), "unknown");
    assert_int_equal(stage_call(s, "readiness", OF("failover")), PC_OK);
    assert_true(json_flag(s->reply, "ready", false));
    assert_int_equal(stage_call(s, "readiness", OF("failback")), PC_OK);
    assert_false(json_flag(s->reply, "ready", true));
    assert_string_equal(json_text(stage_check(s->reply, "R-PGST"), "status"), "blocked");
    stage_refused(s, "readiness", OF("rollback"), PC_ERR_INVALID, "rollback");
    stage_refused(s, "readiness", "{\"group\":\"prod-web-app\",\"operation\":\"failback\","
                                  "\"force\":true}", PC_ERR_INVALID, "forced");
    stage_refused(s, "readiness", "{\"group\":\"x\",\"operation\":\"failover\"}", PC_ERR_NOT_FOUND,
                  "x");
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
}

static void the_arrays_are_asked_too(void **state)
{
    static const char *const keys[] = {"R-POL",  "R-SNAP", "R-REPL", "R-TYPE", "R-LINK",
                                       "R-SAFE", "R-CKPT", "R-HOST", "R-MANAGE"};
    struct stage *s = *state;
    stage_open(s, "storage: { mode = \"flasharray\"; };\n");
    assert_int_equal(stage_call(s, "readiness", OF("failover")), PC_OK);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(json_text(stage_check(s->reply, keys[i]), "status"), "ok") != 0)
            fail_msg("%s: %s", keys[i], json_text(stage_check(s->reply, keys[i]), "evidence"));
    /* Though the services may be listed, which another rule permits. */
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"volume\","
                       "\"path\":\"/manageable_volumes\",\"do\":\"policy-403\",\"count\":9}");
    stage_refused(s, "test_failover", GROUP, PC_ERR_STATE, "R-MANAGE");
    assert_non_null(strstr(s->err.remedy, "policy.yaml"));
    stage_refused(s, "failover", "{\"group\":\"prod-web-app\",\"confirm\":\"prod-web-app\"}",
                  PC_ERR_STATE, "R-MANAGE");
    assert_int_equal(lab_writes(&s->lab, "site-a"), 0);
}

/* Credentials that may read everything and write nothing: nothing is stopped for them. */
static void who_may_only_read(void **state)
{
    static const struct {
        const char *site, *says;
        bool drill; /* refused as well */
    } rows[] = {{"site-b", "our only role at site-b is reader", true},
                {"site-a", "our only role at site-a is reader", false}};
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        s->as = "reader";
        s->as_at = rows[i].site;
        stage_open(s, NULL);
        stage_refused(s, "failover", "{\"group\":\"prod-web-app\",\"confirm\":\"prod-web-app\"}",
                      PC_ERR_STATE, rows[i].says);
        assert_non_null(strstr(s->err.remedy, "member"));
        assert_int_equal(stage_call(s, "readiness", OF("test_failover")), PC_OK);
        assert_true(json_flag(s->reply, "ready", rows[i].drill) != rows[i].drill);
        assert_int_equal(stage_call(s, "readiness", OF("failover")), PC_OK);
        assert_string_equal(json_text(stage_check(s->reply, "R-ROLE"), "status"), "blocked");
        assert_int_equal(lab_writes(&s->lab, "site-a") + lab_writes(&s->lab, "site-b"), 0);
    }
}

static void a_lost_primary_is_a_matter_of_force(void **state)
{
    struct stage *s = *state;
    lab_outage(&s->lab, "site-a", true);
    assert_int_equal(stage_call(s, "readiness", OF("failover")), PC_OK);
    assert_false(json_flag(s->reply, "ready", true));
    assert_string_equal(json_text(stage_check(s->reply, "R-SITE"), "status"), "blocked");
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"prod-web-app\",\"operation\":"
                                                "\"failover\",\"force\":true}"), PC_OK);
    assert_true(json_flag(s->reply, "ready", false));
    assert_string_equal(json_text(stage_check(s->reply, "R-SITE"), "status"), "warning");
    lab_outage(&s->lab, "site-b", true);
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"prod-web-app\",\"operation\":"
                                                "\"failover\",\"force\":true}"), PC_OK);
    assert_false(json_flag(s->reply, "ready", true));
}

/* One question is not answered in time: that one is not known, the others are. */
static void an_answer_that_does_not_come(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"GET\","
                       "\"path\":\"/limits\",\"do\":\"delay=30000\"}");
    int64_t before = clock_mono_ms();
    assert_int_equal(stage_call(s, "readiness", OF("test_failover")), PC_OK);
    assert_true(clock_mono_ms() - before < 15000);
    assert_string_equal(json_text(stage_check(s->reply, "R-QUOTA"), "status"), "unknown");
    assert_non_null(strstr(json_text(stage_check(s->reply, "R-QUOTA"), "evidence"), "no answer"));
    assert_string_equal(json_text(stage_check(s->reply, "R-NET"), "status"), "ok");
    assert_true(json_flag(s->reply, "ready", false));
}

/* A site that is slow, but answers one after the other, is heard to the end. */
static void slow_answers_are_waited_for(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"network\",\"verb\":\"GET\","
                       "\"path\":\"/subnets\",\"do\":\"delay=7000\"}");
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"GET\","
                       "\"path\":\"/limits\",\"do\":\"delay=12000\"}");
    assert_int_equal(stage_call(s, "readiness", OF("test_failover")), PC_OK);
    assert_string_equal(json_text(stage_check(s->reply, "R-QUOTA"), "status"), "ok");
    assert_int_equal(lab_struck(&s->lab), 2);
}

static void on_reply(void *arg, const struct pc_error *err, const json_t *data)
{
    (void)data;
    *(enum pc_err *)arg = err->code;
}

struct heard_of {
    int busy, answered;
};

static void on_many(void *arg, const struct pc_error *err, const json_t *data)
{
    struct heard_of *h = arg;
    (void)data;
    h->busy += err->code == PC_ERR_BUSY;
    h->answered++;
}

/* A key that is held while a site does not answer piles nothing up. */
static void so_many_questions_and_no_more(void **state)
{
    struct stage *s = *state;
    struct heard_of h = {0, 0};
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"network\",\"verb\":\"GET\","
                       "\"path\":\"/subnets\",\"count\":999,\"do\":\"delay=2000\"}");
    for (int i = 0; i < DOOR_ASKED_MAX + 7; i++)
        door_ask(s->door, "readiness", json_loads(OF("test_failover"), 0, NULL), on_many, &h);
    door_dispatch(s->door);
    assert_int_equal(h.busy, 7);
    while (h.answered < DOOR_ASKED_MAX + 7) {
        struct pollfd p = {.fd = door_fd(s->door), .events = POLLIN};
        if (poll(&p, 1, 60000) == 0)
            fail_msg("%d of them are answered", h.answered);
        door_dispatch(s->door);
    }
    assert_int_equal(h.busy, 7);
    assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
}

/* The engine stops while it waits: nobody is left waiting, and it does not wait. */
static void a_stop_in_the_middle(void **state)
{
    struct stage *s = *state;
    enum pc_err readiness = PC_OK, drill = PC_OK;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"network\",\"verb\":\"GET\","
                       "\"path\":\"/subnets\",\"count\":9,\"do\":\"delay=30000\"}");
    door_ask(s->door, "readiness", json_loads(OF("failover"), 0, NULL), on_reply, &readiness);
    door_ask(s->door, "test_failover", json_loads(GROUP, 0, NULL), on_reply, &drill);
    while (lab_struck(&s->lab) < 1) /* both wait for it, it may be the same request */
        assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
    int64_t before = clock_mono_ms();
    stage_close(s);
    assert_true(clock_mono_ms() - before < 5000);
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
}

/* What a drill left is seen, whoever made it. */
static void leftovers_are_found(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true,\"health_checks\":[]"), "succeeded");
    char *args = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "readiness", OF("test_failover")), PC_OK);
    assert_string_equal(json_text(stage_check(s->reply, "R-PGST"), "status"), "blocked");
    const json_t *left = stage_check(s->reply, "R-LEFT");
    assert_string_equal(json_text(left, "status"), "warning");
    assert_non_null(strstr(json_text(left, "evidence"), "3 servers, 5 volumes, 4 ports"));
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    assert_int_equal(stage_call(s, "readiness", OF("test_failover")), PC_OK);
    assert_string_equal(json_text(stage_check(s->reply, "R-LEFT"), "status"), "ok");
    free(cleanup);
    free(args);
}

/* ---- in the background ------------------------------------------------------------------- */

struct wanted {
    int64_t version; /* of the group, at least; 0 any */
    enum readiness_check check;
    enum readiness_word word;
};

static bool has(const struct snapshot *now, const void *arg)
{
    const struct wanted *w = arg;
    const struct group_view *g = snapshot_group(now, "prod-web-app");
    const struct readiness *r = g ? g->readiness[READY_FOR_TEST] : NULL;
    return r && r->metadata_version >= w->version && readiness_word(r, w->check) == w->word;
}

static bool has_drifted(const struct snapshot *now, const void *arg)
{
    const struct group_view *g = snapshot_group(now, "prod-web-app");
    (void)arg;
    return g && g->readiness_drifted;
}

static const json_t *known_for(struct stage *s, const char *operation)
{
    assert_int_equal(stage_call(s, "group_show", GROUP), PC_OK);
    return json_map(json_map(s->reply, "readiness"), operation);
}

static void it_is_kept_known_and_decays(void **state)
{
    struct stage *s = *state;
    s->options.monitor = true;
    stage_open(s, "engine: { settle_seconds = 3; site_poll_seconds = 2; };\n");
    assert_null(known_for(s, "test_failover"));
    const json_t *m = json_array_get(json_list(s->reply, "members"), 0);
    assert_true(json_is_null(json_object_get(m, "read_at"))); /* nobody has looked */
    stage_watch(s, has, &(struct wanted){0, R_QUOTA, READINESS_OK});
    assert_int_equal(stage_call(s, "group_show", GROUP), PC_OK);
    m = json_array_get(json_list(s->reply, "members"), 0);
    assert_string_equal(json_text(m, "server"), "ACTIVE");
    assert_true(*json_text(m, "read_at"));
    const json_t *o = known_for(s, "failback");
    assert_false(json_flag(o, "ready", true));
    assert_string_equal(json_string_value(json_array_get(json_list(o, "blockers"), 0)), "R-PGST");
    o = known_for(s, "test_failover");
    assert_true(json_flag(o, "ready", false));
    assert_false(json_flag(o, "stale", true));

    /* An edit makes it worth nothing; it is looked at anew. */
    assert_int_equal(stage_call(s, "member_remove", "{\"group\":\"prod-web-app\","
                                                    "\"servers\":[\"web-1\"]}"), PC_OK);
    int64_t version = json_int(s->reply, "metadata_version", 0);
    assert_true(json_flag(json_map(json_map(s->reply, "readiness"), "test_failover"), "stale",
                          false));
    stage_watch(s, has, &(struct wanted){version, R_MEM, READINESS_OK});
    assert_false(json_flag(known_for(s, "test_failover"), "stale", true));

    /* So does a site that is not as it was. */
    lab_outage(&s->lab, "site-b", true);
    stage_watch(s, has_drifted, NULL);
    stage_watch(s, has, &(struct wanted){version, R_SITE, READINESS_BLOCK});
    o = known_for(s, "failover");
    assert_false(json_flag(o, "ready", true));
    lab_outage(&s->lab, "site-b", false);
    stage_watch(s, has, &(struct wanted){version, R_SITE, READINESS_OK});
}

/* In the order of their names: the first, one in the middle, and the last. */
static const char *const AROUND[] = {"a-first", "prod-web-app", "z-last"};

/* Of each group as it is now. */
static bool all_are_known(const struct snapshot *now, const void *arg)
{
    size_t known = 0;
    (void)arg;
    for (size_t i = 0; i < sizeof(AROUND) / sizeof(AROUND[0]); i++) {
        const struct group_view *g = snapshot_group(now, AROUND[i]);
        const struct readiness *r = g ? g->readiness[READY_FOR_TEST] : NULL;
        known += r && r->metadata_version == g->group->metadata_version;
    }
    return known == sizeof(AROUND) / sizeof(AROUND[0]);
}

static void everybody_has_a_turn_and_another_one(void **state)
{
    struct stage *s = *state;
    s->options.monitor = true;
    stage_open(s, "engine: { site_poll_seconds = 2; };\nreadiness: { interval_minutes = 1; };\n");
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"a-first\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"z-last\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    stage_watch(s, all_are_known, NULL);
    for (size_t i = sizeof(AROUND) / sizeof(AROUND[0]); i-- > 0;) { /* against their order */
        char *args = xasprintf("{\"group\":\"%s\",\"rpo_seconds\":600}", AROUND[i]);
        assert_int_equal(stage_call(s, "group_update", args), PC_OK);
        free(args);
    }
    stage_watch(s, all_are_known, NULL);
}

static void nobody_looks_where_it_is_turned_off(void **state)
{
    struct stage *s = *state;
    s->options.monitor = true;
    stage_open(s, "readiness: { interval_minutes = 0; };\n");
    assert_string_equal(stage_drill(s, "\"health_checks\":[]"), "cleaned");
    assert_null(known_for(s, "test_failover"));
    /* What somebody asks for is kept, and then grows old. */
    assert_int_equal(stage_call(s, "readiness", OF("test_failover")), PC_OK);
    assert_true(json_flag(known_for(s, "test_failover"), "ready", false));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(what_has_no_room_is_not_begun),
        stage_test(a_group_that_is_ready),
        stage_test(the_arrays_are_asked_too),
        stage_test(who_may_only_read),
        stage_test(a_lost_primary_is_a_matter_of_force),
        stage_test(an_answer_that_does_not_come),
        stage_test(slow_answers_are_waited_for),
        stage_test(so_many_questions_and_no_more),
        stage_test(a_stop_in_the_middle),
        stage_test(leftovers_are_found),
        stage_test(it_is_kept_known_and_decays),
        stage_test(everybody_has_a_turn_and_another_one),
        stage_test(nobody_looks_where_it_is_turned_off),
    };
    return stage_main(tests, argc, argv);
}
