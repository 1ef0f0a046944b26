/*
 * change: verbs that move production, or decide about where it is: failover,
 * failback, what follows them, and the operations that repeat or repair one.
 *
 * What is irreversible is confirmed by typing the group's name; what gives a
 * site up, by typing that too. At a terminal
 * the plan is shown and the name asked for; --confirm stands for the answer;
 * with neither the verb is refused before anything is opened. The engine
 * demands the same of every request. Main thread.
 */
#include "tui/verbs/run.h"

#include "tui/verbs/begin.h"
#include "tui/verbs/columns.h"
#include "tui/verbs/plan.h"
#include "tui/verbs/question.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/planwords.h"

#include <stdlib.h>
#include <string.h>

static bool has_value(const struct args *a, const char *flag, const char *value)
{
    const char *given = args_value(a, flag);
    return given && strcmp(given, value) == 0;
}

static bool forced(const struct args *a)
{
    return args_has(a, "--force") || has_value(a, "--type", "unplanned");
}

static bool must_ask(const struct session *s)
{
    return s->args->verb->typed && !args_has(s->args, "--confirm") &&
           !args_has(s->args, "--dry-run");
}

/* What can be refused without opening anything. */
static enum pc_err check_before(const struct session *s, struct pc_error *err)
{
    const struct args *a = s->args;
    const char *reason = args_value(a, "--reason");
    if (args_has(a, "--force") && has_value(a, "--type", "planned"))
        return pc_error_set(err, PC_ERR_USAGE, "Leave one of the two out.",
                            "--force and --type planned contradict each other");
    if (forced(a) && !reason && !s->in && !args_has(a, "--dry-run"))
        return pc_error_set(err, PC_ERR_USAGE, "Give --reason TEXT: it goes on the record.",
                            "what is forced needs a reason");
    return PC_OK;
}

/* ---- the question ---------------------------------------------------------------- */

static enum pc_err not_ready(const json_t *plan, struct pc_error *err)
{
    return pc_error_set(err, PC_ERR_STATE, "Do what stands beside each, then ask again.",
                        "%s is not ready: see what is blocked above", json_text(plan, "group"));
}

/* What is to be typed. */
struct typing {
    char name[256], site[256];
};

/* A dry run of the same request, told. */
static enum pc_err show_plan(struct session *s, const json_t *request, struct typing *ret,
                             struct pc_error *err)
{
    json_t *plan = NULL, *dry = json_copy((json_t *)(uintptr_t)request);
    const struct verb *v = s->args->verb;
    const char *what = strrchr(v->words, ' ');
    json_put_flag(dry, "dry_run", true);
    json_object_del(dry, "reason");
    enum pc_err rc = session_call(s, v->request, dry, &plan, err);
    if (rc)
        return rc;
    plan_tell(s->err, what ? what + 1 : v->words, plan);
    s->told = true;
    const char *name = json_text(plan, "confirm");
    snprintf(ret->name, sizeof(ret->name), "%s", *name ? name : json_text(plan, "group"));
    snprintf(ret->site, sizeof(ret->site), "%s", json_text(plan, "source_site"));
    if (!plan_ready(plan))
        rc = not_ready(plan, err);
    json_decref(plan);
    return rc;
}

/* Of the verbs that name a site: is it one of the group's? */
static enum pc_err check_site(const json_t *group, const char *site, struct pc_error *err)
{
    const char *one = json_text(group, "primary_site"), *two = json_text(group, "secondary_site");
    if (!*site || text_equal(site, one) || text_equal(site, two))
        return PC_OK;
    return pc_error_set(err, PC_ERR_INVALID, "Name one of its two sites.",
                        "%s is protected between %s and %s, not at '%s'", json_text(group, "name"),
                        one, two, site);
}

/* Nobody is there to type it. What does not exist needs no confirmation either:
 * whoever mistyped the name is told that, and not how to confirm it. */
static enum pc_err cannot_ask(struct session *s, const json_t *request, struct pc_error *err)
{
    bool group = *json_text(request, "group") != '\0';
    const char *key = group ? "group" : "operation_id";
    json_t *args = json_object(), *found = NULL;
    json_put_text(args, key, json_text(request, key));
    enum pc_err rc = session_call(s, group ? "group_show" : "operation_show", args, &found, err);
    if (rc == PC_OK && group)
        rc = check_site(found, json_text(request, "serving"), err);
    json_decref(found);
    return rc ? rc
              : pc_error_set(err, PC_ERR_FORBIDDEN, "Give --confirm with the name of the group, or "
                             "run it at a terminal.", "%s needs a typed confirmation",
                             s->args->verb->words);
}

/* Adds the confirmation, and the reason where one is due, to the request. */
static enum pc_err ask(struct session *s, json_t *request, struct pc_error *err)
{
    struct typing it = {{0}, {0}};
    char *reason = NULL;
    bool gives_up = forced(s->args) && !args_has(s->args, "--confirm-site");
    enum pc_err rc = show_plan(s, request, &it, err);
    if (rc == PC_OK && forced(s->args) && !args_has(s->args, "--reason"))
        rc = question_reason(s, &reason, err);
    if (rc == PC_OK && gives_up)
        rc = question_name(s, it.site, ", the site that is given up,", err);
    if (rc == PC_OK)
        rc = question_name(s, it.name, "", err);
    if (rc == PC_OK) {
        json_put_text(request, "confirm", it.name);
        if (gives_up)
            json_put_text(request, "confirm_site", it.site);
        if (reason)
            json_put_text(request, "reason", reason);
    }
    free(reason);
    return rc;
}

/* ---- the verb ---------------------------------------------------------------------- */

static enum pc_err change(struct session *s, json_t *request, bool *ret_good,
                          struct pc_error *err)
{
    bool dry = args_has(s->args, "--dry-run");
    json_t *reply = NULL;
    enum pc_err rc = !must_ask(s) ? PC_OK
                     : s->in      ? ask(s, request, err)
                                  : cannot_ask(s, request, err);
    if (rc) {
        json_decref(request);
        return rc;
    }
    rc = begin_ask(s, s->args->verb->request, request, &reply, err);
    if (rc == PC_OK && dry) {
        *ret_good = plan_ready(reply);
        rc = plan_print(s, reply, err);
    } else if (rc == PC_OK) {
        rc = begin_through(s, reply, ret_good, err);
    }
    json_decref(reply);
    return rc;
}

int run_change(struct session *s)
{
    struct pc_error err = {0};
    json_t *request = NULL;
    bool good = true;
    enum pc_err rc = check_before(s, &err);
    if (rc == PC_OK)
        rc = begin_open(s, args_has(s->args, "--dry-run") ? PLAN_STEP_COLUMNS
                                                          : OPERATION_STARTED_COLUMNS,
                        &request, &err);
    if (rc == PC_OK)
        rc = change(s, request, &good, &err);
    int code = session_end(s, rc, &err);
    return code ? code : !good;
}

/* A failover that leaves the primary running is a drill, whatever it is called:
 * what belongs to a real one alone is refused beside it, never dropped. */
int run_failover(struct session *s)
{
    static const char *const REAL[] = {"--force", "--on-partial", "--members"};
    struct pc_error err = {0};
    if (!args_has(s->args, "--retain-primary"))
        return run_change(s);
    const char *real = has_value(s->args, "--type", "unplanned") ? "--type unplanned" : NULL;
    for (size_t i = 0; !real && i < sizeof(REAL) / sizeof(REAL[0]); i++)
        real = args_has(s->args, REAL[i]) ? REAL[i] : NULL;
    if (real) {
        pc_error_set(&err, PC_ERR_USAGE, "Leave one of the two out.",
                     "--retain-primary makes it a drill, which has no %s", real);
        return session_end(s, PC_ERR_USAGE, &err);
    }
    fputs("--retain-primary: this is a drill; production is not touched\n", s->err);
    return run_test_failover(s);
}
