/* Error bodies as the services write them, and what is made of them. */
#include "tests/cloud/cloud_story.h"

#include "backend/base/log.h"

struct shape {
    const char *body, *message, *type;
};

static void the_message_is_found_in_every_shape(void **state)
{
    (void)state;
    static const struct shape rows[] = {
        {"{\"itemNotFound\":{\"code\":404,\"message\":\"Instance a could not be found.\"}}",
         "Instance a could not be found.", ""},
        {"{\"computeFault\":{\"message\":\"Unexpected API Error.\\n<class 'x'>\",\"code\":500}}",
         "Unexpected API Error.", ""},
        {"{\"NeutronError\":{\"type\":\"NetworkNotFound\",\"message\":\"Network n could not be "
         "found.\",\"detail\":\"\"}}",
         "Network n could not be found.", "NetworkNotFound"},
        {"{\"NeutronError\":\"plain text\"}", "plain text", ""},
        {"{\"error\":{\"code\":401,\"title\":\"Unauthorized\",\"message\":\"Needs a token\"}}",
         "Needs a token", ""},
        {"{\"message\":\"No image found with ID x<br /><br />\\n\\n\\n\",\"code\":\"404 Not "
         "Found\",\"title\":\"Not Found\"}",
         "No image found with ID x", ""},
        {"{\"fault\":{\"faultstring\":\"old style\"}}", "old style", ""},
        {"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>",
         "502 Bad Gateway", ""},
        {"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>",
         "404 Not Found", ""},
        {"<p>No &lt;title&gt; &amp; more</p>", "No <title> & more", ""},
        {"\n\n  upstream connect error\nsecond line", "upstream connect error", ""},
        {"a < b and c > d", "a < b and c > d", ""},
        {"", "", ""},
        {"{}", "", ""},
        {"[]", "", ""},
        {"{\"a\":{\"message\":7}}", "", ""},
        {"{\"badRequest\":{\"code\":400,\"message\":\"Invalid input for field/attribute server. "
         "Value: {'user_data': 'geheim', 'x': {'y': 1}}. Additional properties are not allowed "
         "('colour' was unexpected)\"}}",
         "Invalid input for field/attribute server. Additional properties are not allowed "
         "('colour' was unexpected)",
         ""},
        {"{\"badRequest\":{\"message\":\"Invalid input. Value: {'user_data': 'geheim\"}}",
         "Invalid input.", ""},
        {"{\"badRequest\":{\"message\":\"\\u001b[31mred\\u0007\"}}",
         "\xef\xbf\xbd[31mred"
         "\xef\xbf\xbd",
         ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char message[512], type[64];
        errors_message(rows[i].body, strlen(rows[i].body), message, sizeof(message), type,
                       sizeof(type));
        assert_string_equal(message, rows[i].message);
        assert_string_equal(type, rows[i].type);
    }
}

static void hostile_bodies_do_no_harm(void **state)
{
    (void)state;
    char message[512], type[64];
    size_t n = 64 * 1024;
    char *body = xmalloc(n + 1);
    static const char fills[] = {'[', '{', '<', '&', '"', '\xff', 'x', '\0'};
    for (size_t i = 0; i < sizeof(fills); i++) {
        memset(body, fills[i], n);
        body[n] = '\0';
        errors_message(body, n, message, sizeof(message), type, sizeof(type));
        assert_true(strlen(message) < sizeof(message));
    }
    free(body);
}

/* What real sites were seen to answer, and what it is to become. */
static const struct answer {
    enum cloud_service service;
    int status;
    const char *message;
    enum pc_err code;
    const char *name, *remedy;
} ANSWERS[] = {
    {CLOUD_COMPUTE, 400, "Network 5b1c could not be found.", PC_ERR_NOT_FOUND, "NetworkNotFound",
     "--network-mapping"},
    {CLOUD_COMPUTE, 400, "Port id 5b1c could not be found.", PC_ERR_NOT_FOUND, "PortNotFound",
     "made anew"},
    {CLOUD_COMPUTE, 400, "Flavor 99 could not be found.", PC_ERR_NOT_FOUND, "FlavorNotFound",
     "--flavor-mapping"},
    {CLOUD_COMPUTE, 400, "Can not find requested image", PC_ERR_NOT_FOUND, "ImageNotFound",
     "same id"},
    {CLOUD_VOLUME, 400, "Invalid image identifier or unable to access requested image.",
     PC_ERR_NOT_FOUND, "ImageNotFound", "same id"},
    {CLOUD_COMPUTE, 400, "Block Device Mapping is Invalid: failed to get volume 7.",
     PC_ERR_NOT_FOUND, "VolumeNotFound", "volume show"},
    {CLOUD_COMPUTE, 400,
     "Invalid volume: Volume 7 status must be available or downloading to reserve, but the current "
     "status is in-use. (HTTP 400) (Request-ID: req-1)",
     PC_ERR_CONFLICT, "VolumeInUse", "detach"},
    {CLOUD_COMPUTE, 400, "Block Device 7 is not bootable.", PC_ERR_STATE, "VolumeNotBootable",
     "--bootable"},
    {CLOUD_COMPUTE, 403,
     "Quota exceeded for instances: Requested 1, but already used 1 of 1 instances", PC_ERR_QUOTA,
     "QuotaExceeded", "quota"},
    {CLOUD_VOLUME, 413,
     "VolumeLimitExceeded: Maximum number of volumes allowed (3) exceeded for quota 'volumes'.",
     PC_ERR_QUOTA, "QuotaExceeded", "quota"},
    {CLOUD_VOLUME, 413,
     "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes "
     "quota. Requested 50G, quota is 5G and 5G has been consumed.",
     PC_ERR_QUOTA, "QuotaExceeded", "quota"},
    {CLOUD_NETWORK, 409, "Quota exceeded for resources: ['port'].", PC_ERR_QUOTA, "QuotaExceeded",
     "quota"},
    {CLOUD_VOLUME, 403, "Policy doesn't allow volume_extension:volume_manage to be performed.",
     PC_ERR_FORBIDDEN, "VolumeManagePolicy", "rule:admin_or_owner"},
    {CLOUD_COMPUTE, 403,
     "Policy doesn't allow os_compute_api:os-flavor-manage:create to be performed.",
     PC_ERR_FORBIDDEN, "PolicyNotAuthorized", "administrator"},
    {CLOUD_NETWORK, 403,
     "((rule:create_network and rule:create_network:shared) and x) is disallowed by policy",
     PC_ERR_FORBIDDEN, "SharedNetworkPolicy", "--network-mapping"},
    {CLOUD_NETWORK, 403,
     "(rule:create_port and rule:create_port:mac_address) is disallowed by "
     "policy",
     PC_ERR_FORBIDDEN, "CreatePortPolicy", "owns"},
    {CLOUD_NETWORK, 409, "IP address 10.0.0.3 already allocated in subnet 7", PC_ERR_CONFLICT,
     "AddressInUse", "port list"},
    {CLOUD_NETWORK, 400,
     "IP address 10.9.0.3 is not a valid IP for any of the subnets on the specified network.",
     PC_ERR_MAPPING, "InvalidAddress", "range"},
    {CLOUD_NETWORK, 409, "No more IP addresses available on network 7.", PC_ERR_QUOTA,
     "NoFreeAddress", "pool"},
    {CLOUD_COMPUTE, 409, "Cannot 'start' instance 7 while it is in vm_state active", PC_ERR_STATE,
     "ServerState", "server show"},
    {CLOUD_COMPUTE, 409, "Port 7 is still in use.", PC_ERR_CONFLICT, "PortInUse", "port show"},
    {CLOUD_VOLUME, 400,
     "Invalid volume: Volume status must be available or error or error_restoring and must not be "
     "migrating, attached, belong to a group, have snapshots.",
     PC_ERR_CONFLICT, "VolumeInUse", "volume show"},
    {CLOUD_VOLUME, 400, "Unable to manage existing volume. The volume is already managed",
     PC_ERR_EXISTS, "AlreadyManaged", "volume list"},
    {CLOUD_VOLUME, 403, "User does not have admin privileges", PC_ERR_FORBIDDEN, "AdminRequired",
     "administrator"},
    {CLOUD_COMPUTE, 500,
     "Unexpected API Error. Please report this at http://x and attach the log.\n<class "
     "'nova.exception.CinderConnectionFailed'>",
     PC_ERR_SERVER, "CinderUnreachable", "cinder-api"},
    {CLOUD_COMPUTE, 503, "The Keystone service is temporarily unavailable.", PC_ERR_SERVER,
     "KeystoneUnavailable", "Keystone"},
    {CLOUD_IMAGE, 404, "No image found with ID 7", PC_ERR_NOT_FOUND, "ImageNotFound", "same id"},
    {CLOUD_COMPUTE, 404, "Instance 7 could not be found.", PC_ERR_NOT_FOUND, "Instance 7",
     "deleted"},
    {CLOUD_COMPUTE, 429, "This request was rate-limited.", PC_ERR_SERVER, "TooManyRequests",
     "Wait"},
    {CLOUD_NETWORK, 502, "", PC_ERR_SERVER, "Bad Gateway", "running"},
    {CLOUD_COMPUTE, 418, "", PC_ERR_INVALID, "unexpected answer", "log"},
    {CLOUD_COMPUTE, 599, "", PC_ERR_SERVER, "unexpected answer", "log"},
};

static void an_answer_becomes_a_cause_and_a_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ANSWERS) / sizeof(ANSWERS[0]); i++) {
        const struct answer *a = &ANSWERS[i];
        struct pc_error err;
        json_t *fault = json_pack("{s:{s:s}}", "fault", "message", a->message);
        char *first = xstrndup(a->message, strcspn(a->message, "\n"));
        char *body = json_compact(fault);
        struct net_reply r = {.status = a->status, .body = body, .body_len = strlen(body)};
        assert_int_equal(errors_read("site-b", a->service, &r, "req-9", &err), a->code);
        assert_int_equal(err.code, a->code);
        assert_holds(err.text, a->name);
        assert_holds(err.text, first);
        assert_holds(err.remedy, a->remedy);
        assert_holds(err.text, "site-b");
        assert_int_equal(err.http_status, a->status);
        assert_null(strstr(err.text, "<class"));
        assert_string_equal(err.source, "site-b");
        assert_string_equal(err.request_id, "req-9");
        free(first);
        free(body);
        json_decref(fault);
    }
}

static void a_secret_in_a_message_is_blotted(void **state)
{
    (void)state;
    struct pc_error err;
    log_secret("s3cr3t-value");
    static const char body[] = "{\"badRequest\":{\"message\":\"bad key s3cr3t-value here\"}}";
    struct net_reply r = {.status = 400, .body = body, .body_len = sizeof(body) - 1};
    errors_read("site-b", CLOUD_COMPUTE, &r, "", &err);
    assert_null(strstr(err.text, "s3cr3t"));
    assert_holds(err.text, "bad key *** here");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_message_is_found_in_every_shape),
        cmocka_unit_test(hostile_bodies_do_no_harm),
        cmocka_unit_test(an_answer_becomes_a_cause_and_a_remedy),
        cmocka_unit_test(a_secret_in_a_message_is_blotted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
