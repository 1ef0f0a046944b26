/* sites: the sites, the group's state, its members, and what earlier
 * operations left or hold. */
#include "backend/engine/groups/split.h"
#include "backend/engine/readiness/eval.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- R-SITE ------------------------------------------------------------------------- */

/* Of which one answer a service is enough to say that it answers. */
static const struct {
    const char *key, *service;
    bool source;
} ANSWERS[] = {
    {FACT_SOURCE_SERVERS, "compute", true}, {FACT_SOURCE_VOLUMES, "volume", true},
    {FACT_SOURCE_PORTS, "network", true},   {FACT_SERVERS, "compute", false},
    {FACT_VOLUMES, "volume", false},        {FACT_NETWORKS, "network", false},
};

static int silent(const struct eval *x, bool source, const char **ret_service, const char **ret_why)
{
    int n = 0;
    for (size_t i = 0; i < sizeof(ANSWERS) / sizeof(ANSWERS[0]); i++) {
        const char *why;
        if (ANSWERS[i].source != source || eval_error(x, ANSWERS[i].key, &why) == PC_OK)
            continue;
        if (n++ == 0) {
            *ret_service = ANSWERS[i].service;
            *ret_why = why;
        }
    }
    return n;
}

void check_site(const struct eval *x, struct readiness_result *r)
{
    const char *service = "", *why = "";
    char age[24];
    if (silent(x, false, &service, &why)) {
        r->weight = READINESS_FIRM;
        eval_bad(r, "Nothing can be made where nobody answers: see the site's health (site show) "
                    "and bring its services back.",
                 "%s, %s: %.180s", x->target, service, why);
    } else if (!eval_read(x, FACT_SOURCE_SERVERS) &&
               eval_error(x, FACT_SOURCE_SERVERS, &why) == PC_OK) {
        eval_unknown(r, "", "%s was not asked: what was known of it is used", x->source);
    } else if (silent(x, true, &service, &why)) {
        /* A drill needs nothing of the primary: it is there for the day on which
         * the primary is gone. */
        r->weight = x->purpose == READY_FOR_TEST ? READINESS_MILD : READINESS_TABLED;
        clock_age(age, sizeof(age), x->now_ms - x->g->captured_ms);
        eval_bad(r, "See the site's health (site show). If it is lost, fail over with force: what "
                    "has not been replicated is lost then.",
                 "%s, %s: %.120s; its members are known as %s ago", x->source, service, why, age);
    } else {
        eval_pass(r, "%s and %s answer", x->source, x->target);
    }
}

void check_time(const struct eval *x, struct readiness_result *r)
{
    int64_t a = json_int(x->facts, "source_skew", 0), b = json_int(x->facts, "target_skew", 0);
    enum { MOST_S = 60 };
    if (llabs(a) > MOST_S || llabs(b) > MOST_S)
        eval_bad(r, "Synchronise the clocks (NTP): ages of recovery points are told by them.",
                 "%s differs by %lld s, %s by %lld s", x->source, (long long)a, x->target,
                 (long long)b);
    else
        eval_pass(r, "%s differs by %lld s, %s by %lld s", x->source, (long long)a, x->target,
                  (long long)b);
}

/* ---- R-PGST, R-LOCK, R-MAXT, R-META --------------------------------------------------- */

void check_state(const struct eval *x, struct readiness_result *r)
{
    static const enum group_action actions[READY_FOR_COUNT] = {
        ACTION_TEST_FAILOVER, ACTION_FAILOVER, ACTION_FAILBACK};
    enum group_state s = (enum group_state)json_int(x->facts, "state", GROUP_UNPROTECTED);
    enum group_action a = actions[x->purpose];
    struct pc_error err;
    if (a == ACTION_FAILOVER && x->forced)
        a = ACTION_FAILOVER_FORCE;
    if (lifecycle_check(a, s, x->g->name, &err))
        eval_bad(r, err.remedy, "%.220s", err.text);
    else
        eval_pass(r, "it is '%s'", group_state_word(s));
}

void check_lock(const struct eval *x, struct readiness_result *r)
{
    const char *holder = json_text(x->facts, "holder");
    enum group_state s = (enum group_state)json_int(x->facts, "state", GROUP_UNPROTECTED);
    bool drill = s == GROUP_TESTING || s == GROUP_TEST_ACTIVE || s == GROUP_TEST_CLEANING;
    if (*holder && x->forced && drill)
        eval_pass(r, "%s runs on it, and makes way", holder);
    else if (*holder)
        eval_bad(r, "Wait for its end, or stop it: operation watch, operation cancel.",
                 "%s runs on it", holder);
    else
        eval_pass(r, "no operation runs on it");
}

void check_drills(const struct eval *x, struct readiness_result *r)
{
    int64_t n = json_int(x->facts, "drills", 0), most = json_int(x->facts, "drills_max", 0);
    if (n >= most)
        eval_bad(r, "It begins by itself when one of them has ended.",
                 "%lld of %lld drills run: this one would wait", (long long)n, (long long)most);
    else
        eval_pass(r, "%lld of %lld drills run", (long long)n, (long long)most);
}

void check_meta(const struct eval *x, struct readiness_result *r)
{
    eval_skip(r, "version %lld here; the consoles of the sites do not exchange theirs",
              (long long)x->g->metadata_version);
}

/* ---- R-MEM ------------------------------------------------------------------------------ */

/* Volumes that the site says the server has, against those that are known. */
static bool same_volumes(const json_t *server, const struct member *m)
{
    const json_t *list = json_list(server, "os-extended-volumes:volumes_attached");
    if (!list)
        return true;
    size_t known = 0;
    for (size_t i = 0; i < m->volume_count; i++)
        known += eval_find(list, "id", m->volumes[i].id) != NULL;
    return known == m->volume_count && json_array_size(list) == known;
}

static bool same_as_known(const json_t *server, const struct member *m)
{
    const char *flavor = json_text(json_map(server, "flavor"), "original_name");
    return (!*flavor || strcmp(flavor, m->flavor.name) == 0) && same_volumes(server, m);
}

/* A check that is for nobody, of those that would be used: planning refuses it. */
static const char *check_of_nobody(const struct eval *x)
{
    const char *astray = json_text(x->facts, "astray");
    const json_t *checks = json_list(x->request, "health_checks");
    bool used = !checks || json_has_text(checks, astray);
    return used && !json_list(x->request, "members") ? astray : "";
}

void check_members(const struct eval *x, struct readiness_result *r)
{
    const json_t *servers = eval_list(x, FACT_SOURCE_SERVERS);
    struct eval_names absent = {.count = 0}, changed = {.count = 0}, locked = {.count = 0};
    bool stops = x->purpose != READY_FOR_TEST && !x->forced;
    char all[EVAL_ALL_SIZE];
    for (size_t i = 0; i < x->g->member_count; i++) {
        const struct member *m = &x->g->members[i];
        const json_t *server = eval_find(servers, "id", m->id);
        if (!server)
            eval_name(&absent, m->name);
        else if (stops && json_flag(server, "locked", false))
            eval_name(&locked, m->name);
        else if (!same_as_known(server, m))
            eval_name(&changed, m->name);
    }
    if (x->g->member_count == 0) {
        r->weight = READINESS_FIRM;
        eval_bad(r, "Add one: protection-group add-member GROUP SERVER.", "it has no member");
    } else if (*check_of_nobody(x)) {
        r->weight = READINESS_FIRM;
        eval_bad(r, "Take it out of the group's checks: protection-group set --health-check.",
                 "health check %.100s is for no member of %s", check_of_nobody(x), x->g->name);
    } else if (absent.count) {
        eval_bad(r, "Bring it back, or take it out of the group: protection-group remove-member.",
                 "%d of %zu members are not on %s: %s", absent.count, x->g->member_count, x->source,
                 eval_names_text(&absent));
    } else if (locked.count) {
        eval_bad(r, "Unlock them (openstack server unlock) once it is clear why they were locked.",
                 "%d of %zu members are locked on %s, and cannot be stopped: %s", locked.count,
                 x->g->member_count, x->source, eval_names_text(&locked));
    } else if (changed.count) {
        r->weight = READINESS_MILD;
        eval_bad(r, "Add it anew, which reads it: protection-group add-member. A drill reads it by "
                    "itself.",
                 "%d of %zu members have another flavor or other volumes than is known: %s",
                 changed.count, x->g->member_count, eval_names_text(&changed));
    } else {
        eval_pass(r, "%s on %s", eval_all(all, x->g->member_count, "member"), x->source);
    }
}

/* ---- R-LEFT -------------------------------------------------------------------------------- */

static bool is_drill_of(const struct group *g, const json_t *o)
{
    const char *name = json_text(o, "name");
    for (size_t i = 0; strncmp(name, "test-", 5) == 0 && i < g->member_count; i++) {
        size_t n = strlen(g->members[i].name);
        if (strncmp(name + 5, g->members[i].name, n) == 0 && (!name[5 + n] || name[5 + n] == '-'))
            return true;
    }
    return false;
}

/* Its servers, volumes and ports serve: they are no leftovers, whoever made them. */
static bool serves(const struct group *g, const json_t *o)
{
    for (size_t i = 0; i < g->member_count; i++) {
        const struct member *m = &g->members[i];
        if (strcmp(m->id, json_text(o, "id")) == 0 || strcmp(m->id, json_text(o, "device_id")) == 0)
            return true;
        for (size_t k = 0; k < m->volume_count; k++)
            if (strcmp(m->volumes[k].id, json_text(o, "id")) == 0)
                return true;
    }
    return false;
}

/* Made by a drill of this group that is over, by a failed operation of it, or
 * by one that is not in this history but named as a drill of it would. */
static bool is_left(const struct eval *x, const json_t *o, char op[OP_ID_SIZE])
{
    const json_t *by = json_map(json_map(x->facts, "operations"), facts_mark(o, op));
    if (!*op || serves(x->g, o))
        return false;
    if (!by)
        return is_drill_of(x->g, o);
    return strcmp(json_text(by, "group_id"), x->g->id) == 0 && json_flag(by, "over", false) &&
           (json_flag(by, "failed", false) ||
            op_type_parse(json_text(by, "type")) == OP_TEST_FAILOVER);
}

/* Of all that was read, nothing carries the mark of an operation: a look at each would find
 * nothing. */
static bool nothing_marked(const struct eval *x)
{
    return json_int(x->facts, "marked", 1) == 0;
}

static int count_left(const struct eval *x, const char *key, char example[OP_ID_SIZE])
{
    const json_t *o;
    char op[OP_ID_SIZE];
    size_t i;
    int n = 0;
    if (nothing_marked(x))
        return 0;
    const json_t *all = eval_list(x, key);
    json_array_foreach(all, i, o)
        if (is_left(x, o, op)) {
            n++;
            memcpy(example, op, OP_ID_SIZE);
        }
    return n;
}

void check_left(const struct eval *x, struct readiness_result *r)
{
    char op[OP_ID_SIZE] = "", remedy[200];
    const char *site, *at = x->g->current_primary;
    size_t stood = predecessors_standing(x->g, &site);
    /* While the group is away they are what it may come back to. */
    bool needless = strcmp(site, at) == 0 || strcmp(at, x->g->primary) == 0;
    int servers = count_left(x, FACT_SERVERS, op) + count_left(x, FACT_SOURCE_SERVERS, op);
    int volumes = count_left(x, FACT_VOLUMES, op) + count_left(x, FACT_SOURCE_VOLUMES, op);
    int ports = count_left(x, FACT_PORTS, op) + count_left(x, FACT_SOURCE_PORTS, op);
    snprintf(remedy, sizeof(remedy), "Clean it up: test cleanup %s. What another console made is "
             "deleted by hand, once nobody needs it.", op);
    if (servers + volumes + ports)
        eval_bad(r, remedy,
                 "%d server%s, %d volume%s, %d port%s of earlier operations are there, the last of "
                 "%s", servers, servers == 1 ? "" : "s", volumes, volumes == 1 ? "" : "s", ports,
                 ports == 1 ? "" : "s", op);
    else if (!eval_read(x, FACT_SERVERS) || !eval_read(x, FACT_VOLUMES) ||
             !eval_read(x, FACT_PORTS))
        eval_unknown(r, "", "%s did not say what it has", x->target);
    else if (stood && needless)
        eval_bad(r, "Once nobody needs them: protection-group release GROUP.",
                 "%zu server%s of before a failover or a resolve still stand%s at %s, stopped", stood,
                 stood == 1 ? "" : "s", stood == 1 ? "s" : "", site);
    else
        eval_pass(r, "nothing of an earlier operation was found");
}

/* ---- R-SPLIT ---------------------------------------------------------------------------------- */

/* By the history, or by a member's name where the history knows of none: another
 * console may have moved the group. What a drill made is called otherwise. */
static const struct member *stands_for(const struct eval *x, const json_t *server)
{
    const json_t *other = eval_find(json_list(x->facts, "away"), "id", json_text(server, "id"));
    const char *name = json_text(other ? other : server, "name");
    return *name ? group_find_member(x->g, name) : NULL;
}

/* After everything that this history knows of the group. */
static bool is_newer(const struct eval *x, const json_t *server)
{
    int64_t ms;
    return !clock_parse_iso(json_text(server, "created"), &ms) ||
           ms > json_int(x->facts, "ended_ms", 0);
}

/* Made by a real operation that this history does not know, for this group, or
 * for a server of it: so the group was moved by somebody else, or by an operation
 * that a history which was put back has lost. What is at rest of another group's, or
 * of before what is known, is a leftover. op: which. */
static bool is_unknown_move(const struct eval *x, const json_t *server, char op[OP_ID_SIZE])
{
    const json_t *marks = json_map(server, "metadata");
    const char *made_by = json_text(marks, "protector:type"); /* of most servers "" */
    enum op_type type = *made_by ? op_type_parse(made_by) : OP_TYPE_COUNT;
    if ((type != OP_FAILOVER && type != OP_FAILBACK) || !*facts_mark(server, op) ||
        json_map(json_map(x->facts, "operations"), op) || json_has_text(json_list(x->facts, "members"), json_text(server, "id")) ||
        eval_find(json_list(x->facts, "others"), "id", json_text(server, "id")))
        return false;
    if (strcmp(json_text(marks, "protector:group_id"), x->g->id) == 0 && is_newer(x, server))
        return true;
    return (json_has_text(json_list(x->facts, "members"), json_text(marks, "protector:source")) || stands_for(x, server)) &&
           split_liveness(json_text(server, "status")) != LIVENESS_REST;
}

static int count_unknown(const struct eval *x, const char *key, char op[OP_ID_SIZE])
{
    const json_t *server;
    char of[OP_ID_SIZE];
    size_t i;
    int n = 0;
    if (nothing_marked(x))
        return 0;
    const json_t *servers = eval_list(x, key);
    json_array_foreach(servers, i, server)
        if (is_unknown_move(x, server, of)) {
            n++;
            memcpy(op, of, OP_ID_SIZE);
        }
    return n;
}

static bool moved_by_another(const struct eval *x, struct readiness_result *r)
{
    char op[OP_ID_SIZE] = "", where[300];
    int there = count_unknown(x, FACT_SERVERS, op), here = count_unknown(x, FACT_SOURCE_SERVERS, op);
    if (there && here)
        snprintf(where, sizeof(where), "%d on %.120s and %d on %.120s", there, x->target, here,
                 x->source);
    else
        snprintf(where, sizeof(where), "%d on %.120s", there + here, there ? x->target : x->source);
    if (there || here)
        eval_bad(r, "Use the history that did it, or have this one tell anew what was: rebuild. "
                    "Only when nothing of it serves: failover --force --reason TEXT.",
                 "this history does not know %.40s, which made servers of %.60s: %s", op, x->g->name,
                 where);
    return there || here;
}

void check_split(const struct eval *x, struct readiness_result *r)
{
    struct eval_names up = {.count = 0};
    const json_t *server;
    size_t i;
    if (moved_by_another(x, r))
        return;
    const json_t *servers = eval_list(x, FACT_SERVERS);
    json_array_foreach(servers, i, server) {
        const struct member *m = stands_for(x, server);
        if (m && split_liveness(json_text(server, "status")) != LIVENESS_REST)
            eval_name(&up, m->name);
    }
    if (up.count) {
        /* They are known to: production is moved beside them, or a drill is held. */
        r->weight = x->purpose == READY_FOR_FAILBACK ? READINESS_TABLED : READINESS_MILD;
        eval_bad(r, "Two of one machine must not serve: decide which site serves, and stop the "
                    "other's (protection-group resolve, or openstack server stop).",
                 "%d of %zu members run on %s as well: %s", up.count, x->g->member_count, x->target,
                 eval_names_text(&up));
    } else {
        eval_pass(r, "no member runs on %s", x->target);
    }
}
