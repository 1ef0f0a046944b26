/*
 * snapshot: everything a screen may show, at one moment.
 *
 * Immutable and reference-counted; the lists in it are shared with the
 * snapshot before when nothing in them changed. Made by the engine thread,
 * read by the UI thread. Pure data.
 */
#ifndef PC_MODEL_SNAPSHOT_H
#define PC_MODEL_SNAPSHOT_H

#include "backend/model/group.h"
#include "backend/model/lifecycle.h"
#include "backend/model/operation.h"
#include "backend/model/readiness.h"
#include "backend/model/outlook.h"

#include <stdatomic.h>

enum health { HEALTH_UNKNOWN, HEALTH_OK, HEALTH_FAILED };

enum { LATENCY_HISTORY = 64 };
#define LATENCY_NONE UINT16_MAX /* it did not answer */
struct service_view {
    enum health health;
    int latency_ms;     /* of the last answer */
    uint16_t latencies[LATENCY_HISTORY]; /* ms, of the newest polls, oldest first */
    int latency_count;
    int64_t read_ms;    /* wall clock of the last answer; 0 it never answered */
    int64_t tried_ms;   /* of the last answer or the last time that none came; 0 never */
    char version[16];   /* highest microversion, "" none */
    char error[160];    /* "" when healthy */
    enum pc_err code;   /* of that error */
};
enum { SITE_SERVICES = 6 }; /* identity compute volume network image array */
extern const char *const SITE_SERVICE_NAMES[SITE_SERVICES];

struct site_view {
    char name[NAME_SIZE], cloud[NAME_SIZE], auth_url[256], region[NAME_SIZE];
    char user[NAME_SIZE], project[NAME_SIZE]; /* as whom it is asked; "" not known */
    bool primary, read_only, has_array;
    char status[16]; /* "active", "unreachable", "error", "unknown" */
    int clock_skew_s;
    struct service_view services[SITE_SERVICES];
};

enum { LAG_HISTORY = 32 };
/* Of how many members the newest operation that concerns them says what. */
struct member_tally {
    int total, recovered, unverified, failed; /* the others are on their way, or at rest */
    int elsewhere; /* a failover in part left them at the other site, where they run or were */
};
/* What ends the time to think after a failover or a failback. */
enum window_end { WINDOW_NONE, WINDOW_COMMIT, WINDOW_ROLLBACK, WINDOW_CONFIRM, WINDOW_ENDS };
const char *window_end_word(enum window_end w); /* "" "commit" "rollback" "confirm_failback" */

/* Counted by itself: a snapshot has in common with the one before what did not
 * change, of ten thousand groups all but a few. */
struct group_view {
    atomic_int refs;
    struct group *group; /* a reference */
    enum group_state state;
    char operation_id[OP_ID_SIZE]; /* running on it, or the drill that is kept; "" none */
    int progress;                  /* of that */
    /* The newest operation that is more than a drill or a sync; "" none. */
    char real_id[OP_ID_SIZE];
    enum op_type real_type;
    enum op_status real_status;
    enum op_verdict real_verdict;
    int64_t real_completed_ms; /* wall; 0: it runs */
    enum window_end window;    /* NONE: nothing ends by itself */
    int64_t window_ends_ms;    /* wall; counted from real_completed_ms */
    bool window_missed;        /* nobody was there to roll back: a person decides */
    bool syncing;    /* a sync runs */
    bool drill_open; /* a drill runs, is kept or is being cleaned up */
    bool left;        /* a move's ledger has something at the site where it does not serve */
    bool split_risk;  /* a forced failover; the old primary was not seen at rest since */
    bool split_brain; /* members run at the site where the group does not serve */
    char metadata[16]; /* "in_sync" "out_of_sync" "unreachable": the other site's */
    struct member_tally members;
    int64_t point_ms;      /* newest complete recovery point, wall; 0 none, or not known */
    int64_t point_read_ms; /* when the array told that; one that did not answer told nothing */
    uint16_t lag_s[LAG_HISTORY]; /* oldest first */
    int lag_count;
    char replication_error[160]; /* "" none */
    char last_drill_id[OP_ID_SIZE];
    enum op_verdict last_drill_verdict;
    bool last_drill_stopped;        /* by a person: it came to no verdict */
    int64_t last_drill_ms;          /* completed, wall; 0: never */
    int64_t last_drill_duration_ms; /* to the verdict's end */
    struct readiness *readiness[READY_FOR_COUNT]; /* references; NULL not known yet */
    bool readiness_drifted; /* the sites are not as they were for it */
};

struct event {
    int64_t seq, at_ms; /* seq grows by one, never reused */
    char op_id[OP_ID_SIZE];
    char level[8]; /* "info" "warn" "error" */
    char text[240];
};

struct site_list {
    atomic_int refs;
    size_t count;
    struct site_view items[];
};
struct group_list {
    atomic_int refs;
    size_t count;
    struct group_view *items[]; /* references */
};
struct op_view {
    atomic_int refs;
    struct operation *op; /* a copy of its own */
    struct event *events; /* the newest, oldest first */
    size_t event_count;
    int64_t usual_ms[PHASE_COUNT]; /* median of earlier runs, 0 unknown */
    struct outlook outlook; /* zero once it is over */
};
struct op_list {
    atomic_int refs;
    size_t count; /* running and waiting first, then ended, newest first */
    struct op_view *items[];
};

struct snapshot {
    atomic_int refs;
    uint64_t number; /* grows with each */
    int64_t at_ms;   /* wall clock when made */
    bool lab;        /* the built-in lab, shown on every screen */
    bool read_only;
    bool owner;      /* this process holds the lease and executes */
    char engine[NAME_SIZE]; /* who does: "here", "pid 4711 on host", "nobody" */
    char notice[200];       /* what an operator must know now, "" none */
    struct site_list *sites;
    struct group_list *groups;
    struct op_list *operations;
};

struct snapshot *snapshot_new(void); /* with empty lists */
struct snapshot *snapshot_ref(const struct snapshot *s);
void snapshot_unref(struct snapshot *s); /* NULL is fine */

/* Builders, for the engine (and for tests of screens). Zeroed items. */
struct site_list *site_list_new(size_t count);
struct group_list *group_list_new(size_t count); /* of NULL, to be filled */
struct group_view *group_view_new(const struct group *g); /* takes a reference of its own */
struct op_list *op_list_new(size_t count);
struct op_view *op_view_new(const struct operation *op, const struct event *events,
                            size_t event_count);
void site_list_unref(struct site_list *l);
void group_list_unref(struct group_list *l);
void group_view_unref(struct group_view *v); /* NULL is fine */
void op_list_unref(struct op_list *l);
void op_view_unref(struct op_view *v);
struct site_list *site_list_ref(struct site_list *l);
struct group_list *group_list_ref(struct group_list *l);
struct group_view *group_view_ref(struct group_view *v);
/* To be written to: *v itself as long as nobody else has it, else a copy in its
 * place. Lent until it is shared again. */
struct group_view *group_view_edit(struct group_view **v);
/* What it says, lent: for working on it. What came of that is written only if it
 * differs; the references in it are those that were there. */
void group_view_read(const struct group_view *v, struct group_view *ret);
void group_view_write(struct group_view **v, const struct group_view *says);
struct op_list *op_list_ref(struct op_list *l);
struct op_view *op_view_ref(struct op_view *v);

/* Lent; NULL when it is not in the snapshot. */
const struct op_view *snapshot_operation(const struct snapshot *s, const char *id);
const struct group_view *snapshot_group(const struct snapshot *s, const char *name_or_id);
const struct site_view *snapshot_site(const struct snapshot *s, const char *name);

#endif
