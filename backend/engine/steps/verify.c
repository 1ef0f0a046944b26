/*
 * verify: is what was recovered alive?
 *
 * Boot: a fresh read says ACTIVE. Health: one budget for all checks of all
 * instances, begun when every instance is ACTIVE; a check is tried again until
 * it passes or the budget is used up, and a check that passed stays passed. Its
 * evidence names the address that answered; at one that production has as well
 * nobody can tell who did.
 */
#include "backend/engine/steps/steps.h"

#include "backend/engine/probing.h"

#include "backend/cloud/nova.h"

#include <stdio.h>
#include <string.h>

enum {
    ADDRESSES_MAX = 32, /* of one server, that are looked at */
    CONSOLE_LINES = 50, /* of a guest whose check failed, that are kept */
};

static const json_t *params(const struct step_run *s)
{
    return step_plan(s)->params;
}

static const char *server_id(const struct step_run *s)
{
    return step_resource(s, json_text(params(s), "server"));
}

/* ---- a guest whose check failed ------------------------------------------------- */

static void on_console(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    const char *vm = json_text(params(s), "vm");
    struct pc_error why = *s->failing;
    if (step_answered(s, r))
        operation_console(s->run->op, vm, engine_wall(s->run->e), json_text(r->body, "output"));
    else
        run_event(s->run, "info", "%s: its console could not be read: %s", vm, r->err.text);
    s->run->dirty = true;
    step_fail(s, &why);
}

/* What the guest said last is read before a cleanup takes it away: often it is the
 * only thing that tells why. */
static void fail_check(struct step_run *s, const struct pc_error *err)
{
    struct run *r = s->run;
    if (!operation_console(r->op, json_text(params(s), "vm"), 0, NULL)) {
        step_fail(s, err);
        return;
    }
    net_timer_cancel(s->timer);
    s->timer = NULL;
    s->failing = xmalloc(sizeof(*s->failing));
    *s->failing = *err;
    s->call = nova_console_output(r->cloud, server_id(s), CONSOLE_LINES, on_console, s);
}

/* ---- boot --------------------------------------------------------------------------- */

static void on_boot(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    const char *status = json_text(r->body, "status");
    struct pc_error err;
    if (!step_answered(s, r)) {
        step_trouble(s, &r->err);
    } else if (strcmp(status, "ACTIVE") == 0) {
        step_done(s, "ACTIVE");
    } else {
        pc_error_set(&err, PC_ERR_FAILED, "See openstack console log show with the target's "
                     "credentials.", "it is %s, not ACTIVE, when read again", status);
        fail_check(s, &err);
    }
}

void boot_begin(struct step_run *s)
{
    s->call = nova_server(s->run->cloud, server_id(s), on_boot, s);
}

/* ---- the time ------------------------------------------------------------- */

static int64_t budget_ms(const struct run *r)
{
    return json_int(r->op->request, "health_check_timeout", 120) * 1000;
}

void booted_begin(struct step_run *s)
{
    s->run->checks_until_ms = net_now(s->run->e->net) + budget_ms(s->run);
    step_done(s, "every instance was booted");
}

/* After an interruption the budget goes on from where it was begun. */
static int64_t checks_until(struct run *r)
{
    if (!r->checks_until_ms) {
        int64_t begun = engine_wall(r->e);
        for (size_t i = 0; i < r->op->plan->count; i++)
            if (r->op->plan->steps[i].kind == STEP_ALL_BOOTED && r->op->steps[i].ended_ms)
                begun = r->op->steps[i].ended_ms;
        int64_t used = engine_wall(r->e) - begun;
        r->checks_until_ms = net_now(r->e->net) + budget_ms(r) - (used > 0 ? used : 0);
    }
    return r->checks_until_ms;
}

/* What a boot group waits for has a time of its own, from its beginning on. */
static bool is_wait(const struct step_run *s)
{
    return step_plan(s)->kind == STEP_WAIT_CHECK;
}

static int64_t time_of(const struct step_run *s)
{
    return is_wait(s) ? json_int(params(s), "timeout_s", 300) * 1000 : budget_ms(s->run);
}

static int64_t until(struct step_run *s)
{
    if (!is_wait(s))
        return checks_until(s->run);
    int64_t used = engine_wall(s->run->e) - step_state(s)->started_ms;
    return net_now(s->run->e->net) + time_of(s) - (used > 0 ? used : 0);
}

/* What was made for a drill can be kept and looked at; a move takes it back. */
static const char *what_to_do(const struct step_run *s, bool refused)
{
    bool drill = s->run->op->type == OP_TEST_FAILOVER;
    if (is_wait(s))
        return "Others begin only when it passes: read the application's logs; raise timeout_s of the "
               "boot group's wait_for.";
    if (refused)
        return drill ? "The instance answers but the application does not yet: raise "
                       "--health-check-timeout (300 or more), or run again with --no-cleanup, log in "
                       "and read its logs."
                     : "The instance answered but the application did not yet: raise "
                       "--health-check-timeout (300 or more), and see with a drill what it needs: "
                       "protection-group test-failover --no-cleanup.";
    return drill ? "Check that the security groups on the target allow the port and that its network "
                   "can be reached from here; run again with --no-cleanup and read the application's "
                   "logs; raise --health-check-timeout; then: test cleanup OPERATION."
                 : "Check that the security groups on the target allow the port and that its network "
                   "can be reached from here; raise --health-check-timeout; see with a drill what it "
                   "needs: protection-group test-failover --no-cleanup.";
}

static void out_of_time(struct step_run *s)
{
    struct pc_error err;
    const char *last = step_state(s)->detail;
    pc_error_set(&err, PC_ERR_TIMEOUT, what_to_do(s, strstr(last, "refused") != NULL),
                 "did not pass within %lld s; last answer: %s", (long long)time_of(s) / 1000,
                 *last ? last : "none");
    fail_check(s, &err);
}

/* ---- one check ---------------------------------------------------------------- */

/* The member that has this address at the site that serves, and runs there while the
 * copy is tried: which of the two answers cannot be told. NULL: none. A planned move
 * has seen all of them stopped. */
static const struct member *also_at_source(const struct step_run *s, const char *address)
{
    struct group_slot *slot;
    struct pc_error ignored;
    const struct operation *op = s->run->op;
    bool beside = op->type == OP_TEST_FAILOVER || json_flag(op->request, "force", false);
    if (!beside || engine_group(s->run->e, op->group_id, &slot, &ignored) ||
        strcmp(slot->group->current_primary, op->source_site) != 0)
        return NULL;
    for (size_t i = 0; i < slot->group->member_count; i++) {
        const struct member *m = &slot->group->members[i];
        for (size_t k = 0; k < m->nic_count; k++)
            if (strcmp(m->nics[k].ip, address) == 0 && strcmp(m->status, "SHUTOFF") != 0)
                return m;
    }
    return NULL;
}

/* The next to try: where the copy has an address of its own alone, not the others. */
static const char *next_address(struct step_run *s, const json_t *server)
{
    for (int i = 0; i < ADDRESSES_MAX; i++) {
        const char *own = probing_address(server, s->probe_next + i);
        if (*own && also_at_source(s, own))
            continue;
        s->probe_next += i;
        return own;
    }
    return probing_address(server, s->probe_next);
}

/* A pass at an address that production has as well proves nothing; of a drill, whose
 * production certainly runs, it is none. */
static void answered_by_whom(struct step_run *s, const struct member *other, const char *detail)
{
    const struct operation *op = s->run->op;
    struct pc_error err;
    if (op->type != OP_TEST_FAILOVER) {
        run_warn(s->run, "%s: %s; %s has that address at %s, which was not asked whether it is off: "
                 "which of them answered cannot be told", step_plan(s)->subject, detail, other->name,
                 op->source_site);
        step_done(s, detail);
        return;
    }
    pc_error_set(&err, PC_ERR_FAILED, "Let the drill take new addresses (--addresses new), give one by "
                 "hand (--fixed-ip), or leave the check out: --no-cleanup, and look at the copy's console.",
                 "%s, but %s, which runs at %s, has that address too: which of them answered cannot "
                 "be told", detail, other->name, op->source_site);
    fail_check(s, &err);
}

static void on_probe(void *arg, const struct probe_result *r)
{
    struct step_run *s = arg;
    struct pc_error err;
    char detail[192], took[32] = "";
    s->probe = NULL;
    step_state(s)->attempts++;
    s->probe_next++;
    if (r->outcome == PROBE_PASS)
        snprintf(took, sizeof(took), ", %lld ms", (long long)r->elapsed_ms);
    snprintf(detail, sizeof(detail), "%.100s at %s%s", r->detail, s->probed, took);
    if (r->outcome == PROBE_PASS) {
        const struct member *other = also_at_source(s, s->probed);
        if (other)
            answered_by_whom(s, other, detail);
        else
            step_done(s, detail);
    } else if (r->outcome == PROBE_UNSUPPORTED) {
        pc_error_set(&err, PC_ERR_FAILED, "Set health_checks.allow_exec, ssh_user and ssh_key_file, "
                     "or leave the exec check out.", "unsupported: %s", r->detail);
        step_fail(s, &err);
    } else {
        step_again(s, detail);
    }
}

static void on_address(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    struct probe_check check;
    struct pc_error err;
    char hosts[700];
    if (!step_answered(s, r)) {
        step_trouble(s, &r->err);
        return;
    }
    const char *address = next_address(s, r->body);
    if (!*address) {
        step_again(s, "it has no address yet");
        return;
    }
    if (probe_parse(json_text(params(s), "check"), &check, &err)) {
        step_fail(s, &err);
        return;
    }
    struct probe_options o = probing_options(s->run->e);
    snprintf(hosts, sizeof(hosts), "%s/known_hosts.%s", s->run->e->state_dir, s->run->op->id);
    o.known_hosts = hosts;
    int64_t left = until(s) - net_now(s->run->e->net);
    o.total_ms = left < 1000 ? 1000 : left < 10000 ? left : 10000;
    snprintf(s->probed, sizeof(s->probed), "%s", address);
    s->probe = probe_start(s->run->e->net, &check, address, &o, on_probe, s);
}

void health_check(struct step_run *s)
{
    /* Each is tried at least once: not to have been asked is no failure. */
    if (s->probe_next > 0 && net_now(s->run->e->net) >= until(s))
        out_of_time(s);
    else if (step_may_probe(s))
        s->call = nova_server(s->run->cloud, server_id(s), on_address, s);
}

void health_begin(struct step_run *s)
{
    s->stage = STAGE_CHECK;
    step_state(s)->attempts = 0;
    health_check(s);
}
