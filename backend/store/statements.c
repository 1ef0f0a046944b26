#include "backend/store/statements.h"

#include "backend/model/operation.h"

/* The columns of an operation's header, in the order of OPERATION_COLUMNS. */
#define OP_FIELDS                                                                   \
    "id, type, status, verdict, progress, group_id, group_name, source_site, "      \
    "target_site, parent, recovery_point, recovery_point_ms, created_ms, "          \
    "started_ms, completed_ms, cleanup_due, cancel_asked, error_message, remedy, "  \
    "request, warnings, consoles"
#define STEP_FIELDS "status, attempts, started_ms, ended_ms, resource_id, detail"
#define LEDGER_FIELDS \
    "step, site, type, name, resource_id, source_id, state, made_ms, gone_ms"
#define EVENT_FIELDS "seq, at_ms, op_id, level, text"

/* What follows WHERE in each list of operations: ?2 type, ?3 the seq that only
 * older ones pass (0: all), ?4 limit (-1: none). */
#define OPS_TAIL                                                       \
    "(?2 IS NULL OR type = ?2) AND (?3 = 0 OR seq < ?3) "              \
    "ORDER BY seq DESC LIMIT ?4"

/* Which operations say how a group stands: all real ones, what is open, what
 * holds something, and the newest drill that came to its end. `of` narrows the
 * first three to a group. */
#define FACTS(of, groups)                                                            \
    "WITH wanted (seq) AS ("                                                         \
    "  SELECT seq FROM operations o "                                                \
    "    WHERE type NOT IN ('test_failover', 'test_cleanup', 'sync_volumes')" of     \
    "  UNION SELECT seq FROM operations o WHERE open = 1" of                         \
    "  UNION SELECT o.seq FROM ledger l JOIN operations o ON o.id = l.op_id "        \
    "    WHERE l.state <> 'gone'" of                                                 \
    "  UNION SELECT (SELECT seq FROM operations WHERE group_id = g.id "              \
    "    AND type = 'test_failover' AND completed_ms > 0 ORDER BY seq DESC LIMIT 1) " \
    "    FROM " groups " g) "                                                        \
    "SELECT o.group_id, o.id, o.type, o.status, o.verdict, o.cleanup_due, "          \
    "EXISTS (SELECT 1 FROM ledger WHERE op_id = o.id AND state <> 'gone'), "         \
    "o.created_ms, o.started_ms, o.completed_ms, "                                   \
    "CASE o.type WHEN 'test_failover' THEN coalesce((SELECT min(started_ms) "        \
    "  FROM plan_steps WHERE op_id = o.id AND phase = 'cleaning_up' "                \
    "  AND started_ms > 0), 0) ELSE 0 END, "                                         \
    "CASE WHEN o.type IN ('failover', 'resolve') THEN coalesce(json_extract(o.request, '$.force') = 1, 0) " \
    "  ELSE 0 END, "                                                                 \
    "CASE o.type WHEN 'resolve' THEN coalesce(json_extract(o.request, '$.serving'), '') " \
    "  ELSE '' END, "                                                                \
    "o.cancel_asked = 1 AND o.verdict = 'failed' AND o.error_message = '"            \
    OPERATION_STOPPED "', "                                                          \
    "CASE o.type WHEN 'failover' THEN coalesce(json_extract(o.request, '$.follows'), '') " \
    "  ELSE '' END, "                                                                \
    "o.type IN ('failover', 'failback') AND EXISTS (SELECT 1 FROM ledger "           \
    "  WHERE op_id = o.id AND state <> 'gone' AND type <> 'stopped' "                \
    "  AND resource_id <> '') "                                                      \
    "FROM wanted w JOIN operations o ON o.seq = w.seq ORDER BY o.group_id, o.seq"

static const char *const SQL[STMT_COUNT] = {
    [STMT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [STMT_BEGIN_READ] = "BEGIN",
    [STMT_COMMIT] = "COMMIT",
    [STMT_ROLLBACK] = "ROLLBACK",
    [STMT_DATA_VERSION] = "PRAGMA data_version",
    [STMT_CHANGES] = "SELECT protection, state, history FROM changes WHERE id = 1",
    /* What lifecycle_real() says of: a drill and a sync leave the record alone. */
    [STMT_REAL_ENDED] = "SELECT count(*), ifnull(max(completed_ms), 0) FROM operations "
                        "WHERE completed_ms > 0 AND type NOT IN "
                        "('test_failover', 'test_cleanup', 'sync_volumes')",

    [STMT_LEASE_READ] = "SELECT holder, host, boot, pid, started, fencing, heartbeat_ms "
                        "FROM lease WHERE id = 1",
    [STMT_LEASE_TAKE] = "UPDATE lease SET holder = ?1, host = ?2, boot = ?3, pid = ?4, "
                        "started = ?5, fencing = fencing + 1, heartbeat_ms = ?6 "
                        "WHERE id = 1 RETURNING fencing",
    [STMT_LEASE_RENEW] = "UPDATE lease SET heartbeat_ms = ?1 "
                         "WHERE id = 1 AND fencing = ?2 AND holder <> ''",
    [STMT_LEASE_RELEASE] = "UPDATE lease SET holder = '', pid = 0, started = 0 "
                           "WHERE id = 1 AND fencing = ?1",
    [STMT_LEASE_SIGN] = "SELECT heartbeat_ms FROM lease WHERE id = 1 AND pid = ?1",
    [STMT_LEASE_FENCING] = "SELECT fencing, holder FROM lease WHERE id = 1",

    [STMT_GROUP_SAVE] = "INSERT INTO protection_groups (id, name, body) VALUES (?1, ?2, ?3) "
                        "ON CONFLICT (id) DO UPDATE SET name = ?2, body = ?3",
    [STMT_GROUP_DELETE] = "DELETE FROM protection_groups WHERE id = ?1",
    [STMT_GROUP_LOAD] = "SELECT id, name, body FROM protection_groups WHERE id = ?1",
    [STMT_GROUPS] = "SELECT id, name, body FROM protection_groups ORDER BY name",
    [STMT_GROUP_VERSIONS] = "SELECT id, coalesce(json_extract(body, '$.metadata_version'), 1) FROM "
                            "protection_groups ORDER BY name",

    [STMT_VERSION_KEEP] = "INSERT INTO group_versions (group_id, version, until_ms, body) VALUES "
                          "(?1, ?2, ?3, ?4) ON CONFLICT (group_id, version) DO UPDATE SET "
                          "until_ms = ?3, body = ?4",
    [STMT_VERSIONS_TRIM] = "DELETE FROM group_versions WHERE group_id = ?1 AND version <= ?2",
    [STMT_VERSIONS_DROP] = "DELETE FROM group_versions WHERE group_id = ?1",
    [STMT_VERSION] = "SELECT ?1, json_extract(body, '$.name'), body, until_ms FROM group_versions "
                     "WHERE group_id = ?1 AND version < ?2 ORDER BY version DESC LIMIT 1",

    [STMT_OP_INSERT] = "INSERT INTO operations (" OP_FIELDS ", at_rest, open) VALUES "
                       "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
                       "?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
    /* Another process may have asked for a cancel since: that is never undone while
     * it runs. One at rest that begins again begins without it. */
    [STMT_OP_SAVE] = "UPDATE operations SET type = ?2, status = ?3, verdict = ?4, "
                     "progress = ?5, group_id = ?6, group_name = ?7, source_site = ?8, "
                     "target_site = ?9, parent = ?10, recovery_point = ?11, "
                     "recovery_point_ms = ?12, created_ms = ?13, started_ms = ?14, "
                     "completed_ms = ?15, cleanup_due = ?16, "
                     "cancel_asked = iif(at_rest, ?17, max(cancel_asked, ?17)), error_message = ?18, "
                     "remedy = ?19, request = ?20, warnings = ?21, consoles = ?22, at_rest = ?23, "
                     "open = ?24 "
                     "WHERE id = ?1",
    [STMT_OP_LOAD] = "SELECT " OP_FIELDS " FROM operations WHERE id = ?1",
    [STMT_OP_FIND] = "SELECT id FROM operations WHERE id >= ?1 AND id < ?1 || '~' LIMIT 2",
    /* Beside each other may run: a forced failover and the drill that it pushes
     * aside, with that one's cleanup; a sync and anything that it only hurries. */
    [STMT_OP_BUSY] = "SELECT id FROM operations WHERE at_rest = 0 AND group_id = ?1 "
                     "AND id <> ?2 AND id <> ?3 "
                     "AND NOT (?4 = 'failover' AND type IN ('test_failover', 'test_cleanup')) "
                     "AND NOT (?4 = 'test_cleanup' AND type = 'failover') "
                     "AND (?4 = 'sync_volumes') = (type = 'sync_volumes') LIMIT 1",
    [STMT_OP_LABEL] = "SELECT type, group_name FROM operations WHERE id = ?1",
    [STMT_OP_SEQ] = "SELECT seq FROM operations WHERE id = ?1",
    [STMT_OP_CANCEL] = "UPDATE operations SET cancel_asked = 1 WHERE id = ?1 AND at_rest = 0",
    [STMT_OPS] = "SELECT " OP_FIELDS " FROM operations WHERE ?1 IS NULL AND " OPS_TAIL,
    [STMT_OPS_OPEN] = "SELECT " OP_FIELDS " FROM operations WHERE open = 1 AND "
                      "(?1 IS NULL OR group_id = ?1 OR group_name = ?1) AND " OPS_TAIL,
    [STMT_OPS_GROUP] = "SELECT " OP_FIELDS " FROM operations WHERE "
                       "(group_id = ?1 OR group_name = ?1) AND " OPS_TAIL,

    [STMT_FACTS] = FACTS("", "protection_groups"),
    [STMT_FACTS_GROUP] = FACTS(" AND o.group_id = ?1", "(SELECT ?1 AS id)"),

    [STMT_STEP_INSERT] = "INSERT INTO plan_steps (" STEP_FIELDS ", op_id, idx, key, kind, "
                         "phase, subject, after_steps, params, timeout_s) VALUES "
                         "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    [STMT_STEP_SAVE] = "UPDATE plan_steps SET status = ?1, attempts = ?2, started_ms = ?3, "
                       "ended_ms = ?4, resource_id = ?5, detail = ?6 "
                       "WHERE op_id = ?7 AND idx = ?8",
    [STMT_STEPS] = "SELECT " STEP_FIELDS ", idx, key, kind, phase, subject, after_steps, "
                   "params, timeout_s FROM plan_steps WHERE op_id = ?1 ORDER BY idx",

    [STMT_LEDGER_SAVE] = "INSERT INTO ledger (" LEDGER_FIELDS ", op_id) VALUES "
                         "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
                         "ON CONFLICT (op_id, step) DO UPDATE SET site = ?2, type = ?3, "
                         "name = ?4, resource_id = ?5, source_id = ?6, state = ?7, "
                         "made_ms = ?8, gone_ms = ?9",
    [STMT_LEDGER] = "SELECT " LEDGER_FIELDS " FROM ledger WHERE op_id = ?1 ORDER BY step",

    [STMT_EVENT_ADD] = "INSERT INTO events (at_ms, op_id, level, text) VALUES (?2, ?3, ?4, ?5)",
    [STMT_EVENTS] = "SELECT " EVENT_FIELDS " FROM (SELECT * FROM events WHERE seq > ?1 "
                    "ORDER BY seq DESC LIMIT ?2) ORDER BY seq",
    [STMT_EVENTS_OP] = "SELECT " EVENT_FIELDS " FROM (SELECT * FROM events WHERE op_id = ?3 "
                       "AND seq > ?1 ORDER BY seq DESC LIMIT ?2) ORDER BY seq",

    [STMT_EVENTS_AFTER] = "SELECT " EVENT_FIELDS " FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    [STMT_EVENTS_BEFORE] = "SELECT " EVENT_FIELDS " FROM (SELECT * FROM events WHERE seq < ?1 "
                           "ORDER BY seq DESC LIMIT ?2) ORDER BY seq",

    /* A drill's cleanup may be an operation of its own; one that came to its
     * end tells how long that phase takes. */
    /* Bounded, however long the history and however large the groups. */
    [STMT_STEP_SAMPLES] =
        "WITH recent AS MATERIALIZED (SELECT id, seq FROM operations WHERE started_ms > 0 "
        "  ORDER BY seq DESC LIMIT 20) "
        "SELECT p.kind, coalesce(json_extract(p.params, '$.size_gib'), 0), "
        "  p.ended_ms - p.started_ms, p.attempts "
        "FROM recent CROSS JOIN plan_steps p ON p.op_id = recent.id "
        "WHERE p.status = 'done' AND p.started_ms > 0 "
        "  AND p.ended_ms >= p.started_ms LIMIT ?1",
    [STMT_USUAL] =
        "WITH drills AS (SELECT id FROM operations WHERE group_id = ?1 "
        "  AND type = 'test_failover' AND verdict = 'passed' ORDER BY seq DESC LIMIT 10), "
        "runs AS (SELECT id FROM drills UNION ALL SELECT o.id FROM operations o "
        "  JOIN drills d ON o.parent = d.id WHERE o.status = 'completed') "
        "SELECT p.phase, max(p.ended_ms) - min(p.started_ms) FROM runs "
        "  JOIN plan_steps p ON p.op_id = runs.id "
        "WHERE p.status = 'done' AND p.started_ms > 0 AND p.ended_ms >= p.started_ms "
        "GROUP BY p.op_id, p.phase ORDER BY 1, 2",

    [STMT_ANSWER_SAVE] = "INSERT INTO answers (op_id, step, word, at_ms) VALUES (?1, ?2, ?3, ?4) "
                         "ON CONFLICT (op_id, step) DO UPDATE SET word = ?3, at_ms = ?4",
    [STMT_ANSWER] = "SELECT word, at_ms FROM answers WHERE op_id = ?1 AND step = ?2",
};

const char *stmt_sql(enum stmt which)
{
    return SQL[which];
}
