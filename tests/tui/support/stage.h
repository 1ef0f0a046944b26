/*
 * stage: the console without a terminal: a fixed world, a double of the door,
 * an off-screen terminal, keys by name, and the time in the test's hand.
 */
#ifndef PC_TESTS_TUI_STAGE_H
#define PC_TESTS_TUI_STAGE_H

#include "tests/tui/support/fake_door.h"
#include "tests/tui/support/world.h"
#include "tui/ui.h"
#include "widgets/offscreen.h"

struct stage {
    struct door *door;
    struct ui *ui;
    struct offscreen *screen;
    struct theme *theme;
    struct size size;
    struct buf text; /* the last frame */
};

struct stage_look {
    int rows, cols;
    enum term_depth depth;
    bool utf8;
};
#define STAGE_80x24 ((struct stage_look){24, 80, TERM_256, true})

#define STAGE_120x40 ((struct stage_look){40, 120, TERM_256, true})

void stage_open(struct stage *s, enum world_stage world, struct stage_look look);
void stage_close(struct stage *s);
void stage_resize(struct stage *s, int rows, int cols);

/* Keys by their names, blanks between: "t Tab Enter". Each is followed by the
 * replies that are ready and by a frame. */
void stage_keys(struct stage *s, const char *names);
/* One of them, a pasted one too. */
void stage_press(struct stage *s, ui_key key);
void stage_type(struct stage *s, const char *text);
/* A click on the first place where the text stands, or the wheel over it: -1 up, 1 down. */
void stage_click(struct stage *s, const char *text);
void stage_wheel(struct stage *s, const char *text, int wheel);
/* Lets that much time pass, and does what is due. */
void stage_pass(struct stage *s, int64_t ms);
/* A newer snapshot. */
void stage_show(struct stage *s, enum world_stage world);
/* Another frame; the text of it, lent until the next. */
const char *stage_paint(struct stage *s);
/* The same, by roles and without colours: see offscreen_begin_roles(). */
const char *stage_paint_roles(struct stage *s);

/* cmocka failures that show the frame. */
void stage_expect(struct stage *s, const char *text);
void stage_refuse(struct stage *s, const char *text);
/* Opens the calm world in 120 columns with what a wizard asks answered (problem: a
 * network has no counterpart), and goes there by keys. */
void stage_open_wizard(struct stage *s, const char *keys, bool problem);
/* All that a wizard asks, and its operation afterwards. */
void stage_answer_wizard(struct stage *s, bool problem);
/* The arguments of the last request of a verb, when it was one in earnest and no
 * dry run; NULL: there was none. Lent. */
const json_t *stage_begun(const struct stage *s, const char *verb);
/* The name of the screen on top. */
const char *stage_top(const struct stage *s);

#endif
