/*
 * The shape of POST /servers' body. Nova knows every key, and from which
 * microversion on; one it does not know is an error, so a client cannot
 * believe it was heard.
 */
#include "backend/lab/nova/nova.h"

#include <stdlib.h>
#include <string.h>

struct key_rule {
    const char *name;
    int from, to; /* microversions that know it; to 0: for ever */
};

static const struct key_rule SERVER_KEYS[] = {
    {"name", 0, 0}, {"imageRef", 0, 0}, {"flavorRef", 0, 0}, {"adminPass", 0, 0},
    {"metadata", 0, 0}, {"networks", 0, 0}, {"OS-DCF:diskConfig", 0, 0}, {"accessIPv4", 0, 0},
    {"accessIPv6", 0, 0}, {"personality", 0, 56}, {"block_device_mapping", 0, 0},
    {"block_device_mapping_v2", 0, 0}, {"config_drive", 0, 0}, {"min_count", 0, 0},
    {"max_count", 0, 0}, {"return_reservation_id", 0, 0}, {"availability_zone", 0, 0},
    {"key_name", 0, 0}, {"security_groups", 0, 0}, {"user_data", 0, 0}, {"description", 19, 0},
    {"tags", 52, 0}, {"trusted_image_certificates", 63, 0}, {"host", 74, 0},
    {"hypervisor_hostname", 74, 0}, {"hostname", 90, 0}, {NULL, 0, 0},
};
static const struct key_rule NETWORK_KEYS[] = {
    {"uuid", 0, 0}, {"port", 0, 0}, {"fixed_ip", 0, 0}, {"tag", 32, 0}, {NULL, 0, 0},
};
static const struct key_rule DISK_KEYS[] = {
    {"virtual_name", 0, 0}, {"volume_id", 0, 0}, {"snapshot_id", 0, 0}, {"volume_size", 0, 0},
    {"device_name", 0, 0}, {"delete_on_termination", 0, 0}, {"no_device", 0, 0}, {"uuid", 0, 0},
    {"source_type", 0, 0}, {"destination_type", 0, 0}, {"guest_format", 0, 0},
    {"device_type", 0, 0}, {"disk_bus", 0, 0}, {"boot_index", 0, 0}, {"image_id", 0, 0},
    {"connection_info", 0, 0}, {"tag", 32, 0}, {"volume_type", 67, 0}, {NULL, 0, 0},
};

static bool check_keys(struct call *c, const json_t *o, const struct key_rule *rules,
                       const char *where)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)o, key, value) {
        const struct key_rule *k = rules;
        while (k->name && strcmp(k->name, key) != 0)
            k++;
        if (k->name && c->minor >= k->from && (!k->to || c->minor <= k->to))
            continue;
        char *echo = json_compact(o);
        reply_fail(c, 400, NULL,
                   "Invalid input for field/attribute %s. Value: %.1500s. Additional properties "
                   "are not allowed ('%s' was unexpected)",
                   where, echo, key);
        free(echo);
        return false;
    }
    return true;
}

static bool check_list(struct call *c, const char *key, const struct key_rule *rules)
{
    size_t i;
    json_t *one, *list = json_list(json_map(c->json, "server"), key);
    json_array_foreach(list, i, one) {
        if (!check_keys(c, one, rules, call_text(c, "%zu", i)))
            return false;
    }
    return true;
}

static bool check_required(struct call *c, const json_t *in)
{
    const char *missing = NULL;
    if (!*json_text(in, "name"))
        missing = "name";
    else if (!json_object_get(in, "flavorRef"))
        missing = "flavorRef";
    else if (c->minor >= 37 && !json_object_get(in, "networks"))
        missing = "networks";
    if (missing)
        reply_fail(c, 400, NULL,
                   "Invalid input for field/attribute server. Value: {}. '%s' is a required "
                   "property",
                   missing);
    return !missing;
}

static bool check_tags(struct call *c, const json_t *in)
{
    size_t i;
    json_t *tag, *list = json_list(in, "tags");
    if (json_array_size(list) > 50) {
        reply_fail(c, 400, NULL, "Invalid input for field/attribute tags. Value: []. [] is too long");
        return false;
    }
    json_array_foreach(list, i, tag) {
        const char *s = json_string_value(tag);
        if (s && *s && strlen(s) <= 60 && !strpbrk(s, ",/"))
            continue;
        reply_fail(c, 400, NULL, "Invalid input for field/attribute %zu. Value: %s. '%s' does not "
                   "match '^[^,/]*$'", i, s ? s : "", s ? s : "");
        return false;
    }
    return true;
}

static bool check_metadata(struct call *c, const json_t *in)
{
    const char *key;
    json_t *value;
    json_object_foreach(json_map(in, "metadata"), key, value) {
        if (json_is_string(value) && strlen(key) <= 255 && json_string_length(value) <= 255)
            continue;
        reply_fail(c, 400, NULL, "Invalid input for field/attribute %s. Value: metadata. It is no "
                   "string of at most 255 characters", key);
        return false;
    }
    return true;
}

/* Base64 of at most 65535 bytes. */
static bool check_user_data(struct call *c, const json_t *in)
{
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *text = json_text(in, "user_data");
    size_t n = strlen(text), used = strspn(text, set);
    size_t pad = n - used;
    if (n % 4 == 0 && n <= 65535 && pad <= 2 && strspn(text + used, "=") == pad)
        return true;
    reply_fail(c, 400, NULL, "Invalid input for field/attribute user_data. Value: %.80s. '%.80s' is "
               "not a 'base64'", text, text);
    return false;
}

bool nova_body_valid(struct call *c)
{
    static const struct key_rule top[] = {{"server", 0, 0}, {"os:scheduler_hints", 0, 0},
                                          {"OS-SCH-HNT:scheduler_hints", 0, 0}, {NULL, 0, 0}};
    const json_t *in = json_map(c->json, "server");
    if (!in) {
        reply_fail(c, 400, NULL, "Invalid input for field/attribute None. Value: {}. 'server' is a "
                   "required property");
        return false;
    }
    return check_keys(c, c->json, top, "None") && check_keys(c, in, SERVER_KEYS, "server") &&
           check_required(c, in) && check_list(c, "networks", NETWORK_KEYS) &&
           check_list(c, "block_device_mapping_v2", DISK_KEYS) && check_tags(c, in) &&
           check_metadata(c, in) && check_user_data(c, in);
}
