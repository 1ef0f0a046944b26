/*
 * edit: the two edits of a group that are more than they look: to forget it,
 * and to take back what its last edit changed.
 *
 * Nothing is done at a site, but servers may be protected no longer, and that is
 * confirmed by the typed name of the group as what moves production is. At a
 * terminal what would go is told first. Main thread.
 */
#include "tui/verbs/run.h"

#include "tui/verbs/question.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "backend/model/typed.h"

#include <string.h>

static void tell(const struct session *s, const char *label, const char *text)
{
    char clean[600];
    safe_text(clean, sizeof(clean), text);
    fprintf(s->err, "  %-7s  %s\n", label, clean);
}

static void tell_servers(const struct session *s, const json_t *names)
{
    size_t i;
    json_t *m;
    json_array_foreach(names, i, m)
        tell(s, "server", json_is_string(m) ? json_string_value(m) : json_text(m, "name"));
}

/* ---- delete ------------------------------------------------------------------------ */

static enum pc_err ask_delete(struct session *s, json_t *request, struct pc_error *err)
{
    json_t *group = NULL, *args = json_object();
    json_put_text(args, "group", json_text(request, "group"));
    enum pc_err rc = session_call(s, "group_show", args, &group, err);
    if (rc)
        return rc;
    const char *name = json_text(group, "name");
    char clean[300];
    safe_text(clean, sizeof(clean), name);
    fprintf(s->err, "delete of %s\n", clean);
    tell_servers(s, json_list(group, "members"));
    fprintf(s->err, "- These servers are protected no longer; nothing is done to them.\n"
                    "- Its mappings, checks and versions are forgotten: undo does not bring it "
                    "back.\n");
    rc = question_name(s, name, "", err);
    if (rc == PC_OK)
        json_put_text(request, "confirm", name);
    json_decref(group);
    return rc;
}

int run_delete(struct session *s)
{
    struct pc_error err = {0};
    json_t *request = NULL;
    enum pc_err rc = args_request(s->args, &request, &err);
    if (rc == PC_OK)
        rc = session_open(s, s->args->verb->needs, &err);
    /* Where nobody can be asked the engine says that a confirmation is needed,
     * after all else that stands in the way. */
    if (rc == PC_OK && s->in && !args_has(s->args, "--confirm"))
        rc = ask_delete(s, request, &err);
    if (rc)
        json_decref(request);
    else
        rc = session_call(s, s->args->verb->request, request, NULL, &err);
    if (rc == PC_OK)
        fprintf(s->out, "%s\n", s->args->verb->done);
    return session_end(s, rc, &err);
}

/* ---- undo -------------------------------------------------------------------------- */

static void tell_undo(const struct session *s, const json_t *found, const json_t *back)
{
    size_t i;
    json_t *c;
    char name[300], until[64];
    safe_text(name, sizeof(name), json_text(found, "group"));
    safe_text(until, sizeof(until), json_text(back, "until"));
    fprintf(s->err, "%s becomes as it was until %s (version %lld)\n", name, until,
            (long long)json_int(back, "version", 0));
    json_array_foreach(json_list(back, "changes"), i, c) {
        tell(s, "what", json_text(c, "what"));
        tell(s, "now", json_text(c, "now"));
        tell(s, "becomes", json_text(c, "then"));
    }
    if (json_array_size(json_list(back, "dropped_checks")))
        fputs("- These health checks are asked no longer.\n", s->err);
    tell_servers(s, json_list(back, "dropped_checks"));
    if (json_array_size(json_list(back, "dropped_members")) == 0)
        return;
    fputs("- These servers are protected no longer; nothing is done to them.\n", s->err);
    tell_servers(s, json_list(back, "dropped_members"));
}

static enum pc_err confirm_undo(const struct session *s, const char *name, json_t *request,
                                struct pc_error *err)
{
    char why[200];
    const char *given = args_value(s->args, "--confirm");
    json_put_text(request, "confirm", name); /* it is sent when it was typed */
    if (!given && s->in)
        return question_name(s, name, "", err);
    if (!given)
        return pc_error_set(err, PC_ERR_FORBIDDEN, "Give --confirm with the name of the group, or "
                            "run it at a terminal.", "an undo that gives up servers or health "
                            "checks needs a typed confirmation");
    if (typed_compare(given, name, why, sizeof(why)) != TYPED_RIGHT)
        return pc_error_set(err, PC_ERR_FORBIDDEN, "Give the name of the group.",
                            "the confirmation is not the name of %s: it %s", name, why);
    return PC_OK;
}

/* What was looked at is what is taken back: its version goes with the request. */
static enum pc_err undo(struct session *s, json_t **ret_group, struct pc_error *err)
{
    json_t *found = NULL, *args = json_object();
    json_put_text(args, "group", s->args->operands[0]);
    enum pc_err rc = session_call(s, "group_versions", json_copy(args), &found, err);
    const json_t *back = rc ? NULL : json_map(found, "undo");
    if (back) {
        tell_undo(s, found, back);
        json_put_int(args, "metadata_version", json_int(found, "metadata_version", 0));
        if (json_array_size(json_list(back, "dropped_members")) +
            json_array_size(json_list(back, "dropped_checks")) > 0)
            rc = confirm_undo(s, json_text(found, "group"), args, err);
    }
    if (rc)
        json_decref(args);
    else /* where nothing can be taken back it says why */
        rc = session_call(s, s->args->verb->request, args, ret_group, err);
    json_decref(found);
    return rc;
}

int run_undo(struct session *s)
{
    struct pc_error err = {0};
    json_t *group = NULL;
    enum pc_err rc = session_open(s, s->args->verb->needs, &err);
    if (rc == PC_OK)
        rc = undo(s, &group, &err);
    if (rc == PC_OK)
        rc = session_show(s, s->args->verb->columns, group, &err);
    json_decref(group);
    return session_end(s, rc, &err);
}
