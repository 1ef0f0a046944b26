/* table: the verbs and their flags, one row each. */
#include "tui/verbs/verb.h"

#include "tui/verbs/columns.h"
#include "tui/verbs/run.h"

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
     .help = "colours of the screens: dark, mono, or a theme file"},
    {.name = "--ascii", .type = FLAG_SWITCH, .help = "draw the screens with ASCII alone"},
    {.name = "--format", .brief = "-f", .value = "FORMAT", .type = FLAG_TEXT,
     .help = "print as table, json, csv or value"},
    {.name = "--column", .brief = "-c", .value = "COLUMN", .type = FLAG_TEXT,
     .help = "print this column only (repeatable)"},
    {.name = "--help", .brief = "-h", .type = FLAG_SWITCH, .help = "print this and exit"},
    {.name = "--version", .type = FLAG_SWITCH, .help = "print the version and exit"},
    {0},
};

#define FLAG_NETWORK_MAPPING                                                                     \
    {.name = "--network-mapping", .value = "SOURCE=TARGET", .key = "network_mapping",            \
     .type = FLAG_MAPPING, .help = "a network and its counterpart, by id or name (repeatable)"}
#define FLAG_FLAVOR_MAPPING                                                                      \
    {.name = "--flavor-mapping", .value = "SOURCE=TARGET", .key = "flavor_mapping",              \
     .type = FLAG_MAPPING, .help = "a flavor and its counterpart, by id or name (repeatable)"}
#define FLAG_HEALTH_CHECK                                                                        \
    {.name = "--health-check", .value = "CHECK", .key = "health_checks", .type = FLAG_LIST,      \
     .help = "tcp:PORT, http:PATH or exec:COMMAND on every instance (repeatable)"}
#define FLAG_WAIT                                                                                \
    {.name = "--wait", .type = FLAG_SWITCH, .help = "stay until it is over, telling each change"}

static const struct flag CREATE_FLAGS[] = {
    {.name = "--primary", .value = "SITE", .key = "primary", .type = FLAG_TEXT, .required = true,
     .help = "site where the servers run"},
    {.name = "--secondary", .value = "SITE", .key = "secondary", .type = FLAG_TEXT,
     .required = true, .help = "site where they are recovered"},
    {.name = "--description", .value = "TEXT", .key = "description", .type = FLAG_TEXT,
     .help = "what it is, for people"},
    FLAG_NETWORK_MAPPING,
    FLAG_FLAVOR_MAPPING,
    FLAG_HEALTH_CHECK,
    {0},
};

static const struct flag TEST_FLAGS[] = {
    FLAG_NETWORK_MAPPING,
    FLAG_FLAVOR_MAPPING,
    {.name = "--auto-network", .key = "auto_network", .type = FLAG_SWITCH,
     .help = "make an isolated network for the drill instead of mapping"},
    {.name = "--no-cleanup", .key = "no_cleanup", .type = FLAG_SWITCH,
     .help = "leave what was made, until test cleanup"},
    FLAG_HEALTH_CHECK,
    {.name = "--health-check-timeout", .value = "SECONDS", .key = "health_check_timeout",
     .type = FLAG_NUMBER, .min = 1, .max = 86400, .help = "one budget for all checks, 1..86400"},
    {.name = "--test-project", .value = "ID", .key = "test_project", .type = FLAG_TEXT,
     .help = "make the instances in another project of the target"},
    {.name = "--retain-primary", .type = FLAG_SWITCH,
     .help = "accepted for scripts: a drill never touches the primary"},
    FLAG_WAIT,
    {.name = "--dry-run", .key = "dry_run", .type = FLAG_SWITCH,
     .help = "print the plan and change nothing"},
    {0},
};

static const struct flag WAIT_FLAGS[] = {FLAG_WAIT, {0}};

static const struct flag HISTORY_FLAGS[] = {
    {.name = "--limit", .value = "N", .key = "limit", .type = FLAG_NUMBER, .min = 1, .max = 10000,
     .help = "at most so many, 1..10000"},
    {.name = "--protection-group", .value = "PG", .key = "group", .type = FLAG_TEXT,
     .help = "of this group only"},
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
static const struct operand OPERATION[] = {{"OPERATION", "operation_id", false}, {0}};

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
    {.words = "protection-group delete", .summary = "forget a group; its servers stay",
     .request = "group_delete", .done = "Deleted.", .operands = GROUP, .needs = NEED_SITES,
     .run = run_quiet},
    {.words = "protection-group add-member", .alias = "member add",
     .summary = "protect servers of the primary site, by name or id", .request = "member_add",
     .operands = MEMBERS, .columns = GROUP_SHOW_COLUMNS, .needs = NEED_SITES, .run = run_show},
    {.words = "protection-group remove-member", .alias = "member remove",
     .summary = "protect them no longer", .request = "member_remove", .operands = MEMBERS,
     .columns = GROUP_SHOW_COLUMNS, .needs = NEED_SITES, .run = run_show},
    {.words = "protection-group test-failover", .alias = "test-failover",
     .summary = "a drill: boot copies on the secondary site, check them, clean up",
     .request = "test_failover", .operands = GROUP, .flags = TEST_FLAGS,
     .run = run_test_failover},

    {.words = "test cleanup", .summary = "delete what a drill left",
     .request = "test_cleanup", .operands = OPERATION, .flags = WAIT_FLAGS,
     .run = run_test_cleanup},

    {.words = "operation list", .summary = "the history, newest first",
     .request = "operation_list", .flags = HISTORY_FLAGS, .columns = OPERATION_LIST_COLUMNS,
     .run = run_list},
    {.words = "operation show", .summary = "one operation in full",
     .request = "operation_show", .operands = OPERATION, .columns = OPERATION_SHOW_COLUMNS,
     .run = run_show},
    {.words = "operation watch", .summary = "its changes, line by line, until it is over",
     .operands = OPERATION, .columns = OPERATION_SHOW_COLUMNS, .run = run_watch},

    {.words = "engine", .summary = "run what is journalled, without a screen",
     .flags = ENGINE_FLAGS, .needs = NEED_SITES | NEED_EXECUTE, .run = run_engine},
    {.words = "doctor", .summary = "what is wrong, and what to do about it",
     .request = "doctor", .columns = FINDING_COLUMNS, .needs = NEED_SITES, .run = run_doctor},
    {0},
};
