/*
 * readiness: what must hold before an operation, one row a check.
 *
 * The table says how grave a check is for each operation; an evaluation is a
 * pure function of the facts that were read (JSON objects, see
 * backend/engine/readiness_*.c) and tells the evidence, its age and the remedy.
 * A result decays: it is worth nothing after READINESS_VALID_MS, after an edit
 * of the group, or when a site was seen to differ from what it was made of.
 * Pure.
 */
#ifndef PC_MODEL_READINESS_H
#define PC_MODEL_READINESS_H

#include "backend/base/error.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* BLOCKS_UNFORCED: blocks, but a forced failover goes on with a warning. */
enum severity { SEVERITY_NONE, SEVERITY_WARNS, SEVERITY_BLOCKS, SEVERITY_BLOCKS_UNFORCED };
enum readiness_for { READY_FOR_TEST, READY_FOR_FAILOVER, READY_FOR_FAILBACK, READY_FOR_COUNT };
const char *readiness_for_name(enum readiness_for f); /* "test_failover" ... */
enum readiness_for readiness_for_parse(const char *name); /* READY_FOR_COUNT: none */

/*     symbol        key         title                                    test failover failback */
#define READINESS_LIST(X)                                                                          \
    X(R_SITE,    "R-SITE",    "both sites answer",                          BLOCKS, BLOCKS_UNFORCED, BLOCKS)  \
    X(R_PGST,    "R-PGST",    "the group's state allows it",                BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_MEM,     "R-MEM",     "every member exists on the primary",         BLOCKS, BLOCKS_UNFORCED, BLOCKS)  \
    X(R_PLAN,    "R-PLAN",    "it can be planned as it is asked for",     BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_POL,     "R-POL",     "the arrays let us in",                       BLOCKS, BLOCKS_UNFORCED, BLOCKS)  \
    X(R_SNAP,    "R-SNAP",    "a complete recovery point has every volume", BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_RPO,     "R-RPO",     "the recovery point is young enough",         WARNS,  WARNS,           WARNS)   \
    X(R_REPL,    "R-REPL",    "replication works",                          BLOCKS, BLOCKS_UNFORCED, BLOCKS)  \
    X(R_CKPT,    "R-CKPT",    "no transfer was interrupted",                WARNS,  WARNS,           BLOCKS)  \
    X(R_TYPE,    "R-TYPE",    "every volume is of a replicated type",       BLOCKS, BLOCKS_UNFORCED, BLOCKS)  \
    X(R_META,    "R-META",    "both sites know the same of the group",      BLOCKS, BLOCKS_UNFORCED, BLOCKS)  \
    X(R_NET,     "R-NET",     "every network has a counterpart",            BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_IP,      "R-IP",      "the addresses are free over there",          WARNS,  WARNS,           WARNS)   \
    X(R_PRODNET, "R-PRODNET", "a drill stays apart from production",        BLOCKS, NONE,            NONE)    \
    X(R_FLV,     "R-FLV",     "every flavor has a counterpart",             BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_SG,      "R-SG",      "the security groups exist by name",          WARNS,  WARNS,           WARNS)   \
    X(R_QUOTA,   "R-QUOTA",   "the quotas have room for all of it",         BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_CAP,     "R-CAP",     "hosts and pools have room",                  WARNS,  WARNS,           WARNS)   \
    X(R_ROLE,    "R-ROLE",    "our credentials may make and stop",         BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_MANAGE,  "R-MANAGE",  "volumes may be managed into Cinder",         BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_HOST,    "R-HOST",    "the target's volume service is up",          BLOCKS, BLOCKS,          WARNS)   \
    X(R_IMG,     "R-IMG",     "every image is on the target",               BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_BOOT,    "R-BOOT",    "boot volumes are bootable",                  WARNS,  WARNS,           WARNS)   \
    X(R_LOCK,    "R-LOCK",    "no other operation holds the group",         BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_MAXT,    "R-MAXT",    "a place for another drill is free",          WARNS,  NONE,            NONE)    \
    X(R_LINK,    "R-LINK",    "the arrays are connected",                   WARNS,  WARNS,           BLOCKS)  \
    X(R_SAFE,    "R-SAFE",    "nothing is in a pod or a ratcheted group",   BLOCKS, BLOCKS,          BLOCKS)  \
    X(R_LEFT,    "R-LEFT",    "nothing is left of an earlier operation",    WARNS,  WARNS,           WARNS)   \
    X(R_SPLIT,   "R-SPLIT",   "no member runs at the other site",           BLOCKS, BLOCKS_UNFORCED, BLOCKS)  \
    X(R_TIME,    "R-TIME",    "the clocks agree",                           WARNS,  WARNS,           WARNS)

enum readiness_check {
#define READINESS_ENUM(symbol, key, title, test, failover, failback) symbol,
    READINESS_LIST(READINESS_ENUM)
#undef READINESS_ENUM
    READINESS_COUNT
};
const char *readiness_key(enum readiness_check c);
const char *readiness_title(enum readiness_check c);
enum severity readiness_severity(enum readiness_check c, enum readiness_for f);

/* PASS; BAD: warns or blocks by its severity; UNKNOWN: could not be read, which
 * warns; SKIPPED: does not apply here (a mock has no array). */
enum readiness_verdict { READINESS_PASS, READINESS_BAD, READINESS_UNKNOWN, READINESS_SKIPPED };
/* How grave a BAD is, where what was found differs from what the table says of
 * its check: MILD only warns (a flavor that is there, but smaller), FIRM is not
 * for force to get past (the target itself does not answer). */
enum readiness_weight { READINESS_TABLED, READINESS_MILD, READINESS_FIRM };
/* As a check makes it. */
struct readiness_result {
    enum readiness_verdict verdict;
    enum readiness_weight weight;
    char evidence[240]; /* "8 instances wanted, 2 of 10 left" */
    char remedy[400];
    int64_t read_ms; /* wall clock of the oldest fact behind it; 0 none */
};
/* As it is kept: in a book that several evaluations have in common, where
 * what equals is one line, and each text stands only once. */
struct readiness_kept {
    enum readiness_verdict verdict : 8;
    enum readiness_weight weight : 8;
    uint16_t evidence, remedy; /* where they begin among the book's texts */
    int64_t read_ms;
};
struct readiness_book;

enum { READINESS_VALID_MS = 300000 };
/* One evaluation of a group for one operation. Immutable, shared by reference. */
struct readiness {
    atomic_int refs;
    int64_t metadata_version; /* of the group when it was made */
    enum readiness_for purpose;
    bool forced;
    int64_t at_ms; /* wall clock */
    uint8_t lines[READINESS_COUNT]; /* of the book */
    struct readiness_book *book;
};
/* `beside`: another evaluation, made by this thread; where it says the same, that is
 * shared. NULL: there is none. */
struct readiness *readiness_new(const struct readiness *beside);
/* While it is made, by that thread; what was never put has passed. */
void readiness_put(struct readiness *r, enum readiness_check c, const struct readiness_result *x);
/* What the other one says there. */
void readiness_put_same(struct readiness *r, enum readiness_check c, const struct readiness *other);
/* Lent. */
const struct readiness_kept *readiness_kept(const struct readiness *r, enum readiness_check c);
/* Lent, "" none. */
const char *readiness_evidence(const struct readiness *r, enum readiness_check c);
const char *readiness_remedy(const struct readiness *r, enum readiness_check c);
int64_t readiness_read_ms(const struct readiness *r, enum readiness_check c); /* 0 none */
struct readiness *readiness_ref(struct readiness *r);
void readiness_unref(struct readiness *r); /* NULL is fine */

/* What a row says together with its severity here. */
enum readiness_word { READINESS_OK, READINESS_WARN, READINESS_BLOCK, READINESS_NOT_KNOWN, READINESS_NA };
enum readiness_word readiness_word(const struct readiness *r, enum readiness_check c);
const char *readiness_word_name(enum readiness_word w); /* "ok" "warning" "blocked" "unknown" "-" */
/* PC_OK, or STATE (not ready) that names every check that blocks, the remedy of
 * the first, and how many there are. */
enum pc_err readiness_verdict(const struct readiness *r, const char *group, struct pc_error *err);
/* Whether it is still worth anything. */
bool readiness_valid(const struct readiness *r, int64_t metadata_version, int64_t now_ms);
/* How many checks say so. */
int readiness_count(const struct readiness *r, enum readiness_word w);
/* {operation, group, at, forced, ready, blockers, warnings, checks[{check, title,
 * status, severity, evidence, remedy, read_at}]}; `warnings` counts the unknown
 * ones, too; a check that is not for this operation is left out. */
json_t *readiness_to_json(const struct readiness *r, const char *group);

#endif
