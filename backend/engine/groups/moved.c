#include "backend/engine/groups/moved.h"

#include "backend/engine/run.h"

#include <stdio.h>
#include <stdlib.h>

static enum pc_err load(const struct engine *e, const char *id, struct operation **ret,
                        struct pc_error *err)
{
    const struct run *live = run_find(e, id);
    if (!live)
        return store_op_load(e->store, id, ret, err);
    *ret = operation_copy(live->op);
    return PC_OK;
}

enum pc_err moved_by(const struct engine *e, const char *op_id, struct parts *ret,
                     struct pc_error *err)
{
    struct parts all = {0};
    struct operation *op = NULL;
    enum pc_err rc = PC_OK;
    for (const char *next = op_id; !rc && *next; next = parts_follows(op)) {
        if (all.count >= PARTS_MAX)
            rc = pc_error_set(err, PC_ERR_STORE, "See its operations: operation list.",
                              "%s follows more failovers than the %d that can be", op_id, PARTS_MAX);
        else
            rc = load(e, next, &op, err);
        if (rc)
            break;
        parts_add_take(&all, op);
    }
    if (rc)
        parts_release(&all);
    else
        *ret = all;
    return rc;
}

enum pc_err moved_newest(const struct engine *e, const struct group *g, struct parts *ret,
                         struct pc_error *err)
{
    struct op_filter f = {.group = g->id, .type = OP_FAILOVER, .headers_only = true};
    struct operation **list = NULL;
    char id[OP_ID_SIZE] = "";
    size_t count = 0;
    enum pc_err rc = store_ops(e->store, &f, &list, &count, err);
    for (size_t i = 0; i < count; i++) {
        if (!*id && list[i]->status == OP_COMPLETED)
            snprintf(id, sizeof(id), "%s", list[i]->id);
        operation_free(list[i]);
    }
    free(list);
    if (!rc && !*id)
        rc = pc_error_set(err, PC_ERR_NOT_FOUND, "`operation list` shows what there is.",
                          "the history holds no failover of %s that has ended well", g->name);
    return rc ? rc : moved_by(e, id, ret, err);
}
