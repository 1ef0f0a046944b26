/* What stood for the members before a failover is let go, by a person's word and by nothing
 * else: never what serves, runs, or belongs to somebody else by now. */
#include "tests/engine/support/moves.h"
#include "tests/lab/lab_client.h"

static void is_committed(struct stage *s)
{
    passes(s, "failover", ASK(""), "site-b", "site-a");
    passes(s, "commit", ASK(""), "site-b", "site-a");
}

static void has_come_back(struct stage *s)
{
    is_committed(s);
    passes(s, "failback", ASK(""), "site-a", "site-b");
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
}

/* Of a kind at site-a, those of the site as it was before that are there still. */
static int of_before(struct stage *s, const char *kind)
{
    json_t *all = lab_all(&s->lab, "site-a", kind);
    const json_t *was, *is;
    size_t i, k;
    int n = 0;
    json_array_foreach(json_list(s->a, kind), i, was)
        json_array_foreach(all, k, is)
            n += strcmp(json_text(was, "id"), json_text(is, "id")) == 0;
    json_decref(all);
    return n;
}

static int are_there(struct stage *s, const char *kind)
{
    json_t *all = lab_all(&s->lab, "site-a", kind);
    int n = (int)json_array_size(all);
    json_decref(all);
    return n;
}

/* The id of web-1's server at site-a in that status, "" none; the caller frees. */
static char *web_1(struct stage *s, const char *status)
{
    json_t *all = lab_all(&s->lab, "site-a", "server");
    const json_t *v;
    char *id = NULL;
    size_t i;
    json_array_foreach(all, i, v)
        if (!id && strcmp(json_text(v, "name"), "web-1") == 0 &&
            strcmp(json_text(v, "status"), status) == 0)
            id = xstrdup(json_text(v, "id"));
    json_decref(all);
    return id ? id : xstrdup("");
}

/* "ADDRESS MAC" of the first port that a server at site-a has, by its order in the list
 * of ports; the caller frees. */
static char *address_of(struct stage *s, const char *server)
{
    json_t *all = lab_all(&s->lab, "site-a", "port");
    const json_t *v;
    char *text = NULL;
    size_t i;
    json_array_foreach(all, i, v)
        if (!text && strcmp(json_text(v, "device"), server) == 0)
            text = xasprintf("%s %s", json_text(json_array_get(json_list(v, "ips"), 0), "ip"),
                             json_text(v, "mac"));
    json_decref(all);
    return text ? text : xstrdup("");
}

/* Which of the resources that are left are theirs: three servers, four ports, five volumes. */
enum { SERVERS = 3, PORTS = 4, VOLUMES = 5 };

static void after_the_way_back(void **state)
{
    struct stage *s = *state;
    has_come_back(s);
    int servers = of_before(s, "server"), ports = of_before(s, "port"), volumes = of_before(s, "volume");
    all_are(s, "site-a", "SHUTOFF", 1);
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"" GROUP "\",\"operation\":\"failover\"}"),
                     PC_OK);
    const json_t *left = stage_check(s->reply, "R-LEFT");
    assert_non_null(strstr(json_text(left, "evidence"), "3 servers of before a failover"));
    passes(s, "release", ASK(",\"reason\":\"they are not needed\""), "site-a", "site-a");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "SHUTOFF", 0);
    all_are(s, "site-a", "ACTIVE", 1);
    assert_int_equal(of_before(s, "server"), servers - SERVERS);
    assert_int_equal(of_before(s, "port"), ports - PORTS);
    assert_int_equal(of_before(s, "volume"), volumes - VOLUMES);
    target_is_empty(s);
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing that stood for");
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"" GROUP "\",\"operation\":\"failover\"}"),
                     PC_OK);
    assert_string_equal(json_text(stage_check(s->reply, "R-LEFT"), "status"), "ok");
    /* It goes out again, and what it leaves then is known anew. */
    is_committed(s);
    passes(s, "release", ASK(""), "site-b", "site-b");
    assert_int_equal(servers_in(s, "site-a", ""), 0);
    all_are(s, "site-b", "ACTIVE", 1);
}

/* Of the check of addresses before a failback. */
static const char *address_check(struct stage *s, const char *key)
{
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"" GROUP "\",\"operation\":\"failback\"}"),
                     PC_OK);
    return json_text(stage_check(s->reply, "R-IP"), key);
}

static bool says(const json_t *plan, const char *list, const char *text)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(plan, list), i, v)
        if (strstr(json_string_value(v), text))
            return true;
    return false;
}

/* Let go while it is away, its addresses and MACs are free, and the way back takes them. */
static void before_the_way_back(void **state)
{
    struct stage *s = *state;
    char *old = web_1(s, "ACTIVE"), *was = address_of(s, old);
    is_committed(s);
    assert_non_null(strstr(address_check(s, "evidence"), "are taken on site-a"));
    assert_non_null(strstr(address_check(s, "remedy"), "protection-group release"));
    assert_int_equal(stage_call(s, "failback", ASK(",\"dry_run\":true")), PC_OK);
    assert_true(says(s->reply, "warnings", "by the port of its server of before the failover"));
    assert_true(says(s->reply, "consequences", "the copies get new ones, unless they are released"));
    passes(s, "release", ASK(""), "site-b", "site-b");
    group_is(s, "committed", "site-b");
    assert_int_equal(servers_in(s, "site-a", ""), 0);
    all_are(s, "site-b", "ACTIVE", 1);
    assert_string_equal(address_check(s, "status"), "ok");
    passes(s, "failback", ASK(""), "site-a", "site-b");
    char *now = web_1(s, "ACTIVE"), *is = address_of(s, now);
    assert_string_not_equal(now, old);
    assert_true(strlen(was) > 10);
    assert_string_equal(is, was);
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing that stood for");
    free(old);
    free(was);
    free(now);
    free(is);
}

/* What would go is told, by name and id, and nothing goes without the group's name. */
static void says_first_what_goes(void **state)
{
    struct stage *s = *state;
    has_come_back(s);
    int servers = are_there(s, "server");
    char *old = web_1(s, "SHUTOFF");
    assert_int_equal(stage_call(s, "release", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    assert_true(says(s->reply, "consequences", old));
    assert_int_equal(json_array_size(json_list(s->reply, "steps")),
                     1 + SERVERS + 1 + SERVERS + PORTS + VOLUMES + 1);
    stage_refused(s, "release", "{\"group\":\"" GROUP "\"}", PC_ERR_FORBIDDEN, "needs its name");
    assert_int_equal(are_there(s, "server"), servers);
    free(old);
}

/* As somebody would with the first site's own client. */
static int by_hand(struct stage *s, const char *verb, const char *path, const char *body)
{
    struct lab_child lab = stage_client(s, "demo");
    return call_status(&lab, A, verb, path, NULL, body);
}

struct counted {
    int servers, ports, volumes;
};

static struct counted count_all(struct stage *s)
{
    return (struct counted){are_there(s, "server"), are_there(s, "port"), are_there(s, "volume")};
}

static void all_stand(struct stage *s, struct counted before)
{
    struct counted now = count_all(s);
    assert_int_equal(now.servers, before.servers);
    assert_int_equal(now.ports, before.ports);
    assert_int_equal(now.volumes, before.volumes);
}

/* In a buffer of its own; "" it is not there. */
static const char *status_at_a(struct stage *s, const char *id)
{
    static char status[40];
    json_t *all = lab_all(&s->lab, "site-a", "server");
    const json_t *v;
    size_t i;
    status[0] = '\0';
    json_array_foreach(all, i, v)
        if (strcmp(json_text(v, "id"), id) == 0)
            snprintf(status, sizeof(status), "%s", json_text(v, "status"));
    json_decref(all);
    return status;
}

/* A server is asked to start, or stop, and does. */
static void power(struct stage *s, const char *server, const char *action, const char *status)
{
    char *path = xasprintf("/compute/v2.1/servers/%s/action", server);
    assert_int_equal(by_hand(s, "POST", path, action), 202);
    while (strcmp(status_at_a(s, server), status) != 0)
        assert_int_equal(stage_call(s, "group_show", "{\"group\":\"" GROUP "\"}"), PC_OK);
    free(path);
}

/* One of them runs: somebody needs it, or nobody knows. Then none of them goes, and that is
 * told before the name is asked. */
static void not_while_one_runs(void **state)
{
    struct stage *s = *state;
    has_come_back(s);
    struct counted before = count_all(s);
    char *old = web_1(s, "SHUTOFF");
    power(s, old, "{\"os-start\":null}", "ACTIVE");
    stage_refused(s, "release", "{\"group\":\"" GROUP "\",\"dry_run\":true}", PC_ERR_STATE,
                  "is ACTIVE on site-a: nothing is released");
    assert_non_null(strstr(s->err.text, old));
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing is released");
    all_stand(s, before);
    power(s, old, "{\"os-stop\":null}", "SHUTOFF");
    passes(s, "release", ASK(""), "site-a", "site-a");
    all_are(s, "site-a", "SHUTOFF", 0);
    free(old);
}

/* It is started once the release has begun, and before anything was deleted. */
static void not_what_is_started_meanwhile(void **state)
{
    struct stage *s = *state;
    has_come_back(s);
    struct counted before = count_all(s);
    char *old = web_1(s, "SHUTOFF"), *serves = web_1(s, "ACTIVE");
    char *fault = xasprintf("{\"site\":\"site-a\",\"service\":\"compute\",\"verb\":\"GET\",\"path\":"
                            "\"/servers/%s\",\"count\":0,\"do\":\"reset\"}", serves);
    lab_fault(&s->lab, fault); /* what serves is looked at first */
    char *id = xstrdup(begins(s, "release", ASK("")));
    power(s, old, "{\"os-start\":null}", "ACTIVE");
    lab_mend(&s->lab);
    stage_rest(s, id);
    came_to(s, "failed", "failed");
    assert_non_null(strstr(json_text(s->op, "error_message"), "is not released"));
    all_stand(s, before);
    group_is(s, "ready", "site-a");
    free(id);
    free(fault);
    free(serves);
    free(old);
}

/* Another group has taken it in: it is somebody's production, if it runs or not. */
static void not_what_is_protected(void **state)
{
    struct stage *s = *state;
    has_come_back(s);
    struct counted before = count_all(s);
    char *old = web_1(s, "SHUTOFF");
    char *add = xasprintf("{\"group\":\"other\",\"servers\":[\"%s\"]}", old);
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"other\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    assert_int_equal(stage_call(s, "member_add", add), PC_OK);
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "is a member of other");
    all_stand(s, before);
    free(add);
    free(old);
}

/* Its site no longer has what serves: those of before are all that there is. */
static void not_when_nothing_serves(void **state)
{
    struct stage *s = *state;
    has_come_back(s);
    char *serves = web_1(s, "ACTIVE"), *path = xasprintf("/compute/v2.1/servers/%s", serves);
    assert_int_equal(by_hand(s, "DELETE", path, NULL), 204);
    while (*status_at_a(s, serves))
        group_is(s, "ready", "site-a");
    struct counted before = count_all(s);
    stage_refused(s, "release", ASK(",\"dry_run\":true"), PC_ERR_STATE, "is not there on site-a");
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing is released");
    all_stand(s, before);
    free(path);
    free(serves);
}

/* Somebody has deleted a server by hand: the rest goes all the same, and a volume that
 * cannot go is there when it is asked for again. */
static void what_is_left_goes_the_second_time(void **state)
{
    struct stage *s = *state;
    has_come_back(s);
    char *old = web_1(s, "SHUTOFF"), *path = xasprintf("/compute/v2.1/servers/%s", old);
    assert_int_equal(by_hand(s, "DELETE", path, NULL), 204);
    while (*status_at_a(s, old)) /* it takes its time */
        group_is(s, "ready", "site-a");
    assert_int_equal(stage_call(s, "release", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    assert_true(says(s->reply, "consequences", "the server is gone already"));
    lab_fault(&s->lab, "{\"site\":\"site-a\",\"service\":\"volume\",\"verb\":\"DELETE\",\"path\":"
                       "\"/volumes/*\",\"nth\":1,\"do\":\"policy-403\"}");
    stage_rest(s, begins(s, "release", ASK("")));
    came_to(s, "failed", "failed");
    all_are(s, "site-a", "SHUTOFF", 0);
    all_are(s, "site-a", "ACTIVE", 1);
    lab_mend(&s->lab);
    int volumes = of_before(s, "volume");
    passes(s, "release", ASK(""), "site-a", "site-a");
    assert_true(of_before(s, "volume") < volumes);
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing that stood for");
    free(path);
    free(old);
}

/* What serves again after a rollback stood for nobody. */
static void never_after_a_rollback(void **state)
{
    struct stage *s = *state;
    passes(s, "failover", ASK(""), "site-b", "site-a");
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "release is not allowed");
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing that stood for");
    all_are(s, "site-a", "ACTIVE", 1);
}

/* ---- after a person's word -------------------------------------------------------------- */

#define WATCHED "engine: { settle_seconds = 1; trouble_seconds = 3; site_poll_seconds = 2; };\n"
#define FORCED ",\"force\":true,\"reason\":\"site-a is dark\",\"health_checks\":[]"
#define DRY "{\"group\":\"" GROUP "\",\"dry_run\":true}"

/* How many of the predecessors in s->reply stand at that site. */
static int standing_at(struct stage *s, const char *site)
{
    const json_t *p;
    size_t i;
    int n = 0;
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"" GROUP "\"}"), PC_OK);
    json_array_foreach(json_list(s->reply, "predecessors"), i, p)
        n += json_flag(p, "stands", false) && strcmp(json_text(p, "site"), site) == 0 &&
             *json_text(p, "instance_id") && *json_text(p, "since");
    return n;
}

/* No ledger says of anything that it was made and is there. */
static void nothing_is_claimed(struct stage *s)
{
    const json_t *op, *entry;
    size_t i, k, seen = 0;
    assert_int_equal(stage_call(s, "operation_list", "{\"ledger\":true}"), PC_OK);
    json_array_foreach(s->reply, i, op)
        json_array_foreach(json_list(op, "ledger"), k, entry) {
            seen += strcmp(json_text(entry, "status"), "gone") == 0;
            if (strcmp(json_text(entry, "status"), "made") == 0 &&
                strcmp(json_text(entry, "type"), "stopped") != 0)
                fail_msg("%s %s of %s is said to be there", json_text(entry, "type"),
                         json_text(entry, "name"), json_text(op, "id"));
        }
    assert_true(seen > 0);
}

/* A forced failover of which one member failed; the first site comes back and runs, and is
 * said to serve. The copies, and what was made for the one that failed, are nobody's. */
static void is_resolved_to_the_first(struct stage *s)
{
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\",\"path\":"
                       "\"/servers\",\"nth\":2,\"count\":1,\"do\":\"policy-403\"}");
    lab_outage(&s->lab, "site-a", true);
    stage_rest(s, begins(s, "failover", ASK(FORCED)));
    came_to(s, "completed", "partial");
    group_is(s, "failed_over_partial", "site-b");
    decides_for_the_first(s);
    group_is(s, "ready", "site-a");
}

static void what_a_resolve_left(void **state)
{
    struct stage *s = *state;
    stage_open(s, WATCHED);
    is_resolved_to_the_first(s);
    struct counted serving = count_all(s);
    int copies = servers_in(s, "site-b", "SHUTOFF");
    assert_in_range(copies, 1, SERVERS - 1);
    assert_int_equal(standing_at(s, "site-b"), copies);
    assert_int_equal(standing_at(s, "site-a"), 0);
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"" GROUP "\",\"operation\":\"failover\"}"),
                     PC_OK);
    assert_non_null(strstr(json_text(stage_check(s->reply, "R-LEFT"), "evidence"), "at site-b, stopped"));
    assert_int_equal(stage_call(s, "release", DRY), PC_OK);
    assert_true(says(s->reply, "consequences", "(no server) at site-b"));
    assert_int_equal(json_int(json_map(s->reply, "counts"), "servers", 0), 0); /* it makes none */
    passes(s, "release", ASK(""), "site-a", "site-b");
    target_is_empty(s);
    nothing_is_claimed(s);
    group_is(s, "ready", "site-a");
    assert_int_equal(standing_at(s, "site-b"), 0);
    all_stand(s, serving);
    all_are(s, "site-a", "ACTIVE", 1);
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing that stood for");
    /* It goes out again as if it never had. */
    is_committed(s);
}

static void what_a_resolve_left_on_arrays(void **state)
{
    struct stage *s = *state;
    stage_open(s, "storage: { mode = \"flasharray\"; };\n" WATCHED);
    is_resolved_to_the_first(s);
    passes(s, "release", ASK(""), "site-a", "site-b");
    target_is_empty(s);
    nothing_is_claimed(s);
    all_are(s, "site-a", "ACTIVE", 1);
}

/* What a copy is started for again is somebody's to say. */
static void not_a_copy_that_was_started_again(void **state)
{
    struct stage *s = *state;
    stage_open(s, WATCHED);
    is_resolved_to_the_first(s);
    json_t *all = lab_all(&s->lab, "site-b", "server");
    char *copy = xstrdup(json_text(json_array_get(all, 0), "id"));
    json_decref(all);
    struct lab_child lab = stage_client(s, "demo");
    char *path = xasprintf("/compute/v2.1/servers/%s/action", copy);
    assert_int_equal(call_status(&lab, B, "POST", path, NULL, "{\"os-start\":null}"), 202);
    while (servers_in(s, "site-b", "ACTIVE") == 0)
        group_is(s, "ready", "site-a");
    stage_refused(s, "release", DRY, PC_ERR_STATE, copy);
    assert_true(stage_made(s, "volume") > 0);
    free(path);
    free(copy);
}

/* Committed in part: what stood for the one that moved goes, who was left behind serves. */
static void of_a_group_at_both_sites(void **state)
{
    struct stage *s = *state;
    stage_rest(s, begins(s, "failover", ASK(",\"members\":[\"web-1\"]")));
    passes(s, "commit", ASK(""), "site-b", "site-a");
    group_is(s, "committed_partial", "site-b");
    assert_int_equal(standing_at(s, "site-a"), 1);
    struct counted before = count_all(s);
    assert_int_equal(stage_call(s, "release", DRY), PC_OK);
    assert_true(says(s->reply, "consequences", "left at site-a serve there, and are not touched"));
    watch_alone(s, begins(s, "release", ASK("")), "site-b", "site-a");
    came_to(s, "completed", "passed");
    group_is(s, "committed_partial", "site-b");
    assert_int_equal(count_all(s).servers, before.servers - 1);
    assert_int_equal(servers_in(s, "site-a", "ACTIVE"), SERVERS - 1);
    assert_int_equal(standing_at(s, "site-a"), 0);
    passes(s, "failback", ASK(""), "site-a", "site-b");
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    all_are(s, "site-a", "ACTIVE", 1);
}

/* The volumes go with their arrays' own. */
static void on_arrays(void **state)
{
    struct stage *s = *state;
    stage_open(s, "storage: { mode = \"flasharray\"; };\n");
    is_committed(s);
    int volumes = of_before(s, "volume");
    passes(s, "release", ASK(""), "site-b", "site-b");
    assert_int_equal(of_before(s, "volume"), volumes - VOLUMES);
    watch_alone(s, begins(s, "sync_volumes", "{\"group\":\"" GROUP "\"}"), "site-b", "site-a");
    passes(s, "failback", ASK(",\"health_checks\":[]"), "site-a", "site-b");
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(after_the_way_back),
        story(before_the_way_back),
        story(says_first_what_goes),
        story(not_while_one_runs),
        story(not_what_is_started_meanwhile),
        story(not_what_is_protected),
        story(not_when_nothing_serves),
        story(what_is_left_goes_the_second_time),
        story(never_after_a_rollback),
        story(what_a_resolve_left),
        story(what_a_resolve_left_on_arrays),
        story(not_a_copy_that_was_started_again),
        story(of_a_group_at_both_sites),
        story(on_arrays),
    };
    return moves_main(tests, argc, argv);
}
