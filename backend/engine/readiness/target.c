/* target: whether the members can be planned at all, and the target has what they are
 * rebuilt from. */
#include "backend/engine/readiness/eval.h"

#include "backend/engine/recreate/recreate.h"
#include "backend/model/check_scope.h"

#include <stdio.h>
#include <string.h>

/* ---- R-PLAN ------------------------------------------------------------------------- */

/* The group's own, where the request has none. One for nobody is R-MEM's to tell. */
static json_t *own_checks(const struct group *g)
{
    json_t *list = json_array();
    char member[CHECK_MEMBER_SIZE];
    for (size_t i = 0; i < g->health_check_count; i++) {
        check_scope(g->health_checks[i], member);
        if (!*member || group_find_member(g, member))
            json_array_append_new(list, json_string(g->health_checks[i]));
    }
    return list;
}

/* Planning has its rules, and they are these: whatever it would refuse is said here. */
void check_plan(const struct eval *x, struct readiness_result *r)
{
    static const char *const allowed[] = {"callouts_allowed", "exec_allowed"};
    json_t *request = json_object();
    struct pc_error err;
    json_object_update(request, (json_t *)(uintptr_t)x->request);
    if (!json_list(request, "health_checks"))
        json_put(request, "health_checks", own_checks(x->g));
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        json_put_flag(request, allowed[i], json_flag(x->facts, allowed[i], false));
    if (!x->mock)
        json_put_text(request, "storage_mode", "flasharray");
    json_t *facts = json_object();
    if (x->there.networks)
        json_put(facts, "networks", json_incref((json_t *)(uintptr_t)x->there.networks));
    const struct recreate_input in = {x->g, x->target, request, facts};
    if (recreate_check(&in, &err))
        eval_bad(r, err.remedy, "%.230s", err.text);
    else
        eval_pass(r, "members, checks and boot order can be planned");
    json_decref(request);
    json_decref(facts);
}

static bool own_network(const struct eval *x, struct readiness_result *r)
{
    bool own = json_flag(x->request, "auto_network", false);
    if (own)
        eval_pass(r, "the drill makes a network for itself");
    return own;
}

/* The first member that is on this network, so that it counts once. */
static bool seen_network(const struct group *g, size_t member, size_t nic)
{
    const char *id = g->members[member].nics[nic].network_id;
    for (size_t i = 0; i <= member; i++)
        for (size_t k = 0; k < (i == member ? nic : g->members[i].nic_count); k++)
            if (strcmp(g->members[i].nics[k].network_id, id) == 0)
                return true;
    return false;
}

void check_networks(const struct eval *x, struct readiness_result *r)
{
    struct eval_names lost = {.count = 0};
    struct pc_error err, first = {.code = PC_OK};
    int count = 0;
    if (own_network(x, r))
        return;
    for (size_t i = 0; i < x->g->member_count; i++)
        for (size_t k = 0; k < x->g->members[i].nic_count; k++) {
            const struct nic *nic = &x->g->members[i].nics[k];
            struct mapped to;
            if (seen_network(x->g, i, k))
                continue;
            count++;
            enum pc_err rc = mapping_network(x->g, json_map(x->request, "network_mapping"), nic,
                                             &x->there, &to, &err);
            if (rc || to.reason == MAP_NONE)
                eval_name(&lost, *nic->network_name ? nic->network_name : nic->network_id);
            if (rc && !first.code)
                first = err;
        }
    if (first.code)
        eval_bad(r, first.remedy, "%.220s", first.text);
    else if (lost.count)
        eval_bad(r, "Give --network-mapping SOURCE=TARGET, or store one on the group; a drill may "
                    "use --auto-network.",
                 "%d of %d networks have no counterpart on %s: %s", lost.count, count, x->target,
                 eval_names_text(&lost));
    else
        eval_pass(r, "%d network%s mapped", count, count == 1 ? " is" : "s are");
}

void check_flavors(const struct eval *x, struct readiness_result *r)
{
    struct eval_names lost = {.count = 0}, small = {.count = 0};
    struct pc_error err, first = {.code = PC_OK};
    for (size_t i = 0; i < x->g->member_count; i++) {
        const struct member *m = &x->g->members[i];
        struct mapped to;
        enum pc_err rc = mapping_flavor(x->g, json_map(x->request, "flavor_mapping"), &m->flavor,
                                        &x->there, &to, &err);
        char who[160];
        snprintf(who, sizeof(who), "%s (%s)", m->name, m->flavor.name);
        if (rc || to.reason == MAP_NONE)
            eval_name(&lost, who);
        else if (*to.note)
            eval_name(&small, m->name);
        if (rc && !first.code)
            first = err;
    }
    if (first.code) {
        eval_bad(r, first.remedy, "%.220s", first.text);
    } else if (lost.count) {
        eval_bad(r, "Give --flavor-mapping SOURCE=TARGET; openstack flavor list with the target's "
                    "credentials shows what there is.",
                 "FlavorNotFound: the flavors of %d of %zu members are not on %s: %s", lost.count,
                 x->g->member_count, x->target, eval_names_text(&lost));
    } else if (small.count) {
        r->weight = READINESS_MILD;
        eval_bad(r, "Map a larger one with --flavor-mapping if they need it.",
                 "%d of %zu members get less than they have: %s", small.count, x->g->member_count,
                 eval_names_text(&small));
    } else {
        eval_pass(r, "every member's flavor is on %s", x->target);
    }
}

void check_security_groups(const struct eval *x, struct readiness_result *r)
{
    const json_t *there = eval_list(x, FACT_SECURITY_GROUPS);
    struct eval_names lost = {.count = 0};
    int count = 0;
    for (size_t i = 0; i < x->g->member_count; i++)
        for (size_t k = 0; k < x->g->members[i].nic_count; k++) {
            const struct member *m = &x->g->members[i];
            const struct nic *was = predecessor_nic(m, k, x->target);
            const struct nic *nic = was ? was : &m->nics[k]; /* as recreate.c asks for them */
            for (size_t n = 0; n < nic->security_group_count; n++) {
                count++;
                if (eval_find(there, "name", nic->security_groups[n]))
                    continue;
                size_t len = strlen(nic->security_groups[n]);
                const char *in = strstr(lost.text, nic->security_groups[n]);
                if (!in || (in[len] && in[len] != ','))
                    eval_name(&lost, nic->security_groups[n]);
            }
        }
    if (lost.count)
        eval_bad(r, "Make them there by the same name (openstack security group create), or what "
                    "they permit is closed.",
                 "not on %s: %s", x->target, eval_names_text(&lost));
    else
        eval_pass(r, "all that %d port%s name are on %s", count, count == 1 ? "" : "s", x->target);
}

/* ---- R-IMG, R-BOOT ------------------------------------------------------------------------ */

/* True: it is known and not usable. */
static bool unusable(const struct eval *x, const char *id, bool *ret_known)
{
    char key[96];
    const char *why;
    snprintf(key, sizeof(key), FACT_IMAGES "%.80s", id);
    enum pc_err code = eval_error(x, key, &why);
    *ret_known = eval_read(x, key) || code == PC_ERR_NOT_FOUND;
    return code == PC_ERR_NOT_FOUND ||
           (eval_read(x, key) && strcmp(json_text(eval_map(x, key), "status"), "active") != 0);
}

void check_images(const struct eval *x, struct readiness_result *r)
{
    struct eval_names lost = {.count = 0};
    int asked = 0, unknown = 0;
    if (!x->mock) {
        eval_skip(r, "volumes come from the array, not from images");
        return;
    }
    for (size_t i = 0; i < x->g->member_count; i++)
        for (size_t k = 0; k < x->g->members[i].volume_count; k++) {
            const struct volume *v = &x->g->members[i].volumes[k];
            const char *name = *v->image_name ? v->image_name : v->image_id;
            bool known;
            if (!*v->image_id)
                continue;
            asked++;
            if (unusable(x, mapping_image(x->g, json_map(x->request, "image_mapping"), v, NULL), &known) &&
                !strstr(lost.text, name))
                eval_name(&lost, name);
            unknown += !known;
        }
    if (lost.count)
        eval_bad(r, "Upload it to the target with the same id (openstack image create --id ...), or "
                    "say which of its images stands for it: --image-mapping SOURCE=TARGET.",
                 "ImageNotFound: not on %s, or not active: %s", x->target, eval_names_text(&lost));
    else if (unknown)
        eval_unknown(r, "See the target's image service: site show.",
                     "the images of %d of %d volumes could not be looked for", unknown, asked);
    else
        eval_pass(r, "the images of %d volume%s are on %s", asked, asked == 1 ? "" : "s",
                  x->target);
}

void check_boot(const struct eval *x, struct readiness_result *r)
{
    struct eval_names dumb = {.count = 0}, bare = {.count = 0};
    for (size_t i = 0; i < x->g->member_count; i++) {
        const struct member *m = &x->g->members[i];
        if (m->volume_count == 0)
            continue; /* R-PLAN */
        if (!m->volumes[0].bootable)
            eval_name(&dumb, m->name);
        else if (!m->volumes[0].image)
            eval_name(&bare, m->name);
    }
    if (dumb.count)
        eval_bad(r, "Set it: openstack volume set --bootable; then add the server to the group "
                    "anew.",
                 "the first volume of %d of %zu members is not bootable: %s", dumb.count,
                 x->g->member_count, eval_names_text(&dumb));
    else if (bare.count)
        eval_bad(r, "What its image said of firmware and disk bus is lost: see openstack volume "
                    "show, and set hw_firmware_type there if the guest boots by UEFI.",
                 "the boot volume of %d of %zu members has no image properties: %s", bare.count,
                 x->g->member_count, eval_names_text(&bare));
    else
        eval_pass(r, "every member's boot volume is bootable");
}
