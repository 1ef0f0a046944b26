/*
 * store: what must outlive the process, in one SQLite file.
 *
 * Groups, operations with their plan and steps, the ledger of what they made,
 * events, and the lease that lets one engine execute. It stands behind this
 * header alone, so that another database can take its place. WAL,
 * synchronous=FULL: when store_commit() returns PC_OK the intent is durable.
 *
 * One struct store belongs to one thread. Other processes may have the same
 * file open: reads see whole transactions; a write that finds the database
 * busy waits up to 5 s and then fails with STORE, naming who holds it. Errors
 * name the file and the remedy (disk full, read-only, newer schema, corrupt). A
 * row that is not understood is such an error, and names the row.
 */
#ifndef PC_STORE_STORE_H
#define PC_STORE_STORE_H

#include "backend/base/error.h"
#include "backend/model/group.h"
#include "backend/model/operation.h"
#include "backend/model/snapshot.h"

struct store;

enum store_mode { STORE_READ_WRITE, STORE_READ_ONLY };
/* Opens DIR/history.db, making DIR (0700) and the file (0600) and migrating an
 * older schema. FORBIDDEN: not writable; SCHEMA: newer than this program. A
 * READ_ONLY store of a directory without a file is empty. */
enum pc_err store_open(const char *dir, enum store_mode mode, struct store **ret,
                       struct pc_error *err);
/* NULL is fine; rolls back what is open and releases the lease. A child of
 * fork() must not use, nor close, what its parent opened. */
void store_close(struct store *s);

/* One write transaction. Begin takes the write lock. commit verifies the lease
 * when this store holds one: CONFLICT when another engine has taken over, and
 * then nothing is written, now and until the lease is taken anew. Begin is not
 * recursive. A write outside of begin is a transaction of its own.
 *
 * A write that fails dooms the transaction: it is rolled back at once, and the
 * writes that follow and the commit fail with the same error. After a commit
 * that failed with STORE (the disk) the next start may find it done or not
 * done, never half. */
enum pc_err store_begin(struct store *s, struct pc_error *err);
enum pc_err store_commit(struct store *s, struct pc_error *err);
void store_rollback(struct store *s);
/* Between store_begin and its end: what is read then may never be committed. */
bool store_writing(const struct store *s);

/* STORE: what is open is not what stands at its name any more: the file or its log
 * was deleted, moved or replaced since. Nothing is written then, for nobody would
 * find it. Put back, it is as before. err may be NULL. About 3 us. */
enum pc_err store_in_place(struct store *s, struct pc_error *err);

/* STORE, with who and what to do: the write lock is held by a process that is stopped
 * (SIGSTOP, a job that sleeps in a shell, a debugger). Nobody can write, nor take the
 * lease, until it goes on or is killed; then everything goes on by itself. Tries to get
 * the lock, without waiting for it, and where it is kept asks the kernel by whom; OK also when
 * that does not tell. */
enum pc_err store_stopped_writer(struct store *s, struct pc_error *err);

/* Counters that grow when somebody else wrote: a group; what the state of a
 * group follows from; anything. A heartbeat of the lease counts nowhere. About
 * 1 us while nobody did; our own writes are seen with the next of somebody
 * else's. On an error the last ones, so that a failing disk is no news. */
struct store_changes {
    int64_t protection, state, history;
};
struct store_changes store_changes(struct store *s);
/* Readable once anybody, we included, has written; -1: looking is the only way
 * here. Lent, made by the first call. */
int store_notice_fd(struct store *s);
void store_notice_take(struct store *s); /* it is quiet again until the next write */
/* The counter of groups with our own writes in it, and which file it is: what was
 * written of the same stamp is of the same groups. "" on an error. */
enum { STORE_STAMP_SIZE = 64 };
const char *store_protection_stamp(struct store *s, char dst[STORE_STAMP_SIZE]);
/* The same of the real operations that have ended. */
const char *store_ended_stamp(struct store *s, char dst[STORE_STAMP_SIZE]);

/* ---- the lease ---------------------------------------------------------- */
struct lease {
    char holder[NAME_SIZE]; /* "pid 4711 on host" */
    int64_t pid;
    int64_t fencing;      /* grows with every taking */
    int64_t heartbeat_ms; /* wall clock */
    bool held;            /* somebody holds it, and is alive as far as we see */
    bool mine;
};
enum { LEASE_EXPIRES_MS = 10000 };
/* Takes it when free, expired (heartbeat older than LEASE_EXPIRES_MS) or its
 * holder on this host is dead; BUSY with the holder named otherwise. */
enum pc_err store_lease_take(struct store *s, int64_t now_ms, struct pc_error *err);
/* Renews; CONFLICT when it is no longer ours. */
enum pc_err store_lease_renew(struct store *s, int64_t now_ms, struct pc_error *err);
void store_lease_release(struct store *s);
enum pc_err store_lease_read(struct store *s, int64_t now_ms, struct lease *ret,
                             struct pc_error *err);

/* ---- groups ------------------------------------------------------------- */
/* By id, inserted or replaced. EXISTS: another group has the name. */
enum pc_err store_group_save(struct store *s, const struct group *g, struct pc_error *err);
/* NOT_FOUND. Operations and events of the group stay. */
enum pc_err store_group_delete(struct store *s, const char *id, struct pc_error *err);
/* NOT_FOUND. The caller unrefs. */
enum pc_err store_group_load(struct store *s, const char *id, struct group **ret,
                             struct pc_error *err);
/* *ret: array of references, sorted by name; caller unrefs each and frees. */
/* What a group was until then, under its metadata_version; the last
 * STORE_VERSIONS_KEPT stay. A group's go with it. */
enum { STORE_VERSIONS_KEPT = 50 };
enum pc_err store_version_keep(struct store *s, const struct group *was, int64_t until_ms,
                               struct pc_error *err);
/* The newest one that is older than `below`. NOT_FOUND: none is. */
enum pc_err store_version_before(struct store *s, const char *id, int64_t below,
                                 struct group **ret, int64_t *ret_until_ms, struct pc_error *err);
enum pc_err store_groups(struct store *s, struct group ***ret, size_t *ret_count,
                         struct pc_error *err);
/* Of every group which metadata_version it has, without reading the rest of it. */
enum pc_err store_group_versions(struct store *s,
                                 void (*each)(void *arg, const char *id, int64_t version),
                                 void *arg, struct pc_error *err);

/* ---- operations --------------------------------------------------------- */
/* Inserts the whole: header, plan, steps, ledger. EXISTS: the id; BUSY: another
 * operation runs on the group (other than the parent), which is named.
 * TOO_LARGE: a JSON value over 1 MiB. */
enum pc_err store_op_insert(struct store *s, const struct operation *op, struct pc_error *err);
/* Header only (status, verdict, progress, times, error, warnings...).
 * NOT_FOUND. A cancel that was asked for meanwhile stays asked for. */
enum pc_err store_op_save(struct store *s, const struct operation *op, struct pc_error *err);
/* One step's state; one ledger entry (by step index, inserted or replaced). */
enum pc_err store_step_save(struct store *s, const struct operation *op, int step,
                            struct pc_error *err);
enum pc_err store_ledger_save(struct store *s, const struct operation *op,
                              const struct ledger_entry *e, struct pc_error *err);
/* NOT_FOUND when there is none; a unique prefix of an id (>= 6 chars after
 * "op-") also finds, AMBIGUOUS when it is not unique. Caller frees. */
enum pc_err store_op_load(struct store *s, const char *id, struct operation **ret,
                          struct pc_error *err);

struct op_filter {
    const char *group; /* name or id; NULL any */
    int type;          /* enum op_type, -1 any */
    bool open_only;    /* not at rest, or at rest with cleanup still due (a cleaned
                          or completed operation has none due) */
    bool headers_only; /* plan NULL, without steps and ledger */
    int limit;         /* 0: no limit */
    const char *before; /* whole operation id: only older ones (paging); NULL */
};
/* Newest inserted first, whatever the clock said. *ret: array, caller frees each
 * with operation_free and the array. NOT_FOUND: `before` is not there. */
enum pc_err store_ops(struct store *s, const struct op_filter *f, struct operation ***ret,
                      size_t *ret_count, struct pc_error *err);
/* What an operation says of its group, without plan, steps and ledger. */
struct op_summary {
    char group_id[OP_ID_SIZE], id[OP_ID_SIZE];
    enum op_type type;
    enum op_status status;
    enum op_verdict verdict;
    bool cleanup_due, holds; /* holds: its ledger has an entry that is not gone */
    bool left;               /* a move: the same, of what it made and knows the id of */
    bool stopped;            /* operation_stopped() */
    int64_t created_ms, started_ms, completed_ms;
    int64_t undo_ms;         /* a drill: when its cleanup began; 0 not yet */
    bool forced;             /* a failover that did not ask the primary */
    char serving[NAME_SIZE]; /* a resolve: the site that was said to serve; "" else */
    char follows[OP_ID_SIZE]; /* a failover: the one that it goes on from; "" none */
};
/* By group, oldest first: all but drills, their cleanups and syncs; of those
 * what is open or holds something, and the newest drill that ended. One query.
 * group_id NULL: of all groups, those that were deleted among them. *ret is the
 * caller's to free, NULL when there is none. */
enum pc_err store_op_facts(struct store *s, const char *group_id, struct op_summary **ret,
                           size_t *ret_count, struct pc_error *err);
/* What people call it: its type's name ("test_failover") and its group's; both ""
 * when there is no operation of that whole id. One row, not the plan. */
struct op_label {
    char type[32], group[NAME_SIZE];
};
enum pc_err store_op_label(struct store *s, const char *id, struct op_label *ret,
                           struct pc_error *err);
/* Asks another process's engine to stop an operation; needs no lease. id as for
 * load. STATE: it does not run. */
enum pc_err store_op_ask_cancel(struct store *s, const char *id, struct pc_error *err);

/* ---- answers ------------------------------------------------------------ */
struct store_answer {
    char word[16]; /* "continue", "stop"; "" none was given */
    int64_t at_ms; /* wall clock */
};
/* The last one given to the question of a step counts. Needs no lease. */
enum pc_err store_answer_save(struct store *s, const char *op_id, const char *step,
                              const struct store_answer *a, struct pc_error *err);
/* PC_OK with word "" when there is none. */
enum pc_err store_answer_load(struct store *s, const char *op_id, const char *step,
                              struct store_answer *ret, struct pc_error *err);

/* ---- events ------------------------------------------------------------- */
/* Sets e->seq (which a rollback makes void). Append-only: nothing ever changes
 * or deletes an event. INVALID: another level than info, warn, error. */
enum pc_err store_event_add(struct store *s, struct event *e, struct pc_error *err);
/* Oldest first, those with seq > since, at most limit (the newest of them; 0: no
 * limit). op_id: a whole id, NULL: of all. */
enum pc_err store_events(struct store *s, const char *op_id, int64_t since, int limit,
                         struct event **ret, size_t *ret_count, struct pc_error *err);

/* A page of all events, oldest first: with `after` the first ones after that seq,
 * so that nothing is left out by whoever follows; with `before` the last ones
 * before it; with neither (0) the newest. limit: at least 1. */
enum pc_err store_event_page(struct store *s, int64_t after, int64_t before, int limit,
                             struct event **ret, size_t *ret_count, struct pc_error *err);

/* ---- what earlier runs took --------------------------------------------- */
/* Median ms a phase took in the group's last ten passed drills, their completed
 * cleanups included; 0 unknown. */
enum pc_err store_usual(struct store *s, const char *group_id, int64_t ret[PHASE_COUNT],
                        struct pc_error *err);

/* How long single steps took that were done, of the operations that were begun
 * last, newest operation first, at most `limit`. *ret: caller frees. */
struct step_sample {
    enum step_kind kind;
    int64_t size_gib; /* of what it worked on, 0 none */
    int64_t ms;
    int attempts; /* from 1 on */
};
enum pc_err store_step_samples(struct store *s, int limit, struct step_sample **ret,
                               size_t *ret_count, struct pc_error *err);

#endif
