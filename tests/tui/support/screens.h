/*
 * screens: the way to every screen of the console, in each condition worth looking at.
 *
 * What is tested on all screens (golden, hostile names, sizes) walks this one
 * list: a new screen is added here, and to nothing else.
 */
#ifndef PC_TESTS_TUI_SCREENS_H
#define PC_TESTS_TUI_SCREENS_H

#include "tests/tui/support/stage.h"

#include <stdint.h>

struct screen_case {
    const char *name, *keys; /* as stage_keys() takes them */
    enum world_stage world;
};
extern const struct screen_case SCREENS[];
extern const size_t SCREEN_COUNT;

/* Opens the stage on the world of the screen, with an answer to every question
 * that a screen asks, and presses the keys; stage_close() ends it. */
void screens_come_to(struct stage *s, const struct screen_case *way, struct stage_look look);

/* The same with every text spoilt, see spoil.h: of the world and of the answers. */
void screens_come_to_spoilt(struct stage *s, const struct screen_case *way,
                            struct stage_look look, size_t first, bool keep);

/* The answers alone, for a door of one's own; SCREENS_CLEAN: nothing is spoilt. */
#define SCREENS_CLEAN SIZE_MAX
void screens_answer(struct door *door, const struct screen_case *way, size_t first, bool keep);

#endif
