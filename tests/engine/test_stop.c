/*
 * An operation is stopped at the moment at which the answer of a site was unclear,
 * or while the last thing is read before the group changes sites: nothing more is
 * asked for, and what is taken back goes by what the sites say then.
 */
#include "tests/engine/support/moves.h"

#define SOON "engine: { settle_seconds = 2; trouble_seconds = 20; };\n"
#define NO_CHECKS ",\"health_checks\":[]"

static void cancel(struct stage *s, const char *id)
{
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    assert_int_equal(stage_call(s, "operation_cancel", args), PC_OK);
    free(args);
}

static bool tries_again(const struct snapshot *now, const void *id)
{
    const struct op_view *v = snapshot_operation(now, id);
    for (size_t i = 0; v && i < v->event_count; i++)
        if (strstr(v->events[i].text, "stopping") && strstr(v->events[i].text, "trying again"))
            return true;
    return false;
}

static char *server_named(struct stage *s, const char *name)
{
    json_t *all = lab_all(&s->lab, "site-a", "server");
    const json_t *v;
    char *id = NULL;
    size_t i;
    json_array_foreach(all, i, v)
        if (!id && strcmp(json_text(v, "name"), name) == 0)
            id = xstrdup(json_text(v, "id"));
    json_decref(all);
    assert_non_null(id);
    return id;
}

/* The answer to the stop of web-1 is lost, and then a person says to stop. */
static char *unclear(struct stage *s, const char *how)
{
    char *server = server_named(s, "web-1");
    char *fault = xasprintf("{\"site\":\"site-a\",\"service\":\"compute\",\"verb\":\"POST\","
                            "\"path\":\"/servers/%s/action\",\"do\":\"%s\"}", server, how);
    stage_open(s, SOON);
    lab_fault(&s->lab, fault);
    char *id = xstrdup(begins(s, "failover", ASK(NO_CHECKS)));
    stage_watch(s, tries_again, id);
    cancel(s, id);
    free(fault);
    free(server);
    return id;
}

static void all_is_as_before(struct stage *s, const char *id)
{
    watch_alone(s, id, "site-a", "site-b");
    came_to(s, "failed", "failed");
    assert_string_equal(json_text(s->op, "error_message"), "stopped by the operator");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

/* The stop was not heard: it is not asked for again after the person's word. */
static void a_stop_that_was_not_heard(void **state)
{
    struct stage *s = *state;
    char *id = unclear(s, "reset");
    int asked = lab_struck(&s->lab);
    all_is_as_before(s, id);
    assert_int_equal(lab_struck(&s->lab), asked);
    free(id);
}

/* It was heard, and nobody here knows: the server is seen off, and started. */
static void a_stop_that_was_heard(void **state)
{
    struct stage *s = *state;
    char *id = unclear(s, "reset-after-apply");
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    all_is_as_before(s, id);
    free(id);
}

static bool is_turning(const struct snapshot *now, const void *id)
{
    const struct op_view *v = snapshot_operation(now, id);
    for (size_t i = 0; v && i < v->op->plan->count; i++)
        if (v->op->plan->steps[i].kind == STEP_UPDATE_GROUP &&
            v->op->steps[i].status == STEP_RUNNING)
            return true;
    return false;
}

/* Until the record has turned a stop takes all of it back, as it says. */
static void while_the_record_is_about_to_turn(void **state)
{
    struct stage *s = *state;
    stage_open(s, SOON);
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"network\",\"verb\":\"GET\","
                       "\"path\":\"/security-groups\",\"do\":\"delay=1500\"}");
    char *id = xstrdup(begins(s, "failover", ASK(NO_CHECKS)));
    stage_watch(s, is_turning, id);
    cancel(s, id);
    all_is_as_before(s, id);
    free(id);
}

/* ---- a stop that was none ------------------------------------------------------------ */

/* Nova says SHUTOFF, and the guest is there: no copy is made beside it, and all is taken back. */
static void a_guest_that_goes_on_is_not_copied(void **state)
{
    struct stage *s = *state;
    stage_open(s, "engine: { settle_seconds = 3; };");
    lab_fault(&s->lab, "{\"site\":\"site-a\",\"verb\":\"POST\",\"path\":\"/servers/*/action\","
                       "\"body\":\"os-stop\",\"nth\":1,\"do\":\"ghost\"}");
    watch_alone(s, begins(s, "failover", ASK(",\"health_checks\":[\"tcp:22\"]")),
                "site-b", "site-a");
    came_to(s, "failed", "failed");
    assert_int_equal(lab_struck(&s->lab), 1);
    assert_non_null(strstr(json_text(s->op, "error_message"), "tcp:22 is answered at 127."));
    assert_non_null(strstr(json_text(s->op, "error_message"), "its guest goes on"));
    assert_non_null(strstr(json_text(s->op, "remedy"), "hypervisor"));
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    assert_int_equal(json_array_size(json_list(json_map(s->op, "result_data"), "instances")), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(a_stop_that_was_not_heard),
        story(a_stop_that_was_heard),
        story(while_the_record_is_about_to_turn),
        story(a_guest_that_goes_on_is_not_copied),
    };
    return moves_main(tests, argc, argv);
}
