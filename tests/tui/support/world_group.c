/* world_group: what the engine answers about one group and one site. See world.h. */
#include "tests/tui/support/world.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"

#include <stdlib.h>

static json_t *must(json_t *o)
{
    if (!o)
        abort();
    return o;
}

json_t *world_split_json(void)
{
    return json_pack("{s:s, s:s, s:I, s:[{s:s,s:s,s:I},{s:s,s:s,s:I}]}", "site", "site-a", "reason",
                     "both sites run it", "since_ms", (json_int_t)(world_now_ms - 20 * 60000),
                     "servers", "id", "s1", "name", "files-1", "since_ms",
                     (json_int_t)(world_now_ms - 20 * 60000), "id", "s2", "name", "files-2",
                     "since_ms", (json_int_t)(world_now_ms - 19 * 60000));
}

json_t *world_boot_json(void)
{
    return json_pack("[{s:s, s:[s], s:[{s:s, s:i}], s:s}, {s:s, s:[s, s], s:[s]}]", "name", "data",
                     "members", "db-3", "wait_for", "check", "tcp:5432", "timeout_s", 60, "prompt",
                     "Has the DNS record been changed?", "name", "web", "members", "web-1", "web-2",
                     "depends_on", "data");
}

json_t *world_group_json(void)
{
    char read[CLOCK_ISO_SIZE];
    clock_iso(read, world_now_ms - 40000);
    return must(json_pack(
        "{s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s, s:n},"
        " {s:s, s:s, s:s, s:s, s:s, s:s}]}",
        "id", "pg-1", "name", "prod-web-app", "members", "instance_id", "web-1", "state",
        "recovered", "in_the_world", "ACTIVE", "result", "succeeded", "read_at", read, "server",
        "ACTIVE", "instance_id", "web-2", "state", "failed", "in_the_world", "ERROR, or absent",
        "result", "failed", "read_at", "instance_id", "db-3", "state", "recovered_unverified",
        "in_the_world", "ACTIVE, a check failed", "result", "partial", "read_at", read, "server",
        "SHUTOFF"));
}

json_t *world_site_json(void)
{
    const json_int_t gib = 1 << 30;
    return must(json_pack(
        "{s:s, s:[{s:s,s:i,s:i,s:s}, {s:s,s:i,s:i,s:s}, {s:s,s:i,s:i,s:s}, {s:s,s:i,s:i,s:s},"
        " {s:s,s:i,s:i,s:s}, {s:s,s:i,s:n,s:s}], s:{s:s, s:s, s:[{s:s,s:s}, {s:s,s:s}], s:I, s:I},"
        " s:[{s:s,s:s}]}",
        "name", "site-a", "quotas", "name", "instances", "used", 13, "limit", 32, "unit", "",
        "name", "vCPUs", "used", 62, "limit", 64, "unit", "", "name", "RAM", "used", 53248, "limit",
        131072, "unit", "MiB", "name", "volumes", "used", 40, "limit", 40, "unit", "", "name",
        "storage", "used", 1120, "limit", 4000, "unit", "GiB", "name", "ports", "used", 31, "limit",
        "unit", "", "array", "name", "array-a", "version", "6.4.10", "connections", "name",
        "array-b", "status", "connected", "name", "array-c", "status", "partially_connected",
        "capacity_bytes", 20000 * gib, "used_bytes", 13700 * gib, "unread", "what",
        "network quota", "error", "only administrators may see it"));
}

/* One entry of an operation's ledger. */
static void made(json_t *op, const char *type, const char *name, const char *status,
                 const char *gone)
{
    json_t *e = must(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?}", "type", type, "name", name,
                               "id", "0b7e5d1c-1f0a-4c0e-9d6b-0a4f5c1e7a10", "site", "site-b",
                               "status", status, "made_at", json_text(op, "started_at"),
                               "gone_at", gone));
    json_array_append_new(json_list(op, "ledger"), e);
}

static json_t *operation(const char *id, const char *type, const char *status,
                         const char *verdict, const char *started, int took_s)
{
    char ended[CLOCK_ISO_SIZE];
    int64_t ms = 0;
    clock_parse_iso(started, &ms);
    clock_iso(ended, ms + took_s * INT64_C(1000));
    return must(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:[]}", "id", id,
                          "operation_type", type, "status", status, "state", "completed",
                          "verdict", verdict, "protection_group", "prod-web-app", "source_site",
                          "site-a", "target_site", "site-b", "started_at", started,
                          "completed_at", ended, "ledger"));
}

json_t *world_operations_json(void)
{
    static const struct {
        const char *id, *verdict, *started;
        int took_s;
    } drills[] = {
        {"op-7d21c0aa-0001", "passed", "2026-11-11T08:00:12Z", 452},
        {"op-6c11c0aa-0002", "passed", "2026-10-14T08:00:02Z", 431},
        {"op-5b01c0aa-0003", "failed", "2026-09-16T08:00:40Z", 702},
        {"op-4af1c0aa-0004", "passed", "2026-08-19T08:00:08Z", 398},
        {"op-39e1c0aa-0005", "passed", "2026-07-22T08:00:31Z", 371},
        {"op-28d1c0aa-0006", "passed", "2026-06-24T08:00:19Z", 356},
        {"op-17c1c0aa-0007", "passed", "2026-05-27T08:00:55Z", 349},
    };
    json_t *list = json_array();
    json_t *kept = operation(WORLD_DRILL_ID, "test_failover", "succeeded", "passed",
                             "2026-11-20T09:38:00Z", 140);
    made(kept, "volume", "test-web-1-root", "made", NULL);
    made(kept, "port", "test-web-1", "made", NULL);
    made(kept, "server", "test-web-1", "made", NULL);
    made(kept, "server", "test-web-2", "survives", NULL);
    json_array_append_new(list, kept);
    json_t *moved = operation("op-88aa0011-0009", "failover", "completed", "",
                              "2026-11-15T03:11:00Z", 610);
    made(moved, "stopped", "web-1", "gone", "2026-11-15T06:00:00Z");
    made(moved, "server", "web-1", "gone", "2026-11-15T06:02:00Z");
    json_array_append_new(list, moved);
    for (size_t i = 0; i < sizeof drills / sizeof drills[0]; i++) {
        json_t *op = operation(drills[i].id, "test_failover", "cleaned", drills[i].verdict,
                               drills[i].started, drills[i].took_s);
        if (i == 0)
            made(op, "server", "test-db-3", "gone", "2026-11-11T08:08:10Z");
        json_array_append_new(list, op);
    }
    return list;
}

json_t *world_versions_json(void)
{
    return json_pack("{s:s, s:i, s:{s:i, s:s, s:[{s:s, s:s, s:s}, {s:s, s:s, s:s}]}}", "group",
                     "prod-web-app", "metadata_version", 7, "undo", "version", 6, "until",
                     "2026-11-20T09:00:00Z", "changes", "what", "RPO, seconds", "now", "300",
                     "then", "900", "what", "members", "now", "web-1, app-1, db-1", "then",
                     "web-1, app-1");
}

/* The line of a request, and what answered it. */
static void add_request(json_t *lines, int n)
{
    static const struct {
        const char *action, *target, *user, *sudo, *from, *reason, *result, *error, *operation;
    } KINDS[] = {
        {"test_failover", "prod-web-app", "anna", "", "10.9.1.4", "", "ok", "", WORLD_DRILL_ID},
        {"failover", "prod-web-app", "root", "ben", "10.9.1.7", "site-a has no power", "state",
         "prod-web-app: a failover is not allowed while 'testing'", ""},
        {"group_update", "prod-billing", "anna", "", "", "", "ok", "", ""},
        {"operation_cancel", WORLD_DRILL_ID, "anna", "", "10.9.1.4", "", "", "", ""},
        {"commit", "hr-suite", "root", "ben", "10.9.1.7", "agreed in the call", "ok", "",
         "op-31c9ae77-0003"},
    };
    char id[24], at[CLOCK_ISO_SIZE];
    size_t k = (size_t)n % (sizeof KINDS / sizeof KINDS[0]);
    snprintf(id, sizeof id, "request-%d", n);
    clock_iso(at, world_now_ms - (int64_t)(2000 - n) * 60000);
    json_t *asked = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:{s:s, s:s}}",
                              "at", at, "what", "asked", "id", id, "action", KINDS[k].action, "by",
                              "person", "target", KINDS[k].target, "user", KINDS[k].user,
                              "sudo_user", KINDS[k].sudo, "from", KINDS[k].from, "host", "ops-1",
                              "pid", 4711, "arguments", "group", KINDS[k].target, "reason",
                              KINDS[k].reason);
    json_array_append_new(lines, must(asked));
    if (!*KINDS[k].result)
        return;
    json_array_append_new(lines, must(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "at", at, "what",
                                                "answered", "id", id, "result", KINDS[k].result,
                                                "error", KINDS[k].error, "operation",
                                                KINDS[k].operation)));
}

json_t *world_audit_page_json(int first, int count, const char *before)
{
    json_t *o = json_object(), *lines = json_array();
    for (int n = first; n < first + count; n++)
        add_request(lines, n);
    json_put(o, "lines", lines);
    json_put_int(o, "torn", 1);
    json_put_text(o, "before", before);
    return o;
}

json_t *world_audit_json(void)
{
    return world_audit_page_json(1960, 40, NULL);
}
