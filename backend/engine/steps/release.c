/*
 * release: deletes the server that stood for a member before a failover, then its ports
 * and volumes, each by the id that the group's record has of it, and the floating IPs that
 * a move had made for them.
 *
 * They carry no mark to go by, so every deletion reads first and takes nothing that is in
 * use: a server that runs or is a member of a group, a port or a volume that another
 * server has by now. The server is what may not be otherwise, and fails; what somebody
 * else uses is not left over any more: it is left alone and told. A floating IP is one that
 * names point to, and a person's more often than not: it goes by the ledger and by the
 * move's own mark alone, and only when it leads to nothing any more.
 */
#include "backend/engine/groups/split.h"
#include "backend/engine/plan/release.h"
#include "backend/engine/record.h"
#include "backend/engine/steps/steps.h"

#include "backend/cloud/cinder.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"

#include <stdio.h>
#include <string.h>

enum may { MAY_GO, MAY_LATER, MAY_NOT, MAY_STAY };

/* How each type is read, judged and deleted. */
struct domain {
    struct cloud_call *(*read)(struct cloud *c, const char *id, cloud_done *done, void *arg);
    struct cloud_call *(*drop)(struct cloud *c, const char *id, cloud_done *done, void *arg);
    enum may (*judge)(const struct step_run *s, const json_t *o, struct pc_error *err);
    const char *theirs; /* of what stays */
};

static const json_t *params(const struct step_run *s)
{
    return step_plan(s)->params;
}

static const char *id_of(const struct step_run *s)
{
    return json_text(params(s), "id");
}

/* ---- what may go ------------------------------------------------------------------ */

static enum may judge_server(const struct step_run *s, const json_t *o, struct pc_error *err)
{
    const char *site = s->run->target->cfg->name, *group;
    char keeps[60];
    if (group_protected_elsewhere(s->run->e, "", id_of(s), &group)) {
        pc_error_set(err, PC_ERR_STATE, "Take it out of that group first, if it is not needed: "
                     "protection-group remove-member.",
                     "%s (%s) is a member of %s: it is not released", step_plan(s)->subject,
                     id_of(s), group);
        return MAY_NOT;
    }
    if (*json_text(o, "OS-EXT-STS:task_state"))
        return MAY_LATER;
    if (*split_keeps(o, keeps, sizeof(keeps))) {
        pc_error_set(err, PC_ERR_STATE, RELEASE_REMEDY, "%s (%s) %s on %s: it is not released",
                     step_plan(s)->subject, id_of(s), keeps, site);
        return MAY_NOT;
    }
    return MAY_GO;
}

static enum may judge_port(const struct step_run *s, const json_t *o, struct pc_error *err)
{
    const char *device = json_text(o, "device_id");
    (void)err;
    if (!*device)
        return MAY_GO;
    return strcmp(device, json_text(params(s), "server")) == 0 ? MAY_LATER : MAY_STAY;
}

static enum may judge_volume(const struct step_run *s, const json_t *o, struct pc_error *err)
{
    const char *status = json_text(o, "status");
    const json_t *at;
    size_t i;
    json_array_foreach(json_list(o, "attachments"), i, at)
        if (strcmp(json_text(at, "server_id"), json_text(params(s), "server")) != 0)
            return MAY_STAY;
    if (strncmp(status, "error_deleting", 14) == 0) {
        pc_error_set(err, PC_ERR_FAILED, "See Cinder's log on that site, reset the state (openstack "
                     "volume set --state error) and ask again.",
                     "%s (%s) could not be deleted by the storage", step_plan(s)->subject, id_of(s));
        return MAY_NOT;
    }
    bool idle = strcmp(status, "available") == 0 || strcmp(status, "error") == 0 ||
                strcmp(status, "error_managing") == 0;
    return idle ? MAY_GO : MAY_LATER;
}

/* Its ports are gone before it, so what it leads to is something else. */
static enum may judge_floating(const struct step_run *s, const json_t *o, struct pc_error *err)
{
    char mark[256];
    bool ours = strcmp(json_text(o, "description"),
                       step_mark(s, json_text(params(s), "of"), mark, sizeof(mark))) == 0;
    (void)err;
    return ours && !*json_text(o, "port_id") ? MAY_GO : MAY_STAY;
}

#define ANOTHERS "is used by another server"

static const struct domain *domain_of(const struct step_run *s)
{
    static const struct domain domains[STEP_KIND_COUNT] = {
        [STEP_RELEASE_SERVER] = {nova_server, nova_server_delete, judge_server, ""},
        [STEP_RELEASE_PORT] = {neutron_port, neutron_port_delete, judge_port, ANOTHERS},
        [STEP_RELEASE_VOLUME] = {cinder_volume, cinder_volume_delete, judge_volume, ANOTHERS},
        [STEP_RELEASE_FLOATING] = {neutron_floating_ip, neutron_floating_ip_delete, judge_floating,
                                   "leads to another port, or has lost its mark"},
    };
    return &domains[step_plan(s)->kind];
}

/* ---- one after the other ------------------------------------------------------------- */

static void entry_is(struct step_run *s, const struct operation *maker, struct ledger_entry *l,
                     enum ledger_state state)
{
    if (l->state == LEDGER_GONE || l->state == state)
        return;
    l->state = state;
    l->gone_ms = state == LEDGER_GONE ? engine_wall(s->run->e) : 0;
    run_ledger_changed(s->run, l);
    /* What Cinder manages goes with its volume on the array; what it could not manage does not. */
    const char *key = maker->plan->steps[l->step].key;
    char clone[STEP_KEY_SIZE];
    if (maker->plan->steps[l->step].kind != STEP_MANAGE_VOLUME ||
        maker->steps[l->step].status != STEP_DONE)
        return;
    snprintf(clone, sizeof(clone), "%s%s", step_kind_name(STEP_CLONE_VOLUME), strchr(key, ':'));
    int step = plan_find(maker->plan, clone);
    for (size_t i = 0; step >= 0 && i < maker->ledger_count; i++)
        if (maker->ledger[i].step == step)
            entry_is(s, maker, &maker->ledger[i], state);
}

/* It is written up where it was made, too. */
static void entries_are(struct step_run *s, const char *id, enum ledger_state state)
{
    for (size_t b = 1; b < s->run->book_count; b++) {
        const struct operation *maker = s->run->books[b].op;
        for (size_t i = 0; i < maker->ledger_count; i++)
            if (strcmp(maker->ledger[i].resource_id, id) == 0)
                entry_is(s, maker, &maker->ledger[i], state);
    }
}

void release_gone(struct step_run *s, const char *detail)
{
    entries_are(s, id_of(s), LEDGER_GONE);
    step_done(s, detail);
}

/* From here on nobody claims it, nor what may go with a server, until it is seen to be gone:
 * the site may fall silent before that. */
void release_asks(struct step_run *s)
{
    const struct plan *p = s->run->op->plan;
    entries_are(s, id_of(s), LEDGER_SURVIVES);
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(json_text(p->steps[i].params, "server"), id_of(s)) == 0)
            entries_are(s, json_text(p->steps[i].params, "id"), LEDGER_SURVIVES);
}

static void on_dropped(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    bool unfit = r->err.code == PC_ERR_CONFLICT || r->err.code == PC_ERR_INVALID;
    if (step_answered(s, r) || r->err.code == PC_ERR_NOT_FOUND) {
        snprintf(s->state, sizeof(s->state), "asked");
        step_again(s, "deleting");
    } else if (unfit && strcmp(s->state, "unfit") != 0) {
        /* Perhaps it is going: of two that were asked the first one's answer may be lost. */
        snprintf(s->state, sizeof(s->state), "unfit");
        step_again(s, r->err.text);
    } else {
        step_trouble(s, &r->err);
    }
}

/* A 404 for what nobody asked to delete may be a service that has just been started: it is
 * believed the second time. What was attached to a server may have gone with it. */
static void not_there(struct step_run *s, const struct cloud_reply *r)
{
    if (r->err.code != PC_ERR_NOT_FOUND) {
        step_trouble(s, &r->err);
    } else if (*s->state) {
        release_gone(s, strcmp(s->state, "asked") == 0 ? "gone" : "was gone already");
    } else {
        snprintf(s->state, sizeof(s->state), "missing");
        step_again(s, "not found; looking once more");
    }
}

static void leave_alone(struct step_run *s)
{
    const char *theirs = domain_of(s)->theirs;
    char detail[96];
    operation_warn(s->run->op, "%s (%s) %s on %s by now: it is left alone", step_plan(s)->subject,
                   id_of(s), theirs, s->run->target->cfg->name);
    s->run->dirty = true;
    snprintf(detail, sizeof(detail), "%s: left alone", theirs);
    step_done(s, detail);
}

static bool is_deleted(const json_t *o)
{
    const char *status = json_text(o, "status");
    return strcmp(status, "DELETED") == 0 || strcmp(status, "SOFT_DELETED") == 0;
}

/* Whether it is on its way: what was asked to go is not judged any more, unless its
 * storage gave it up or it stays as it is. */
static bool is_going(struct step_run *s, const json_t *o)
{
    const char *status = json_text(o, "status");
    return strcmp(status, "deleting") == 0 ||
           (strcmp(s->state, "asked") == 0 && strncmp(status, "error_deleting", 14) != 0 &&
            !step_unmoved(s));
}

static void on_read(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    struct pc_error err;
    if (!step_answered(s, r)) {
        not_there(s, r);
        return;
    }
    if (is_deleted(r->body)) {
        release_gone(s, "gone");
        return;
    }
    if (is_going(s, r->body)) {
        step_again(s, "deleting");
        return;
    }
    switch (domain_of(s)->judge(s, r->body, &err)) {
    case MAY_GO:
        if (step_halted(s))
            break;
        release_asks(s);
        s->call = domain_of(s)->drop(s->run->cloud, id_of(s), on_dropped, s);
        break;
    case MAY_LATER:
        step_again(s, "in use still");
        break;
    case MAY_NOT:
        step_fail(s, &err);
        break;
    case MAY_STAY:
        leave_alone(s);
        break;
    }
}

void release_check(struct step_run *s)
{
    s->call = domain_of(s)->read(s->run->cloud, id_of(s), on_read, s);
}

void release_begin(struct step_run *s)
{
    snprintf(step_state(s)->resource_id, RESOURCE_ID_SIZE, "%s", id_of(s));
    s->stage = STAGE_CHECK;
    release_check(s);
}

/* ---- before any of it ---------------------------------------------------------------- */

/* One that is not there any more is none that could run. */
static void on_looked(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    struct pc_error err;
    bool there = step_answered(s, r);
    enum may may = there && !is_deleted(r->body) ? judge_server(s, r->body, &err) : MAY_GO;
    if (!there && r->err.code != PC_ERR_NOT_FOUND)
        step_trouble(s, &r->err);
    else if (may == MAY_LATER)
        step_again(s, "something goes on with it");
    else if (may == MAY_NOT)
        step_fail(s, &err);
    else
        step_done(s, there ? json_text(r->body, "status") : "is not there any more");
}

void rest_begin(struct step_run *s)
{
    s->call = nova_server(s->run->cloud, id_of(s), on_looked, s);
}
