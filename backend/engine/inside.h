/*
 * inside: what the engine's own files share. Nobody outside includes it.
 *
 * The turn of the loop, in engine.c, is the page to read first:
 *
 *   net_turn      callbacks of clouds, arrays, probes and timers change runs
 *   requests      what the door posted
 *   runs_pump     every run: may it start, is it over, which steps are ready
 *   journal_flush one transaction for all that changed, intents included
 *   runs_launch   only now the ready steps act in the world
 *   publish       a snapshot, at most ten a second
 */
#ifndef PC_ENGINE_INSIDE_H
#define PC_ENGINE_INSIDE_H

#include "backend/array/array.h"
#include "backend/base/json.h"
#include "backend/base/uuid.h"
#include "backend/cloud/cloud.h"
#include "backend/engine/engine.h"
#include "backend/model/lifecycle.h"
#include "backend/net/net.h"
#include "backend/notify/notify.h"
#include "backend/probe/probe.h"
#include "backend/store/store.h"

#include <pthread.h>

struct run;
struct project_cloud;

/* ---- what the engine holds ------------------------------------------------ */

struct ping {
    struct site *site;
    int service;
};

struct site {
    struct engine *e;
    const struct config_site *cfg;
    struct cloud_config cloud_cfg;
    struct cloud *cloud;
    struct project_cloud *projects; /* sessions in other projects */
    struct array *array;
    struct site_view view;
    struct net_timer *timer;
    int polls_open; /* answers awaited of the present round */
    int in_flight[CLOUD_SERVICES]; /* steps under way there, over all runs */
    struct ping pings[CLOUD_SERVICES];
    struct array_call *array_ping;
    bool split_asked; /* its servers are being read for groups that may run twice */
};

struct group_slot {
    struct engine *e;
    struct group *group; /* a reference */
    struct group_view *view; /* shared with the snapshots: changed by group_view_edit() */
    char moved_id[OP_ID_SIZE]; /* the newest operation that made or removed servers */
    char away_id[OP_ID_SIZE];  /* the newest failover by which it serves where it does, "" none */
    enum group_state judged;   /* what the members made of its state, with `tallied` */
    char forced_id[OP_ID_SIZE]; /* a failover that did not see its primary at rest, "" none */
    char tallied[OP_ID_SIZE + 64]; /* what view.members was counted from */
    int64_t window_retry_ms; /* mono: its window's end was refused, not before then */
    int64_t window_of_ms, window_due_ms; /* wall: the end it was worked out for; mono: not before */
    bool window_missed; /* that end was long past when it was seen first */
    bool points_asked; /* one of engine.polls is about it */
    struct array_call *members;
    int64_t looked; /* the metadata_version whose volumes were looked for on the array */
    int64_t ready_next_ms; /* mono: when its readiness is looked at; 0: not known yet */
    struct members_seen *seen; /* owned; NULL: nobody looked at its servers yet */
    char *outrun; /* what groups.json knows and the history does not; owned, NULL nothing */
};

struct command_run; /* request/command.c */
/* What two sites said a moment ago, for all groups between them that are due. */
struct shared_facts {
    json_t *facts; /* NULL: none */
    const struct site *source, *target;
    int64_t read_ms; /* mono */
};

enum { EVENT_TAIL = 64 };

struct engine {
    struct engine_options o;
    char state_dir[512];
    struct net *net;
    struct store *store;
    struct site *sites;
    size_t site_count;
    struct group_slot *groups;
    size_t group_count;
    struct run *runs; /* open operations, oldest first */
    int probes_open;  /* attempts of health checks under way, over all runs */
    unsigned pumped;  /* turns; who chooses first goes round by it */
    int moving;       /* servers that began to move and serve nowhere yet, this turn: places.c */
    struct array_poll *polls; /* of recovery points, under way (monitor.c) */
    struct gather *gathers;
    struct reading *readings; /* who waits for the sites to be read anew */
    struct facts_reading *facts; /* of readiness, under way */
    bool readiness_reading;      /* the watch's own one */
    struct readiness *readiness_last; /* of any group: the next one goes on in its book; NULL none */
    struct shared_facts shared;  /* of the watch's last one */
    int64_t readiness_next_ms;   /* mono: its next turn, INT64_MAX none */
    uint64_t readiness_at;       /* the snapshot after which that was worked out */
    size_t readiness_from;       /* the slot behind the one that had a turn last */
    struct points_reading *points; /* who waits for recovery points */
    struct command_run *commands; /* programs of the operator, running */
    struct room_reading *rooms;    /* who waits for a site's quotas */
    struct trial *trials;          /* who waits for a health check to be tried */

    int64_t wall_ahead_ms; /* of the clock that nobody can set, when they were compared last */
    bool owner; /* holds the lease */
    struct lease lease;
    int64_t lease_next_ms; /* mono: when to renew, or to look again */
    struct store_changes seen; /* of the store, when it was read last */
    int64_t store_next_ms;
    int64_t store_looked_ms;
    bool store_again; /* it told, and what it told of was not there yet */
    struct net_watch *store_told; /* of writes; NULL while it is looked at by the clock */
    char notice[200];
    char locked[200]; /* by whom the history is kept from everybody, "" nobody */

    struct op_view **ended; /* newest first, for the snapshot */
    size_t ended_count, ended_room;
    char newest_id[OP_ID_SIZE]; /* the last operation when the history was looked at, "" none */
    bool looked;                /* it was */

    bool steps_over; /* in this turn's launch: there may be more to choose at once */
    struct habits *habits; /* how long steps took lately */
    struct snapshot *last; /* what was published */
    bool sites_dirty, groups_dirty, ops_dirty;
    bool readiness_dirty; /* by the watch of readiness: it can wait a second */
    bool points_dirty;    /* by recovery points: they come with the round that asked for them */
    int64_t published_ms; /* mono */
    int64_t polled_ms;    /* mono: when a site was last begun to be asked how it is */
    int64_t rate_ms; /* mono: until when those that were made would last at its pace */
    size_t copied_steps;  /* for what was published last */
    int64_t monitor_next_ms; /* mono: next look at the sites and at replication */
    bool points_due;         /* at replication at once */
    int64_t flush_retry_ms; /* mono: the journal failed, not before then */
    int64_t window_next_ms; /* mono: next look at what ends by itself */
    int64_t split_next_ms;  /* mono: next look at old primaries */
    int64_t file_due_ms;    /* mono: groups.json is behind, and is written then; 0: it is not */

    pthread_t thread;
    pthread_mutex_t lock; /* guards inbox and stopping */
    struct request *inbox, **inbox_end;
    bool stopping;
};

int64_t engine_wall(const struct engine *e); /* ms; read once a call */
/* A thread to which no signal comes; not 0: there is none. */
int engine_thread(pthread_t *ret, void *(*run)(void *arg), void *arg);
/* Who executes, as the journal has it now: "here", "pid 4711 on host", "nobody"; or a
 * sentence: who is stopped and keeps everybody from it. Lent until the next turn. */
const char *engine_executor(struct engine *e);
struct site *engine_site(struct engine *e, const char *name);
/* NOT_FOUND naming what there is. */
enum pc_err engine_group(struct engine *e, const char *name_or_id, struct group_slot **ret,
                         struct pc_error *err);
/* Renews the lease, or looks whether it is to be had, when that is due. */
void lease_turn(struct engine *e);

#endif
