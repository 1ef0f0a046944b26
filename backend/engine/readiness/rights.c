/*
 * rights: what our credentials may do at the two sites. Whoever may read all of it may
 * still be let write none of it, and that shows only when the first server has been
 * stopped, unless it is asked before.
 */
#include "backend/engine/probing.h"
#include "backend/engine/readiness/ask.h"
#include "backend/engine/readiness/eval.h"

#include <string.h>
#include <strings.h>

static void tell_roles(struct facts_reading *f, const char *key, const struct cloud *c)
{
    if (cloud_roles(c))
        json_put(f->facts, key, json_deep_copy(cloud_roles(c)));
}

void tell_rights(struct facts_reading *f)
{
    if (!f->q.source_unasked)
        tell_roles(f, "source_roles", f->q.source->cloud);
    tell_roles(f, "target_roles", f->q.cloud);
    probing_allowed(f->e, f->facts);
}

/* ---- R-ROLE -------------------------------------------------------------------- */

/* Keystone's own name for who only looks; any other is taken for what the services'
 * policies make of it. */
static bool only_reads(const json_t *roles)
{
    const json_t *v;
    size_t i;
    json_array_foreach(roles, i, v)
        if (strcasecmp(json_string_value(v), "reader") != 0)
            return false;
    return json_array_size(roles) > 0;
}

void check_role(const struct eval *x, struct readiness_result *r)
{
    const json_t *here = json_list(x->facts, "source_roles");
    const json_t *there = json_list(x->facts, "target_roles");
    /* A drill does nothing there, and a forced failover does not ask. */
    bool both = x->purpose != READY_FOR_TEST && !x->forced;
    if (only_reads(there) || (both && only_reads(here)))
        eval_bad(r, "Put credentials with the role member in that project into clouds.yaml, or have "
                    "it granted: openstack role add --project PROJECT --user USER member.",
                 "our only role at %s is reader: nothing can be %s", only_reads(there) ? x->target
                                                                                       : x->source,
                 only_reads(there) ? "made there" : "stopped there");
    else if (!there || (both && !here))
        eval_unknown(r, "", "%s did not tell what our roles are", there ? x->source : x->target);
    else
        eval_pass(r, "our roles at %s are for more than to read", both ? "both sites" : x->target);
}

/* ---- R-MANAGE ------------------------------------------------------------------ */

#define MANAGE_ADVICE                                                                            \
    "Permit volume_extension:volume_manage, volume_extension:volume_unmanage and "               \
    "volume_extension:services:index to this role in Cinder's policy.yaml on the target (with " \
    "Kolla: /etc/kolla/config/cinder/policy.yaml, then kolla-ansible reconfigure -t cinder)."

/* Being let list unmanaged volumes, or services, is permitted by others than managing. */
void check_manage(const struct eval *x, struct readiness_result *r)
{
    const char *why;
    if (x->mock) {
        eval_skip(r, "mock storage: volumes are made from images, no array takes part");
        return;
    }
    switch (eval_error(x, FACT_MAY_MANAGE, &why)) {
    case PC_ERR_FORBIDDEN:
        eval_bad(r, MANAGE_ADVICE, "%.220s", why);
        break;
    case PC_ERR_INVALID:
    case PC_ERR_CONFIG:
    case PC_ERR_NOT_FOUND:
        eval_pass(r, "%s lets us: it refused only a host that it does not have", x->target);
        break;
    default:
        eval_unknown(r, MANAGE_ADVICE, "%.220s", *why ? why : "nobody could be asked");
    }
}
