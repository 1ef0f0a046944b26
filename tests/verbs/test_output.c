/* Tables, JSON, CSV and bare values: byte for byte as the openstack client. */
#include "tui/verbs/output.h"

#include "tui/verbs/box.h"
#include "tui/verbs/cell.h"
#include "tui/verbs/columns.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct column COLUMNS[] = {
    {"Name", "name", NULL, SHOWN_ALWAYS},
    {"Size", "size", NULL, SHOWN_ALWAYS},
    {"Note", "note", NULL, SHOWN_ALWAYS},
    {"Made", "made#", NULL, SHOWN_JSON},
    {"Deep", "a.b", NULL, SHOWN_ASKED},
    {0},
};

static const char ROWS[] =
    "[{\"name\":\"web-1\",\"size\":20,\"note\":null,\"made\":[1,2],\"a\":{\"b\":true}},"
    " {\"name\":\"say \\\"hi\\\"\",\"size\":5,\"note\":\"x\",\"made\":[]}]";

static const struct column FLAGS[] = {{"flags", "flags", cell_lines, SHOWN_ALWAYS}, {0}};

/* What is printed; the caller frees. */
static char *printed(const char *json, const struct column *columns, enum format format,
                     const char *const *wanted, size_t count, int width)
{
    char *text = NULL;
    size_t size = 0;
    struct pc_error err = {0};
    json_t *data = json_loads(json, 0, NULL);
    struct output o = {.file = open_memstream(&text, &size), .format = format, .wanted = wanted,
                       .wanted_count = count, .width = width};
    assert_non_null(data);
    if (json_is_array(data))
        assert_int_equal(output_list(&o, columns, data, &err), PC_OK);
    else
        assert_int_equal(output_show(&o, columns, data, &err), PC_OK);
    fclose(o.file);
    json_decref(data);
    return text;
}

static void expect(const char *json, const struct column *columns, enum format format, int width,
                   const char *expected)
{
    char *text = printed(json, columns, format, NULL, 0, width);
    assert_string_equal(text, expected);
    free(text);
}

static void test_list(void **state)
{
    (void)state;
    expect(ROWS, COLUMNS, FORMAT_TABLE, 0,
           "+----------+------+------+\n"
           "| Name     | Size | Note |\n"
           "+----------+------+------+\n"
           "| web-1    |   20 |      |\n"
           "| say \"hi\" |    5 | x    |\n"
           "+----------+------+------+\n");
    expect(ROWS, COLUMNS, FORMAT_VALUE, 0, "web-1 20 None\nsay \"hi\" 5 x\n");
    expect(ROWS, COLUMNS, FORMAT_CSV, 0,
           "\"Name\",\"Size\",\"Note\"\n"
           "\"web-1\",20,\"\"\n"
           "\"say \"\"hi\"\"\",5,\"x\"\n");
    expect(ROWS, COLUMNS, FORMAT_LINES, 0,
           "web-1: Size 20\n"
           "say \"hi\": Size 5, Note x\n");
    expect(ROWS, COLUMNS, FORMAT_JSON, 0,
           "[\n"
           "  {\n    \"Name\": \"web-1\",\n    \"Size\": 20,\n    \"Note\": null,\n"
           "    \"Made\": 2\n  },\n"
           "  {\n    \"Name\": \"say \\\"hi\\\"\",\n    \"Size\": 5,\n    \"Note\": \"x\",\n"
           "    \"Made\": 0\n  }\n"
           "]\n");
}

static void test_nothing_to_list(void **state)
{
    (void)state;
    expect("[]", COLUMNS, FORMAT_TABLE, 0, "\n");
    expect("[]", COLUMNS, FORMAT_JSON, 0, "[]\n");
    expect("[]", COLUMNS, FORMAT_CSV, 0, "\"Name\",\"Size\",\"Note\"\n");
    expect("[]", COLUMNS, FORMAT_VALUE, 0, "");
    expect("[]", COLUMNS, FORMAT_LINES, 0, "none\n");
}

static void test_show(void **state)
{
    (void)state;
    static const char one[] = "{\"name\":\"web-1\",\"size\":20,\"made\":[1]}";
    expect(one, COLUMNS, FORMAT_TABLE, 0,
           "+-------+-------+\n"
           "| Field | Value |\n"
           "+-------+-------+\n"
           "| Name  | web-1 |\n"
           "| Size  | 20    |\n"
           "| Note  |       |\n"
           "+-------+-------+\n");
    expect(one, COLUMNS, FORMAT_VALUE, 0, "web-1\n20\nNone\n");
    expect(one, COLUMNS, FORMAT_LINES, 0, "Name: web-1\nSize: 20\n");
    expect("{\"flags\":[\"a\",\"b\"]}", FLAGS, FORMAT_LINES, 0, "flags: a\nflags: b\n");
    expect(one, COLUMNS, FORMAT_CSV, 0,
           "\"Field\",\"Value\"\n\"Name\",\"web-1\"\n\"Size\",20\n\"Note\",\"\"\n");
    expect(one, COLUMNS, FORMAT_JSON, 0,
           "{\n  \"Name\": \"web-1\",\n  \"Size\": 20,\n  \"Note\": null,\n  \"Made\": 1\n}\n");
}

static void test_seeds_site_list(void **state)
{
    (void)state;
    expect("[{\"name\":\"site-a\",\"type\":\"primary\",\"status\":\"active\","
           "\"auth_url\":\"http://site-a-ctrl:5000/v3\"},"
           "{\"name\":\"site-b\",\"type\":\"secondary\",\"status\":\"active\","
           "\"auth_url\":\"http://site-b-ctrl:5000/v3\"}]",
           SITE_LIST_COLUMNS, FORMAT_TABLE, 0,
           "+--------+-----------+--------+----------------------------+\n"
           "| Name   | Type      | Status | Auth URL                   |\n"
           "+--------+-----------+--------+----------------------------+\n"
           "| site-a | primary   | active | http://site-a-ctrl:5000/v3 |\n"
           "| site-b | secondary | active | http://site-b-ctrl:5000/v3 |\n"
           "+--------+-----------+--------+----------------------------+\n");
}

static void test_wanted_columns(void **state)
{
    (void)state;
    static const char *const wanted[] = {"deep", "NAME"};
    char *text = printed(ROWS, COLUMNS, FORMAT_VALUE, wanted, 2, 0);
    assert_string_equal(text, "web-1 True\nsay \"hi\" None\n"); /* in the table's order */
    free(text);
}

static void test_unknown_column_prints_nothing(void **state)
{
    (void)state;
    static const char *const wanted[] = {"Name", "Color"};
    char *text = NULL;
    size_t size = 0;
    struct pc_error err = {0};
    json_t *rows = json_loads(ROWS, 0, NULL);
    struct output o = {.file = open_memstream(&text, &size), .wanted = wanted, .wanted_count = 2};
    assert_int_equal(output_list(&o, COLUMNS, rows, &err), PC_ERR_USAGE);
    fclose(o.file);
    assert_int_equal(size, 0);
    assert_non_null(strstr(err.text, "Color"));
    assert_non_null(strstr(err.remedy, "Name, Size, Note, Made, Deep"));
    free(text);
    json_decref(rows);
}

static void test_wraps_to_the_terminal(void **state)
{
    (void)state;
    expect("{\"name\":\"[\\\"creating_snapshots\\\", \\\"creating_volumes\\\", \\\"verifying\\\"]\"}",
           COLUMNS, FORMAT_TABLE, 40,
           "+-------+------------------------------+\n"
           "| Field | Value                        |\n"
           "+-------+------------------------------+\n"
           "| Name  | [\"creating_snapshots\",       |\n"
           "|       | \"creating_volumes\",          |\n"
           "|       | \"verifying\"]                 |\n"
           "| Size  |                              |\n"
           "| Note  |                              |\n"
           "+-------+------------------------------+\n");
}

static void test_wide_letters_and_hostile_names(void **state)
{
    (void)state;
    static const char *const wanted[] = {"Name"};
    char *text = printed("[{\"name\":\"東京\"},{\"name\":\"a\\u001b[2Jb\\nc\"}]", COLUMNS,
                         FORMAT_TABLE, wanted, 1, 0);
    assert_null(strchr(text, '\x1b'));
    assert_non_null(strstr(text, "| 東京     |\n")); /* four cells of eight */
    assert_non_null(strstr(text, "[2Jb c |\n"));
    free(text);
    text = printed("[{\"name\":\"東\\u009b\"}]", COLUMNS, FORMAT_JSON, wanted, 1, 0);
    assert_string_equal(text, "[\n  {\n    \"Name\": \"\\u6771\\u009B\"\n  }\n]\n");
    free(text);
}

static void test_cells(void **state)
{
    (void)state;
    static const struct {
        char *(*cell)(const json_t *);
        const char *json, *text;
    } cases[] = {
        {cell_plain, "[\"a\", {\"b\": 1}]", "[\"a\", {\"b\": 1}]"},
        {cell_plain, "false", "False"},
        {cell_plain, "null", ""},
        {cell_lines, "[\"tcp:22\",\"http:/\"]", "tcp:22\nhttp:/"},
        {cell_pairs, "{\"a\":\"b\",\"c\":3}", "a=b\nc=3"},
        {cell_things, "[{\"vm\":\"w\",\"n\":2,\"l\":[1]},{\"vm\":\"x\"}]", "w  2\nx"},
        {cell_services, "{\"compute\":{\"status\":\"ok\",\"latency_ms\":31,\"version\":\"2.90\"}}",
         "compute: ok 31 ms 2.90"},
        {cell_members,
         "[{\"name\":\"web-1\",\"status\":\"ACTIVE\",\"flavor\":{\"name\":\"m1\"},"
         "\"volumes\":[1,2],\"networks\":[{\"name\":\"net\",\"ip\":\"10.0.0.1\"}]}]",
         "web-1  ACTIVE  m1  2 volumes  net 10.0.0.1"},
        {cell_point, "{\"name\":\"pg.1\",\"created_at\":\"T\"}", "pg.1 (T)"},
        {cell_point, "null", ""},
        {cell_seconds, "130", "2m10s"},
        {cell_seconds, "900", "15m"},
        {cell_seconds, "3600", "1h"},
        {cell_seconds, "null", ""},
        {cell_late, "[{\"key\":\"stop_server:db\",\"spent_s\":130,\"usual_s\":20},{\"key\":\"x\"}]",
         "stop_server:db for 2m10s, usually 20s\nx for 0s, usually 0s"},
        {cell_late, "[]", ""},
        {cell_stuck, "{\"since_s\":960,\"advice\":\"Look.\"}", "for 16m00s: Look."},
        {cell_stuck, "null", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        json_t *v = json_loads(cases[i].json, JSON_DECODE_ANY, NULL);
        char *text = cases[i].cell(v);
        assert_string_equal(text, cases[i].text);
        free(text);
        json_decref(v);
    }
}

static void test_a_group_tells_why_not(void **state)
{
    (void)state;
    char *text = printed(
        "{\"name\":\"prod\",\"state\":\"awaiting_commit\",\"flags\":{\"split_brain_risk\":true,"
        "\"metadata\":\"unreachable\",\"window_action\":\"rollback\",\"commit_window_ends_at\":"
        "\"2026-11-20T10:41:07Z\"},\"allowed_actions\":[\"commit\",\"rollback\"],"
        "\"readiness\":{\"failover\":null,\"failback\":{\"ready\":false,\"blockers\":[\"R-NET\","
        "\"R-FLV\"],\"warnings\":[],\"stale\":true}},"
        "\"action_warnings\":[{\"action\":\"commit\",\"warning\":null},{\"action\":\"rollback\","
        "\"warning\":\"What was written is lost.\"}],\"refused_actions\":[{\"action\":\"failover\","
        "\"reason\":\"Decide first.\"}],\"split_brain\":{\"site\":\"site-a\",\"reason\":\"Both "
        "run.\",\"servers\":[{\"name\":\"web-1\",\"since\":\"2026-11-20T09:41:07Z\"}]},"
        "\"last_operation\":{\"id\":\"op-1\",\"operation_type\":\"failover\",\"status\":"
        "\"completed\",\"verdict\":\"passed\"},\"members\":[{\"name\":\"web-1\",\"status\":"
        "\"recovered\",\"result\":\"succeeded\",\"flavor\":\"m1\"}]}",
        GROUP_SHOW_COLUMNS, FORMAT_TABLE, NULL, 0, 0);
    static const char *const LINES[] = {
        "| window               | rollback at 2026-11-20T10:41:07Z ",
        "| flags                | the old primary may still run ",
        "|                      | metadata unreachable ",
        "| split_brain          | Both run. ",
        "|                      | web-1 runs at site-a since 2026-11-20T09:41:07Z ",
        "| last_operation       | failover completed, passed (op-1) ",
        "| readiness            | failover: not looked at yet ",
        "|                      | failback: NOT READY, blocked by R-NET R-FLV (stale) ",
        "| warnings             | rollback: What was written is lost. ",
        "| refused_actions      | failover: Decide first. ",
        "| members              | web-1  recovered, succeeded  m1 ",
    };
    for (size_t i = 0; i < sizeof(LINES) / sizeof(LINES[0]); i++)
        if (!strstr(text, LINES[i]))
            fail_msg("no %s in\n%s", LINES[i], text);
    free(text);
}

/* The longest line of a text. */
static size_t widest(const char *text)
{
    size_t most = 0;
    for (; *text; text += strcspn(text, "\n") + 1)
        most = strcspn(text, "\n") > most ? strcspn(text, "\n") : most;
    return most;
}

/* An id that is broken over two lines is of no use to anybody. */
static void test_a_narrow_list_keeps_its_ids(void **state)
{
    (void)state;
    static const char rows[] =
        "[{\"id\":\"op-9f3a1b2c-4d5e-4f7a-8b9c-0d1e2f3a4b5c\",\"operation_type\":"
        "\"test_failover\",\"status\":\"cleaned\",\"verdict\":\"passed\",\"progress\":100,"
        "\"protection_group\":\"prod-web-app\",\"started_at\":\"2026-11-20T09:41:07Z\","
        "\"completed_at\":\"2026-11-20T09:43:07Z\"}]";
    char *text = printed(rows, OPERATION_LIST_COLUMNS, FORMAT_TABLE, NULL, 0, 80);
    assert_non_null(strstr(text, "| op-9f3a1b2c  | test_failover  | cleaned | passed  |"));
    assert_true(widest(text) <= 80);
    free(text);
    text = printed(rows, OPERATION_LIST_COLUMNS, FORMAT_TABLE, NULL, 0, 120);
    assert_non_null(strstr(text, "11-20 09:41Z"));
    assert_true(widest(text) <= 120);
    free(text);
    text = printed(rows, OPERATION_LIST_COLUMNS, FORMAT_TABLE, NULL, 0, 0); /* no terminal */
    assert_non_null(strstr(text, "op-9f3a1b2c-4d5e-4f7a-8b9c-0d1e2f3a4b5c"));
    assert_non_null(strstr(text, "2026-11-20T09:43:07Z"));
    free(text);
    text = printed(rows, OPERATION_LIST_COLUMNS, FORMAT_CSV, NULL, 0, 80);
    assert_non_null(strstr(text, "op-9f3a1b2c-4d5e-4f7a-8b9c-0d1e2f3a4b5c"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_narrow_list_keeps_its_ids),
        cmocka_unit_test(test_a_group_tells_why_not),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_nothing_to_list),
        cmocka_unit_test(test_show),
        cmocka_unit_test(test_seeds_site_list),
        cmocka_unit_test(test_wanted_columns),
        cmocka_unit_test(test_unknown_column_prints_nothing),
        cmocka_unit_test(test_wraps_to_the_terminal),
        cmocka_unit_test(test_wide_letters_and_hostile_names),
        cmocka_unit_test(test_cells),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
