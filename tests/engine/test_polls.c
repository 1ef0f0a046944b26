/* What is read again and again: how far replication lags, of every group. */
#include "tests/engine/support/stage.h"

#define POLLED "storage: { mode = \"flasharray\"; };\nengine: { site_poll_seconds = 2; };\n"

static const struct group_view *named(const struct snapshot *now, const char *name)
{
    for (size_t i = 0; i < now->groups->count; i++)
        if (strcmp(now->groups->items[i]->group->name, name) == 0)
            return now->groups->items[i];
    return NULL;
}

static bool lags(const struct group_view *g, int64_t since_ms)
{
    return g && g->lag_count > 0 && g->point_read_ms > since_ms && !g->replication_error[0];
}

struct rounds {
    int64_t read_ms; /* the last one seen */
    int count;       /* from the first one that told of both; then none tells of one alone */
};

/* Both are known by one answer, four times on end: they were read at the same moment. */
static bool both_by_one_answer(const struct snapshot *now, const void *arg)
{
    struct rounds *r = (struct rounds *)(uintptr_t)arg;
    const struct group_view *a = named(now, "prod-web-app"), *b = named(now, "half");
    if (!lags(a, 0) || !lags(b, 0))
        return false;
    if (a->point_read_ms != b->point_read_ms) {
        if (r->count)
            fail_msg("read at %lld and %lld", (long long)a->point_read_ms,
                     (long long)b->point_read_ms);
        return false;
    }
    assert_int_equal(a->point_ms, b->point_ms);
    r->count += a->point_read_ms != r->read_ms;
    r->read_ms = a->point_read_ms;
    return r->count == 4;
}

/* A group of the array that is not there, beside one that is. */
static bool one_is_not_told(const struct snapshot *now, const void *arg)
{
    const int64_t *since_ms = arg;
    const struct group_view *a = named(now, "prod-web-app"), *none = named(now, "nothing");
    return lags(a, *since_ms) && none && none->point_read_ms > *since_ms && !none->lag_count;
}

static void split_in_two(struct stage *s)
{
    assert_int_equal(stage_call(s, "member_remove", "{\"group\":\"prod-web-app\","
                                                    "\"servers\":[\"web-1\"]}"), PC_OK);
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"half\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    assert_int_equal(stage_call(s, "member_add", "{\"group\":\"half\",\"servers\":[\"web-1\"]}"),
                     PC_OK);
}

static void groups_in_one_group_of_the_array_are_one_question(void **state)
{
    struct stage *s = *state;
    struct rounds r = {0};
    s->options.monitor = true;
    stage_open(s, POLLED);
    split_in_two(s);
    stage_watch(s, both_by_one_answer, &r);
}

static void what_is_not_told_of_one_hides_no_other(void **state)
{
    struct stage *s = *state;
    int64_t since_ms = 0;
    s->options.monitor = true;
    stage_open(s, POLLED);
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"nothing\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    stage_watch(s, one_is_not_told, &since_ms);
}

enum { VOLUME = 2 }; /* of SITE_SERVICE_NAMES */
struct known {
    int64_t read_ms, point_read_ms; /* of site-b's volumes, and of the group */
};

static bool all_is_read(const struct snapshot *now, const void *arg)
{
    struct known *k = (struct known *)(uintptr_t)arg;
    const struct group_view *g = named(now, "prod-web-app");
    const struct site_view *b = snapshot_site(now, "site-b");
    if (!lags(g, 0) || !b || strcmp(b->status, "active") != 0)
        return false;
    *k = (struct known){b->services[VOLUME].read_ms, g->point_read_ms};
    return k->read_ms > 0;
}

/* It was asked again, twice at least, and nothing of it is newer than it was. */
static bool it_is_as_old_as_it_was(const struct snapshot *now, const void *arg)
{
    const struct known *k = arg;
    const struct group_view *g = named(now, "prod-web-app");
    const struct service_view *v = &snapshot_site(now, "site-b")->services[VOLUME];
    if (v->health != HEALTH_FAILED || v->tried_ms < k->read_ms + 4000 || !g->replication_error[0])
        return false;
    assert_true(v->read_ms < k->read_ms + 4000);
    assert_true(g->point_read_ms < k->point_read_ms + 4000);
    assert_true(g->lag_count > 0 && g->point_ms);
    return true;
}

static void what_does_not_answer_is_as_old_as_it_was(void **state)
{
    struct stage *s = *state;
    struct known k;
    s->options.monitor = true;
    stage_open(s, POLLED);
    stage_watch(s, all_is_read, &k);
    lab_outage(&s->lab, "site-b", true);
    stage_watch(s, it_is_as_old_as_it_was, &k);
}

struct whole {
    int64_t newest_ms;
    int rounds; /* on end that were told whole */
};

/* Every service was asked in the same round, three rounds on end. */
static bool whole_rounds(const struct snapshot *now, const void *arg)
{
    struct whole *w = (struct whole *)(uintptr_t)arg;
    int64_t oldest = INT64_MAX, newest = 0;
    for (size_t i = 0; i < now->sites->count; i++)
        for (int v = 0; v < SITE_SERVICES - !now->sites->items[i].has_array; v++) {
            int64_t tried = now->sites->items[i].services[v].tried_ms;
            oldest = tried < oldest ? tried : oldest;
            newest = tried > newest ? tried : newest;
        }
    if (!oldest || newest == w->newest_ms)
        return false;
    w->newest_ms = newest;
    w->rounds = newest - oldest < 1000 ? w->rounds + 1 : 0;
    return w->rounds == 3;
}

/* What answers within a second comes with the others, and all of it is one frame. */
static void a_slow_answer_makes_no_second_snapshot(void **state)
{
    struct stage *s = *state;
    struct whole w = {0};
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"volume\",\"verb\":\"GET\","
                       "\"path\":\"/volumes\",\"do\":\"delay=400\"}");
    s->options.monitor = true;
    stage_open(s, "engine: { site_poll_seconds = 2; };\n");
    stage_watch(s, whole_rounds, &w);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(groups_in_one_group_of_the_array_are_one_question),
        stage_test(what_is_not_told_of_one_hides_no_other),
        stage_test(what_does_not_answer_is_as_old_as_it_was),
        stage_test(a_slow_answer_makes_no_second_snapshot),
    };
    return stage_main(tests, argc, argv);
}
