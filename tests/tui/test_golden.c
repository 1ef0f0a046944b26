/*
 * Golden screens: what is on the screen, cell by cell, from a fixed world at a
 * frozen moment. UPDATE_GOLDEN=1 writes them anew; then look at the difference
 * before you commit it.
 */
#include "tests/tui/support/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name, *keys;
    enum world_stage world;
} SCREENS[] = {
    {"home", "", WORLD_RUNNING},
    {"home-down", "", WORLD_DOWN},
    {"home-empty", "", WORLD_EMPTY},
    {"operation-running", "a", WORLD_RUNNING},
    {"operation-failed", "a", WORLD_FAILED},
    {"operation-stopped", "a", WORLD_STOPPED},
    {"operation-finished", "a", WORLD_PASSED},
    {"operation-kept", "a", WORLD_KEPT},
    {"drill", "t", WORLD_CALM},
    {"drill-problem", "t", WORLD_DOWN},
    {"home-moved", "", WORLD_MOVED},
    {"home-asking", "", WORLD_ASKING},
    {"group-members", "Enter", WORLD_PARTIAL},
    {"group-closed", "Down Enter Down Right Down", WORLD_CALM},
    {"group-points", "Enter 2", WORLD_CALM},
    {"group-readiness", "Enter 3 Down", WORLD_CALM},
    {"group-mapping", "Enter 4", WORLD_DOWN},
    {"group-history", "Enter 5", WORLD_CALM},
    {"group-ledger", "Enter 6", WORLD_KEPT},
    {"group-split", "Down Down Down Enter", WORLD_MOVED},
    {"site", "S-Tab Enter", WORLD_CALM},
    {"site-down", "S-Tab Down Enter", WORLD_DOWN},
    {"site-quotas", "S-Tab Enter Tab Tab", WORLD_CALM},
    {"site-array", "S-Tab Enter Tab Tab Tab", WORLD_CALM},
    {"site-groups", "S-Tab Enter S-Tab", WORLD_CALM},
    {"failover", "F", WORLD_CALM},
    {"failover-blocked", "F", WORLD_DOWN},
    {"failover-rolling-back", "a", WORLD_ROLLING},
    {"failover-partial", "a", WORLD_PARTIAL},
    {"failover-asking", "a", WORLD_ASKING},
    {"confirm-answer", "a A", WORLD_ASKING},
    {"readiness", "v", WORLD_CALM},
    {"recovery-points", "p", WORLD_CALM},
    {"history", "h", WORLD_CALM},
    {"help", "?", WORLD_CALM},
    {"home-filter", "/ w e b", WORLD_CALM},
    {"home-filter-wrong", "/ ~ (", WORLD_CALM},
    {"home-marked", "Space Down Space o", WORLD_CALM},
    {"operation-filter", "Enter / w e b - 1 Enter", WORLD_RUNNING},
    {"history-filter", "h / h r - s Enter", WORLD_CALM},
    {"history-marked", "h Space Space o o o", WORLD_CALM},
    {"palette", ": d r i", WORLD_CALM},
    {"palette-groups", ": f a i l o v e r Space p", WORLD_MOVED},
    {"drills", "Space Space Space t", WORLD_CALM},
    {"audit", "u", WORLD_RUNNING},
    {"audit-found", "u s 1 1 0 Enter", WORLD_RUNNING},
    {"settings", ",", WORLD_CALM},
    {"messages", "t Esc m", WORLD_EMPTY},
    {"compare", "h Down Space Space c", WORLD_CALM},
    {"durations", "d", WORLD_CALM},
    {"confirm-quit", "q", WORLD_RUNNING},
    {"confirm-cleanup", "C", WORLD_KEPT},
};

static const struct {
    const char *name;
    struct stage_look look;
    bool looks; /* the roles beside the text */
} LOOKS[] = {
    {"80x24", {24, 80, TERM_256, true}, true},
    {"120x40", {40, 120, TERM_256, true}, false},
    {"60x15", {15, 60, TERM_256, true}, false},
    {"80x24-mono-ascii", {24, 80, TERM_MONO, false}, true},
};

static const char *const RUNS[] = WORLD_RUN_IDS;

static void compare(const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/tui/golden/%s.txt", PC_SOURCE_DIR, name);
    FILE *f = fopen(path, getenv("UPDATE_GOLDEN") ? "w" : "r");
    if (!f)
        fail_msg("%s cannot be opened; UPDATE_GOLDEN=1 makes it", path);
    if (getenv("UPDATE_GOLDEN")) {
        fputs(text, f);
        fclose(f);
        return;
    }
    size_t size = strlen(text) + 4096;
    char *golden = calloc(1, size + 1);
    size_t n = fread(golden, 1, size, f);
    fclose(f);
    bool same = n == strlen(text) && memcmp(golden, text, n) == 0;
    if (!same)
        print_error("%s is\n%s\nbut the screen is\n%s\n", path, golden, text);
    free(golden);
    assert_true(same);
}

static void screens_look_as_they_did(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SCREENS / sizeof SCREENS[0]; i++)
        for (size_t k = 0; k < sizeof LOOKS / sizeof LOOKS[0]; k++) {
            struct stage s;
            char name[128];
            stage_open(&s, SCREENS[i].world, LOOKS[k].look);
            fake_door_answer(s.door, "test_propose",
                             world_proposal_json(SCREENS[i].world == WORLD_DOWN));
            fake_door_answer(s.door, "failover", world_plan_json(SCREENS[i].world == WORLD_DOWN));
            fake_door_answer(s.door, "readiness", world_readiness_json());
            fake_door_answer(s.door, "recovery_point_list", world_points_json());
            bool of_group = strncmp(SCREENS[i].name, "group-", 6) == 0;
            fake_door_answer(s.door, "operation_list",
                             of_group ? world_operations_json() : world_history_json());
            fake_door_answer(s.door, "group_show", world_group_json());
            fake_door_answer(s.door, "site_show", world_site_json());
            fake_door_answer(s.door, "operation_events", world_events_json());
            fake_door_answer(s.door, "event_list", world_all_events_json(1, 120));
            for (int run = 0; run < 2; run++)
                fake_door_answer_about(s.door, "operation_show", "operation_id", RUNS[run],
                                       world_run_json(run));
            stage_keys(&s, SCREENS[i].keys);
            if (LOOKS[k].looks)
                offscreen_looks(s.screen, &s.text);
            snprintf(name, sizeof name, "%s-%s", SCREENS[i].name, LOOKS[k].name);
            compare(name, buf_text(&s.text));
            stage_close(&s);
        }
}

static void the_screen_that_is_too_small(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, (struct stage_look){5, 20, TERM_256, true});
    compare("small-20x5", buf_text(&s.text));
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_look_as_they_did),
        cmocka_unit_test(the_screen_that_is_too_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
