/*
 * status: no verb was given and there is no terminal for the screens: what is
 * true now, in plain lines, and how to go on.
 */
#include "tui/verbs/run.h"

#include "tui/verbs/columns.h"
#include "tui/verbs/session.h"

#include "backend/base/json.h"

static enum pc_err part(struct session *s, const char *title, const char *verb,
                        const struct column *columns, struct pc_error *err)
{
    json_t *rows = NULL;
    enum pc_err rc = session_call(s, verb, NULL, &rows, err);
    if (rc)
        return rc;
    fprintf(s->out, "%s\n", title);
    if (json_array_size(rows) == 0)
        fprintf(s->out, "  none\n");
    else
        rc = session_list(s, columns, rows, err);
    json_decref(rows);
    return rc;
}

int run_status(struct session *s)
{
    struct pc_error err = {0};
    enum pc_err rc = session_open(s, NEED_SITES, &err);
    if (rc == PC_OK) {
        fprintf(s->out, "protector-console%s\n",
                door_is_lab(s->door) ? ": LAB, two simulated sites" : "");
        rc = part(s, "Sites", "site_list", SITE_LIST_COLUMNS, &err);
    }
    if (rc == PC_OK)
        rc = part(s, "Protection groups", "group_list", GROUP_LIST_COLUMNS, &err);
    if (rc == PC_OK)
        rc = part(s, "Operations, newest first", "operation_list", OPERATION_LIST_COLUMNS, &err);
    if (rc == PC_OK)
        fprintf(s->out, "The screens need a terminal. Verbs: protector-console --help\n");
    return session_end(s, rc, &err);
}
