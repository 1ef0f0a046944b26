/* storage: the arrays, what has been replicated, and whether the
 * target's Cinder takes it. In mock mode no array takes part. */
#include "backend/engine/readiness/eval.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <string.h>

static bool no_array(const struct eval *x, struct readiness_result *r)
{
    if (x->mock)
        eval_skip(r, "mock storage: volumes are made from images, no array takes part");
    return x->mock;
}

/* ---- R-POL, R-LINK ---------------------------------------------------------------------- */

#define LOG_IN_ADVICE                                                                             \
    "Check array.url and array.api_token of the site in the configuration, and that the array's " \
    "management address answers."

void check_policy(const struct eval *x, struct readiness_result *r)
{
    const char *why;
    if (no_array(x, r))
        return;
    if (eval_error(x, FACT_ARRAY, &why)) {
        r->weight = READINESS_FIRM;
        eval_bad(r, LOG_IN_ADVICE, "array of %s: %.190s", x->target, why);
    } else if (eval_error(x, FACT_SOURCE_ARRAY, &why)) {
        r->weight = x->purpose == READY_FOR_TEST ? READINESS_MILD : READINESS_TABLED;
        eval_bad(r, LOG_IN_ADVICE, "array of %s: %.190s", x->source, why);
    } else if (!eval_read(x, FACT_SOURCE_ARRAY)) {
        eval_unknown(r, "", "the array of %s was not asked", x->source);
    } else {
        eval_pass(r, "%s and %s let us in", json_text(eval_map(x, FACT_SOURCE_ARRAY), "name"),
                  json_text(eval_map(x, FACT_ARRAY), "name"));
    }
}

/* The first link of the target's array that is not as it should be. */
static const json_t *bad_link(const json_t *array)
{
    const json_t *l;
    size_t i;
    json_array_foreach(json_list(array, "links"), i, l)
        if (strcmp(json_text(l, "status"), "connected") != 0)
            return l;
    return NULL;
}

void check_link(const struct eval *x, struct readiness_result *r)
{
    const json_t *array = eval_map(x, FACT_ARRAY), *link = bad_link(array);
    const char *why, *name = json_text(array, "name");
    if (no_array(x, r))
        return;
    if (!array)
        eval_unknown(r, LOG_IN_ADVICE, "%.220s",
                     eval_error(x, FACT_ARRAY, &why) ? why : "the target's array was not asked");
    else if (!json_flag(array, "connected", false) || link)
        eval_bad(r, "See the array connections on both arrays: nothing new is replicated until "
                    "they are connected.",
                 "%s %s%.60s%s%.40s", name, link ? "and " : "has no connection to another array",
                 json_text(link, "name"), link ? " are " : "", json_text(link, "status"));
    else
        eval_pass(r, "%s is connected to another array", name);
}

/* ---- what has been replicated ----------------------------------------------------------- */

/* The points, or NULL with the reason said. */
static const json_t *points(const struct eval *x, struct readiness_result *r)
{
    const char *why;
    const json_t *list = eval_list(x, FACT_POINTS);
    if (no_array(x, r))
        return NULL;
    if (!list)
        eval_unknown(r, LOG_IN_ADVICE, "%.220s",
                     eval_error(x, FACT_POINTS, &why) ? why : "no recovery points were read");
    return list;
}

static const json_t *point_of(const json_t *list, const char *wanted)
{
    const json_t *p;
    size_t i;
    json_array_foreach(list, i, p)
        if (*wanted && strcmp(wanted, "latest") != 0 ? facts_point_is(p, wanted)
                                                     : json_int(p, "completed", 0) > 0)
            return json_int(p, "completed", 0) ? p : NULL;
    return NULL;
}

/* The point that would be used; NULL: there is none. */
static const json_t *chosen(const struct eval *x, const json_t *list)
{
    return point_of(list, json_text(x->request, "recovery_point"));
}

const json_t *readiness_point(const json_t *facts, const json_t *request)
{
    return point_of(json_list(json_map(json_map(facts, "read"), FACT_POINTS), "body"),
                    json_text(request, "recovery_point"));
}

/* Whether the point was taken of the volume, too. */
static bool is_held(const json_t *held, const char *id)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(held, "sources"), i, v) {
        struct array_volume volume = {.size_bytes = 0};
        snprintf(volume.source, sizeof(volume.source), "%s", json_string_value(v));
        if (array_volume_is_of(&volume, id))
            return true;
    }
    return false;
}

static size_t not_held(const struct eval *x, const json_t *held, const char **ret_first)
{
    size_t n = 0;
    for (size_t i = 0; i < x->g->member_count; i++)
        for (size_t k = 0; k < x->g->members[i].volume_count; k++) {
            const char *id = x->g->members[i].volumes[k].id;
            if (!is_held(held, id) && n++ == 0)
                *ret_first = id;
        }
    return n;
}

#define WAIT_ADVICE                                                                          \
    "Wait for the next replication cycle, or force one: consistency-group sync GROUP. See on " \
    "the source's array that every volume is in the protection group."

/* One that was asked for by its name is looked for in every storage mode, and not
 * only once the servers have been stopped. True: it is there, and complete. */
static bool named_is_there(const struct eval *x, const char *asked, struct readiness_result *r)
{
    const json_t *list = eval_list(x, FACT_POINTS);
    const char *why;
    if (!list)
        eval_bad(r, LOG_IN_ADVICE, "recovery point %.100s cannot be looked for: %.100s", asked,
                 eval_error(x, FACT_POINTS, &why) ? why : "no recovery points were read");
    else if (!point_of(list, asked))
        eval_bad(r, "Choose one that is there and complete (recovery-point list), or leave it out.",
                 "%s has no complete recovery point %.100s of %s", x->target, asked, x->g->name);
    else
        return true;
    return false;
}

/* Nothing of it may be used: what it brings back was never so at any moment. */
static void say_skewed(struct readiness_result *r, const json_t *point, const json_t *held)
{
    char iso[CLOCK_ISO_SIZE], own[CLOCK_ISO_SIZE];
    eval_bad(r, "Choose another point (recovery-point list), or replicate anew: consistency-group "
                "sync.",
             "%.60s in %.60s is of %s, the point of %s: they are not of one moment",
             json_text(held, "skewed"), json_text(point, "name"),
             clock_iso(iso, json_int(held, "skewed_ms", 0)),
             clock_iso(own, json_int(point, "created", 0)));
}

void check_snapshot(const struct eval *x, struct readiness_result *r)
{
    const char *why, *first = "", *asked = json_text(x->request, "recovery_point");
    bool named = *asked && strcmp(asked, "latest") != 0;
    if (named && !named_is_there(x, asked, r))
        return;
    if (named && x->mock) {
        eval_pass(r, "%.120s is complete; volumes are made from images", asked);
        return;
    }
    const json_t *list = points(x, r);
    if (!list)
        return;
    char all[EVAL_ALL_SIZE];
    const json_t *point = chosen(x, list), *held = eval_map(x, FACT_HELD);
    size_t missing = not_held(x, held, &first);
    if (!point)
        eval_bad(r, WAIT_ADVICE, "%s has no complete recovery point of %s", x->target, x->g->name);
    else if (!held)
        eval_unknown(r, LOG_IN_ADVICE, "%.220s",
                     eval_error(x, FACT_HELD, &why) ? why : "its volumes were not read");
    else if (missing)
        eval_bad(r, WAIT_ADVICE, "%zu of %zu volumes are not in %.90s, the first is %.60s", missing,
                 group_volume_count(x->g), json_text(point, "name"), first);
    else if (*json_text(held, "skewed"))
        say_skewed(r, point, held);
    else
        eval_pass(r, "%s in %.120s", eval_all(all, group_volume_count(x->g), "volume"),
                  json_text(point, "name"));
}

void check_rpo(const struct eval *x, struct readiness_result *r)
{
    const json_t *list = points(x, r), *point = list ? chosen(x, list) : NULL;
    char age[24], most[24];
    if (!list)
        return;
    int64_t ms = x->now_ms - json_int(point, "created", 0);
    clock_age(age, sizeof(age), ms);
    clock_age(most, sizeof(most), x->g->rpo_seconds * 1000);
    if (!point)
        eval_unknown(r, WAIT_ADVICE, "there is no complete recovery point");
    else if (ms > x->g->rpo_seconds * 1000)
        eval_bad(r, "What was written since is not in it. Look at the replication (array link, "
                    "schedule), or force a cycle: consistency-group sync GROUP.",
                 "it is %s old, %s were promised", age, most);
    else
        eval_pass(r, "it is %s old, %s were promised", age, most);
}

void check_replication(const struct eval *x, struct readiness_result *r)
{
    const json_t *list = points(x, r), *point = list ? chosen(x, list) : NULL;
    const json_t *group = eval_map(x, FACT_SOURCE_GROUP);
    char age[24];
    if (!list)
        return;
    clock_age(age, sizeof(age), x->now_ms - json_int(point, "completed", 0));
    if (group && !*json_text(group, "name"))
        eval_bad(r, "Put the volumes into a protection group that replicates to the target's array.",
                 "no volume is in a protection group of the array of %s", x->source);
    else if (group && !json_flag(group, "targeted", false))
        eval_bad(r, "Give the protection group the target's array as its target, and allow it "
                    "there.",
                 "protection group %.100s replicates to no array", json_text(group, "name"));
    else if (!point)
        eval_bad(r, WAIT_ADVICE, "nothing of %s has been replicated completely", x->g->name);
    else
        eval_pass(r, "the last transfer ended %s ago", age);
}

/* One that a newer one has overtaken, or that began long ago. */
void check_transfer(const struct eval *x, struct readiness_result *r)
{
    enum { PATIENCE_MS = 600000 };
    const json_t *list = points(x, r), *p;
    size_t i;
    char age[24];
    if (!list)
        return;
    int64_t most = x->g->rpo_seconds * 1000 > PATIENCE_MS ? x->g->rpo_seconds * 1000 : PATIENCE_MS;
    eval_pass(r, "no transfer is open");
    json_array_foreach(list, i, p) {
        int64_t ms = x->now_ms - json_int(p, "created", 0);
        clock_age(age, sizeof(age), ms);
        if (json_int(p, "completed", 0))
            break;
        if (json_flag(p, "interrupted", false) || ms > most)
            eval_bad(r, "Look at the array link; an older recovery point is used until it ends.",
                     "%.120s stands at %lld %% for %s", json_text(p, "name"),
                     (long long)json_int(p, "progress", 0), age);
        else if (r->verdict == READINESS_PASS)
            eval_pass(r, "%.120s is at %lld %%", json_text(p, "name"),
                      (long long)json_int(p, "progress", 0));
    }
}

/* ---- R-TYPE, R-SAFE ------------------------------------------------------------------------ */

/* The array's word counts before the type's: what is in a group, or in a point,
 * is replicated. */
static bool is_replicated(const struct eval *x, const char *id)
{
    const json_t *place = eval_find(eval_list(x, FACT_SOURCE_PLACES), "id", id);
    return *json_text(place, "group") || is_held(eval_map(x, FACT_HELD), id);
}

void check_type(const struct eval *x, struct readiness_result *r)
{
    char all[EVAL_ALL_SIZE];
    const json_t *types = eval_list(x, FACT_SOURCE_TYPES);
    struct eval_names plain = {.count = 0};
    int silent = 0;
    const char *why;
    if (no_array(x, r))
        return;
    for (size_t i = 0; i < x->g->member_count; i++)
        for (size_t k = 0; k < x->g->members[i].volume_count; k++) {
            const struct volume *v = &x->g->members[i].volumes[k];
            if (eval_type_replicates(types, v->type))
                continue;
            silent++;
            if (!is_replicated(x, v->id))
                eval_name(&plain, *v->name ? v->name : v->id);
        }
    if (!types && plain.count)
        eval_unknown(r, "", "%.220s", eval_error(x, FACT_SOURCE_TYPES, &why)
                                          ? why : "the source's volume types were not read");
    else if (plain.count)
        eval_bad(r, "Retype it to a type with replication_enabled='<is> True' (openstack volume "
                    "set --type ... --retype-policy on-demand), then wait for a replication cycle.",
                 "%d of %zu volumes are of no replicated type: %s", plain.count,
                 group_volume_count(x->g), eval_names_text(&plain));
    else if (silent)
        eval_pass(r, "%s replicated, %d by the array's word alone",
                  eval_all(all, group_volume_count(x->g), "volume"), silent);
    else
        eval_pass(r, "%s of a replicated type", eval_all(all, group_volume_count(x->g), "volume"));
}

/* A place says its pod; a point taken of one says it in the volume's name. */
static size_t in_pods(const struct eval *x)
{
    const json_t *v;
    size_t i, n = 0;
    json_array_foreach(json_list(eval_map(x, FACT_HELD), "sources"), i, v)
        n += strstr(json_string_value(v), "::") != NULL;
    if (n)
        return n;
    json_array_foreach(eval_list(x, FACT_SOURCE_PLACES), i, v)
        n += *json_text(v, "pod") != '\0';
    return n;
}

void check_safe(const struct eval *x, struct readiness_result *r)
{
    const json_t *group = eval_map(x, FACT_SOURCE_GROUP);
    size_t pods = in_pods(x), count = group_volume_count(x->g);
    if (no_array(x, r))
        return;
    if (pods) {
        eval_bad(r, "Volumes in a pod are replicated by the pod, not by the protection group: take "
                    "them out of it, or recover them by the pod's own means.",
                 "%zu of %zu volumes are in a pod", pods, count);
    } else if (json_flag(group, "ratcheted", false)) {
        r->weight = READINESS_MILD;
        eval_bad(r, "What is in it can be neither destroyed nor managed: after a failover the old "
                    "volumes stay until the array's administrator lets them go.",
                 "protection group %.100s is ratcheted (SafeMode)", json_text(group, "name"));
    } else if (!eval_read(x, FACT_HELD) && !eval_read(x, FACT_SOURCE_PLACES)) {
        eval_unknown(r, "", "no array said where the volumes are");
    } else {
        eval_pass(r, "no volume is in a pod or ratcheted");
    }
}

/* ---- R-HOST ------------------------------------------------------------------------ */

/* The services that count: of the array's host where it is known, else all. */
static bool is_of_host(const struct eval *x, const json_t *service)
{
    const char *host = json_text(x->facts, "volume_host");
    size_t n = strcspn(host, "#");
    return !n || x->mock || (strncmp(json_text(service, "host"), host, n) == 0 &&
                             json_text(service, "host")[n] == '\0');
}

/* What is wrong with a service, "" nothing. */
static const char *ailment(const json_t *s)
{
    if (strcmp(json_text(s, "state"), "up") != 0)
        return "is down";
    if (strcmp(json_text(s, "status"), "enabled") != 0)
        return "is disabled";
    if (json_flag(s, "frozen", false))
        return "is frozen";
    return *json_text(s, "active_backend_id") ? "has failed over to another back end" : "";
}

void check_host(const struct eval *x, struct readiness_result *r)
{
    const json_t *s, *well = NULL, *ill = NULL;
    size_t i;
    json_array_foreach(eval_list(x, FACT_SERVICES), i, s) {
        if (!is_of_host(x, s))
            continue;
        if (*ailment(s))
            ill = ill ? ill : s;
        else
            well = well ? well : s;
    }
    /* In mock mode any of them will do. */
    if (well && (x->mock || !ill))
        eval_pass(r, "cinder-volume %s is up", json_text(well, "host"));
    else if (ill)
        eval_bad(r, "Bring cinder-volume on the target back: openstack volume service list and "
                    "set, and its log; a frozen or failed-over back end is thawed by its "
                    "administrator.",
                 "cinder-volume %s %s", json_text(ill, "host"), ailment(ill));
    else
        eval_bad(r, "Correct the site's volume_host, or start cinder-volume there: openstack volume "
                    "service list.",
                 "there is no cinder-volume %s on %s", json_text(x->facts, "volume_host"),
                 x->target);
}
