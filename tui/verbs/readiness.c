/* readiness: every check before an operation, and what to do about those that fail. */
#include "tui/verbs/run.h"

#include "tui/verbs/columns.h"
#include "tui/verbs/session.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/planwords.h"

/* The remedies are sentences: below the table, each with its check. */
static void print_remedies(const struct session *s, const json_t *reply)
{
    size_t i;
    json_t *check;
    char line[120], key[32], remedy[600];
    json_array_foreach(json_list(reply, "checks"), i, check) {
        const char *status = json_text(check, "status");
        if (text_equal(status, "ok") || text_equal(status, "-") || !*json_text(check, "remedy"))
            continue;
        safe_text(key, sizeof(key), json_text(check, "check"));
        safe_text(remedy, sizeof(remedy), json_text(check, "remedy"));
        fprintf(s->out, "%s: %s\n", key, remedy);
    }
    planwords_readiness(reply, line, sizeof(line));
    fprintf(s->out, "%s\n", line);
}

int run_readiness(struct session *s)
{
    struct pc_error err = {0};
    json_t *request = NULL, *reply = NULL;
    enum pc_err rc = args_request(s->args, &request, &err);
    if (rc == PC_OK && !args_has(s->args, "--operation"))
        json_put_text(request, "operation", "failover");
    if (rc == PC_OK)
        rc = session_open(s, s->args->verb->needs, &err);
    if (rc)
        json_decref(request);
    else
        rc = session_call(s, s->args->verb->request, request, &reply, &err);
    bool ready = json_flag(reply, "ready", true);
    if (rc == PC_OK && s->args->format == FORMAT_JSON && s->args->column_count == 0) {
        json_dumpf(reply, s->out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
        fputc('\n', s->out);
    } else if (rc == PC_OK)
        rc = session_list(s, READINESS_COLUMNS, json_list(reply, "checks"), &err);
    if (rc == PC_OK && output_for_people(s->args->format) && s->args->column_count == 0)
        print_remedies(s, reply);
    json_decref(reply);
    int code = session_end(s, rc, &err);
    return code ? code : !ready;
}
