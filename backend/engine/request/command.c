/*
 * command: a program that the operator's configuration names, run
 * beside the loop for the screens.
 *
 * An argument vector, never a shell; an environment of its own; a minute of
 * time. Whether it changes something only its owner knows: what is marked so
 * is refused in read-only mode. Engine thread.
 */
#include "backend/engine/request/command.h"
#include "backend/engine/request/request.h"

#include "backend/base/text.h"
#include "backend/net/child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGS_MAX = 40, ENV_MAX = 12, TIME_S = 60, LINE_BYTES = 1000, LINES_MAX = 4000 };

struct command_run {
    struct command_run *next;
    struct request *request;
    struct child *child;
};

static void unlink_run(struct engine *e, struct command_run *c)
{
    struct command_run **at = &e->commands;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
}

/* What it printed, line by line, as nothing but text. */
static json_t *lines_of(const char *output)
{
    json_t *lines = json_array();
    char raw[LINE_BYTES], clean[LINE_BYTES];
    while (*output && json_array_size(lines) < LINES_MAX) {
        size_t n = strcspn(output, "\n");
        snprintf(raw, sizeof(raw), "%.*s", (int)(n < LINE_BYTES ? n : LINE_BYTES - 1), output);
        safe_text(clean, sizeof(clean), raw);
        json_array_append_new(lines, json_string(clean));
        output += n + (output[n] == '\n');
    }
    return lines;
}

static void on_ended(void *arg, const struct child_result *r)
{
    struct command_run *c = arg;
    json_t *o = json_object();
    char how[160];
    if (r->end == CHILD_TIMEOUT)
        snprintf(how, sizeof(how), "it did not end within %d s", TIME_S);
    else if (r->end == CHILD_NOT_BEGUN)
        snprintf(how, sizeof(how), "it cannot be run: %.100s", strerror(r->code));
    else
        snprintf(how, sizeof(how), r->end == CHILD_EXITED ? "exit %d" : "ended by signal %d",
                 r->code);
    json_put_text(o, "name", json_text(c->request->args, "name"));
    json_put_flag(o, "good", r->end == CHILD_EXITED && r->code == 0);
    json_put_text(o, "how", how);
    json_put(o, "lines", lines_of(r->output));
    json_put_flag(o, "cut", r->cut);
    json_put_int(o, "elapsed_ms", r->elapsed_ms);
    unlink_run(c->request->e, c);
    request_reply(c->request, o);
    free(c);
}

/* All that it gets of our surroundings: no login, no token, no agent. */
static size_t make_env(char *env[ENV_MAX])
{
    static const char *const KEPT[] = {"HOME", "LANG", "LC_ALL", "USER", "TZ"};
    size_t n = 0;
    env[n++] = xstrdup("PATH=/usr/local/bin:/usr/bin:/bin");
    env[n++] = xstrdup("TERM=dumb");
    for (size_t i = 0; i < sizeof(KEPT) / sizeof(KEPT[0]); i++)
        if (getenv(KEPT[i]))
            env[n++] = xasprintf("%s=%s", KEPT[i], getenv(KEPT[i]));
    env[n] = NULL;
    return n;
}

static enum pc_err check(struct engine *e, const json_t *args, const char *argv[ARGS_MAX + 1],
                         struct pc_error *err)
{
    const json_t *list = json_list(args, "argv"), *v;
    size_t i;
    if (json_flag(args, "dangerous", false) && e->o.read_only)
        return pc_error_set(err, PC_ERR_READ_ONLY, "Start without --read-only (and read_only = "
                            "false in the configuration).",
                            "%s is marked as dangerous, and this console is in read-only mode",
                            json_text(args, "name"));
    json_array_foreach (list, i, v) {
        if (i == ARGS_MAX || !json_is_string(v))
            return pc_error_set(err, PC_ERR_USAGE, NULL, "argv is no list of at most %d texts",
                                ARGS_MAX);
        argv[i] = json_string_value(v);
    }
    argv[json_array_size(list)] = NULL;
    if (!argv[0] || argv[0][0] != '/')
        return pc_error_set(err, PC_ERR_USAGE, "Name the program by its whole path.",
                            "argv does not begin with a path");
    return PC_OK;
}

void request_command_run(struct engine *e, struct request *r)
{
    const char *argv[ARGS_MAX + 1];
    char *env[ENV_MAX];
    struct pc_error err;
    if (check(e, r->args, argv, &err)) {
        request_fail(r, &err);
        return;
    }
    struct command_run *c = xcalloc(1, sizeof(*c));
    size_t n = make_env(env);
    const struct child_request q = {
        .argv = argv, .env = (const char *const *)env, .timeout_ms = TIME_S * 1000};
    c->request = r;
    c->next = e->commands;
    e->commands = c;
    c->child = child_start(e->net, &q, on_ended, c);
    while (n)
        free(env[--n]);
}

void commands_drop_all(struct engine *e)
{
    while (e->commands) {
        struct command_run *c = e->commands;
        e->commands = c->next;
        child_cancel(c->child);
        json_decref(c->request->args);
        free(c->request);
        free(c);
    }
}
