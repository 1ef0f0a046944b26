/* Boot orders: what is refused and how it is named, and the ways up and down. */
#include "backend/base/json.h"
#include "backend/model/address.h"
#include "tests/support/fixture_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The fixture's group has web-1, web-2 and db-1. */
static struct group *with(const char *boot_groups)
{
    struct group *g = NULL;
    json_t *o = json_loads(FIXTURE_GROUP, 0, NULL), *list = json_loads(boot_groups, 0, NULL);
    assert_non_null(list);
    json_object_set_new(o, "boot_groups", list);
    assert_int_equal(group_from_json(o, &g, NULL), PC_OK);
    json_decref(o);
    return g;
}

static void refused(const char *boot_groups, const char *text)
{
    struct pc_error err = {.text = ""};
    struct group *g = fixture_group();
    json_t *list = json_loads(boot_groups, 0, NULL);
    assert_non_null(list);
    enum pc_err rc = boot_order_check(list, g, &err);
    if (rc != PC_ERR_INVALID || !strstr(err.text, text) || !*err.remedy)
        fail_msg("%s: %s '%s', expected '%s'", boot_groups, pc_err_name(rc), err.text, text);
    json_decref(list);
    group_unref(g);
}

static const char FULL[] =
    "[{\"name\":\"db\",\"members\":[\"db-1\"],\"wait_for\":[{\"check\":\"tcp:5432\",\"timeout_s\":60}],"
    "\"callout\":{\"argv\":[\"/bin/true\",\"a b\"],\"timeout_s\":5,\"on_failure\":\"ask\"}},"
    "{\"name\":\"web\",\"members\":[\"web-2\",\"web-1\"],\"depends_on\":[\"db\"],\"after\":[{\"member\":"
    "\"web-2\",\"after\":\"web-1\"}],\"prompt\":\"Is DNS switched?\"}]";

static void a_boot_order_survives_json(void **state)
{
    (void)state;
    struct pc_error err;
    struct group *g = with(FULL), *again = NULL;
    json_t *list = json_loads(FULL, 0, NULL), *one = group_to_json(g);
    assert_int_equal(boot_order_check(list, g, &err), PC_OK);
    /* What it writes it accepts again. */
    assert_int_equal(boot_order_check(json_list(one, "boot_groups"), g, &err), PC_OK);
    assert_int_equal(group_from_json(one, &again, NULL), PC_OK);
    json_t *two = group_to_json(again);
    assert_true(json_equal(one, two));
    assert_int_equal(again->boot.count, 2);
    assert_int_equal(again->boot.groups[0].callout.argc, 2);
    assert_int_equal(again->boot.groups[0].callout.on_failure, CALLOUT_ASK);
    assert_int_equal(again->boot.groups[0].wait_for[0].timeout_s, 60);
    assert_string_equal(again->boot.groups[1].prompt, "Is DNS switched?");
    assert_int_equal(boot_order_of(&again->boot, "web-1"), 1);
    assert_int_equal(boot_order_of(&again->boot, "nobody"), -1);
    json_decref(list);
    json_decref(one);
    json_decref(two);
    group_unref(g);
    group_unref(again);
}

static void what_cannot_be_carried_out_is_refused_by_name(void **state)
{
    (void)state;
    refused("[{\"name\":\"a\",\"members\":[\"ghost\"]}]", "no member 'ghost'");
    refused("[{\"name\":\"a\",\"members\":[\"s1\"]}]", "no member 's1'"); /* by name, not by id */
    refused("[{\"name\":\"a\",\"members\":[]}]", "boot group 'a' has no member");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\",\"web-1\"]}]", "names web-1 twice");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"]},{\"name\":\"b\",\"members\":[\"web-1\"]}]",
            "web-1 is in boot group 'a' and in 'b'");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"]},{\"name\":\"a\",\"members\":[\"web-2\"]}]",
            "two boot groups are named 'a'");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"depends_on\":[\"b\"]}]",
            "depends on 'b', which is not there");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"depends_on\":[\"a\"]}]", "a → a");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"depends_on\":[\"c\"]},"
            "{\"name\":\"b\",\"members\":[\"web-2\"],\"depends_on\":[\"a\"]},"
            "{\"name\":\"c\",\"members\":[\"db-1\"],\"depends_on\":[\"b\"]}]", "a → c → b → a");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\",\"web-2\"],\"after\":[{\"member\":\"web-1\",\"after\":"
            "\"web-2\"},{\"member\":\"web-2\",\"after\":\"web-1\"}]}]", "web-1 → web-2 → web-1");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"after\":[{\"member\":\"web-1\",\"after\":\"db-1\"}]}]",
            "'db-1' is no member of boot group 'a'");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"wait_for\":[{\"check\":\"tcp:1\",\"members\":"
            "[\"db-1\"]}]}]", "'db-1' is no member of boot group 'a'");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"wait_for\":[{}]}]", "names no check");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"wait_for\":[{\"check\":\"tcp:1\",\"timeout_s\":0}]}]",
            "a time-out of 0 s");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"callout\":{\"argv\":[\"true\"]}}]",
            "names no program by its path");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"callout\":{\"argv\":[]}}]",
            "names no program by its path");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"callout\":{\"argv\":[\"/bin/x\"],\"on_failure\":"
            "\"panic\"}}]", "cannot be 'panic'");
    refused("[{\"name\":\"a\",\"members\":[\"web-1\"],\"colour\":1}]", "has no 'colour'");
    refused("[{\"name\":\"a\",\"members\":\"web-1\"}]", "'members' of a boot group");
    refused("[{\"name\":\"-\",\"members\":[\"web-1\"]}]", "is no name for a boot group");
    refused("[7]", "a boot group is no object");
}

static void dependencies_come_first(void **state)
{
    (void)state;
    size_t sorted[3];
    struct group *g = with("[{\"name\":\"web\",\"members\":[\"web-1\"],\"depends_on\":[\"db\",\"mid\"]},"
                           "{\"name\":\"mid\",\"members\":[\"web-2\"],\"depends_on\":[\"db\"]},"
                           "{\"name\":\"db\",\"members\":[\"db-1\"]}]");
    assert_int_equal(boot_order_sorted(&g->boot, sorted), 3);
    assert_int_equal(sorted[0], 2);
    assert_int_equal(sorted[1], 1);
    assert_int_equal(sorted[2], 0);
    group_unref(g);
}

/* web-1, web-2, db-1: the wave in which each is stopped. */
static void down(const char *boot_groups, int waves, int web1, int web2, int db1)
{
    int wave[3];
    struct group *g = with(boot_groups);
    assert_int_equal(boot_order_reverse(g, wave), waves);
    assert_int_equal(wave[0], web1);
    assert_int_equal(wave[1], web2);
    assert_int_equal(wave[2], db1);
    group_unref(g);
}

static void the_way_down_is_the_other_way_round(void **state)
{
    (void)state;
    down("[]", 1, 0, 0, 0);
    down("[{\"name\":\"db\",\"members\":[\"db-1\"]},{\"name\":\"web\",\"members\":[\"web-1\",\"web-2\"],"
         "\"depends_on\":[\"db\"]}]", 2, 0, 0, 1);
    /* Within a group: whoever comes after goes before. */
    down("[{\"name\":\"db\",\"members\":[\"db-1\"]},{\"name\":\"web\",\"members\":[\"web-1\",\"web-2\"],"
         "\"depends_on\":[\"db\"],\"after\":[{\"member\":\"web-2\",\"after\":\"web-1\"}]}]", 3, 1, 0, 2);
    /* stop_first goes before all others, whatever depends on it. */
    down("[{\"name\":\"db\",\"members\":[\"db-1\"],\"stop_first\":true},{\"name\":\"web\",\"members\":"
         "[\"web-1\"],\"depends_on\":[\"db\"]}]", 2, 1, 1, 0);
}

static void a_member_that_goes_leaves_no_name(void **state)
{
    (void)state;
    json_t *list = json_loads(
        "[{\"name\":\"a\",\"members\":[\"web-1\",\"web-2\"],\"after\":[{\"member\":\"web-2\",\"after\":"
        "\"web-1\"}],\"wait_for\":[{\"check\":\"tcp:1\",\"members\":[\"web-1\"]},{\"check\":\"tcp:2\"}]}]",
        0, NULL);
    boot_order_forget(list, "web-1");
    char *text = json_compact(list);
    assert_null(strstr(text, "web-1"));
    assert_null(strstr(text, "tcp:1")); /* it was for that one alone */
    assert_non_null(strstr(text, "tcp:2"));
    assert_non_null(strstr(text, "web-2"));
    free(text);
    json_decref(list);
}

static void addresses_and_networks(void **state)
{
    (void)state;
    assert_true(address_valid("10.20.0.7") && address_valid("2001:db8::1"));
    assert_false(address_valid("10.20.0") || address_valid("") || address_valid("10.0.0.1/24"));
    assert_true(address_within("10.20.0.7", "10.20.0.0/24"));
    assert_true(address_within("10.20.1.7", "10.20.0.0/23"));
    assert_true(address_within("10.20.0.7", "0.0.0.0/0"));
    assert_true(address_within("2001:db8::7", "2001:db8::/64"));
    assert_int_equal(address_span("10.20.0.2", "10.20.0.254"), 253);
    assert_int_equal(address_span("10.20.0.9", "10.20.1.8"), 256);
    assert_int_equal(address_span("10.20.0.9", "10.20.0.8"), -1);
    assert_int_equal(address_span("2001:db8::1", "2001:db8::9"), -1);
    assert_false(address_within("10.20.1.7", "10.20.0.0/24"));
    assert_false(address_within("10.20.0.7", "2001:db8::/64"));
    assert_false(address_within("10.20.0.7", "10.20.0.0/33"));
    assert_false(address_within("10.20.0.7", "10.20.0.0/"));
    assert_false(address_within("10.20.0.7", "10.20.0.0"));
    assert_true(address_same("2001:db8:0:0::1", "2001:DB8::1"));
    assert_false(address_same("10.0.0.1", "10.0.0.2") || address_same("", ""));
    assert_true(address_mac_valid("fa:16:3e:00:0A:ff"));
    assert_false(address_mac_valid("fa:16:3e:00:0A") || address_mac_valid("fa-16-3e-00-0a-ff") ||
                 address_mac_valid("fa:16:3e:00:0A:ff:") || address_mac_valid(""));
    assert_true(address_mac_unicast("fa:16:3e:00:0A:ff") && address_mac_unicast("00:00:00:00:00:01") &&
                address_mac_unicast("0E:00:00:00:00:00"));
    assert_false(address_mac_unicast("01:00:5e:00:00:01") || address_mac_unicast("ff:ff:ff:ff:ff:ff") ||
                 address_mac_unicast("fB:16:3e:00:0A:ff") || address_mac_unicast("00:00:00:00:00:00") ||
                 address_mac_unicast("fa:16:3e:00:0A") || address_mac_unicast(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_boot_order_survives_json),
        cmocka_unit_test(what_cannot_be_carried_out_is_refused_by_name),
        cmocka_unit_test(dependencies_come_first),
        cmocka_unit_test(the_way_down_is_the_other_way_round),
        cmocka_unit_test(a_member_that_goes_leaves_no_name),
        cmocka_unit_test(addresses_and_networks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
