#include "tui/verbs/columns.h"

#include "tui/verbs/cell.h"

/* -- sites -------------------------------------------------------------------- */

const struct column SITE_LIST_COLUMNS[] = {
    {"Name", "name", NULL, SHOWN_ALWAYS},
    {"Type", "type", NULL, SHOWN_ALWAYS},
    {"Status", "status", NULL, SHOWN_ALWAYS},
    {"Auth URL", "auth_url", NULL, SHOWN_ALWAYS},
    {"Cloud", "cloud", NULL, SHOWN_ASKED},
    {"Region", "region", NULL, SHOWN_ASKED},
    {"Read Only", "read_only", NULL, SHOWN_ASKED},
    {"Error", "error", NULL, SHOWN_ASKED},
    {0},
};

const struct column SITE_SHOW_COLUMNS[] = {
    {"name", "name", NULL, SHOWN_ALWAYS},
    {"type", "type", NULL, SHOWN_ALWAYS},
    {"status", "status", NULL, SHOWN_ALWAYS},
    {"auth_url", "auth_url", NULL, SHOWN_ALWAYS},
    {"cloud", "cloud", NULL, SHOWN_ALWAYS},
    {"region", "region", NULL, SHOWN_ALWAYS},
    {"read_only", "read_only", NULL, SHOWN_ALWAYS},
    {"clock_skew", "clock_skew", NULL, SHOWN_ALWAYS},
    {"services", "services", cell_services, SHOWN_ALWAYS},
    {"error", "error", NULL, SHOWN_ALWAYS},
    {0},
};

/* -- protection groups --------------------------------------------------------- */

const struct column GROUP_LIST_COLUMNS[] = {
    {"Name", "name", NULL, SHOWN_ALWAYS},
    {"Status", "status", NULL, SHOWN_ALWAYS},
    {"State", "state", NULL, SHOWN_ALWAYS},
    {"Primary Site", "primary_site", NULL, SHOWN_ALWAYS},
    {"Secondary Site", "secondary_site", NULL, SHOWN_WIDE_4},
    {"Current Site", "serves_at", NULL, SHOWN_ALWAYS},
    {"VMs", "member_count", NULL, SHOWN_WIDE_3},
    {"Volumes", "volume_count", NULL, SHOWN_WIDE_1},
    {"Lag", "replication_lag", cell_seconds, SHOWN_WIDE_5},
    {"RPO", "rpo_seconds", cell_seconds, SHOWN_WIDE_2},
    {"ID", "id", NULL, SHOWN_ASKED},
    {"Description", "description", NULL, SHOWN_ASKED},
    {"Last Replication", "last_replication_at", NULL, SHOWN_ASKED},
    {"Replication Status", "replication_status", NULL, SHOWN_ASKED},
    {"Allowed Actions", "allowed_actions", NULL, SHOWN_ASKED},
    {0},
};

const struct column GROUP_SHOW_COLUMNS[] = {
    {"id", "id", NULL, SHOWN_ALWAYS},
    {"name", "name", NULL, SHOWN_ALWAYS},
    {"description", "description", NULL, SHOWN_ALWAYS},
    {"status", "status", NULL, SHOWN_ALWAYS},
    {"state", "state", NULL, SHOWN_ALWAYS},
    {"elsewhere", "elsewhere", NULL, SHOWN_ALWAYS},
    {"window", "flags", cell_window, SHOWN_PEOPLE},
    {"flags", "flags", cell_flags, SHOWN_ALWAYS},
    {"split_brain", "split_brain", cell_split, SHOWN_ALWAYS},
    {"history_conflict", "history_conflict", NULL, SHOWN_ALWAYS},
    {"primary_site", "primary_site", NULL, SHOWN_ALWAYS},
    {"secondary_site", "secondary_site", NULL, SHOWN_ALWAYS},
    {"current_primary_site", "current_primary_site_id", NULL, SHOWN_ALWAYS},
    {"members", "members", cell_members, SHOWN_ALWAYS},
    {"predecessors", "predecessors", cell_predecessors, SHOWN_ALWAYS},
    {"member_count", "member_count", NULL, SHOWN_ALWAYS},
    {"volume_count", "volume_count", NULL, SHOWN_ALWAYS},
    {"replication_status", "replication_status", NULL, SHOWN_ALWAYS},
    {"last_replication_at", "last_replication_at", NULL, SHOWN_ALWAYS},
    {"replication_lag", "replication_lag", cell_seconds, SHOWN_ALWAYS},
    {"rpo_seconds", "rpo_seconds", NULL, SHOWN_ALWAYS},
    {"network_mapping", "network_mapping", cell_pairs, SHOWN_ALWAYS},
    {"flavor_mapping", "flavor_mapping", cell_pairs, SHOWN_ALWAYS},
    {"image_mapping", "image_mapping", cell_pairs, SHOWN_ALWAYS},
    {"floating_network", "floating_network", NULL, SHOWN_ALWAYS},
    {"health_checks", "health_checks", cell_lines, SHOWN_ALWAYS},
    {"failover_count", "failover_count", NULL, SHOWN_ALWAYS},
    {"question", "question", NULL, SHOWN_ALWAYS},
    {"last_operation", "last_operation", cell_operation, SHOWN_ALWAYS},
    {"readiness", "readiness", cell_readiness, SHOWN_ALWAYS},
    {"allowed_actions", "allowed_actions", cell_lines, SHOWN_ALWAYS},
    {"warnings", "action_warnings", cell_reasons, SHOWN_ALWAYS},
    {"refused_actions", "refused_actions", cell_reasons, SHOWN_ALWAYS},
    {"created_at", "created_at", NULL, SHOWN_ALWAYS},
    {"captured_at", "captured_at", NULL, SHOWN_ALWAYS},
    {"metadata_version", "metadata_version", NULL, SHOWN_JSON},
    {"boot_groups", "boot_groups", NULL, SHOWN_JSON},
    {"member_tally", "member_tally", NULL, SHOWN_JSON},
    {0},
};

/* -- operations ------------------------------------------------------------------ */

const struct column OPERATION_LIST_COLUMNS[] = {
    {"operation_id", "id", cell_id, SHOWN_ALWAYS},
    {"operation_type", "operation_type", NULL, SHOWN_ALWAYS},
    {"status", "status", NULL, SHOWN_ALWAYS},
    {"verdict", "verdict", NULL, SHOWN_WIDE_4},
    {"progress", "progress", NULL, SHOWN_WIDE_2},
    {"protection_group", "protection_group", NULL, SHOWN_ALWAYS},
    {"started_at", "started_at", cell_time, SHOWN_WIDE_3},
    {"completed_at", "completed_at", cell_time, SHOWN_WIDE_1},
    {"source_site", "source_site", NULL, SHOWN_JSON},
    {"target_site", "target_site", NULL, SHOWN_JSON},
    {"instances", "result_data.instances#", NULL, SHOWN_JSON},
    {"volumes", "result_data.volumes#", NULL, SHOWN_JSON},
    {"error_message", "error_message", NULL, SHOWN_JSON},
    {"remedy", "remedy", NULL, SHOWN_JSON},
    {"state", "state", NULL, SHOWN_JSON},
    {"created_at", "created_at", NULL, SHOWN_JSON},
    {"parent_operation_id", "parent_operation_id", NULL, SHOWN_JSON},
    {0},
};

const struct column OPERATION_SHOW_COLUMNS[] = {
    {"operation_id", "id", NULL, SHOWN_ALWAYS},
    {"operation_type", "operation_type", NULL, SHOWN_ALWAYS},
    {"status", "status", NULL, SHOWN_ALWAYS},
    {"verdict", "verdict", NULL, SHOWN_ALWAYS},
    {"progress", "progress", NULL, SHOWN_ALWAYS},
    {"protection_group", "protection_group", NULL, SHOWN_ALWAYS},
    {"source_site", "source_site", NULL, SHOWN_ALWAYS},
    {"target_site", "target_site", NULL, SHOWN_ALWAYS},
    {"recovery_point", "recovery_point", cell_point, SHOWN_ALWAYS},
    {"steps_completed", "steps_completed", NULL, SHOWN_ALWAYS},
    {"steps_failed", "steps_failed", NULL, SHOWN_ALWAYS},
    {"instances", "result_data.instances#", NULL, SHOWN_ALWAYS},
    {"volumes", "result_data.volumes#", NULL, SHOWN_ALWAYS},
    {"networks", "result_data.networks#", NULL, SHOWN_ALWAYS},
    {"health_checks", "health_checks", cell_checks, SHOWN_ALWAYS},
    {"consoles", "consoles", cell_consoles, SHOWN_ALWAYS},
    {"started_at", "started_at", NULL, SHOWN_ALWAYS},
    {"completed_at", "completed_at", NULL, SHOWN_ALWAYS},
    {"remaining", "remaining", cell_range, SHOWN_ALWAYS},
    {"late", "late", cell_late, SHOWN_ALWAYS},
    {"stuck", "stuck", cell_stuck, SHOWN_ALWAYS},
    {"held", "held", cell_held, SHOWN_ALWAYS},
    {"executor", "executor", cell_executor, SHOWN_ALWAYS},
    {"question", "question", NULL, SHOWN_ALWAYS},
    {"warnings", "warnings", cell_lines, SHOWN_ALWAYS},
    {"error_message", "error_message", NULL, SHOWN_ALWAYS},
    {"remedy", "remedy", NULL, SHOWN_ALWAYS},
    {"state", "state", NULL, SHOWN_JSON},
    {"phase", "phase", NULL, SHOWN_JSON},
    {"created_at", "created_at", NULL, SHOWN_JSON},
    {"protection_group_id", "protection_group_id", NULL, SHOWN_JSON},
    {"parent_operation_id", "parent_operation_id", NULL, SHOWN_JSON},
    {"request", "request", NULL, SHOWN_JSON},
    {"result_data", "result_data", NULL, SHOWN_JSON},
    {"api_steps", "api_steps", NULL, SHOWN_JSON},
    {"phases", "phases", cell_things, SHOWN_JSON},
    {"steps", "steps", cell_things, SHOWN_JSON},
    {0},
};

const struct column EVENT_COLUMNS[] = {
    {"at", "at", cell_time, SHOWN_ALWAYS},
    {"level", "level", NULL, SHOWN_ALWAYS},
    {"text", "text", NULL, SHOWN_ALWAYS},
    {"operation_id", "operation_id", cell_id, SHOWN_WIDE_1},
    {"seq", "seq", NULL, SHOWN_JSON},
    {0},
};

const struct column AUDIT_COLUMNS[] = {
    {"at", "at", cell_time, SHOWN_ALWAYS},
    {"who", "who", NULL, SHOWN_ALWAYS},
    {"action", "action", NULL, SHOWN_ALWAYS},
    {"target", "target", NULL, SHOWN_ALWAYS},
    {"result", "result", NULL, SHOWN_ALWAYS},
    {"operation", "operation", cell_id, SHOWN_WIDE_1},
    {"error", "error", NULL, SHOWN_JSON},
    {"arguments", "arguments", NULL, SHOWN_JSON},
    {"answered_at", "answered_at", NULL, SHOWN_JSON},
    {"by", "by", NULL, SHOWN_JSON},
    {"user", "user", NULL, SHOWN_JSON},
    {"sudo_user", "sudo_user", NULL, SHOWN_JSON},
    {"from", "from", NULL, SHOWN_JSON},
    {"host", "host", NULL, SHOWN_JSON},
    {"pid", "pid", NULL, SHOWN_JSON},
    {"id", "id", NULL, SHOWN_JSON},
    {0},
};

const struct column OPERATION_STARTED_COLUMNS[] = {
    {"operation_id", "id", NULL, SHOWN_ALWAYS},
    {"operation_type", "operation_type", NULL, SHOWN_ALWAYS},
    {"status", "status", NULL, SHOWN_ALWAYS},
    {"progress", "progress", NULL, SHOWN_ALWAYS},
    {"protection_group", "protection_group", NULL, SHOWN_ALWAYS},
    {"source_site", "source_site", NULL, SHOWN_ALWAYS},
    {"target_site", "target_site", NULL, SHOWN_ALWAYS},
    {"warnings", "warnings", cell_lines, SHOWN_JSON},
    {0},
};

const struct column CLEANUP_COLUMNS[] = {
    {"operation_id", "operation_id", NULL, SHOWN_ALWAYS},
    {"cleanup_operation_id", "cleanup_operation_id", NULL, SHOWN_ALWAYS},
    {"status", "status", NULL, SHOWN_ALWAYS},
    {"instances", "counts.instances", NULL, SHOWN_ALWAYS},
    {"volumes", "counts.volumes", NULL, SHOWN_ALWAYS},
    {"ports", "counts.ports", NULL, SHOWN_ALWAYS},
    {"networks", "counts.networks", NULL, SHOWN_ALWAYS},
    {"message", "message", NULL, SHOWN_ALWAYS},
    {0},
};

/* -- plans and findings -------------------------------------------------------------- */

const struct column PLAN_STEP_COLUMNS[] = {
    {"phase", "phase", NULL, SHOWN_ALWAYS},
    {"step", "kind", NULL, SHOWN_ALWAYS},
    {"subject", "subject", NULL, SHOWN_ALWAYS},
    {"name", "name", NULL, SHOWN_ALWAYS},
    {"after", "after", cell_lines, SHOWN_ASKED},
    {"key", "key", NULL, SHOWN_ASKED},
    {"params", "params", NULL, SHOWN_ASKED},
    {0},
};

const struct column PLAN_COLUMNS[] = {
    {"group", "group", NULL, SHOWN_ALWAYS},
    {"source_site", "source_site", NULL, SHOWN_ALWAYS},
    {"target_site", "target_site", NULL, SHOWN_ALWAYS},
    {"counts", "counts", cell_pairs, SHOWN_ALWAYS},
    {"expected_data_loss", "expected_data_loss", NULL, SHOWN_ALWAYS},
    {"predicted", "predicted", NULL, SHOWN_ALWAYS},
    {"readiness", "readiness", NULL, SHOWN_ALWAYS},
    {"warnings", "warnings", cell_lines, SHOWN_ALWAYS},
    {"consequences", "consequences", cell_lines, SHOWN_ALWAYS},
    {"confirm", "confirm", NULL, SHOWN_ALWAYS},
    {"steps", "steps", NULL, SHOWN_ALWAYS},
    {0},
};

const struct column FINDING_COLUMNS[] = {
    {"check", "check", NULL, SHOWN_ALWAYS},
    {"status", "status", NULL, SHOWN_ALWAYS},
    {"detail", "detail", NULL, SHOWN_ALWAYS},
    {"remedy", "remedy", NULL, SHOWN_ALWAYS},
    {0},
};

/* -- before an operation ---------------------------------------------------------------- */

const struct column READINESS_COLUMNS[] = {
    {"check", "check", NULL, SHOWN_ALWAYS},
    {"status", "status", NULL, SHOWN_ALWAYS},
    {"title", "title", NULL, SHOWN_ALWAYS},
    {"evidence", "evidence", NULL, SHOWN_ALWAYS},
    {"severity", "severity", NULL, SHOWN_JSON},
    {"remedy", "remedy", NULL, SHOWN_JSON},
    {"read_at", "read_at", NULL, SHOWN_JSON},
    {0},
};

const struct column POINT_COLUMNS[] = {
    {"name", "name", NULL, SHOWN_ALWAYS},
    {"created_at", "created_at", cell_time, SHOWN_ALWAYS},
    {"age", "age", cell_seconds, SHOWN_ALWAYS},
    {"complete", "complete", NULL, SHOWN_ALWAYS},
    {"within_rpo", "within_rpo", NULL, SHOWN_WIDE_1},
    {"volumes", "volumes_present", NULL, SHOWN_ALWAYS},
    {"missing", "volumes_missing#", NULL, SHOWN_ALWAYS},
    {"latest", "latest", NULL, SHOWN_WIDE_2},
    {"short_name", "short_name", NULL, SHOWN_JSON},
    {"progress", "progress", NULL, SHOWN_JSON},
    {"interrupted", "interrupted", NULL, SHOWN_JSON},
    {"volumes_missing", "volumes_missing", cell_things, SHOWN_JSON},
    {0},
};

/* -- a history that was lost ---------------------------------------------------------------- */

const struct column STORY_COLUMNS[] = {
    {"group", "name", NULL, SHOWN_ALWAYS},
    {"from", "from", cell_lines, SHOWN_ALWAYS},
    {"primary", "primary", NULL, SHOWN_WIDE_1},
    {"secondary", "secondary", NULL, SHOWN_WIDE_2},
    {"serves", "serves", NULL, SHOWN_ALWAYS},
    {"operations", "operations#", NULL, SHOWN_ALWAYS},
    {"warnings", "warnings", cell_lines, SHOWN_ALWAYS},
    {"conflict", "conflict", NULL, SHOWN_ASKED},
    {0},
};
