/*
 * order: when each of the copies begins.
 *
 * Volumes and ports of all members are made at once. Servers follow the boot
 * order: those of a boot group begin when the groups it depends on are up.
 *
 *   create_server … ─▶ wait_check … ─▶ callout ─▶ prompt ─▶ group_up ─▶ the next
 *
 * With a canary the first of all is made alone, and looked at; the others wait
 * until somebody has said that they may.
 */
#include "backend/engine/recreate/recreate.h"

#include "backend/model/check_scope.h"

#include <stdio.h>
#include <stdlib.h>

struct order {
    struct recreate *b;
    const struct group *g;
    struct recreate_parts *parts; /* parallel to the members */
    int *up;     /* group_up of each boot group, -1 not planned yet */
    int allowed; /* the prompt that all but the canary wait for, -1 none */
};

static int member_index(const struct order *o, const char *name)
{
    for (size_t i = 0; i < o->g->member_count; i++)
        if (strcmp(o->g->members[i].name, name) == 0)
            return (int)i;
    return -1;
}

static int group_index(const struct order *o, const char *name)
{
    for (size_t i = 0; i < o->g->boot.count; i++)
        if (strcmp(o->g->boot.groups[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* ---- steps of a boot group ------------------------------------------------------- */

static json_t *wait_params(const char *vm, const char *check, int timeout_s)
{
    json_t *p = json_object();
    char key[STEP_KEY_SIZE];
    snprintf(key, sizeof(key), "create_server:%s", vm);
    json_put_text(p, "vm", vm);
    json_put_text(p, "server", key);
    json_put_text(p, "check", check);
    json_put_int(p, "timeout_s", timeout_s);
    return p;
}

static int add_wait(struct order *o, const char *what, int member, const char *check, int timeout_s)
{
    char key[STEP_KEY_SIZE], subject[STEP_KEY_SIZE];
    const char *vm = o->g->members[member].name;
    snprintf(key, sizeof(key), "%.100s/%s", what, vm);
    snprintf(subject, sizeof(subject), "%s %s", vm, check);
    int step = recreate_add(o->b, STEP_WAIT_CHECK, key, subject, wait_params(vm, check, timeout_s));
    o->b->plan->steps[step].timeout_s = timeout_s + 60; /* its own time-out ends it */
    plan_depend(o->b->plan, step, o->parts[member].server);
    return step;
}

static int add_prompt(struct order *o, const char *what, const char *subject, const char *text)
{
    json_t *p = json_object();
    json_put_text(p, "text", text);
    return recreate_add(o->b, STEP_PROMPT, what, subject, p);
}

static int add_callout(struct order *o, enum step_kind kind, const struct boot_group *g,
                       const struct boot_callout *c)
{
    json_t *p = json_object(), *argv = json_array();
    char subject[160];
    for (size_t i = 0; i < c->argc; i++)
        json_array_append_new(argv, json_string(c->argv[i]));
    json_put(p, "argv", argv);
    json_put_int(p, "timeout_s", c->timeout_s);
    json_put_text(p, "on_failure", callout_policy_word(c->on_failure));
    json_put_text(p, "boot_group", g->name);
    snprintf(subject, sizeof(subject), "callout of %s", g->name);
    return recreate_add(o->b, kind, g->name, subject, p);
}

/* Makes `step` wait for the boot groups that this one depends on. */
static void wait_for_groups(struct order *o, const struct boot_group *g, int step)
{
    for (size_t i = 0; i < g->depend_count; i++) {
        int on = group_index(o, g->depends_on[i]);
        plan_depend(o->b->plan, step, on < 0 ? -1 : o->up[on]);
    }
}

/* Makes `step` wait for the servers and checks of the boot group; one that has
 * lost its last member still holds its place between the others. */
static void wait_for_members(struct order *o, const struct boot_group *g, int step, int first_wait)
{
    wait_for_groups(o, g, step);
    for (size_t i = 0; i < g->member_count; i++) {
        int m = member_index(o, g->members[i]);
        if (m >= 0)
            plan_depend(o->b->plan, step, o->parts[m].server);
    }
    for (int i = first_wait; i < step; i++)
        if (o->b->plan->steps[i].kind == STEP_WAIT_CHECK)
            plan_depend(o->b->plan, step, i);
}

static bool waits_for(const struct boot_wait *w, const char *member)
{
    for (size_t i = 0; i < w->member_count; i++)
        if (strcmp(w->members[i], member) == 0)
            return true;
    return w->member_count == 0;
}

static void add_waits(struct order *o, const struct boot_group *g)
{
    if (g->wait_count && recreate_isolated(o->b->in)) {
        recreate_warn(o->b, "what boot group %s waits for is left out: nothing reaches the drill's "
                      "isolated network from here", g->name);
        return;
    }
    for (size_t w = 0; w < g->wait_count; w++)
        for (size_t i = 0; i < g->member_count; i++) {
            char what[120];
            int m = member_index(o, g->members[i]);
            snprintf(what, sizeof(what), "%.80s/%zu", g->name, w);
            if (m >= 0 && waits_for(&g->wait_for[w], g->members[i]))
                add_wait(o, what, m, g->wait_for[w].check, g->wait_for[w].timeout_s);
        }
}

static void add_up(struct order *o, size_t index)
{
    const struct boot_group *g = &o->g->boot.groups[index];
    struct plan *p = o->b->plan;
    int first_wait = (int)p->count, before = -1;
    char subject[160];
    snprintf(subject, sizeof(subject), "boot group %s", g->name);
    add_waits(o, g);
    if (g->callout.argc) {
        before = add_callout(o, STEP_CALLOUT, g, &g->callout);
        wait_for_members(o, g, before, first_wait);
    }
    if (*g->prompt) {
        int ask = add_prompt(o, g->name, subject, g->prompt);
        wait_for_members(o, g, ask, first_wait);
        plan_depend(p, ask, before);
        before = ask;
    }
    o->up[index] = recreate_add(o->b, STEP_GROUP_UP, g->name, subject, NULL);
    wait_for_members(o, g, o->up[index], first_wait);
    plan_depend(p, o->up[index], before);
}

/* ---- servers ------------------------------------------------------------------------ */

static void begin_member(struct order *o, int m, const struct boot_group *g)
{
    struct plan *p = o->b->plan;
    if (o->parts[m].server >= 0) /* the canary is there already */
        return;
    int server = recreate_server(o->b, &o->parts[m]);
    recreate_floating(o->b, &o->g->members[m], server);
    plan_depend(p, server, o->allowed);
    if (g)
        wait_for_groups(o, g, server);
    for (size_t i = 0; g && i < g->after_count; i++) {
        int first = member_index(o, g->after[i].after);
        if (first >= 0 && strcmp(g->after[i].member, o->g->members[m].name) == 0)
            plan_depend(p, server, o->parts[first].server);
    }
}

/* All that it comes after are planned. */
static bool may_begin(const struct order *o, const struct boot_group *g, int m)
{
    for (size_t i = 0; i < g->after_count; i++) {
        int first = member_index(o, g->after[i].after);
        if (strcmp(g->after[i].member, o->g->members[m].name) == 0 && first >= 0 &&
            o->parts[first].server < 0)
            return false;
    }
    return true;
}

static void begin_group(struct order *o, size_t index)
{
    const struct boot_group *g = &o->g->boot.groups[index];
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < g->member_count; i++) {
            int m = member_index(o, g->members[i]);
            if (m < 0 || o->parts[m].server >= 0 || !may_begin(o, g, m))
                continue;
            begin_member(o, m, g);
            more = true;
        }
    }
    add_up(o, index);
}

/* ---- canary --------------------------------------------------------------------------- */

/* The first member of the first boot group that has one; without a boot order
 * the first of all. */
static int first_member(const struct order *o, const size_t *sorted, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const struct boot_group *g = &o->g->boot.groups[sorted[k]];
        for (size_t i = 0; i < g->member_count; i++) {
            int m = member_index(o, g->members[i]);
            if (m >= 0 && may_begin(o, g, m))
                return m;
        }
    }
    return 0;
}

static void begin_canary(struct order *o, int m)
{
    const json_t *checks = json_list(o->b->in->request, "health_checks"), *v;
    const char *name = o->g->members[m].name;
    struct plan *p = o->b->plan;
    int first_wait, timeout = (int)json_int(o->b->in->request, "health_check_timeout", 120);
    char text[300];
    size_t i;
    begin_member(o, m, NULL);
    first_wait = (int)p->count;
    json_array_foreach(checks, i, v) {
        char what[60];
        const char *check = check_scope_for(json_string_value(v), name);
        snprintf(what, sizeof(what), "canary/%zu", i);
        if (check)
            add_wait(o, what, m, check, timeout);
    }
    snprintf(text, sizeof(text), "%.100s is up%s: begin with the other %zu?", name,
             json_array_size(checks) ? " and passes its checks" : "", o->g->member_count - 1);
    o->allowed = add_prompt(o, "canary", name, text);
    plan_depend(p, o->allowed, o->parts[m].server);
    for (int s = first_wait; s < o->allowed; s++)
        plan_depend(p, o->allowed, s);
}

/* ---- the whole ------------------------------------------------------------------------- */

static void begin_all(struct order *o)
{
    size_t *sorted = xcalloc(o->g->boot.count + 1, sizeof(*sorted));
    size_t count = boot_order_sorted(&o->g->boot, sorted);
    if (json_flag(o->b->in->request, "canary", false) && o->g->member_count > 1)
        begin_canary(o, first_member(o, sorted, count));
    for (size_t k = 0; k < count; k++)
        begin_group(o, sorted[k]);
    for (size_t i = 0; i < o->g->member_count; i++)
        begin_member(o, (int)i, NULL);
    free(sorted);
}

enum pc_err recreate_members(struct recreate *b)
{
    const struct group *g = b->in->group;
    struct order o = {.b = b, .g = g, .allowed = -1};
    enum pc_err rc = PC_OK;
    recreate_floating_none(b);
    o.parts = xcalloc(g->member_count + 1, sizeof(*o.parts));
    o.up = xcalloc(g->boot.count + 1, sizeof(*o.up));
    for (size_t i = 0; i < g->boot.count; i++)
        o.up[i] = -1;
    for (size_t i = 0; !rc && i < g->member_count; i++)
        rc = recreate_parts(b, &g->members[i], &o.parts[i]);
    if (!rc)
        begin_all(&o);
    for (size_t i = 0; i < g->member_count; i++) {
        json_decref(o.parts[i].params);
        free(o.parts[i].before);
    }
    free(o.parts);
    free(o.up);
    return rc;
}

int recreate_callouts(struct recreate *b)
{
    struct order o = {.b = b, .g = b->in->group};
    int last = -1;
    for (size_t i = 0; i < o.g->boot.count; i++) {
        const struct boot_group *g = &o.g->boot.groups[i];
        if (g->callout_before.argc) {
            int step = add_callout(&o, STEP_CALLOUT_BEFORE, g, &g->callout_before);
            plan_depend(b->plan, step, last); /* one after the other, as they are written */
            last = step;
        }
    }
    return last;
}

enum pc_err recreate_check_callouts(const struct recreate_input *in, struct pc_error *err)
{
    for (size_t i = 0; i < in->group->boot.count; i++) {
        const struct boot_group *g = &in->group->boot.groups[i];
        if ((g->callout.argc || g->callout_before.argc) &&
            !json_flag(in->request, "callouts_allowed", false))
            return pc_error_set(err, PC_ERR_FORBIDDEN, "Set callouts.allow = true in the "
                                "configuration, or take the callout out of the boot order.",
                                "boot group %s has a callout, and callouts are not allowed here",
                                g->name);
    }
    return PC_OK;
}
