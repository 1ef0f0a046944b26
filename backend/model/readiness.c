#include "backend/model/readiness.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table -------------------------------------------------------------- */

#define NONE SEVERITY_NONE
#define WARNS SEVERITY_WARNS
#define BLOCKS SEVERITY_BLOCKS
#define BLOCKS_UNFORCED SEVERITY_BLOCKS_UNFORCED
static const struct {
    const char *key, *title;
    enum severity severity[READY_FOR_COUNT];
} CHECKS[READINESS_COUNT] = {
#define READINESS_ROW(symbol, key, title, test, failover, failback) \
    [symbol] = {key, title, {test, failover, failback}},
    READINESS_LIST(READINESS_ROW)
#undef READINESS_ROW
};
#undef NONE
#undef WARNS
#undef BLOCKS
#undef BLOCKS_UNFORCED

static const struct {
    const char *name, *word;
} PURPOSES[READY_FOR_COUNT] = {
    [READY_FOR_TEST] = {"test_failover", "a drill"},
    [READY_FOR_FAILOVER] = {"failover", "a failover"},
    [READY_FOR_FAILBACK] = {"failback", "a failback"},
};

const char *readiness_for_name(enum readiness_for f)
{
    return PURPOSES[f].name;
}

enum readiness_for readiness_for_parse(const char *name)
{
    int f = 0;
    while (f < READY_FOR_COUNT && strcmp(PURPOSES[f].name, name) != 0)
        f++;
    return (enum readiness_for)f;
}

const char *readiness_key(enum readiness_check c)
{
    return CHECKS[c].key;
}

const char *readiness_title(enum readiness_check c)
{
    return CHECKS[c].title;
}

enum severity readiness_severity(enum readiness_check c, enum readiness_for f)
{
    return CHECKS[c].severity[f];
}

/* ---- shared by reference ------------------------------------------------------ */

/* One after the other, each with its NUL, the empty one first. */
struct readiness_texts {
    atomic_int refs;
    size_t len, room;
    char *bytes;
};

static struct readiness_texts *texts_new(void)
{
    struct readiness_texts *t = xcalloc(1, sizeof(*t));
    atomic_init(&t->refs, 1);
    t->bytes = xgrow(t->bytes, &t->room, 1, 1);
    t->bytes[t->len++] = '\0';
    return t;
}

static void texts_unref(struct readiness_texts *t)
{
    if (atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) != 1)
        return;
    free(t->bytes);
    free(t);
}

/* Where the text begins; what has no room any more is left out. */
static uint16_t texts_keep(struct readiness_texts *t, const char *text)
{
    size_t size = strlen(text) + 1, at = 0;
    while (at < t->len && strcmp(t->bytes + at, text) != 0)
        at += strlen(t->bytes + at) + 1;
    if (at < t->len)
        return (uint16_t)at;
    if (t->len + size > UINT16_MAX)
        return 0;
    if (t->len + size > t->room) {
        t->room = t->len + size + READINESS_COUNT * 8;
        t->bytes = xrealloc(t->bytes, t->room);
    }
    memcpy(t->bytes + t->len, text, size);
    t->len += size;
    return (uint16_t)at;
}

struct readiness *readiness_new(const struct readiness *beside)
{
    struct readiness *r = xcalloc(1, sizeof(*r));
    atomic_init(&r->refs, 1);
    r->texts = beside ? beside->texts : texts_new();
    if (beside)
        atomic_fetch_add_explicit(&r->texts->refs, 1, memory_order_relaxed);
    for (int c = 0; c < READINESS_COUNT; c++)
        r->results[c].age_ms = INT32_MAX;
    return r;
}

void readiness_put(struct readiness *r, enum readiness_check c, const struct readiness_result *x)
{
    int64_t age = r->at_ms - x->read_ms;
    r->results[c] = (struct readiness_kept){
        .verdict = x->verdict,
        .weight = x->weight,
        .evidence = texts_keep(r->texts, x->evidence),
        .remedy = texts_keep(r->texts, x->remedy),
        .age_ms = x->read_ms && age > INT32_MIN && age < INT32_MAX ? (int32_t)age : INT32_MAX,
    };
}

const char *readiness_evidence(const struct readiness *r, enum readiness_check c)
{
    return r->texts->bytes + r->results[c].evidence;
}

const char *readiness_remedy(const struct readiness *r, enum readiness_check c)
{
    return r->texts->bytes + r->results[c].remedy;
}

int64_t readiness_read_ms(const struct readiness *r, enum readiness_check c)
{
    int32_t age = r->results[c].age_ms;
    return age == INT32_MAX ? 0 : r->at_ms - age;
}

struct readiness *readiness_ref(struct readiness *r)
{
    if (r)
        atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
    return r;
}

void readiness_unref(struct readiness *r)
{
    if (!r || atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
        return;
    texts_unref(r->texts);
    free(r);
}

/* ---- what it comes to ------------------------------------------------------------ */

static enum readiness_word word_of_bad(const struct readiness *r, enum readiness_check c)
{
    enum readiness_weight weight = r->results[c].weight;
    switch (readiness_severity(c, r->purpose)) {
    case SEVERITY_NONE:
        return READINESS_NA;
    case SEVERITY_WARNS:
        return READINESS_WARN;
    case SEVERITY_BLOCKS:
        return weight == READINESS_MILD ? READINESS_WARN : READINESS_BLOCK;
    case SEVERITY_BLOCKS_UNFORCED:
        break;
    }
    if (weight == READINESS_FIRM)
        return READINESS_BLOCK;
    return r->forced || weight == READINESS_MILD ? READINESS_WARN : READINESS_BLOCK;
}

enum readiness_word readiness_word(const struct readiness *r, enum readiness_check c)
{
    if (readiness_severity(c, r->purpose) == SEVERITY_NONE)
        return READINESS_NA;
    switch (r->results[c].verdict) {
    case READINESS_PASS:
        return READINESS_OK;
    case READINESS_BAD:
        return word_of_bad(r, c);
    case READINESS_UNKNOWN:
        return READINESS_NOT_KNOWN;
    case READINESS_SKIPPED:
        break;
    }
    return READINESS_NA;
}

const char *readiness_word_name(enum readiness_word w)
{
    static const char *const names[] = {[READINESS_OK] = "ok",
                                        [READINESS_WARN] = "warning",
                                        [READINESS_BLOCK] = "blocked",
                                        [READINESS_NOT_KNOWN] = "unknown",
                                        [READINESS_NA] = "-"};
    return names[w];
}

int readiness_count(const struct readiness *r, enum readiness_word w)
{
    int n = 0;
    for (int c = 0; c < READINESS_COUNT; c++)
        n += readiness_word(r, (enum readiness_check)c) == w;
    return n;
}

/* Every blocker by its key; its evidence as long as there is room for the keys
 * of those that follow. */
static void list_blockers(const struct readiness *r, char *dst, size_t size, int count)
{
    size_t len = 0, keys = (size_t)count * 12;
    dst[0] = '\0';
    for (int c = 0; c < READINESS_COUNT; c++) {
        if (readiness_word(r, (enum readiness_check)c) != READINESS_BLOCK)
            continue;
        const char *evidence = readiness_evidence(r, (enum readiness_check)c);
        keys -= 12;
        bool whole = len + 12 + strlen(evidence) + keys < size;
        int n = snprintf(dst + len, size - len, "%s%s%s%s", len ? "; " : "", CHECKS[c].key,
                         whole && *evidence ? " " : "", whole ? evidence : "");
        len += (size_t)n < size - len ? (size_t)n : size - len - 1;
    }
}

enum pc_err readiness_verdict(const struct readiness *r, const char *group, struct pc_error *err)
{
    char list[400];
    int count = readiness_count(r, READINESS_BLOCK), first = 0;
    if (count == 0)
        return PC_OK;
    list_blockers(r, list, sizeof(list), count);
    while (readiness_word(r, (enum readiness_check)first) != READINESS_BLOCK)
        first++;
    return pc_error_set(err, PC_ERR_STATE, readiness_remedy(r, (enum readiness_check)first),
                        "%.70s is not ready for %s, %d check%s: %s", group,
                        PURPOSES[r->purpose].word, count, count == 1 ? " blocks" : "s block", list);
}

bool readiness_valid(const struct readiness *r, int64_t metadata_version, int64_t now_ms)
{
    return r && r->metadata_version == metadata_version && now_ms >= r->at_ms &&
           now_ms - r->at_ms < READINESS_VALID_MS;
}

/* ---- as a reply -------------------------------------------------------------------- */

static void put_time(json_t *o, const char *key, int64_t ms)
{
    char iso[CLOCK_ISO_SIZE];
    json_put_text(o, key, ms ? clock_iso(iso, ms) : NULL);
}

static json_t *check_to_json(const struct readiness *r, enum readiness_check c)
{
    static const char *const severities[] = {[SEVERITY_NONE] = "none",
                                             [SEVERITY_WARNS] = "warns",
                                             [SEVERITY_BLOCKS] = "blocks",
                                             [SEVERITY_BLOCKS_UNFORCED] = "blocks unless forced"};
    json_t *o = json_object();
    json_put_text(o, "check", CHECKS[c].key);
    json_put_text(o, "title", CHECKS[c].title);
    json_put_text(o, "status", readiness_word_name(readiness_word(r, c)));
    json_put_text(o, "severity", severities[readiness_severity(c, r->purpose)]);
    json_put_text(o, "evidence", readiness_evidence(r, c));
    json_put_text(o, "remedy", readiness_remedy(r, c));
    put_time(o, "read_at", readiness_read_ms(r, c));
    return o;
}

json_t *readiness_to_json(const struct readiness *r, const char *group)
{
    json_t *o = json_object(), *checks = json_array();
    int blockers = readiness_count(r, READINESS_BLOCK);
    json_put_text(o, "operation", PURPOSES[r->purpose].name);
    json_put_text(o, "group", group);
    put_time(o, "at", r->at_ms);
    json_put_flag(o, "forced", r->forced);
    json_put_flag(o, "ready", blockers == 0);
    json_put_int(o, "blockers", blockers);
    json_put_int(o, "warnings", readiness_count(r, READINESS_WARN) +
                                    readiness_count(r, READINESS_NOT_KNOWN));
    for (int c = 0; c < READINESS_COUNT; c++)
        if (readiness_severity((enum readiness_check)c, r->purpose) != SEVERITY_NONE)
            json_array_append_new(checks, check_to_json(r, (enum readiness_check)c));
    json_put(o, "checks", checks);
    return o;
}
