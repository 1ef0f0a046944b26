/* The wizard page by page: what is known of what is selected, what is chosen and given by hand,
 * and the way to the last page, where nothing has been agreed to. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void its_last_page_is_one_key_and_enter_is_none(void **state)
{
    struct stage s;
    (void)state;
    stage_open_wizard(&s, "t 7", false);
    stage_keys(&s, "Enter 7 S Enter");
    assert_null(stage_begun(&s, "test_failover"));
    stage_keys(&s, "7 y");
    assert_non_null(stage_begun(&s, "test_failover"));
    stage_close(&s);
}

/* What the panel has no room for is read in the place of the page, at every size. */
static void all_that_is_known_can_be_read(void **state)
{
    static const struct size SIZES[] = {{15, 60}, {24, 80}, {40, 120}};
    (void)state;
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        struct stage s;
        stage_open(&s, WORLD_CALM, (struct stage_look){SIZES[i].h, SIZES[i].w, TERM_256, true});
        stage_answer_wizard(&s, true);
        stage_keys(&s, "t 2");
        if (SIZES[i].h < 24)
            stage_expect(&s, "v about: all of it");
        stage_keys(&s, "v Down Down Down Down Down Down Down Down Down Down");
        stage_expect(&s, "Esc back");
        stage_expect(&s, "keeps, the same id"); /* what the page says of itself */
        stage_keys(&s, "x i Esc"); /* no key of the page, and back to it */
        stage_expect(&s, "net-primary-db");
        assert_string_equal(stage_top(&s), "wizard");
        stage_close(&s);
    }
}

static void the_key_bar_says_what_the_last_step_is(void **state)
{
    static const struct {
        const char *keys, *says;
    } ROWS[] = {{"t", "S go on"}, {"F", "S go on"}, {"w", "S keep"}};
    struct stage s;
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        stage_open_wizard(&s, ROWS[i].keys, false);
        stage_expect(&s, ROWS[i].says);
        stage_close(&s);
    }
}

static void an_address_is_given_by_hand(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open_wizard(&s, "F 2 a", false);
    stage_expect(&s, "kept, with its MAC"); /* as the plan has it */
    stage_keys(&s, "Down Enter");
    stage_expect(&s, "web-2 nic 0 gets");
    stage_type(&s, "10.30.0.");
    stage_keys(&s, "Enter");
    stage_expect(&s, "no IPv4 or IPv6 address");
    stage_type(&s, "9");
    stage_keys(&s, "Enter");
    stage_expect(&s, "10.30.0.9 by hand");
    stage_pass(&s, 400);
    fake_door_asked(s.door, "failover", &args);
    assert_string_equal(json_text(json_map(args, "fixed_ips"), "web-2/0"), "10.30.0.9");
    fake_door_asked(s.door, "test_propose", &args);
    assert_string_equal(json_text(json_map(args, "fixed_ips"), "web-2/0"), "10.30.0.9");
    stage_expect(&s, "--fixed-ip web-2/0=10.30.0.9");
    stage_keys(&s, "Enter"); /* and a MAC beside it; one of a group is none */
    stage_type(&s, " 01:00:5e:00:00:09");
    stage_keys(&s, "Enter");
    stage_expect(&s, "no MAC of an interface");
    for (int i = 0; i < 17; i++)
        stage_keys(&s, "Backspace");
    stage_type(&s, "fa:16:3e:00:00:09");
    stage_keys(&s, "Enter");
    stage_expect(&s, "10.30.0.9 and MAC");
    stage_pass(&s, 400);
    fake_door_asked(s.door, "failover", &args);
    assert_string_equal(json_text(json_map(args, "macs"), "web-2/0"), "fa:16:3e:00:00:09");
    assert_string_equal(json_text(json_map(args, "fixed_ips"), "web-2/0"), "10.30.0.9");
    stage_expect(&s, "MAC by hand: fa:16:3e:00:00:09");
    stage_keys(&s, "p"); /* new ones for all the others */
    stage_expect(&s, "--addresses new");
    stage_keys(&s, "p x Esc");
    stage_refuse(&s, "--fixed-ip");
    stage_refuse(&s, "--mac");
    stage_refuse(&s, "--addresses");
    assert_string_equal(stage_top(&s), "wizard");
    stage_close(&s);
}

/* Flavors and images stand in one list, and each has a choice of its own. */
static void an_image_is_chosen_and_kept_by_its_id(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open_wizard(&s, "t 3 Down Down", true);
    stage_expect(&s, "web-golden: 1 volume is made of it,");
    stage_keys(&s, "Enter");
    stage_type(&s, "1238"); /* found by what is known of it, too */
    stage_expect(&s, "1 of 2");
    stage_keys(&s, "Enter");
    stage_expect(&s, "web-golden-2026");
    stage_expect(&s, "chosen");
    stage_pass(&s, 400);
    fake_door_asked(s.door, "test_propose", &args);
    assert_string_equal(json_text(json_map(args, "image_mapping"), "i2"), "i9");
    assert_null(json_object_get(args, "flavor_mapping"));
    fake_door_answer(s.door, "group_update", json_pack("{s:i}", "metadata_version", 7));
    stage_keys(&s, "D y");
    fake_door_asked(s.door, "group_update", &args);
    assert_string_equal(json_text(json_map(args, "image_mapping"), "i2"), "i9");
    stage_keys(&s, "x");
    stage_expect(&s, "no counterpart");
    stage_close(&s);
}

/* Of whatever size the screen: under the field, in the panel, or below the form; and what does
 * not fit beside it is in what is known of the page. */
static void what_an_option_means_is_told_whole(void **state)
{
    static const struct size SIZES[] = {{15, 60}, {24, 80}, {40, 80}, {40, 120}, {60, 200}};
    (void)state;
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        struct stage s;
        stage_open(&s, WORLD_CALM, (struct stage_look){SIZES[i].h, SIZES[i].w, TERM_256, true});
        stage_answer_wizard(&s, false);
        stage_keys(&s, "F 5");
        stage_expect(&s, "others begin"); /* the end of the first one's */
        stage_keys(&s, "v");
        stage_expect(&s, "others begin"); /* also in the place of the page */
        stage_keys(&s, "v Down Down Down");
        stage_expect(&s, "interface"); /* the middle and the end of the last one's */
        stage_expect(&s, "empty:");
        stage_expect(&s, "commit."); /* the last of what is told below them */
        stage_close(&s);
    }
}

static void floating_ips_are_made_of_what_is_named(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open_wizard(&s, "F 5 Down Down Down", false);
    stage_type(&s, "outside");
    stage_pass(&s, 400);
    fake_door_asked(s.door, "test_propose", &args);
    assert_string_equal(json_text(args, "floating_ip"), "outside");
    fake_door_asked(s.door, "failover dry_run", &args);
    assert_string_equal(json_text(args, "floating_ip"), "outside");
    stage_close(&s);
    stage_open_wizard(&s, "t 5", false); /* a drill is not to be reached */
    stage_refuse(&s, "Floating IPs");
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_last_page_is_one_key_and_enter_is_none),
        cmocka_unit_test(all_that_is_known_can_be_read),
        cmocka_unit_test(an_address_is_given_by_hand),
        cmocka_unit_test(the_key_bar_says_what_the_last_step_is),
        cmocka_unit_test(an_image_is_chosen_and_kept_by_its_id),
        cmocka_unit_test(what_an_option_means_is_told_whole),
        cmocka_unit_test(floating_ips_are_made_of_what_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
