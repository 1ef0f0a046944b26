/* What a screen asks about a site's room and a group's ledger, on a lab. */
#include "tests/engine/support/stage.h"

static const json_t *quota(const json_t *site, const char *name)
{
    const json_t *o, *found = NULL;
    size_t i;
    json_array_foreach(json_list(site, "quotas"), i, o)
        if (strcmp(json_text(o, "name"), name) == 0)
            found = o;
    assert_non_null(found);
    return found;
}

static void a_site_tells_its_room_when_it_is_asked_for(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "site_show", "{\"site\":\"site-a\"}"), PC_OK);
    assert_null(json_object_get(s->reply, "quotas"));
    assert_int_equal(stage_call(s, "site_show", "{\"site\":\"site-a\",\"room\":true}"), PC_OK);
    assert_string_equal(json_text(s->reply, "status"), "active");
    /* The group's three servers run there, so at least these are used. */
    assert_true(json_int(quota(s->reply, "instances"), "used", 0) >= 3);
    assert_true(json_int(quota(s->reply, "instances"), "limit", 0) >= 3);
    assert_true(json_int(quota(s->reply, "storage"), "used", 0) >= 110);
    assert_string_equal(json_text(quota(s->reply, "storage"), "unit"), "GiB");
    assert_true(json_int(quota(s->reply, "ports"), "used", 0) >= 4);
    assert_int_equal(json_array_size(json_list(s->reply, "unread")), 0);
    assert_true(strlen(json_text(s->reply, "read_at")) == 20);
    const json_t *versions = json_map(s->reply, "versions");
    assert_string_equal(json_text(versions, "identity"), "3.14");
    assert_string_equal(json_text(versions, "network"), "2.0");
    assert_true(strncmp(json_text(versions, "image"), "2.", 2) == 0);
    stage_refused(s, "site_show", "{\"site\":\"nowhere\",\"room\":true}", PC_ERR_NOT_FOUND,
                  "nowhere");
}

/* Those of the snapshot that hold a latency of each service of both sites. */
static bool was_read_twice(const struct snapshot *now, const void *arg)
{
    (void)arg;
    for (size_t i = 0; i < now->sites->count; i++)
        for (int k = 0; k < SITE_SERVICES - 1; k++) {
            const struct service_view *v = &now->sites->items[i].services[k];
            if (v->latency_count < 2 || v->latencies[v->latency_count - 1] == LATENCY_NONE)
                return false;
            if (v->latencies[v->latency_count - 1] != v->latency_ms)
                fail_msg("the newest of the line is %d, not %d",
                         v->latencies[v->latency_count - 1], v->latency_ms);
        }
    return now->sites->count == 2;
}

static void the_latencies_are_kept_in_their_order(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "site_list", NULL), PC_OK);
    assert_int_equal(stage_call(s, "site_list", NULL), PC_OK);
    stage_watch(s, was_read_twice, NULL);
}

static void the_ledger_tells_what_became_of_everything(void **state)
{
    struct stage *s = *state;
    size_t i, servers = 0;
    const json_t *e;
    assert_string_equal(stage_drill(s, ""), "cleaned");
    assert_int_equal(stage_call(s, "operation_list", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_null(json_object_get(json_array_get(s->reply, 0), "ledger"));
    assert_int_equal(
        stage_call(s, "operation_list", "{\"group\":\"prod-web-app\",\"ledger\":true}"), PC_OK);
    const json_t *ledger = json_list(json_array_get(s->reply, 0), "ledger");
    json_array_foreach(ledger, i, e) {
        servers += strcmp(json_text(e, "type"), "server") == 0;
        assert_string_equal(json_text(e, "status"), "gone");
        assert_string_equal(json_text(e, "site"), "site-b");
        assert_true(*json_text(e, "id") && *json_text(e, "name"));
        /* ISO 8601 in UTC sorts as it is. */
        assert_true(strcmp(json_text(e, "made_at"), json_text(e, "gone_at")) <= 0);
    }
    assert_int_equal(servers, 3);
    assert_int_equal(json_array_size(json_list(s->op, "ledger")), json_array_size(ledger));
}

static void an_rto_is_kept_with_the_group_and_zero_takes_it_away(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_true(json_is_null(json_object_get(s->reply, "rto_seconds")));
    assert_int_equal(
        stage_call(s, "group_update", "{\"group\":\"prod-web-app\",\"rto_seconds\":600}"), PC_OK);
    assert_int_equal(json_int(s->reply, "rto_seconds", 0), 600);
    stage_refused(s, "group_update", "{\"group\":\"prod-web-app\",\"rto_seconds\":-1}",
                  PC_ERR_INVALID, "RTO");
    assert_int_equal(
        stage_call(s, "group_update", "{\"group\":\"prod-web-app\",\"rto_seconds\":0}"), PC_OK);
    assert_true(json_is_null(json_object_get(s->reply, "rto_seconds")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_site_tells_its_room_when_it_is_asked_for, stage_setup,
                                        stage_teardown),
        cmocka_unit_test_setup_teardown(the_latencies_are_kept_in_their_order, stage_setup,
                                        stage_teardown),
        cmocka_unit_test_setup_teardown(the_ledger_tells_what_became_of_everything, stage_setup,
                                        stage_teardown),
        cmocka_unit_test_setup_teardown(an_rto_is_kept_with_the_group_and_zero_takes_it_away,
                                        stage_setup, stage_teardown),
    };
    return cmocka_run_group_tests(tests, stage_raise, stage_strike);
}
