/*
 * errors: from five shapes of error body to one sentence, a code and a remedy.
 *
 *   {"<fault>": {"code", "message"}}                    Nova, Cinder
 *   {"NeutronError": {"type", "message", "detail"}}     Neutron (or a string)
 *   {"error": {"code", "title", "message"}}             Keystone, token checks
 *   {"message": "text<br /><br />\n", "code": "404 ..."} Glance, unknown paths
 *   HTML, plain text or nothing                          proxies
 *
 * The message is cut at its first line end (a Python traceback may follow), and
 * an echo of the request's body is cut out: it may hold user data. What the
 * sentence means is looked up in the table of symptoms and remedies.
 */
#include "backend/cloud/driver.h"

#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/model/remedy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a status means when no row of the remedies knows the message. */
static const struct {
    int status;
    enum pc_err code;
    const char *reason, *remedy;
} STATUSES[] = {
    {400, PC_ERR_INVALID, "Bad Request", "The service refuses a value of the request."},
    {401, PC_ERR_AUTH, "Unauthorized", "Check the credentials of this cloud in clouds.yaml."},
    {403, PC_ERR_FORBIDDEN, "Forbidden",
     "Have the role granted, or the policy changed, by the site's administrator."},
    {404, PC_ERR_NOT_FOUND, "Not Found", "It was deleted, or belongs to another project."},
    {405, PC_ERR_INVALID, "Method Not Allowed", "Check the service's URL in the catalog."},
    {406, PC_ERR_PROTOCOL, "Not Acceptable", "The service does not speak this API version."},
    {408, PC_ERR_TIMEOUT, "Request Timeout", "Look at the proxy before the service."},
    {409, PC_ERR_CONFLICT, "Conflict", "Look at its present state on that site."},
    {410, PC_ERR_NOT_FOUND, "Gone", "It was deleted."},
    {413, PC_ERR_QUOTA, "Over Limit", "Look at the project's quota on that site."},
    {415, PC_ERR_INVALID, "Unsupported Media Type", "Check the service's URL in the catalog."},
    {429, PC_ERR_SERVER, "Too Many Requests", "Wait, or have the site's rate limit raised."},
    {500, PC_ERR_SERVER, "Internal Server Error",
     "Look at the service's log on that site for the request id."},
    {501, PC_ERR_SERVER, "Not Implemented", "This site's service cannot do that."},
    {502, PC_ERR_SERVER, "Bad Gateway", "The proxy cannot reach the service: is it running?"},
    {503, PC_ERR_SERVER, "Service Unavailable", "Look whether the service runs on that site."},
    {504, PC_ERR_SERVER, "Gateway Timeout", "The service does not answer its proxy: look at it."},
};

static enum pc_err code_of_status(int status, const char **ret_reason, const char **ret_remedy)
{
    for (size_t i = 0; i < sizeof(STATUSES) / sizeof(STATUSES[0]); i++)
        if (STATUSES[i].status == status) {
            *ret_reason = STATUSES[i].reason;
            *ret_remedy = STATUSES[i].remedy;
            return STATUSES[i].code;
        }
    *ret_reason = "";
    *ret_remedy = status >= 300 && status < 400
                      ? "Put the URL it points to into clouds.yaml or the catalog."
                      : "Look at the service's log on that site.";
    if (status >= 500)
        return PC_ERR_SERVER;
    return status >= 400 ? PC_ERR_INVALID : PC_ERR_PROTOCOL;
}

/* Takes tags out and the five common entities back, in place. */
static void strip_html(char *text)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&amp;", '&'}};
    char *out = text;
    for (const char *in = text; *in;) {
        if (*in == '<' && (isalpha((unsigned char)in[1]) || in[1] == '/' || in[1] == '!')) {
            in += strcspn(in, ">");
            in += *in == '>';
            continue;
        }
        size_t step = 1;
        char c = *in;
        for (size_t i = 0; c == '&' && i < sizeof(entities) / sizeof(entities[0]); i++)
            if (strncasecmp(in, entities[i].name, strlen(entities[i].name)) == 0) {
                c = entities[i].c;
                step = strlen(entities[i].name);
                break;
            }
        *out++ = c;
        in += step;
    }
    *out = '\0';
}

/* "Invalid input for ... Value: {the whole request}. Additional ..." */
static void cut_echo(char *text)
{
    static const char mark[] = " Value: {";
    char *from = strstr(text, mark);
    if (!from)
        return;
    char *to = NULL;
    for (char *p = from; (p = strstr(p, "}. ")) != NULL; p++)
        to = p + 2;
    if (to)
        memmove(from, to, strlen(to) + 1);
    else
        *from = '\0';
}

/* The first line with something on it, without its tags. */
static void tidy(const char *raw, char *ret, size_t ret_size)
{
    char *work = xstrdup(raw);
    strip_html(work);
    const char *from = work + strspn(work, " \t\r\n");
    char *line = xstrndup(from, strcspn(from, "\r\n"));
    cut_echo(line);
    for (size_t n = strlen(line); n > 0 && isspace((unsigned char)line[n - 1]); n--)
        line[n - 1] = '\0';
    log_redact(line);
    safe_text(ret, ret_size, line);
    free(line);
    free(work);
}

static const char *message_of(const json_t *fault)
{
    const char *message = json_string_value(fault);
    if (!message)
        message = json_text(fault, "message");
    return *message ? message : json_text(fault, "faultstring");
}

static const char *message_in(const json_t *top, const char **ret_type)
{
    const json_t *neutron = json_object_get(top, "NeutronError");
    if (neutron) {
        *ret_type = json_text(neutron, "type");
        return message_of(neutron);
    }
    const char *key, *message = message_of(top);
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)top, key, member) {
        if (*message)
            break;
        if (json_is_object(member))
            message = message_of(member);
    }
    return message;
}

/* A proxy's page says it shortest in its title. */
static char *title_of(const char *body)
{
    const char *from = strcasestr(body, "<title>");
    const char *to = from ? strcasestr(from, "</title>") : NULL;
    return from && to ? xstrndup(from + 7, (size_t)(to - from) - 7) : xstrdup(body);
}

/* The message as it came, all its lines; caller frees. */
static char *find_message(const char *body, size_t len, char *ret_type, size_t type_size)
{
    const char *type = "";
    char *raw = NULL;
    json_t *top = json_loadb(body, len, 0, NULL);
    if (json_is_object(top))
        raw = xstrdup(message_in(top, &type));
    else
        raw = top ? xstrdup("") : title_of(body);
    safe_text(ret_type, type_size, type);
    json_decref(top);
    return raw;
}

void errors_message(const char *body, size_t len, char *ret, size_t ret_size, char *ret_type,
                    size_t type_size)
{
    char *raw = find_message(body, len, ret_type, type_size);
    tidy(raw, ret, ret_size);
    free(raw);
}

enum pc_err errors_read(const char *site, enum cloud_service s, const struct net_reply *r,
                        const char *request_id, struct pc_error *err)
{
    char message[512], type[64], where[400], advice[512];
    const char *reason, *remedy;
    char *raw = find_message(r->body, r->body_len, type, sizeof(type));
    tidy(raw, message, sizeof(message));
    enum pc_err code = code_of_status(r->status, &reason, &remedy);
    /* What tells a cause may stand in a line that people are spared. */
    const struct remedy *known = remedy_match(cloud_service_name(s), r->status, raw);
    free(raw);
    if (known) {
        remedy = remedy_text(known, advice, sizeof(advice));
        code = known->code != PC_OK ? known->code : code;
        snprintf(type, sizeof(type), "%s", known->name);
    }
    const char *location = r->status < 400 ? net_reply_header(r, "Location") : "";
    if (*location)
        snprintf(where, sizeof(where), " to %.*s", (int)strcspn(location, "?#"), location);
    else
        where[0] = '\0';
    pc_error_set(err, code, remedy, "%s%s%.340s (%s %s, HTTP %d%s%s)", type, *type ? ": " : "",
                 *message ? message : (*reason ? reason : "unexpected answer"), site,
                 cloud_service_name(s), r->status, *where ? ", redirected" : "", where);
    err->http_status = r->status;
    snprintf(err->source, sizeof(err->source), "%s", site);
    snprintf(err->request_id, sizeof(err->request_id), "%s", request_id);
    return code;
}
