/*
 * demo: the console on a fixed world, in a real terminal.
 *
 *   tui_demo [STAGE]   calm running verifying failed stopped kept passed down moved rolling
 *                      partial asking empty hostile
 */
#include "tests/tui/support/fake_door.h"
#include "tests/tui/support/world.h"
#include "tui/app.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"

#include <stdio.h>

static const char *const STAGES[WORLD_STAGES] = {
    [WORLD_CALM] = "calm",       [WORLD_RUNNING] = "running", [WORLD_VERIFYING] = "verifying",
    [WORLD_FAILED] = "failed",   [WORLD_STOPPED] = "stopped", [WORLD_KEPT] = "kept",
    [WORLD_PASSED] = "passed",   [WORLD_DOWN] = "down",       [WORLD_MOVED] = "moved",
    [WORLD_ROLLING] = "rolling", [WORLD_PARTIAL] = "partial", [WORLD_ASKING] = "asking",
    [WORLD_EMPTY] = "empty",     [WORLD_HOSTILE] = "hostile",
};

int main(int argc, char **argv)
{
    int stage = WORLD_RUNNING;
    for (int i = 0; argc > 1 && i < WORLD_STAGES; i++)
        if (text_equal(argv[1], STAGES[i]))
            stage = i;
    json_seed();
    world_now_ms = clock_wall_ms();
    struct door *door = fake_door_new(world_snapshot((enum world_stage)stage));
    fake_door_answer(door, "test_propose", world_proposal_json(stage == WORLD_DOWN));
    fake_door_answer(door, "operation_list", world_history_json());
    fake_door_answer(door, "operation_show", world_operation_json(WORLD_PASSED));
    static const char *const runs[] = WORLD_RUN_IDS;
    for (int run = 0; run < 2; run++)
        fake_door_answer_about(door, "operation_show", "operation_id", runs[run],
                               world_run_json(run));
    fake_door_answer(door, "event_list", world_all_events_json(1, 120));
    fake_door_answer(door, "operation_events", world_events_json());
    fake_door_answer(door, "test_failover", world_operation_json(WORLD_RUNNING));
    fake_door_answer(door, "operation_cancel", json_object());
    fake_door_answer(door, "failover", world_plan_json(stage == WORLD_DOWN));
    fake_door_answer(door, "readiness", world_readiness_json());
    fake_door_answer(door, "recovery_point_list", world_points_json());
    fake_door_answer(door, "site_list", json_array());
    fake_door_answer(door, "group_show", world_group_json());
    fake_door_answer(door, "site_show", world_site_json());
    struct app_options o = {.term = {0}};
    int code = app_run(door, &o);
    fake_door_free(door);
    return code;
}
