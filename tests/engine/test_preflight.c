/*
 * What can be known before is refused before production is stopped: each story would have
 * stopped servers, and started them again, for what a question answers.
 */
#include "tests/engine/support/flash.h"
#include "tests/lab/lab_client.h"

#include <poll.h>

#define READY "{\"group\":\"" GROUP "\",\"operation\":\"failover\"}"

/* ---- the two sites, as somebody else's client ----------------------------------------- */

static void act(struct lab_child *lab, const char *server, const char *body)
{
    char *id = id_of(lab, A, "/compute/v2.1/servers/detail", "servers", server);
    char *path = xasprintf("/compute/v2.1/servers/%s/action", id);
    assert_int_equal(call_status(lab, A, "POST", path, NULL, body), 202);
    free(path);
    free(id);
}

/* ---- refused --------------------------------------------------------------------------- */

/* The failover is refused, the row of readiness says why, and nothing was touched. */
static void is_refused(struct stage *s, const char *more, enum pc_err rc, const char *key,
                       const char *says, const char *remedy)
{
    char *args = xasprintf(ASK("%s"), more);
    stage_refused(s, "failover", args, rc, says);
    if (!strstr(s->err.remedy, remedy))
        fail_msg("the remedy is '%s'", s->err.remedy);
    all_are(s, "site-a", "ACTIVE", 1);
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
    assert_int_equal(stage_call(s, "operation_list", NULL), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
    if (*more) { /* what is asked for by hand is not the group's own */
        free(args);
        return;
    }
    assert_int_equal(stage_call(s, "readiness", READY), PC_OK);
    assert_false(json_flag(s->reply, "ready", true));
    assert_string_equal(json_text(stage_check(s->reply, key), "status"), "blocked");
    free(args);
}

static void a_check_that_can_never_run(void **state)
{
    struct stage *s = *state;
    is_refused(s, ",\"health_checks\":[\"exec:true\"]", PC_ERR_FORBIDDEN, "R-PLAN",
               "'exec:true' can never run here", "allow_exec");
    assert_int_equal(stage_call(s, "group_update", "{\"group\":\"" GROUP "\","
                                                   "\"health_checks\":[\"web-1@exec:true\"]}"), PC_OK);
    is_refused(s, "", PC_ERR_FORBIDDEN, "R-PLAN", "'web-1@exec:true' can never run here", "ssh_user");
    stage_refused(s, "failover", "{\"group\":\"" GROUP "\",\"dry_run\":true}", PC_ERR_FORBIDDEN,
                  "can never run here");
    /* Allowed, and its key is not there. */
    stage_open(s, "health_checks: { allow_exec = true; ssh_user = \"ops\"; ssh_key_file = "
                  "\"/nowhere/key\"; };\n");
    is_refused(s, "", PC_ERR_FORBIDDEN, "R-PLAN", "can never run here", "ssh_key_file");
}

static void a_callout_that_is_not_allowed(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "group_update", "{\"group\":\"" GROUP "\",\"boot_groups\":[{"
                     "\"name\":\"all\",\"members\":[\"web-1\"],\"callout\":{\"argv\":[\"/bin/true\"]}}]}"),
                     PC_OK);
    is_refused(s, "", PC_ERR_FORBIDDEN, "R-PLAN", "callouts are not allowed here", "callouts.allow");
}

static void a_member_that_is_gone(void **state)
{
    struct stage *s = *state;
    struct lab_child lab = stage_client(s, "demo");
    char *id = id_of(&lab, A, "/compute/v2.1/servers/detail", "servers", "db-1");
    char *path = xasprintf("/compute/v2.1/servers/%s", id);
    assert_int_equal(call_status(&lab, A, "DELETE", path, NULL, NULL), 204);
    assert_true(wait_gone(&lab, A, path));
    stage_refused(s, "failover", ASK(""), PC_ERR_STATE,
                  "R-MEM 1 of 3 members are not on site-a: db-1");
    assert_non_null(strstr(s->err.remedy, "remove-member"));
    assert_int_equal(servers_in(s, "site-a", "ACTIVE"), 2);
    free(path);
    free(id);
}

/* ---- locked ------------------------------------------------------------------------------ */

static void a_member_that_is_locked(void **state)
{
    struct stage *s = *state;
    struct lab_child lab = stage_client(s, "demo");
    act(&lab, "web-2", "{\"lock\":null}");
    is_refused(s, "", PC_ERR_STATE, "R-MEM", "1 of 3 members are locked on site-a", "unlock");
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"" GROUP "\",\"operation\":"
                                                "\"test_failover\"}"), PC_OK);
    assert_true(json_flag(s->reply, "ready", false)); /* a drill stops nothing */
    act(&lab, "web-2", "{\"unlock\":null}");
    passes(s, "failover", ASK(",\"health_checks\":[]"), "site-b", "site-a");
}

/* Somebody locks the last that is stopped, when all was looked at: it fails at once, with
 * its remedy, and not when its time is over. */
static void one_that_is_locked_meanwhile(void **state)
{
    struct stage *s = *state;
    struct lab_child lab = stage_client(s, "demo");
    assert_int_equal(stage_call(s, "group_update", "{\"group\":\"" GROUP "\",\"boot_groups\":[{"
                     "\"name\":\"first\",\"members\":[\"db-1\"]},{\"name\":\"then\",\"depends_on\":"
                     "[\"first\"],\"members\":[\"web-1\",\"web-2\"]}]}"), PC_OK);
    char *id = xstrdup(begins(s, "failover", ASK(",\"health_checks\":[]")));
    act(&lab, "db-1", "{\"lock\":null}");
    watch_alone(s, id, "site-b", "site-a");
    came_to(s, "failed", "failed");
    const json_t *step = flash_step(s, "stop_server:db-1");
    assert_non_null(strstr(json_text(step, "detail"), "ServerLocked"));
    assert_non_null(strstr(json_text(s->op, "remedy"), "unlock"));
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    free(id);
}

/* ---- points ------------------------------------------------------------------------------ */

#define SKEWED "{\"do\":\"volume-skewed=600\",\"group\":\"" GROUP "\"}"

static void a_point_of_two_moments(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, SKEWED);
    stage_refused(s, "failover", ASK(""), PC_ERR_STATE, "they are not of one moment");
    assert_non_null(strstr(s->err.remedy, "consistency-group sync"));
    stage_refused(s, "failover", ASK(",\"recovery_point\":\"latest\""), PC_ERR_STATE,
                  "they are not of one moment");
    assert_int_equal(stage_call(s, "readiness", READY), PC_OK);
    assert_string_equal(json_text(stage_check(s->reply, "R-SNAP"), "status"), "blocked");
    all_are(s, "site-a", "ACTIVE", 1);
    assert_int_equal(stage_call(s, "recovery_point_list", "{\"group\":\"" GROUP "\"}"), PC_OK);
    const json_t *first = json_array_get(s->reply, 0);
    assert_false(json_flag(first, "complete", true));
    assert_true(json_flag(first, "skewed", false));
    assert_true(*json_text(json_array_get(json_list(first, "volumes_missing"), 0), "of"));
}

/* The one that the failover asks for itself comes after the stops, and is looked at as well. */
static void its_own_point_of_two_moments(void **state)
{
    struct stage *s = *state;
    char *id = xstrdup(begins(s, "failover", ASK("," NO_CHECKS)));
    lab_fault(&s->lab, SKEWED);
    watch_alone(s, id, "site-b", "site-a");
    came_to(s, "failed", "failed");
    assert_non_null(strstr(json_text(s->op, "error_message"), "not of one moment"));
    all_are(s, "site-a", "ACTIVE", 1);
    free(id);
}

/* ---- room ---------------------------------------------------------------------------------- */

struct asked {
    bool over;
    struct pc_error err;
};

static void on_reply(void *arg, const struct pc_error *err, const json_t *data)
{
    struct asked *a = arg;
    (void)data;
    a->over = true;
    a->err = *err;
}

/* Each fits, both do not: whoever comes second is refused, and stops nothing. */
static void two_that_want_the_same_room(void **state)
{
    struct stage *s = *state;
    struct lab_child lab = stage_client(s, "admin");
    struct asked one = {.over = false}, other = {.over = false};
    char *path = xasprintf("/compute/v2.1/os-quota-sets/%s", lab.project[B]);
    stage_protect(s, "prod-billing");
    assert_int_equal(call_status(&lab, B, "PUT", path, NULL, "{\"quota_set\":{\"instances\":10}}"),
                     200);
    door_ask(s->door, "failover", json_loads(ASK(",\"health_checks\":[]"), 0, NULL), on_reply, &one);
    door_ask(s->door, "failover",
             json_loads("{\"group\":\"prod-billing\",\"confirm\":\"prod-billing\","
                        "\"health_checks\":[]}", 0, NULL), on_reply, &other);
    while (!one.over || !other.over)
        assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
    const struct asked *lost = one.err.code ? &one : &other;
    assert_int_equal((one.err.code ? &other : &one)->err.code, PC_OK);
    assert_int_equal(lost->err.code, PC_ERR_STATE);
    if (!strstr(lost->err.text, "R-QUOTA") || !strstr(lost->err.text, "other operations"))
        fail_msg("%s", lost->err.text);
    assert_non_null(strstr(lost->err.remedy, "operation list"));
    assert_int_equal(stage_call(s, "operation_list", NULL), PC_OK);
    assert_int_equal(json_array_size(s->reply), 1);
    char *id = xstrdup(json_text(json_array_get(s->reply, 0), "id"));
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "completed");
    free(id);
    free(path);
}

/* ---- said ---------------------------------------------------------------------------------- */

static bool warns(const json_t *plan, const char *says)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(plan, "warnings"), i, v)
        if (strstr(json_string_value(v), says))
            return true;
    return false;
}

static void a_member_that_is_off(void **state)
{
    struct stage *s = *state;
    struct lab_child lab = stage_client(s, "demo");
    char *id = id_of(&lab, A, "/compute/v2.1/servers/detail", "servers", "web-2");
    char *path = xasprintf("/compute/v2.1/servers/%s", id);
    assert_int_equal(stage_call(s, "failover", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    assert_false(warns(s->reply, "SHUTOFF"));
    act(&lab, "web-2", "{\"os-stop\":null}");
    assert_true(wait_status(&lab, A, path, "server", "SHUTOFF"));
    assert_int_equal(stage_call(s, "failover", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    assert_true(warns(s->reply, "web-2 is SHUTOFF where it serves: its copy on site-b is started"));
    free(path);
    free(id);
}

/* As a member of the project sees it, and as who may see it. */
static void user_data_that_is_not_shown(void **state)
{
    struct stage *s = *state;
    static const char says[] = "site-a does not show us user data: if 3 members have any";
    assert_int_equal(stage_call(s, "test_failover", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    assert_true(warns(s->reply, says));
    assert_int_equal(stage_call(s, "failover", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    assert_true(warns(s->reply, says));
    s->as = "admin";
    s->as_at = "site-a";
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "failover", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    assert_false(warns(s->reply, "user data"));
}

/* Nothing of it would ever be anywhere else: it is no member. */
static void a_server_without_a_volume(void **state)
{
    struct stage *s = *state;
    struct lab_child lab = stage_client(s, "demo");
    char *image = id_of(&lab, A, "/image/v2/images", "images", "debian-12"),
         *flavor = id_of(&lab, A, "/compute/v2.1/flavors/detail", "flavors", "m1.small");
    char *body = xasprintf("{\"server\":{\"name\":\"img-1\",\"flavorRef\":\"%s\",\"imageRef\":\"%s\","
                           "\"networks\":\"none\"}}", flavor, image);
    json_decref(call_json(&lab, A, "POST", "/compute/v2.1/servers", "compute 2.90", body, 202));
    stage_refused(s, "member_add", "{\"group\":\"" GROUP "\",\"servers\":[\"img-1\"]}", PC_ERR_STATE,
                  "img-1 has no volume");
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"" GROUP "\"}"), PC_OK);
    assert_int_equal(json_array_size(json_list(s->reply, "members")), 3);
    free(body);
    free(flavor);
    free(image);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(a_check_that_can_never_run),
        story(a_callout_that_is_not_allowed),
        story(a_member_that_is_gone),
        story(a_member_that_is_locked),
        story(one_that_is_locked_meanwhile),
        flash_story(a_point_of_two_moments),
        flash_story(its_own_point_of_two_moments),
        story(two_that_want_the_same_room),
        story(a_member_that_is_off),
        story(a_server_without_a_volume),
        story(user_data_that_is_not_shown),
    };
    return moves_main(tests, argc, argv);
}
