#include "backend/model/operation.h"
#include "backend/model/question.h"

#include "backend/base/buf.h"
#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"
#include "backend/base/uuid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    bool over;
} STATUSES[OP_STATUS_COUNT] = {
#define OP_STATUS_ROW(symbol, word, coarse, over) [symbol] = {word, over},
    OP_STATUS_LIST(OP_STATUS_ROW)
#undef OP_STATUS_ROW
};

const char *op_status_word(enum op_status s)
{
    return STATUSES[s].word;
}

bool op_status_over(enum op_status s)
{
    return STATUSES[s].over;
}

enum op_status op_status_parse(const char *word)
{
    for (int s = 0; s < OP_STATUS_COUNT; s++)
        if (strcmp(STATUSES[s].word, word) == 0)
            return (enum op_status)s;
    return OP_STATUS_COUNT;
}

const char *op_verdict_word(enum op_verdict v)
{
    static const char *const words[VERDICT_COUNT] = {"", "passed", "failed", "partial"};
    return words[v];
}

const char *ledger_state_word(enum ledger_state s)
{
    static const char *const words[LEDGER_STATES] = {"intended", "made", "gone", "survives"};
    return words[s];
}

struct operation *operation_new(enum op_type type, struct plan *plan_take)
{
    struct operation *op = xcalloc(1, sizeof(*op));
    char uuid[UUID_SIZE];
    snprintf(op->id, sizeof(op->id), "op-%s", uuid_make(uuid));
    op->type = type;
    op->warnings = json_array();
    op->plan = plan_take;
    op->steps = xcalloc(plan_take ? plan_take->count : 0, sizeof(*op->steps));
    return op;
}

struct operation *operation_copy(const struct operation *op)
{
    struct operation *copy = xmalloc(sizeof(*copy));
    size_t n = op->plan ? op->plan->count : 0;
    *copy = *op;
    copy->plan = op->plan ? plan_ref(op->plan) : NULL;
    /* Deep: a JSON value's own count is not made for two threads. */
    copy->request = json_deep_copy(op->request);
    copy->warnings = json_deep_copy(op->warnings);
    copy->consoles = json_deep_copy(op->consoles);
    copy->steps = xmalloc((n + 1) * sizeof(*copy->steps));
    if (n)
        memcpy(copy->steps, op->steps, n * sizeof(*copy->steps));
    copy->ledger = xmalloc((op->ledger_count + 1) * sizeof(*copy->ledger));
    copy->ledger_room = op->ledger_count;
    if (op->ledger_count)
        memcpy(copy->ledger, op->ledger, op->ledger_count * sizeof(*copy->ledger));
    return copy;
}

void operation_free(struct operation *op)
{
    if (!op)
        return;
    json_decref(op->request);
    json_decref(op->warnings);
    json_decref(op->consoles);
    plan_unref(op->plan);
    free(op->steps);
    free(op->ledger);
    free(op);
}

void operation_warn(struct operation *op, const char *fmt, ...)
{
    char raw[400], clean[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    safe_text(clean, sizeof(clean), raw);
    json_array_append_new(op->warnings, json_string(clean));
}

enum {
    CONSOLES_MAX = 4,     /* of one operation */
    CONSOLE_BYTES = 4096, /* of one guest: the last ones */
};

/* Line by line clean, so that an escape in one spoils no other. */
static char *clean_lines(const char *output)
{
    struct buf b;
    size_t all = strlen(output);
    if (all > CONSOLE_BYTES) {
        output += all - CONSOLE_BYTES;
        output += strcspn(output, "\n");
        output += *output == '\n';
    }
    buf_init(&b, 2 * CONSOLE_BYTES);
    while (*output) {
        char raw[400], clean[400];
        size_t n = strcspn(output, "\n");
        snprintf(raw, sizeof(raw), "%.*s", (int)(n < sizeof(raw) ? n : sizeof(raw) - 1), output);
        safe_text(clean, sizeof(clean), raw);
        if (!buf_printf(&b, "%s%s", b.len ? "\n" : "", clean))
            break;
        output += n + (output[n] != '\0');
    }
    return buf_take(&b);
}

bool operation_console(struct operation *op, const char *vm, int64_t at_ms, const char *output)
{
    size_t i;
    json_t *had;
    char iso[CLOCK_ISO_SIZE];
    json_array_foreach(op->consoles, i, had)
        if (strcmp(json_text(had, "vm"), vm) == 0)
            return false;
    if (json_array_size(op->consoles) >= CONSOLES_MAX)
        return false;
    if (!output)
        return true;
    if (!op->consoles)
        op->consoles = json_array();
    char *text = clean_lines(output);
    json_t *o = json_object();
    json_put_text(o, "vm", vm);
    json_put_text(o, "at", clock_iso(iso, at_ms));
    json_put_text(o, "output", text);
    json_array_append_new(op->consoles, o);
    free(text);
    return true;
}

void operation_told_left(struct operation *op)
{
    char start[64];
    snprintf(start, sizeof(start), "%.40s left ", op->type == OP_TEST_FAILOVER ? "cleanup"
                                                                                : op_type_label(op->type));
    for (size_t i = json_array_size(op->warnings); i-- > 0;) {
        const char *text = json_string_value(json_array_get(op->warnings, i));
        if (text && strncmp(text, start, strlen(start)) == 0)
            json_array_remove(op->warnings, i);
    }
}

int operation_left(const struct operation *op)
{
    int n = 0;
    for (size_t i = 0; i < op->ledger_count; i++)
        n += op->ledger[i].state != LEDGER_GONE && strcmp(op->ledger[i].type, "stopped") != 0;
    return n;
}

bool operation_holds(const struct operation *op)
{
    for (size_t i = 0; i < op->ledger_count; i++)
        if (op->ledger[i].state != LEDGER_GONE)
            return true;
    return false;
}

static void take_phase(struct phase_progress *r, enum step_kind kind, const struct step_state *s)
{
    int weight = step_kind_weight(kind) * 100;
    r->total++;
    r->weight_total += weight;
    r->done += s->status == STEP_DONE;
    r->failed += s->status == STEP_FAILED;
    r->skipped += s->status == STEP_SKIPPED;
    r->running += s->status == STEP_RUNNING;
    if (step_status_over(s->status))
        r->weight_done += weight;
    if (s->status == STEP_RUNNING)
        r->weight_done += weight / 100 * s->percent;
    if (s->started_ms && (!r->started_ms || s->started_ms < r->started_ms))
        r->started_ms = s->started_ms;
    if (s->ended_ms > r->ended_ms)
        r->ended_ms = s->ended_ms;
}

void operation_phases(const struct operation *op, struct phase_progress ret[PHASE_COUNT])
{
    memset(ret, 0, PHASE_COUNT * sizeof(*ret));
    for (size_t i = 0; op->plan && i < op->plan->count; i++) {
        enum step_kind kind = op->plan->steps[i].kind;
        take_phase(&ret[step_kind_phase(kind)], kind, &op->steps[i]);
    }
    for (int p = 0; p < PHASE_COUNT; p++)
        if (ret[p].done + ret[p].failed + ret[p].skipped < ret[p].total)
            ret[p].ended_ms = 0;
}

int operation_progress_by(const struct operation *op, const int done[PHASE_COUNT],
                          const int total[PHASE_COUNT])
{
    int sum = 0;
    if (op->status == OP_CLEANED || op->status == OP_COMPLETED || op->status == OP_SUCCEEDED)
        return 100;
    /* What is taken back brings nobody nearer: it stays as far as it came. */
    if (op->status == OP_ROLLING_BACK || op->status == OP_FAILED)
        return op->progress;
    for (int p = 0; p < PHASE_COUNT; p++) {
        const struct phase_shape *shape = op_phase(op->type, (enum phase)p);
        if (total[p] && shape)
            sum += (int)((int64_t)(shape->to - shape->from) * done[p] / total[p]);
    }
    /* 100 is said only by a terminal status. */
    sum = sum > 99 ? 99 : sum;
    return sum > op->progress ? sum : op->progress;
}

int operation_progress(const struct operation *op)
{
    struct phase_progress phases[PHASE_COUNT];
    int done[PHASE_COUNT], total[PHASE_COUNT];
    operation_phases(op, phases);
    for (int p = 0; p < PHASE_COUNT; p++) {
        done[p] = phases[p].weight_done;
        total[p] = phases[p].weight_total;
    }
    return operation_progress_by(op, done, total);
}

/* ---- the API's object ----------------------------------------------------- */

static void put_time(json_t *o, const char *key, int64_t ms)
{
    char iso[CLOCK_ISO_SIZE];
    json_put_text(o, key, ms ? clock_iso(iso, ms) : NULL);
}

/* The times are told in seconds; how long it took is known better. */
static void put_took(json_t *o, int64_t from_ms, int64_t to_ms)
{
    json_put(o, "took_ms", from_ms && to_ms >= from_ms ? json_integer(to_ms - from_ms) : json_null());
}

static const char *coarse_state(const struct operation *op)
{
    static const char *const words[OP_STATUS_COUNT] = {
#define OP_STATUS_COARSE(symbol, word, coarse, over) [symbol] = coarse,
        OP_STATUS_LIST(OP_STATUS_COARSE)
#undef OP_STATUS_COARSE
    };
    if (op->status == OP_CLEANED && op->verdict == VERDICT_FAILED)
        return "failed";
    return words[op->status];
}

static bool phase_open(const struct phase_progress *r)
{
    return r->done + r->failed + r->skipped < r->total;
}

/* Where it is: in the first phase that is not over. What waits to be begun is in none, nor is
 * what only has to end well, or is at rest; what takes something back is in that alone, also while
 * something keeps it from the first step of it. */
static const char *phase_now(const struct operation *op, const struct phase_progress *all)
{
    bool back = op->status == OP_CLEANING_UP || op->status == OP_ROLLING_BACK;
    if (op->status == OP_PENDING || op_status_over(op->status))
        return NULL;
    for (int i = 0; i < PHASE_COUNT; i++) {
        enum phase p = op_phase_at(op->type, i);
        const struct phase_shape *shape = op_phase(op->type, p);
        bool due = p != PHASE_CLEANUP || op_type_undoes(op->type) || all[p].started_ms;
        if (shape && (back ? p == PHASE_CLEANUP : due && phase_open(&all[p])))
            return shape->word;
    }
    return NULL;
}

static void put_phases(json_t *o, const struct operation *op)
{
    json_t *phases = json_array(), *done = json_array(), *failed = json_array();
    struct phase_progress all[PHASE_COUNT];
    operation_phases(op, all);
    for (int i = 0; i < PHASE_COUNT; i++) {
        enum phase p = op_phase_at(op->type, i);
        const struct phase_progress r = all[p];
        const struct phase_shape *shape = op_phase(op->type, p);
        if (!r.total || !shape)
            continue;
        const char *word = shape->word;
        json_t *v = json_object();
        json_put_text(v, "phase", word);
        json_put_int(v, "total", r.total);
        json_put_int(v, "done", r.done);
        json_put_int(v, "failed", r.failed);
        put_time(v, "started_at", r.started_ms);
        put_time(v, "ended_at", r.ended_ms);
        put_took(v, r.started_ms, r.ended_ms);
        json_array_append_new(phases, v);
        if (r.failed)
            json_array_append_new(failed, json_string(word));
        else if (r.done && r.done + (p == PHASE_CLEANUP ? r.skipped : 0) == r.total)
            json_array_append_new(done, json_string(word));
    }
    json_put_text(o, "phase", phase_now(op, all));
    json_put(o, "phases", phases);
    json_put(o, "steps_completed", done);
    json_put(o, "steps_failed", failed);
}

static void put_results(json_t *o, const struct operation *op)
{
    static const struct {
        const char *type, *key;
    } lists[] = {{"server", "instances"}, {"volume", "volumes"}, {"port", "ports"},
                 {"network", "networks"}, {"clone", "clones"}};
    json_t *result = json_object();
    for (size_t t = 0; t < sizeof(lists) / sizeof(lists[0]); t++) {
        json_t *list = json_array();
        for (size_t i = 0; i < op->ledger_count; i++) {
            const struct ledger_entry *e = &op->ledger[i];
            if (strcmp(e->type, lists[t].type) != 0)
                continue;
            json_t *v = json_object();
            json_put_text(v, "source_id", e->source_id);
            json_put_text(v, "id", e->resource_id);
            json_put_text(v, "name", e->name);
            json_put_text(v, "status", ledger_state_word(e->state));
            json_array_append_new(list, v);
        }
        if (json_array_size(list) || strcmp(lists[t].type, "clone") != 0)
            json_put(result, lists[t].key, list);
        else
            json_decref(list); /* only drills from an array have clones */
    }
    json_put(o, "result_data", result);
}

static void put_checks(json_t *o, const struct operation *op)
{
    json_t *checks = json_array();
    for (size_t i = 0; op->plan && i < op->plan->count; i++) {
        const struct plan_step *s = &op->plan->steps[i];
        if (s->kind != STEP_VERIFY_BOOT && s->kind != STEP_HEALTH_CHECK)
            continue;
        json_t *v = json_object();
        json_put_text(v, "vm", json_text(s->params, "vm"));
        json_put_text(v, "check", s->kind == STEP_VERIFY_BOOT ? "boot"
                                                               : json_text(s->params, "check"));
        json_put_text(v, "status", step_status_word(op->steps[i].status));
        json_put_text(v, "detail", op->steps[i].detail);
        json_put_int(v, "attempts", op->steps[i].attempts);
        json_array_append_new(checks, v);
    }
    json_put(o, "health_checks", checks);
}

bool operation_stopped(const struct operation *op)
{
    return op->cancel_asked && op->verdict == VERDICT_FAILED &&
           strcmp(op->error_message, OPERATION_STOPPED) == 0;
}

const char *operation_from(const struct operation *op)
{
    return op_type_turns(op->type) ? op->target_site : op->source_site;
}

const char *operation_to(const struct operation *op)
{
    return op_type_turns(op->type) ? op->source_site : op->target_site;
}

static void put_head(json_t *o, const struct operation *op)
{
    json_put_text(o, "id", op->id);
    json_put_text(o, "operation_type", op_type_name(op->type));
    json_put_text(o, "status", op_status_word(op->status));
    json_put_text(o, "state", coarse_state(op));
    json_put_text(o, "verdict", op->verdict ? op_verdict_word(op->verdict) : NULL);
    json_put_flag(o, "stopped", operation_stopped(op));
    json_put_int(o, "progress", op->progress);
    json_put_int(o, "left", operation_left(op));
    json_put_text(o, "protection_group", op->group);
    json_put_text(o, "protection_group_id", op->group_id);
    json_put_text(o, "source_site", operation_from(op));
    json_put_text(o, "target_site", operation_to(op));
    json_put_text(o, "parent_operation_id", *op->parent ? op->parent : NULL);
    put_time(o, "created_at", op->created_ms);
    put_time(o, "started_at", op->started_ms);
    put_time(o, "completed_at", op->completed_ms);
    put_took(o, op->started_ms, op->completed_ms);
    json_put_text(o, "error_message", *op->error_message ? op->error_message : NULL);
    json_put_text(o, "remedy", *op->remedy ? op->remedy : NULL);
    const char *question = operation_question_text(op);
    json_put_text(o, "question", *question ? question : NULL);
}

json_t *operation_head_json(const struct operation *op)
{
    json_t *o = json_object();
    put_head(o, op);
    put_phases(o, op);
    return o;
}

json_t *operation_to_json(const struct operation *op)
{
    json_t *o = json_object(), *point = NULL;
    put_head(o, op);
    json_put(o, "warnings", json_deep_copy(op->warnings));
    json_put(o, "consoles", op->consoles ? json_deep_copy(op->consoles) : json_array());
    json_put(o, "request", op->request ? json_deep_copy(op->request) : json_object());
    if (*op->recovery_point) {
        point = json_object();
        json_put_text(point, "name", op->recovery_point);
        put_time(point, "created_at", op->recovery_point_ms);
    }
    json_put(o, "recovery_point", point ? point : json_null());
    put_phases(o, op);
    json_put(o, "api_steps", operation_api_steps(op));
    put_results(o, op);
    put_checks(o, op);
    return o;
}

json_t *operation_steps_json(const struct operation *op)
{
    json_t *list = json_array();
    for (size_t i = 0; op->plan && i < op->plan->count; i++) {
        const struct plan_step *s = &op->plan->steps[i];
        const struct step_state *st = &op->steps[i];
        json_t *v = json_object();
        json_put_text(v, "key", s->key);
        json_put_text(v, "kind", step_kind_name(s->kind));
        const struct phase_shape *shape = op_phase(op->type, step_kind_phase(s->kind));
        json_put_text(v, "phase", shape ? shape->word : phase_word(step_kind_phase(s->kind)));
        json_put_text(v, "subject", s->subject);
        json_put_text(v, "status", step_status_word(st->status));
        json_put_int(v, "attempts", st->attempts);
        put_time(v, "started_at", st->started_ms);
        put_time(v, "ended_at", st->ended_ms);
        put_took(v, st->started_ms, st->ended_ms);
        json_put_text(v, "resource_id", *st->resource_id ? st->resource_id : NULL);
        json_put_text(v, "detail", st->detail);
        json_array_append_new(list, v);
    }
    return list;
}

json_t *operation_ledger_json(const struct operation *op)
{
    json_t *list = json_array();
    for (size_t i = 0; i < op->ledger_count; i++) {
        const struct ledger_entry *e = &op->ledger[i];
        json_t *v = json_object();
        json_put_text(v, "type", e->type);
        json_put_text(v, "name", e->name);
        json_put_text(v, "id", *e->resource_id ? e->resource_id : NULL);
        json_put_text(v, "source_id", *e->source_id ? e->source_id : NULL);
        json_put_text(v, "site", e->site);
        json_put_text(v, "status", ledger_state_word(e->state));
        put_time(v, "made_at", e->made_ms);
        put_time(v, "gone_at", e->gone_ms);
        json_array_append_new(list, v);
    }
    return list;
}
