/* The webhook's step in an operation: delivered once, and never a failure. */
#include "backend/store/store.h"
#include "tests/engine/support/stage.h"
#include "tests/support/web.h"

#include <unistd.h>

/* A failover whose last step is owed, written as an engine that died in it would
 * have left it: `attempts` tries were begun. */
static char *owe_retried(struct stage *s, const char *id, int attempts, int retries)
{
    struct plan *p = plan_new();
    json_t *port = json_object();
    json_put_text(port, "source_id", "net-a");
    json_put_text(port, "network_id", "net-b");
    json_put_text(port, "network_name", "web");
    plan_add(p, STEP_CREATE_SERVER, "create_server:web-1", "web-1", NULL);
    plan_add(p, STEP_CREATE_PORT, "create_port:web-1/0", "web-1 nic0", port);
    plan_depend(p, plan_add(p, STEP_NOTIFY, "notify:group", "prod-web-app", NULL), 0);
    struct operation *op = operation_new(OP_FAILOVER, p);
    struct pc_error err;
    struct store *store = NULL;
    struct group **groups = NULL;
    size_t count = 0;
    static const char *const made[][4] = {{"server", "web-1", "vm-a", "vm-b"},
                                          {"port", "web-1-nic0", "net-a", "port-b"}};
    stage_close(s);
    assert_int_equal(store_open(s->state_dir, STORE_READ_WRITE, &store, &err), PC_OK);
    assert_int_equal(store_groups(store, &groups, &count, &err), PC_OK);
    snprintf(op->id, sizeof(op->id), "%s", id);
    snprintf(op->group_id, sizeof(op->group_id), "%s", groups[0]->id);
    snprintf(op->group, sizeof(op->group), "%s", groups[0]->name);
    snprintf(op->source_site, sizeof(op->source_site), "site-a");
    snprintf(op->target_site, sizeof(op->target_site), "site-b");
    op->status = OP_RUNNING;
    if (retries) {
        op->request = op->request ? op->request : json_object();
        json_put_int(op->request, "retries", retries);
    }
    op->created_ms = op->started_ms = 1000;
    op->ledger = xcalloc(2, sizeof(*op->ledger));
    op->ledger_count = op->ledger_room = 2;
    for (int i = 0; i < 2; i++) {
        struct ledger_entry *e = &op->ledger[i];
        op->steps[i].status = STEP_DONE;
        *e = (struct ledger_entry){.step = i, .state = LEDGER_MADE, .site = "site-b"};
        snprintf(e->type, sizeof(e->type), "%s", made[i][0]);
        snprintf(e->name, sizeof(e->name), "%s", made[i][1]);
        snprintf(e->source_id, sizeof(e->source_id), "%s", made[i][2]);
        snprintf(e->resource_id, sizeof(e->resource_id), "%s", made[i][3]);
    }
    op->steps[2].status = attempts ? STEP_RUNNING : STEP_WAITING;
    op->steps[2].attempts = attempts;
    assert_int_equal(store_op_insert(store, op, &err), PC_OK);
    for (size_t i = 0; i < count; i++)
        group_unref(groups[i]);
    free(groups);
    operation_free(op);
    store_close(store);
    return xstrdup(id);
}

static char *owe(struct stage *s, const char *id, int attempts)
{
    return owe_retried(s, id, attempts, 0);
}

static char *options(struct web *w, const char *more)
{
    return xasprintf("webhook: { url = \"%s/hook/T0-secret\"; timeout_seconds = 1; attempts = 2; %s };\n",
                     web_base(w), more);
}

static const json_t *warning(const struct stage *s)
{
    return json_array_get(json_list(s->op, "warnings"), 0);
}

static void it_is_told_once(void **state)
{
    struct stage *s = *state;
    struct web *w = web_new();
    char value[200], *opts = options(w, "");
    web_rule(w, "POST", "/hook/", 0, (struct web_answer){.status = 202});
    char *id = owe(s, "op-00000000-0000-4000-8000-00000000000a", 0);
    stage_open(s, opts);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "completed");
    assert_int_equal(web_count(w, "POST", "/"), 1);
    const struct web_request *r = web_nth(w, "POST", "/", 1);
    assert_string_equal(web_header(r, "X-Protector-Delivery", value, sizeof(value)), id);
    json_t *body = json_loads(r->body, 0, NULL);
    assert_string_equal(json_text(body, "PolicyName"), "prod-web-app");
    assert_int_equal(json_array_size(json_list(body, "ResourceMapping")), 3);
    assert_non_null(strstr(json_text(json_array_get(json_list(body, "ResourceMapping"), 0),
                                     "TargetResourceId"), "openstack://site-b/"));
    json_decref(body);
    /* The next start knows that it was told. */
    stage_open(s, opts);
    stage_show(s, id);
    assert_int_equal(web_count(w, "POST", "/"), 1);
    web_free(w);
    free(opts);
    free(id);
}

/* What a retry brought over is news to who has had the first. */
static void a_retry_is_told_under_an_id_of_its_own(void **state)
{
    struct stage *s = *state;
    struct web *w = web_new();
    char value[200], *opts = options(w, "");
    web_rule(w, "POST", "/hook/", 0, (struct web_answer){.status = 202});
    char *id = owe_retried(s, "op-00000000-0000-4000-8000-00000000000e", 0, 2);
    stage_open(s, opts);
    stage_rest(s, id);
    assert_int_equal(web_count(w, "POST", "/"), 1);
    assert_string_equal(web_header(web_nth(w, "POST", "/", 1), "X-Protector-Delivery", value,
                                   sizeof(value)),
                        "op-00000000-0000-4000-8000-00000000000e.2");
    web_free(w);
    free(opts);
    free(id);
}

/* It died while it told: nobody knows whether it was heard. */
static void after_a_kill_it_is_told_again_under_the_same_id(void **state)
{
    struct stage *s = *state;
    struct web *w = web_new();
    char value[200], *opts = options(w, "");
    web_rule(w, "POST", "/hook/", 0, (struct web_answer){.status = 200});
    char *id = owe(s, "op-00000000-0000-4000-8000-00000000000b", 1);
    stage_open(s, opts);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "completed");
    assert_int_equal(web_count(w, "POST", "/"), 1);
    assert_string_equal(web_header(web_nth(w, "POST", "/", 1), "X-Protector-Delivery", value,
                                   sizeof(value)), id);
    web_free(w);
    free(opts);
    free(id);
}

static void what_cannot_be_told_is_a_warning(void **state)
{
    struct stage *s = *state;
    struct web *w = web_new();
    char *opts = options(w, "");
    web_rule(w, "POST", "/hook/", 0, (struct web_answer){.status = 503});
    char *id = owe(s, "op-00000000-0000-4000-8000-00000000000c", 0);
    stage_open(s, opts);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "completed");
    assert_string_equal(json_text(s->op, "error_message"), "");
    assert_non_null(strstr(json_string_value(warning(s)), "503"));
    assert_int_equal(web_count(w, "POST", "/"), 2);
    web_free(w);
    free(opts);
    free(id);
}

/* Nothing is sent unsigned that was to be signed; and neither the history nor
 * the log ever has the secret or the path. */
static void a_secret_that_is_missing_is_a_warning(void **state)
{
    struct stage *s = *state;
    struct web *w = web_new();
    char *opts = options(w, "secret_file = \"/nowhere/secret\";");
    char *id = owe(s, "op-00000000-0000-4000-8000-00000000000d", 0);
    stage_open(s, opts);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "completed");
    assert_non_null(strstr(json_string_value(warning(s)), "/nowhere/secret"));
    assert_int_equal(web_count(w, "POST", "/"), 0);
    char *all = json_compact(s->op);
    assert_null(strstr(all, "T0-secret"));
    /* Who asks before a failover is told then. */
    assert_int_equal(stage_call(s, "doctor", NULL), PC_OK);
    char *found = json_compact(s->reply);
    assert_non_null(strstr(found, "\"check\":\"webhook\",\"status\":\"problem\""));
    assert_non_null(strstr(found, "/nowhere/secret"));
    assert_null(strstr(found, "T0-secret"));
    free(found);
    web_free(w);
    free(all);
    free(opts);
    free(id);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(it_is_told_once),
        stage_test(a_retry_is_told_under_an_id_of_its_own),
        stage_test(after_a_kill_it_is_told_again_under_the_same_id),
        stage_test(what_cannot_be_told_is_a_warning),
        stage_test(a_secret_that_is_missing_is_a_warning),
    };
    return stage_main(tests, argc, argv);
}
