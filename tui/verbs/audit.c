/*
 * audit: who asked for what, from the record of the state directory.
 *
 * Nothing is opened for it but the files: it works while an engine runs, and
 * where no site can be reached.
 */
#include "tui/verbs/run.h"

#include "tui/verbs/session.h"
#include "tui/verbs/suggest.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"
#include "backend/door/audit.h"
#include "backend/door/names.h"

#include <stdlib.h>
#include <string.h>

enum { USUAL_LIMIT = 100 };

/* "90m", "36h", "7d": so long ago. */
static bool parse_ago(const char *text, int64_t now_ms, int64_t *ret_ms)
{
    static const struct {
        char unit;
        int64_t ms;
    } UNITS[] = {{'s', 1000}, {'m', 60 * 1000}, {'h', 3600 * 1000}, {'d', 24 * 3600 * 1000}};
    enum { MOST = 100 * 1000 };
    char digits[8];
    long n;
    size_t len = strlen(text);
    if (len < 2 || len > sizeof digits)
        return false;
    memcpy(digits, text, len - 1);
    digits[len - 1] = '\0';
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++)
        if (UNITS[i].unit == text[len - 1] && text_to_long(digits, 1, MOST, &n)) {
            *ret_ms = now_ms - n * UNITS[i].ms;
            return true;
        }
    return false;
}

static enum pc_err since_of(const struct args *a, int64_t *ret_ms, struct pc_error *err)
{
    const char *text = args_value(a, "--since");
    *ret_ms = 0;
    if (!text || parse_ago(text, clock_wall_ms(), ret_ms) || clock_parse_iso(text, ret_ms))
        return PC_OK;
    return pc_error_set(err, PC_ERR_USAGE,
                        "Write 90m, 36h or 7d, or a time such as "
                        "2026-11-20T09:41:00Z.",
                        "'%s' is no time that --since can begin at", text);
}

/* What is left out is said where nobody takes it for a line of the list. */
static void warn(const struct session *s, json_int_t torn)
{
    if (torn)
        fprintf(s->err,
                "warning: %lld line%s of the record %s not whole and left out, as of a "
                "process that was killed while it wrote\n",
                (long long)torn, torn == 1 ? "" : "s", torn == 1 ? "is" : "are");
}

/* ---- nothing was found: is the name one? -------------------------------------------- */

/* Whether anything at all is on record under it, whatever else was wanted. */
static bool on_record(const struct session *s, struct audit_wanted w)
{
    struct pc_error ignored;
    json_t *found = NULL;
    w.limit = 1;
    bool any = audit_list(s->state_dir, &w, &found, &ignored) == PC_OK &&
               json_array_size(json_list(found, "entries")) > 0;
    json_decref(found);
    return any;
}

static enum pc_err check_action(const struct session *s, const char *action, struct pc_error *err)
{
    struct suggest near;
    char remedy[200] = "The column action of audit list has those on record.";
    suggest_init(&near, action);
    for (const struct verb *v = VERBS; v->words; v++) {
        if (v->request && text_equal(v->request, action))
            return PC_OK;
        if (v->request)
            suggest_offer(&near, v->request);
    }
    if (on_record(s, (struct audit_wanted){.action = action}))
        return PC_OK;
    if (near.best)
        snprintf(remedy, sizeof(remedy), "Did you mean %s?", near.best);
    return pc_error_set(err, PC_ERR_USAGE, remedy, "there is no action '%s'", action);
}

/* Among the names of that kind; where it is not, ret has those that are. */
static bool is_named(const struct session *s, const char *kind, const char *name, char *ret,
                     size_t size)
{
    const struct door_options o = session_door(s->args, s->state_dir, NULL);
    struct pc_error ignored;
    json_t *names = NULL, *v;
    size_t i;
    bool found = false;
    size_t used = 0;
    *ret = '\0';
    if (names_list(&o, kind, &names, &ignored) != PC_OK)
        return false;
    json_array_foreach (names, i, v) {
        found = found || text_equal(json_string_value(v), name);
        if (used < size)
            used += (size_t)snprintf(ret + used, size - used, "%s%s", i ? ", " : "",
                                     json_string_value(v));
    }
    json_decref(names);
    return found;
}

static enum pc_err check_target(const struct session *s, const char *target, struct pc_error *err)
{
    char groups[300], operations[300], remedy[400] = "There is no group yet.";
    if (is_named(s, "groups", target, groups, sizeof(groups)) ||
        is_named(s, "operations", target, operations, sizeof(operations)) ||
        on_record(s, (struct audit_wanted){.target = target}))
        return PC_OK;
    if (*groups)
        snprintf(remedy, sizeof(remedy), "There are: %s.", groups);
    return pc_error_set(err, PC_ERR_NOT_FOUND, remedy,
                        "'%s' is no group and no operation, and nothing is on record of it", target);
}

/* An empty answer to a name that was mistyped would be taken for the truth. */
static enum pc_err check_wanted(const struct session *s, const struct audit_wanted *w,
                                struct pc_error *err)
{
    enum pc_err rc = w->action ? check_action(s, w->action, err) : PC_OK;
    return rc || !w->target ? rc : check_target(s, w->target, err);
}

int run_audit(struct session *s)
{
    const struct args *a = s->args;
    const char *limit = args_value(a, "--limit");
    long n = USUAL_LIMIT;
    struct pc_error err = {0};
    json_t *found = NULL;
    struct audit_wanted w = {.target = args_value(a, "--target"),
                             .user = args_value(a, "--user"),
                             .action = args_value(a, "--action"),
                             .failed = args_has(a, "--failed")};
    enum pc_err rc = since_of(a, &w.since_ms, &err);
    if (rc == PC_OK && limit && !text_to_long(limit, 1, AUDIT_LIMIT_MAX, &n))
        rc = pc_error_set(&err, PC_ERR_USAGE, "Give 1 to 10000.", "--limit cannot be '%s'", limit);
    w.limit = (size_t)n;
    if (rc == PC_OK)
        rc = audit_list(s->state_dir, &w, &found, &err);
    if (rc == PC_OK && json_array_size(json_list(found, "entries")) == 0)
        rc = check_wanted(s, &w, &err);
    if (rc == PC_OK) {
        warn(s, json_int(found, "torn", 0));
        rc = session_list(s, a->verb->columns, json_list(found, "entries"), &err);
    }
    json_decref(found);
    return session_end(s, rc, &err);
}
