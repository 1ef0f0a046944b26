/*
 * audit: who asked for what, from the record of the state directory.
 *
 * Nothing is opened for it but the files: it works while an engine runs, and
 * where no site can be reached.
 */
#include "tui/verbs/run.h"

#include "tui/verbs/session.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"
#include "backend/door/audit.h"

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
    if (rc == PC_OK) {
        warn(s, json_int(found, "torn", 0));
        rc = session_list(s, a->verb->columns, json_list(found, "entries"), &err);
    }
    json_decref(found);
    return session_end(s, rc, &err);
}
