/* screens: see screens.h. */
#include "tests/tui/support/screens.h"

#include <string.h>

const struct screen_case SCREENS[] = {
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
const size_t SCREEN_COUNT = sizeof SCREENS / sizeof SCREENS[0];

static void answer_all(struct door *door, const struct screen_case *way)
{
    static const char *const runs[] = WORLD_RUN_IDS;
    bool troubled = way->world == WORLD_DOWN, of_group = strncmp(way->name, "group-", 6) == 0;
    fake_door_answer(door, "test_propose", world_proposal_json(troubled));
    fake_door_answer(door, "failover", world_plan_json(troubled));
    fake_door_answer(door, "readiness", world_readiness_json());
    fake_door_answer(door, "recovery_point_list", world_points_json());
    fake_door_answer(door, "operation_list",
                     of_group ? world_operations_json() : world_history_json());
    fake_door_answer(door, "group_show", world_group_json());
    fake_door_answer(door, "site_show", world_site_json());
    fake_door_answer(door, "operation_events", world_events_json());
    fake_door_answer(door, "event_list", world_all_events_json(1, 120));
    for (int run = 0; run < 2; run++)
        fake_door_answer_about(door, "operation_show", "operation_id", runs[run],
                               world_run_json(run));
}

void screens_come_to(struct stage *s, const struct screen_case *way, struct stage_look look)
{
    stage_open(s, way->world, look);
    answer_all(s->door, way);
    stage_keys(s, way->keys);
}
