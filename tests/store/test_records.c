/*
 * What is put into the history comes out of it, whole and in order.
 */
#include "fixture.h"

static void groups_come_back_by_name(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct group *b = fixture_group("g-2", "beta"), *a = fixture_group("g-1", "alpha"), **list;
    size_t count;
    assert_ok(store_group_save(s, b, &err), &err);
    assert_ok(store_group_save(s, a, &err), &err);
    assert_ok(store_groups(s, &list, &count, &err), &err);
    assert_int_equal(count, 2);
    assert_string_equal(list[0]->name, "alpha");
    assert_string_equal(list[1]->name, "beta");
    json_t *before = group_to_json(b), *after = group_to_json(list[1]);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
    group_unref(list[0]);
    group_unref(list[1]);
    free(list);

    struct group *twin = fixture_group("g-3", "alpha");
    assert_int_equal(store_group_save(s, twin, &err), PC_ERR_EXISTS);
    assert_non_null(strstr(err.text, "alpha"));
    assert_ok(store_group_delete(s, "g-1", &err), &err);
    assert_int_equal(store_group_delete(s, "g-1", &err), PC_ERR_NOT_FOUND);
    assert_ok(store_group_save(s, twin, &err), &err); /* the name is free now */
    group_unref(twin);
    group_unref(a);
    group_unref(b);
    store_close(s);
}

/* A group in so many versions; the last one is what it is. */
static void what_a_group_was_is_kept_and_goes_with_it(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct group *g = fixture_group("g-1", "alpha"), *was = NULL;
    int64_t until = 0;
    assert_ok(store_group_save(s, g, &err), &err);
    assert_int_equal(store_version_before(s, "g-1", 100, &was, &until, &err), PC_ERR_NOT_FOUND);
    for (int v = 1; v <= STORE_VERSIONS_KEPT + 5; v++) {
        g->metadata_version = v;
        assert_ok(store_version_keep(s, g, 1000 + v, &err), &err);
    }
    assert_ok(store_version_before(s, "g-1", 12, &was, &until, &err), &err);
    assert_int_equal(was->metadata_version, 11);
    assert_string_equal(was->name, "alpha");
    assert_int_equal(until, 1011);
    group_unref(was);
    assert_int_equal(store_version_before(s, "g-1", 6, &was, &until, &err), PC_ERR_NOT_FOUND);
    assert_int_equal(store_version_before(s, "g-2", 100, &was, &until, &err), PC_ERR_NOT_FOUND);
    assert_ok(store_group_delete(s, "g-1", &err), &err);
    assert_int_equal(store_version_before(s, "g-1", 100, &was, &until, &err), PC_ERR_NOT_FOUND);
    group_unref(g);
    store_close(s);
}

static void same_operation(const struct operation *a, const struct operation *b)
{
    assert_string_equal(a->id, b->id);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->verdict, b->verdict);
    assert_int_equal(a->progress, b->progress);
    assert_string_equal(a->group_id, b->group_id);
    assert_string_equal(a->group, b->group);
    assert_string_equal(a->source_site, b->source_site);
    assert_string_equal(a->target_site, b->target_site);
    assert_string_equal(a->parent, b->parent);
    assert_string_equal(a->recovery_point, b->recovery_point);
    assert_int_equal(a->recovery_point_ms, b->recovery_point_ms);
    assert_int_equal(a->created_ms, b->created_ms);
    assert_int_equal(a->started_ms, b->started_ms);
    assert_int_equal(a->completed_ms, b->completed_ms);
    assert_int_equal(a->cleanup_due, b->cleanup_due);
    assert_int_equal(a->cancel_asked, b->cancel_asked);
    assert_string_equal(a->error_message, b->error_message);
    assert_string_equal(a->remedy, b->remedy);
    assert_true(a->request == b->request || json_equal(a->request, b->request));
    assert_true(json_equal(a->warnings, b->warnings));
    json_t *p = plan_to_json(a->plan), *q = plan_to_json(b->plan);
    assert_true(json_equal(p, q));
    json_decref(p);
    json_decref(q);
    for (size_t i = 0; i < a->plan->count; i++) {
        const struct step_state *x = &a->steps[i], *y = &b->steps[i];
        assert_int_equal(x->status, y->status);
        assert_int_equal(x->attempts, y->attempts);
        assert_int_equal(x->started_ms, y->started_ms);
        assert_int_equal(x->ended_ms, y->ended_ms);
        assert_string_equal(x->resource_id, y->resource_id);
        assert_string_equal(x->detail, y->detail);
    }
    assert_int_equal(a->ledger_count, b->ledger_count);
    for (size_t i = 0; i < a->ledger_count; i++)
        assert_memory_equal(&a->ledger[i], &b->ledger[i], sizeof(a->ledger[i]));
}

static void fill(struct operation *op)
{
    op->status = OP_VMS;
    op->verdict = VERDICT_FAILED;
    op->progress = 64;
    op->started_ms = op->created_ms + 5;
    op->completed_ms = op->created_ms + 9;
    op->recovery_point_ms = op->created_ms - 60000;
    op->cleanup_due = true;
    snprintf(op->recovery_point, sizeof(op->recovery_point), "pg.17");
    snprintf(op->error_message, sizeof(op->error_message), "No valid host was found: \"x\" 'y'");
    snprintf(op->remedy, sizeof(op->remedy), "Map the flavor.");
    operation_warn(op, "smaller: %d of 4 vCPU", 2);
    op->steps[1] = (struct step_state){
        .status = STEP_FAILED, .attempts = 3, .started_ms = 7, .ended_ms = 11, .detail = "refused"};
    snprintf(op->steps[1].resource_id, sizeof(op->steps[1].resource_id), "vol-9");
}

static struct ledger_entry *enter(struct operation *op, int step, enum ledger_state state)
{
    op->ledger = xgrow(op->ledger, &op->ledger_room, op->ledger_count + 1, sizeof(*op->ledger));
    struct ledger_entry *e = &op->ledger[op->ledger_count++];
    memset(e, 0, sizeof(*e));
    e->step = step;
    e->state = state;
    e->made_ms = 12;
    snprintf(e->site, sizeof(e->site), "site-b");
    snprintf(e->type, sizeof(e->type), "volume");
    snprintf(e->name, sizeof(e->name), "test-web-%d", step);
    return e;
}

static void an_operation_comes_back_whole(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct operation *op = fixture_op("shop", 3), *back = NULL;
    fill(op);
    enter(op, 1, LEDGER_INTENDED);
    enter(op, 3, LEDGER_MADE);
    assert_ok(store_op_insert(s, op, &err), &err);
    assert_ok(store_op_load(s, op->id, &back, &err), &err);
    same_operation(op, back);
    operation_free(back);
    assert_int_equal(store_op_insert(s, op, &err), PC_ERR_EXISTS);

    op->status = OP_CLEANED;
    op->progress = 100;
    op->cleanup_due = false;
    op->steps[2].status = STEP_DONE;
    op->steps[2].attempts = 1;
    op->ledger[0].state = LEDGER_GONE;
    op->ledger[0].gone_ms = 99;
    assert_ok(store_begin(s, &err), &err);
    assert_ok(store_op_save(s, op, &err), &err);
    assert_ok(store_step_save(s, op, 2, &err), &err);
    assert_ok(store_ledger_save(s, op, &op->ledger[0], &err), &err);
    assert_ok(store_ledger_save(s, op, enter(op, 5, LEDGER_SURVIVES), &err), &err);
    assert_ok(store_commit(s, &err), &err);
    store_close(s);

    s = fixture_open(*state);
    assert_ok(store_op_load(s, op->id, &back, &err), &err);
    same_operation(op, back);
    operation_free(back);
    operation_free(op);
    store_close(s);
}

static void what_is_not_there_is_said(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct operation *op = fixture_op("shop", 1), *back = NULL;
    assert_int_equal(store_op_save(s, op, &err), PC_ERR_NOT_FOUND);
    assert_int_equal(store_step_save(s, op, 0, &err), PC_ERR_NOT_FOUND);
    assert_int_equal(store_step_save(s, op, 99, &err), PC_ERR_INVALID);
    enter(op, 1, LEDGER_MADE);
    assert_int_equal(store_ledger_save(s, op, &op->ledger[0], &err), PC_ERR_NOT_FOUND);
    assert_int_equal(store_op_load(s, op->id, &back, &err), PC_ERR_NOT_FOUND);
    assert_null(back);
    operation_free(op);
    store_close(s);
}

static void an_id_may_be_cut_short(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct operation *back = NULL;
    static const char *const ids[] = {"op-abcdef01-1", "op-abcdef02-2", "op-abcdef02-22"};
    for (int i = 0; i < 3; i++) {
        char group[8];
        snprintf(group, sizeof(group), "g%d", i);
        struct operation *op = fixture_op(group, 0);
        snprintf(op->id, sizeof(op->id), "%s", ids[i]);
        assert_ok(store_op_insert(s, op, &err), &err);
        operation_free(op);
    }
    static const struct {
        const char *given;
        enum pc_err rc;
        const char *found;
    } cases[] = {
        {"op-abcdef01", PC_OK, "op-abcdef01-1"},   {"op-abcdef", PC_ERR_AMBIGUOUS, NULL},
        {"op-abcdef02", PC_ERR_AMBIGUOUS, NULL},   {"op-abcdef02-2", PC_OK, "op-abcdef02-2"},
        {"op-abcd", PC_ERR_AMBIGUOUS, NULL},       {"op-abc", PC_ERR_NOT_FOUND, NULL},
        {"op-abcde", PC_ERR_AMBIGUOUS, NULL},      {"op-", PC_ERR_NOT_FOUND, NULL},
        {"", PC_ERR_NOT_FOUND, NULL},              {"abcdef01", PC_ERR_NOT_FOUND, NULL},
        {"op-abcdef_1", PC_ERR_NOT_FOUND, NULL},   {"op-abcdef%", PC_ERR_NOT_FOUND, NULL},
        {"op-abcdef01-1x", PC_ERR_NOT_FOUND, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(store_op_load(s, cases[i].given, &back, &err), cases[i].rc);
        if (cases[i].found) {
            assert_string_equal(back->id, cases[i].found);
            operation_free(back);
        }
    }
    assert_int_equal(store_op_load(s, "op-abc", &back, &err), PC_ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "op-abc is too short"));
    assert_non_null(strstr(err.remedy, "four characters"));
    store_close(s);
}

static void expect_ops(struct store *s, struct op_filter f, size_t n, const char *const ids[])
{
    struct operation **list = NULL;
    struct pc_error err;
    size_t count = 0;
    assert_ok(store_ops(s, &f, &list, &count, &err), &err);
    assert_int_equal(count, n);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(list[i]->id, ids[i]);
        assert_int_equal(list[i]->plan == NULL, f.headers_only);
        operation_free(list[i]);
    }
    free(list);
}

static void lists_are_newest_first_and_filtered(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    /* created_ms falls: the order of history is not a wall clock's. */
    static const struct {
        const char *id, *group;
        enum op_type type;
        enum op_status status;
        bool due;
    } rows[] = {
        {"op-1", "shop", OP_TEST_FAILOVER, OP_CLEANED, true},
        {"op-2", "shop", OP_TEST_CLEANUP, OP_COMPLETED, false},
        {"op-3", "mail", OP_TEST_FAILOVER, OP_FAILED, true},
        {"op-4", "shop", OP_TEST_FAILOVER, OP_VMS, false},
        {"op-5", "wiki", OP_TEST_FAILOVER, OP_SUCCEEDED, false},
    };
    for (int i = 0; i < 5; i++) {
        struct operation *op = fixture_op(rows[i].group, 1);
        snprintf(op->id, sizeof(op->id), "%s", rows[i].id);
        op->type = rows[i].type;
        op->status = rows[i].status;
        op->cleanup_due = rows[i].due;
        op->created_ms -= i * 1000;
        assert_ok(store_op_insert(s, op, &err), &err);
        operation_free(op);
    }
    const char *all[] = {"op-5", "op-4", "op-3", "op-2", "op-1"}, *shop[] = {"op-4", "op-2", "op-1"};
    const char *open[] = {"op-4", "op-3"};
    expect_ops(s, (struct op_filter){.type = -1}, 5, all);
    expect_ops(s, (struct op_filter){.type = -1, .headers_only = true, .limit = 2}, 2, all);
    expect_ops(s, (struct op_filter){.type = -1, .before = "op-4", .limit = 2}, 2, all + 2);
    expect_ops(s, (struct op_filter){.type = -1, .group = "shop"}, 3, shop);
    expect_ops(s, (struct op_filter){.type = -1, .group = "id-shop"}, 3, shop);
    expect_ops(s, (struct op_filter){.type = OP_TEST_CLEANUP}, 1, all + 3);
    expect_ops(s, (struct op_filter){.type = -1, .open_only = true}, 2, open);
    expect_ops(s, (struct op_filter){.type = -1, .open_only = true, .group = "mail"}, 1, open + 1);
    expect_ops(s, (struct op_filter){.type = -1, .group = "none"}, 0, NULL);
    struct operation **list;
    size_t count;
    struct op_filter f = {.type = -1, .before = "op-9"};
    assert_int_equal(store_ops(s, &f, &list, &count, &err), PC_ERR_NOT_FOUND);
    store_close(s);
}

static void a_cancel_is_not_undone(void **state)
{
    struct pc_error err;
    struct store *engine = fixture_open(*state), *other = fixture_open(*state);
    struct operation *op = fixture_op("shop", 1), *back;
    assert_ok(store_op_insert(engine, op, &err), &err);
    int64_t seen = store_changes(engine).history;
    assert_ok(store_op_ask_cancel(other, op->id, &err), &err);
    assert_int_not_equal(store_changes(engine).history, seen);
    /* The engine had not seen it when it saved. */
    op->progress = 5;
    assert_ok(store_op_save(engine, op, &err), &err);
    assert_ok(store_op_load(engine, op->id, &back, &err), &err);
    assert_true(back->cancel_asked);
    operation_free(back);
    op->status = OP_COMPLETED;
    assert_ok(store_op_save(engine, op, &err), &err);
    assert_int_equal(store_op_ask_cancel(other, op->id, &err), PC_ERR_STATE);
    assert_int_equal(store_op_ask_cancel(other, "op-nothing", &err), PC_ERR_NOT_FOUND);
    /* It was about that time: one that begins again begins without it. */
    op->status = OP_RUNNING;
    assert_ok(store_op_save(engine, op, &err), &err);
    assert_ok(store_op_load(engine, op->id, &back, &err), &err);
    assert_false(back->cancel_asked);
    operation_free(back);
    operation_free(op);
    store_close(engine);
    store_close(other);
}

static void one_operation_a_group(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct operation *drill = fixture_op("shop", 1), *second = fixture_op("shop", 1),
                     *cleanup = fixture_op("shop", 0), *other = fixture_op("mail", 1);
    assert_ok(store_op_insert(s, drill, &err), &err);
    assert_int_equal(store_op_insert(s, second, &err), PC_ERR_BUSY);
    assert_non_null(strstr(err.text, drill->id));
    assert_ok(store_op_insert(s, other, &err), &err);
    cleanup->type = OP_TEST_CLEANUP;
    snprintf(cleanup->parent, sizeof(cleanup->parent), "%s", drill->id);
    assert_ok(store_op_insert(s, cleanup, &err), &err);
    drill->status = OP_CLEANED;
    cleanup->status = OP_COMPLETED;
    assert_ok(store_op_save(s, drill, &err), &err);
    assert_int_equal(store_op_insert(s, second, &err), PC_ERR_BUSY);
    assert_ok(store_op_save(s, cleanup, &err), &err);
    assert_ok(store_op_insert(s, second, &err), &err);
    struct op_label label;
    assert_ok(store_op_label(s, second->id, &label, &err), &err);
    assert_string_equal(label.type, op_type_name(second->type));
    assert_string_equal(label.group, second->group);
    assert_ok(store_op_label(s, "op-nowhere", &label, &err), &err);
    assert_string_equal(label.type, "");
    operation_free(drill);
    operation_free(second);
    operation_free(cleanup);
    operation_free(other);
    store_close(s);
}

static void events_are_for_good(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct event *list;
    size_t count;
    for (int i = 1; i <= 5; i++) {
        struct event e = fixture_event(i % 2 ? "op-a" : "op-b", "volume web-1 \xe2\x9c\x93");
        assert_ok(store_event_add(s, &e, &err), &err);
        assert_int_equal(e.seq, i);
    }
    /* One that was taken back leaves no gap. */
    struct event lost = fixture_event("op-a", "taken back");
    assert_ok(store_begin(s, &err), &err);
    assert_ok(store_event_add(s, &lost, &err), &err);
    store_rollback(s);
    struct event e = fixture_event("", "of no operation");
    assert_ok(store_event_add(s, &e, &err), &err);
    assert_int_equal(e.seq, 6);
    snprintf(e.level, sizeof(e.level), "loud");
    assert_int_equal(store_event_add(s, &e, &err), PC_ERR_INVALID);

    assert_ok(store_events(s, NULL, 2, 0, &list, &count, &err), &err);
    assert_int_equal(count, 4);
    assert_int_equal(list[0].seq, 3);
    assert_string_equal(list[0].text, "volume web-1 \xe2\x9c\x93");
    free(list);
    assert_ok(store_event_page(s, 1, 0, 1, &list, &count, &err), &err);
    assert_int_equal(count, 1); /* the next one, not the newest */
    assert_int_equal(list[0].seq, 2);
    free(list);
    assert_ok(store_event_page(s, 0, 3, 1, &list, &count, &err), &err);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].seq, 2);
    free(list);
    assert_ok(store_event_page(s, 0, 0, 2, &list, &count, &err), &err);
    assert_int_equal(count, 2); /* the newest, oldest first */
    assert_true(list[0].seq + 1 == list[1].seq);
    free(list);
    assert_ok(store_events(s, "op-a", 0, 2, &list, &count, &err), &err);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].seq, 3);
    assert_int_equal(list[1].seq, 5);
    free(list);

    static const char *const forbidden[] = {
        "UPDATE events SET text = 'nothing happened' WHERE seq = 1",
        "DELETE FROM events WHERE seq = 6",
        "INSERT OR REPLACE INTO events VALUES (1, 0, '', 'info', 'nothing happened')",
    };
    for (int i = 0; i < 3; i++)
        assert_int_equal(fixture_sql(*state, forbidden[i]) & 0xff, SQLITE_CONSTRAINT);
    assert_ok(store_events(s, NULL, 0, 0, &list, &count, &err), &err);
    assert_int_equal(count, 6);
    free(list);
    store_close(s);
}

/* A drill whose phases took `ms`, and its cleanup half of it. */
static void past_drill(struct store *s, enum op_verdict verdict, int64_t ms)
{
    struct pc_error err;
    struct operation *op = fixture_op("shop", 2);
    op->status = OP_CLEANED;
    op->verdict = verdict;
    for (size_t i = 0; i < op->plan->count; i++) {
        op->steps[i].status = STEP_DONE;
        op->steps[i].started_ms = 1000 + (i > 2);
        op->steps[i].ended_ms = 1000 + ms;
    }
    assert_ok(store_op_insert(s, op, &err), &err);
    struct plan *p = plan_new();
    plan_add(p, STEP_DELETE_SERVER, "delete_server:web-1", "web-1", NULL);
    struct operation *cleanup = operation_new(OP_TEST_CLEANUP, p);
    snprintf(cleanup->parent, sizeof(cleanup->parent), "%s", op->id);
    snprintf(cleanup->group_id, sizeof(cleanup->group_id), "%s", op->group_id);
    cleanup->status = OP_COMPLETED;
    cleanup->steps[0] = (struct step_state){.status = STEP_DONE, .started_ms = 5,
                                            .ended_ms = 5 + ms / 2};
    assert_ok(store_op_insert(s, cleanup, &err), &err);
    operation_free(cleanup);
    operation_free(op);
}

static void the_usual_is_the_median_of_ten(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    int64_t usual[PHASE_COUNT];
    assert_ok(store_usual(s, "id-shop", usual, &err), &err);
    for (int p = 0; p < PHASE_COUNT; p++)
        assert_int_equal(usual[p], 0);
    for (int i = 0; i < 5; i++)
        past_drill(s, VERDICT_PASSED, 900000); /* more than ten ago */
    for (int i = 0; i < 10; i++)
        past_drill(s, VERDICT_PASSED, 10000 + 1000 * (i % 5));
    for (int i = 0; i < 6; i++)
        past_drill(s, VERDICT_FAILED, 5);
    assert_ok(store_usual(s, "id-shop", usual, &err), &err);
    assert_int_equal(usual[PHASE_PREPARE], 12000);
    assert_int_equal(usual[PHASE_STORAGE], 12000);
    assert_int_equal(usual[PHASE_VERIFY], 0);
    assert_int_equal(usual[PHASE_CLEANUP], 6000);
    assert_ok(store_usual(s, "id-other", usual, &err), &err);
    assert_int_equal(usual[PHASE_STORAGE], 0);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(groups_come_back_by_name),
        FIXTURE_TEST(what_a_group_was_is_kept_and_goes_with_it),
        FIXTURE_TEST(an_operation_comes_back_whole),
        FIXTURE_TEST(what_is_not_there_is_said),
        FIXTURE_TEST(an_id_may_be_cut_short),
        FIXTURE_TEST(lists_are_newest_first_and_filtered),
        FIXTURE_TEST(a_cancel_is_not_undone),
        FIXTURE_TEST(one_operation_a_group),
        FIXTURE_TEST(events_are_for_good),
        FIXTURE_TEST(the_usual_is_the_median_of_ten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
