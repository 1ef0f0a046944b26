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
};

struct request {
    struct request *next;
    uint64_t ticket;
    char verb[32];
    json_t *args;
    struct engine *e;
    const char *by; /* who asks, for the record: NULL a person; else constant */
    void (*answered)(struct engine *e, void *arg, const struct pc_error *err); /* NULL: the door */
    void *arg;
    char audit[UUID_SIZE]; /* its line on record (audit.h); "" none */
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
    struct array_poll *polls; /* of recovery points, under way (monitor.c) */
    struct gather *gathers;
    struct reading *readings; /* who waits for the sites to be read anew */
    struct facts_reading *facts; /* of readiness, under way */
    bool readiness_reading;      /* the watch's own one */
    struct readiness *readiness_last; /* of any group: the next one goes on in its book; NULL none */
    struct shared_facts shared;  /* of the watch's last one */
    int64_t readiness_next_ms;   /* mono: its next turn, INT64_MAX none */
    uint64_t readiness_at;       /* the snapshot after which that was worked out */
    struct points_reading *points; /* who waits for recovery points */
    struct command_run *commands; /* programs of the operator, running */
    struct room_reading *rooms;    /* who waits for a site's quotas */
    struct trial *trials;          /* who waits for a health check to be tried */

    bool owner; /* holds the lease */
    struct lease lease;
    int64_t lease_next_ms; /* mono: when to renew, or to look again */
    struct store_changes seen; /* of the store, when it was read last */
    int64_t store_next_ms;
    int64_t store_looked_ms;
    bool store_again; /* it told, and what it told of was not there yet */
    struct net_watch *store_told; /* of writes; NULL while it is looked at by the clock */
    char notice[200];

    struct op_view **ended; /* newest first, for the snapshot */
    size_t ended_count, ended_room;
    char newest_id[OP_ID_SIZE]; /* the last operation when the history was looked at, "" none */
    bool looked;                /* it was */

    bool steps_over; /* in this turn's launch: there may be more to choose at once */
    struct habits *habits; /* how long steps took lately */
    struct snapshot *last; /* what was published */
    bool sites_dirty, groups_dirty, ops_dirty;
    bool readiness_dirty; /* by the watch of readiness: it can wait a second */
    int64_t published_ms; /* mono */
    int64_t rate_ms; /* mono: until when those that were made would last at ten a second */
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
/* Who executes, as the journal has it now: "here", "pid 4711 on host", "nobody".
 * Lent until the next turn. */
const char *engine_executor(struct engine *e);
struct site *engine_site(struct engine *e, const char *name);
/* NOT_FOUND naming what there is. */
enum pc_err engine_group(struct engine *e, const char *name_or_id, struct group_slot **ret,
                         struct pc_error *err);
enum pc_err groups_load(struct engine *e, struct pc_error *err);
/* The same before the engine's thread runs: a thread of its own reads the store,
 * which nobody else may use meanwhile, and what the sites answer is heard. */
enum pc_err groups_load_first(struct engine *e, struct pc_error *err);
/* Where that group is held, as it is now; NULL: it is not any more. */
struct group_slot *groups_slot(struct engine *e, const struct group *g);
/* Its view goes on with the group as it is now. */
void group_show_as(struct group_slot *slot, const struct group *g);
/* Derives every state from the history, with one query. */
void groups_refresh(struct engine *e);
/* The same for one group; on an error its state stays as it was. */
enum pc_err group_refresh(struct engine *e, const char *id, struct pc_error *err);

/* groups/state.c: the view from the facts of this group; on an error it stays. */
enum pc_err group_derive(struct engine *e, struct group_slot *slot, const struct op_summary *list,
                         size_t count, struct pc_error *err);
/* The operation whose steps say where the members stand, "" none. Lent. */
const char *group_concern(const struct group_slot *slot);
/* index: member_index()'s of its plan and g; NULL: it is made for this once. */
void group_tally(const struct group *g, const struct operation *op, const int *index,
                 struct member_tally *ret);

/* ---- requests (request.c: the table; request_*.c: the handlers) ------------ */

void requests_drain(struct engine *e);
void request_reply(struct request *r, json_t *data_take);
void request_fail(struct request *r, const struct pc_error *err);
/* The engine asks itself, through the same guards as everybody. args are taken;
 * `answered` (code OK, or why it was refused) may come before this returns. */
void request_begin(struct engine *e, const char *verb, const char *by, json_t *args,
                   void (*answered)(struct engine *e, void *arg, const struct pc_error *err),
                   void *arg);
typedef void request_handler(struct engine *e, struct request *r);
request_handler request_readiness, request_site_list, request_site_show, request_group_list, request_group_show,
    request_group_create, request_group_delete, request_member_add, request_member_remove,
    request_resolve, request_test_propose, request_test_failover, request_test_cleanup,
    request_operation_list, request_operation_show, request_operation_events,
    request_event_list,
    request_operation_cancel, request_operation_answer, request_group_update, request_command_run, request_group_versions, request_group_undo, request_doctor,
    request_rebuild,
    request_sync_volumes, request_failover, request_failback, request_commit, request_rollback,
    request_confirm_failback, request_cancel_failback, request_operation_retry,
    request_recovery_point_list, request_health_check_try;
/* groups/seen.c: the members' servers, as the site where the group serves told of them
 * last, whoever asked. servers: its list; at_ms: wall. */
void members_saw(struct group_slot *slot, const json_t *servers, int64_t at_ms);
/* "ACTIVE", "" when it was not among them; NULL: nobody looked. */
const char *members_seen(const struct group_slot *slot, const char *server_id, int64_t *ret_at_ms);

/* groups/reply.c */
json_t *group_reply(struct engine *e, const struct group_slot *s, bool members);
/* "in_sync" "out_of_sync" "unreachable": what the other site knows of the group. */
const char *group_metadata(struct engine *e, const struct group_slot *s);

/* ---- gather: several calls, one answer -------------------------------------- */

struct gather;
/* done gets every body by its name and the first error; then it is freed.
 * It runs once all slots have answered, never before gather_go(). */
struct gather *gather_new(struct engine *e,
                          void (*done)(void *arg, const struct pc_error *err, json_t *bodies),
                          void *arg);
/* A slot: pass gather_take with the returned argument to a cloud call. With
 * `spare`, an error leaves the body out instead of failing the whole. */
void *gather_slot(struct gather *g, const char *name, bool spare);
void gather_take(void *slot, const struct cloud_reply *r);
void gather_go(struct gather *g);
/* Shutdown: frees what still waits, its `done` gets CANCELLED. */
void gather_drop_all(struct engine *e);
/* The same for readings of readiness/facts.h: whoever waits gets NULL. */
void facts_drop_all(struct engine *e);
/* No person waits for one of them. */
bool facts_for_watch_only(const struct engine *e);

/* ---- readiness (readiness/watch.c) ----------------------------------------------- */

/* Looks at one group, if one is due. */
void readiness_turn(struct engine *e);
/* The newest result, shown until the next; a forced one is nobody else's. */
void readiness_keep(struct engine *e, const struct group *g, struct readiness *r_take);
/* What was read for several is let go. */
void readiness_unshare(struct engine *e);
/* Older than it is worth, or made of what is not so any more. */
bool readiness_is_stale(const struct engine *e, const struct group_slot *slot,
                        enum readiness_for f);
/* The site's health is not what it was. */
void readiness_site_changed(struct engine *e, const char *site);
/* {test_failover, failover, failback: {ready, blockers[], warnings[], at, stale} | null} */
json_t *readiness_reply(const struct engine *e, const struct group_slot *slot);

/* ---- sites, monitor, capture, inventory ------------------------------------- */

enum pc_err sites_open(struct engine *e, json_t *warnings, struct pc_error *err);
void sites_close(struct engine *e);
/* The site's session in that project, "": its own one. Lent, as long as the
 * engine lives. CONFIG: these credentials are bound to their own project. */
enum pc_err site_cloud(struct site *s, const char *project, struct cloud **ret,
                       struct pc_error *err);
/* Reads all services of a site; done when all have answered or failed. */
void site_poll(struct site *s);
/* done is called from a later turn, or at once when there is no site. */
void sites_poll_all(struct engine *e, void (*done)(void *arg), void *arg);
/* A poll has not been answered by all yet. */
bool sites_polled(const struct engine *e);
/* Shutdown: whoever still waits goes on with what is known. */
void readings_end(struct engine *e);
void monitor_turn(struct engine *e);
/* What is being asked of the arrays; before the groups move, too. */
void monitor_drop_all(struct engine *e);
/* Ends what ends by itself; e->window_next_ms says when to call again. */
void window_turn(struct engine *e);
/* Its window was to end with a rollback, and no engine was there then. */
bool window_missed(const struct engine *e, const struct group_slot *slot);
json_t *site_reply(const struct site *s);

/* Facts of servers (names or ids) of a site as members[] of a group. */
void capture_members(struct engine *e, struct site *site, const json_t *servers,
                     void (*done)(void *arg, const struct pc_error *err, json_t *members),
                     void *arg);
/* What the target offers: {networks, flavors}, and as far as it lets us see them
 * {subnets, ports, security_groups, keypairs, zones, volume_types}. */
void inventory_read(struct engine *e, struct cloud *cloud,
                    void (*done)(void *arg, const struct pc_error *err, json_t *facts),
                    void *arg);

/* ---- recovery points (points.c), the array's group (plan/on_array.c) ---------------- */

struct points_reading;
struct room_reading;
/* The recovery points of a group, as the array of the site where it does not
 * serve has them: the list of docs/requests.md, newest first; they are done's
 * own, NULL with an error. It runs from a later turn; at shutdown with CANCELLED. */
void points_read(struct engine *e, const struct group *g,
                 void (*done)(void *arg, const struct pc_error *err, json_t *points_take), void *arg);
void points_drop_all(struct engine *e);
/* In which of the array's groups the volumes are; NULL: nobody can be asked. */
struct array_call *on_array_ask(struct engine *e, const struct group *g, array_members_done *done,
                                void *arg);
/* Keeps the name with the group where it is another one. */
void on_array_keep(struct engine *e, const char *group_id, const char *name);
/* Looks which protection group of the array holds the group's volumes, and
 * keeps its name with the group. Nothing while it is being looked for. */
void on_array_look(struct engine *e, struct group_slot *slot);

/* ---- the lease (engine.c) ------------------------------------------------------ */

/* Renews it, or looks whether it is to be had, when that is due. */
void lease_turn(struct engine *e);

/* ---- publishing ------------------------------------------------------------- */

void publish(struct engine *e, bool now);
void publish_ended(struct engine *e, const struct operation *op);
/* What ended while another engine executed is told, too: an engine that begins to
 * execute has nobody else's word for it. The first call only looks. */
void publish_catch_up(struct engine *e);
/* ms until the next publication is due, -1: none is. */
int publish_due(const struct engine *e);

#endif
