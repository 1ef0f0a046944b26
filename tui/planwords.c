/* planwords: see planwords.h. */
#include "tui/planwords.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

static const struct {
    enum glyph mark;
    enum role role;
    const char *word;
} KINDS[PLANWORD_KINDS] = {
    [PLANWORD_FACT] = {GLYPH_NONE, ROLE_TEXT, ""},
    [PLANWORD_BLOCK] = {GLYPH_FAIL, ROLE_DANGER, "blocked: "},
    [PLANWORD_REMEDY] = {GLYPH_NONE, ROLE_TEXT, "  what to do: "},
    [PLANWORD_WARNING] = {GLYPH_WARN, ROLE_WARN, "warning: "},
    [PLANWORD_UNKNOWN] = {GLYPH_UNKNOWN, ROLE_STALE, "not known: "},
    [PLANWORD_EFFECT] = {GLYPH_ARROW, ROLE_TEXT, "- "},
    [PLANWORD_HEADING] = {GLYPH_NONE, ROLE_HEADER, ""},
    [PLANWORD_NAME] = {GLYPH_NONE, ROLE_TEXT, "  "},
    [PLANWORD_GOOD] = {GLYPH_OK, ROLE_OK, "ok: "},
    [PLANWORD_OMITTED] = {GLYPH_SKIP, ROLE_DIM, "not here: "},
};

static const char LOSS[] = "data loss"; /* its label */

enum glyph planword_mark(enum planword_kind k)
{
    return KINDS[k].mark;
}

const char *planword_word(enum planword_kind k)
{
    return KINDS[k].word;
}

void planwords_release(struct planwords *w)
{
    for (size_t i = 0; i < w->count; i++)
        free(w->items[i].text);
    free(w->items);
    *w = (struct planwords){0};
}

struct planword *planwords_add(struct planwords *w, enum planword_kind kind, const char *fmt, ...)
{
    char raw[1400], clean[1600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof raw, fmt, ap);
    va_end(ap);
    safe_text(clean, sizeof clean, raw);
    w->items = xgrow(w->items, &w->room, w->count + 1, sizeof *w->items);
    struct planword *item = &w->items[w->count++];
    *item = (struct planword){kind, NULL, KINDS[kind].role, xstrdup(clean)};
    w->blocks += kind == PLANWORD_BLOCK;
    return item;
}

void planwords_move(struct planwords *w, struct planwords *from, bool facts)
{
    size_t kept = 0;
    for (size_t i = 0; i < from->count; i++) {
        struct planword *item = &from->items[i];
        if ((item->kind == PLANWORD_FACT) != facts) {
            from->items[kept++] = *item;
            continue;
        }
        w->items = xgrow(w->items, &w->room, w->count + 1, sizeof *w->items);
        w->items[w->count++] = *item;
        w->blocks += item->kind == PLANWORD_BLOCK;
    }
    from->count = kept;
}

void planwords_price_first(struct planwords *w)
{
    struct planword *was = w->items;
    size_t n = 0;
    w->items = xcalloc(w->count + 1, sizeof *w->items);
    for (int last = 0; last < 2; last++)
        for (size_t i = 0; i < w->count; i++)
            if ((was[i].kind == PLANWORD_FACT && was[i].label != LOSS) == (last == 1))
                w->items[n++] = was[i];
    w->room = w->count + 1;
    free(was);
}

/* ---- facts ------------------------------------------------------------------- */

/* Until when what was written is there afterwards, and where that is from. */
static void add_loss(struct planwords *w, const json_t *loss)
{
    const json_t *seconds = json_object_get(loss, "seconds");
    const char *at = json_text(loss, "created_at"), *point = json_text(loss, "point");
    char age[FORMAT_SIZE];
    struct planword *item;
    if (!json_is_object(loss))
        return;
    if (!json_is_integer(seconds)) {
        item = planwords_add(w, PLANWORD_FACT, "unknown: the age of the recovery point cannot be read");
        item->role = ROLE_DANGER;
    } else if (json_integer_value(seconds) <= 0) {
        item = planwords_add(w, PLANWORD_FACT, "none expected");
        item->role = ROLE_OK;
    } else {
        clock_age(age, sizeof age, (int64_t)json_integer_value(seconds) * 1000);
        item = planwords_add(w, PLANWORD_FACT, "%s, written since %s", age,
                   *at ? at : "the recovery point");
        item->role = ROLE_WARN;
    }
    item->label = LOSS;
    if (*point)
        planwords_add(w, PLANWORD_FACT, "%s", point)->label = "point";
}

static const struct {
    const char *key, *one, *more;
    bool made; /* it is a thing at the target, not only done there */
} THINGS[] = {{"volumes", "volume", "volumes", true},
              {"networks", "network", "networks", true},
              {"subnets", "subnet", "subnets", true},
              {"ports", "port", "ports", true},
              {"floating_ips", "floating IP", "floating IPs", true},
              {"servers", "instance", "instances", true},
              {"checks", "health check", "health checks", false}};
enum { THING_COUNT = sizeof THINGS / sizeof THINGS[0] };

void planwords_counts(const json_t *counts, char *dst, size_t size)
{
    size_t len = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < THING_COUNT && len < size; i++) {
        long long n = (long long)json_int(counts, THINGS[i].key, 0);
        if (n > 0)
            len += (size_t)snprintf(dst + len, size - len, "%s%lld %s", len ? ", " : "", n,
                                    n == 1 ? THINGS[i].one : THINGS[i].more);
    }
}

static void add_counts(struct planwords *w, const json_t *counts)
{
    char text[200];
    planwords_counts(counts, text, sizeof text);
    if (*text)
        planwords_add(w, PLANWORD_FACT, "%s", text)->label = "makes";
}

/* A line an interface: the address, the MAC, or both. */
static void add_by_hand(struct planwords *w, const json_t *steps)
{
    json_t *step;
    size_t i;
    json_array_foreach (steps, i, step) {
        const json_t *port = json_map(step, "params");
        bool mac = json_flag(port, "mac_given", false);
        bool ip = text_equal(json_text(port, "addresses"), "given");
        const json_t *first = json_array_get(json_list(port, "fixed_ips"), 0);
        if (ip || mac)
            planwords_add(w, PLANWORD_FACT, "%s: %s%s%s", json_text(step, "subject"),
                ip ? json_text(first, "ip_address") : "", !mac ? "" : ip ? ", MAC " : "MAC ",
                mac ? json_text(port, "mac_address") : "")->label = "by hand";
    }
}

size_t planwords_makes(const json_t *plan)
{
    const json_t *counts = json_map(plan, "counts");
    size_t n = 0;
    for (size_t i = 0; i < THING_COUNT; i++)
        n += THINGS[i].made ? (size_t)json_int(counts, THINGS[i].key, 0) : 0;
    return n;
}

/* ---- readiness ----------------------------------------------------------------- */

static size_t count_status(const json_t *readiness, const char *status)
{
    size_t n = 0, i;
    json_t *check;
    json_array_foreach (json_list(readiness, "checks"), i, check)
        n += text_equal(json_text(check, "status"), status);
    return n;
}

void planwords_readiness(const json_t *readiness, char *dst, size_t size)
{
    size_t blocked = count_status(readiness, "blocked");
    size_t warned = count_status(readiness, "warning"), unknown = count_status(readiness, "unknown");
    size_t len;
    if (json_flag(readiness, "ready", blocked == 0))
        len = (size_t)snprintf(dst, size, "ready: %zu ok", count_status(readiness, "ok"));
    else
        len = (size_t)snprintf(dst, size, "NOT READY: %zu blocked", blocked);
    if (warned && len < size)
        len += (size_t)snprintf(dst + len, size - len, ", %zu warning%s", warned,
                                warned == 1 ? "" : "s");
    if (unknown && len < size)
        snprintf(dst + len, size - len, ", %zu unknown", unknown);
}

bool plan_ready(const json_t *plan)
{
    const json_t *readiness = json_map(plan, "readiness");
    return !readiness || json_flag(readiness, "ready", true);
}

bool plan_agrees(const json_t *plan, const json_t *agreed)
{
    static const char *const KEYS[] = {"source_site", "target_site", "counts", "consequences"};
    bool same = plan && agreed;
    for (size_t i = 0; same && i < sizeof KEYS / sizeof KEYS[0]; i++) {
        const json_t *a = json_object_get(plan, KEYS[i]), *b = json_object_get(agreed, KEYS[i]);
        same = a == b || (a && b && json_equal(a, b));
    }
    return same;
}

static void add_readiness(struct planwords *w, const json_t *readiness)
{
    char line[120];
    if (!readiness)
        return;
    planwords_readiness(readiness, line, sizeof line);
    struct planword *item = planwords_add(w, PLANWORD_FACT, "%s", line);
    item->label = "readiness";
    item->role = json_flag(readiness, "ready", true) ? ROLE_OK : ROLE_DANGER;
}

/* Those that keep it from being done, or that one should know of. */
static void add_checks(struct planwords *w, const json_t *readiness, const char *status,
                       enum planword_kind kind)
{
    size_t i;
    json_t *c;
    json_array_foreach (json_list(readiness, "checks"), i, c) {
        const char *evidence = json_text(c, "evidence");
        if (!text_equal(json_text(c, "status"), status))
            continue;
        planwords_add(w, kind, "%s %s%s", json_text(c, "check"), *evidence ? "" : "not so: ",
            *evidence ? evidence : json_text(c, "title"));
        if (kind == PLANWORD_BLOCK && *json_text(c, "remedy"))
            planwords_add(w, PLANWORD_REMEDY, "%s", json_text(c, "remedy"));
    }
}

static void add_texts(struct planwords *w, const json_t *texts, enum planword_kind kind)
{
    size_t i;
    json_t *text;
    json_array_foreach (texts, i, text)
        if (json_is_string(text))
            planwords_add(w, kind, "%s", json_string_value(text));
}

void planwords_take(struct planwords *w, const json_t *plan)
{
    const json_t *readiness = json_map(plan, "readiness");
    planwords_release(w);
    add_loss(w, json_map(plan, "expected_data_loss"));
    add_counts(w, json_map(plan, "counts"));
    add_by_hand(w, json_list(plan, "steps"));
    add_readiness(w, readiness);
    add_checks(w, readiness, "blocked", PLANWORD_BLOCK);
    add_texts(w, json_list(plan, "consequences"), PLANWORD_EFFECT);
    add_texts(w, json_list(plan, "warnings"), PLANWORD_WARNING);
    add_checks(w, readiness, "warning", PLANWORD_WARNING);
    add_checks(w, readiness, "unknown", PLANWORD_UNKNOWN);
}

void planwords_refused(struct planwords *w, const struct pc_error *err)
{
    planwords_release(w);
    planwords_add(w, PLANWORD_BLOCK, "%s", err->text);
    if (err->remedy[0])
        planwords_add(w, PLANWORD_REMEDY, "%s", err->remedy);
}

bool planwords_predicted(const json_t *plan, char *dst, size_t size)
{
    const json_t *p = json_map(plan, "predicted");
    char low[24], high[24];
    long long runs = (long long)json_int(p, "runs", 0);
    if (!p)
        return false;
    clock_age(low, sizeof low, json_int(p, "low_s", 0) * 1000);
    if (!json_is_integer(json_object_get(p, "high_s"))) {
        long long unseen = (long long)json_int(p, "unseen", 0);
        snprintf(dst, size, "at least %s; %lld of its steps %s of a kind that never ran here", low,
                 unseen, unseen == 1 ? "is" : "are");
        return true;
    }
    clock_age(high, sizeof high, json_int(p, "high_s", 0) * 1000);
    bool one = strcmp(low, high) == 0;
    int n = snprintf(dst, size, "about %s%s%s", low, one ? "" : " to ", one ? "" : high);
    if (runs > 0 && n > 0 && (size_t)n < size)
        snprintf(dst + n, size - (size_t)n, ", as %lld earlier run%s of its rarest step had it",
                 runs, runs == 1 ? "" : "s");
    return true;
}
