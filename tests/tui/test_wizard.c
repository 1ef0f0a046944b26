/* The wizard, key by key: what is asked of the engine for a drill, and what is kept. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"
#include "tui/wizard/answers.h"
#include "tui/wizard/draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a drill ---------------------------------------------------------------------- */

static void a_drill_that_is_complete_is_two_keys(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_answer_wizard(&s, false);
    stage_keys(&s, "t");
    stage_expect(&s, "S: to the last page");
    stage_expect(&s, "5 volumes, 4 ports, 3 instances");
    stage_expect(&s, "about 2m10s to 3m05s, as 4 earlier runs");
    assert_null(stage_begun(&s, "test_failover"));
    stage_keys(&s, "S");
    stage_expect(&s, "Start drill");
    stage_keys(&s, "S Enter"); /* the button in focus changes nothing */
    assert_null(stage_begun(&s, "test_failover"));
    stage_keys(&s, "7 Right Left S Enter 7 Tab 7 Enter");
    assert_null(stage_begun(&s, "test_failover"));
    stage_keys(&s, "S y");
    const json_t *args = stage_begun(&s, "test_failover");
    assert_non_null(args);
    /* What was not answered is not sent. */
    assert_int_equal(json_object_size(args), 1);
    assert_string_equal(json_text(args, "group"), "pg-1");
    assert_string_equal(stage_top(&s), "watch");
    stage_close(&s);
}

static void nothing_starts_before_the_answer_is_there(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "t");
    stage_expect(&s, "reading both sites");
    stage_keys(&s, "S 7 Enter y");
    assert_null(stage_begun(&s, "test_failover"));
    stage_keys(&s, "Esc");
    stage_answer_wizard(&s, false);
    ui_dispatch(s.ui); /* the answers come when nobody wants them any more */
    stage_paint(&s);
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void what_has_no_counterpart_is_where_one_lands(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open_wizard(&s, "t", true);
    stage_expect(&s, "no counterpart");
    stage_expect(&s, "1 thing stands in the way");
    stage_keys(&s, "S y");
    assert_null(stage_begun(&s, "test_failover"));
    stage_keys(&s, "Down Enter");
    stage_type(&s, "10.20.3"); /* found by what is known of it, too */
    stage_expect(&s, "1 of 3");
    stage_keys(&s, "Enter");
    stage_expect(&s, "net-secondary-db");
    stage_expect(&s, "chosen");
    fake_door_answer(s.door, "test_propose", world_proposal_json(false));
    stage_keys(&s, "S y"); /* the plan is not to these answers yet */
    assert_null(stage_begun(&s, "test_failover"));
    stage_pass(&s, 400);
    fake_door_asked(s.door, "test_propose", &args);
    assert_string_equal(json_text(json_map(args, "network_mapping"), "n3"), "n5");
    stage_keys(&s, "S y");
    args = stage_begun(&s, "test_failover");
    assert_string_equal(json_text(json_map(args, "network_mapping"), "n3"), "n5");
    stage_close(&s);
}

static void a_suggestion_becomes_an_answer_with_its_reason(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_120x40);
    stage_answer_wizard(&s, false);
    json_t *first = world_proposal_json(true);
    json_put(json_array_get(json_list(first, "networks"), 1), "suggested",
             json_pack("{s:s, s:s, s:s}", "to", "n5", "to_name", "net-secondary-db", "reason",
                       "same subnet"));
    fake_door_answer_once(s.door, "test_propose", first);
    stage_keys(&s, "t");
    stage_pass(&s, 10); /* at once: nothing is waited for */
    assert_int_equal(fake_door_asked(s.door, "test_propose", &args), 2);
    assert_string_equal(json_text(json_map(args, "network_mapping"), "n3"), "n5");
    stage_keys(&s, "2");
    stage_expect(&s, "same subnet");
    stage_expect(&s, "net-secondary-db");
    stage_close(&s);
}

static void going_back_loses_no_answer(void **state)
{
    struct stage s;
    (void)state;
    stage_open_wizard(&s, "t 5 Space Down Space", false); /* keep it; a canary */
    stage_keys(&s, "1 Down Down Enter 2 i 6 5");
    stage_expect(&s, "[ ] Clean up afterwards");
    stage_expect(&s, "[x] A canary first");
    stage_expect(&s, "made for the dr");
    stage_pass(&s, 400);
    stage_keys(&s, "S y");
    const json_t *args = stage_begun(&s, "test_failover");
    assert_true(json_flag(args, "no_cleanup", false));
    assert_true(json_flag(args, "canary", false));
    assert_true(json_flag(args, "auto_network", false));
    assert_string_equal(json_text(args, "recovery_point"), "array-a:prod-web-app.42");
    stage_close(&s);
}

static void checks_are_added_changed_and_tried(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open_wizard(&s, "t 4", false);
    fake_door_answer(s.door, "health_check_try",
                     json_pack("[{s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s}]", "vm", "web-1",
                               "address", "10.0.0.1", "status", "passed", "detail", "open", "vm",
                               "web-2", "address", "10.0.0.2", "status", "failed", "detail",
                               "refused"));
    stage_keys(&s, "n");
    assert_int_equal(fake_door_asked(s.door, "health_check_try", &args), 1);
    assert_string_equal(json_text(args, "check"), "tcp:22");
    stage_expect(&s, "1 of 2 failed");
    stage_expect(&s, "web-2 at 10.0.0.2: failed, refused");
    stage_keys(&s, "d a Tab");
    stage_type(&s, "70000");
    stage_keys(&s, "Enter"); /* no port: it stays, and says why */
    stage_expect(&s, "1 to 65535");
    stage_keys(&s, "Ctrl-U");
    stage_type(&s, "443");
    stage_keys(&s, "Enter End Enter Ctrl-U");
    stage_type(&s, "30");
    stage_keys(&s, "Enter");
    stage_pass(&s, 400);
    stage_keys(&s, "S y");
    args = stage_begun(&s, "test_failover");
    json_t *want = json_pack("[s, s]", "http:/healthz", "tcp:443");
    assert_true(json_equal(json_list(args, "health_checks"), want));
    assert_int_equal(json_int(args, "health_check_timeout", 0), 30);
    json_decref(want);
    stage_close(&s);
}

/* ---- members and their addresses --------------------------------------------------- */

static void a_part_of_the_members_is_moved(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open_wizard(&s, "F", false);
    stage_expect(&s, "all 3 members");
    stage_keys(&s, "Down Down Enter");
    stage_expect(&s, "[x] web-2");
    stage_keys(&s, "Down Space");
    stage_expect(&s, "[ ] web-2");
    stage_keys(&s, "Up Space Down Down Space"); /* one has to be left */
    stage_expect(&s, "[x] db-3");
    stage_expect(&s, "one member at least has to move");
    stage_keys(&s, "Home Space Esc");
    stage_expect(&s, "2 of 3 members");
    stage_pass(&s, 400);
    json_t *want = json_pack("[s, s]", "web-1", "db-3");
    fake_door_asked(s.door, "failover", &args);
    assert_true(json_equal(json_list(args, "members"), want));
    fake_door_asked(s.door, "test_propose", &args);
    assert_true(json_equal(json_list(args, "members"), want));
    json_decref(want);
    stage_expect(&s, "--members web-1 --members db-3");
    stage_keys(&s, "1 Home Down Down Enter a Enter");
    stage_pass(&s, 400);
    stage_expect(&s, "all 3 members");
    fake_door_asked(s.door, "failover", &args);
    assert_null(json_list(args, "members")); /* all is not an answer */
    stage_close(&s);
}

/* What has no address of its own in the drill is not asked for one. */
static void an_isolated_network_takes_no_addresses(void **state)
{
    struct stage s;
    (void)state;
    stage_open_wizard(&s, "t 2 i a Enter", false);
    stage_expect(&s, "from its own net");
    stage_refuse(&s, "gets ");
    stage_close(&s);
}

/* The rail counts what the plan names, and an unknown check is no warning. */
static void numbers_are_the_same_and_unknown_is_said(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_120x40);
    stage_answer_wizard(&s, false);
    json_t *plan = world_drill_plan_json();
    json_put_int(json_map(plan, "counts"), "networks", 1);
    json_put_int(json_map(plan, "counts"), "subnets", 1);
    fake_door_answer(s.door, "test_failover dry_run", plan);
    json_t *proposal = world_proposal_json(false);
    json_object_del(json_array_get(json_list(proposal, "flavors"), 0), "note");
    fake_door_answer(s.door, "test_propose", proposal);
    stage_keys(&s, "t 6");
    stage_expect(&s, "5 volumes, 1 network, 1 subnet, 4 ports,");
    stage_expect(&s, "makes 14");
    stage_keys(&s, "3");
    stage_expect(&s, "3 ✔ Flavors");
    stage_expect(&s, "not known: R-CAP hosts and pools");
    stage_expect(&s, "only administrators may");
    stage_close(&s);
}

static void a_refused_start_says_why_and_stays(void **state)
{
    struct stage s;
    (void)state;
    stage_open_wizard(&s, "t", false);
    fake_door_refuse(s.door, "test_failover", PC_ERR_BUSY, "another operation is running",
                     "Wait for op-1.");
    stage_keys(&s, "S y");
    assert_string_equal(stage_top(&s), "wizard");
    stage_expect(&s, "another operation is running - Wait for op-1.");
    stage_close(&s);
}

static void read_only_may_look_but_not_start(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_answer_wizard(&s, false);
    struct snapshot *ro = world_snapshot(WORLD_CALM);
    ro->read_only = true;
    fake_door_show(s.door, ro);
    ui_dispatch(s.ui);
    stage_keys(&s, "t 2");
    stage_expect(&s, "net-secondary-web");
    stage_keys(&s, "S 7 Enter y");
    assert_null(stage_begun(&s, "test_failover"));
    stage_expect(&s, "read-only");
    stage_close(&s);
}

/* ---- drafts and defaults ------------------------------------------------------------- */

static void make_folder(char dir[32])
{
    snprintf(dir, 32, "/tmp/test_wizard.XXXXXX");
    assert_non_null(mkdtemp(dir));
}

static void drop_folder(const char *dir)
{
    char path[64];
    draft_drop(dir, "pg-1", WIZARD_DRILL);
    snprintf(path, sizeof path, "%s/drafts", dir);
    rmdir(path);
    assert_int_equal(rmdir(dir), 0); /* nothing else was left in it */
}

static void an_unfinished_wizard_is_kept_and_offered_again(void **state)
{
    struct stage s;
    struct draft d;
    char dir[32];
    (void)state;
    make_folder(dir);
    stage_open(&s, WORLD_CALM, STAGE_120x40);
    stage_answer_wizard(&s, false);
    s.ui->state_dir = dir;
    stage_keys(&s, "t Esc");
    assert_false(draft_load(dir, "pg-1", WIZARD_DRILL, &d)); /* nothing was answered */
    stage_keys(&s, "t 5 Space 3 Esc");
    stage_expect(&s, "kept as a draft");
    assert_true(draft_load(dir, "pg-1", WIZARD_DRILL, &d));
    assert_true(json_flag(d.given, "no_cleanup", false));
    assert_int_equal(d.page, 2);
    draft_release(&d);
    assert_false(draft_load(dir, "pg-1", WIZARD_FAILOVER, &d));
    stage_keys(&s, "t");
    stage_expect(&s, "left unfinished just now");
    stage_keys(&s, "Enter"); /* go on with it */
    stage_expect(&s, "--no-cleanup");
    stage_keys(&s, "Esc t y"); /* begin anew */
    stage_refuse(&s, "--no-cleanup");
    assert_false(draft_load(dir, "pg-1", WIZARD_DRILL, &d));
    stage_keys(&s, "5 Space");
    stage_pass(&s, 400); /* a killed console loses no more than this */
    assert_true(draft_load(dir, "pg-1", WIZARD_DRILL, &d));
    draft_release(&d);
    stage_keys(&s, "S y");
    assert_non_null(stage_begun(&s, "test_failover"));
    assert_false(draft_load(dir, "pg-1", WIZARD_DRILL, &d)); /* it was gone through with */
    stage_close(&s);
    drop_folder(dir);
}

/* Given by hand it is for one copy of one operation: a draft has it until that was begun, and
 * the group never. */
static void a_mac_by_hand_is_kept_as_a_draft_and_as_no_default(void **state)
{
    static const char MAC[] = "fa:16:3e:00:00:09";
    struct stage s;
    struct draft d;
    char dir[32];
    const json_t *args;
    (void)state;
    make_folder(dir);
    stage_open(&s, WORLD_CALM, STAGE_120x40);
    stage_answer_wizard(&s, false);
    s.ui->state_dir = dir;
    stage_keys(&s, "t 2 a Down Enter");
    stage_type(&s, MAC);
    stage_keys(&s, "Enter");
    stage_expect(&s, "MAC by hand: fa:16:3e:00:00:09");
    stage_pass(&s, 400);
    stage_close(&s); /* as if the console had been killed */
    assert_true(draft_load(dir, "pg-1", WIZARD_DRILL, &d));
    assert_string_equal(json_text(json_map(d.given, "macs"), "web-2/0"), MAC);
    assert_int_equal(json_object_size(d.given), 1);
    draft_release(&d);
    stage_open(&s, WORLD_CALM, STAGE_120x40);
    stage_answer_wizard(&s, false);
    s.ui->state_dir = dir;
    stage_keys(&s, "t");
    stage_expect(&s, "left unfinished");
    stage_keys(&s, "Enter");
    stage_expect(&s, "--mac web-2/0=fa:16:3e:00:00:09");
    stage_keys(&s, "D");
    stage_expect(&s, "nothing was changed that the group could keep");
    assert_int_equal(fake_door_asked(s.door, "group_update", &args), 0);
    stage_keys(&s, "S y");
    args = stage_begun(&s, "test_failover");
    assert_string_equal(json_text(json_map(args, "macs"), "web-2/0"), MAC);
    assert_false(draft_load(dir, "pg-1", WIZARD_DRILL, &d));
    stage_close(&s);
    drop_folder(dir);
}

static void what_is_no_draft_is_none(void **state)
{
    static const char *const TEXTS[] = {"", "{", "[]", "{\"given\":{}}", "{\"shape\":1,\"given\":3}",
                                        "{\"shape\":2,\"given\":{\"canary\":true}}",
                                        "{\"shape\":1,\"given\":{\"members\":[1]}}",
                                        "{\"shape\":1,\"given\":{\"members\":\"web-1\"}}",
                                        "{\"shape\":1,\"given\":{\"health_checks\":[null]}}",
                                        "{\"shape\":1,\"given\":{\"network_mapping\":{\"a\":[]}}}",
                                        "{\"shape\":1,\"given\":{\"fixed_ips\":{\"a\":1}}}",
                                        "{\"shape\":1,\"given\":{\"macs\":{\"a\":null}}}",
                                        "{\"shape\":1,\"given\":{\"canary\":\"yes\"}}",
                                        "{\"shape\":1,\"given\":{\"health_check_timeout\":\"9\"}}",
                                        "{\"shape\":1,\"given\":{\"never_heard_of\":true}}"};
    struct draft d;
    char dir[32], path[64], aside[80];
    (void)state;
    make_folder(dir);
    struct answers a;
    answers_init(&a, WIZARD_DRILL);
    answers_put_text(&a, "addresses", "keep");
    struct pc_error err;
    assert_int_equal(draft_save(dir, "pg-1", &a, 3, 7, 1000, &err), PC_OK);
    assert_true(draft_load(dir, "pg-1", WIZARD_DRILL, &d));
    assert_int_equal(d.version, 7);
    draft_release(&d);
    snprintf(path, sizeof path, "%s/drafts/pg-1-drill.json", dir);
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(TEXTS[i], f);
        fclose(f);
        assert_false(draft_load(dir, "pg-1", WIZARD_DRILL, &d));
        assert_true(d.aside); /* out of the way, and still there to be looked at */
        assert_false(draft_load(dir, "pg-1", WIZARD_DRILL, &d));
        assert_false(d.aside);
        snprintf(aside, sizeof aside, "%s" DRAFT_ASIDE, path);
        assert_int_equal(unlink(aside), 0);
    }
    assert_false(draft_load(dir, "../pg-1", WIZARD_DRILL, &d)); /* no way out of the folder */
    answers_release(&a);
    drop_folder(dir);
}

static void write_draft(const char *dir, const char *text)
{
    char path[80];
    snprintf(path, sizeof path, "%s/drafts", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/drafts/pg-1-drill.json", dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* A file that somebody changed is no reason to end, now or the next time. */
static void a_draft_of_another_shape_is_put_aside_and_said(void **state)
{
    struct stage s;
    char dir[32], aside[80];
    (void)state;
    make_folder(dir);
    write_draft(dir, "{\"shape\":1,\"given\":{\"members\":[1],\"canary\":true}}");
    stage_open(&s, WORLD_CALM, STAGE_120x40);
    stage_answer_wizard(&s, false);
    s.ui->state_dir = dir;
    stage_keys(&s, "t");
    stage_refuse(&s, "left unfinished");
    stage_expect(&s, "put aside");
    stage_keys(&s, "Esc t");
    stage_refuse(&s, "left unfinished");
    stage_close(&s);
    snprintf(aside, sizeof aside, "%s/drafts/pg-1-drill.json" DRAFT_ASIDE, dir);
    assert_int_equal(unlink(aside), 0);
    drop_folder(dir);
}

/* What a draft chose may be gone when one goes on with it. */
static void a_chosen_point_that_is_gone_marks_its_page(void **state)
{
    struct stage s;
    char dir[32];
    (void)state;
    make_folder(dir);
    write_draft(dir, "{\"shape\":1,\"given\":{\"recovery_point\":\"array-a:prod-web-app.1\"}}");
    stage_open(&s, WORLD_CALM, STAGE_120x40);
    stage_answer_wizard(&s, false);
    s.ui->state_dir = dir;
    stage_keys(&s, "t Enter 1");
    stage_expect(&s, "1 ✘ What");
    stage_expect(&s, "point is gone");
    stage_expect(&s, "and is not there (any more)");
    stage_keys(&s, "S y"); /* and nothing begins */
    assert_null(stage_begun(&s, "test_failover"));
    stage_keys(&s, "Home Enter"); /* the newest */
    stage_pass(&s, 400);
    stage_refuse(&s, "✘ What");
    stage_keys(&s, "Esc");
    stage_close(&s);
    drop_folder(dir);
}

static void answers_become_the_groups_own_only_when_asked(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open_wizard(&s, "t 2 Down Enter Down Enter", false);
    stage_keys(&s, "D");
    stage_expect(&s, "network net-primary-db = net-secondary-db");
    stage_keys(&s, "Enter"); /* no */
    assert_int_equal(fake_door_asked(s.door, "group_update", NULL), 0);
    fake_door_refuse(s.door, "group_update", PC_ERR_CONFLICT,
                     "prod-web-app was changed meanwhile: it is version 6, not 5",
                     "Look at it once more, and save again.");
    stage_keys(&s, "D y");
    assert_int_equal(fake_door_asked(s.door, "group_update", &args), 1);
    assert_non_null(json_object_get(args, "metadata_version"));
    stage_expect(&s, "it is version 6, not 5");
    fake_door_answer(s.door, "group_update", json_pack("{s:i}", "metadata_version", 7));
    stage_keys(&s, "D y");
    assert_int_equal(fake_door_asked(s.door, "group_update", NULL), 2);
    stage_expect(&s, "kept with prod-web-app, version 7");
    assert_string_equal(stage_top(&s), "wizard");
    stage_close(&s);
}

static void the_mapping_alone_is_kept(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open_wizard(&s, "w", false);
    stage_expect(&s, "Networks");
    assert_int_equal(fake_door_asked(s.door, "test_failover", NULL), 0);
    stage_expect(&s, "nothing is changed yet");
    stage_keys(&s, "Down Enter Down Enter");
    stage_pass(&s, 400);
    fake_door_answer(s.door, "group_update", json_pack("{s:i}", "metadata_version", 7));
    stage_keys(&s, "S Enter"); /* no */
    assert_int_equal(fake_door_asked(s.door, "group_update", NULL), 0);
    stage_keys(&s, "S y");
    assert_int_equal(fake_door_asked(s.door, "group_update", &args), 1);
    assert_string_equal(json_text(json_map(args, "network_mapping"), "net-primary-db"),
                        "net-secondary-db");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void a_failback_is_kept_the_way_there(void **state)
{
    struct group *g = NULL;
    struct pc_error err;
    struct answers a;
    (void)state;
    json_seed();
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}}", "id", "pg", "name", "pg",
                          "primary", "a", "secondary", "b", "current_primary", "b",
                          "network_mapping", "p1", "s1", "p2", "s2");
    json_t *proposal = json_pack("{s:[{s:s, s:s}], s:[{s:s, s:s}, {s:s, s:s}, {s:s, s:s}]}",
                                 "networks", "from", "id-1", "from_name", "s1", "target_networks",
                                 "id", "id-9", "name", "p1", "id", "id-7", "name", "twice", "id",
                                 "id-8", "name", "twice");
    assert_int_equal(group_from_json(o, &g, &err), PC_OK);
    answers_init(&a, WIZARD_FAILBACK);
    assert_null(answers_defaults(&a, g, proposal, 3));
    answers_map(&a, "network_mapping", "id-1", "id-9");
    answers_map(&a, "network_mapping", "id-2", "id-8"); /* whose name is no name */
    json_t *args = answers_defaults(&a, g, proposal, 3);
    json_t *want = json_pack("{s:s, s:s, s:s}", "p1", "s1", "p2", "s2", "id-8", "id-2");
    assert_true(json_equal(json_map(args, "network_mapping"), want));
    assert_int_equal(json_int(args, "metadata_version", 0), 3);
    /* An image of the other site is looked for by its id alone, either way. */
    answers_map(&a, "image_mapping", "image-b", "image-a");
    json_t *images = answers_defaults(&a, g, proposal, 3);
    assert_string_equal(json_text(json_map(images, "image_mapping"), "image-a"), "image-b");
    answers_map(&a, "image_mapping", "image-b", NULL);
    json_decref(images);
    answers_map(&a, "network_mapping", "id-1", NULL);
    answers_map(&a, "network_mapping", "id-2", NULL);
    assert_int_equal(answers_count(&a), 0);
    json_decref(want);
    json_decref(args);
    json_decref(proposal);
    answers_release(&a);
    group_unref(g);
    json_decref(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drill_that_is_complete_is_two_keys),
        cmocka_unit_test(nothing_starts_before_the_answer_is_there),
        cmocka_unit_test(what_has_no_counterpart_is_where_one_lands),
        cmocka_unit_test(a_suggestion_becomes_an_answer_with_its_reason),
        cmocka_unit_test(going_back_loses_no_answer),
        cmocka_unit_test(checks_are_added_changed_and_tried),
        cmocka_unit_test(a_part_of_the_members_is_moved),
        cmocka_unit_test(an_isolated_network_takes_no_addresses),
        cmocka_unit_test(numbers_are_the_same_and_unknown_is_said),
        cmocka_unit_test(a_refused_start_says_why_and_stays),
        cmocka_unit_test(read_only_may_look_but_not_start),
        cmocka_unit_test(an_unfinished_wizard_is_kept_and_offered_again),
        cmocka_unit_test(a_mac_by_hand_is_kept_as_a_draft_and_as_no_default),
        cmocka_unit_test(what_is_no_draft_is_none),
        cmocka_unit_test(a_draft_of_another_shape_is_put_aside_and_said),
        cmocka_unit_test(a_chosen_point_that_is_gone_marks_its_page),
        cmocka_unit_test(answers_become_the_groups_own_only_when_asked),
        cmocka_unit_test(the_mapping_alone_is_kept),
        cmocka_unit_test(a_failback_is_kept_the_way_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
