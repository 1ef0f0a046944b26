/*
 * op_steps: the steps of an operation by the names of the Operations API, beside
 * the phases that we show. Which of our kinds each stands for is one table.
 */
#include "backend/model/operation.h"

#include "backend/base/json.h"

#include <string.h>

enum { KINDS_MAX = 9 };

/* Of a move: what is refused before anything is touched is its first. */
static const struct {
    const char *name;
    enum step_kind kinds[KINDS_MAX];
    int count;
} MOVE[] = {
    {"validate_target_site", {STEP_VALIDATE_TARGET, STEP_CHECK_SOURCE, STEP_CHECK_BACKEND}, 3},
    {"stop_primary_instances", {STEP_STOP_SERVER}, 1},
    {"final_sync", {STEP_PROTECT_VOLUMES, STEP_REPLICATE_NOW, STEP_AWAIT_TRANSFER}, 3},
    {"get_latest_snapshot", {STEP_PIN_POINT, STEP_CHECK_REPLICA}, 2},
    {"promote_volumes_on_flasharray", {STEP_CLONE_VOLUME}, 1},
    {"manage_volumes_into_cinder", {STEP_MANAGE_VOLUME, STEP_CREATE_VOLUME}, 2},
    {"recreate_instances",
     {STEP_CREATE_PORT, STEP_CREATE_SERVER, STEP_WAIT_CHECK, STEP_CALLOUT, STEP_PROMPT, STEP_GROUP_UP,
      STEP_VERIFY_BOOT, STEP_HEALTH_CHECK, STEP_CREATE_FLOATING}, 9},
    {"update_protection_group_state", {STEP_UPDATE_GROUP}, 1},
};

struct tally {
    int total, done, failed;
};

static struct tally tally_of(const struct operation *op, size_t row)
{
    struct tally t = {0};
    for (size_t i = 0; i < op->plan->count; i++)
        for (int k = 0; k < MOVE[row].count; k++) {
            if (op->plan->steps[i].kind != MOVE[row].kinds[k])
                continue;
            t.total++;
            t.done += op->steps[i].status == STEP_DONE;
            t.failed += op->steps[i].status == STEP_FAILED;
        }
    return t;
}

json_t *operation_api_steps(const struct operation *op)
{
    json_t *o = json_object(), *completed = json_array(), *failed = json_array();
    bool move = op->type == OP_FAILOVER || op->type == OP_FAILBACK;
    for (size_t i = 0; move && op->plan && i < sizeof(MOVE) / sizeof(MOVE[0]); i++) {
        struct tally t = tally_of(op, i);
        if (t.failed)
            json_array_append_new(failed, json_string(MOVE[i].name));
        else if (t.total && t.done == t.total)
            json_array_append_new(completed, json_string(MOVE[i].name));
    }
    json_put(o, "completed", completed);
    json_put(o, "failed", failed);
    return o;
}
