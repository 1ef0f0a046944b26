/* The table of symptoms and remedies: complete, ordered, and of use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/base/text.h"
#include "backend/model/remedy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void every_row_says_who_why_and_what_to_do(void **state)
{
    (void)state;
    struct pc_error err;
    char text[1024];
    size_t rows = 0;
    for (const struct remedy *r; (r = remedy_at(rows)) != NULL; rows++) {
        assert_true(isupper((unsigned char)r->name[0]));
        assert_int_equal(strspn(r->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
                         strlen(r->name));
        assert_true(strlen(r->cause) > 10 && r->cause[strlen(r->cause) - 1] == '.');
        assert_true(strlen(r->advice) > 10 && r->advice[strlen(r->advice) - 1] == '.');
        assert_true((unsigned)r->code < PC_ERR_COUNT);
        assert_true(text_is_safe(r->cause) && text_is_safe(r->advice));
        /* Cause and advice together survive the way into an error. */
        pc_error_set(&err, PC_ERR_FAILED, remedy_text(r, text, sizeof(text)), "x");
        assert_string_equal(err.remedy, text);
        assert_non_null(strstr(text, r->advice));
    }
    assert_true(rows > 50);
    assert_null(remedy_at(rows));
    assert_string_equal(remedy_text(NULL, text, sizeof(text)), "");
}

/* A row behind a wider one would never be found. */
static void every_row_can_be_found(void **state)
{
    (void)state;
    for (size_t i = 0; remedy_at(i); i++) {
        const struct remedy *r = remedy_at(i);
        char text[256];
        size_t n = 0;
        for (const char *p = r->symptom; *p && n + 4 < sizeof(text); p++) {
            if (*p == '*') {
                memcpy(text + n, "xyz", 3);
                n += 3;
            } else {
                text[n++] = *p;
            }
        }
        text[n] = '\0';
        const struct remedy *found = remedy_match(r->service, r->status, text);
        assert_non_null(found);
        if (strcmp(found->name, r->name) != 0)
            fail_msg("\"%s\" finds %s, not %s", text, found->name, r->name);
        assert_non_null(remedy_named(r->name));
    }
}

static void symptoms_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *service;
        int status;
        const char *text, *name;
    } rows[] = {
        /* faults of a server that was accepted: no status, and maybe no service */
        {"compute", 0, "No valid host was found. ", "NoValidHost"},
        {NULL, 0, "no valid HOST was found. There are not enough hosts available.", "NoValidHost"},
        {"", 500, "No valid host was found.", "NoValidHost"},
        {"compute", 0,
         "Exceeded maximum number of retries. Exhausted all hosts available for "
         "retrying build failures for instance 7.",
         "HostsExhausted"},
        {"compute", 0, "Build of instance 7 aborted: Unable to update attachment.(x)",
         "StorageConnectionFailed"},
        {"volume", 0, "schedule allocate volume:Could not find any available weighted backend.",
         "NoValidBackend"},
        /* answers */
        {"compute", 400, "Network 5b could not be found.", "NetworkNotFound"},
        {"network", 404, "Network 5b could not be found.", "NetworkNotFound"},
        {"compute", 400, "Volume 5b could not be found.", "VolumeNotFound"},
        {"image", 404, "", "ImageNotFound"},
        {"engine", 0, "Cannot modify protection group — remote site unreachable",
         "PeerUnreachable"},
        {"engine", 0, "Protection Group is not in failed_over state", "NotFailedOver"},
        {"engine", 0, "2 of 6 health checks have not passed", "HealthCheckTimeout"},
        /* nothing known */
        {"compute", 404, "Instance 7 could not be found.", NULL},
        {NULL, 404, "", NULL},
        {NULL, 0, "", NULL},
        {NULL, 0, NULL, NULL},
        {"compute", 500, "out of sync", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct remedy *r = remedy_match(rows[i].service, rows[i].status, rows[i].text);
        if (!rows[i].name && r)
            fail_msg("\"%s\" finds %s", rows[i].text ? rows[i].text : "(null)", r->name);
        if (rows[i].name && !r)
            fail_msg("\"%s\" finds nothing", rows[i].text);
        if (r)
            assert_string_equal(r->name, rows[i].name);
    }
}

/* What the test-failover guide lists under troubleshooting. */
static void the_guides_troubleshooting_is_covered(void **state)
{
    (void)state;
    static const struct {
        const char *name, *advice;
    } rows[] = {
        {"PendingTooLong", "engine --until-idle"},
        {"NoProgress", "steps_completed"},
        {"VolumeManagePolicy", "rule:admin_or_owner"},
        {"VolumeManagePolicy", "kolla-ansible"},
        {"NetworkNotFound", "openstack network list"},
        {"NoValidHost", "--flavor-mapping"},
        {"FlavorNotFound", "openstack flavor list"},
        {"HealthCheckTimeout", "--no-cleanup"},
        {"HealthCheckTimeout", "--health-check-timeout 300"},
        {"ImageNotFound", "openstack image show"},
        {"CleanupPending", "auto_cleanup = true"},
        {"PeerUnreachable", "protection-group readiness"}, /* the guide's sync-force is no verb */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct remedy *r = remedy_named(rows[i].name);
        assert_non_null(r);
        assert_non_null(strstr(r->advice, rows[i].advice));
    }
    assert_null(remedy_named("Nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_says_who_why_and_what_to_do),
        cmocka_unit_test(every_row_can_be_found),
        cmocka_unit_test(symptoms_are_told_apart),
        cmocka_unit_test(the_guides_troubleshooting_is_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
