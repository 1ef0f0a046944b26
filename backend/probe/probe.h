/*
 * probe: one attempt of one health check against one address.
 *
 * tcp:PORT connects; http:PATH asks and wants 2xx; exec:COMMAND runs over SSH
 * in the guest. Repetition, budgets and verdicts are the engine's. tcp and
 * http run on the loop; exec runs ssh as a child whose pipes the loop watches.
 */
#ifndef PC_PROBE_PROBE_H
#define PC_PROBE_PROBE_H

#include "backend/net/net.h"

enum probe_kind { PROBE_TCP, PROBE_HTTP, PROBE_EXEC };

struct probe_check {
    enum probe_kind kind;
    int port;        /* TCP: 1..65535 */
    char text[1024]; /* HTTP: path; EXEC: command */
    char spec[1040]; /* as written: "tcp:22" */
};
/* Seed rules: split at the first colon; port 1-65535 decimal; path starts with
 * "/"; command not empty, no newline. Errors: INVALID with a remedy. */
enum pc_err probe_parse(const char *spec, struct probe_check *ret, struct pc_error *err);

struct probe_options {
    int http_port;
    bool allow_exec;
    const char *ssh_user, *ssh_key_file; /* "" not configured */
    const char *known_hosts;             /* file of this operation */
    int64_t total_ms; /* of this attempt, for what is left of a budget; 0: 10 s */
};
/* Why no exec check can run with these, NULL: it can be tried. */
const char *probe_exec_off(const struct probe_options *o);
enum probe_outcome { PROBE_PASS, PROBE_FAIL, PROBE_UNSUPPORTED };
struct probe_result {
    enum probe_outcome outcome;
    /* One word or two, "refused", "timeout", "no-route", "unresolved", "broken",
     * "http 503", "200", "open", "exit 2"; for exec that could not be run, a
     * sentence that says why. Clean text. */
    char detail[256];
    int64_t elapsed_ms;
};
struct probe;
/* Connect 5 s, total 10 s at most. done is called once, never from inside. address is
 * IPv4, IPv6 (without brackets) or a name; all arguments are copied. A redirect
 * is not 2xx. exec passes on exit 0; 255 is ssh's own failure. Cancelling an
 * exec ends its ssh and whatever that started. */
struct probe *probe_start(struct net *n, const struct probe_check *check, const char *address,
                          const struct probe_options *o,
                          void (*done)(void *arg, const struct probe_result *r), void *arg);
void probe_cancel(struct probe *p); /* NULL is fine; no callback */

#endif
