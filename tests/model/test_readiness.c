/* Readiness: the table against one of its own, verdicts, decay, the reply. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "backend/model/readiness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Severities as the operations manual has them: test, failover, failback.
 * B blocks, F blocks unless forced, W warns, - is not asked. */
static const struct {
    const char *key, *letters;
} MANUAL[] = {
    {"R-SITE", "BFB"}, {"R-PGST", "BBB"}, {"R-MEM", "BFB"},
    {"R-PLAN", "BBB"}, {"R-POL", "BFB"},
    {"R-SNAP", "BBB"}, {"R-RPO", "WWW"},  {"R-REPL", "BFB"}, {"R-CKPT", "WWB"}, {"R-TYPE", "BFB"},
    {"R-META", "BFB"}, {"R-NET", "BBB"},  {"R-IP", "WWW"},   {"R-PRODNET", "B--"}, {"R-FLV", "BBB"},
    {"R-SG", "WWW"},   {"R-QUOTA", "BBB"}, {"R-CAP", "WWW"}, {"R-ROLE", "BBB"}, {"R-MANAGE", "BBB"},
    {"R-HOST", "BBW"}, {"R-IMG", "BBB"},  {"R-BOOT", "WWW"}, {"R-LOCK", "BBB"}, {"R-MAXT", "W--"},
    {"R-LINK", "WWB"},
    {"R-SAFE", "BBB"}, {"R-LEFT", "WWW"}, {"R-SPLIT", "BFB"}, {"R-TIME", "WWW"},
};
enum { MANUAL_COUNT = sizeof(MANUAL) / sizeof(MANUAL[0]) };

static void the_table_is_the_manual(void **state)
{
    static const char letters[] = {'-', 'W', 'B', 'F'};
    (void)state;
    assert_int_equal(READINESS_COUNT, MANUAL_COUNT);
    for (int c = 0; c < READINESS_COUNT; c++) {
        assert_string_equal(readiness_key((enum readiness_check)c), MANUAL[c].key);
        assert_true(strlen(readiness_title((enum readiness_check)c)) > 10);
        for (int f = 0; f < READY_FOR_COUNT; f++)
            if (letters[readiness_severity((enum readiness_check)c, (enum readiness_for)f)] !=
                MANUAL[c].letters[f])
                fail_msg("%s for %s", MANUAL[c].key, readiness_for_name((enum readiness_for)f));
    }
    for (int f = 0; f < READY_FOR_COUNT; f++)
        assert_int_equal(readiness_for_parse(readiness_for_name((enum readiness_for)f)), f);
    assert_int_equal(readiness_for_parse("rollback"), READY_FOR_COUNT);
}

/* What a bad result comes to, by letter, force and weight. */
static void bad_is_as_grave_as_the_table_says(void **state)
{
    static const struct {
        char letter;
        bool forced;
        enum readiness_weight weight;
        enum readiness_word word;
    } rows[] = {
        {'-', false, READINESS_TABLED, READINESS_NA},   {'-', false, READINESS_FIRM, READINESS_NA},
        {'W', false, READINESS_TABLED, READINESS_WARN}, {'W', false, READINESS_FIRM, READINESS_WARN},
        {'W', true, READINESS_MILD, READINESS_WARN},    {'B', false, READINESS_TABLED, READINESS_BLOCK},
        {'B', true, READINESS_TABLED, READINESS_BLOCK}, {'B', true, READINESS_FIRM, READINESS_BLOCK},
        {'B', false, READINESS_MILD, READINESS_WARN},   {'F', false, READINESS_TABLED, READINESS_BLOCK},
        {'F', true, READINESS_TABLED, READINESS_WARN},  {'F', true, READINESS_FIRM, READINESS_BLOCK},
        {'F', false, READINESS_MILD, READINESS_WARN},   {'F', false, READINESS_FIRM, READINESS_BLOCK},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int c = 0; c < MANUAL_COUNT; c++)
            for (int f = 0; f < READY_FOR_COUNT; f++) {
                if (MANUAL[c].letters[f] != rows[i].letter)
                    continue;
                struct readiness *r = readiness_new(NULL);
                r->purpose = (enum readiness_for)f;
                r->forced = rows[i].forced;
                readiness_put(r, (enum readiness_check)c,
                              &(struct readiness_result){.verdict = READINESS_BAD,
                                                         .weight = rows[i].weight});
                assert_int_equal(readiness_word(r, (enum readiness_check)c), rows[i].word);
                struct pc_error err;
                assert_int_equal(readiness_verdict(r, "g", &err),
                                 rows[i].word == READINESS_BLOCK ? PC_ERR_STATE : PC_OK);
                readiness_unref(r);
            }
}

static void what_is_not_known_warns(void **state)
{
    (void)state;
    struct readiness *r = readiness_new(NULL);
    struct pc_error err;
    for (int c = 0; c < READINESS_COUNT; c++)
        readiness_put(r, (enum readiness_check)c,
                      &(struct readiness_result){.verdict = READINESS_UNKNOWN});
    assert_int_equal(readiness_verdict(r, "g", &err), PC_OK);
    assert_int_equal(readiness_word(r, R_QUOTA), READINESS_NOT_KNOWN);
    r->purpose = READY_FOR_FAILOVER;
    assert_int_equal(readiness_word(r, R_MAXT), READINESS_NA); /* of drills alone */
    r->purpose = READY_FOR_TEST;
    readiness_put(r, R_QUOTA, &(struct readiness_result){.verdict = READINESS_SKIPPED});
    assert_int_equal(readiness_word(r, R_QUOTA), READINESS_NA);
    json_t *o = readiness_to_json(r, "g");
    assert_true(json_flag(o, "ready", false));
    assert_int_equal(json_int(o, "blockers", -1), 0);
    assert_int_equal(json_int(o, "warnings", -1), (int)json_array_size(json_list(o, "checks")) - 1);
    json_decref(o);
    readiness_unref(r);
}

static void put(struct readiness *r, enum readiness_check c, const char *evidence,
                const char *remedy, int64_t read_ms)
{
    struct readiness_result x = {.verdict = READINESS_BAD, .read_ms = read_ms};
    snprintf(x.evidence, sizeof(x.evidence), "%s", evidence);
    snprintf(x.remedy, sizeof(x.remedy), "%s", remedy);
    readiness_put(r, c, &x);
}

/* Ten thousand groups are kept with theirs: what is said twice takes room once. */
static void what_it_says_is_kept_once(void **state)
{
    (void)state;
    struct readiness *drill = readiness_new(NULL);
    drill->at_ms = 5000;
    put(drill, R_NET, "2 networks are unmapped", "Map them.", 4000);
    put(drill, R_IMG, "2 networks are unmapped", "", 5001);
    struct readiness *move = readiness_new(drill);
    move->at_ms = 5000;
    put(move, R_NET, "2 networks are unmapped", "Wait.", 0);
    assert_ptr_equal(readiness_evidence(drill, R_NET), readiness_evidence(drill, R_IMG));
    assert_ptr_equal(readiness_evidence(drill, R_NET), readiness_evidence(move, R_NET));
    assert_string_equal(readiness_remedy(drill, R_NET), "Map them.");
    assert_string_equal(readiness_remedy(drill, R_IMG), "");
    assert_string_equal(readiness_remedy(move, R_NET), "Wait.");
    assert_int_equal(readiness_read_ms(drill, R_NET), 4000);
    assert_int_equal(readiness_read_ms(drill, R_IMG), 5001); /* read while it was begun */
    assert_int_equal(readiness_read_ms(move, R_NET), 0);
    assert_int_equal(readiness_read_ms(move, R_TIME), 0);
    readiness_unref(drill);
    assert_string_equal(readiness_evidence(move, R_NET), "2 networks are unmapped");
    readiness_unref(move);
}

/* A book that is full is let go of, and nobody loses what he has. */
static void a_full_book_is_let_go_of(void **state)
{
    enum { MANY = 400 };
    static struct readiness *made[MANY];
    char evidence[240], remedy[400];
    size_t shared = 0;
    (void)state;
    for (int i = 0; i < MANY; i++) {
        made[i] = readiness_new(i ? made[i - 1] : NULL);
        shared += i && made[i]->book == made[i - 1]->book;
        for (int c = 0; c < READINESS_COUNT; c++) {
            bool longest = i % 50 == 49;
            snprintf(evidence, sizeof(evidence), "%0*d of %d", longest ? 200 : 1, i, c % 4);
            snprintf(remedy, sizeof(remedy), "%0*d", longest ? 390 : 1, c % 7);
            put(made[i], (enum readiness_check)c, evidence, remedy, i / 10);
        }
    }
    for (int i = 0; i < MANY; i++)
        for (int c = 0; c < READINESS_COUNT; c++) {
            snprintf(evidence, sizeof(evidence), " of %d", c % 4);
            const char *is = readiness_evidence(made[i], (enum readiness_check)c);
            assert_int_equal(strtol(is, NULL, 10), i);
            assert_non_null(strstr(is, evidence));
            assert_int_equal(strtol(readiness_remedy(made[i], (enum readiness_check)c), NULL, 10),
                             c % 7);
            assert_int_equal(readiness_read_ms(made[i], (enum readiness_check)c), i / 10);
        }
    assert_in_range(shared, MANY / 2, MANY - 20);
    for (int i = 0; i < MANY; i++)
        readiness_unref(made[i]);
}

static void the_refusal_names_all_and_helps_with_the_first(void **state)
{
    (void)state;
    struct readiness *r = readiness_new(NULL);
    struct pc_error err;
    put(r, R_IP, "", "", 0);
    put(r, R_NET, "2 networks are unmapped", "Map them.", 0);
    put(r, R_IMG, "1 image is missing", "Upload it.", 0);
    assert_int_equal(readiness_verdict(r, "shop", &err), PC_ERR_STATE);
    assert_string_equal(err.text, "shop is not ready for a drill, 2 checks block: R-NET 2 networks "
                                  "are unmapped; R-IMG 1 image is missing");
    assert_string_equal(err.remedy, "Map them.");

    /* However much there is to say, every key is in it. */
    for (int c = 0; c < READINESS_COUNT; c++) {
        char long_one[240];
        memset(long_one, 'a' + c % 26, sizeof(long_one) - 1);
        long_one[sizeof(long_one) - 1] = '\0';
        put(r, (enum readiness_check)c, long_one, "", 0);
    }
    assert_int_equal(readiness_verdict(r, "shop", &err), PC_ERR_STATE);
    for (int c = 0; c < READINESS_COUNT; c++)
        if (MANUAL[c].letters[0] == 'B')
            assert_non_null(strstr(err.text, MANUAL[c].key));
    readiness_unref(r);
}

static void it_decays(void **state)
{
    (void)state;
    struct readiness *r = readiness_new(NULL);
    r->at_ms = 1000000;
    r->metadata_version = 7;
    assert_false(readiness_valid(NULL, 7, 1000000));
    assert_true(readiness_valid(r, 7, 1000000));
    assert_true(readiness_valid(r, 7, 1000000 + READINESS_VALID_MS - 1));
    assert_false(readiness_valid(r, 7, 1000000 + READINESS_VALID_MS));
    assert_false(readiness_valid(r, 7, 999999)); /* the clock went back */
    assert_false(readiness_valid(r, 8, 1000000));
    struct readiness *same = readiness_ref(r);
    readiness_unref(r);
    assert_true(readiness_valid(same, 7, 1000000));
    readiness_unref(same);
    readiness_unref(NULL);
    assert_null(readiness_ref(NULL));
}

static void the_reply(void **state)
{
    (void)state;
    struct readiness *r = readiness_new(NULL);
    r->purpose = READY_FOR_FAILOVER;
    r->forced = true;
    r->at_ms = 1700000000000;
    put(r, R_SITE, "site-a is silent", "", 1699999999000);
    json_t *o = readiness_to_json(r, "shop");
    assert_string_equal(json_text(o, "operation"), "failover");
    assert_string_equal(json_text(o, "group"), "shop");
    assert_string_equal(json_text(o, "at"), "2023-11-14T22:13:20Z");
    assert_true(json_flag(o, "forced", false));
    assert_true(json_flag(o, "ready", false));
    assert_int_equal(json_int(o, "warnings", 0), 1);
    const json_t *site = json_array_get(json_list(o, "checks"), 0);
    assert_string_equal(json_text(site, "check"), "R-SITE");
    assert_string_equal(json_text(site, "status"), "warning");
    assert_string_equal(json_text(site, "severity"), "blocks unless forced");
    assert_string_equal(json_text(site, "evidence"), "site-a is silent");
    assert_string_equal(json_text(site, "read_at"), "2023-11-14T22:13:19Z");
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(o, "checks"), i, v)
        assert_string_not_equal(json_text(v, "check"), "R-MAXT"); /* of drills alone */
    json_decref(o);
    readiness_unref(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_the_manual),
        cmocka_unit_test(bad_is_as_grave_as_the_table_says),
        cmocka_unit_test(what_is_not_known_warns),
        cmocka_unit_test(what_it_says_is_kept_once),
        cmocka_unit_test(a_full_book_is_let_go_of),
        cmocka_unit_test(the_refusal_names_all_and_helps_with_the_first),
        cmocka_unit_test(it_decays),
        cmocka_unit_test(the_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
