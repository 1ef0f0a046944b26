/*
 * run: an operation being executed, and its steps.
 *
 * run.c moves the operation through its statuses, executor.c its steps, and
 * the files in steps/ know how each kind acts. Engine thread only.
 *
 * A step that makes something goes through three stages:
 *   FIND   an earlier try may have made it: look for the mark   (kind->find)
 *   BEGIN  ask for it; the intent is in the journal already     (kind->begin)
 *   CHECK  read the world until it is as wanted                 (kind->check)
 * A first try starts at BEGIN. Whenever the outcome of BEGIN is unknown (time
 * out, reset, 5xx, or this process died), it goes to FIND before asking again.
 */
#ifndef PC_ENGINE_RUN_H
#define PC_ENGINE_RUN_H

#include "backend/engine/inside.h"

enum stage { STAGE_NONE, STAGE_FIND, STAGE_BEGIN, STAGE_CHECK };

struct step_run {
    struct run *run;
    int index; /* in the plan */
    enum stage stage;
    int waits;   /* dependencies not over yet */
    int *next;   /* steps that wait for this one; owned by the run's arena */
    int next_count;
    bool launching; /* chosen this turn: acts after the flush */
    bool asks_again; /* launched to create once more, after looking */
    bool overdue;    /* its time is over, but its create is still under way */
    bool dirty;
    int looks, begins, polls;
    bool refused; /* the service said no to the only try: nothing can come late */
    int64_t stage_ms, trouble_ms; /* mono: stage entered; since when errors only, 0 none */
    struct cloud_call *call;
    struct array_call *array_call;
    struct probe *probe;
    struct notify *notify;
    struct net_timer *timer, *deadline;
    int probe_next;   /* which of the addresses is tried next */
    char state[16];   /* a kind's own note between two callbacks */
    int64_t seen_bytes, seen_ms; /* a transfer: how far it was seen, and when (mono) it moved */
    void (*host_known)(struct step_run *s); /* see replica_host() */
    void (*repinned)(struct step_run *s);   /* see point_again() */
};

struct run {
    struct run *next;
    struct engine *e;
    struct operation *op;     /* owned */
    struct operation *parent; /* TEST_CLEANUP: the drill, owned; else NULL */
    struct site *source, *target;
    struct cloud *cloud; /* of the target, in the wanted project; lent */
    char volume_host[256]; /* Cinder's name of the target's array; "" not known yet */
    struct step_run *repinning; /* a clone that looks for another recovery point */
    struct arena arena;
    struct step_run *steps;
    int active;   /* steps in a stage */
    bool halting; /* a step failed or a stop was asked: begin nothing more */
    bool started, cleaning, finished;
    bool dirty;        /* the header */
    bool *ledger_dirty; /* parallel to ledger_of(run)->ledger */
    size_t ledger_dirty_room;
    int64_t checks_until_ms; /* mono: end of the health-check budget */
    struct event events[EVENT_TAIL];
    size_t event_count;
    struct event *unwritten; /* not yet journalled, however many */
    size_t unwritten_count, unwritten_room;
    int64_t usual_ms[PHASE_COUNT];
    struct outlook outlook;
    int64_t outlook_next_ms; /* mono: when it is worked out again */
};

/* ---- run.c ------------------------------------------------------------------ */
/* Takes the operation over; it is in the store already. */
struct run *run_adopt(struct engine *e, struct operation *op_take, struct pc_error *err);
void run_free(struct run *r);
struct run *run_find(struct engine *e, const char *op_id);
void runs_pump(struct engine *e);
void runs_launch(struct engine *e);
enum pc_err runs_resume(struct engine *e, struct pc_error *err);
/* Stops at the next safe point; a drill then cleans up. */
void run_cancel(struct run *r);
void run_event(struct run *r, const char *level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The operation whose ledger this run works on: its own, or the drill's. */
struct operation *ledger_of(const struct run *r);
struct ledger_entry *run_ledger(struct run *r, int maker_step); /* NULL: none */
void run_ledger_changed(struct run *r, const struct ledger_entry *e);
int run_steps_open(const struct run *r);

/* ---- outlook.c ---------------------------------------------------------------- */
/* From the history, once; without it habits are learned from here on. */
void habits_load(struct engine *e);
/* What a step took that was done at its first try. */
void habits_take(const struct step_run *s);
/* Of any operation, own or another engine's. */
void engine_outlook(const struct engine *e, const struct operation *op, struct outlook *ret);
/* Works them out once a second; what changed is published. */
void outlooks_turn(struct engine *e);

/* ---- journal.c -------------------------------------------------------------- */
enum pc_err journal_flush(struct engine *e, struct pc_error *err);

/* ---- executor.c: what a kind may say of its step ------------------------------ */
void steps_prepare(struct run *r);                 /* dependencies, from plan and states */
void steps_choose(struct run *r);                  /* ready ones, within the caps */
void step_launch(struct step_run *s);
void step_abort(struct step_run *s, enum step_status status, const char *why);
void step_release(struct step_run *s);

void step_made(struct step_run *s, const char *resource_id); /* -> CHECK */
void step_absent(struct step_run *s);                        /* FIND found nothing */
void step_again(struct step_run *s, const char *detail);     /* CHECK: not yet */
void step_done(struct step_run *s, const char *detail);
void step_fail(struct step_run *s, const struct pc_error *err);
/* Whether one more attempt of a health check may run now; false: it is called
 * again a little later. */
bool step_may_probe(struct step_run *s);
/* An answer that is no answer: decides between looking, asking again, failing. */
void step_trouble(struct step_run *s, const struct pc_error *err);

const struct plan_step *step_plan(const struct step_run *s);
struct step_state *step_state(const struct step_run *s);
/* What another step of the plan made, "" nothing. */
const char *step_resource(const struct step_run *s, const char *key);
/* "protector op=... step=..." into dst; the mark of everything we make. */
const char *step_mark(const struct step_run *s, const char *key, char *dst, size_t size);
/* {"protector:op", "protector:step"} and what rebuild goes by: type, group,
 * group_id, site_from, source. Caller decrefs. */
json_t *step_marks(const struct step_run *s, const char *key);

struct step_kind_ops {
    const char *makes; /* ledger type, NULL: nothing */
    const char *verb;  /* for people: "creating volume" */
    enum cloud_service service; /* whose cap counts */
    bool collects;     /* its failure does not halt the others */
    void (*find)(struct step_run *s);
    void (*begin)(struct step_run *s);
    void (*check)(struct step_run *s); /* NULL: begin says done */
};
const struct step_kind_ops *step_ops(enum step_kind k); /* steps.c */

#endif
