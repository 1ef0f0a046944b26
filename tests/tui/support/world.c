/* world: see world.h. */
#include "tests/tui/support/world.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

int64_t world_now_ms = WORLD_FROZEN_MS;

const char *world_hostile_name(void)
{
    static char name[10 * 1024];
    static const char bad[] = "\033[31m\033]0;owned\a\xc2\x9b"
                              "2J\xe2\x80\xae"
                              "evil\xe2\x80\x8b\xef\xbb\xbf\xff\r\n\t";
    if (!name[0]) {
        memset(name, 'A', sizeof name - 1);
        memcpy(name, bad, sizeof bad - 1);
    }
    return name;
}

static void put(char *dst, size_t size, const char *text)
{
    snprintf(dst, size, "%s", text);
}

/* ---- groups --------------------------------------------------------------------- */

struct group_seed {
    const char *id, *name;
    int members, volumes_each, rpo_s;
    enum group_state state;
    int lag_s;
    int drill_days; /* 0 never */
    enum op_verdict verdict;
};

static const struct group_seed SEEDS[] = {
    {"pg-1", "prod-web-app", 3, 2, 300, GROUP_READY, 130, 9, VERDICT_PASSED},
    {"pg-2", "prod-billing", 8, 3, 300, GROUP_READY, 391, 33, VERDICT_PASSED},
    {"pg-3", "hr-suite", 2, 2, 900, GROUP_READY, 611, 64, VERDICT_FAILED},
    {"pg-4", "archive", 0, 0, 0, GROUP_UNPROTECTED, -1, 0, VERDICT_NONE},
};
enum { SEED_COUNT = sizeof SEEDS / sizeof SEEDS[0] };

static const struct group_seed MOVED[] = {
    {"pg-1", "prod-web-app", 3, 2, 300, GROUP_AWAITING_COMMIT, 130, 9, VERDICT_PASSED},
    {"pg-2", "prod-billing", 8, 3, 300, GROUP_FAILING_OVER, 391, 33, VERDICT_PASSED},
    {"pg-3", "hr-suite", 3, 2, 900, GROUP_PARTIAL, 611, 64, VERDICT_FAILED},
    {"pg-4", "archive", 2, 1, 0, GROUP_SPLIT_BRAIN, 90, 0, VERDICT_NONE},
    {"pg-5", "mail", 2, 2, 900, GROUP_COMMITTED, 100, 3, VERDICT_PASSED},
    {"pg-6", "shop", 4, 2, 900, GROUP_FAILBACK_READY, 200, 3, VERDICT_PASSED},
    {"pg-7", "wiki", 1, 1, 900, GROUP_ERROR, 200, 30, VERDICT_PASSED},
    {"pg-8", "forum", 1, 1, 900, GROUP_ROLLING_BACK, 200, 30, VERDICT_PASSED},
};
enum { MOVED_COUNT = sizeof MOVED / sizeof MOVED[0] };

/* What the engine says of a group in such a state. */
static void fill_moved(struct group_view *v)
{
    v->progress = 43;
    snprintf(v->real_id, sizeof v->real_id, "%s", WORLD_MOVE_ID);
    v->real_type = v->state == GROUP_FAILBACK_READY ? OP_FAILBACK : OP_FAILOVER;
    v->real_status = v->state == GROUP_ERROR ? OP_FAILED : OP_COMPLETED;
    v->real_completed_ms = world_now_ms - 20 * MINUTE;
    if (v->state == GROUP_AWAITING_COMMIT) {
        v->window = WINDOW_ROLLBACK;
        v->window_ends_ms = world_now_ms + 40 * MINUTE + 7000;
        v->split_risk = true;
    }
    if (v->state == GROUP_PARTIAL) {
        v->real_verdict = VERDICT_PARTIAL;
        v->members = (struct member_tally){.total = 3, .recovered = 2, .failed = 1};
    }
}

static bool serves_away(enum group_state s)
{
    return s == GROUP_AWAITING_COMMIT || s == GROUP_PARTIAL || s == GROUP_SPLIT_BRAIN ||
           s == GROUP_COMMITTED || s == GROUP_FAILBACK_READY;
}

static json_t *member_json(const struct group_seed *seed, int i)
{
    json_t *nics = json_pack("[{s:s, s:s, s:s}]", "network_id", i ? "n3" : "n1", "network_name",
                             i ? "net-primary-db" : "net-primary-web", "ip", "10.1.0.11");
    json_t *volumes = json_array();
    for (int v = 0; v < seed->volumes_each; v++)
        json_array_append_new(volumes, json_pack("{s:s, s:s, s:i, s:b, s:s}", "id", "vol", "name",
                                                 v ? "data" : "root", "size_gib", 20 * (v + 1),
                                                 "bootable", v == 0, "image_id",
                                                 v ? "" : i ? "i1" : "i2"));
    char name[32];
    snprintf(name, sizeof name, "%s-%d", i == 2 ? "db" : "web", i + 1);
    return json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:i, s:i, s:i}, s:o, s:o}", "id", name, "name",
                     name, "status", "ACTIVE", "flavor", "id", "f1", "name", "m1.medium", "vcpus",
                     2, "ram_mib", 4096, "disk_gib", 20, "nics", nics, "volumes", volumes);
}

/* Its server of before stands where it was taken from. */
static json_t *moved_member_json(const struct group_seed *seed, int i)
{
    json_t *m = member_json(seed, i), *was = member_json(seed, i);
    json_put_text(was, "id", "before");
    member_follows(m, was, "site-a", true, world_now_ms - 20 * MINUTE);
    json_decref(was);
    return m;
}

static struct group *make_group(const struct group_seed *seed, const char *name)
{
    json_t *members = json_array();
    struct group *g = NULL;
    struct pc_error err;
    for (int i = 0; i < seed->members; i++)
        json_array_append_new(members, seed->state == GROUP_COMMITTED ? moved_member_json(seed, i)
                                                                      : member_json(seed, i));
    json_t *o = json_object();
    json_put_text(o, "id", seed->id);
    /* A hostile name is not UTF-8: it cannot pass through JSON, only beside it. */
    json_put_text(o, "name", name ? "x" : seed->name);
    json_put_text(o, "primary", "site-a");
    json_put_text(o, "secondary", "site-b");
    json_put_text(o, "current_primary", serves_away(seed->state) ? "site-b" : "site-a");
    json_put_int(o, "rpo_seconds", seed->rpo_s);
    json_put_int(o, "captured_ms", world_now_ms - 5 * MINUTE);
    json_put(o, "members", members);
    if (seed->state == GROUP_SPLIT_BRAIN)
        json_put(o, "split_brain", world_split_json());
    if (seed->members == 3) {
        json_put_int(o, "rto_seconds", 600);
        json_put(o, "boot_groups", world_boot_json());
    }
    if (group_from_json(o, &g, &err) != PC_OK)
        abort();
    json_decref(o);
    if (name)
        g->name = arena_strdup(&g->arena, name);
    return g;
}

static void fill_lag(struct group_view *v, const struct group_seed *seed, bool old)
{
    if (seed->lag_s < 0)
        return;
    v->lag_count = 24;
    for (int i = 0; i < v->lag_count; i++)
        v->lag_s[i] = (uint16_t)(seed->lag_s * (6 + (i * 7) % 11) / 16);
    v->lag_s[v->lag_count - 1] = (uint16_t)seed->lag_s;
    v->point_ms = world_now_ms - (int64_t)seed->lag_s * 1000;
    v->point_read_ms = world_now_ms - (old ? 3 * MINUTE : 3000);
}

/* Every check for the next move has passed a moment ago. */
static void fill_readiness(struct group_view *v)
{
    bool away = strcmp(v->group->current_primary, v->group->secondary) == 0;
    enum readiness_for purpose = away ? READY_FOR_FAILBACK : READY_FOR_FAILOVER;
    struct readiness *r = readiness_new(NULL);
    r->purpose = purpose;
    r->metadata_version = v->group->metadata_version;
    r->at_ms = world_now_ms - 3000;
    v->readiness[purpose] = r;
}

static struct group_list *make_groups(enum world_stage stage, const struct operation *op)
{
    bool moved = stage == WORLD_MOVED;
    struct group_list *l = group_list_new(stage == WORLD_EMPTY ? 0
                                          : moved              ? MOVED_COUNT
                                                               : SEED_COUNT);
    for (size_t i = 0; i < l->count; i++) {
        const struct group_seed *seed = moved ? &MOVED[i] : &SEEDS[i];
        bool hostile = stage == WORLD_HOSTILE && i == 0;
        struct group *g = make_group(seed, hostile ? world_hostile_name() : NULL);
        struct group_view *v = l->items[i] = group_view_new(g);
        group_unref(g);
        v->state = seed->state;
        fill_lag(v, seed, stage == WORLD_DOWN);
        fill_readiness(v);
        if (moved)
            fill_moved(v);
        if (seed->drill_days) {
            v->last_drill_ms = world_now_ms - (int64_t)seed->drill_days * DAY;
            v->last_drill_duration_ms = 452 * 1000;
            v->last_drill_verdict = seed->verdict;
            put(v->last_drill_id, sizeof v->last_drill_id, "op-11111111-older");
        }
        if (hostile)
            put(v->replication_error, sizeof v->replication_error, world_hostile_name());
        if (i > 0 || !op)
            continue;
        if (op->type == OP_FAILOVER) {
            put(v->operation_id, sizeof v->operation_id, op->completed_ms ? "" : op->id);
            put(v->real_id, sizeof v->real_id, op->id);
            v->real_status = op->status;
            v->real_completed_ms = op->completed_ms;
            v->progress = op->progress;
            v->state = op->completed_ms ? GROUP_PARTIAL : GROUP_FAILING_OVER;
            continue;
        }
        if (!op_status_over(op->status) || op->cleanup_due) {
            put(v->operation_id, sizeof v->operation_id, op->id);
            v->progress = op->progress;
            v->state = GROUP_TESTING;
        } else {
            v->state = op->status == OP_CLEANED ? GROUP_READY : GROUP_TEST_ACTIVE;
            put(v->last_drill_id, sizeof v->last_drill_id, op->id);
            v->last_drill_ms = op->completed_ms;
            v->last_drill_verdict = op->verdict;
        }
    }
    return l;
}

/* ---- the drill ------------------------------------------------------------------ */

struct step_seed {
    enum step_kind kind;
    const char *subject;
};

static const struct step_seed STEPS[] = {
    {STEP_PIN_POINT, "group"},           {STEP_CHECK_SOURCE, "web-1 root"},
    {STEP_CREATE_VOLUME, "web-1 root"},  {STEP_CREATE_VOLUME, "web-2 root"},
    {STEP_CREATE_VOLUME, "db-3 root"},   {STEP_CREATE_VOLUME, "db-3 data"},
    {STEP_CREATE_VOLUME, "db-3 log"},    {STEP_CREATE_PORT, "web-1"},
    {STEP_CREATE_PORT, "web-2"},         {STEP_CREATE_PORT, "db-3"},
    {STEP_CREATE_SERVER, "web-1"},       {STEP_CREATE_SERVER, "web-2"},
    {STEP_CREATE_SERVER, "db-3"},        {STEP_VERIFY_BOOT, "web-1"},
    {STEP_VERIFY_BOOT, "web-2"},    {STEP_VERIFY_BOOT, "db-3"},
    {STEP_HEALTH_CHECK, "web-1 tcp:22"}, {STEP_HEALTH_CHECK, "web-1 http:/healthz"},
    {STEP_HEALTH_CHECK, "web-2 tcp:22"}, {STEP_HEALTH_CHECK, "db-3 tcp:22"},
    {STEP_DELETE_SERVER, "web-1"},       {STEP_DELETE_SERVER, "web-2"},
    {STEP_DELETE_SERVER, "db-3"},        {STEP_DELETE_PORT, "web-1"},
    {STEP_DELETE_VOLUME, "web-1 root"},
};
enum { STEP_COUNT = sizeof STEPS / sizeof STEPS[0], FIRST_VM = 10, LAST_CHECK = 19, FIRST_DELETE = 20 };

/* Which step runs in each stage; those before are done, those after wait. */
static const struct {
    bool has_operation;
    int at;
    enum op_status status;
    enum op_verdict verdict;
    int progress;
    bool cleanup_due;
    int fails_at; /* the step that failed; 0 none */
} STAGES[WORLD_STAGES] = {
    [WORLD_RUNNING] = {true, 4, OP_VOLUMES, VERDICT_NONE, 43, true, 0},
    [WORLD_VERIFYING] = {true, 17, OP_VERIFYING, VERDICT_NONE, 84, true, 0},
    [WORLD_FAILED] = {true, STEP_COUNT, OP_CLEANED, VERDICT_FAILED, 100, false, FIRST_VM},
    [WORLD_SILENT] = {true, STEP_COUNT, OP_CLEANED, VERDICT_FAILED, 100, false, LAST_CHECK},
    [WORLD_STOPPED] = {true, 4, OP_CLEANING_UP, VERDICT_FAILED, 92, true, 0},
    [WORLD_KEPT] = {true, FIRST_DELETE, OP_SUCCEEDED, VERDICT_PASSED, 100, false, 0},
    [WORLD_PASSED] = {true, STEP_COUNT, OP_CLEANED, VERDICT_PASSED, 100, false, 0},
    [WORLD_HOSTILE] = {true, STEP_COUNT, OP_CLEANED, VERDICT_FAILED, 100, false, FIRST_VM},
};

static void run_steps(struct operation *op, int at, int fails_at)
{
    for (int i = 0; i < STEP_COUNT; i++) {
        struct step_state *s = &op->steps[i];
        if (i > at)
            break;
        if (i == at && op_status_over(op->status))
            break;
        s->status = i < at ? STEP_DONE : STEP_RUNNING;
        s->attempts = 1;
        s->started_ms = op->started_ms + i * 7000;
        s->ended_ms = i < at ? s->started_ms + 6000 : 0;
        put(s->detail, sizeof s->detail,
            i >= at                               ? "creating"
            : STEPS[i].kind == STEP_HEALTH_CHECK ? "open at 10.2.0.11, 3 ms"
                                                  : "ACTIVE");
        put(s->resource_id, sizeof s->resource_id, "0b7e");
    }
    for (int i = fails_at; fails_at && i < FIRST_DELETE; i++) {
        op->steps[i] = (struct step_state){.status = i > fails_at ? STEP_SKIPPED : STEP_FAILED};
        if (i == fails_at)
            put(op->steps[i].detail, sizeof op->steps[i].detail,
                i == LAST_CHECK ? "refused at 10.2.0.13" : "ERROR: No valid host was found");
    }
}

/* What had not begun never will; the cleanup has. */
static void stop_steps(struct operation *op, int at)
{
    for (int i = at; i < FIRST_DELETE; i++) {
        op->steps[i] = (struct step_state){.status = STEP_SKIPPED};
        put(op->steps[i].detail, sizeof op->steps[i].detail, "not begun");
    }
    op->steps[FIRST_DELETE].status = STEP_RUNNING;
    op->steps[FIRST_DELETE].started_ms = world_now_ms - 2000;
    op->cancel_asked = true;
    put(op->error_message, sizeof op->error_message, "stopped by the operator");
}

static struct operation *make_operation(enum world_stage stage)
{
    struct plan *plan = plan_new();
    char key[96];
    for (int i = 0; i < STEP_COUNT; i++) {
        snprintf(key, sizeof key, "%s:%s", step_kind_name(STEPS[i].kind), STEPS[i].subject);
        plan_add(plan, STEPS[i].kind, key,
                 stage == WORLD_HOSTILE ? world_hostile_name() : STEPS[i].subject, NULL);
    }
    struct operation *op = operation_new(OP_TEST_FAILOVER, plan);
    put(op->id, sizeof op->id, WORLD_DRILL_ID);
    put(op->group_id, sizeof op->group_id, "pg-1");
    put(op->group, sizeof op->group, "prod-web-app");
    put(op->source_site, sizeof op->source_site, "site-a");
    put(op->target_site, sizeof op->target_site, "site-b");
    put(op->recovery_point, sizeof op->recovery_point, "rp-20261120-0937");
    op->recovery_point_ms = world_now_ms - 6 * MINUTE;
    op->status = STAGES[stage].status;
    op->verdict = STAGES[stage].verdict;
    op->progress = STAGES[stage].progress;
    op->cleanup_due = STAGES[stage].cleanup_due;
    op->created_ms = op->started_ms = world_now_ms - STAGES[stage].at * 7000 - 4000;
    run_steps(op, STAGES[stage].at, STAGES[stage].fails_at);
    if (stage == WORLD_STOPPED) {
        stop_steps(op, STAGES[stage].at);
        op->cancel_asked = true;
        put(op->error_message, sizeof op->error_message, OPERATION_STOPPED);
    }
    if (op_status_over(op->status))
        op->completed_ms = op->started_ms + STAGES[stage].at * 7000;
    if (STAGES[stage].fails_at)
        (STAGES[stage].fails_at == LAST_CHECK ? world_no_answer : world_no_room)(op);
    if (stage == WORLD_HOSTILE) {
        put(op->group, sizeof op->group, world_hostile_name());
        put(op->error_message, sizeof op->error_message, world_hostile_name());
        put(op->remedy, sizeof op->remedy, world_hostile_name());
        put(op->target_site, sizeof op->target_site, world_hostile_name());
    }
    if (stage == WORLD_KEPT)
        operation_warn(op, "flavor m1.medium is smaller on site-b: 2 of 4 vCPU");
    return op;
}

/* ---- events --------------------------------------------------------------------- */

static const struct {
    const char *level, *text;
} EVENTS[] = {
    {"info", "the drill of prod-web-app has started"},
    {"info", "recovery point rp-20261120-0937 is pinned"},
    {"info", "volume test-web-1-root is made from image debian-12"},
    {"warn", "volume service of site-b answered 503, tried again after 2 s"},
    {"info", "volume test-web-2-root is made from image debian-12"},
};
enum { EVENT_COUNT = sizeof EVENTS / sizeof EVENTS[0] };

static void make_events(struct event events[EVENT_COUNT], bool hostile)
{
    for (int i = 0; i < EVENT_COUNT; i++) {
        events[i] = (struct event){.seq = i + 1, .at_ms = world_now_ms - (EVENT_COUNT - i) * 8000};
        put(events[i].level, sizeof events[i].level, EVENTS[i].level);
        put(events[i].text, sizeof events[i].text, hostile ? world_hostile_name() : EVENTS[i].text);
    }
}

/* ---- snapshots ------------------------------------------------------------------ */

struct snapshot *world_snapshot(enum world_stage stage)
{
    static const int64_t USUAL[PHASE_COUNT] = {9000, 38000, 52000, 31000, 0, 24000};
    struct snapshot *s = snapshot_new();
    bool moves = stage == WORLD_ROLLING || stage == WORLD_PARTIAL || stage == WORLD_ASKING;
    struct operation *op = moves                         ? world_move(stage)
                           : STAGES[stage].has_operation ? make_operation(stage)
                                                         : NULL;
    struct event events[EVENT_COUNT];

    s->number = 1;
    s->at_ms = world_now_ms;
    s->lab = true;
    s->owner = true;
    put(s->engine, sizeof s->engine, "here");
    if (stage == WORLD_DOWN)
        put(s->notice, sizeof s->notice,
            "site-b has not answered for 3 minutes: its figures are old");
    site_list_unref(s->sites);
    group_list_unref(s->groups);
    s->sites = world_sites(stage);
    s->groups = make_groups(stage, op);
    if (op) {
        op_list_unref(s->operations);
        s->operations = op_list_new(1);
        make_events(events, stage == WORLD_HOSTILE);
        s->operations->items[0] = op_view_new(op, events, EVENT_COUNT);
        memcpy(s->operations->items[0]->usual_ms, USUAL, sizeof USUAL);
        operation_free(op);
    }
    return s;
}

/* ---- answers -------------------------------------------------------------------- */

json_t *world_operation_json(enum world_stage stage)
{
    struct operation *op = make_operation(stage);
    json_t *o = operation_to_json(op);
    json_put(o, "steps", operation_steps_json(op));
    operation_free(op);
    return o;
}

json_t *world_history_json(void)
{
    static const struct {
        const char *id, *group, *status, *state, *verdict, *started, *ended, *point;
    } rows[] = {
        {WORLD_DRILL_ID, "prod-web-app", "creating_volumes", "running", NULL,
         "2026-11-20T09:40:35Z", NULL, "2026-11-20T09:38:57Z"},
        {"op-7d21c0aa-0001", "prod-web-app", "cleaned", "completed", "passed",
         "2026-11-11T08:00:12Z", "2026-11-11T08:07:44Z",
         "2026-11-11T07:57:00Z"},
        {"op-5e00b1fd-0002", "prod-billing", "cleaned", "completed", "passed",
         "2026-10-18T13:20:00Z", "2026-10-18T13:41:09Z",
         "2026-10-18T13:12:30Z"},
        {"op-31c9ae77-0003", "hr-suite", "cleaned", "failed", "failed", "2026-09-17T02:11:40Z",
         "2026-09-17T02:13:02Z",
         "2026-09-17T02:08:00Z"},
        {"op-2200aa11-0004", "hr-suite", "succeeded", "completed", "passed", "2026-08-01T10:00:00Z",
         "2026-08-01T10:05:31Z",
         "2026-08-01T09:56:50Z"},
    };
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *o = json_object();
        json_put_text(o, "id", rows[i].id);
        json_put_text(o, "operation_type", "test_failover");
        json_put_text(o, "status", rows[i].status);
        json_put_text(o, "state", rows[i].state);
        json_put_text(o, "verdict", rows[i].verdict);
        json_put_text(o, "protection_group", rows[i].group);
        json_put_text(o, "protection_group_id", i < 2 ? "pg-1" : "pg-3");
        json_put_text(o, "source_site", "site-a");
        json_put_text(o, "target_site", "site-b");
        json_put_text(o, "created_at", rows[i].started);
        json_put_text(o, "started_at", rows[i].started);
        json_put_text(o, "completed_at", rows[i].ended);
        json_put(o, "recovery_point", json_object());
        json_put_text(json_map(o, "recovery_point"), "created_at", rows[i].point);
        json_array_append_new(list, o);
    }
    return list;
}

/* Seconds of the phases of the two runs, each with one step of its own. */
json_t *world_run_json(int which)
{
    static const struct {
        const char *phase, *kind, *subject;
        int took[2];
    } rows[] = {
        {"creating_volumes", "create_volume", "web-1/root", {68, 74}},
        {"creating_vms", "create_server", "web-1", {149, 281}},
        {"verifying", "health_check", "web-1 tcp:22", {41, 12}},
        {"cleaning_up", "delete_server", "web-1", {30, 30}},
    };
    const char *const ids[] = WORLD_RUN_IDS;
    int64_t at = WORLD_FROZEN_MS - (which ? 9 : 33) * INT64_C(86400000), begin = at;
    char iso[CLOCK_ISO_SIZE], key[64];
    json_t *o = json_object(), *phases = json_array(), *steps = json_array();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *p = json_object(), *e = json_object();
        snprintf(key, sizeof key, "%s:%s", rows[i].kind, rows[i].subject);
        json_put_text(p, "phase", rows[i].phase);
        json_put_text(e, "phase", rows[i].phase);
        json_put_text(e, "key", key);
        json_put_text(e, "kind", rows[i].kind);
        json_put_text(e, "subject", rows[i].subject);
        json_put_text(e, "status", "done");
        json_put_text(p, "started_at", clock_iso(iso, at));
        json_put_text(e, "started_at", iso);
        at += rows[i].took[which] * INT64_C(1000);
        json_put_text(p, "ended_at", clock_iso(iso, at));
        json_put_text(e, "ended_at", iso);
        json_array_append_new(phases, p);
        json_array_append_new(steps, e);
    }
    json_put_text(o, "id", ids[which]);
    json_put_text(o, "operation_type", "test_failover");
    json_put_text(o, "status", "cleaned");
    json_put_text(o, "state", "completed");
    json_put_text(o, "verdict", "passed");
    json_put_text(o, "protection_group", "prod-web-app");
    json_put_text(o, "started_at", clock_iso(iso, begin));
    json_put_text(o, "completed_at", clock_iso(iso, at));
    json_put(o, "phases", phases);
    json_put(o, "steps", steps);
    return o;
}

/* What there is to choose from. */
static void add_targets(json_t *o)
{
    json_t *row;
    size_t i;
    json_put(o, "target_networks",
             json_pack("[{s:s, s:s, s:i, s:b, s:[s]}, {s:s, s:s, s:i, s:[s]}, {s:s, s:s, s:n, s:[s]}]",
                       "id", "n2", "name", "net-secondary-web", "free", 200, "shared", 1, "cidrs",
                       "10.20.1.0/24", "id", "n4", "name", "net-primary-db", "free", 11, "cidrs",
                       "10.20.2.0/24", "id", "n5", "name", "net-secondary-db", "free", "cidrs",
                       "10.20.3.0/24"));
    json_put(o, "target_flavors",
             json_pack("[{s:s, s:s, s:i, s:i, s:i}, {s:s, s:s, s:i, s:i, s:i}]", "id", "f2", "name",
                       "m1.medium", "vcpus", 2, "ram", 4096, "disk", 20, "id", "f3", "name",
                       "m2.large", "vcpus", 4, "ram", 8192, "disk", 40));
    json_array_foreach(json_list(o, "networks"), i, row)
        json_put_int(row, "wanted", 2);
    row = json_array_get(json_list(o, "flavors"), 0);
    json_put_int(row, "vcpus", 4);
    json_put_int(row, "ram", 4096);
    json_put_int(row, "disk", 20);
    json_put(o, "commit_window", json_pack("{s:i, s:s}", "minutes", 30, "action", "commit"));
}

json_t *world_proposal_json(bool with_problem)
{
    json_t *o = json_pack(
        "{s:s, s:s, s:s, s:[{s:s,s:s,s:s,s:s,s:s,s:s},{s:s,s:s,s:s,s:s,s:s,s:s}],"
        " s:[{s:s,s:s,s:s,s:s,s:s,s:s,s:i}], s:[s,s], s:i, s:b, s:{s:s,s:s}, s:[], s:[]}",
        "group", "prod-web-app", "source_site", "site-a", "target_site", "site-b", "networks",
        "from", "n1", "from_name", "net-primary-web", "to", "n2", "to_name", "net-secondary-web",
        "reason", "stored", "note", "", "from", "n3", "from_name", "net-primary-db", "to", "n4",
        "to_name", "net-primary-db", "reason", "same name", "note", "", "flavors", "from", "f1",
        "from_name", "m1.medium", "to", "f2", "to_name", "m1.medium", "reason", "same name", "note",
        "smaller: 2 of 4 vCPU", "members", 3, "health_checks", "tcp:22", "http:/healthz",
        "health_check_timeout", 120, "auto_cleanup", 1, "recovery_point", "name", "rp",
        "created_at", "2026-11-20T09:38:57Z", "warnings", "problems");
    if (!o)
        abort();
    add_targets(o);
    if (with_problem) {
        json_put(o, "images",
                 json_pack("[{s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:i}, {s:s,s:s,s:n,s:n,s:s,s:s,s:i,s:i}]", "from", "i1",
                           "from_name", "debian-12", "to", "i1", "to_name", "debian-12", "reason", "same id",
                           "note", "", "volumes", 4, "size_gib", 10, "from", "i2", "from_name", "web-golden",
                           "to", "to_name", "reason", "none", "note", "", "volumes", 1, "size_gib", 8));
        json_put(o, "target_images",
                 json_pack("[{s:s,s:s,s:i,s:i}, {s:s,s:s,s:i,s:i}]", "id", "i1", "name", "debian-12", "min_disk",
                           3, "size_mib", 322, "id", "i9", "name", "web-golden-2026", "min_disk", 8, "size_mib",
                           1238));
        json_t *net = json_array_get(json_list(o, "networks"), 1);
        json_put_text(net, "to", NULL);
        json_put_text(net, "to_name", NULL);
        json_put_text(net, "reason", "none");
        json_array_append_new(
            json_list(o, "problems"),
            json_pack("{s:s, s:s}", "text", "network 'net-primary-db' has no counterpart on site-b",
                      "remedy", "Choose a target network, or an isolated one made for the drill."));
    }
    return o;
}

json_t *world_events_json(void)
{
    struct event events[EVENT_COUNT];
    char iso[CLOCK_ISO_SIZE];
    json_t *list = json_array();
    make_events(events, false);
    for (int i = 0; i < EVENT_COUNT; i++)
        json_array_append_new(list,
                              json_pack("{s:I, s:s, s:s, s:s}", "seq", (json_int_t)events[i].seq,
                                        "at", clock_iso(iso, events[i].at_ms), "level",
                                        events[i].level, "text", events[i].text));
    return list;
}

json_t *world_all_events_json(int first, int last)
{
    json_t *list = json_array();
    char text[64], iso[CLOCK_ISO_SIZE];
    for (int i = first; i <= last; i++) {
        json_t *o = json_object();
        snprintf(text, sizeof text, "event number %d", i);
        json_put_int(o, "seq", i);
        json_put_text(o, "at", clock_iso(iso, WORLD_FROZEN_MS - (2000 - i) * INT64_C(1000)));
        json_put_text(o, "level", i % 7 ? "info" : "warn");
        json_put_text(o, "text", text);
        json_put_text(o, "operation_id", i % 2 ? WORLD_DRILL_ID : "op-31c9ae77-0003");
        if (i % 3) { /* of the other ones nobody knows more than the id */
            json_put_text(o, "operation_type", i % 2 ? "test_failover" : "failover");
            json_put_text(o, "protection_group", i % 2 ? "prod-web-app" : "hr-suite");
        }
        json_array_append_new(list, o);
    }
    return list;
}
