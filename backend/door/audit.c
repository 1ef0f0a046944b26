/* audit: see audit.h. */
#include "backend/door/audit.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"
#include "backend/store/record.h"

#include <stdio.h>

enum { SPARE = 1024 }; /* how many entries more are kept, so that few are moved */

struct listing {
    const struct audit_wanted *w;
    json_t *entries;
    json_int_t torn;
};

/* The newest `keep` stay. */
static void trim(struct listing *l, size_t keep)
{
    size_t n = json_array_size(l->entries);
    if (n <= keep)
        return;
    json_t *rest = json_array();
    for (size_t i = n - keep; i < n; i++)
        json_array_append(rest, json_array_get(l->entries, i));
    json_decref(l->entries);
    l->entries = rest;
}

static bool wanted(const struct audit_wanted *w, const json_t *o)
{
    int64_t at = 0;
    if (w->since_ms && (!clock_parse_iso(json_text(o, "at"), &at) || at < w->since_ms))
        return false;
    if (w->target && !text_equal(json_text(o, "target"), w->target))
        return false;
    if (w->user && !text_equal(json_text(o, "user"), w->user) &&
        !text_equal(json_text(o, "sudo_user"), w->user))
        return false;
    return !w->action || text_equal(json_text(o, "action"), w->action);
}

void audit_entry(json_t *o)
{
    char who[400];
    const char *sudo = json_text(o, "sudo_user"), *from = json_text(o, "from");
    const char *by = json_text(o, "by");
    snprintf(who, sizeof who, "%.100s%s%.100s%s%.100s", *sudo ? sudo : json_text(o, "user"),
             *sudo ? " as " : "", *sudo ? json_text(o, "user") : "", *from ? " from " : "", from);
    json_put_text(o, "who", *by && !text_equal(by, "person") ? by : who);
    json_put_text(o, "result", "-");
    json_object_del(o, "what");
}

void audit_answer(json_t *entry, const json_t *answered)
{
    json_put_text(entry, "result", json_text(answered, "result"));
    json_object_set(entry, "error", json_object_get(answered, "error"));
    json_object_set(entry, "operation", json_object_get(answered, "operation"));
    json_put_text(entry, "answered_at", json_text(answered, "at"));
}

static void take_asked(struct listing *l, json_t *o)
{
    if (!wanted(l->w, o))
        return;
    audit_entry(o);
    json_array_append(l->entries, o);
    if (json_array_size(l->entries) > l->w->limit + SPARE)
        trim(l, l->w->limit);
}

/* The answer comes soon after its question: the newest are looked at first. */
static void take_answered(struct listing *l, const json_t *o)
{
    for (size_t i = json_array_size(l->entries); i-- > 0;) {
        json_t *e = json_array_get(l->entries, i);
        if (!text_equal(json_text(e, "id"), json_text(o, "id")))
            continue;
        audit_answer(e, o);
        if (l->w->failed && text_equal(json_text(o, "result"), "ok"))
            json_array_remove(l->entries, i);
        return;
    }
}

static void take(void *arg, const char *line, bool whole)
{
    struct listing *l = arg;
    json_t *o = whole ? json_loads(line, 0, NULL) : NULL;
    const char *what = json_text(o, "what");
    if (text_equal(what, "asked"))
        take_asked(l, o);
    else if (text_equal(what, "answered"))
        take_answered(l, o);
    else
        l->torn++;
    json_decref(o);
}

enum pc_err audit_list(const char *state_dir, const struct audit_wanted *w, json_t **ret,
                       struct pc_error *err)
{
    struct listing l = {.w = w, .entries = json_array()};
    enum pc_err rc = record_read(state_dir, w->since_ms, take, &l, err);
    if (rc == PC_OK) {
        trim(&l, w->limit);
        *ret = json_object();
        json_object_set(*ret, "entries", l.entries);
        json_put_int(*ret, "torn", l.torn);
    }
    json_decref(l.entries);
    return rc;
}
