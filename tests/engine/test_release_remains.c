/*
 * Clones on the array that a move made and Cinder never had: a release destroys them, never
 * eradicates, and only what is still as it was made.
 */
#include "tests/engine/support/flash.h"
#include "tests/lab/lab_client.h"

#define WATCHED FLASHARRAY "engine: { settle_seconds = 1; trouble_seconds = 3; site_poll_seconds = 2; };\n"
#define DRY "{\"group\":\"" GROUP "\",\"dry_run\":true}"
/* The first of these calls asks only whether one may. */
#define NOT_MANAGED ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\",\"nth\":2,\"count\":1,"

/* A forced failover in which Cinder did not take over one volume; the first site comes back and is
 * said to serve. The failover's id; the caller frees. */
static char *is_resolved(struct stage *s, const char *fault)
{
    stage_open(s, WATCHED);
    lab_fault(&s->lab, fault);
    lab_outage(&s->lab, "site-a", true);
    stage_rest(s, begins(s, "failover", ASK(",\"force\":true,\"reason\":\"site-a is dark\",\"health_checks\":[]")));
    came_to(s, "completed", "partial");
    char *id = xstrdup(json_text(s->op, "id"));
    decides_for_the_first(s);
    return id;
}

static bool says(const json_t *list, const char *text)
{
    const json_t *v;
    size_t i;
    json_array_foreach(list, i, v)
        if (strstr(json_string_value(v), text))
            return true;
    return false;
}

/* The name of a clone that Cinder never had, as the failover's ledger has it; the caller frees. */
static char *never_had(struct stage *s, const char *failover)
{
    const json_t *entry;
    char *name = NULL;
    size_t i;
    stage_show(s, failover);
    json_array_foreach(json_list(s->op, "ledger"), i, entry)
        if (strcmp(json_text(entry, "type"), "clone") == 0 &&
            strcmp(json_text(entry, "status"), "made") == 0) {
            json_t *all = lab_all(&s->lab, "site-b", "array-volume");
            if (!name && json_find(all, "name", json_text(entry, "name")))
                name = xstrdup(json_text(entry, "name"));
            json_decref(all);
        }
    assert_non_null(name);
    return name;
}

/* What the screens go by. */
static bool is_told_left(const struct snapshot *now, const void *arg)
{
    for (size_t i = 0; i < now->groups->count; i++)
        if (strcmp(now->groups->items[i]->group->name, GROUP) == 0)
            return now->groups->items[i]->left == *(const bool *)arg;
    return false;
}

static void all_goes(struct stage *s, const char *failover)
{
    static const bool yes = true, no = false;
    stage_watch(s, is_told_left, &yes);
    passes(s, "release", ASK(""), "site-a", "site-b");
    target_is_empty(s);
    stage_watch(s, is_told_left, &no);
    assert_int_equal(flash_clones(s, "site-b", failover, "live"), 0);
    assert_true(flash_clones(s, "site-b", failover, "destroyed") > 0);
    all_are(s, "site-a", "ACTIVE", 1);
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing that stood for");
    flash_judge(s);
}

static void a_clone_that_cinder_refused(void **state)
{
    struct stage *s = *state;
    char *failover = is_resolved(s, NOT_MANAGED "\"do\":\"policy-403\"}"), *name = never_had(s, failover);
    assert_int_equal(stage_call(s, "release", DRY), PC_OK);
    assert_true(says(json_list(s->reply, "consequences"), name));
    all_goes(s, failover);
    free(name);
    free(failover);
}

/* Cinder has a record of it, in error, and leaves the array alone when that is deleted. */
static void a_clone_that_cinder_could_not_take_over(void **state)
{
    struct stage *s = *state;
    char *failover = is_resolved(s, NOT_MANAGED "\"do\":\"fail\"}");
    all_goes(s, failover);
    free(failover);
}

static void patch(struct stage *s, const char *name, const char *body)
{
    struct lab_child lab = stage_client(s, "demo");
    char *path = xasprintf("/volumes?names=%s", name);
    struct answer a = array_call_to(&lab, B, "PATCH", path, body);
    if (a.status != 200)
        fail_msg("%d %s", a.status, a.text);
    answer_release(&a);
    free(path);
}

/* Somebody has renamed it, to keep it: it is theirs. Given its name again it is all that is left. */
static void what_was_renamed_is_left_alone(void **state)
{
    static const bool yes = true;
    struct stage *s = *state;
    char *failover = is_resolved(s, NOT_MANAGED "\"do\":\"policy-403\"}"), *name = never_had(s, failover);
    patch(s, name, "{\"name\":\"kept-by-hand\"}");
    passes(s, "release", ASK(""), "site-a", "site-b");
    assert_true(says(json_list(s->op, "warnings"), "kept-by-hand"));
    assert_int_equal(flash_clones(s, "site-b", failover, "live"), 1);
    target_is_empty(s);
    stage_watch(s, is_told_left, &yes);
    char *body = xasprintf("{\"name\":\"%s\"}", name);
    patch(s, "kept-by-hand", body);
    all_goes(s, failover);
    free(body);
    free(name);
    free(failover);
}

/* Another has destroyed it meanwhile, and could want it back: it is not touched. */
static void what_was_destroyed_is_gone(void **state)
{
    struct stage *s = *state;
    char *failover = is_resolved(s, NOT_MANAGED "\"do\":\"policy-403\"}"), *name = never_had(s, failover);
    patch(s, name, "{\"destroyed\":true}");
    all_goes(s, failover);
    free(name);
    free(failover);
}

/* The array's answers are lost: it is asked, and looked at, again. */
static void an_answer_that_is_lost(void **state)
{
    struct stage *s = *state;
    char *failover = is_resolved(s, NOT_MANAGED "\"do\":\"policy-403\"}");
    lab_fault(&s->lab, ON_B "\"array\",\"verb\":\"PATCH\",\"path\":\"/volumes\",\"nth\":1,\"count\":1,"
                       "\"do\":\"reset-after-apply\"}");
    passes(s, "release", ASK(""), "site-a", "site-b");
    assert_int_equal(lab_struck(&s->lab), 1);
    assert_int_equal(flash_clones(s, "site-b", failover, "live"), 0);
    flash_judge(s);
    free(failover);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        flash_story(a_clone_that_cinder_refused),
        flash_story(a_clone_that_cinder_could_not_take_over),
        flash_story(what_was_renamed_is_left_alone),
        flash_story(what_was_destroyed_is_gone),
        flash_story(an_answer_that_is_lost),
    };
    return moves_main(tests, argc, argv);
}
