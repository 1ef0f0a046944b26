#include "backend/engine/groups/groups.h"

#include "backend/model/lifecycle.h"

#include <stdio.h>
#include <string.h>

enum pc_err group_allows(struct engine *e, const struct group_slot *slot, enum group_action a,
                         struct pc_error *err)
{
    enum group_state state = slot->view->state;
    enum pc_err rc = lifecycle_check(a, state, slot->group->name, err);
    /* To wait for it would be for ever. */
    if (rc && lifecycle_runs(state) && strcmp(engine_executor(e), "nobody") == 0)
        snprintf(err->remedy, sizeof(err->remedy), "Nobody executes what runs on it: "
                 "protector-console engine --until-idle goes on with it. To stop it: operation "
                 "cancel.");
    return rc;
}
