/* What is refused, before anything is done: with the cause and the remedy. */
#include "backend/engine/request/request.h"
#include "backend/store/store.h"
#include "tests/engine/support/stage.h"

static int operations(struct stage *s)
{
    assert_int_equal(stage_call(s, "operation_list", NULL), PC_OK);
    return (int)json_array_size(s->reply);
}

/* Neither the history nor the target knows of anything. */
static void nothing_happened(struct stage *s)
{
    assert_int_equal(operations(s), 0);
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
}

#define DRILL(members) "{\"group\":\"prod-web-app\"," members "}"

static void bad_requests_do_nothing(void **state)
{
    static const struct {
        const char *verb, *args;
        enum pc_err rc;
        const char *text;
    } cases[] = {
        {"test_failover", "{\"group\":\"nobody\"}", PC_ERR_NOT_FOUND, "nobody"},
        {"test_failover", DRILL("\"network_mapping\":{\"net-primary-web\":\"nowhere\"}"),
         PC_ERR_MAPPING, "NetworkNotFound"},
        {"test_failover", DRILL("\"network_mapping\":{\"typo\":\"net-secondary-web\"}"),
         PC_ERR_MAPPING, "typo"},
        {"test_failover", DRILL("\"flavor_mapping\":{\"m1.large\":\"m9\"}"), PC_ERR_MAPPING,
         "FlavorNotFound"},
        {"test_failover", DRILL("\"flavor_mapping\":{\"m9\":\"m2.large\"}"), PC_ERR_MAPPING, "m9"},
        {"test_failover", DRILL("\"health_checks\":[\"tcp:99999\"]"), PC_ERR_INVALID, "99999"},
        {"test_failover", DRILL("\"health_checks\":[\"http:nopath\"]"), PC_ERR_INVALID, "nopath"},
        {"test_failover", DRILL("\"health_checks\":[\"ping\"]"), PC_ERR_INVALID, "ping"},
        {"test_failover", DRILL("\"health_check_timeout\":0"), PC_ERR_INVALID, "0 s"},
        {"test_failover", DRILL("\"health_check_timeout\":86401"), PC_ERR_INVALID, "86401"},
        {"test_failover", DRILL("\"test_project\":\"0123456789abcdef0123456789abcdef\""),
         PC_ERR_AUTH, "site-b"},
        {"group_create", "{\"name\":\"g\",\"primary\":\"site-a\",\"secondary\":\"site-c\"}",
         PC_ERR_NOT_FOUND, "site-c"},
        {"group_delete", "{\"group\":\"nobody\"}", PC_ERR_NOT_FOUND, "nobody"},
        {"operation_list", "{\"group\":\"nobody\"}", PC_ERR_NOT_FOUND, "nobody"},
        {"member_add", "{\"group\":\"prod-web-app\",\"servers\":[\"ghost\"]}", PC_ERR_NOT_FOUND,
         "ghost"},
        {"test_cleanup", "{\"operation_id\":\"op-00000000-0000-4000-8000-000000000000\"}",
         PC_ERR_NOT_FOUND, "op-0000"},
        {"operation_show", "{\"operation_id\":\"op-00000000-0000-4000-8000-000000000000\"}",
         PC_ERR_NOT_FOUND, "op-0000"},
        {"operation_cancel", "{\"operation_id\":\"op-00000000-0000-4000-8000-000000000000\"}",
         PC_ERR_NOT_FOUND, "op-0000"},
    };
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        stage_refused(s, cases[i].verb, cases[i].args, cases[i].rc, cases[i].text);
    /* A group that never did anything is one for all that. */
    assert_int_equal(stage_call(s, "operation_list", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
    nothing_happened(s);
}

/* Faults of the program that asks, not of a person: told without a remedy. */
static void requests_that_are_none(void **state)
{
    static const struct {
        const char *verb, *args, *text;
    } cases[] = {
        {"no_such_thing", "{}", "no_such_thing"},
        {"test_failover", "{}", "group"},
        {"test_failover", "{\"group\":7}", "group"},
        {"test_failover", DRILL("\"force\":true"), "force"},
        {"test_failover", DRILL("\"health_checks\":\"tcp:22\""), "health_checks"},
        {"operation_show", "{\"operation_id\":[]}", "operation_id"},
    };
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(stage_call(s, cases[i].verb, cases[i].args), PC_ERR_USAGE);
        assert_non_null(strstr(s->err.text, cases[i].text));
    }
    nothing_happened(s);
}

/* What holds names holds texts alone, whatever a program, or a file that one wrote,
 * puts there: every list and every mapping of every request. */
static void what_is_no_text_is_refused_at_the_door(void **state)
{
    static const char *const others[] = {"1", "null", "true", "{}", "[\"web-1\"]"};
    struct stage *s = *state;
    int lists = 0;
    for (size_t i = 0; request_row(i); i++)
        for (size_t k = 0; k < REQUEST_ARGS && request_row(i)->args[k].name; k++) {
            const struct request_arg *a = &request_row(i)->args[k];
            if (a->type != JSON_ARRAY && a->type != JSON_OBJECT)
                continue;
            lists++;
            for (size_t o = 0; o < sizeof(others) / sizeof(others[0]); o++) {
                char *args = xasprintf(a->type == JSON_ARRAY ? "{\"%s\":[\"web-1\",%s]}"
                                                             : "{\"%s\":{\"web-1\":%s}}",
                                       a->name, others[o]);
                stage_refused(s, request_row(i)->verb, args, PC_ERR_INVALID, "is no text");
                assert_non_null(strstr(s->err.text, a->name));
                free(args);
            }
        }
    assert_true(lists > 20);
    static const char *const orders[] = {"1", "\"db\"", "{\"name\":1}", "{\"name\":\"db\",\"members\":[1]}",
                                         "{\"name\":\"db\",\"members\":[\"db-1\"],\"depends_on\":[1]}",
                                         "{\"name\":\"db\",\"members\":[\"db-1\"],\"after\":[1]}",
                                         "{\"name\":\"db\",\"members\":[\"db-1\"],\"wait_for\":[1]}"};
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        char *args = xasprintf("{\"group\":\"prod-web-app\",\"boot_groups\":[%s]}", orders[i]);
        assert_int_equal(stage_call(s, "group_update", args), PC_ERR_INVALID);
        free(args);
    }
    nothing_happened(s);
}

static void a_group_without_members(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"empty\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    stage_refused(s, "test_failover", "{\"group\":\"empty\"}", PC_ERR_STATE, "empty");
    assert_non_null(strstr(s->err.remedy, "add-member"));
    stage_becomes(s, "empty", GROUP_UNPROTECTED);
    nothing_happened(s);
}

static void read_only_writes_nothing(void **state)
{
    static const struct {
        const char *verb, *args;
    } writing[] = {
        {"test_failover", "{\"group\":\"prod-web-app\"}"},
        {"test_cleanup", "{\"operation_id\":\"op-00000000\"}"},
        {"operation_cancel", "{\"operation_id\":\"op-00000000\"}"},
        {"group_create", "{\"name\":\"g\",\"primary\":\"site-a\",\"secondary\":\"site-b\"}"},
        {"group_delete", "{\"group\":\"prod-web-app\"}"},
        {"member_add", "{\"group\":\"prod-web-app\",\"servers\":[\"web-1\"]}"},
        {"member_remove", "{\"group\":\"prod-web-app\",\"servers\":[\"web-1\"]}"},
    };
    struct stage *s = *state;
    s->options.read_only = true;
    stage_open(s, NULL);
    for (size_t i = 0; i < sizeof(writing) / sizeof(writing[0]); i++) {
        stage_refused(s, writing[i].verb, writing[i].args, PC_ERR_READ_ONLY, "read-only");
        assert_int_equal(pc_err_exit(s->err.code), 77);
    }
    assert_int_equal(stage_call(s, "test_failover", DRILL("\"dry_run\":true")), PC_OK);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_int_equal(json_int(s->reply, "member_count", 0), 3);
    nothing_happened(s);
}

/* What runs was begun by somebody who may; a read-only console only looks on. */
static void read_only_carries_nothing_on(void **state)
{
    struct stage *s = *state;
    char *id = xstrdup(stage_start(s, ""));
    stage_until(s, id, OP_VOLUMES);
    s->options.read_only = true;
    stage_open(s, NULL);
    struct snapshot *now = door_snapshot(s->door);
    assert_false(now->owner);
    snapshot_unref(now);
    int writes = lab_writes(&s->lab, "site-b");
    assert_int_equal(stage_call(s, "site_list", NULL), PC_OK);
    assert_int_equal(lab_writes(&s->lab, "site-b"), writes);
    s->options.read_only = false;
    stage_open(s, NULL);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    free(id);
}

static void a_read_only_target(void **state)
{
    struct stage *s = *state;
    s->target_read_only = true;
    stage_open(s, NULL);
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"}", PC_ERR_READ_ONLY, "site-b");
    nothing_happened(s);
}

/* By its type: everything that would write to production is refused, whatever asks
 * for it, and a drill beside it is still possible. */
static void a_read_only_role(void **state)
{
    static const struct {
        const char *verb, *args;
    } writing[] = {
        {"failover", "{\"group\":\"prod-web-app\",\"confirm\":\"prod-web-app\"}"},
        {"failover", "{\"group\":\"prod-web-app\",\"dry_run\":true}"},
        {"sync_volumes", "{\"group\":\"prod-web-app\"}"},
    };
    struct stage *s = *state;
    stage_open(s, "read_only_role = \"primary\";\n");
    for (size_t i = 0; i < sizeof(writing) / sizeof(writing[0]); i++)
        stage_refused(s, writing[i].verb, writing[i].args, PC_ERR_READ_ONLY, "site-a is read-only");
    struct snapshot *now = door_snapshot(s->door);
    assert_true(snapshot_site(now, "site-a")->read_only); /* the screens say so */
    assert_false(snapshot_site(now, "site-b")->read_only);
    assert_false(now->read_only);
    snapshot_unref(now);
    assert_string_equal(stage_drill(s, ""), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_int_equal(lab_writes(&s->lab, "site-a"), 0);
    stage_open(s, "read_only_role = \"secondary\";\n");
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"}", PC_ERR_READ_ONLY, "site-b");
    stage_refused(s, "failover", "{\"group\":\"prod-web-app\",\"confirm\":\"prod-web-app\","
                  "\"type\":\"unplanned\",\"reason\":\"fire\"}", PC_ERR_READ_ONLY, "site-b");
}

static void one_operation_a_group(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"volume\",\"verb\":\"POST\","
                       "\"path\":\"/volumes\",\"nth\":1,\"do\":\"delay=1500\"}");
    char *id = xstrdup(stage_start(s, ""));
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"}", PC_ERR_STATE,
                  "prod-web-app is 'drill'");
    stage_refused(s, "group_delete", "{\"group\":\"prod-web-app\"}", PC_ERR_STATE, "drill");
    stage_refused(s, "member_remove", "{\"group\":\"prod-web-app\",\"servers\":[\"web-1\"]}",
                  PC_ERR_STATE, "drill");
    stage_refused(s, "test_cleanup", args, PC_ERR_STATE, "still running");
    assert_int_equal(stage_call(s, "test_propose", "{\"group\":\"prod-web-app\"}"), PC_OK);
    const json_t *problem = json_array_get(json_list(s->reply, "problems"), 0);
    assert_true(json_flag(problem, "guard", false)); /* nothing of what is mapped is wrong */
    assert_non_null(strstr(json_text(problem, "text"), "drill"));
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_int_equal(operations(s), 1);
    stage_refused(s, "operation_cancel", args, PC_ERR_STATE, "has ended");

    /* And when it is over, the group may be changed again. */
    assert_int_equal(stage_call(s, "member_remove", "{\"group\":\"prod-web-app\","
                                                    "\"servers\":[\"web-1\"]}"), PC_OK);
    assert_int_equal(json_int(s->reply, "member_count", 0), 2);
    free(args);
    free(id);
}

static void looking_changes_nothing(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "test_failover", DRILL("\"dry_run\":true")), PC_OK);
    const json_t *counts = json_map(s->reply, "counts");
    assert_int_equal(json_int(counts, "servers", 0), 3);
    assert_int_equal(json_int(counts, "volumes", 0), 5);
    assert_int_equal(json_int(counts, "ports", 0), 4);
    assert_int_equal(stage_call(s, "test_propose", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_int_equal(json_array_size(json_list(s->reply, "problems")), 0);
    assert_int_equal(json_array_size(json_list(s->reply, "networks")), 2);
    assert_int_equal(json_array_size(json_list(s->reply, "flavors")), 3);
    nothing_happened(s);
}

static const json_t *with_id(const json_t *list, const char *id)
{
    json_t *v;
    size_t i;
    json_array_foreach(list, i, v)
        if (strcmp(json_text(v, "id"), id) == 0)
            return v;
    return NULL;
}

/* Whoever maps by hand chooses from what there is, and sees how large it is. */
static void a_proposal_says_what_there_is_to_choose_from(void **state)
{
    struct stage *s = *state;
    const json_t *row, *to;
    size_t i;
    assert_int_equal(stage_call(s, "test_propose", "{\"group\":\"prod-web-app\"}"), PC_OK);
    json_array_foreach(json_list(s->reply, "networks"), i, row) {
        to = with_id(json_list(s->reply, "target_networks"), json_text(row, "to"));
        assert_string_equal(json_text(to, "name"), json_text(row, "to_name"));
        assert_true(json_array_size(json_list(to, "cidrs")) > 0);
    }
    json_array_foreach(json_list(s->reply, "flavors"), i, row) {
        to = with_id(json_list(s->reply, "target_flavors"), json_text(row, "to"));
        assert_string_equal(json_text(to, "name"), json_text(row, "to_name"));
        assert_true(json_int(to, "vcpus", 0) > 0 && json_int(to, "ram", 0) > 0);
        assert_true(json_int(row, "vcpus", 0) > 0 && json_int(row, "ram", 0) > 0);
    }
}

/* What is kept with a group is of its members: else every operation would be refused
 * later, when it is needed. */
static void checks_are_of_members_and_go_with_them(void **state)
{
    struct stage *s = *state;
    stage_refused(s, "group_update", DRILL("\"health_checks\":[\"nobody@tcp:22\"]"), PC_ERR_INVALID,
                  "prod-web-app has no member named 'nobody'");
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    const json_t *first = json_array_get(json_list(s->reply, "members"), 0);
    assert_true(*json_text(first, "instance_id"));
    char *by_id = xasprintf(DRILL("\"health_checks\":[\"%s@tcp:22\"]"), json_text(first, "instance_id"));
    stage_refused(s, "group_update", by_id, PC_ERR_INVALID, "has no member named"); /* asked of nobody */
    free(by_id);
    stage_refused(s, "group_update", DRILL("\"network_mapping\":{\"net-nowhere\":\"net-secondary-web\"}"),
                  PC_ERR_MAPPING, "no member of prod-web-app is on a network 'net-nowhere'");
    stage_refused(s, "group_create", "{\"name\":\"g\",\"primary\":\"site-a\",\"secondary\":"
                  "\"site-b\",\"health_checks\":[\"db-1@tcp:22\"]}", PC_ERR_INVALID, "db-1");
    assert_int_equal(stage_call(s, "group_update", DRILL("\"health_checks\":[\"tcp:8080\","
                                "\"db-1@tcp:8443\",\"web-1@tcp:22\"]")), PC_OK);
    assert_int_equal(stage_call(s, "member_remove", "{\"group\":\"prod-web-app\","
                                                    "\"servers\":[\"db-1\"]}"), PC_OK);
    assert_int_equal(json_array_size(json_list(s->reply, "health_checks")), 2);
    assert_non_null(strstr(json_string_value(json_array_get(json_list(s->reply, "warnings"), 0)),
                           "db-1@tcp:8443"));
    assert_int_equal(stage_call(s, "failover", DRILL("\"dry_run\":true")), PC_OK);
    nothing_happened(s);
}

/* One that was kept before anybody looked is a reason that readiness gives. */
static void a_kept_check_of_nobody_is_told_before(void **state)
{
    struct stage *s = *state;
    struct store *store = NULL;
    struct group *g = NULL, *changed = NULL;
    struct pc_error err;
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_close(s);
    assert_int_equal(store_open(s->state_dir, STORE_READ_WRITE, &store, &err), PC_OK);
    assert_int_equal(store_group_load(store, id, &g, &err), PC_OK);
    json_t *o = group_to_json(g);
    json_put(o, "health_checks", json_pack("[s]", "nobody@tcp:22"));
    assert_int_equal(group_from_json(o, &changed, &err), PC_OK);
    assert_int_equal(store_group_save(store, changed, &err), PC_OK);
    store_close(store);
    json_decref(o);
    group_unref(changed);
    group_unref(g);
    free(id);
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "readiness", DRILL("\"operation\":\"failover\"")), PC_OK);
    assert_false(json_flag(s->reply, "ready", true));
}

/* Two editors: the second is told that it looked at something older. */
static void an_edit_of_an_older_version_is_refused(void **state)
{
    struct stage *s = *state;
    char args[200];
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    long long seen = (long long)json_int(s->reply, "metadata_version", 0);
    snprintf(args, sizeof(args), "{\"group\":\"prod-web-app\",\"health_checks\":[\"tcp:22\"],"
             "\"metadata_version\":%lld}", seen);
    assert_int_equal(stage_call(s, "group_update", args), PC_OK);
    assert_int_equal(json_int(s->reply, "metadata_version", 0), seen + 1);
    stage_refused(s, "group_update", args, PC_ERR_CONFLICT, "was changed meanwhile");
}

/* ---- two consoles ------------------------------------------------------------------- */

struct answer {
    bool came;
    enum pc_err rc;
    char id[OP_ID_SIZE];
};

static void on_answer(void *arg, const struct pc_error *err, const json_t *data)
{
    struct answer *a = arg;
    a->came = true;
    a->rc = err->code;
    snprintf(a->id, sizeof(a->id), "%s", json_text(data, "id"));
}

static bool has_answered(const struct snapshot *now, const void *arg)
{
    (void)now;
    return ((const struct answer *)arg)->came;
}

/* They ask at the same moment: the second finds the operation of the first. */
static void two_consoles_ask_at_once(void **state)
{
    struct stage *s = *state;
    struct door *other = NULL;
    struct answer mine = {.came = false};
    struct pc_error err;
    assert_int_equal(door_open(&s->options, &other, &err), PC_OK);
    json_t *args = json_loads("{\"group\":\"prod-web-app\"}", 0, NULL);
    door_ask(s->door, "test_failover", json_deep_copy(args), on_answer, &mine);
    json_t *reply = NULL;
    enum pc_err theirs = door_call(other, "test_failover", args, STAGE_MS, &reply, &err);
    stage_watch(s, has_answered, &mine);
    assert_true((mine.rc == PC_OK) != (theirs == PC_OK));
    enum pc_err refused = mine.rc ? mine.rc : theirs;
    assert_true(refused == PC_ERR_STATE || refused == PC_ERR_BUSY);
    stage_rest(s, mine.rc ? json_text(reply, "id") : mine.id);
    assert_int_equal(operations(s), 1);
    json_decref(reply);
    door_close(other);
}

/* Who asked can free what the question was about, even if it is never answered. */
static void what_is_open_at_the_end_is_answered(void **state)
{
    struct stage *s = *state;
    struct answer mine = {.came = false};
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"do\":\"delay=5000\"}");
    door_ask(s->door, "test_propose", json_pack("{s:s}", "group", "prod-web-app"), on_answer, &mine);
    stage_close(s);
    assert_true(mine.came);
    assert_int_equal(mine.rc, PC_ERR_CANCELLED);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(bad_requests_do_nothing),
        stage_test(requests_that_are_none),
        stage_test(what_is_no_text_is_refused_at_the_door),
        stage_test(a_group_without_members),
        stage_test(read_only_writes_nothing),
        stage_test(read_only_carries_nothing_on),
        stage_test(a_read_only_target),
        stage_test(a_read_only_role),
        stage_test(one_operation_a_group),
        stage_test(looking_changes_nothing),
        stage_test(a_proposal_says_what_there_is_to_choose_from),
        stage_test(checks_are_of_members_and_go_with_them),
        stage_test(a_kept_check_of_nobody_is_told_before),
        stage_test(an_edit_of_an_older_version_is_refused),
        stage_test(two_consoles_ask_at_once),
        stage_test(what_is_open_at_the_end_is_answered),
    };
    return stage_main(tests, argc, argv);
}
