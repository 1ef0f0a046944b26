/* world_move: production on its way to the other site. See world.h. */
#include "tests/tui/support/world.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    enum step_kind kind;
    const char *subject;
    /* W waiting, R running, D done, F failed, S skipped: rolling, partial, asking */
    const char *in;
} STEPS[] = {
    {STEP_VALIDATE_TARGET, "site-b", "DDD"},    {STEP_STOP_SERVER, "web-1", "DDD"},
    {STEP_STOP_SERVER, "web-2", "DDD"},         {STEP_STOP_SERVER, "db-3", "DDD"},
    {STEP_REPLICATE_NOW, "prod-web-app", "DDD"}, {STEP_AWAIT_TRANSFER, "prod-web-app", "DDD"},
    {STEP_PIN_POINT, "prod-web-app", "DDD"},    {STEP_ALL_CHECKED, "prod-web-app", "DDD"},
    {STEP_CREATE_VOLUME, "web-1 root", "DDD"},  {STEP_CREATE_VOLUME, "web-2 root", "DDD"},
    {STEP_CREATE_VOLUME, "db-3 root", "DDD"},   {STEP_CREATE_PORT, "web-1", "DDD"},
    {STEP_CREATE_PORT, "web-2", "DDD"},         {STEP_CREATE_PORT, "db-3", "DDD"},
    {STEP_CREATE_SERVER, "db-3", "DDD"},        {STEP_PROMPT, "after db-3", "DDR"},
    {STEP_CREATE_SERVER, "web-1", "DDW"},       {STEP_CREATE_SERVER, "web-2", "FFW"},
    {STEP_VERIFY_BOOT, "web-1", "SDW"},         {STEP_VERIFY_BOOT, "web-2", "SSW"},
    {STEP_VERIFY_BOOT, "db-3", "SDW"},          {STEP_UPDATE_GROUP, "prod-web-app", "SDW"},
    {STEP_DELETE_SERVER, "db-3", "DWW"},        {STEP_DELETE_SERVER, "web-1", "RWW"},
    {STEP_DELETE_PORT, "web-1", "WWW"},         {STEP_DELETE_VOLUME, "web-1 root", "WWW"},
    {STEP_START_SERVER, "web-1", "WWW"},        {STEP_START_SERVER, "web-2", "WWW"},
    {STEP_START_SERVER, "db-3", "WWW"},
};
enum { STEP_COUNT = sizeof STEPS / sizeof STEPS[0] };

static void put(char *dst, size_t size, const char *text)
{
    snprintf(dst, size, "%s", text);
}

static enum step_status status_of(char letter)
{
    switch (letter) {
    case 'R':
        return STEP_RUNNING;
    case 'D':
        return STEP_DONE;
    case 'F':
        return STEP_FAILED;
    case 'S':
        return STEP_SKIPPED;
    default:
        return STEP_WAITING;
    }
}

static void run_steps(struct operation *op, int column)
{
    for (int i = 0; i < STEP_COUNT; i++) {
        struct step_state *s = &op->steps[i];
        s->status = status_of(STEPS[i].in[column]);
        if (s->status == STEP_WAITING || s->status == STEP_SKIPPED)
            continue;
        s->attempts = 1;
        s->started_ms = op->started_ms + i * 5000;
        s->ended_ms = s->status == STEP_RUNNING ? 0 : s->started_ms + 4000;
        if (s->status == STEP_FAILED)
            put(s->detail, sizeof s->detail, "ERROR: No valid host was found");
        else if (STEPS[i].kind == STEP_PROMPT)
            put(s->detail, sizeof s->detail, "Has the DNS record been changed?");
        else
            put(s->detail, sizeof s->detail,
                STEPS[i].kind == STEP_STOP_SERVER ? "SHUTOFF" : "ACTIVE");
    }
}

struct operation *world_move(enum world_stage stage)
{
    struct plan *plan = plan_new();
    char key[96];
    int column = stage == WORLD_ROLLING ? 0 : stage == WORLD_PARTIAL ? 1 : 2;
    for (int i = 0; i < STEP_COUNT; i++) {
        snprintf(key, sizeof key, "%s:%s", step_kind_name(STEPS[i].kind), STEPS[i].subject);
        plan_add(plan, STEPS[i].kind, key, STEPS[i].subject, NULL);
    }
    struct operation *op = operation_new(OP_FAILOVER, plan);
    put(op->id, sizeof op->id, WORLD_MOVE_ID);
    put(op->group_id, sizeof op->group_id, "pg-1");
    put(op->group, sizeof op->group, "prod-web-app");
    put(op->source_site, sizeof op->source_site, "site-a");
    put(op->target_site, sizeof op->target_site, "site-b");
    op->created_ms = op->started_ms = world_now_ms - 125 * 1000;
    op->recovery_point_ms = op->started_ms - 2000;
    run_steps(op, column);
    if (stage == WORLD_ASKING) {
        op->status = OP_RUNNING;
        op->progress = 71;
        return op;
    }
    op->status = stage == WORLD_ROLLING ? OP_ROLLING_BACK : OP_COMPLETED;
    op->verdict = stage == WORLD_ROLLING ? VERDICT_FAILED : VERDICT_PARTIAL;
    op->progress = stage == WORLD_ROLLING ? 79 : 100;
    op->completed_ms = stage == WORLD_ROLLING ? 0 : world_now_ms - 3000;
    op->cleanup_due = stage == WORLD_ROLLING;
    put(op->error_message, sizeof op->error_message,
        "server web-2: No valid host was found. There are not enough hosts available. "
        "(HTTP 500, req-3c1f)");
    put(op->remedy, sizeof op->remedy,
        "site-b has no room for flavor m1.medium. Free capacity there, or map the flavor to a "
        "smaller one with --flavor-mapping.");
    return op;
}

/* ---- answers --------------------------------------------------------------------- */

static json_t *check(const char *key, const char *status, const char *title, const char *evidence,
                     const char *remedy)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "check", key, "status", status, "title",
                     title, "evidence", evidence, "remedy", remedy, "read_at",
                     "2026-11-20T09:41:00Z");
}

static json_t *readiness(bool blocked)
{
    const char *bad = blocked ? "blocked" : "ok";
    return json_pack(
        "{s:s, s:s, s:b, s:b, s:[o, o, o, o, o, o]}", "operation", "failover", "group",
        "prod-web-app", "forced", 0, "ready", !blocked, "checks",
        check("R-SITE", "ok", "both sites answer", "site-a 12 ms, site-b 14 ms", ""),
        check("R-MEM", "ok", "every member exists on the primary", "3 of 3", ""),
        check("R-QUOTA", bad, "the quotas have room for all of it",
              blocked ? "3 instances wanted, 2 of 10 left on site-b" : "3 of 10 left",
              "Raise the quota of the project on site-b, or free what it does not need: "
              "openstack quota show."),
        check("R-NET", bad, "every network has a counterpart",
              blocked ? "net-primary-db has none on site-b" : "2 of 2",
              "Map it: --network-mapping net-primary-db=NETWORK."),
        check("R-RPO", "warning", "the recovery point is young enough",
              "6m31s old, RPO 5m", "Replicate now, or wait for the next cycle."),
        check("R-CAP", "unknown", "hosts and pools have room", "only administrators may see it",
              ""));
}

json_t *world_readiness_json(void)
{
    return readiness(true);
}

static json_t *plan_step(const char *kind, const char *name, const char *phase)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "kind", kind, "name", name, "subject", name, "phase",
                     phase);
}

/* The port of a server that keeps its address. */
static json_t *plan_port(const char *vm, const char *ip)
{
    char subject[80];
    snprintf(subject, sizeof subject, "%s nic0", vm);
    json_t *o = plan_step("create_port", subject, "storage");
    json_put(o, "params", json_pack("{s:s, s:[{s:s}], s:s}", "vm", vm, "fixed_ips", "ip_address", ip,
                                    "mac_address", "fa:16:3e:00:00:01"));
    return o;
}

/* A few of its steps, and how long it takes. */
static void add_steps(json_t *o)
{
    json_put(o, "steps",
             json_pack("[o, o, o, o, o, o]", plan_step("stop_server", "web-1", "preparation"),
                       plan_step("create_volume", "web-1-0", "storage"),
                       plan_port("web-1", "10.1.0.11"),
                       plan_step("create_server", "web-1", "instances"),
                       plan_step("update_group", "prod-web-app", "finalization"),
                       plan_step("delete_server", "web-1", "rollback")));
    json_put(o, "predicted", json_pack("{s:i, s:i, s:i}", "low_s", 130, "high_s", 185, "runs", 4));
}

json_t *world_plan_json(bool blocked)
{
    json_t *o = json_pack(
        "{s:s, s:s, s:s, s:s, s:{s:i, s:i, s:i, s:i, s:i}, s:[s], s:[s, s, s],"
        " s:{s:i, s:s, s:s}, s:o}",
        "group", "prod-web-app", "confirm", "prod-web-app", "source_site", "site-a",
        "target_site", "site-b", "counts", "volumes", 5, "ports", 4, "servers", 3, "networks", 0,
        "checks", 9, "warnings", "flavor m1.medium is smaller on site-b: 2 of 4 vCPU",
        "consequences", "web-1, web-2 and db-3 are stopped on site-a and stay there, stopped.",
        "Afterwards prod-web-app serves at site-b; it can be rolled back until it is committed.",
        "What is written on site-b in the meantime is lost by a rollback.", "expected_data_loss",
        "seconds", 130, "point", "rp-20261120-0937", "created_at", "2026-11-20T09:38:57Z",
        "readiness", readiness(blocked));
    if (!o)
        abort();
    add_steps(o);
    return o;
}

/* Each member's server, port and volume is deleted, and what was stopped started. */
json_t *world_undo_plan_json(void)
{
    static const char *const MEMBERS[] = {"web-1", "web-2", "db-3"};
    static const char *const KINDS[] = {"delete_server", "delete_port", "delete_volume",
                                        "start_server"};
    json_t *steps = json_array();
    for (size_t k = 0; k < sizeof KINDS / sizeof KINDS[0]; k++)
        for (size_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++)
            json_array_append_new(steps, plan_step(KINDS[k], MEMBERS[i], "cleaning_up"));
    json_t *o = json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:{}, s:[], s:[s, s, s], s:{s:i, s:i, s:i}}", "group",
        "prod-web-app", "confirm", "prod-web-app", "source_site", "site-b", "target_site", "site-a",
        "steps", steps, "counts", "warnings", "consequences",
        "What was written at site-b since the failover is lost.",
        "The servers, ports and volumes that the failover made at site-b are deleted.",
        "The servers at site-a that the failover stopped are started again.", "predicted", "low_s",
        95, "high_s", 140, "runs", 2);
    if (!o)
        abort();
    return o;
}

json_t *world_commit_plan_json(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:[o], s:{}, s:[], s:[s, s], s:{s:i, s:i, s:i}}", "group",
                     "prod-web-app", "confirm", "prod-web-app", "source_site", "site-a", "target_site",
                     "site-b", "steps", plan_step("update_group", "prod-web-app", "finalization"),
                     "counts", "warnings", "consequences",
                     "prod-web-app stays at site-b: there is no rollback any more, only a failback.",
                     "The servers at site-a are left there as they are.", "predicted", "low_s", 1,
                     "high_s", 2, "runs", 5);
}

/* What failed of it is made again; some of that never ran here. */
json_t *world_retry_plan_json(void)
{
    json_t *o = json_pack(
        "{s:s, s:s, s:s, s:s, s:[o, o, o], s:{s:i}, s:[], s:[s, s], s:{s:i, s:n, s:i, s:i}}", "group",
        "prod-web-app", "confirm", "prod-web-app", "source_site", "site-a", "target_site", "site-b",
        "steps", plan_step("create_server", "web-2", "creating_vms"),
        plan_step("verify_boot", "web-2", "verifying"),
        plan_step("update_group", "prod-web-app", "finalization"), "counts", "servers", 1, "warnings",
        "consequences",
        "What failed or was skipped is done again, in the same operation; what is up at site-b stays.",
        "What it left in ERROR there is deleted first and made anew.", "predicted", "low_s", 40,
        "high_s", "unseen", 1, "runs", 3);
    if (!o)
        abort();
    return o;
}

json_t *world_drill_plan_json(void)
{
    json_t *o = world_plan_json(false), *steps = json_list(o, "steps");
    for (size_t i = json_array_size(steps); i-- > 0;)
        if (!text_starts(json_text(json_array_get(steps, i), "kind"), "create_"))
            json_array_remove(steps, i);
    json_object_del(o, "consequences");
    json_object_del(o, "expected_data_loss");
    json_object_del(o, "confirm");
    return o;
}

json_t *world_points_json(void)
{
    json_t *o = json_pack(
        "[{s:s, s:s, s:s, s:i, s:b, s:b, s:i, s:b, s:b, s:i, s:[]},"
        " {s:s, s:s, s:s, s:i, s:b, s:b, s:i, s:b, s:b, s:i, s:[]},"
        " {s:s, s:s, s:s, s:i, s:b, s:b, s:i, s:b, s:b, s:i, s:[{s:s, s:s, s:s}]}]",
        "name", "array-a:prod-web-app.43", "short_name", "prod-web-app.43", "created_at",
        "2026-11-20T09:41:00Z", "age", 7, "within_rpo", 1, "complete", 0, "progress", 40,
        "interrupted", 0, "latest", 0, "volumes_present", 5, "volumes_missing",
        "name", "array-a:prod-web-app.42", "short_name", "prod-web-app.42", "created_at",
        "2026-11-20T09:38:57Z", "age", 130, "within_rpo", 1, "complete", 1, "progress", 100,
        "interrupted", 0, "latest", 1, "volumes_present", 5, "volumes_missing",
        "name", "array-a:prod-web-app.41", "short_name", "prod-web-app.41", "created_at",
        "2026-11-20T09:23:57Z", "age", 1030, "within_rpo", 0, "complete", 1, "progress", 100,
        "interrupted", 0, "latest", 0, "volumes_present", 4, "volumes_missing", "vm", "db-3",
        "volume_id", "v9", "volume", "log");
    if (!o)
        abort();
    return o;
}
