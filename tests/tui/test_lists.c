/* Lists: filtered while one types, ordered, marked, compared, written to files. */
#include "tests/tui/support/stage.h"
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "tui/screens/history_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static void open_history(struct stage *s)
{
    static const char *const runs[] = WORLD_RUN_IDS;
    stage_open(s, WORLD_CALM, STAGE_80x24);
    fake_door_answer(s->door, "operation_list", world_history_json());
    for (int run = 0; run < 2; run++)
        fake_door_answer_about(s->door, "operation_show", "operation_id", runs[run],
                               world_run_json(run));
    stage_keys(s, "h");
    stage_expect(s, "History  5");
}

static void home_is_filtered_while_one_types(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_expect(&s, "hr-suite");
    stage_keys(&s, "/");
    stage_type(&s, "prod");
    stage_expect(&s, "/prod");
    stage_expect(&s, "2 of 4");
    stage_expect(&s, "prod-web-app");
    stage_refuse(&s, "hr-suite");
    stage_keys(&s, "Enter");
    stage_expect(&s, "/prod");
    assert_string_equal(stage_top(&s), "home"); /* that Enter opened nothing */
    stage_keys(&s, "Esc");
    stage_expect(&s, "hr-suite");
    stage_refuse(&s, "/prod");
    assert_false(s.ui->quit);
    stage_close(&s);
}

static void letters_that_are_keys_are_text_in_a_filter(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "/");
    stage_type(&s, "qtFK");
    assert_string_equal(stage_top(&s), "home");
    assert_false(s.ui->quit);
    stage_expect(&s, "no group matches");
    assert_int_equal(fake_door_asked(s.door, "test_propose", NULL), 0);
    stage_close(&s);
}

/* What an action is about is the row that is seen, not the row number of all. */
/* Where there is nothing to narrow, a word typed for a filter would be keys unseen. */
static void a_key_that_does_nothing_says_so_once(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "Enter o");
    stage_expect(&s, "o does nothing here; ? tells what does");
    size_t said = s.ui->toasts.count;
    stage_keys(&s, "o o");
    assert_int_equal(s.ui->toasts.count, said);
    stage_close(&s);
}

static void the_selected_group_is_the_one_that_is_seen(void **state)
{
    struct stage s;
    struct act_subject subject;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "/");
    stage_type(&s, "hr-suite");
    stage_keys(&s, "Enter");
    ui_subject(s.ui, &subject);
    assert_non_null(subject.group);
    assert_string_equal(subject.group->group->name, "hr-suite");
    stage_close(&s);
}

static void a_wrong_expression_says_why(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "/");
    stage_type(&s, "~prod(");
    stage_expect(&s, "~prod(");
    stage_expect(&s, "Unmatched (");
    stage_expect(&s, "prod-web-app");
    stage_close(&s);
}

static size_t line_of(struct stage *s, const char *text)
{
    const char *at = strstr(buf_text(&s->text), text);
    size_t line = 0;
    if (!at)
        fail_msg("'%s' is not on the screen:\n%s", text, buf_text(&s->text));
    for (const char *p = buf_text(&s->text); p < at; p++)
        line += *p == '\n';
    return line;
}

static void groups_are_ordered_by_a_column(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "o"); /* by name */
    assert_true(line_of(&s, "hr-suite") < line_of(&s, "prod-web-app"));
    stage_keys(&s, "i");
    assert_true(line_of(&s, "hr-suite") > line_of(&s, "prod-web-app"));
    stage_close(&s);
}

static void the_steps_of_an_operation_are_filtered(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, (struct stage_look){40, 120, TERM_256, true});
    fake_door_answer(s.door, "operation_events", world_events_json());
    stage_keys(&s, "a /");
    stage_type(&s, "volume");
    stage_expect(&s, "/volume");
    stage_keys(&s, "a e /");
    stage_type(&s, "nothing-like-it");
    stage_expect(&s, "/nothing-like-it");
    stage_keys(&s, "Esc");
    stage_refuse(&s, "/nothing-like-it");
    assert_string_equal(stage_top(&s), "watch");
    stage_close(&s);
}

/* ---- history ------------------------------------------------------------------------ */

static void history_is_filtered_and_ordered(void **state)
{
    struct stage s;
    (void)state;
    open_history(&s);
    stage_keys(&s, "/");
    stage_type(&s, "!passed");
    stage_expect(&s, "2 of 5");
    stage_keys(&s, "Esc");
    stage_keys(&s, "o o o"); /* started, what, group */
    assert_true(line_of(&s, "hr-suite") < line_of(&s, "prod-billing"));
    stage_close(&s);
}

static void a_filter_reads_the_pages_that_are_missing(void **state)
{
    struct stage s;
    json_t *page = json_array(), *history = world_history_json();
    const json_t *row = json_array_get(history, 1);
    const json_t *args = NULL;
    char id[32];
    (void)state;
    for (int i = 0; i < 100; i++) {
        json_t *o = json_deep_copy(row);
        snprintf(id, sizeof id, "op-%04d", i);
        json_put_text(o, "id", id);
        json_array_append_new(page, o);
    }
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_answer(s.door, "operation_list", page);
    fake_door_answer_about(s.door, "operation_list", "before", "op-0099", history);
    stage_keys(&s, "h");
    assert_int_equal(fake_door_asked(s.door, "operation_list", NULL), 1);
    stage_expect(&s, "100 and more");
    stage_keys(&s, "/");
    stage_type(&s, "hr-suite");
    assert_int_equal(fake_door_asked(s.door, "operation_list", &args), 2);
    assert_string_equal(json_text(args, "before"), "op-0099");
    stage_expect(&s, "2 of 105");
    stage_close(&s);
}

/* A mark is made in the list of groups, which has the keys then. */
static void what_is_marked_from_another_panel_is_drilled(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "S-Tab Space Space t");
    assert_string_equal(stage_top(&s), "drills");
    stage_close(&s);
}

static void two_marked_runs_are_compared(void **state)
{
    struct stage s;
    (void)state;
    open_history(&s);
    stage_keys(&s, "c");
    stage_expect(&s, "mark two runs with Space first");
    stage_keys(&s, "Down Space Space");
    stage_expect(&s, "5, 2 marked");
    stage_keys(&s, "c");
    assert_string_equal(stage_top(&s), "compare");
    stage_expect(&s, "creating instances");
    stage_expect(&s, "88% slower");
    stage_expect(&s, "faster");
    stage_expect(&s, "same");
    stage_keys(&s, "/");
    stage_type(&s, "server");
    stage_refuse(&s, "web-1 tcp:22");
    stage_keys(&s, "Esc Esc");
    assert_string_equal(stage_top(&s), "history");
    stage_close(&s);
}

/* Of two kinds what both do is compared, and what has nothing in common is not. */
static void runs_of_two_kinds_are_not_taken_for_alike(void **state)
{
    struct stage s;
    json_t *rows = world_operations_json(), *older = world_run_json(0), *newer = world_run_json(1);
    static const char *const IDS[] = WORLD_RUN_IDS;
    (void)state;
    json_put_text(json_array_get(rows, 0), "operation_type", "commit");
    json_put_text(json_array_get(rows, 1), "operation_type", "failover");
    json_put_text(newer, "operation_type", "failover");
    size_t i;
    json_t *p;
    json_array_foreach (json_list(newer, "phases"), i, p)
        json_put_text(p, "phase", op_phase(OP_FAILOVER, i == 0   ? PHASE_STORAGE
                                                        : i == 1 ? PHASE_INSTANCES
                                                        : i == 2 ? PHASE_VERIFY
                                                                 : PHASE_CLEANUP)->word);
    json_array_foreach (json_list(newer, "steps"), i, p)
        json_put_text(p, "phase", json_text(json_array_get(json_list(newer, "phases"), i), "phase"));
    json_put_text(json_array_get(json_list(newer, "steps"), 1), "key", "create_server:web-9");
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_answer(s.door, "operation_list", rows);
    stage_keys(&s, "h Space Down Space c");
    stage_expect(&s, "have no step alike");
    assert_string_equal(stage_top(&s), "history");
    stage_close(&s);

    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_answer_about(s.door, "operation_show", "operation_id", IDS[0], older);
    fake_door_answer_about(s.door, "operation_show", "operation_id", IDS[1], newer);
    ui_push(s.ui, compare_open(IDS[0], IDS[1]));
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "Of two kinds: what both do");
    stage_expect(&s, "drill prod-web-app");
    stage_expect(&s, "failover prod-web-app");
    stage_expect(&s, "web-1/root");
    stage_refuse(&s, "from start to end");
    stage_refuse(&s, "web-9"); /* the one alone did that */
    stage_refuse(&s, "only in");
    stage_close(&s);
}

static void durations_are_drawn_with_their_summary(void **state)
{
    struct stage s;
    (void)state;
    open_history(&s);
    stage_keys(&s, "d");
    assert_string_equal(stage_top(&s), "trend");
    stage_expect(&s, "Time to recover");
    stage_expect(&s, "1 failed, not drawn");
    stage_expect(&s, "median");
    stage_keys(&s, "Tab");
    stage_expect(&s, "failovers and failbacks");
    stage_expect(&s, "no run of this kind");
    stage_close(&s);
}

/* ---- files ---------------------------------------------------------------------------- */

static char *slurp(const char *path)
{
    char *text = calloc(1, 1 << 16);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_true(fread(text, 1, (1 << 16) - 1, f) > 0);
    fclose(f);
    return text;
}

static void what_is_listed_is_written(void **state)
{
    static const char *const endings[] = {"csv", "json", "txt"};
    char dir[] = "/tmp/pc-lists-XXXXXX", path[300];
    struct stage s;
    struct stat st;
    (void)state;
    assert_non_null(mkdtemp(dir));
    open_history(&s);
    stage_keys(&s, "x");
    stage_expect(&s, "there is no state directory");
    s.ui->state_dir = dir;
    stage_keys(&s, "/ h r - s Enter x");
    stage_expect(&s, "2 written");
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/exports/history-20261120T094107Z.%s", dir, endings[i]);
        char *text = slurp(path);
        assert_non_null(strstr(text, "hr-suite"));
        assert_null(strstr(text, "prod-web-app"));
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        if (i == 1) {
            json_t *list = json_loads(text, 0, NULL);
            assert_int_equal(json_array_size(list), 2);
            json_decref(list);
        }
        free(text);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/exports", dir);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(dir), 0);
    stage_close(&s);
}

static void a_file_never_commands_a_spreadsheet_or_a_terminal(void **state)
{
    char dir[] = "/tmp/pc-lists-XXXXXX", stem[600], path[640];
    json_t *o = json_object();
    const json_t *rows[1] = {o};
    struct pc_error err = {0};
    (void)state;
    assert_non_null(mkdtemp(dir));
    json_put_text(o, "id", "op-1");
    json_put_text(o, "protection_group", "=cmd|\"x\"\x1b]0;owned\x07");
    assert_int_equal(history_export(dir, rows, 1, WORLD_FROZEN_MS, stem, sizeof stem, &err), PC_OK);
    snprintf(path, sizeof path, "%s.csv", stem);
    char *csv = slurp(path);
    assert_non_null(strstr(csv, "\"'=cmd|\"\"x\"\""));
    free(csv);
    unlink(path);
    snprintf(path, sizeof path, "%s.txt", stem);
    char *txt = slurp(path);
    assert_null(strchr(txt, '\x1b'));
    free(txt);
    unlink(path);
    snprintf(path, sizeof path, "%s.json", stem);
    unlink(path);
    snprintf(path, sizeof path, "%s/exports", dir);
    rmdir(path);
    rmdir(dir);
    json_decref(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(home_is_filtered_while_one_types),
        cmocka_unit_test(letters_that_are_keys_are_text_in_a_filter),
        cmocka_unit_test(a_key_that_does_nothing_says_so_once),
        cmocka_unit_test(the_selected_group_is_the_one_that_is_seen),
        cmocka_unit_test(a_wrong_expression_says_why),
        cmocka_unit_test(groups_are_ordered_by_a_column),
        cmocka_unit_test(the_steps_of_an_operation_are_filtered),
        cmocka_unit_test(history_is_filtered_and_ordered),
        cmocka_unit_test(a_filter_reads_the_pages_that_are_missing),
        cmocka_unit_test(what_is_marked_from_another_panel_is_drilled),
        cmocka_unit_test(two_marked_runs_are_compared),
        cmocka_unit_test(runs_of_two_kinds_are_not_taken_for_alike),
        cmocka_unit_test(durations_are_drawn_with_their_summary),
        cmocka_unit_test(what_is_listed_is_written),
        cmocka_unit_test(a_file_never_commands_a_spreadsheet_or_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
