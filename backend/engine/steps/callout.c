/*
 * callout: a program of the operator's that runs when a boot group is up, or
 * before anything is made. Never through a shell, never twice by itself: one
 * that ran when the process died is asked about.
 *
 * Its output goes into the events line by line, as safe text, up to a share;
 * how it ended goes into the detail.
 */
#include "backend/engine/steps/answer.h"
#include "backend/engine/steps/steps.h"

#include "backend/base/text.h"
#include "backend/model/boot_order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGS_MAX = 64, LINES_MAX = 40, ENV_COUNT = 7 };

static const json_t *params(const struct step_run *s)
{
    return step_plan(s)->params;
}

/* ---- how it ended ------------------------------------------------------------------- */

static void tell_output(struct step_run *s, const struct child_result *r)
{
    const char *level = r->end == CHILD_EXITED && r->code == 0 ? "info" : "warn";
    const char *at = r->output, *end = r->output + r->output_len;
    int lines = 0;
    while (at < end && lines < LINES_MAX) {
        size_t n = strcspn(at, "\n"); /* a NUL ends it as well */
        char line[200], clean[200];
        snprintf(line, sizeof(line), "%.*s", (int)(n < 180 ? n : 180), at);
        safe_text(clean, sizeof(clean), line);
        if (*clean) {
            run_event(s->run, level, "%s: %s", step_plan(s)->subject, clean);
            lines++;
        }
        at += n + 1;
    }
    if (at < end || r->cut)
        run_event(s->run, level, "%s: it said more, which is not kept", step_plan(s)->subject);
}

static void ended_badly(struct step_run *s, const char *how)
{
    struct pc_error err;
    char text[192];
    switch (callout_policy_parse(json_text(params(s), "on_failure"))) {
    case CALLOUT_CONTINUE:
        run_warn(s->run, "%s: %s; it goes on all the same", step_plan(s)->subject, how);
        step_done(s, how);
        break;
    case CALLOUT_ASK:
        snprintf(text, sizeof(text), "%.100s; go on all the same?", how);
        answer_ask(s, text);
        break;
    default:
        pc_error_set(&err, PC_ERR_FAILED, "See its output in the operation's events; put it right, "
                     "or set on_failure of the callout to continue or ask.", "%s", how);
        step_fail(s, &err);
    }
}

static void on_ended(void *arg, const struct child_result *r)
{
    struct step_run *s = arg;
    char how[160];
    s->child = NULL;
    tell_output(s, r);
    switch (r->end) {
    case CHILD_EXITED:
        snprintf(how, sizeof(how), "exit %d", r->code);
        break;
    case CHILD_SIGNALLED:
        snprintf(how, sizeof(how), "ended by signal %d", r->code);
        break;
    case CHILD_TIMEOUT:
        snprintf(how, sizeof(how), "time-out: it did not end within %lld s",
                 (long long)json_int(params(s), "timeout_s", BOOT_CALLOUT_DEFAULT_S));
        break;
    case CHILD_NOT_BEGUN:
        snprintf(how, sizeof(how), "it cannot be run: %.100s", strerror(r->code));
        break;
    }
    if (r->end == CHILD_EXITED && r->code == 0)
        step_done(s, how);
    else
        ended_badly(s, how);
}

/* ---- running it ----------------------------------------------------------------------- */

/* All that it knows of us. The search path is a plain one, not the operator's. */
static void make_env(const struct step_run *s, char *env[ENV_COUNT + 1])
{
    const struct operation *op = s->run->op;
    const struct phase_shape *shape = op_phase(op->type, step_kind_phase(step_plan(s)->kind));
    env[0] = xstrdup("PATH=/usr/local/bin:/usr/bin:/bin");
    env[1] = xasprintf("PROTECTOR_OPERATION=%s", op->id);
    env[2] = xasprintf("PROTECTOR_TYPE=%s", op_type_name(op->type));
    env[3] = xasprintf("PROTECTOR_GROUP=%s", op->group);
    env[4] = xasprintf("PROTECTOR_BOOT_GROUP=%s", json_text(params(s), "boot_group"));
    env[5] = xasprintf("PROTECTOR_PHASE=%s", shape ? shape->word : "");
    env[6] = xasprintf("PROTECTOR_SITE=%s", op->target_site);
    env[7] = NULL;
}

static void run_it(struct step_run *s)
{
    const char *argv[ARGS_MAX + 1];
    char *env[ENV_COUNT + 1];
    const json_t *v;
    size_t i, n = 0;
    json_array_foreach(json_list(params(s), "argv"), i, v)
        if (n < ARGS_MAX && json_is_string(v))
            argv[n++] = json_string_value(v);
    argv[n] = NULL;
    make_env(s, env);
    const struct child_request q = {
        .argv = argv,
        .env = (const char *const *)env,
        .timeout_ms = json_int(params(s), "timeout_s", BOOT_CALLOUT_DEFAULT_S) * 1000,
    };
    s->child = child_start(s->run->e->net, &q, on_ended, s);
    for (i = 0; i < ENV_COUNT; i++)
        free(env[i]);
}

void callout_begin(struct step_run *s)
{
    struct pc_error err;
    net_timer_cancel(s->deadline); /* it has a time-out of its own */
    s->deadline = NULL;
    if (!s->run->e->o.config->callouts_allow) {
        pc_error_set(&err, PC_ERR_FORBIDDEN, "Set callouts.allow = true in the configuration of the "
                     "engine that executes.", "callouts are not allowed here");
        step_fail(s, &err);
        return;
    }
    s->stage = STAGE_CHECK;
    run_event(s->run, "info", "%s: running %s", step_plan(s)->subject,
              json_string_value(json_array_get(json_list(params(s), "argv"), 0)));
    run_it(s);
}

/* It was begun before. Nobody saw how it ended, and to run it twice may do harm. */
void callout_find(struct step_run *s)
{
    if (!answer_resumes(s))
        answer_ask(s, "it ran when the engine was interrupted, and how it ended is not known; go on?");
}
