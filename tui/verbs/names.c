/* names: what there is to be named on a command line, a line each: completion asks. */
#include "tui/verbs/run.h"

#include "tui/verbs/session.h"

#include "backend/door/names.h"

int run_names(struct session *s)
{
    const struct door_options o = session_door(s->args, s->state_dir, NULL);
    struct pc_error err = {0};
    json_t *names = NULL, *v;
    size_t i;
    enum pc_err rc = names_list(&o, s->args->operands[0], &names, &err);
    json_array_foreach (names, i, v)
        fprintf(s->out, "%s\n", json_string_value(v));
    json_decref(names);
    return session_end(s, rc, &err);
}
