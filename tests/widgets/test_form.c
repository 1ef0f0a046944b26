/* Typing: the text field, the form around it, and the dialog around both. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/widgets/screen.h"
#include "widgets/dialog.h"

static struct input in;

static int setup(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    input_init(&in, 12);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    input_release(&in);
    return 0;
}

static unsigned type(const ui_key *keys)
{
    unsigned bits = UI_IGNORED;
    for (; *keys; keys++)
        bits = input_key(&in, *keys);
    return bits;
}

/* start, keys, result, cursor (bytes) */
static const struct {
    const char *start;
    ui_key keys[8];
    const char *text;
    size_t cursor;
} EDITS[] = {
    {"", {'a', 'b', 'c'}, "abc", 3},
    {"abc", {UI_KEY_LEFT, 'x'}, "abxc", 3},
    {"abc", {UI_KEY_HOME, UI_KEY_LEFT, 'x'}, "xabc", 1},
    {"abc", {UI_KEY_END, UI_KEY_RIGHT, 'x'}, "abcx", 4},
    {"abc", {UI_KEY_BACKSPACE}, "ab", 2},
    {"abc", {UI_KEY_HOME, UI_KEY_BACKSPACE}, "abc", 0},
    {"abc", {UI_KEY_HOME, UI_KEY_DELETE}, "bc", 0},
    {"abc", {UI_KEY_DELETE}, "abc", 3},
    {"one two ", {UI_KEY_CTRL('W')}, "one ", 4},
    {"one two", {UI_KEY_LEFT, UI_KEY_CTRL('U')}, "o", 0},
    {"日本", {UI_KEY_LEFT, UI_KEY_BACKSPACE}, "本", 0},
    {"e\xcc\x81x", {UI_KEY_LEFT, UI_KEY_LEFT}, "e\xcc\x81x", 0}, /* letter and mark as one */
    {"e\xcc\x81", {UI_KEY_BACKSPACE}, "", 0},
    {"", {0xe9, 0x65e5}, "é日", 5},
    {"", {'a', 0x1b, 0x85, 'b'}, "ab", 2}, /* nothing unclean gets in */
    {"", {'a', 0x202e, 'b'}, "a\xef\xbf\xbd" "b", 5}, /* what cannot be seen leaves a mark */
    {"", {'a' | UI_KEY_PASTED, 0x200b | UI_KEY_PASTED}, "a\xef\xbf\xbd", 4},
    {"", {'a' | UI_KEY_PASTED, '\n' | UI_KEY_PASTED, 'b' | UI_KEY_PASTED}, "ab", 2},
    {"123456789012", {'x'}, "123456789012", 12}, /* full */
    {"12345678901", {0xe9}, "12345678901", 11},  /* two bytes do not fit into one */
};

static void keys_edit_the_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(EDITS) / sizeof(EDITS[0]); i++) {
        input_set(&in, EDITS[i].start);
        type(EDITS[i].keys);
        assert_string_equal(input_text(&in), EDITS[i].text);
        assert_int_equal(in.cursor, EDITS[i].cursor);
        assert_int_equal(in.len, strlen(EDITS[i].text));
    }
}

static void bits_say_what_happened(void **state)
{
    (void)state;
    assert_int_equal(input_key(&in, 'a'), UI_HANDLED | UI_REPAINT | UI_CHANGED);
    assert_int_equal(input_key(&in, UI_KEY_LEFT), UI_HANDLED | UI_REPAINT);
    assert_int_equal(input_key(&in, UI_KEY_LEFT), UI_HANDLED);
    assert_int_equal(input_key(&in, UI_KEY_ENTER), UI_IGNORED);
    assert_int_equal(input_key(&in, UI_KEY_ENTER | UI_KEY_PASTED), UI_HANDLED);
    assert_int_equal(input_key(&in, UI_KEY_TAB), UI_IGNORED);
    assert_int_equal(input_key(&in, UI_KEY_UP), UI_IGNORED);
}

static void setting_cleans_and_cuts(void **state)
{
    (void)state;
    input_set(&in, "a\x1b[0mb\nc日本語日本語");
    assert_true(strlen(input_text(&in)) <= 12);
    assert_null(strchr(input_text(&in), 0x1b));
    assert_null(strchr(input_text(&in), '\n'));
    input_set(&in, "日本語日本"); /* 15 bytes: three characters fit whole */
    assert_string_equal(input_text(&in), "日本語日");
    assert_int_equal(in.len, 12);
}

static void a_long_text_scrolls_so_that_the_cursor_is_seen(void **state)
{
    struct screen s;
    (void)state;
    screen_open(&s, 4, 20, true);
    input_set(&in, "abcdefghijkl");
    input_paint(&in, &s.cv, 0, 2, 5, true, NULL);
    assert_string_equal(screen_row(&s, 0), "  ijkl");
    assert_int_equal(offscreen_cursor(s.off).x, 6);
    input_key(&in, UI_KEY_HOME);
    input_paint(&in, &s.cv, 1, 2, 5, true, NULL);
    assert_string_equal(screen_row(&s, 1), "  abcde");
    assert_int_equal(offscreen_cursor(s.off).x, 2);
    in.masked = true;
    input_paint(&in, &s.cv, 2, 2, 15, false, NULL);
    assert_string_equal(screen_row(&s, 2), "  ************");
    input_clear(&in);
    input_paint(&in, &s.cv, 3, 2, 15, true, "a hint");
    assert_string_equal(screen_row(&s, 3), "   a hint");
    screen_close(&s);
}

/* --- the form --- */

static const char *const ITEMS[] = {"one", "two", "three"};

static struct field fields[5];
static struct form form;

static int setup_form(void **state)
{
    setup(state);
    fields[0] = (struct field){.kind = FIELD_NOTE, .label = "note"};
    fields[1] = (struct field){.kind = FIELD_TEXT, .label = "text", .input = &in, .hint = "hint"};
    fields[2] = (struct field){.kind = FIELD_CHECK, .label = "off", .disabled = true};
    fields[3] = (struct field){
        .kind = FIELD_CHOICE, .label = "choice", .choices = ITEMS, .n_choices = 3, .chosen = 0};
    fields[4] = (struct field){.kind = FIELD_CHECK, .label = "check"};
    form = (struct form){.fields = fields, .n = 5, .focused = true};
    form_reset(&form);
    return 0;
}

static void focus_skips_what_cannot_be_answered(void **state)
{
    (void)state;
    assert_int_equal(form.focus, 1);
    assert_int_equal(form_key(&form, UI_KEY_TAB), UI_HANDLED | UI_REPAINT);
    assert_int_equal(form.focus, 3);
    assert_int_equal(form_key(&form, UI_KEY_ENTER), UI_HANDLED | UI_REPAINT);
    assert_int_equal(form.focus, 4);
    assert_int_equal(form_key(&form, UI_KEY_TAB), UI_IGNORED); /* on to the buttons */
    assert_int_equal(form_key(&form, UI_KEY_DOWN), UI_HANDLED);
    assert_int_equal(form_key(&form, UI_KEY_ENTER), UI_HANDLED | UI_DONE);
    form_key(&form, UI_KEY_UP);
    form_key(&form, UI_KEY_BACKTAB);
    assert_int_equal(form.focus, 1);
    assert_int_equal(form_key(&form, UI_KEY_BACKTAB), UI_IGNORED);
}

static void each_kind_takes_its_keys(void **state)
{
    (void)state;
    assert_int_equal(form_key(&form, 'x'), UI_HANDLED | UI_REPAINT | UI_CHANGED);
    assert_string_equal(input_text(&in), "x");
    form.focus = 3;
    form_key(&form, UI_KEY_LEFT);
    assert_int_equal(fields[3].chosen, 2);
    form_key(&form, UI_KEY_SPACE);
    assert_int_equal(fields[3].chosen, 0);
    assert_int_equal(form_key(&form, 'x'), UI_IGNORED);
    form.focus = 4;
    assert_int_equal(form_key(&form, UI_KEY_SPACE), UI_HANDLED | UI_REPAINT | UI_CHANGED);
    assert_true(fields[4].checked);
    assert_int_equal(form_key(&form, UI_KEY_SPACE | UI_KEY_PASTED), UI_IGNORED);
}

static void a_low_form_scrolls_to_its_focus(void **state)
{
    struct screen s;
    (void)state;
    screen_open(&s, 2, 30, true);
    form.focus = 4;
    form_layout(&form, rect_make(0, 0, 2, 30));
    form_paint(&form, &s.cv, rect_make(0, 0, 2, 30));
    assert_non_null(strstr(screen_text(&s), "[ ] check"));
    assert_int_equal(form_rows(&form, 30), 6);
    screen_close(&s);
}

/* Behind "  label   " there are 20 columns for it. */
static void a_long_hint_goes_on_below(void **state)
{
    struct screen s;
    const struct rect r = {0, 0, 9, 30};
    (void)state;
    screen_open(&s, 9, 30, true);
    fields[1].hint = "letters and digits, and a dash";
    assert_int_equal(form_rows(&form, 30), 7);
    assert_int_equal(form_rows(&form, 60), 6);
    form_paint(&form, &s.cv, r);
    assert_string_equal(screen_row(&s, 2), "          letters and digits,");
    assert_string_equal(screen_row(&s, 3), "          and a dash");
    fields[1].error = "that is no letter and no digit";
    screen_clear(&s);
    form_paint(&form, &s.cv, r);
    assert_string_equal(screen_row(&s, 2), "          ✘ that is no letter");
    assert_string_equal(screen_row(&s, 3), "            and no digit");
    screen_close(&s);
}

/* No key goes to a note: what follows the last question is seen with it, the question first. */
static void what_follows_the_last_question_is_seen_with_it(void **state)
{
    struct screen s;
    (void)state;
    screen_open(&s, 4, 30, true);
    fields[0] = (struct field){.kind = FIELD_CHECK, .label = "first"};
    fields[1] = (struct field){.kind = FIELD_CHECK, .label = "second"};
    fields[2] = (struct field){.kind = FIELD_NOTE, .label = "a note that is longer than one row"};
    fields[3] = (struct field){.kind = FIELD_NOTE, .label = "the end"};
    form = (struct form){.fields = fields, .n = 4, .focused = true};
    form_reset(&form);
    form_layout(&form, rect_make(0, 0, 4, 30));
    form_paint(&form, &s.cv, rect_make(0, 0, 4, 30));
    assert_non_null(strstr(screen_text(&s), "[ ] first"));
    form_key(&form, UI_KEY_DOWN);
    for (int h = 4; h >= 1; h--) {
        screen_clear(&s);
        form_layout(&form, rect_make(0, 0, h, 30));
        form_paint(&form, &s.cv, rect_make(0, 0, h, 30));
        assert_non_null(strstr(screen_text(&s), "[ ] second"));
        assert_int_equal(strstr(screen_text(&s), "the end") != NULL, h == 4);
    }
    screen_close(&s);
}

static void a_form_without_questions_takes_nothing(void **state)
{
    (void)state;
    form.n = 1;
    form_reset(&form);
    assert_int_equal(form_key(&form, 'x'), UI_IGNORED);
    form.n = 0;
    assert_int_equal(form_key(&form, UI_KEY_ENTER), UI_IGNORED);
}

/* --- the dialog --- */

static struct dialog_button buttons[] = {
    {.label = "Do it", .key = 'd', .danger = true},
    {.label = "Cancel", .key = 'c', .safe = true},
};

static struct dialog dialog;

static void open_dialog(struct form *f)
{
    buttons[0].disabled = false;
    buttons[0].reason = NULL;
    dialog = (struct dialog){
        .title = "Sure?", .body = "body", .form = f, .buttons = buttons, .n_buttons = 2};
    dialog_open(&dialog);
}

static void enter_alone_changes_nothing(void **state)
{
    (void)state;
    open_dialog(NULL);
    assert_int_equal(dialog.button, 1);
    assert_true(dialog_key(&dialog, UI_KEY_ENTER) & UI_CANCEL);
    open_dialog(&form);
    unsigned bits = UI_IGNORED;
    for (int i = 0; i < 9 && !(bits & (UI_DONE | UI_CANCEL)); i++)
        bits = dialog_key(&dialog, UI_KEY_ENTER);
    assert_true(bits & UI_CANCEL);
    assert_false(bits & UI_DONE);
}

static void esc_is_always_the_way_out(void **state)
{
    (void)state;
    open_dialog(&form);
    assert_true(dialog_key(&dialog, UI_KEY_ESC) & UI_CANCEL);
    assert_true(buttons[dialog.button].safe);
}

static void buttons_are_pressed_by_key_or_by_going_there(void **state)
{
    (void)state;
    open_dialog(NULL);
    assert_true(dialog_key(&dialog, 'd') & UI_DONE);
    assert_int_equal(dialog.button, 0);
    open_dialog(NULL);
    dialog_key(&dialog, UI_KEY_LEFT);
    assert_true(dialog_key(&dialog, UI_KEY_ENTER) & UI_DONE);
}

static void a_letter_typed_into_a_field_presses_nothing(void **state)
{
    (void)state;
    open_dialog(&form);
    assert_false(dialog.on_buttons);
    assert_false(dialog_key(&dialog, 'd') & UI_DONE);
    assert_string_equal(input_text(&in), "d");
}

static void a_paste_presses_nothing(void **state)
{
    (void)state;
    open_dialog(NULL);
    assert_false(dialog_key(&dialog, 'd' | UI_KEY_PASTED) & UI_DONE);
    dialog_key(&dialog, UI_KEY_LEFT);
    assert_false(dialog_key(&dialog, UI_KEY_ENTER | UI_KEY_PASTED) & UI_DONE);
}

static void a_disabled_button_says_why_and_does_nothing(void **state)
{
    struct screen s;
    (void)state;
    screen_open(&s, 12, 60, true);
    open_dialog(NULL);
    buttons[0].disabled = true;
    buttons[0].reason = "not now";
    assert_int_equal(dialog_key(&dialog, 'd'), UI_HANDLED | UI_REPAINT);
    dialog_paint(&dialog, &s.cv, rect_make(0, 0, 12, 60));
    assert_non_null(strstr(screen_text(&s), "Do it: not now"));
    screen_close(&s);
}

/* However long it is, up to three rows, and never at the cost of the buttons. */
static void a_long_reason_is_whole(void **state)
{
    struct screen s;
    (void)state;
    screen_open(&s, 12, 40, true);
    open_dialog(NULL);
    buttons[0].disabled = true;
    buttons[0].reason = "the name differs at character 1: P stands where it has p";
    assert_int_equal(dialog_reason_rows(&dialog, &s.cv, 36), 2);
    assert_int_equal(dialog_reason_rows(&dialog, &s.cv, 80), 1);
    assert_int_equal(dialog_reason_rows(&dialog, &s.cv, 9), 3);
    dialog_paint(&dialog, &s.cv, rect_make(0, 0, 12, 40));
    assert_non_null(strstr(screen_text(&s), "Do it: the name differs at character"));
    assert_non_null(strstr(screen_text(&s), "1: P stands where it has p"));
    buttons[0].disabled = false; /* the row for it is kept */
    assert_int_equal(dialog_reason_rows(&dialog, &s.cv, 36), 1);
    buttons[0].reason = NULL;
    assert_int_equal(dialog_reason_rows(&dialog, &s.cv, 36), 0);
    screen_close(&s);
}

static void tab_goes_round_form_and_buttons(void **state)
{
    (void)state;
    open_dialog(&form);
    for (int i = 0; i < 3; i++)
        dialog_key(&dialog, UI_KEY_TAB);
    assert_true(dialog.on_buttons);
    assert_int_equal(dialog.button, 1);
    dialog_key(&dialog, UI_KEY_TAB);
    assert_false(dialog.on_buttons);
    assert_true(form.focused);
}

/* However small the screen: the buttons are there as soon as a row is. */
static void buttons_survive_every_size(void **state)
{
    struct screen s;
    (void)state;
    screen_open(&s, 30, 70, true);
    for (int h = 1; h <= 30; h++) {
        for (int w = 1; w <= 70; w += 3) {
            struct rect r = {0, 0, h, w};
            screen_clear(&s);
            open_dialog(&form);
            dialog_layout(&dialog, r);
            dialog_paint(&dialog, &s.cv, r);
            if (w >= 30)
                assert_non_null(strstr(screen_text(&s), "[ Cancel (c) ]"));
        }
    }
    screen_close(&s);
}

static void a_long_body_scrolls_and_stops_at_its_end(void **state)
{
    struct screen s;
    struct rect r = {0, 0, 9, 40};
    (void)state;
    screen_open(&s, 9, 40, true);
    open_dialog(NULL);
    dialog.body = "1\n2\n3\n4\n5\n6\n7\n8\n9 is the last";
    for (int i = 0; i < 30; i++) {
        dialog_key(&dialog, UI_KEY_DOWN);
        dialog_layout(&dialog, r);
    }
    dialog_paint(&dialog, &s.cv, r);
    assert_non_null(strstr(screen_text(&s), "9 is the last"));
    int top = dialog.body_top;
    dialog_key(&dialog, UI_KEY_UP);
    assert_int_equal(dialog.body_top, top - 1);
    screen_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_edit_the_text, setup, teardown),
        cmocka_unit_test_setup_teardown(bits_say_what_happened, setup, teardown),
        cmocka_unit_test_setup_teardown(setting_cleans_and_cuts, setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_text_scrolls_so_that_the_cursor_is_seen, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(focus_skips_what_cannot_be_answered, setup_form, teardown),
        cmocka_unit_test_setup_teardown(each_kind_takes_its_keys, setup_form, teardown),
        cmocka_unit_test_setup_teardown(a_low_form_scrolls_to_its_focus, setup_form, teardown),
        cmocka_unit_test_setup_teardown(a_long_hint_goes_on_below, setup_form, teardown),
        cmocka_unit_test_setup_teardown(what_follows_the_last_question_is_seen_with_it, setup_form,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_form_without_questions_takes_nothing, setup_form,
                                        teardown),
        cmocka_unit_test_setup_teardown(enter_alone_changes_nothing, setup_form, teardown),
        cmocka_unit_test_setup_teardown(esc_is_always_the_way_out, setup_form, teardown),
        cmocka_unit_test_setup_teardown(buttons_are_pressed_by_key_or_by_going_there, setup_form,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_letter_typed_into_a_field_presses_nothing, setup_form,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_paste_presses_nothing, setup_form, teardown),
        cmocka_unit_test_setup_teardown(a_disabled_button_says_why_and_does_nothing, setup_form,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_long_reason_is_whole, setup_form, teardown),
        cmocka_unit_test_setup_teardown(tab_goes_round_form_and_buttons, setup_form, teardown),
        cmocka_unit_test_setup_teardown(buttons_survive_every_size, setup_form, teardown),
        cmocka_unit_test_setup_teardown(a_long_body_scrolls_and_stops_at_its_end, setup_form,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
