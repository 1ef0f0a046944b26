/* answers: see answers.h. */
#include "tui/wizard/answers.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/format.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

const struct wizard_kind WIZARD_KIND[WIZARD_KINDS] = {
    [WIZARD_DRILL] = {"drill", "Drill", ACT_DRILL, "test_failover", "protection-group test-failover",
                      NULL, false, "go on", "S: to the last page"},
    [WIZARD_FAILOVER] = {"failover", "Failover", ACT_FAILOVER, "failover",
                         "protection-group failover", "failover", true, "go on",
                         "S: to the last page"},
    [WIZARD_FAILBACK] = {"failback", "Failback", ACT_FAILBACK, "failback",
                         "protection-group failback", "failback", true, "go on",
                         "S: to the last page"},
    [WIZARD_MAPPING] = {"mapping", "Mapping", ACT_WIZARD_MAPPING, "group_update",
                        "protection-group set", NULL, false, "keep", "S keeps it"},
};

enum { PROPOSE = 1, DRILL = 2, FAILOVER = 4, FAILBACK = 8, COPIES = PROPOSE | DRILL | FAILOVER | FAILBACK };

static const struct {
    const char *verb;
    unsigned bit;
} VERBS[] = {{"test_propose", PROPOSE},
             {"test_failover", DRILL},
             {"failover", FAILOVER},
             {"failback", FAILBACK}};

/* What may be answered, which verbs know it, its flag, and what it is as JSON: JSON_TRUE
 * either of the two; what a list or an object holds are texts. */
static const struct {
    const char *key;
    unsigned verbs;
    const char *flag;
    json_type type;
} KEYS[] = {
    {"type", FAILOVER, "--type", JSON_STRING},
    {"recovery_point", COPIES, "--recovery-point", JSON_STRING},
    {"network_mapping", COPIES, "--network-mapping", JSON_OBJECT},
    {"flavor_mapping", COPIES, "--flavor-mapping", JSON_OBJECT},
    {"image_mapping", COPIES, "--image-mapping", JSON_OBJECT},
    {"auto_network", PROPOSE | DRILL, "--auto-network", JSON_TRUE},
    {"health_checks", COPIES, "--health-check", JSON_ARRAY},
    {"health_check_timeout", COPIES, "--health-check-timeout", JSON_INTEGER},
    {"no_cleanup", PROPOSE | DRILL, "--no-cleanup", JSON_TRUE},
    {"test_project", PROPOSE | DRILL, "--test-project", JSON_STRING},
    {"addresses", COPIES, "--addresses", JSON_STRING},
    {"canary", COPIES, "--canary", JSON_TRUE},
    {"on_partial", FAILOVER, "--on-partial", JSON_STRING},
    {"reverse_replication", FAILBACK, "--reverse-replication", JSON_TRUE},
    {"fixed_ips", COPIES, "--fixed-ip", JSON_OBJECT},
    {"macs", COPIES, "--mac", JSON_OBJECT},
    {"floating_ip", COPIES, "--floating-ip", JSON_STRING},
    {"members", PROPOSE | FAILOVER, "--members", JSON_ARRAY},
    {"reason", FAILOVER | FAILBACK, "--reason", JSON_STRING},
};

void answers_init(struct answers *a, enum wizard_for kind)
{
    *a = (struct answers){.kind = kind, .given = json_object()};
}

void answers_release(struct answers *a)
{
    json_decref(a->given);
    a->given = NULL;
}

size_t answers_count(const struct answers *a)
{
    const char *key;
    json_t *v;
    size_t n = 0;
    json_object_foreach(a->given, key, v)
        n += json_is_object(v) ? json_object_size(v) : 1;
    return n;
}

static bool all_texts(const json_t *v)
{
    const char *key;
    json_t *one;
    size_t i;
    json_array_foreach(v, i, one)
        if (!json_is_string(one))
            return false;
    json_object_foreach((json_t *)(uintptr_t)v, key, one)
        if (!json_is_string(one))
            return false;
    return true;
}

bool answers_fit(const json_t *given)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)given, key, v) {
        size_t i = 0;
        while (i < sizeof KEYS / sizeof KEYS[0] && !text_equal(KEYS[i].key, key))
            i++;
        if (i == sizeof KEYS / sizeof KEYS[0] || !all_texts(v) ||
            !(KEYS[i].type == JSON_TRUE ? json_is_boolean(v) : json_typeof(v) == KEYS[i].type))
            return false;
    }
    return json_is_object(given);
}

bool answers_unplanned(const struct answers *a)
{
    return text_equal(json_text(a->given, "type"), "unplanned");
}

void answers_put(struct answers *a, const char *key, json_t *value)
{
    if (value)
        json_put(a->given, key, value);
    else
        json_object_del(a->given, key);
}

void answers_put_text(struct answers *a, const char *key, const char *text)
{
    answers_put(a, key, *text ? json_string(text) : NULL);
}

/* ---- mappings ----------------------------------------------------------------------- */

const char *answers_target(const struct answers *a, const char *key, const char *from)
{
    return json_text(json_map(a->given, key), from);
}

void answers_map(struct answers *a, const char *key, const char *from, const char *to)
{
    json_t *map = json_map(a->given, key);
    if (!map && to)
        json_put(a->given, key, map = json_object());
    if (to)
        json_put_text(map, from, to);
    else if (map && json_object_del(map, from) == 0 && json_object_size(map) == 0)
        json_object_del(a->given, key);
}

/* ---- which members -------------------------------------------------------------------- */

bool answers_has_member(const struct answers *a, const char *name)
{
    const json_t *names = json_list(a->given, "members"), *v;
    size_t i;
    json_array_foreach(names, i, v)
        if (text_equal(json_string_value(v), name))
            return true;
    return !names;
}

bool answers_turn_member(struct answers *a, const struct group *g, const char *name)
{
    json_t *names = json_array();
    for (size_t i = 0; i < g->member_count; i++) {
        const char *one = g->members[i].name;
        if (answers_has_member(a, one) != text_equal(one, name))
            json_array_append_new(names, json_string(one));
    }
    size_t n = json_array_size(names);
    bool some = n > 0;
    if (some)
        answers_put(a, "members", n < g->member_count ? json_incref(names) : NULL);
    json_decref(names);
    return some;
}

/* ---- as a request --------------------------------------------------------------------- */

json_t *answers_args(const struct answers *a, const char *verb, const char *group_id)
{
    const char *operation = WIZARD_KIND[a->kind].operation;
    json_t *args = json_object();
    unsigned bit = 0;
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++)
        if (text_equal(VERBS[i].verb, verb))
            bit = VERBS[i].bit;
    json_put_text(args, "group", group_id);
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        const json_t *v = json_object_get(a->given, KEYS[i].key);
        if (v && (KEYS[i].verbs & bit))
            json_put(args, KEYS[i].key, json_deep_copy(v));
    }
    if (bit == PROPOSE && operation)
        json_put_text(args, "operation", operation);
    if (bit == PROPOSE && answers_unplanned(a))
        json_put_flag(args, "force", true);
    return args;
}

/* ---- as a command line -------------------------------------------------------------------- */

static void add_flag(struct buf *out, const char *flag, const char *text)
{
    format_word(out, flag);
    format_word(out, text);
}

static void add_words(struct buf *out, const char *flag, const json_t *v)
{
    char text[600];
    const char *from;
    json_t *o;
    size_t i;
    if (json_is_true(v)) {
        format_word(out, flag);
    } else if (json_is_integer(v)) {
        snprintf(text, sizeof text, "%lld", (long long)json_integer_value(v));
        add_flag(out, flag, text);
    } else if (json_is_string(v)) {
        add_flag(out, flag, json_string_value(v));
    } else if (json_is_array(v)) {
        json_array_foreach(v, i, o)
            if (json_is_string(o))
                add_flag(out, flag, json_string_value(o));
    } else if (json_is_object(v)) {
        json_object_foreach((json_t *)(uintptr_t)v, from, o) {
            snprintf(text, sizeof text, "%s=%s", from,
                     json_is_string(o) ? json_string_value(o) : "");
            add_flag(out, flag, text);
        }
    }
}

void answers_command(const struct answers *a, const char *group, struct buf *out)
{
    unsigned bit = PROPOSE;
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++)
        if (text_equal(VERBS[i].verb, WIZARD_KIND[a->kind].verb))
            bit = VERBS[i].bit;
    buf_printf(out, "protector-console %s", WIZARD_KIND[a->kind].command);
    format_word(out, group);
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
        if (KEYS[i].verbs & bit)
            add_words(out, KEYS[i].flag, json_object_get(a->given, KEYS[i].key));
}

/* ---- as the group's own ----------------------------------------------------------------------- */

/* The name, where no other of the list has it; else the id. */
static const char *name_of(const json_t *list, const char *id_key, const char *name_key,
                           const char *id)
{
    const char *name = "";
    const json_t *o;
    size_t i, same = 0;
    json_array_foreach(list, i, o)
        if (text_equal(json_text(o, id_key), id))
            name = json_text(o, name_key);
    json_array_foreach(list, i, o)
        same += *name && text_equal(json_text(o, name_key), name);
    return same == 1 ? name : id;
}

/* An image is kept by its id at both ends: which it is over there is never looked for by name. */
static const struct kept {
    const char *key, *rows, *targets;
    size_t own, count; /* of struct group */
    bool ids;
} KEPT[] = {{"network_mapping", "networks", "target_networks", offsetof(struct group, networks),
             offsetof(struct group, network_count), false},
            {"flavor_mapping", "flavors", "target_flavors", offsetof(struct group, flavors),
             offsetof(struct group, flavor_count), false},
            {"image_mapping", "images", "target_images", offsetof(struct group, images),
             offsetof(struct group, image_count), true}};

static void keep_one(const struct kept *k, const json_t *proposal, const char *from, const char *to,
                     bool away, json_t *map)
{
    const char *ours = k->ids ? from : name_of(json_list(proposal, k->rows), "from", "from_name", from);
    const char *theirs = k->ids ? to : name_of(json_list(proposal, k->targets), "id", "name", to);
    json_object_del(map, away ? to : from);
    json_object_del(map, away ? theirs : ours);
    json_put_text(map, away ? theirs : ours, away ? ours : theirs);
}

static void keep_mapping(const struct answers *a, const struct kept *k, const json_t *proposal,
                         const struct group *g, json_t *args)
{
    bool away = text_equal(g->current_primary, g->secondary);
    const struct mapping *own = *(struct mapping *const *)(const void *)((const char *)g + k->own);
    size_t count = *(const size_t *)(const void *)((const char *)g + k->count);
    json_t *given = json_map(a->given, k->key), *map, *to;
    const char *from;
    if (!given)
        return;
    map = json_object();
    for (size_t i = 0; i < count; i++)
        json_put_text(map, own[i].from, own[i].to);
    json_object_foreach(given, from, to)
        keep_one(k, proposal, from, json_string_value(to) ? json_string_value(to) : "", away, map);
    json_put(args, k->key, map);
}

json_t *answers_defaults(const struct answers *a, const struct group *g, const json_t *proposal,
                         int64_t version)
{
    json_t *args = json_object();
    const json_t *checks = json_list(a->given, "health_checks");
    for (size_t i = 0; i < sizeof KEPT / sizeof KEPT[0]; i++)
        keep_mapping(a, &KEPT[i], proposal, g, args);
    if (checks)
        json_put(args, "health_checks", json_deep_copy(checks));
    if (json_object_size(args) == 0) {
        json_decref(args);
        return NULL;
    }
    json_put_text(args, "group", g->id);
    json_put_int(args, "metadata_version", version);
    return args;
}
