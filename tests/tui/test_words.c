/* Every name of the model has words for people. */
#include "tui/groupshow.h"
#include "tui/planwords.h"
#include "tui/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Words are there, are no name for programs, and fit their column. */
static void check_words(const char *words, size_t max)
{
    assert_non_null(words);
    assert_true(*words != '\0' && strlen(words) <= max);
    assert_null(strchr(words, '_'));
}

static void every_status_has_words(void **state)
{
    (void)state;
    for (int s = 0; s < OP_STATUS_COUNT; s++)
        check_words(words_status((enum op_status)s), 18);
}

static void every_step_has_words_of_its_own(void **state)
{
    (void)state;
    for (int k = 0; k < STEP_KIND_COUNT; k++) {
        check_words(words_step((enum step_kind)k), 15);
        for (int other = 0; other < k; other++)
            assert_string_not_equal(words_step((enum step_kind)k),
                                    words_step((enum step_kind)other));
    }
}

static void an_event_that_is_a_status_is_said_in_words(void **state)
{
    static const char said[] = "volume creating_vms is made";
    (void)state;
    assert_string_equal(words_event("creating_vms"), "creating instances");
    assert_string_equal(words_event("cleaning_up"), "cleaning up");
    assert_ptr_equal(words_event(said), said);
    assert_string_equal(words_event(""), "");
}

/* Of the ports those that were given something by hand, and what. */
static void what_is_given_by_hand_is_said(void **state)
{
    static const char *const WANT[] = {"a nic0: 10.0.0.9", "b nic0: MAC fa:16:3e:00:00:09",
                                       "c nic0: 10.0.0.8, MAC fa:16:3e:00:00:08"};
    struct planwords w = {0};
    size_t said = 0;
    (void)state;
    json_t *plan = json_pack(
        "{s:[{s:s, s:{s:s, s:[{s:s}]}}, {s:s, s:{s:s, s:s, s:b}}, {s:s, s:{s:s, s:s}},"
        " {s:s, s:{s:s, s:[{s:s}], s:s, s:b}}]}",
        "steps", "subject", "a nic0", "params", "addresses", "given", "fixed_ips", "ip_address",
        "10.0.0.9", "subject", "b nic0", "params", "addresses", "keep", "mac_address",
        "fa:16:3e:00:00:09", "mac_given", 1, "subject", "kept nic0", "params", "addresses", "keep",
        "mac_address", "fa:16:3e:00:00:07", "subject", "c nic0", "params", "addresses", "given",
        "fixed_ips", "ip_address", "10.0.0.8", "mac_address", "fa:16:3e:00:00:08", "mac_given", 1);
    planwords_take(&w, plan);
    for (size_t i = 0; i < w.count; i++)
        if (w.items[i].label && strcmp(w.items[i].label, "by hand") == 0) {
            assert_in_range(said, 0, 2);
            assert_string_equal(w.items[i].text, WANT[said++]);
        }
    assert_int_equal(said, 3);
    planwords_release(&w);
    json_decref(plan);
}

/* Who looks for production at night finds it where it runs. */
static void a_group_is_where_its_production_runs(void **state)
{
    struct group away = {.primary = "site-a", .secondary = "site-b", .current_primary = "site-b"};
    struct group home = {.primary = "site-a", .secondary = "site-b", .current_primary = "site-a"};
    (void)state;
    for (int k = 0; k < GROUP_STATE_COUNT; k++) {
        const struct group_view g = {.group = &away, .state = (enum group_state)k};
        const struct group_view h = {.group = &home, .state = (enum group_state)k};
        bool back = k == GROUP_FAILBACK_READY; /* runs there, and is not confirmed */
        assert_string_equal(groupshow_at(&g), back ? "site-a" : "site-b");
        assert_string_equal(groupshow_at(&h), back ? "site-b" : "site-a");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_words),
        cmocka_unit_test(every_step_has_words_of_its_own),
        cmocka_unit_test(an_event_that_is_a_status_is_said_in_words),
        cmocka_unit_test(what_is_given_by_hand_is_said),
        cmocka_unit_test(a_group_is_where_its_production_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
