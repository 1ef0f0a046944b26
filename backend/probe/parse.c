/* parse: from "tcp:443" to a check, or to a sentence that says what is wrong. */
#include "backend/probe/probe.h"

#include "backend/base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char FORMS[] = "Write tcp:PORT, http:/PATH or exec:COMMAND.";

static enum pc_err parse_tcp(const char *spec, const char *rest, struct probe_check *c,
                             struct pc_error *err)
{
    long port = 0;
    if (!text_to_long(rest, 1, 65535, &port))
        return pc_error_set(err, PC_ERR_INVALID,
                            "Write tcp: and a number from 1 to 65535: tcp:443.",
                            "health check \"%s\": \"%s\" is not a TCP port", spec, rest);
    c->port = (int)port;
    return PC_OK;
}

static enum pc_err parse_http(const char *spec, const char *rest, struct probe_check *c,
                              struct pc_error *err)
{
    if (rest[0] == '/' && rest[1] == '/')
        return pc_error_set(err, PC_ERR_INVALID,
                            "Write the path alone, http:/healthz: the host is each recovered "
                            "server, the port is health_checks.http_port.",
                            "health check \"%s\": a whole URL is not a path", spec);
    if (rest[0] != '/')
        return pc_error_set(err, PC_ERR_INVALID,
                            "A path starts with \"/\": http:/healthz. The port is "
                            "health_checks.http_port.",
                            "health check \"%s\": \"%s\" is not a path", spec, rest);
    for (const char *p = rest; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '#')
            return pc_error_set(err, PC_ERR_INVALID,
                                "Percent-encode it: %20 for a space, %23 for #.",
                                "health check \"%s\": the path holds a character that cannot stand "
                                "in one",
                                spec);
    snprintf(c->text, sizeof(c->text), "%s", rest);
    return PC_OK;
}

static enum pc_err parse_exec(const char *spec, const char *rest, struct probe_check *c,
                              struct pc_error *err)
{
    if (!rest[strspn(rest, " \t")])
        return pc_error_set(err, PC_ERR_INVALID,
                            "Write exec: and a command: exec:systemctl "
                            "is-active nginx.",
                            "health check \"%s\": there is no command", spec);
    if (strpbrk(rest, "\r\n"))
        return pc_error_set(err, PC_ERR_INVALID, "Put it into a script in the guest and run that.",
                            "health check \"%s\": a command is one line", spec);
    snprintf(c->text, sizeof(c->text), "%s", rest);
    return PC_OK;
}

static const struct {
    const char *prefix;
    enum probe_kind kind;
    enum pc_err (*parse)(const char *spec, const char *rest, struct probe_check *c,
                         struct pc_error *err);
} KINDS[] = {
    {"tcp:", PROBE_TCP, parse_tcp},
    {"http:", PROBE_HTTP, parse_http},
    {"exec:", PROBE_EXEC, parse_exec},
};

enum pc_err probe_parse(const char *spec, struct probe_check *ret, struct pc_error *err)
{
    struct probe_check c = {0};
    if (strlen(spec) >= sizeof(c.text))
        return pc_error_set(err, PC_ERR_INVALID, "Put it into a script in the guest and run that.",
                            "health check \"%.40s...\" is longer than %zu bytes", spec,
                            sizeof(c.text) - 1);
    snprintf(c.spec, sizeof(c.spec), "%s", spec);
    for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
        if (!text_starts(spec, KINDS[i].prefix))
            continue;
        c.kind = KINDS[i].kind;
        enum pc_err rc = KINDS[i].parse(spec, spec + strlen(KINDS[i].prefix), &c, err);
        if (rc == PC_OK)
            *ret = c;
        return rc;
    }
    if (strncasecmp(spec, "https:", 6) == 0)
        return pc_error_set(err, PC_ERR_INVALID,
                            "Check the port with tcp:443, or with exec: and curl in the guest.",
                            "health check \"%s\": https is not supported", spec);
    return pc_error_set(err, PC_ERR_INVALID, FORMS, "health check \"%s\" is of no known kind",
                        spec);
}
