/* stage: see stage.h. */
#include "tests/tui/support/stage.h"

#include "backend/base/text.h"

#include "backend/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

void stage_open(struct stage *s, enum world_stage world, struct stage_look look)
{
    *s = (struct stage){.size = {look.rows, look.cols}};
    json_seed();
    s->screen = offscreen_new(s->size, look.depth, look.utf8);
    assert_non_null(s->screen);
    s->theme = theme_new_default();
    s->door = fake_door_new(world_snapshot(world));
    s->ui = ui_new(s->door, (struct moment){WORLD_FROZEN_MS, 1000000});
    buf_init(&s->text, 1 << 20);
    stage_paint(s);
}

void stage_close(struct stage *s)
{
    ui_free(s->ui);
    fake_door_free(s->door);
    offscreen_free(s->screen);
    theme_free(s->theme);
    buf_release(&s->text);
}

void stage_resize(struct stage *s, int rows, int cols)
{
    s->size = (struct size){rows, cols};
    offscreen_resize(s->screen, s->size);
    stage_paint(s);
}

static const char *paint(struct stage *s, struct canvas cv)
{
    ui_tick(s->ui);
    ui_paint(s->ui, &cv, rect_make(0, 0, s->size.h, s->size.w));
    s->ui->repaint = s->ui->redraw = false;
    buf_clear(&s->text);
    offscreen_text(s->screen, &s->text);
    return buf_text(&s->text);
}

const char *stage_paint(struct stage *s)
{
    return paint(s, offscreen_begin(s->screen, s->theme));
}

const char *stage_paint_roles(struct stage *s)
{
    return paint(s, offscreen_begin_roles(s->screen, s->theme));
}

void stage_press(struct stage *s, ui_key key)
{
    ui_press(s->ui, key);
    ui_dispatch(s->ui);
    if (!s->ui->quit)
        stage_paint(s);
}

void stage_keys(struct stage *s, const char *names)
{
    char name[32];
    int used = 0;
    for (; sscanf(names, " %31s%n", name, &used) == 1; names += used) {
        ui_key key;
        assert_true(ui_key_parse(name, &key));
        stage_press(s, key);
    }
}

void stage_type(struct stage *s, const char *text)
{
    while (*text) {
        uint32_t cp = 0;
        size_t n = utf8_decode(text, strlen(text), &cp);
        assert_true(n > 0);
        stage_press(s, cp);
        text += n;
    }
}

/* Row and column of a text; every character before it is one column wide. */
static void find(struct stage *s, const char *text, int *ret_y, int *ret_x)
{
    const char *all = buf_text(&s->text), *at = strstr(all, text);
    if (!at)
        fail_msg("'%s' is not there to be clicked:\n%s", text, all);
    *ret_y = *ret_x = 0;
    for (const char *p = all; p < at; p++) {
        if (*p == '\n')
            (*ret_y)++, *ret_x = 0;
        else
            *ret_x += ((unsigned char)*p & 0xc0) != 0x80;
    }
}

void stage_wheel(struct stage *s, const char *text, int wheel)
{
    int y, x;
    find(s, text, &y, &x);
    ui_click(s->ui, y, x, wheel);
    ui_dispatch(s->ui);
    stage_paint(s);
}

void stage_click(struct stage *s, const char *text)
{
    stage_wheel(s, text, 0);
}

void stage_pass(struct stage *s, int64_t ms)
{
    s->ui->now.wall_ms += ms;
    s->ui->now.mono_ms += ms;
    ui_tick(s->ui);
    ui_dispatch(s->ui);
    stage_paint(s);
}

void stage_show(struct stage *s, enum world_stage world)
{
    fake_door_show(s->door, world_snapshot(world));
    ui_dispatch(s->ui);
    stage_paint(s);
}

void stage_expect(struct stage *s, const char *text)
{
    if (!strstr(buf_text(&s->text), text))
        fail_msg("'%s' is not on the screen:\n%s", text, buf_text(&s->text));
}

void stage_refuse(struct stage *s, const char *text)
{
    if (strstr(buf_text(&s->text), text))
        fail_msg("'%s' is on the screen:\n%s", text, buf_text(&s->text));
}

const char *stage_top(const struct stage *s)
{
    return ui_top(s->ui)->ops->name;
}

/* ---- wizards ------------------------------------------------------------------------- */

void stage_answer_wizard(struct stage *s, bool problem)
{
    struct door *d = s->door;
    fake_door_answer(d, "test_propose", world_proposal_json(problem));
    fake_door_answer(d, "test_failover dry_run", world_drill_plan_json());
    fake_door_answer(d, "test_failover", world_operation_json(WORLD_RUNNING));
    fake_door_answer(d, "failover dry_run", world_plan_json(false));
    fake_door_answer(d, "failover", world_operation_json(WORLD_RUNNING));
    fake_door_answer(d, "failback dry_run", world_plan_json(false));
    fake_door_answer(d, "recovery_point_list", world_points_json());
    fake_door_answer(d, "operation_show", world_operation_json(WORLD_PASSED));
    fake_door_answer(d, "operation_events", world_events_json());
}

void stage_open_wizard(struct stage *s, const char *keys, bool problem)
{
    stage_open(s, WORLD_CALM, STAGE_120x40);
    stage_answer_wizard(s, problem);
    stage_keys(s, keys);
    assert_string_equal(stage_top(s), "wizard");
}

const json_t *stage_begun(const struct stage *s, const char *verb)
{
    const json_t *args = NULL;
    size_t n = fake_door_asked(s->door, verb, &args);
    return n && args && !json_flag(args, "dry_run", false) ? args : NULL;
}
