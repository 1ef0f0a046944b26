/* Every screen at some sizes, back and forth, in ASCII and with hostile names: nothing breaks. */
#include "tests/tui/support/screens.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/base/json.h"

/* A list, a dialog or a text may rest elsewhere after having been small; these rest. */
static bool rests(const struct screen_case *way)
{
    static const char *const NAMES[] = {"home", "home-down", "history", "drill-problem", "confirm-quit"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        if (strcmp(way->name, NAMES[i]) == 0)
            return true;
    return false;
}

static void every_screen_says_how_to_go_on(void **state)
{
    static const struct size sizes[] = {{15, 60}, {24, 80}, {40, 120}, {60, 200}};
    (void)state;
    for (size_t i = 0; i < SCREEN_COUNT; i++)
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            struct stage s;
            screens_come_to(&s, &SCREENS[i], (struct stage_look){sizes[k].h, sizes[k].w, TERM_256, true});
            if (!strstr(buf_text(&s.text), "Esc") && !strstr(buf_text(&s.text), "q quit"))
                fail_msg("%s at %dx%d:\n%s", SCREENS[i].name, sizes[k].w, sizes[k].h,
                         buf_text(&s.text));
            stage_close(&s);
        }
}

static void resizing_back_gives_the_same_picture(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCREEN_COUNT; i++) {
        struct stage s;
        screens_come_to(&s, &SCREENS[i], STAGE_80x24);
        char *before = xstrdup(stage_paint(&s));
        for (int n = 0; n < 40; n++)
            stage_resize(&s, 1 + (n * 37) % 60, 1 + (n * 53) % 200);
        stage_resize(&s, 24, 80);
        if (!rests(&SCREENS[i]))
            assert_memory_equal(before, buf_text(&s.text), 80);
        else
            assert_string_equal(before, buf_text(&s.text));
        free(before);
        stage_close(&s);
    }
}

static void ascii_terminals_get_ascii(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCREEN_COUNT; i++) {
        struct stage s;
        screens_come_to(&s, &SCREENS[i], (struct stage_look){24, 80, TERM_MONO, false});
        for (const char *p = buf_text(&s.text); *p; p++)
            if ((unsigned char)*p >= 0x80)
                fail_msg("%s is not ASCII:\n%s", SCREENS[i].name, buf_text(&s.text));
        stage_close(&s);
    }
}

/* What would command a terminal or mislead a reader must not be in a cell. */
static void refuse_bad_cells(struct stage *s)
{
    static const char *const bad[] = {"\033",         "\a",           "\r",           "\t",
                                      "\xe2\x80\xae", "\xe2\x80\x8b", "\xef\xbb\xbf", "\xc2\x9b"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (strstr(buf_text(&s->text), bad[i]))
            fail_msg("a bad character (%zu) is on the screen:\n%s", i, buf_text(&s->text));
}

static json_t *hostile_proposal(void)
{
    char clean_json[] = "\033[31m\302\233\342\200\256\342\200\213evil";
    json_t *o = world_proposal_json(true);
    json_t *problem = json_array_get(json_list(o, "problems"), 0);
    json_put_text(problem, "text", clean_json);
    json_put_text(problem, "remedy", clean_json);
    json_put_text(json_array_get(json_list(o, "networks"), 0), "to_name", clean_json);
    json_put_text(json_array_get(json_list(o, "flavors"), 0), "note", clean_json);
    json_array_append_new(json_list(o, "warnings"), json_string(clean_json));
    return o;
}

/* Every text of a reply says what no reply should. */
static json_t *hostile_strings(json_t *o)
{
    const char *key;
    json_t *v;
    size_t i;
    json_object_foreach (o, key, v)
        hostile_strings(v);
    json_array_foreach (o, i, v)
        hostile_strings(v);
    if (json_is_string(o))
        json_string_set(o, "\033[31m\302\233\342\200\256\342\200\213evil");
    return o;
}

static void hostile_names_are_defused_on_every_screen(void **state)
{
    static const char *const ways[] = {
        "", "a", "a Tab Tab", "t", "t 1", "t 2 Enter", "t 3 Enter", "t 4", "t 6", "F 7", "h", "C", "a e", "?", "Enter", "Enter Right", "Enter 2", "Enter 3",
        "Enter 4", "Enter 5", "Enter 6", "S-Tab Enter", "S-Tab Enter Tab Tab", "S-Tab Enter S-Tab"};
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct stage s;
        stage_open(&s, WORLD_HOSTILE, (struct stage_look){40, 120, TERM_256, true});
        json_t *history = world_history_json();
        json_put_text(json_array_get(history, 0), "protection_group", "\033[2Jx\302\2331m");
        fake_door_answer(s.door, "operation_list", history);
        fake_door_answer(s.door, "test_propose", hostile_proposal());
        fake_door_answer(s.door, "site_show", hostile_strings(world_site_json()));
        fake_door_answer(s.door, "readiness", hostile_strings(world_readiness_json()));
        fake_door_answer(s.door, "recovery_point_list", hostile_strings(world_points_json()));
        fake_door_refuse(s.door, "operation_events", PC_ERR_SERVER, world_hostile_name(), "\033[m");
        refuse_bad_cells(&s);
        stage_keys(&s, ways[i]);
        refuse_bad_cells(&s);
        stage_resize(&s, 15, 60);
        refuse_bad_cells(&s);
        stage_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_says_how_to_go_on),
        cmocka_unit_test(resizing_back_gives_the_same_picture),
        cmocka_unit_test(ascii_terminals_get_ascii),
        cmocka_unit_test(hostile_names_are_defused_on_every_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
