/* table: the verbs and their flags, one row each. */
#include "tui/verbs/verb.h"

#include "tui/verbs/columns.h"
#include "tui/verbs/run.h"

#include <limits.h>

const struct flag GLOBAL_FLAGS[] = {
    {.name = "--config", .value = "FILE", .type = FLAG_TEXT,
     .help = "read this protector-console.cfg"},
    {.name = "--state-dir", .value = "DIR", .type = FLAG_TEXT,
     .help = "keep history, journal, log and the built-in lab there"},
    {.name = "--read-only", .type = FLAG_SWITCH, .help = "never write anything to a site"},
    {.name = "--os-cloud", .value = "NAME", .type = FLAG_TEXT,
     .help = "cloud of clouds.yaml that is the primary site"},
    {.name = "--secondary-cloud", .value = "NAME", .type = FLAG_TEXT,
     .help = "cloud of clouds.yaml that is the secondary site"},
    {.name = "--theme", .value = "THEME", .type = FLAG_TEXT,
     .help = "colours: dark, light, high-contrast, gruvbox, nord, mono, or a theme file"},
    {.name = "--ascii", .type = FLAG_SWITCH, .help = "draw the screens with ASCII alone"},
    {.name = "--linear", .type = FLAG_SWITCH,
     .help = "no full screen: lines and numbered questions (see docs/linear.md)"},
    {.name = "--once", .type = FLAG_SWITCH,
     .help = "print the home screen once and exit; -f json: for programs"},
    {.name = "--check-keys", .type = FLAG_SWITCH,
     .help = "tell of keys in the configuration that clash, and exit"},
    {.name = "--format", .brief = "-f", .value = "FORMAT", .type = FLAG_TEXT,
     .help = "print as table, lines (one a row, for ears and grep), json, csv or value"},
    {.name = "--column", .brief = "-c", .value = "COLUMN", .type = FLAG_TEXT,
     .help = "print this column only (repeatable)"},
    {.name = "--man", .type = FLAG_SWITCH, .help = "print the manual page and exit"},
    {.name = "--help", .brief = "-h", .type = FLAG_SWITCH, .help = "print this and exit"},
    {.name = "--version", .type = FLAG_SWITCH, .help = "print the version and exit"},
    {0},
};

#define FLAG_DESCRIPTION                                                                         \
    {.name = "--description", .value = "TEXT", .key = "description", .type = FLAG_TEXT,          \
     .help = "what it is, for people"}
#define FLAG_NETWORK_MAPPING                                                                     \
    {.name = "--network-mapping", .value = "SOURCE=TARGET", .key = "network_mapping",            \
     .type = FLAG_MAPPING, .help = "a network and its counterpart, by id or name (repeatable)"}
#define FLAG_FLAVOR_MAPPING                                                                      \
    {.name = "--flavor-mapping", .value = "SOURCE=TARGET", .key = "flavor_mapping",              \
     .type = FLAG_MAPPING, .help = "a flavor and its counterpart, by id or name (repeatable)"}
#define FLAG_IMAGE_MAPPING                                                                       \
    {.name = "--image-mapping", .value = "SOURCE=TARGET", .key = "image_mapping",                \
     .type = FLAG_MAPPING, .help = "an image and the id of its counterpart, for volumes made "   \
                                   "of it (repeatable)"}
#define FLAG_HEALTH_CHECK                                                                        \
    {.name = "--health-check", .value = "CHECK", .key = "health_checks", .type = FLAG_LIST,      \
     .help = "tcp:PORT, http:PATH or exec:COMMAND; of one: MEMBER@CHECK (repeatable)"}
#define FLAG_CHECK_TIMEOUT                                                                       \
    {.name = "--health-check-timeout", .value = "SECONDS", .key = "health_check_timeout",        \
     .type = FLAG_NUMBER, .min = 1, .max = 86400, .help = "one budget for all checks, 1..86400"}
#define FLAG_ADDRESSES                                                                           \
    {.name = "--addresses", .value = "keep|new", .key = "addresses", .type = FLAG_CHOICE,        \
     .help = "keep the addresses and MACs of the members, or take new ones"}
#define FLAG_FIXED_IP                                                                            \
    {.name = "--fixed-ip", .value = "VM/NIC=IP", .key = "fixed_ips", .type = FLAG_MAPPING,       \
     .help = "this address for that interface, counted from 0 (repeatable)"}
#define FLAG_MAC                                                                                 \
    {.name = "--mac", .value = "VM/NIC=MAC", .key = "macs", .type = FLAG_MAPPING,                \
     .help = "this MAC for that interface, counted from 0 (repeatable)"}
#define FLAG_FLOATING_IP                                                                         \
    {.name = "--floating-ip", .value = "NETWORK", .key = "floating_ip", .type = FLAG_TEXT,       \
     .help = "a floating IP of that network for each interface that has one; or none"}
#define FLAG_POINT                                                                               \
    {.name = "--recovery-point", .value = "NAME", .key = "recovery_point", .type = FLAG_TEXT,    \
     .help = "from this point, not the newest (see recovery-point list)"}
#define FLAG_CANARY                                                                              \
    {.name = "--canary", .key = "canary", .type = FLAG_SWITCH,                                   \
     .help = "the first member alone; the others when it is up"}
#define FLAG_DRY_RUN                                                                             \
    {.name = "--dry-run", .key = "dry_run", .type = FLAG_SWITCH,                                 \
     .help = "print the plan and change nothing"}
#define FLAG_WAIT                                                                                \
    {.name = "--wait", .type = FLAG_SWITCH, .help = "stay until it is over, telling each change"}
#define FLAG_NO_WAIT                                                                             \
    {.name = "--no-wait", .type = FLAG_SWITCH,                                                   \
     .help = "answer at once, also at a terminal; an engine goes on in the background"}
#define FLAG_CONFIRM                                                                             \
    {.name = "--confirm", .value = "NAME", .key = "confirm", .type = FLAG_TEXT,                  \
     .help = "the group's name: stands for typing it at the question"}
#define FLAG_REASON                                                                              \
    {.name = "--reason", .value = "TEXT", .key = "reason", .type = FLAG_TEXT,                    \
     .help = "why; it goes on the record"}

static const struct flag CREATE_FLAGS[] = {
    {.name = "--primary", .value = "SITE", .key = "primary", .type = FLAG_TEXT, .required = true,
     .help = "site where the servers run"},
    {.name = "--secondary", .value = "SITE", .key = "secondary", .type = FLAG_TEXT,
     .required = true, .help = "site where they are recovered"},
    FLAG_DESCRIPTION,
    FLAG_NETWORK_MAPPING,
    FLAG_FLAVOR_MAPPING,
    FLAG_IMAGE_MAPPING,
    FLAG_HEALTH_CHECK,
    {0},
};

static const struct flag SET_FLAGS[] = {
    FLAG_DESCRIPTION,
    {.name = "--rpo-seconds", .value = "SECONDS", .key = "rpo_seconds", .type = FLAG_NUMBER,
     .min = 1, .max = 604800, .help = "an older recovery point is late, 1..604800"},
    {.name = "--rto-seconds", .value = "SECONDS", .key = "rto_seconds", .type = FLAG_NUMBER,
     .min = 0, .max = 604800, .help = "a drill that takes longer is too slow, 0 for none"},
    FLAG_NETWORK_MAPPING,
    FLAG_FLAVOR_MAPPING,
    FLAG_IMAGE_MAPPING,
    {.name = "--floating-ip", .value = "NETWORK", .key = "floating_network", .type = FLAG_TEXT,
     .help = "network of the second site of which a failover makes floating IPs; '' none"},
    FLAG_HEALTH_CHECK,
    {.name = "--boot-order", .value = "FILE", .key = "boot_groups", .type = FLAG_JSON,
     .help = "an array of boot groups as JSON (see docs/boot-order.md); [] for none"},
    {0},
};

static const struct flag DELETE_FLAGS[] = {FLAG_CONFIRM, {0}};

static const struct flag UNDO_FLAGS[] = {
    {.name = "--confirm", .value = "NAME", .type = FLAG_TEXT,
     .help = "the group's name, where members would be protected no longer"},
    {0},
};

static const struct flag TEST_FLAGS[] = {
    FLAG_NETWORK_MAPPING,
    FLAG_FLAVOR_MAPPING,
    FLAG_IMAGE_MAPPING,
    {.name = "--auto-network", .key = "auto_network", .type = FLAG_SWITCH,
     .help = "make an isolated network for the drill instead of mapping"},
    {.name = "--allow-production-network", .key = "allow_production_network", .type = FLAG_SWITCH,
     .help = "where the drill may meet production (R-PRODNET); it goes on the record"},
    {.name = "--no-cleanup", .key = "no_cleanup", .type = FLAG_SWITCH,
     .help = "leave what was made, until test cleanup"},
    FLAG_HEALTH_CHECK,
    FLAG_CHECK_TIMEOUT,
    {.name = "--test-project", .value = "ID", .key = "test_project", .type = FLAG_TEXT,
     .help = "make the instances in another project of the target"},
    {.name = "--retain-primary", .type = FLAG_SWITCH,
     .help = "accepted for scripts: a drill never touches the primary"},
    FLAG_ADDRESSES,
    FLAG_FIXED_IP, FLAG_MAC, FLAG_FLOATING_IP,
    FLAG_POINT,
    FLAG_CANARY,
    FLAG_WAIT,
    FLAG_NO_WAIT,
    FLAG_DRY_RUN,
    {0},
};

static const struct flag FAILOVER_FLAGS[] = {
    {.name = "--type", .value = "planned|unplanned", .key = "type", .type = FLAG_CHOICE,
     .help = "planned (usual): stop the primary and sync first; unplanned: it is lost"},
    {.name = "--force", .key = "force", .type = FLAG_SWITCH,
     .help = "do not ask the other site: unplanned; needs a reason"},
    FLAG_NETWORK_MAPPING,
    FLAG_FLAVOR_MAPPING,
    FLAG_IMAGE_MAPPING,
    FLAG_ADDRESSES,
    FLAG_FIXED_IP, FLAG_MAC, FLAG_FLOATING_IP,
    FLAG_POINT,
    FLAG_HEALTH_CHECK,
    FLAG_CHECK_TIMEOUT,
    {.name = "--on-partial", .value = "rollback|keep", .key = "on_partial", .type = FLAG_CHOICE,
     .help = "when a member fails: take all back (planned), or keep the rest (unplanned)"},
    FLAG_CANARY,
    {.name = "--members", .value = "SERVER", .key = "members", .type = FLAG_LIST,
     .help = "these members only, by name or id (repeatable)"},
    {.name = "--retain-primary", .type = FLAG_SWITCH,
     .help = "leave the primary running: the same as test-failover"},
    FLAG_CONFIRM,
    {.name = "--confirm-site", .value = "SITE", .key = "confirm_site", .type = FLAG_TEXT,
     .help = "the site that is given up: refused when it is another one"},
    FLAG_REASON,
    FLAG_WAIT,
    FLAG_NO_WAIT,
    FLAG_DRY_RUN,
    {0},
};

static const struct flag FAILBACK_FLAGS[] = {
    FLAG_NETWORK_MAPPING,
    FLAG_FLAVOR_MAPPING,
    FLAG_IMAGE_MAPPING,
    FLAG_ADDRESSES,
    FLAG_FIXED_IP, FLAG_MAC, FLAG_FLOATING_IP,
    FLAG_CANARY,
    {.name = "--reverse-replication", .key = "reverse_replication", .type = FLAG_SWITCH,
     .help = "afterwards replicate from the first site to the second again"},
    FLAG_POINT,
    FLAG_HEALTH_CHECK,
    FLAG_CHECK_TIMEOUT,
    FLAG_CONFIRM,
    FLAG_REASON,
    FLAG_WAIT,
    FLAG_NO_WAIT,
    FLAG_DRY_RUN,
    {0},
};

static const struct flag DECIDE_FLAGS[] = {FLAG_CONFIRM, FLAG_REASON,  FLAG_WAIT,
                                           FLAG_NO_WAIT, FLAG_DRY_RUN, {0}};

static const struct flag COMMIT_FLAGS[] = {
    {.name = "--force", .key = "force", .type = FLAG_SWITCH,
     .help = "though nobody saw the old primary at rest; needs a reason"},
    FLAG_CONFIRM,
    FLAG_REASON,
    FLAG_WAIT,
    FLAG_NO_WAIT,
    FLAG_DRY_RUN,
    {0},
};

static const struct flag RETRY_FLAGS[] = {
    {.name = "--member", .value = "NAME", .key = "member", .type = FLAG_TEXT,
     .help = "of a failover that kept a part: only this one, the rest stays as it is"},
    FLAG_CONFIRM, FLAG_REASON, FLAG_WAIT, FLAG_NO_WAIT, FLAG_DRY_RUN, {0}};

static const struct flag RESOLVE_FLAGS[] = {
    {.name = "--serving", .value = "SITE", .key = "serving", .type = FLAG_TEXT, .required = true,
     .help = "the site where the group serves from now on"},
    {.name = "--stop-other", .key = "stop_other", .type = FLAG_SWITCH,
     .help = "stop its servers at the other site"},
    {.name = "--force", .key = "force", .type = FLAG_SWITCH,
     .help = "do not ask the other site: it is lost; needs a reason"},
    FLAG_CONFIRM,
    FLAG_REASON,
    FLAG_WAIT,
    FLAG_NO_WAIT,
    FLAG_DRY_RUN,
    {0},
};

static const struct flag READINESS_FLAGS[] = {
    {.name = "--operation", .value = "test_failover|failover|failback", .key = "operation",
     .type = FLAG_CHOICE, .help = "for which operation; failover unless given"},
    {.name = "--force", .key = "force", .type = FLAG_SWITCH, .help = "for an unplanned failover"},
    {0},
};

static const struct flag FOLLOW_FLAGS[] = {FLAG_WAIT, FLAG_NO_WAIT, {0}};

static const struct flag HISTORY_FLAGS[] = {
    {.name = "--limit", .value = "N", .key = "limit", .type = FLAG_NUMBER, .min = 1, .max = 10000,
     .help = "at most so many, 1..10000"},
    {.name = "--protection-group", .value = "PG", .key = "group", .type = FLAG_TEXT,
     .help = "of this group only"},
    {.name = "--type", .value = "TYPE", .key = "operation_type", .type = FLAG_TEXT,
     .help = "of this type only: failover, test_failover, ..."},
    {.name = "--status", .value = "STATUS", .key = "status", .type = FLAG_TEXT,
     .help = "in this status only, or in this state: running, completed, failed, ..."},
    {0},
};

static const struct flag EVENTS_FLAGS[] = {
    {.name = "--limit", .value = "N", .key = "limit", .type = FLAG_NUMBER, .min = 1, .max = 1000,
     .help = "at most so many, 1..1000"},
    {.name = "--since", .value = "SEQ", .key = "since", .type = FLAG_NUMBER, .min = 0,
     .max = LONG_MAX, .help = "only what came after the event of that number"},
    {0},
};

static const struct flag AUDIT_FLAGS[] = {
    {.name = "--since", .value = "TIME", .type = FLAG_TEXT,
     .help = "from then on: 90m, 36h or 7d ago, or 2026-11-20T09:41:00Z"},
    {.name = "--target", .value = "NAME", .type = FLAG_TEXT,
     .help = "what was asked about this group, or by this operation's id"},
    {.name = "--user", .value = "NAME", .type = FLAG_TEXT,
     .help = "what this user asked for, also by sudo"},
    {.name = "--action", .value = "NAME", .type = FLAG_TEXT,
     .help = "requests of this kind: failover, group_update"},
    {.name = "--failed", .type = FLAG_SWITCH, .help = "what was refused, failed, or never answered"},
    {.name = "--limit", .value = "N", .type = FLAG_NUMBER, .min = 1, .max = 10000,
     .help = "the newest so many, 1..10000; 100 unless given"},
    {0},
};

static const struct flag REBUILD_FLAGS[] = {
    {.name = "--confirm", .value = "rebuild", .key = "confirm", .type = FLAG_TEXT,
     .help = "the word: stands for typing it at the question"},
    {.name = "--force", .key = "force", .type = FLAG_SWITCH,
     .help = "without a site that is lost, or though two of its lists differ"},
    {.name = "--dry-run", .key = "dry_run", .type = FLAG_SWITCH,
     .help = "tell what would be written, and write nothing"},
    {0},
};

static const struct flag ENGINE_FLAGS[] = {
    {.name = "--until-idle", .type = FLAG_SWITCH, .required = true,
     .help = "end when nothing runs or waits"},
    {0},
};

static const struct operand SITE[] = {{"SITE", "site", false}, {0}};
static const struct operand GROUP[] = {{"PG", "group", false}, {0}};
static const struct operand NEW_GROUP[] = {{"NAME", "name", false}, {0}};
static const struct operand MEMBERS[] = {{"PG", "group", false}, {"SERVER", "servers", true}, {0}};
static const struct operand SHELL[] = {{"bash|zsh|fish", "shell", false}, {0}};
static const struct operand KIND[] = {{"groups|operations|sites", "kind", false}, {0}};
static const struct operand OPERATION[] = {{"OPERATION", "operation_id", false}, {0}};
static const struct operand ANSWER[] = {{"OPERATION", "operation_id", false},
                                        {"continue|stop", "answer", false}, {0}};

const struct verb VERBS[] = {
    {.words = "site list", .summary = "the two sites, read now", .request = "site_list",
     .columns = SITE_LIST_COLUMNS, .needs = NEED_SITES, .run = run_list},
    {.words = "site show", .summary = "one site and its services", .request = "site_show",
     .operands = SITE, .columns = SITE_SHOW_COLUMNS, .needs = NEED_SITES, .run = run_show},

    {.words = "protection-group list", .summary = "all protection groups",
     .request = "group_list", .columns = GROUP_LIST_COLUMNS,
     .needs = NEED_SITES | NEED_REPLICATION, .run = run_list},
    {.words = "protection-group show", .summary = "one group and its members",
     .request = "group_show", .operands = GROUP, .columns = GROUP_SHOW_COLUMNS,
     .needs = NEED_SITES | NEED_REPLICATION, .run = run_show},
    {.words = "protection-group create", .summary = "a new group, without members yet",
     .request = "group_create", .operands = NEW_GROUP, .flags = CREATE_FLAGS,
     .columns = GROUP_SHOW_COLUMNS, .needs = NEED_SITES, .run = run_show},
    {.words = "protection-group set",
     .summary = "change a group; what is given replaces what it had",
     .request = "group_update", .operands = GROUP, .flags = SET_FLAGS,
     .columns = GROUP_SHOW_COLUMNS, .needs = NEED_SITES, .run = run_set},
    {.words = "protection-group undo",
     .summary = "take back what its last edit changed; once more: bring it again",
     .request = "group_undo", .operands = GROUP, .flags = UNDO_FLAGS,
     .columns = GROUP_SHOW_COLUMNS, .needs = NEED_SITES, .run = run_undo},
    {.words = "protection-group delete", .summary = "forget a group; its servers stay",
     .request = "group_delete", .done = "Deleted.", .operands = GROUP, .flags = DELETE_FLAGS,
     .needs = NEED_SITES, .run = run_delete},
    {.words = "protection-group add-member", .alias = "member add",
     .summary = "protect servers of the primary site, by name or id", .request = "member_add",
     .operands = MEMBERS, .columns = GROUP_SHOW_COLUMNS, .needs = NEED_SITES, .run = run_show},
    {.words = "protection-group remove-member", .alias = "member remove",
     .summary = "protect them no longer", .request = "member_remove", .operands = MEMBERS,
     .columns = GROUP_SHOW_COLUMNS, .needs = NEED_SITES, .run = run_remove_member},
    {.words = "protection-group test-failover", .alias = "test-failover",
     .summary = "a drill: boot copies on the secondary site, check them, clean up",
     .request = "test_failover", .operands = GROUP, .flags = TEST_FLAGS,
     .run = run_test_failover},
    {.words = "protection-group failover", .alias = "failover",
     .summary = "move production to the other site", .request = "failover", .operands = GROUP,
     .flags = FAILOVER_FLAGS, .typed = true, .followed = true, .run = run_failover},
    {.words = "protection-group commit",
     .summary = "accept a failover: from then on there is no rollback", .request = "commit",
     .operands = GROUP, .flags = COMMIT_FLAGS, .typed = true, .followed = true,
     .run = run_change},
    {.words = "protection-group rollback",
     .summary = "take a failover back that is not committed; what was written since is lost",
     .request = "rollback", .operands = GROUP, .flags = DECIDE_FLAGS, .typed = true,
     .followed = true, .run = run_change},
    {.words = "protection-group failback", .alias = "failback",
     .summary = "move production back to the first site", .request = "failback",
     .operands = GROUP, .flags = FAILBACK_FLAGS, .typed = true, .followed = true,
     .run = run_change},
    {.words = "protection-group confirm-failback",
     .summary = "accept a failback: what is left at the second site is released",
     .request = "confirm_failback", .operands = GROUP, .flags = DECIDE_FLAGS,
     .typed = true, .followed = true, .run = run_change},
    {.words = "protection-group cancel-failback",
     .summary = "take a failback back that is not confirmed", .request = "cancel_failback",
     .operands = GROUP, .flags = DECIDE_FLAGS, .typed = true, .followed = true,
     .run = run_change},
    {.words = "protection-group release",
     .summary = "delete the servers, ports and volumes of before a failover that is committed",
     .request = "release", .operands = GROUP, .flags = DECIDE_FLAGS, .typed = true,
     .followed = true, .run = run_change},
    {.words = "protection-group resolve",
     .summary = "say which site serves: after a split brain, an error, or the loss of a site",
     .request = "resolve", .operands = GROUP, .flags = RESOLVE_FLAGS, .typed = true,
     .followed = true, .run = run_change},
    {.words = "protection-group readiness",
     .summary = "what would stand in the way of an operation, checked now",
     .request = "readiness", .operands = GROUP, .flags = READINESS_FLAGS,
     .columns = READINESS_COLUMNS, .needs = NEED_SITES | NEED_REPLICATION,
     .run = run_readiness},
    {.words = "protection-group test-cleanup", .alias = "test-cleanup",
     .summary = "delete what the group's last drill left", .operands = GROUP,
     .flags = FOLLOW_FLAGS, .run = run_test_cleanup},

    {.words = "test cleanup", .summary = "delete what a drill left",
     .request = "test_cleanup", .operands = OPERATION, .flags = FOLLOW_FLAGS,
     .run = run_test_cleanup},

    {.words = "consistency-group sync", .alias = "protection-group sync",
     .summary = "replicate the group's volumes now", .request = "sync_volumes",
     .operands = GROUP, .flags = FOLLOW_FLAGS, .followed = true, .run = run_change},
    {.words = "recovery-point list", .summary = "from which moments the group can be recovered",
     .request = "recovery_point_list", .operands = GROUP, .columns = POINT_COLUMNS,
     .needs = NEED_SITES | NEED_REPLICATION, .run = run_list},

    {.words = "operation list", .summary = "the history, newest first",
     .request = "operation_list", .flags = HISTORY_FLAGS, .columns = OPERATION_LIST_COLUMNS,
     .run = run_operations},
    {.words = "operation show", .summary = "one operation in full",
     .request = "operation_show", .operands = OPERATION, .columns = OPERATION_SHOW_COLUMNS,
     .run = run_show},
    {.words = "operation events", .summary = "what happened in it, oldest first",
     .request = "operation_events", .operands = OPERATION, .flags = EVENTS_FLAGS,
     .columns = EVENT_COLUMNS, .run = run_list},
    {.words = "event list", .summary = "what happened in all operations, oldest first",
     .request = "event_list", .flags = EVENTS_FLAGS, .columns = EVENT_COLUMNS, .run = run_list},
    {.words = "operation watch", .summary = "its changes, line by line, until it is over",
     .operands = OPERATION, .columns = OPERATION_SHOW_COLUMNS, .run = run_watch},
    {.words = "operation cancel", .summary = "stop it at the next safe point",
     .request = "operation_cancel", .operands = OPERATION,
     .done = "Asked: it stops at the next safe point.", .run = run_quiet},
    {.words = "operation retry",
     .summary = "do again what failed in it or was skipped; what is up stays",
     .request = "operation_retry", .operands = OPERATION, .flags = RETRY_FLAGS,
     .typed = true, .followed = true, .run = run_change},
    {.words = "operation answer", .summary = "answer an operation that asks and waits",
     .request = "operation_answer", .operands = ANSWER, .done = "Answered.", .run = run_quiet},

    {.words = "audit list", .summary = "who asked for what to be changed, and what came of it",
     .flags = AUDIT_FLAGS, .columns = AUDIT_COLUMNS, .run = run_audit},

    {.words = "engine", .summary = "run what is journalled, without a screen",
     .flags = ENGINE_FLAGS, .needs = NEED_SITES | NEED_EXECUTE | NEED_LINES, .run = run_engine},
    {.words = "rebuild",
     .summary = "tell groups and operations anew from both sites, after the history was lost",
     .request = "rebuild", .flags = REBUILD_FLAGS, .columns = STORY_COLUMNS, .needs = NEED_SITES,
     .run = run_rebuild},
    {.words = "completion", .summary = "the completion of bash, zsh or fish, for that shell to read",
     .operands = SHELL, .needs = NEED_NO_STATE, .run = run_completion},
    {.words = "names", .summary = "the names that completion offers, without asking any site",
     .operands = KIND, .run = run_names},
    {.words = "doctor", .summary = "what is wrong, and what to do about it",
     .request = "doctor", .columns = FINDING_COLUMNS, .needs = NEED_SITES, .run = run_doctor},
    {0},
};
