#include "tui/verbs/lines.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/text.h"
#include "backend/model/operation.h"
#include "backend/model/step.h"
#include "backend/model/question.h"

#include <string.h>

void lines_init(struct lines *l, FILE *out)
{
    *l = (struct lines){.out = out, .said = json_object()};
}

void lines_release(struct lines *l)
{
    json_decref(l->said);
}

bool lines_knows(const struct lines *l, const char *id)
{
    return json_object_get(l->said, id) != NULL;
}

/* What is shown of it: its status, or the phase where that says no more than that it runs; ""
 * when all that is left of it is its end. */
static const char *word_of(const json_t *op)
{
    const char *status = json_text(op, "status");
    return op_status_parse(status) == OP_RUNNING ? json_text(op, "phase") : status;
}

/* "creating_volumes  3 of 5 steps, 1 failed  44%" */
static void describe(const json_t *op, const char *word, const json_t *phase, char *dst,
                     size_t size)
{
    char counts[64] = "", failed[32] = "";
    if (phase) {
        if (json_int(phase, "failed", 0) > 0)
            snprintf(failed, sizeof(failed), ", %lld failed",
                     (long long)json_int(phase, "failed", 0));
        snprintf(counts, sizeof(counts), "%lld of %lld steps%s",
                 (long long)json_int(phase, "done", 0), (long long)json_int(phase, "total", 0),
                 failed);
    } else if (*json_text(op, "verdict")) {
        snprintf(counts, sizeof(counts), "verdict %s", json_text(op, "verdict"));
    }
    snprintf(dst, size, "%-18s  %-16s  %3lld%%", word, counts,
             (long long)json_int(op, "progress", 0));
}

static void print_line_at(struct lines *l, const json_t *op, const char *at, const char *text)
{
    char clean[512], group[NAME_SIZE];
    safe_text(group, sizeof(group), json_text(op, "protection_group"));
    safe_text(clean, sizeof(clean), text);
    log_line(LOG_INFO, "operation", "%s %s %s", json_text(op, "id"), group, clean);
    fprintf(l->out, "%.9s  %s  %s\n", at + strcspn(at, "T") + (strchr(at, 'T') != NULL), group, clean);
}

static void print_line(struct lines *l, const json_t *op, const char *text)
{
    char now[CLOCK_ISO_SIZE];
    print_line_at(l, op, clock_iso(now, clock_wall_ms()), text);
}

bool lines_event(struct lines *l, const json_t *op, const json_t *event)
{
    const char *level = json_text(event, "level"), *text = json_text(event, "text");
    char line[400];
    if (op_status_parse(text) != OP_STATUS_COUNT)
        return false;
    snprintf(line, sizeof(line), "  %s%s%s", strcmp(level, "info") == 0 ? "" : level,
             strcmp(level, "info") == 0 ? "" : ": ", text);
    print_line_at(l, op, json_text(event, "at"), line);
    return true;
}

/* The verdict is known before the cleanup begins; a status that was passed
 * through between two looks is still told. */
static void print_verdict(struct lines *l, const json_t *op)
{
    const char *verdict = json_text(op, "verdict");
    enum op_status status = op_status_parse(json_text(op, "status"));
    char text[400];
    if (status != OP_CLEANING_UP && status != OP_CLEANED)
        return;
    snprintf(text, sizeof(text), "%-18s  verdict %s",
             strcmp(verdict, "passed") == 0 ? "succeeded" : "failed", verdict);
    print_line(l, op, text);
}

static bool phase_over(const json_t *phase)
{
    int64_t done = json_int(phase, "done", 0), failed = json_int(phase, "failed", 0);
    return done + failed > 0 && done + failed >= json_int(phase, "total", 0);
}

/* What comes after the verdict, or after the failure: a drill's cleanup, what
 * a failover takes back. Of an operation that undoes another it is the work. */
static bool is_aftermath(const json_t *op, const char *word)
{
    enum op_type type = op_type_parse(json_text(op, "operation_type"));
    const struct phase_shape *last =
        type == OP_TYPE_COUNT || op_type_undoes(type) ? NULL : op_phase(type, PHASE_CLEANUP);
    return last && strcmp(word, last->word) == 0;
}

/* Phases that ended between two looks are told all the same, each once. What
 * follows the verdict is left for after it. Returns the present one. */
static const json_t *print_phases(struct lines *l, const json_t *op, const char *now,
                                  json_t *told)
{
    const json_t *present = NULL;
    size_t i;
    json_t *phase;
    json_array_foreach(json_list(op, "phases"), i, phase) {
        const char *word = json_text(phase, "phase");
        bool is_present = strcmp(word, now) == 0;
        char text[256];
        if (is_present)
            present = phase;
        if (!phase_over(phase) || json_object_get(told, word))
            continue;
        json_put_flag(told, word, true);
        if (is_present || is_aftermath(op, word))
            continue;
        describe(op, word, phase, text, sizeof(text));
        print_line(l, op, text);
    }
    return present;
}

static json_t *memory_of(struct lines *l, const char *id)
{
    json_t *said = json_object_get(l->said, id);
    if (said)
        return said;
    said = json_object();
    json_put(said, "told", json_object());
    json_put(l->said, id, said);
    return said;
}

static bool say_once(struct lines *l, const json_t *op, json_t *told, const char *key,
                     const char *text)
{
    if (json_object_get(told, key))
        return false;
    json_put_flag(told, key, true);
    print_line(l, op, text);
    return true;
}

/* Steps that wait for a person, each told once, with what answers them. */
static bool print_prompts(struct lines *l, const json_t *op, json_t *told)
{
    bool any = false;
    size_t i;
    json_t *step;
    json_array_foreach(json_list(op, "steps"), i, step) {
        const char *key = json_text(step, "key");
        const char *asks = question_of_step(step_kind_parse(json_text(step, "kind")),
                                            step_status_parse(json_text(step, "status")),
                                            json_text(step, "detail"));
        char text[600];
        if (!asks)
            continue;
        snprintf(text, sizeof(text),
                 "waits for an answer: %s (protector-console operation answer %s continue|stop)",
                 asks, json_text(op, "id"));
        any = say_once(l, op, told, key, text) || any;
    }
    return any;
}

/* Steps that take longer than they should, and an operation that stands still;
 * each once. */
static bool print_trouble(struct lines *l, const json_t *op, json_t *told)
{
    const json_t *stuck = json_map(op, "stuck");
    char text[600], key[160], spent[24], usual[24];
    bool any = false;
    size_t i;
    json_t *late;
    json_array_foreach(json_list(op, "late"), i, late) {
        snprintf(key, sizeof(key), "late %s", json_text(late, "key"));
        snprintf(text, sizeof(text), "late: %s for %s, usually %s", json_text(late, "key"),
                 clock_age(spent, sizeof(spent), json_int(late, "spent_s", 0) * 1000),
                 clock_age(usual, sizeof(usual), json_int(late, "usual_s", 0) * 1000));
        any = say_once(l, op, told, key, text) || any;
    }
    if (json_map(op, "held")) {
        snprintf(text, sizeof(text), "held: %s", json_text(json_map(op, "held"), "advice"));
        any = say_once(l, op, told, "held", text) || any;
    }
    if (stuck) {
        snprintf(text, sizeof(text), "stands still for %s: %s",
                 clock_age(spent, sizeof(spent), json_int(stuck, "since_s", 0) * 1000),
                 json_text(stuck, "advice"));
        any = say_once(l, op, told, "stuck", text) || any;
    }
    return any;
}

bool lines_show(struct lines *l, const json_t *op)
{
    const char *id = json_text(op, "id"), *error = json_text(op, "error_message");
    bool first = !lines_knows(l, id);
    json_t *said = memory_of(l, id);
    const char *word = word_of(op);
    char text[256];
    const json_t *present = print_phases(l, op, word, json_map(said, "told"));
    describe(op, word, present, text, sizeof(text));
    bool asks = print_prompts(l, op, json_map(said, "told"));
    asks = print_trouble(l, op, json_map(said, "told")) || asks;
    if (asks)
        fflush(l->out);
    if (!*word || strcmp(json_text(said, "line"), text) == 0)
        return asks;
    if (*error && !*json_text(said, "error")) {
        char why[600];
        snprintf(why, sizeof(why), "error: %s", error);
        print_line(l, op, why);
    }
    if (!first && *json_text(op, "verdict") && !*json_text(said, "verdict"))
        print_verdict(l, op);
    print_line(l, op, text);
    fflush(l->out);
    json_put_text(said, "line", text);
    json_put_text(said, "verdict", json_text(op, "verdict"));
    json_put_text(said, "error", error);
    return true;
}
