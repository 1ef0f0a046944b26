/*
 * checks: what a plan looks at before it makes a group's copies, and
 * after: the recovery point and every source, then that all of them run and
 * answer. And what a request must fulfil to be planned at all.
 */
#include "backend/engine/recreate/recreate.h"

#include "backend/model/check_scope.h"
#include "backend/probe/probe.h"

#include <stdio.h>
#include <string.h>

/* ---- before ---------------------------------------------------------------------- */

/* A step of that kind for each volume. */
static void look_at_volumes(struct recreate *b, enum step_kind kind, int before)
{
    const struct group *g = b->in->group;
    char what[STEP_KEY_SIZE], subject[STEP_KEY_SIZE];
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].volume_count; k++) {
            json_t *p = json_object();
            recreate_volume_words(&g->members[i], k, what, subject, sizeof(what));
            json_put_text(p, "vm", g->members[i].name);
            json_put_text(p, "source_id", g->members[i].volumes[k].id);
            json_put_text(p, "image_id",
                          mapping_image(g, recreate_images(b->in), &g->members[i].volumes[k], NULL));
            plan_depend(b->plan, recreate_add(b, kind, what, subject, p), before);
        }
}

/* Waits for all steps from `first` on, and for `before`. */
static int all_checked(struct recreate *b, const char *what, size_t first, int before)
{
    int all = recreate_add(b, STEP_ALL_CHECKED, what, b->in->group->name, NULL);
    plan_depend(b->plan, all, before);
    for (size_t i = first; (int)i < all; i++)
        plan_depend(b->plan, all, (int)i);
    return all;
}

static void look_at_storage(struct recreate *b, int before)
{
    plan_depend(b->plan,
                recreate_add(b, STEP_CHECK_BACKEND, "group", b->in->target_site, NULL), before);
}

int recreate_point(struct recreate *b)
{
    return recreate_add(b, STEP_PIN_POINT, "group", b->in->group->name, NULL);
}

void recreate_sources(struct recreate *b, int before)
{
    bool mock = recreate_is_mock(b->in);
    int point = recreate_point(b);
    plan_depend(b->plan, point, before);
    size_t first = b->plan->count;
    look_at_volumes(b, mock ? STEP_CHECK_SOURCE : STEP_CHECK_REPLICA, point);
    if (!mock)
        look_at_storage(b, before);
    b->checked = all_checked(b, "group", first, -1);
}

int recreate_before(struct recreate *b, int before)
{
    size_t first = b->plan->count;
    if (recreate_is_mock(b->in))
        look_at_volumes(b, STEP_CHECK_SOURCE, before);
    else
        look_at_storage(b, before);
    return all_checked(b, "target", first, before);
}

void recreate_replicas(struct recreate *b, int point)
{
    size_t first = b->plan->count;
    if (!recreate_is_mock(b->in))
        look_at_volumes(b, STEP_CHECK_REPLICA, point);
    b->checked = all_checked(b, "group", first, point);
}

/* ---- verification -------------------------------------------------------------------- */

static json_t *vm_params(const struct member *m, const char *check)
{
    json_t *p = json_object();
    char key[STEP_KEY_SIZE];
    snprintf(key, sizeof(key), "create_server:%s", m->name);
    json_put_text(p, "vm", m->name);
    json_put_text(p, "server", key);
    if (check)
        json_put_text(p, "check", check);
    return p;
}

/* "Duplicates collapse": only the first of equal checks counts. */
static bool repeated(const json_t *checks, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (json_equal(json_array_get(checks, i), json_array_get(checks, index)))
            return true;
    return false;
}

static int boot_of(const struct recreate *b, const struct member *m)
{
    char key[STEP_KEY_SIZE];
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(STEP_VERIFY_BOOT), m->name);
    return plan_find(b->plan, key);
}

static void plan_checks(struct recreate *b, const struct member *m, const json_t *checks)
{
    const json_t *v;
    size_t i;
    json_array_foreach(checks, i, v) {
        char what[STEP_KEY_SIZE], subject[STEP_KEY_SIZE];
        const char *check = check_scope_for(json_string_value(v), m->name);
        if (!check || repeated(checks, i))
            continue;
        snprintf(subject, sizeof(subject), "%s %s", m->name, check);
        snprintf(what, sizeof(what), "%s/%zu", m->name, i);
        int step = recreate_add(b, STEP_HEALTH_CHECK, what, subject, vm_params(m, check));
        /* The budget of all checks ends it, not the time that a step may take. */
        b->plan->steps[step].timeout_s =
            (int)json_int(b->in->request, "health_check_timeout", 120) + 60;
        plan_depend(b->plan, step, b->booted);
        if (b->how->apart)
            plan_depend(b->plan, step, boot_of(b, m));
    }
}

void recreate_verify(struct recreate *b)
{
    const struct group *g = b->in->group;
    const json_t *checks = json_list(b->in->request, "health_checks");
    for (size_t i = 0; i < g->member_count; i++) {
        json_t *p = vm_params(&g->members[i], NULL);
        int server = plan_find(b->plan, json_text(p, "server"));
        plan_depend(b->plan, recreate_add(b, STEP_VERIFY_BOOT, g->members[i].name, g->members[i].name, p),
                    server);
    }
    if (json_array_size(checks) == 0)
        return;
    json_t *params = json_object();
    if (b->how->apart)
        json_put_text(params, "any", step_kind_name(STEP_VERIFY_BOOT));
    b->booted = recreate_add(b, STEP_ALL_BOOTED, "group", g->name, params);
    for (size_t i = 0; i < b->plan->count; i++)
        if (b->plan->steps[i].kind == STEP_VERIFY_BOOT)
            plan_depend(b->plan, b->booted, (int)i);
    for (size_t i = 0; i < g->member_count; i++)
        plan_checks(b, &g->members[i], checks);
}

/* ---- what can be planned ------------------------------------------------------------ */

/* What cannot be rebuilt as it was is refused before anything is made. */
static enum pc_err check_member(const struct recreate_input *in, size_t index, struct pc_error *err)
{
    const struct member *m = &in->group->members[index];
    if (m->volume_count == 0)
        return pc_error_set(err, PC_ERR_STATE, "Protect servers that boot from a volume, or "
                            "remove it: protection-group remove-member.",
                            "%s has no volume: nothing of it is replicated", m->name);
    if (m->volume_count > RECREATE_DEVICES_MAX || m->nic_count > RECREATE_DEVICES_MAX)
        return pc_error_set(err, PC_ERR_STATE, "Remove it: protection-group remove-member.",
                            "%s has more than %d volumes or ports", m->name, RECREATE_DEVICES_MAX);
    for (size_t i = 0; i < index; i++)
        if (strcmp(in->group->members[i].name, m->name) == 0)
            return pc_error_set(err, PC_ERR_AMBIGUOUS, "Rename one of them: their copies would have "
                                "the same names.", "two members are named '%s'", m->name);
    if (recreate_is_mock(in) && !*m->volumes[0].image_id)
        return pc_error_set(err, PC_ERR_STATE, "In mock storage mode protect servers whose boot "
                            "volume was made from an image; or use storage mode flasharray.",
                            "the boot volume of %s was made from no image: its copy would be empty",
                            m->name);
    return PC_OK;
}

/* One that can never run here would fail when all has been built, and be taken back. */
static enum pc_err can_run(const struct recreate_input *in, const char *text, const char *check,
                           struct pc_error *err)
{
    struct probe_check parsed;
    enum pc_err rc = probe_parse(check, &parsed, err);
    if (rc || parsed.kind != PROBE_EXEC || json_flag(in->request, "exec_allowed", false))
        return rc;
    return pc_error_set(err, PC_ERR_FORBIDDEN, "Set health_checks allow_exec, ssh_user and a "
                        "ssh_key_file that can be read in the configuration, or leave it out.",
                        "health check '%.200s' can never run here: exec checks go by SSH, and that "
                        "is not allowed or not set up", text);
}

/* Of a member that does not exist it would be asked of nobody, and pass; one
 * that is not among those that were chosen is not meant. */
static enum pc_err check_check(const struct recreate_input *in, const char *text,
                               struct pc_error *err)
{
    const struct group *g = in->group;
    char member[CHECK_MEMBER_SIZE];
    const char *check = check_scope(text, member);
    if (*member && !json_list(in->request, "members") && !group_member_named(g, member))
        return pc_error_set(err, PC_ERR_INVALID, "Name one of its members, or leave the name out "
                            "for all: see protection-group show.",
                            "health check '%s': %s has no member named '%s'", text, g->name, member);
    return can_run(in, text, check, err);
}

/* What the boot order waits for is checked the same way. */
static enum pc_err check_waits(const struct recreate_input *in, struct pc_error *err)
{
    const struct boot_order *b = &in->group->boot;
    enum pc_err rc = PC_OK;
    for (size_t i = 0; !rc && i < b->count; i++)
        for (size_t k = 0; !rc && k < b->groups[i].wait_count; k++)
            rc = can_run(in, b->groups[i].wait_for[k].check, b->groups[i].wait_for[k].check, err);
    return rc;
}

enum pc_err recreate_check(const struct recreate_input *in, struct pc_error *err)
{
    const struct group *g = in->group;
    const json_t *v, *external;
    size_t i;
    enum pc_err rc = PC_OK;
    if (g->member_count == 0)
        return pc_error_set(err, PC_ERR_STATE, "Add one: protection-group add-member GROUP SERVER.",
                            "%s has no member", g->name);
    json_array_foreach(json_list(in->request, "health_checks"), i, v)
        if ((rc = check_check(in, json_string_value(v) ? json_string_value(v) : "", err)))
            return rc;
    /* Its addresses may belong to somebody else where the engine runs: a check
     * that passed there would be a lie. */
    if (json_flag(in->request, "auto_network", false) &&
        json_array_size(json_list(in->request, "health_checks")))
        return pc_error_set(err, PC_ERR_INVALID, "Map the networks (--network-mapping) to check the "
                            "servers, or leave the health checks out: boot is verified all the same.",
                            "health checks cannot reach the isolated network of --auto-network");
    for (size_t m = 0; m < g->member_count; m++)
        if ((rc = check_member(in, m, err)))
            return rc;
    if ((rc = check_waits(in, err)) || (rc = recreate_check_addresses(in, err)) || (rc = recreate_check_callouts(in, err)) ||
        (rc = recreate_floating_network(in, &external, err)))
        return rc;
    return mapping_check_keys(g, recreate_networks(in), recreate_flavors(in),
                              recreate_images(in), err);
}

