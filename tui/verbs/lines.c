#include "tui/verbs/lines.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/text.h"
#include "backend/model/operation.h"

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

static const json_t *phase_of(const json_t *op, const char *word)
{
    size_t i;
    json_t *p;
    json_array_foreach(json_list(op, "phases"), i, p)
        if (strcmp(json_text(p, "phase"), word) == 0)
            return p;
    return NULL;
}

/* "creating_volumes  3 of 5 steps, 1 failed  44%" */
static void describe(const json_t *op, char *dst, size_t size)
{
    const char *status = json_text(op, "status");
    const char *word = strcmp(status, "running") == 0 && *json_text(op, "phase")
                           ? json_text(op, "phase")
                           : status;
    const json_t *phase = phase_of(op, word);
    char counts[64] = "", failed[32] = "";
    if (phase) {
        long long total = json_int(phase, "total", 0), done = json_int(phase, "done", 0);
        if (json_int(phase, "failed", 0) > 0)
            snprintf(failed, sizeof(failed), ", %lld failed",
                     (long long)json_int(phase, "failed", 0));
        snprintf(counts, sizeof(counts), "%lld of %lld steps%s", done, total, failed);
    } else if (*json_text(op, "verdict")) {
        snprintf(counts, sizeof(counts), "verdict %s", json_text(op, "verdict"));
    }
    snprintf(dst, size, "%-18s  %-16s  %3lld%%", word, counts,
             (long long)json_int(op, "progress", 0));
}

static void print_line(struct lines *l, const json_t *op, const char *text)
{
    char now[CLOCK_ISO_SIZE], clean[512], group[NAME_SIZE];
    clock_iso(now, clock_wall_ms());
    safe_text(group, sizeof(group), json_text(op, "protection_group"));
    safe_text(clean, sizeof(clean), text);
    log_line(LOG_INFO, "operation", "%s %s %s", json_text(op, "id"), group, clean);
    fprintf(l->out, "%s  %s  %s\n", now + strcspn(now, "T") + 1, group, clean);
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

bool lines_show(struct lines *l, const json_t *op)
{
    const char *id = json_text(op, "id"), *error = json_text(op, "error_message");
    const json_t *before = json_object_get(l->said, id);
    char text[256];
    describe(op, text, sizeof(text));
    if (before && strcmp(json_text(before, "line"), text) == 0)
        return false;
    if (*error && !*json_text(before, "error")) {
        char why[600];
        snprintf(why, sizeof(why), "error: %s", error);
        print_line(l, op, why);
    }
    if (*json_text(op, "verdict") && before && !*json_text(before, "verdict"))
        print_verdict(l, op);
    print_line(l, op, text);
    fflush(l->out);
    json_t *said = json_object();
    json_put_text(said, "line", text);
    json_put_text(said, "verdict", json_text(op, "verdict"));
    json_put_text(said, "error", error);
    json_put(l->said, id, said);
    return true;
}
