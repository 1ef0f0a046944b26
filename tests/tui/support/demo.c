/*
 * demo: the console on a fixed world, in a real terminal.
 *
 *   tui_demo [STAGE | SCREEN [KIND]]
 *
 * A stage is one of those below; a screen is one of SCREENS, in its world, and
 * come to by its keys. With a kind every text in it is a hostile one, from that
 * kind of spoil.h on.
 */
#include "tests/tui/support/screens.h"
#include "tests/tui/support/spoil.h"
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
    [WORLD_EMPTY] = "empty",     [WORLD_HOSTILE] = "hostile", [WORLD_SILENT] = "silent",
};

/* How the world is, or a screen of SCREENS in the world that it is looked at in. */
static struct screen_case way_of(const char *name)
{
    struct screen_case way = {"", "", WORLD_RUNNING};
    for (int i = 0; i < WORLD_STAGES; i++)
        if (text_equal(name, STAGES[i]))
            way.world = (enum world_stage)i;
    for (size_t i = 0; i < SCREEN_COUNT; i++)
        if (text_equal(name, SCREENS[i].name))
            way = SCREENS[i];
    return way;
}

int main(int argc, char **argv)
{
    struct screen_case way = way_of(argc > 1 ? argv[1] : "");
    long kind = 0;
    bool spoilt = argc > 2 && text_to_long(argv[2], 0, 1000, &kind);
    size_t first = spoilt ? (size_t)kind : SCREENS_CLEAN;
    json_seed();
    world_now_ms = clock_wall_ms();
    struct snapshot *snap = world_snapshot(way.world);
    if (spoilt)
        spoil_snapshot(snap, first);
    struct door *door = fake_door_new(snap);
    screens_answer(door, &way, first, true);
    fake_door_answer(door, "operation_show", world_operation_json(WORLD_PASSED));
    fake_door_answer(door, "test_failover", world_operation_json(WORLD_RUNNING));
    fake_door_answer(door, "operation_cancel", json_object());
    fake_door_answer(door, "site_list", json_array());
    struct app_options o = {.term = {0}};
    int code = app_run(door, &o);
    fake_door_free(door);
    return code;
}
