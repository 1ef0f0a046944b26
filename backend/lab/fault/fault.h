/*
 * fault: the menu of things that go wrong, set while the lab runs.
 *
 * A fault matches calls by site, service, verb, path glob and the nth match,
 * for a count of calls, and does one thing to each: before the call is applied
 * (the world does not change) or after (it did, and the client may not learn
 * it). Some strike no call but last: how an array replicates is different for
 * as long as they are set (faults_state). Guarded by the world's lock; forgotten
 * when the lab ends.
 */
#ifndef PC_LAB_FAULT_H
#define PC_LAB_FAULT_H

#include "backend/lab/call.h"

struct fault_action;

struct fault_hit {
    const struct fault_action *action; /* NULL: no fault */
    long value, retry_after;
    char message[256];
};

struct faults *faults_new(void);
void faults_free(struct faults *f);

/* {"site","service","verb","path","body","nth","count","do":"status=503",
 *  "retry-after","message","group","volume"}; all but "do" optional. body: a
 * text that the request's body must have in it. group (a glob) and volume (a
 * Cinder id) are for faults that last. */
enum pc_err faults_add(struct faults *f, const json_t *doc, int64_t *ret_id,
                       struct pc_error *err);
json_t *faults_list(const struct faults *f);
/* id 0 removes all; returns how many went. */
size_t faults_clear(struct faults *f, int64_t id);

/* Counts the located call against every fault; the first that strikes is *ret. */
void faults_match(struct faults *f, const struct call *c, struct fault_hit *ret);
/* A fault that lasts. */
struct fault_state {
    int64_t since; /* wall ms: when it was set */
    long value;
    char volume[64]; /* "": whichever the fault means by that */
};
/* Whether one of that name is set for a protection group of the site's array
 * (NULL: for the array). */
bool faults_state(const struct faults *f, const char *name, int site, const char *group,
                  struct fault_state *ret);
/* True: the reply is decided and the call must not be applied. */
bool fault_before(struct call *c, const struct fault_hit *hit);
void fault_after(struct call *c, const struct fault_hit *hit);
/* One line an action, for help. */
void fault_actions_help(FILE *out);

#endif
