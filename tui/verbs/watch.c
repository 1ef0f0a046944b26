/* watch: any operation, told in lines and by its events until it rests. */
#include "tui/verbs/run.h"

#include "tui/verbs/columns.h"
#include "tui/verbs/follow.h"

#include "backend/base/json.h"

int run_watch(struct session *s)
{
    const char *id = s->args->operands[0];
    struct pc_error err = {0};
    json_t *op = NULL;
    bool good = true;
    enum pc_err rc = session_open(s, s->args->verb->needs, &err);
    if (rc == PC_OK)
        rc = follow_events(s, id, &op, &err);
    if (rc == PC_OK) {
        good = operation_good(op);
        rc = session_show(s, OPERATION_SHOW_COLUMNS, op, &err);
        follow_tell_failure(s, op);
    }
    json_decref(op);
    int code = session_end(s, rc, &err);
    return code ? code : !good;
}
