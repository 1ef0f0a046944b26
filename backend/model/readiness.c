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

/* Written at its end only, by the one thread that evaluates: what others read of it
 * stays where it is, and as it is. One that is full is let go of. */
enum { BOOK_LINES = UINT8_MAX, BOOK_SIZE = 8000, BOOK_MOST = UINT16_MAX };
_Static_assert(READINESS_COUNT * sizeof(struct readiness_result) < BOOK_MOST, "all that can be said");
struct readiness_book {
    atomic_int refs;
    size_t count;       /* of lines; the first is of what was never put */
    size_t len, size;   /* of the texts: one after the other, each with its NUL, "" first */
    struct readiness_kept lines[BOOK_LINES];
    char texts[];
};

static struct readiness_book *book_new(size_t size)
{
    struct readiness_book *b = xmalloc(sizeof(*b) + size);
    atomic_init(&b->refs, 1);
    b->count = b->len = 1;
    b->size = size;
    b->lines[0] = (struct readiness_kept){.verdict = READINESS_PASS};
    b->texts[0] = '\0';
    return b;
}

static void book_unref(struct readiness_book *b)
{
    if (atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) == 1)
        free(b);
}

/* Where the text begins; false: there is no room for it. */
static bool book_text(struct readiness_book *b, const char *text, uint16_t *ret)
{
    size_t size = strlen(text) + 1, at = 0;
    while (at < b->len && strcmp(b->texts + at, text) != 0)
        at += strlen(b->texts + at) + 1;
    if (at == b->len && b->len + size > b->size)
        return false;
    if (at == b->len) {
        memcpy(b->texts + at, text, size);
        b->len += size;
    }
    *ret = (uint16_t)at;
    return true;
}

static bool says(const struct readiness_book *b, const struct readiness_kept *k,
                 const struct readiness_result *x)
{
    return k->verdict == x->verdict && k->weight == x->weight && k->read_ms == x->read_ms &&
           strcmp(b->texts + k->evidence, x->evidence) == 0 &&
           strcmp(b->texts + k->remedy, x->remedy) == 0;
}

/* The line that says it; false: there is no room for one. */
static bool book_line(struct readiness_book *b, const struct readiness_result *x, uint8_t *ret)
{
    struct readiness_kept line = {.verdict = x->verdict, .weight = x->weight, .read_ms = x->read_ms};
    size_t i = 0;
    while (i < b->count && !says(b, &b->lines[i], x))
        i++;
    if (i == b->count) {
        if (i == BOOK_LINES || !book_text(b, x->evidence, &line.evidence) ||
            !book_text(b, x->remedy, &line.remedy))
            return false;
        b->lines[b->count++] = line;
    }
    *ret = (uint8_t)i;
    return true;
}

static struct readiness_result told(const struct readiness_book *b, uint8_t line)
{
    const struct readiness_kept *k = &b->lines[line];
    struct readiness_result x = {.verdict = k->verdict, .weight = k->weight, .read_ms = k->read_ms};
    snprintf(x.evidence, sizeof(x.evidence), "%s", b->texts + k->evidence);
    snprintf(x.remedy, sizeof(x.remedy), "%s", b->texts + k->remedy);
    return x;
}

/* To a book of its own, with what it says so far. */
static void move_out(struct readiness *r, size_t size)
{
    struct readiness_book *was = r->book;
    r->book = book_new(size);
    for (int c = 0; c < READINESS_COUNT; c++) {
        struct readiness_result x = told(was, r->lines[c]);
        book_line(r->book, &x, &r->lines[c]); /* what had room in the other has in this */
    }
    book_unref(was);
}

static bool has_room(const struct readiness_book *b)
{
    return b->count + READINESS_COUNT <= BOOK_LINES && b->len + BOOK_SIZE / 4 <= b->size;
}

struct readiness *readiness_new(const struct readiness *beside)
{
    struct readiness *r = xcalloc(1, sizeof(*r));
    bool shared = beside && has_room(beside->book);
    atomic_init(&r->refs, 1);
    r->book = shared ? beside->book : book_new(BOOK_SIZE);
    if (shared)
        atomic_fetch_add_explicit(&r->book->refs, 1, memory_order_relaxed);
    return r;
}

void readiness_put(struct readiness *r, enum readiness_check c, const struct readiness_result *x)
{
    uint8_t line = 0;
    static const size_t sizes[] = {BOOK_SIZE, BOOK_MOST};
    bool kept = book_line(r->book, x, &line);
    for (size_t i = 0; !kept && i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        move_out(r, sizes[i]);
        kept = book_line(r->book, x, &line);
    }
    r->lines[c] = line;
}

void readiness_put_same(struct readiness *r, enum readiness_check c, const struct readiness *other)
{
    if (r->book == other->book) {
        r->lines[c] = other->lines[c];
        return;
    }
    struct readiness_result x = told(other->book, other->lines[c]);
    readiness_put(r, c, &x);
}

const struct readiness_kept *readiness_kept(const struct readiness *r, enum readiness_check c)
{
    return &r->book->lines[r->lines[c]];
}

const char *readiness_evidence(const struct readiness *r, enum readiness_check c)
{
    return r->book->texts + readiness_kept(r, c)->evidence;
}

const char *readiness_remedy(const struct readiness *r, enum readiness_check c)
{
    return r->book->texts + readiness_kept(r, c)->remedy;
}

int64_t readiness_read_ms(const struct readiness *r, enum readiness_check c)
{
    return readiness_kept(r, c)->read_ms;
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
    book_unref(r->book);
    free(r);
}

/* ---- what it comes to ------------------------------------------------------------ */

static enum readiness_word word_of_bad(const struct readiness *r, enum readiness_check c)
{
    enum readiness_weight weight = readiness_kept(r, c)->weight;
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
    switch (readiness_kept(r, c)->verdict) {
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
