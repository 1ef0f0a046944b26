/*
 * readiness: a group's readiness for an operation, asked for by hand.
 * Nothing is refused for being unready: that is what the reply says.
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/present.h"
#include "backend/engine/readiness/eval.h"
#include "backend/engine/readiness/watch.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/request.h"

#include <stdlib.h>

struct look {
    struct engine *e;
    struct request *r;
    struct group *group;
    enum readiness_for purpose;
    bool forced;
};

static void look_free(struct look *l)
{
    group_unref(l->group);
    free(l);
}

static void on_facts(void *arg, json_t *facts)
{
    struct look *l = arg;
    struct pc_error err;
    if (!facts) {
        pc_error_set(&err, PC_ERR_CANCELLED, NULL, "stopped before the answer came");
        request_fail(l->r, &err);
        look_free(l);
        return;
    }
    struct readiness *r = present_readiness(l->e, l->group, facts, l->purpose, l->forced,
                                            l->e->readiness_last, NULL);
    json_t *reply = readiness_to_json(r, l->group->name);
    readiness_keep(l->e, l->group, r);
    request_reply(l->r, reply);
    look_free(l);
}

static enum pc_err purpose_of(const json_t *args, enum readiness_for *ret, struct pc_error *err)
{
    enum readiness_for f = readiness_for_parse(json_text(args, "operation"));
    if (f == READY_FOR_COUNT)
        return pc_error_set(err, PC_ERR_INVALID, "Name one of test_failover, failover, failback.",
                            "there is no readiness for '%s'", json_text(args, "operation"));
    if (json_flag(args, "force", false) && f != READY_FOR_FAILOVER)
        return pc_error_set(err, PC_ERR_INVALID, "Leave force out.",
                            "only a failover can be forced");
    *ret = f;
    return PC_OK;
}

void request_readiness(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *slot;
    struct facts_asked q = {.group = NULL};
    struct group *about = NULL;
    enum readiness_for purpose = READY_FOR_TEST;
    enum pc_err rc = purpose_of(r->args, &purpose, &err);
    if (!rc)
        rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc)
        rc = group_refresh(e, slot->group->id, &err);
    if (!rc) {
        about = purpose == READY_FOR_FAILOVER ? present_rest(e, slot) : NULL;
        about = about ? about : present_here(e, slot->group);
        rc = group_sites(e, about, &q.source, &q.target, &err);
    }
    if (rc) {
        group_unref(about);
        request_fail(r, &err);
        return;
    }
    struct look *l = xcalloc(1, sizeof(*l));
    *l = (struct look){e, r, about, purpose, json_flag(r->args, "force", false)};
    q.group = l->group;
    q.cloud = q.target->cloud;
    facts_read(e, &q, on_facts, l);
}
