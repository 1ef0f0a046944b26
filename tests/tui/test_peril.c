/*
 * A lab whose names are hostile, from end to end: every verb in every format,
 * the screens, a drill of it all, and what is written to files meanwhile. None
 * of it may hold a byte that commands a terminal or misleads a reader.
 */
#include "tests/support/judge.h"
#include "tests/support/venue.h"
#include "tests/tui/support/spoil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "backend/base/mem.h"

static struct venue venue;

/* ---- a hostile lab -------------------------------------------------------------- */

/* What a cloud would take for a name: valid UTF-8 of at most 200 bytes, not blank. */
static json_t *hostile_name(size_t *kind)
{
    for (;;) {
        char text[201];
        size_t len = (size_t)snprintf(text, sizeof text, "%s", spoil_text((*kind)++));
        len = len < sizeof text ? len : sizeof text - 1;
        json_t *name = NULL;
        while (len > 0 && !(name = json_stringn(text, len)) && len > 190)
            len--; /* cut within a character */
        if (name && strspn(text, " ") < len)
            return name;
        json_decref(name);
    }
}

/* Gives every resource of a list another name; `ids` gets what it was called and its id. */
static void rename_all(int site, const char *path, const char *list, const char *one, json_t *ids,
                       size_t *kind)
{
    const json_t *item;
    size_t i;
    char *all = xasprintf("%s/detail", path);
    json_t *doc = call_json(&venue.lab, site, "GET", strcmp(one, "network") == 0 ? path : all, NULL,
                            NULL, 200);
    json_array_foreach (json_list(doc, list), i, item) {
        char *url = xasprintf("%s/%s", path, json_text(item, "id"));
        json_t *body = json_pack("{s:{s:o}}", one, "name", hostile_name(kind));
        char *text = json_dumps(body, 0);
        json_put_text(ids, json_text(item, "name"), json_text(item, "id"));
        json_decref(call_json(&venue.lab, site, "PUT", url, NULL, text, 200));
        json_decref(body);
        free(text);
        free(url);
    }
    json_decref(doc);
    free(all);
}

/* The groups name servers and networks by their ids from now on. */
static void write_groups(const json_t *ids)
{
    char path[128];
    json_t *group, *value;
    const char *from;
    size_t i, k;
    snprintf(path, sizeof path, "%s/groups.json", venue.lab.dir);
    json_t *groups = json_load_file(path, 0, NULL);
    assert_non_null(groups);
    json_array_foreach (groups, i, group) {
        json_t *members = json_list(group, "members"), *mapping = json_object();
        json_array_foreach (members, k, value)
            json_string_set(value, json_text(ids, json_string_value(value)));
        json_object_foreach (json_map(group, "network_mapping"), from, value)
            json_put_text(mapping, json_text(ids, from), json_text(ids, json_string_value(value)));
        json_put(group, "network_mapping", mapping);
    }
    assert_int_equal(json_dump_file(groups, path, 0), 0);
    json_decref(groups);
}

static void make_hostile(void)
{
    size_t kind = 0;
    json_t *ids = json_object();
    for (int site = A; site <= B; site++) {
        rename_all(site, "/network/v2.0/networks", "networks", "network", ids, &kind);
        rename_all(site, "/volume/v3/volumes", "volumes", "volume", ids, &kind);
        rename_all(site, "/compute/v2.1/servers", "servers", "server", ids, &kind);
    }
    write_groups(ids);
    json_decref(ids);
}

/* A service that answers every call of a kind with an error in hostile words. */
static void hostile_error(int site, const char *service, const char *verb, size_t kind)
{
    json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:i, s:o}", "site", site == A ? "site-a" : "site-b",
                             "service", service, "verb", verb, "do", "status=500", "count", 0,
                             "message", hostile_name(&kind));
    char *text = json_dumps(body, 0);
    fault(&venue.lab, text);
    free(text);
    json_decref(body);
}

/* ---- judgement -------------------------------------------------------------------- */

static void judge(const char *what, const char *text)
{
    const char *found = judge_text(text, strlen(text));
    if (!found)
        return;
    fprintf(stderr, "%s:\n%.4000s\n", what, text);
    fail_msg("%s has %s", what, found);
}

/* How much of what is told had to be cleaned: were it nothing, nothing was tried. */
static size_t marks_in(const char *text)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, "\xef\xbf\xbd")) != NULL; at++)
        n++;
    return n;
}

static size_t verbs_are_clean(void)
{
    static const char *const verbs[][6] = {
        {"site", "list"},
        {"site", "show", "site-a"},
        {"protection-group", "list"},
        {"protection-group", "show", "prod-web-app"},
        {"protection-group", "readiness", "prod-web-app"},
        {"protection-group", "test-failover", "prod-web-app", "--dry-run"},
        {"failover", "prod-web-app", "--dry-run"},
        {"recovery-point", "list", "prod-web-app"},
        {"operation", "list"},
        {"doctor"},
    };
    static const char *const formats[] = {"table", "json", "csv"};
    size_t marks = 0;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
            const char *argv[10] = {NULL};
            char what[200];
            int status, n = 0;
            for (; n < 6 && verbs[i][n]; n++)
                argv[n] = verbs[i][n];
            argv[n++] = "-f";
            argv[n] = formats[f];
            char *out = venue_verb(&venue, argv, &status);
            snprintf(what, sizeof what, "%s %s -f %s", argv[0], argv[1], formats[f]);
            judge(what, out);
            marks += marks_in(out);
            free(out);
        }
    return marks;
}

static void every_file_is_clean(void)
{
    static const char *const endings[] = {".log", ".txt", ".csv", ".json", "history"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char *text = venue_files(&venue, endings[i]);
        for (char *at = text; (at = strstr(at, "\r\n")) != NULL;)
            *at = ' '; /* as lines of CSV end */
        judge(endings[i], text);
        free(text);
    }
}

/* ---- stories ------------------------------------------------------------------------ */

static int open_venue(void **state)
{
    (void)state;
    venue_open(&venue);
    make_hostile();
    return 0;
}

static int close_venue(void **state)
{
    (void)state;
    venue_close(&venue);
    return 0;
}

static void verbs_tell_hostile_names_cleanly(void **state)
{
    (void)state;
    assert_true(verbs_are_clean() > 100);
    every_file_is_clean();
}

/* Judges what the terminal got so far. */
static void judge_glass(struct glass *g, const char *what)
{
    glass_idle(g);
    const char *found = glass_found(g);
    if (found) {
        fprintf(stderr, "%s\n", glass_text(g));
        fail_msg("%s: the terminal gets %s", what, found);
    }
}

static void a_drill_of_hostile_names_passes_and_is_told_cleanly(void **state)
{
    static const char *const ways[] = {"Enter", "1 2 3 4 5 6", "Esc e", "Esc S-Tab Enter", "Tab Tab",
                                       "Esc F", "Esc u", "Esc ,"};
    struct glass g;
    (void)state;
    venue_console(&venue, &g, NULL);
    glass_until(&g, "read now");
    glass_keys(&g, "End");
    glass_until(&g, "\u25b8 prod-web-app");
    glass_keys(&g, "t");
    glass_until(&g, "S: to the last page");
    judge_glass(&g, "the plan of a drill");
    for (const char *page = "1\0002\0003\0004\0005\0007\0"; *page; page += 2) {
        glass_keys(&g, page);
        judge_glass(&g, page);
    }
    glass_keys(&g, "S y");
    glass_until(&g, "passed, cleaned");
    judge_glass(&g, "the operation");
    glass_keys(&g, "Esc");
    glass_until(&g, "Sites");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        glass_keys(&g, ways[i]);
        judge_glass(&g, ways[i]);
    }
    glass_keys(&g, "Esc h");
    glass_until(&g, "History  1");
    glass_keys(&g, "x Ctrl-P");
    judge_glass(&g, "the history, taken along");
    kill(g.pty->child, SIGTERM);
    int status = glass_end(&g);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    char *dump = venue_files(&venue, ".txt"), *exported = venue_files(&venue, ".csv");
    assert_true(*dump && strstr(exported, "prod-web-app"));
    free(dump);
    free(exported);
    every_file_is_clean();
}

/* Errors in the words of a hostile site: on the screens, in a verb, in the log. */
static void errors_in_hostile_words_are_told_cleanly(void **state)
{
    static const char *const argv[] = {"site", "show", "site-a", NULL};
    struct glass g;
    int status;
    (void)state;
    free(venue_verb(&venue, argv, &status)); /* the groups are known from now on */
    hostile_error(A, "network", "GET", 8);
    hostile_error(B, "compute", "GET", 13);
    venue_console(&venue, &g, NULL);
    glass_until(&g, "error");
    glass_keys(&g, "S-Tab Enter");
    glass_until(&g, "HTTPError");
    judge_glass(&g, "a site with an error");
    kill(g.pty->child, SIGTERM);
    glass_end(&g);
    char *out = venue_verb(&venue, argv, &status);
    judge("site show", out);
    free(out);
    every_file_is_clean();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(verbs_tell_hostile_names_cleanly, open_venue, close_venue),
        cmocka_unit_test_setup_teardown(a_drill_of_hostile_names_passes_and_is_told_cleanly,
                                        open_venue, close_venue),
        cmocka_unit_test_setup_teardown(errors_in_hostile_words_are_told_cleanly, open_venue,
                                        close_venue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
