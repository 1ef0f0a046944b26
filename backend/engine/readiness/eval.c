#include "backend/engine/readiness/eval.h"

#include "backend/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What must have been read: without any of it the check is not known. What a
 * check can do without, it asks for itself. */
enum { NEEDS = 3, ALSO = 3 };
static const struct row {
    eval_check *check;
    const char *needs[NEEDS];
    const char *also[ALSO]; /* of which the age counts as well */
} ROWS[READINESS_COUNT] = {
    [R_SITE] = {check_site, {0}, {FACT_SOURCE_SERVERS, FACT_SERVERS}},
    [R_PGST] = {check_state, {0}, {0}},
    [R_MEM] = {check_members, {FACT_SOURCE_SERVERS}, {FACT_SOURCE_VOLUMES}},
    [R_PLAN] = {check_plan, {0}, {0}},
    [R_POL] = {check_policy, {0}, {FACT_ARRAY, FACT_SOURCE_ARRAY}},
    [R_SNAP] = {check_snapshot, {0}, {FACT_POINTS, FACT_HELD}},
    [R_RPO] = {check_rpo, {0}, {FACT_POINTS}},
    [R_REPL] = {check_replication, {0}, {FACT_POINTS, FACT_SOURCE_GROUP}},
    [R_CKPT] = {check_transfer, {0}, {FACT_POINTS}},
    [R_TYPE] = {check_type, {0}, {FACT_SOURCE_TYPES, FACT_SOURCE_PLACES}},
    [R_META] = {check_meta, {0}, {0}},
    [R_NET] = {check_networks, {FACT_NETWORKS}, {0}},
    [R_IP] = {check_addresses, {FACT_NETWORKS, FACT_SUBNETS, FACT_PORTS}, {0}},
    [R_PRODNET] = {check_production, {FACT_NETWORKS, FACT_SUBNETS, FACT_PORTS}, {0}},
    [R_FLV] = {check_flavors, {FACT_FLAVORS}, {0}},
    [R_SG] = {check_security_groups, {FACT_SECURITY_GROUPS}, {0}},
    [R_QUOTA] = {check_quota, {0}, {FACT_COMPUTE_LIMITS, FACT_VOLUME_LIMITS, FACT_NETWORK_QUOTA}},
    [R_CAP] = {check_capacity, {0}, {FACT_HYPERVISORS, FACT_POOLS}},
    [R_ROLE] = {check_role, {0}, {0}},
    [R_MANAGE] = {check_manage, {0}, {FACT_MAY_MANAGE}},
    [R_HOST] = {check_host, {FACT_SERVICES}, {0}},
    [R_IMG] = {check_images, {0}, {0}},
    [R_BOOT] = {check_boot, {0}, {0}},
    [R_LOCK] = {check_lock, {0}, {0}},
    [R_MAXT] = {check_drills, {0}, {0}},
    [R_LINK] = {check_link, {0}, {FACT_ARRAY}},
    [R_SAFE] = {check_safe, {0}, {FACT_HELD, FACT_SOURCE_GROUP}},
    [R_LEFT] = {check_left, {0}, {FACT_SERVERS, FACT_VOLUMES, FACT_PORTS}},
    [R_SPLIT] = {check_split, {FACT_SERVERS}, {0}},
    [R_TIME] = {check_time, {0}, {0}},
};

/* Which checks say something else for another operation, or only for a drill. */
enum { FOR_ALL, FOR_DRILLS, FOR_EACH };
static const unsigned char DIFFERS[READINESS_COUNT] = {
    [R_MEM] = FOR_DRILLS,  [R_ROLE] = FOR_DRILLS,
    [R_SITE] = FOR_DRILLS, [R_PGST] = FOR_EACH,   [R_POL] = FOR_DRILLS, [R_IP] = FOR_DRILLS,
    [R_PRODNET] = FOR_DRILLS, [R_QUOTA] = FOR_DRILLS, [R_CAP] = FOR_DRILLS, [R_SPLIT] = FOR_EACH,
};

/* ---- facts --------------------------------------------------------------------- */

static const json_t *fact(const struct eval *x, const char *key)
{
    return json_map(x->read, key);
}

const json_t *eval_list(const struct eval *x, const char *key)
{
    return json_list(fact(x, key), "body");
}

const json_t *eval_map(const struct eval *x, const char *key)
{
    return json_map(fact(x, key), "body");
}

bool eval_read(const struct eval *x, const char *key)
{
    const json_t *body = json_object_get(fact(x, key), "body");
    return body && !json_is_null(body);
}

enum pc_err eval_error(const struct eval *x, const char *key, const char **ret_text)
{
    const json_t *f = fact(x, key);
    *ret_text = json_text(f, "error");
    int64_t code = json_int(f, "code", PC_OK);
    return code > PC_OK && code < PC_ERR_COUNT ? (enum pc_err)code : PC_OK;
}

const json_t *eval_find(const json_t *list, const char *key, const char *value)
{
    const json_t *o;
    size_t i;
    json_array_foreach(list, i, o)
        if (strcmp(json_text(o, key), value) == 0)
            return o;
    return NULL;
}

bool eval_type_replicates(const json_t *types, const char *name)
{
    const json_t *specs = json_map(eval_find(types, "name", name), "extra_specs");
    return strstr(json_text(specs, "replication_enabled"), "True") != NULL;
}

/* ---- results -------------------------------------------------------------------- */

static void say(struct readiness_result *r, enum readiness_verdict v, const char *remedy,
                const char *fmt, va_list ap) __attribute__((format(printf, 4, 0)));
static void say(struct readiness_result *r, enum readiness_verdict v, const char *remedy,
                const char *fmt, va_list ap)
{
    char raw[sizeof(r->evidence)];
    vsnprintf(raw, sizeof(raw), fmt, ap);
    safe_text(r->evidence, sizeof(r->evidence), raw);
    safe_text(r->remedy, sizeof(r->remedy), remedy);
    r->verdict = v;
}

#define SAY(verdict, remedy)             \
    do {                                 \
        va_list ap;                      \
        va_start(ap, fmt);               \
        say(r, verdict, remedy, fmt, ap); \
        va_end(ap);                      \
    } while (0)

void eval_pass(struct readiness_result *r, const char *fmt, ...)
{
    SAY(READINESS_PASS, NULL);
}

void eval_skip(struct readiness_result *r, const char *fmt, ...)
{
    SAY(READINESS_SKIPPED, NULL);
}

void eval_unknown(struct readiness_result *r, const char *remedy, const char *fmt, ...)
{
    SAY(READINESS_UNKNOWN, remedy);
}

void eval_bad(struct readiness_result *r, const char *remedy, const char *fmt, ...)
{
    SAY(READINESS_BAD, remedy);
}
#undef SAY

void eval_name(struct eval_names *n, const char *name)
{
    size_t len = strlen(n->text);
    n->count++;
    if (n->left_out || len + strlen(name) + 20 > sizeof(n->text))
        n->left_out++;
    else
        snprintf(n->text + len, sizeof(n->text) - len, "%s%s", len ? ", " : "", name);
}

const char *eval_names_text(struct eval_names *n)
{
    size_t len = strlen(n->text);
    if (n->left_out)
        snprintf(n->text + len, sizeof(n->text) - len, " and %d more", n->left_out);
    n->left_out = 0;
    return n->text;
}

const char *eval_all(char dst[EVAL_ALL_SIZE], size_t n, const char *one)
{
    if (n == 1)
        snprintf(dst, EVAL_ALL_SIZE, "the one %s is", one);
    else
        snprintf(dst, EVAL_ALL_SIZE, "all %zu %ss are", n, one);
    return dst;
}

/* ---- the evaluation ---------------------------------------------------------------- */

/* Where something that is needed was not read; says so. */
static bool lacks(const struct eval *x, const struct row *row, struct readiness_result *r)
{
    for (size_t i = 0; i < NEEDS && row->needs[i]; i++) {
        const char *why;
        if (eval_read(x, row->needs[i]))
            continue;
        if (eval_error(x, row->needs[i], &why) == PC_OK)
            eval_unknown(r, "", "%s was not asked",
                         strncmp(row->needs[i], "source", 6) == 0 ? x->source : x->target);
        else if (eval_error(x, row->needs[i], &why) == PC_ERR_FORBIDDEN)
            eval_unknown(r, "An administrator of the site can see it, or may let this role.",
                         "not ours to see: %.200s", why);
        else
            eval_unknown(r, json_text(fact(x, row->needs[i]), "remedy"), "%.220s", why);
        return true;
    }
    return false;
}

static void age(const struct eval *x, const char *const *keys, size_t count, int64_t *oldest)
{
    for (size_t i = 0; i < count && keys[i]; i++) {
        int64_t at = json_int(fact(x, keys[i]), "at", 0);
        if (at && (!*oldest || at < *oldest))
            *oldest = at;
    }
}

static void evaluate(const struct eval *x, const struct row *row, struct readiness_result *ret)
{
    age(x, row->needs, NEEDS, &ret->read_ms);
    age(x, row->also, ALSO, &ret->read_ms);
    if (!ret->read_ms)
        ret->read_ms = x->now_ms;
    if (!lacks(x, row, ret))
        row->check(x, ret);
}

/* Remedies are written for any group: what is to be typed names this one. */
static void name_group(struct readiness_result *r, const char *group)
{
    static const char word[] = "GROUP";
    char *at = r->remedy;
    while ((at = strstr(at, word)) != NULL) {
        char rest[sizeof(r->remedy)];
        size_t room = sizeof(r->remedy) - (size_t)(at - r->remedy);
        snprintf(rest, sizeof(rest), "%s", at + sizeof(word) - 1);
        size_t n = (size_t)snprintf(at, room, "%s%s", group, rest);
        at += n < room ? strlen(group) : room - 1;
    }
}

static bool is_same(const struct eval_asked *q, enum readiness_check c)
{
    if (!q->same || readiness_severity(c, q->same->purpose) == SEVERITY_NONE)
        return false;
    bool drill = q->purpose == READY_FOR_TEST, other = q->same->purpose == READY_FOR_TEST;
    return DIFFERS[c] == FOR_ALL || (DIFFERS[c] == FOR_DRILLS && drill == other);
}

struct readiness *readiness_eval(const struct eval_asked *q)
{
    struct readiness *r = readiness_new(q->beside);
    struct eval x = {
        .g = q->group,
        .facts = q->facts,
        .read = json_map(q->facts, "read"),
        .request = q->request,
        .purpose = q->purpose,
        .forced = q->forced,
        .mock = strcmp(json_text(q->facts, "storage_mode"), "flasharray") != 0,
        .source = json_text(q->facts, "source"),
        .target = json_text(q->facts, "target"),
        .now_ms = json_int(q->facts, "at", 0),
    };
    x.there = (struct target_facts){x.target, eval_list(&x, FACT_NETWORKS),
                                    eval_list(&x, FACT_FLAVORS)};
    r->metadata_version = q->group->metadata_version;
    r->purpose = q->purpose;
    r->forced = q->forced;
    r->at_ms = x.now_ms;
    for (int c = 0; c < READINESS_COUNT; c++) {
        const struct row *row = &ROWS[c];
        struct readiness_result result = {.read_ms = 0};
        if (readiness_severity((enum readiness_check)c, q->purpose) == SEVERITY_NONE)
            eval_skip(&result, "not asked for this operation");
        else if (!is_same(q, (enum readiness_check)c))
            evaluate(&x, row, &result);
        else {
            readiness_put_same(r, (enum readiness_check)c, q->same);
            continue;
        }
        name_group(&result, q->group->name);
        readiness_put(r, (enum readiness_check)c, &result);
    }
    return r;
}

/* ---- of an operation ----------------------------------------------------------------- */

enum readiness_for readiness_purpose(enum group_action a)
{
    switch (a) {
    case ACTION_TEST_FAILOVER:
        return READY_FOR_TEST;
    case ACTION_FAILOVER:
    case ACTION_FAILOVER_FORCE:
        return READY_FOR_FAILOVER;
    case ACTION_FAILBACK:
        return READY_FOR_FAILBACK;
    default:
        return READY_FOR_COUNT;
    }
}

/* The plan says these itself, member by member, or a line says that the source
 * was not read; and that a member may not see services is so every time. */
static bool is_said(enum readiness_check c, const struct readiness_kept *x)
{
    return c == R_IP || c == R_FLV || c == R_SG ||
           (c == R_HOST && x->verdict == READINESS_UNKNOWN) ||
           ((c == R_SITE || c == R_MEM) &&
            (x->weight == READINESS_MILD || x->verdict == READINESS_UNKNOWN));
}

void readiness_record(const struct readiness *r, struct operation *op)
{
    for (int i = 0; i < READINESS_COUNT; i++) {
        enum readiness_check c = (enum readiness_check)i;
        enum readiness_word w = readiness_word(r, c);
        const struct readiness_kept *x = readiness_kept(r, c);
        bool grave = readiness_severity(c, r->purpose) != SEVERITY_WARNS;
        if (is_said(c, x) || !(w == READINESS_WARN || (w == READINESS_NOT_KNOWN && grave)))
            continue;
        operation_warn(op, "%s %s: %s", readiness_key(c),
                       w == READINESS_NOT_KNOWN ? "is not known"
                       : grave && r->forced     ? "was passed over"
                                                : "warns",
                       readiness_evidence(r, c));
    }
}
