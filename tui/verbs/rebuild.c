/*
 * rebuild: groups and operations told anew, after the history was lost.
 *
 * What both sites and groups.json tell is read and shown as sentences; only
 * when the word is typed, or given by --confirm, it is written down. Where two
 * stories contradict each other nothing is written, and both are shown.
 */
#include "tui/verbs/run.h"

#include "tui/verbs/columns.h"
#include "tui/verbs/question.h"
#include "tui/verbs/session.h"

#include "backend/base/json.h"
#include "backend/base/text.h"

static void print_sentences(FILE *out, const json_t *story)
{
    size_t i;
    json_t *line;
    json_array_foreach(json_list(story, "story"), i, line) {
        char clean[1000];
        safe_text(clean, sizeof(clean), json_string_value(line) ? json_string_value(line) : "");
        fprintf(out, "- %s\n", clean);
    }
}

static bool contradicts(const json_t *story)
{
    size_t i;
    json_t *group;
    json_array_foreach(json_list(story, "groups"), i, group)
        if (json_is_object(json_object_get(group, "conflict")))
            return true;
    return false;
}

/* As JSON the whole; otherwise a group a row, and at a table what was found. */
static enum pc_err print_story(const struct session *s, const json_t *story, struct pc_error *err)
{
    if (s->args->format == FORMAT_JSON && s->args->column_count == 0) {
        json_dumpf(story, s->out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
        fputc('\n', s->out);
        return PC_OK;
    }
    enum pc_err rc = session_list(s, STORY_COLUMNS, json_list(story, "groups"), err);
    if (rc == PC_OK && output_for_people(s->args->format))
        print_sentences(s->out, story);
    return rc;
}

/* Shows what would be written and asks for the word; adds it to the request. */
static enum pc_err ask(struct session *s, json_t *request, struct pc_error *err)
{
    json_t *story = NULL, *dry = json_object();
    json_put_flag(dry, "dry_run", true);
    enum pc_err rc = session_call(s, s->args->verb->request, dry, &story, err);
    if (rc)
        return rc;
    print_sentences(s->err, story);
    if (contradicts(story))
        rc = pc_error_set(err, PC_ERR_CONFLICT, "Both are told above; see at the sites which is "
                          "true, remove what tells the other, and ask again.",
                          "two stories contradict each other: nothing was written");
    else if (*json_text(story, "unread") && !args_has(s->args, "--force"))
        rc = pc_error_set(err, PC_ERR_UNREACHABLE, "Ask again when it answers. If it is lost for "
                          "good, --force tells the story without it.",
                          "%s could not be read whole: nothing was written",
                          json_text(story, "unread"));
    else if (*json_text(story, "differ") && !args_has(s->args, "--force"))
        rc = pc_error_set(err, PC_ERR_PROTOCOL, "Ask again in a minute. If it stays, see which of the "
                          "two is wrong; --force tells the story as the lists are.",
                          "%s: nothing was written", json_text(story, "differ"));
    else
        rc = question_name(s, json_text(story, "confirm"), "", err);
    if (rc == PC_OK)
        json_put_text(request, "confirm", json_text(story, "confirm"));
    json_decref(story);
    return rc;
}

static enum pc_err rebuild(struct session *s, json_t *request, bool *ret_good,
                           struct pc_error *err)
{
    bool must_ask = !args_has(s->args, "--confirm") && !args_has(s->args, "--dry-run");
    json_t *story = NULL;
    enum pc_err rc = must_ask ? ask(s, request, err) : PC_OK;
    if (rc) {
        json_decref(request);
        return rc;
    }
    rc = session_call(s, s->args->verb->request, request, &story, err);
    if (rc == PC_OK) {
        *ret_good = !contradicts(story);
        rc = print_story(s, story, err);
    }
    json_decref(story);
    return rc;
}

int run_rebuild(struct session *s)
{
    struct pc_error err = {0};
    json_t *request = NULL;
    bool good = true;
    enum pc_err rc = PC_OK;
    if (!s->in && !args_has(s->args, "--confirm") && !args_has(s->args, "--dry-run"))
        rc = pc_error_set(&err, PC_ERR_FORBIDDEN,
                          "Give --confirm rebuild, or run it at a terminal; --dry-run shows what "
                          "it would write.", "rebuild needs a typed confirmation");
    if (rc == PC_OK)
        rc = args_request(s->args, &request, &err);
    if (rc == PC_OK)
        rc = session_open(s, s->args->verb->needs, &err);
    if (rc == PC_OK)
        rc = rebuild(s, request, &good, &err);
    else
        json_decref(request);
    int code = session_end(s, rc, &err);
    return code ? code : !good;
}
