/*
 * update: the group's record says where it serves, and with which servers.
 *
 * It is the last act of a real operation, and it is one transaction with the
 * step's own end (journal.c): there is no moment at which the one is durable and
 * the other is not. Which record, says `how`:
 *   "swap"     the members are those that this operation made, read from the
 *              target; who was not made keeps its old facts
 *   "take"     the same for the operation `from`, which has ended before
 *   "restore"  as it was before the parent made its own: members and primary
 *   "say"      as a person said: `members`, where any stand for others, and no
 *              split brain any more
 *   "released" `servers` that stood for members before stand no more
 *   "none"     nothing of the record changes but its version
 */
#include "backend/engine/capture.h"
#include "backend/engine/steps/steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const json_t *params(const struct step_run *s)
{
    return step_plan(s)->params;
}

/* ---- the new record ----------------------------------------------------------------- */

/* From where it goes: a confirmation's record has the sites the other way round. */
static const char *site_left(const struct step_run *s, const json_t *old)
{
    const struct operation *op = s->run->op;
    char key[STEP_KEY_SIZE];
    if (strcmp(json_text(params(s), "how"), "swap") != 0)
        return strcmp(json_text(params(s), "how"), "take") == 0 ? op->target_site : op->source_site;
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(STEP_CREATE_SERVER), json_text(old, "name"));
    int made = plan_find(op->plan, key);
    /* One that is repeated has swapped before. */
    bool source = made >= 0 && strcmp(json_text(op->plan->steps[made].params, "source_id"),
                                      json_text(old, "id")) == 0;
    return source ? op->source_site : NULL;
}

/* What serves from now on knows what stood for it before, and where; a record that is
 * restored is as it was. Who was followed by a swap was stopped and left there; whom a
 * confirmation follows it has deleted; whom a person's word left there, it says. */
static void follow(const struct step_run *s, json_t *m, const json_t *old)
{
    const char *how = json_text(params(s), "how");
    if (strcmp(how, "restore") != 0)
        member_follows(m, old, site_left(s, old),
                       strcmp(how, "swap") == 0 ||
                           json_has_text(json_list(params(s), "left"), json_text(old, "id")),
                       engine_wall(s->run->e));
}

static void put_member(const struct step_run *s, json_t *members, json_t *m_take)
{
    json_t *old;
    size_t i;
    json_array_foreach(members, i, old)
        if (strcmp(json_text(old, "name"), json_text(m_take, "name")) == 0) {
            follow(s, m_take, old);
            json_array_set_new(members, i, m_take);
            return;
        }
    json_array_append_new(members, m_take);
}

/* `found`: members as they are now, in place of those of the same names. */
static void write_record(struct step_run *s, const json_t *found)
{
    struct run *r = s->run;
    struct group_slot *slot;
    struct group *next = NULL;
    struct pc_error err;
    const char *primary = json_text(params(s), "primary");
    char detail[192];
    enum pc_err rc = engine_group(r->e, r->op->group_id, &slot, &err);
    if (!rc) {
        json_t *o = group_to_json(slot->group);
        const json_t *m;
        size_t i;
        json_array_foreach(found, i, m)
            put_member(s, json_list(o, "members"), json_deep_copy(m));
        predecessors_released(json_list(o, "members"), json_list(params(s), "servers"));
        if (*primary)
            json_put_text(o, "current_primary", primary);
        /* One that is repeated was counted when it swapped first. */
        if (json_flag(params(s), "counts", false) && !json_flag(r->op->request, "swapped", false))
            json_put_int(o, "failover_count", slot->group->failover_count + 1);
        if (strcmp(json_text(params(s), "how"), "say") == 0)
            json_put(o, "split_brain", json_null());
        if (found)
            json_put_int(o, "captured_ms", engine_wall(r->e));
        /* It is another group by now, if nothing of its record says so. */
        json_put_int(o, "metadata_version", slot->group->metadata_version + 1);
        rc = group_from_json(o, &next, &err);
        json_decref(o);
    }
    if (rc) {
        step_fail(s, &err);
        return;
    }
    run_write_group(r, next);
    snprintf(detail, sizeof(detail), "%.60s serves at %.100s", r->op->group,
             *primary ? primary : next->current_primary);
    step_done(s, detail);
}

/* ---- members that were made: a fresh read --------------------------------------------- */

/* The reading outlives a run that is dropped: it finds its step again by name. */
struct reading_members {
    struct engine *e;
    char op_id[OP_ID_SIZE];
    int step;
    json_t *names; /* of the members, in the order of their servers; owned */
};

/* A server that was renamed there since is still that member: they come in the
 * order in which they were asked for. The caller decrefs. */
static json_t *as_members(const json_t *servers, const json_t *names)
{
    json_t *list = json_deep_copy(servers), *m;
    size_t i;
    json_array_foreach(list, i, m)
        json_put_text(m, "name", json_string_value(json_array_get(names, i)));
    return list;
}

static void on_members(void *arg, const struct pc_error *err, json_t *servers)
{
    struct reading_members *reading = arg;
    struct run *r = run_find(reading->e, reading->op_id);
    struct step_run *s = r ? &r->steps[reading->step] : NULL;
    bool waits = s && s->stage != STAGE_NONE && !step_halted(s); /* while they were read */
    if (waits && err->code) {
        step_trouble(s, err);
    } else if (waits) {
        json_t *members = as_members(servers, reading->names);
        write_record(s, members);
        json_decref(members);
    }
    json_decref(reading->names);
    free(reading);
}

/* The members that the operation made, as they are at the site by now. */
static void read_made(struct step_run *s, const struct operation *op)
{
    struct reading_members *reading = xcalloc(1, sizeof(*reading));
    json_t *ids = json_array();
    reading->e = s->run->e;
    reading->step = s->index;
    reading->names = json_array();
    snprintf(reading->op_id, sizeof(reading->op_id), "%s", s->run->op->id);
    for (size_t i = 0; i < op->plan->count; i++) {
        const struct plan_step *p = &op->plan->steps[i];
        if (p->kind != STEP_CREATE_SERVER || op->steps[i].status != STEP_DONE)
            continue;
        json_array_append_new(ids, json_string(op->steps[i].resource_id));
        json_array_append_new(reading->names, json_string(json_text(p->params, "vm")));
    }
    capture_members(s->run->e, engine_site(s->run->e, json_text(params(s), "primary")), ids,
                    on_members, reading);
    json_decref(ids);
}

static void take(struct step_run *s)
{
    struct operation *from = NULL;
    struct pc_error err;
    if (store_op_load(s->run->e->store, json_text(params(s), "from"), &from, &err)) {
        step_fail(s, &err);
        return;
    }
    read_made(s, from);
    operation_free(from);
}

/* The plan of the parent, and of those that it followed, keeps each member as it
 * was, with the server that was to stand for it. */
static void restore(struct step_run *s)
{
    json_t *members = json_array();
    for (size_t b = 0; b < s->run->book_count; b++) {
        const struct plan *p = s->run->books[b].op->plan;
        for (size_t i = 0; i < p->count; i++)
            if (json_map(p->steps[i].params, "before"))
                json_array_append(members, json_object_get(p->steps[i].params, "before"));
    }
    write_record(s, members);
    json_decref(members);
}

void update_begin(struct step_run *s)
{
    const char *how = json_text(params(s), "how");
    if (strcmp(how, "swap") == 0)
        read_made(s, s->run->op);
    else if (strcmp(how, "take") == 0)
        take(s);
    else if (strcmp(how, "restore") == 0)
        restore(s);
    else if (strcmp(how, "say") == 0)
        write_record(s, json_list(params(s), "members"));
    else
        write_record(s, NULL);
}
