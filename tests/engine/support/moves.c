#include "tests/engine/support/moves.h"

#include "backend/base/clock.h"

int moves_setup(void **state)
{
    return stage_raise(state) || stage_setup(state) ? -1 : 0;
}

int moves_teardown(void **state)
{
    struct stage *s = *state;
    stage_close(s);
    json_decref(s->a);
    json_decref(s->b);
    json_decref(s->reply);
    json_decref(s->op);
    return stage_strike(state);
}

/* ---- the world ------------------------------------------------------------------- */

static const char *const MEMBERS[] = {"web-1", "web-2", "db-1"};
enum { MEMBER_NUMBER = sizeof(MEMBERS) / sizeof(MEMBERS[0]) };

/* How many servers of that name are in that status on the site. */
static int servers(struct stage *s, const char *site, const char *name, const char *status)
{
    json_t *all = lab_all(&s->lab, site, "server");
    const json_t *v;
    size_t i;
    int n = 0;
    json_array_foreach(all, i, v)
        n += strcmp(json_text(v, "name"), name) == 0 &&
             (!*status || strcmp(json_text(v, "status"), status) == 0);
    json_decref(all);
    return n;
}

void all_are(struct stage *s, const char *site, const char *status, int number)
{
    for (int i = 0; i < MEMBER_NUMBER; i++) {
        int n = servers(s, site, MEMBERS[i], status);
        if (n != number)
            fail_msg("%d of %s at %s are '%s', not %d", n, MEMBERS[i], site, status, number);
    }
}

int servers_in(struct stage *s, const char *site, const char *status)
{
    int n = 0;
    for (int i = 0; i < MEMBER_NUMBER; i++)
        n += servers(s, site, MEMBERS[i], status);
    return n;
}

/* `later` begins to run when `sooner` does not any more: read in that order, one
 * that runs at both is one that did at the same time. */
void alone(struct stage *s, const char *later, const char *sooner)
{
    if (strcmp(later, sooner) == 0) /* nobody stopped the other site's */
        return;
    for (int i = 0; i < MEMBER_NUMBER; i++)
        if (servers(s, later, MEMBERS[i], "ACTIVE") && servers(s, sooner, MEMBERS[i], "ACTIVE"))
            fail_msg("%s runs at both sites", MEMBERS[i]);
}

static bool rests(struct stage *s, const char *id)
{
    struct snapshot *now = door_snapshot(s->door);
    const struct op_view *v = snapshot_operation(now, id);
    bool over = v && op_status_over(v->op->status) && v->op->completed_ms;
    snapshot_unref(now);
    return over;
}

/* Looks at the world until the operation rests; then it is in s->op. */
void watch_alone(struct stage *s, const char *id, const char *later, const char *sooner)
{
    int64_t until = clock_mono_ms() + STAGE_MS;
    char *own = xstrdup(id);
    while (!rests(s, own) && clock_mono_ms() < until)
        alone(s, later, sooner);
    stage_rest(s, own);
    free(own);
}

/* ---- asking ------------------------------------------------------------------------ */

const char *begins(struct stage *s, const char *verb, const char *args)
{
    if (stage_call(s, verb, args))
        fail_msg("%s is refused: %s (%s)", verb, s->err.text, s->err.remedy);
    return json_text(s->reply, "id");
}

void came_to(struct stage *s, const char *status, const char *verdict)
{
    if (strcmp(json_text(s->op, "status"), status) || strcmp(json_text(s->op, "verdict"), verdict))
        fail_msg("%s is %s, %s: %s", json_text(s->op, "operation_type"), json_text(s->op, "status"),
                 json_text(s->op, "verdict"), json_text(s->op, "error_message"));
}

void group_is(struct stage *s, const char *state, const char *site)
{
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"" GROUP "\"}"), PC_OK);
    assert_string_equal(json_text(s->reply, "state"), state);
    assert_string_equal(json_text(s->reply, "current_primary_site_id"), site);
}

void passes(struct stage *s, const char *verb, const char *args, const char *later,
            const char *sooner)
{
    const char *id = begins(s, verb, args);
    /* What it says of itself is where it then serves, whichever record it works on. */
    assert_string_equal(json_text(s->reply, "target_site"), later);
    watch_alone(s, id, later, sooner);
    came_to(s, "completed", "passed");
    assert_string_equal(json_text(s->op, "target_site"), later);
}

void target_is_empty(struct stage *s)
{
    static const char *const kinds[] = {"server", "volume", "port"};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (stage_made(s, kinds[i]))
            fail_msg("%d %ss are left on site-b", stage_made(s, kinds[i]), kinds[i]);
}

void decides_for_the_first(struct stage *s)
{
    lab_mend(&s->lab);
    lab_outage(&s->lab, "site-a", false);
    stage_becomes(s, GROUP, GROUP_SPLIT_BRAIN);
    watch_alone(s, begins(s, "resolve", ASK(",\"serving\":\"site-a\",\"stop_other\":true")), "site-a",
                "site-a");
    came_to(s, "completed", "passed");
}
