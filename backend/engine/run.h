/*
 * run: an operation being executed, and its steps.
 *
 * run.c moves the operation through its statuses, by the rules of its type
 * (rules.c); choose.c says which steps may begin, executor.c moves them, and the
 * files in steps/ know how each kind acts. Engine thread only.
 *
 * What a turn costs is what changed in it: steps that may begin stand in
 * queues, what is under way is counted as it begins and ends, and what is to be
 * journalled is listed. Nothing walks over all steps but the opening of a pass.
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
#include "backend/model/parts.h"
#include "backend/net/child.h"

enum stage { STAGE_NONE, STAGE_FIND, STAGE_BEGIN, STAGE_CHECK };

/* One of several calls that a step has under way at once. */
struct step_call {
    struct step_run *step;
    struct cloud_call *call; /* NULL: answered */
};

struct step_run {
    struct run *run;
    int index; /* in the plan */
    enum stage stage;
    int waits;   /* dependencies not over yet */
    int *next;   /* steps that wait for this one; owned by the run's arena */
    int next_count;
    bool launching; /* chosen this turn: acts after the flush */
    bool counted;   /* among the steps in flight of its site */
    bool probing;   /* among the attempts of health checks under way */
    bool blocked;   /* skipped because what it needs has failed */
    bool asks_again; /* launched to create once more, after looking */
    bool overdue;    /* its time is over, but its create is still under way */
    bool dirty;
    struct step_run *queue_next; /* of those that may begin, or of those chosen */
    int percent_told;            /* what of step_state's percent the run has counted */
    int looks, begins, polls;
    bool refused; /* the service said no to the only try: nothing can come late */
    int64_t stage_ms, trouble_ms; /* mono: stage entered; since when errors only, 0 none */
    struct cloud_call *call;
    struct step_call *beside; /* owned; NULL: it has one at a time */
    size_t beside_count;
    struct array_call *array_call;
    struct probe *probe;
    struct notify *notify;
    struct child *child;
    struct net_timer *timer, *deadline;
    int probe_next;   /* which of the addresses is tried next */
    char probed[48];  /* and which was tried last */
    struct pc_error *failing; /* why it fails, once the guest's console was read; owned, NULL */
    char state[16];   /* a kind's own note between two callbacks */
    /* A transfer: how far it was seen, and when (mono) it moved. A stop: when it was seen
     * first that the guest is there behind it. */
    int64_t seen_bytes, seen_ms;
    void (*host_known)(struct step_run *s); /* see replica_host() */
    void (*repinned)(struct step_run *s);   /* see point_again() */
};

struct step_queue {
    struct step_run *head, *tail;
};

/* How a type of operation runs. */
struct op_rules {
    bool one_pass;    /* all steps at once: it undoes what another did */
    bool undo_always; /* a drill cleans up when it passed, too */
    enum op_status working[PHASE_COUNT]; /* while that phase is not over */
    enum op_status passed;     /* at rest, all is well */
    enum op_status undoing;    /* while it takes back what it made itself */
    enum op_status undone;     /* at rest, nothing is left of it */
    const char *advice;        /* when something is left; ends before a name */
    enum { AGAIN_SAME, AGAIN_OWNER, AGAIN_GROUP } undo_again; /* whose name: the operation's,
                                  of whose ledger it is, the group's */
};
const struct op_rules *op_rules(enum op_type t); /* rules.c */

/* A ledger that a run works on: its own, or of what it takes back. */
struct ledger_book {
    struct operation *op; /* whose it is */
    int *entry_of;        /* index in the ledger by maker step, -1: none; the run's arena's */
    bool *dirty;          /* parallel to op->ledger; owned */
    size_t dirty_room;
    int *changed; /* indices in the ledger, each once; owned */
    size_t changed_count, changed_room;
};

struct run {
    struct run *next;
    struct engine *e;
    struct operation *op;     /* owned */
    struct operation *parent; /* whose ledger it works on, owned; NULL: its own */
    struct parts earlier;     /* those that the parent has followed: their ledgers, too; of a
                                 release, those that have made what it deletes */
    const struct op_rules *rules;
    struct site *source, *target;
    struct cloud *cloud; /* of the target, in the wanted project; lent */
    struct cloud *source_cloud; /* of the source; lent, NULL: not configured */
    char volume_host[256]; /* Cinder's name of the target's array; "" not known yet */
    struct step_run *repinning; /* a clone that looks for another recovery point */
    struct arena arena;
    struct step_run *steps;
    struct step_queue ready[2][CLOUD_SERVICES]; /* [at the source] */
    struct step_queue chosen; /* they act after the flush */
    struct {
        int open, over, total; /* steps not over; weights, of a phase_progress */
    } tally[PHASE_COUNT];
    int active;   /* steps in a stage */
    bool halting; /* a step failed or a stop was asked: begin nothing more */
    bool keeps;   /* a member's failure halts that member only */
    bool started, cleaning, finished;
    const struct site *held; /* it has to write there and may not: it stands still; NULL */
    bool opened;  /* the present pass has queued what it begins with */
    bool source_away, target_away; /* a step failed because that site does not answer */
    bool dirty;   /* the header */
    bool stirred; /* something changed since the last turn */
    int *dirty_steps; /* of the plan, each once; see step_run.dirty */
    size_t dirty_step_count, dirty_step_room;
    struct ledger_book *books; /* the first is ledger_of()'s; the arena's */
    size_t book_count;
    struct group *group_next; /* the group's record as the next flush writes it; owned */
    int64_t checks_until_ms; /* mono: end of the health-check budget */
    struct event events[EVENT_TAIL];
    size_t event_count;
    unsigned phases_begun, phases_ended; /* bits by phase: those that were told */
    struct {
        int total, done;
    } kinds[STEP_KIND_COUNT]; /* steps of each kind, for what is told of them */
    bool waits_told; /* that it waits for a place, or for a drill's cleanup */
    struct event *unwritten; /* not yet journalled, however many */
    size_t unwritten_count, unwritten_room;
    int64_t usual_ms[PHASE_COUNT];
    int *member_index;      /* member_index() of its plan and the group as it was; NULL */
    int64_t member_version; /* then: its metadata_version */
    struct op_view *view; /* what was published last; NULL: nothing yet */
    bool stale;           /* it has changed since */
    struct outlook outlook;
    int64_t outlook_next_ms; /* mono: when it is worked out again */
};

/* ---- run.c ------------------------------------------------------------------ */
/* Takes the operation over; it is in the store already. */
struct run *run_adopt(struct engine *e, struct operation *op_take, struct pc_error *err);
void run_free(struct run *r);
struct run *run_find(const struct engine *e, const char *op_id);
void runs_pump(struct engine *e);
void runs_launch(struct engine *e);
/* Stops at the next safe point; a drill then cleans up. */
void run_cancel(struct run *r);
/* It is to be published anew: whoever changes what screens show of it says so. */
void run_changed(struct run *r);
void run_event(struct run *r, const char *level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The operation whose ledger this run works on: its own, or the drill's. */
struct operation *ledger_of(const struct run *r);
/* Something that one of its ledgers has is not known to be gone. */
bool run_holds(const struct run *r);
struct ledger_entry *run_ledger(struct run *r, int maker_step); /* in it; NULL: none */
/* The ledger that a step works on: the run's first, unless its params name another
 * operation by `ledger`. */
struct ledger_book *step_book(const struct step_run *s);

/* ---- places.c: who may start, and what the others wait for ------------------------ */
/* Once a turn, before any is asked for. */
void places_count(struct engine *e);
bool place_free(const struct run *r);
void place_take(struct run *r);
/* Tells what it waits for, once. */
void place_wait(struct run *r);
/* The drill whose cleanup a failover waits for, "" none. */
const char *place_awaited_drill(const struct run *r);

/* ---- telling.c: what an operation says of itself as it goes ------------------ */
void telling_prepare(struct run *r);     /* from plan and states, once */
void telling_begins(struct run *r);      /* for the first time: what warned before */
void telling_waits(struct run *r, const char *for_what); /* once */
void telling_step_begun(struct step_run *s); /* the first of a phase begins it */
void telling_step_done(struct step_run *s);
void telling_phases_over(struct run *r);
/* A warning on the operation's record, and the event of it. */
void run_warn(struct run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- resume.c --------------------------------------------------------------- */
enum pc_err runs_resume(struct engine *e, struct pc_error *err);
/* Whether it may go on: not where what is left of it, or what would take it back,
 * writes to a site that is read-only by now. Then nothing at all is done: half of
 * a compensation is worse than none. */
void run_hold(struct run *r);

/* ---- outlook.c ---------------------------------------------------------------- */
/* From the history, once; without it habits are learned from here on. */
void habits_load(struct engine *e);
/* What a step took that was done at its first try. */
void habits_take(const struct step_run *s);
/* The pause before the next look at a step, ms: `otherwise`; shorter when it usually
 * is over about now, longer (to `most`) when it never was over so soon. */
int64_t habits_pause(const struct step_run *s, int64_t otherwise, int64_t most);
/* Of any operation, own or another engine's. */
void engine_outlook(const struct engine *e, const struct operation *op, struct outlook *ret);
/* Works them out once a second, of thousands of steps less often; what changed is
 * published. */
void outlooks_turn(struct engine *e);

/* ---- ending.c --------------------------------------------------------------- */
void run_set_status(struct run *r, enum op_status status);
void run_open_cleanup(struct run *r); /* the pass that takes back, or the only one */
void run_end_forward(struct run *r);  /* nothing is under way, and nothing begins */
void run_end_cleanup(struct run *r);
/* The group's record was swapped: what follows cannot be taken back any more. */
bool run_is_swapped(const struct run *r);

/* ---- journal.c -------------------------------------------------------------- */
void run_ledger_changed(struct run *r, const struct ledger_entry *e);
/* Takes the group's record over: it becomes durable with what else this turn
 * changes, so together with the step that says so. */
void run_write_group(struct run *r, struct group *g_take);
enum pc_err journal_flush(struct engine *e, struct pc_error *err);

void journal_step(struct step_run *s); /* its state is to be written */

/* ---- choose.c ------------------------------------------------------------------
 *
 * A step may begin when all that it waits for is over and was good enough:
 *   done          always
 *   failed        if its kind collects, and this one is not strict
 *   skipped       if it takes back: there was nothing; not for a strict one when
 *                 it was skipped because what it needs has failed
 * A step whose params name a kind in "any" goes on when one of those of that
 * kind is done. */
void steps_prepare(struct run *r);  /* dependencies, from plan and states */
int run_steps_open(const struct run *r); /* of the present pass */
void steps_open(struct run *r);     /* a pass begins: what may begin is queued */
bool steps_choose(struct run *r);   /* at most one of a queue; false: none may begin */
void step_chosen(struct step_run *s); /* it acts after the flush (again) */
struct step_run *steps_take_chosen(struct run *r); /* the next of those; NULL: none */
void step_tell(struct step_run *s);  /* its percent counts in the run's progress */
void step_ended(struct step_run *s); /* counts it out, and queues what waited for it */
bool step_is_cleanup(const struct step_run *s);
/* Whether the failure of this step ends the whole run. */
bool step_failure_halts(const struct step_run *s);

/* ---- executor.c: what a kind may say of its step ------------------------------ */
void step_launch(struct step_run *s);
void step_abort(struct step_run *s, enum step_status status, const char *why);
void step_release(struct step_run *s);
void step_drop(struct step_run *s); /* with its run: no longer in flight */
void step_drop_beside(struct step_run *s); /* those of its calls that have not answered */

void step_made(struct step_run *s, const char *resource_id); /* -> CHECK */
void step_absent(struct step_run *s);                        /* FIND found nothing */
/* What it had made is being deleted, or is not there: by its mark alone it is known from now on. */
void step_unmade(struct step_run *s);
void step_again(struct step_run *s, const char *detail);     /* CHECK: not yet */
/* What it asked to go is read again, and nothing shows that it is going. True, every few reads: the
 * answer was perhaps somebody else's, and it asks once more. */
bool step_unmoved(struct step_run *s);
void step_done(struct step_run *s, const char *detail);
void step_fail(struct step_run *s, const struct pc_error *err);
/* Whether one more attempt of a health check may run now; false: it is called
 * again a little later. */
bool step_may_probe(struct step_run *s);
/* Nothing new is asked of a site once the run was halted: true, the step is over
 * then. Whether what it asked before has come about, the steps that take back read
 * for themselves. */
bool step_halted(struct step_run *s);
/* An answer that is no answer: decides between looking, asking again, failing. */
void step_trouble(struct step_run *s, const struct pc_error *err);

/* Where it acts: at the run's target, or at its source. */
struct site *step_site(const struct step_run *s);
struct cloud *step_cloud(const struct step_run *s); /* its session there; lent */
const struct plan_step *step_plan(const struct step_run *s);
struct step_state *step_state(const struct step_run *s);
/* What another step of the plan made, "" nothing. */
const char *step_resource(const struct step_run *s, const char *key);
/* "protector op=... step=..." into dst; the mark of everything we make. */
const char *step_mark(const struct step_run *s, const char *key, char *dst, size_t size);
/* {"protector:op", "protector:step"} and what rebuild goes by: type, group,
 * group_id, site_from, source. Caller decrefs. */
json_t *step_marks(const struct step_run *s, const char *key);

enum { WRITES_SOURCE = 1, WRITES_TARGET = 2 };
struct step_kind_ops {
    const char *makes; /* ledger type, NULL: nothing */
    const char *verb;  /* for people: "creating volume" */
    const char *told;  /* done, as the events tell it: "stopped"; NULL: it is not told */
    const char *all_told; /* and what that of the last one comes to, NULL: nothing */
    enum cloud_service service; /* whose cap counts */
    bool collects;     /* its failure does not halt the others */
    bool strict;       /* nothing that it waits for may have failed: see choose.c */
    bool at_source;    /* it acts at the source site */
    unsigned writes;   /* which sites it changes: WRITES_*; 0: it only reads */
    const char *late;  /* remedy when its time is over, NULL: the general one */
    void (*find)(struct step_run *s);
    void (*begin)(struct step_run *s);
    void (*check)(struct step_run *s); /* NULL: begin says done */
};
const struct step_kind_ops *step_ops(enum step_kind k); /* steps.c */

#endif
