/*
 * From end to end by keys alone: the real console on a lab of its own, in a
 * terminal whose screen is read. What is waited for stands on the screen; what
 * came of it is asked from the sites.
 */
#include "tests/support/venue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static struct venue venue;

static int open_venue(void **state)
{
    (void)state;
    venue_open(&venue);
    return 0;
}

static int close_venue(void **state)
{
    (void)state;
    venue_close(&venue);
    return 0;
}

/* Home, with prod-web-app under the cursor and both sites read. */
static void come_home(struct glass *g)
{
    venue_console(&venue, g, NULL);
    glass_until(g, "prod-web-app");
    glass_until(g, "read now");
    glass_keys(g, "/");
    glass_type(g, "web");
    glass_keys(g, "Enter");
    glass_until(g, "1 of 3");
}

/* Everything a person types at a form that asks for the group's name, where the
 * cursor is: the name, past "no" to the button that does it. */
static void confirm(struct glass *g)
{
    glass_type(g, "prod-web-app");
    glass_keys(g, "Tab Tab Enter");
}

static void leave(struct glass *g)
{
    glass_idle(g);
    glass_keys(g, "q");
    int status = glass_end(g);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_drill_by_keys_alone(void **state)
{
    struct glass g;
    (void)state;
    come_home(&g);
    glass_keys(&g, "t");
    glass_until(&g, "S: to the last page"); /* it is complete: the plan is on the screen */
    glass_until(&g, "Creates 12");
    glass_keys(&g, "2");
    glass_until(&g, "net-secondary-web"); /* what is proposed */
    glass_keys(&g, "4 n");
    glass_until(&g, "3 passed"); /* a check, tried at the servers that serve */
    glass_keys(&g, "S y");
    glass_until(&g, "passed, cleaned");
    glass_until(&g, "5/5"); /* volumes, of which none is left */
    assert_int_equal(venue_servers(&venue, B, "", "ACTIVE"), 0);
    assert_int_equal(venue_servers(&venue, A, "web-", "ACTIVE"), 2);
    glass_keys(&g, "h");
    glass_until(&g, "History");
    glass_until(&g, "passed");
    glass_keys(&g, "Esc Esc");
    glass_until(&g, "Sites");
    leave(&g);
}

static void fail_over(struct glass *g)
{
    glass_keys(g, "F");
    glass_until(g, "last page");
    glass_keys(g, "S");
    glass_until(g, "none expected");
    confirm(g);
    glass_until(g, "passed, completed");
}

static void a_failover_and_its_rollback_by_keys_alone(void **state)
{
    struct glass g;
    (void)state;
    come_home(&g);
    glass_keys(&g, "F");
    glass_until(&g, "last page");
    glass_keys(&g, "7");
    glass_until(&g, "none expected");
    glass_type(&g, "prod-web-ap"); /* which is not its name */
    glass_keys(&g, "Tab Tab Enter");
    glass_until(&g, "is not whole yet");
    assert_int_equal(venue_servers(&venue, A, "web-", "ACTIVE"), 2);
    glass_keys(&g, "Esc");
    glass_until(&g, "Sites");
    fail_over(&g);
    assert_int_equal(venue_servers(&venue, A, "web-", "SHUTOFF"), 2);
    assert_int_equal(venue_servers(&venue, B, "web-", "ACTIVE"), 2);
    glass_until(&g, " R roll back");
    glass_keys(&g, "R");
    glass_until(&g, "are started again"); /* the plan; before that nothing can be begun */
    confirm(&g);
    glass_until(&g, "rollback prod-web-app  site-b");
    glass_until(&g, "completed");
    assert_int_equal(venue_servers(&venue, A, "web-", "ACTIVE"), 2);
    assert_int_equal(venue_servers(&venue, B, "", "ACTIVE"), 0);
    glass_keys(&g, "Esc Esc");
    glass_until(&g, "Sites");
    leave(&g);
}

/* There and back: the mapping turns round by itself. What is left before its end is
 * offered again, and the mapping that is chosen is kept with the group. */
static void a_failback_and_a_mapping_by_keys_alone(void **state)
{
    struct glass g;
    (void)state;
    come_home(&g);
    fail_over(&g);
    glass_until(&g, " B failback");
    glass_keys(&g, "B");
    glass_until(&g, "last page");
    glass_keys(&g, "2");
    glass_until(&g, "net-primary-web");
    glass_keys(&g, "5 Space Esc");
    glass_until(&g, "kept as a draft");
    glass_keys(&g, "B");
    glass_until(&g, "left unfinished");
    glass_keys(&g, "Enter");
    glass_until(&g, "1 changed");
    glass_until(&g, "last page");
    glass_keys(&g, "S");
    glass_until(&g, "serves at site-a again");
    confirm(&g);
    glass_until(&g, "waits for an answer"); /* the canary that the draft remembered */
    glass_keys(&g, "A g");
    glass_until(&g, "passed, completed");
    glass_until(&g, " Y confirm");
    glass_keys(&g, "Y");
    glass_until(&g, "there is no way back");
    confirm(&g);
    glass_until(&g, "completed");
    glass_keys(&g, "Esc Esc Esc");
    glass_until(&g, "Sites");
    glass_keys(&g, "w");
    glass_until(&g, "net-secondary-db");
    glass_keys(&g, "Down Enter");
    glass_until(&g, "type to narrow");
    glass_type(&g, "billing-db");
    glass_keys(&g, "Enter");
    glass_until(&g, "chosen");
    glass_keys(&g, "S");
    glass_until(&g, "net-primary-db = net-billing-db");
    glass_keys(&g, "y");
    glass_until(&g, "kept with prod-web-app");
    leave(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_drill_by_keys_alone, open_venue, close_venue),
        cmocka_unit_test_setup_teardown(a_failover_and_its_rollback_by_keys_alone, open_venue,
                                        close_venue),
        cmocka_unit_test_setup_teardown(a_failback_and_a_mapping_by_keys_alone, open_venue,
                                        close_venue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
