/* screens: see screens.h. */
#include "tests/tui/support/screens.h"

#include "tests/tui/support/spoil.h"

#include <string.h>

const struct screen_case SCREENS[] = {
    {"home", "", WORLD_RUNNING},
    {"home-down", "", WORLD_DOWN},
    {"home-empty", "", WORLD_EMPTY},
    {"operation-running", "a", WORLD_RUNNING},
    {"operation-failed", "a", WORLD_FAILED},
    {"operation-console", "a", WORLD_SILENT},
    {"operation-checks", "a Tab End", WORLD_SILENT},
    {"operation-stopped", "a", WORLD_STOPPED},
    {"operation-finished", "a", WORLD_PASSED},
    {"operation-kept", "a", WORLD_KEPT},
    {"drill", "t", WORLD_CALM},
    {"drill-problem", "t", WORLD_DOWN},
    {"wizard-what", "F", WORLD_CALM},
    {"wizard-networks", "t 2", WORLD_CALM},
    {"wizard-members", "F Down Down Enter Down Space", WORLD_CALM},
    {"wizard-addresses", "F 2 a Down Enter 1 0", WORLD_CALM},
    {"wizard-picking", "t 2 Enter d b", WORLD_CALM},
    {"wizard-flavors", "t 3", WORLD_CALM},
    {"wizard-images", "t 3 Down Down", WORLD_DOWN},
    {"wizard-checks", "t 4", WORLD_CALM},
    {"wizard-check", "t 4 a", WORLD_CALM},
    {"wizard-options", "t 5", WORLD_CALM},
    {"wizard-options-move", "F 5 Down Down Down o u t", WORLD_CALM},
    {"wizard-plan", "F 6", WORLD_CALM},
    {"wizard-go", "t 7", WORLD_CALM},
    {"wizard-about", "t 2 v Down", WORLD_DOWN},
    {"wizard-unplanned", "F Down Enter S", WORLD_CALM},
    {"wizard-defaults", "t 2 Down Enter Down Enter D", WORLD_CALM},
    {"wizard-mapping", "w", WORLD_CALM},
    {"home-moved", "", WORLD_MOVED},
    {"home-asking", "", WORLD_ASKING},
    {"group-members", "Enter", WORLD_PARTIAL},
    {"group-filter", "Enter / w e b", WORLD_PARTIAL},
    {"group-closed", "Down Enter Down Right Down", WORLD_CALM},
    {"group-points", "Enter 2", WORLD_CALM},
    {"group-readiness", "Enter 3 Home Down", WORLD_CALM},
    {"group-mapping", "Enter 4", WORLD_DOWN},
    {"group-history", "Enter 5", WORLD_CALM},
    {"group-ledger", "Enter 6", WORLD_KEPT},
    {"group-split", "Down Down Down Enter", WORLD_MOVED},
    {"site", "S-Tab Enter", WORLD_CALM},
    {"site-down", "S-Tab Down Enter", WORLD_DOWN},
    {"site-quotas", "S-Tab Enter Tab Tab", WORLD_CALM},
    {"site-array", "S-Tab Enter Tab Tab Tab", WORLD_CALM},
    {"site-groups", "S-Tab Enter S-Tab", WORLD_CALM},
    {"failover", "F S", WORLD_CALM},
    {"failover-blocked", "F 7", WORLD_DOWN},
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
    {"operation-filter", "a / w e b - 1 Enter", WORLD_RUNNING},
    {"history-filter", "h / h r - s Enter", WORLD_CALM},
    {"history-marked", "h Space Space o o o", WORLD_CALM},
    {"palette", ": d r i", WORLD_CALM},
    {"palette-groups", ": f a i l o v e r Space p", WORLD_MOVED},
    {"drills", "Space Space Space t", WORLD_CALM},
    {"events", "u", WORLD_RUNNING},
    {"events-found", "u s 1 1 0 Enter", WORLD_RUNNING},
    {"audit", "l Down", WORLD_RUNNING},
    {"settings", ",", WORLD_CALM},
    {"keys", ", Down Down Down Down Down Enter", WORLD_CALM},
    {"bookmarks", "'", WORLD_CALM},
    {"bookmark-name", "/ w e b Enter b w e b", WORLD_CALM},
    {"undo", "z", WORLD_CALM},
    {"help-search", "? / s e a r c h", WORLD_CALM},
    {"messages", "t Esc m", WORLD_EMPTY},
    {"compare", "h Down Space Space c", WORLD_CALM},
    {"durations", "d", WORLD_CALM},
    {"durations-ages", "d Tab", WORLD_CALM},
    {"confirm-quit", "q", WORLD_RUNNING},
    {"confirm-cleanup", "C", WORLD_KEPT},
    {"confirm-stop", "a K", WORLD_RUNNING},
    {"confirm-stop-failover", "a K", WORLD_ASKING},
    {"confirm-sync", "S", WORLD_CALM},
    {"confirm-sync-unreached", "S Tab Enter", WORLD_DOWN},
    {"decide-commit", "M", WORLD_MOVED},
    {"decide-rollback", "R", WORLD_MOVED},
    {"decide-rollback-names", "R PgDn PgDn PgDn", WORLD_MOVED},
    {"decide-confirm-failback", "Down Down Down Down Down Y", WORLD_MOVED},
    {"decide-cancel-failback", "Down Down Down Down Down N", WORLD_MOVED},
    {"decide-resolve", "Down Down Down W", WORLD_MOVED},
    {"decide-resolve-forced", "Down Down Down W Tab Tab Space f i r e", WORLD_MOVED},
    {"decide-release", "Down Down Down Down X", WORLD_MOVED},
    {"decide-retry", "a T", WORLD_PARTIAL},
    {"wizard-failback", "B", WORLD_MOVED},
    {"wizard-draft", "t 2 Down Enter Down Enter Esc t", WORLD_CALM},
};
const size_t SCREEN_COUNT = sizeof SCREENS / sizeof SCREENS[0];

/* One answer, spoilt when that is wanted. */
static json_t *answer(json_t *o, size_t first, bool keep)
{
    return first == SCREENS_CLEAN ? o : spoil_json(o, first, keep);
}

void screens_answer(struct door *door, const struct screen_case *way, size_t first, bool keep)
{
    static const char *const runs[] = WORLD_RUN_IDS;
    bool troubled = way->world == WORLD_DOWN, of_group = strncmp(way->name, "group-", 6) == 0;
    struct {
        const char *verb;
        json_t *data;
    } answers[] = {
        {"test_propose", world_proposal_json(troubled)},
        {"test_failover", world_drill_plan_json()},
        {"failover", world_plan_json(troubled)},
        {"failback", world_plan_json(false)},
        {"commit", world_commit_plan_json()},
        {"rollback", world_undo_plan_json()},
        {"confirm_failback", world_undo_plan_json()},
        {"cancel_failback", world_undo_plan_json()},
        {"resolve", world_undo_plan_json()},
        {"release", world_undo_plan_json()},
        {"operation_retry", world_retry_plan_json()},
        {"readiness", world_readiness_json()},
        {"recovery_point_list", world_points_json()},
        {"operation_list", of_group ? world_operations_json() : world_history_json()},
        {"group_show", world_group_json()},
        {"site_show", world_site_json()},
        {"operation_events", world_events_json()},
        {"group_versions", world_versions_json()},
        {"event_list", world_all_events_json(1, 120)},
        {"audit_list", world_audit_json()},
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        fake_door_answer(door, answers[i].verb, answer(answers[i].data, first, keep));
    for (int run = 0; run < 2; run++)
        fake_door_answer_about(door, "operation_show", "operation_id", runs[run],
                               answer(world_run_json(run), first, keep));
}

void screens_come_to(struct stage *s, const struct screen_case *way, struct stage_look look)
{
    stage_open(s, way->world, look);
    screens_answer(s->door, way, SCREENS_CLEAN, true);
    stage_keys(s, way->keys);
}

void screens_come_to_spoilt(struct stage *s, const struct screen_case *way,
                            struct stage_look look, size_t first, bool keep)
{
    struct snapshot *snap = world_snapshot(way->world);
    spoil_snapshot(snap, first);
    stage_open(s, way->world, look);
    fake_door_show(s->door, snap);
    ui_dispatch(s->ui);
    stage_paint(s);
    screens_answer(s->door, way, first, keep);
    stage_keys(s, way->keys);
}
