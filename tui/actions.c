/* actions: the table and the questions asked of it. See actions.h. */
#include "tui/actions.h"

#include "backend/base/text.h"
#include "tui/commands.h"
#include "tui/keymap.h"

#include <stdio.h>

static bool refuse(char *reason, size_t size, const char *text)
{
    safe_text(reason, size, text);
    return false;
}

static bool lifecycle_allows(enum group_action action, const struct group_view *g, char *reason,
                             size_t size)
{
    struct pc_error err = {0};
    if (lifecycle_check(action, g->state, g->group->name, &err) == PC_OK)
        return true;
    return refuse(reason, size, err.remedy[0] ? err.remedy : err.text);
}

static bool may_open(const struct act_subject *s, char *reason, size_t size)
{
    const bool there[] = {[OPENS_OPERATION] = s->operation != NULL,
                          [OPENS_GROUP] = s->group != NULL,
                          [OPENS_SITE] = s->site != NULL};
    return there[s->opens] ? true : refuse(reason, size, "nothing is selected");
}

static bool may_see_operation(const struct act_subject *s, char *reason, size_t size)
{
    if (s->operation)
        return true;
    return refuse(reason, size,
                  s->group ? "this group has no operation yet: t starts a drill" : "nothing is selected");
}

static bool may_drill(const struct act_subject *s, char *reason, size_t size)
{
    if (s->marks) /* the question says it of each */
        return true;
    if (s->group->group->member_count == 0)
        return refuse(reason, size, "the group has no members yet");
    return lifecycle_allows(ACTION_TEST_FAILOVER, s->group, reason, size);
}

static bool may_map(const struct act_subject *s, char *reason, size_t size)
{
    return s->group->group->member_count
               ? true
               : refuse(reason, size, "the group has no members yet");
}

static bool may_start(const struct act_subject *s, char *reason, size_t size)
{
    return s->blocked ? refuse(reason, size, s->blocked) : true;
}

static bool may_cancel(const struct act_subject *s, char *reason, size_t size)
{
    if (op_status_over(s->operation->status) && !s->operation->cleanup_due)
        return refuse(reason, size, "it has ended already");
    if (s->operation->status == OP_CLEANING_UP || s->operation->type == OP_TEST_CLEANUP)
        return refuse(reason, size, "a cleanup is not stopped half-way");
    if (s->operation->status == OP_ROLLING_BACK || op_type_undoes(s->operation->type))
        return refuse(reason, size, "what is being taken back is not stopped half-way");
    if (s->operation->cancel_asked)
        return refuse(reason, size, "it has been asked already; it stops at the next safe point");
    return true;
}

static bool may_clean(const struct act_subject *s, char *reason, size_t size)
{
    const struct act_operation *op = s->operation;
    if (op->type != OP_TEST_FAILOVER)
        return refuse(reason, size, "only a drill leaves something to clean up");
    if (op->status == OP_CLEANED)
        return refuse(reason, size, "it is cleaned up already");
    if (op->status == OP_CLEANING_UP)
        return refuse(reason, size, "the cleanup is running");
    if (!op_status_over(op->status))
        return refuse(reason, size, "the drill is still running: stop it first (K)");
    if (op->cleanup_due)
        return refuse(reason, size, "its cleanup follows by itself");
    return true;
}

/* Of a kept drill that is its cleanup, which has a key and a question of its own. */
static bool may_roll_back(const struct act_subject *s, char *reason, size_t size)
{
    return s->group->state != GROUP_TEST_ACTIVE ||
           lifecycle_allows(ACTION_TEST_FAILOVER, s->group, reason, size); /* nor is another drill */
}

/* Planned, or, where only that is possible, unplanned. */
static bool may_fail_over(const struct act_subject *s, char *reason, size_t size)
{
    char ignored[200];
    if (s->group->group->member_count == 0)
        return refuse(reason, size, "the group has no members yet");
    return lifecycle_allows(ACTION_FAILOVER_FORCE, s->group, ignored, sizeof ignored) ||
           lifecycle_allows(ACTION_FAILOVER, s->group, reason, size);
}

static bool may_release(const struct act_subject *s, char *reason, size_t size)
{
    const char *site;
    return predecessors_standing(s->group->group, &site) || s->group->left ||
           refuse(reason, size, "nothing of before a failover is left of it");
}

static bool may_retry(const struct act_subject *s, char *reason, size_t size)
{
    const struct act_operation *op = s->operation;
    if (!s->group)
        return refuse(reason, size, "its group is gone");
    if (op->type == OP_TEST_FAILOVER || op->type == OP_TEST_CLEANUP)
        return refuse(reason, size, "a drill is not repeated: start another one (t)");
    if (!op_status_over(op->status))
        return refuse(reason, size, "it is still running");
    if (op->status != OP_FAILED && op->verdict != VERDICT_PARTIAL)
        return refuse(reason, size, "nothing of it failed");
    if (op->status == OP_FAILED && s->group->state != GROUP_ERROR)
        return refuse(reason, size, "nothing of it is left to repeat: begin a new one");
    if (op->as_asked)
        return refuse(reason, size, "nothing of it failed: it moved the members that were chosen");
    return true;
}

/* What is not undone so has another way back, which stands here. */
static bool may_undo(const struct act_subject *s, char *reason, size_t size)
{
    static const char *const WAYS[GROUP_STATE_COUNT] = {
        [GROUP_FAILING_OVER] = "a failover that runs is stopped (K), not undone",
        [GROUP_FAILING_BACK] = "a failback that runs is stopped (K), not undone",
        [GROUP_AWAITING_COMMIT] = "a failover is taken back by a rollback (R)",
        [GROUP_FAILBACK_READY] = "a failback is taken back by cancelling it (N)",
    };
    const char *way = WAYS[s->group->state];
    return way ? refuse(reason, size, way) : lifecycle_allows(ACTION_EDIT, s->group, reason, size);
}

static bool may_compare(const struct act_subject *s, char *reason, size_t size)
{
    return s->marks == 2 ? true : refuse(reason, size, "mark two runs with Space first");
}

static bool may_copy(const struct act_subject *s, char *reason, size_t size)
{
    return s->group || s->operation ? true : refuse(reason, size, "nothing is selected");
}

static bool may_filter(const struct act_subject *s, char *reason, size_t size)
{
    return !s->whole || refuse(reason, size, "this list is short, and always whole");
}

static bool may_go_forward(const struct act_subject *s, char *reason, size_t size)
{
    return s->ahead ? true : refuse(reason, size, "Esc has left nothing to go forward to");
}

static bool may_reply(const struct act_subject *s, char *reason, size_t size)
{
    return s->operation->asks ? true : refuse(reason, size, "it asks nothing now");
}

/* Changes a site, and the group's state says whether it may. */
enum { BY_STATE = ACT_WRITES | ACT_NEEDS_GROUP | ACT_BY_STATE | ACT_TIMELY | ACT_ANYWHERE };
/* Changes what an operation does: of one on the screen, for what it may depends on all of it. */
enum { OF_OPERATION = ACT_WRITES | ACT_NEEDS_OPERATION | ACT_TIMELY | ACT_ANYWHERE };

/* clang-format off */
#define ROW(symbol) [symbol] = {.id = (symbol)
const struct action ACTIONS[ACT_COUNT] = {
    ROW(ACT_OPEN), .name = "open", .key = UI_KEY_ENTER, .label = "open",
     .help = "the selected site, group or operation",
     .contexts = CTX_HOME | CTX_HISTORY | CTX_RECORDS | CTX_GROUP | CTX_SITE, .flags = 0, .drop = 2,
     .enabled = may_open},
    ROW(ACT_OPERATION), .name = "operation", .key = 'a', .label = "operation",
     .help = "its running operation, or its last",
     .contexts = CTX_HOME | CTX_GROUP, .flags = 0, .drop = 3,
     .enabled = may_see_operation},
    ROW(ACT_DRILL), .name = "drill", .key = 't', .label = "drill",
     .help = "prepare a test failover; nothing starts yet",
     .contexts = CTX_LISTS, .flags = ACT_NEEDS_GROUP | ACT_ANYWHERE, .verb = "test_propose", .drop = 2,
     .enabled = may_drill},
    ROW(ACT_WIZARD_MAPPING), .name = "mapping", .key = 'w', .label = "mapping",
     .help = "networks, flavors and checks that are kept",
     .contexts = CTX_GROUPS, .flags = ACT_NEEDS_GROUP | ACT_ANYWHERE, .verb = "test_propose", .drop = 8,
     .enabled = may_map},
    ROW(ACT_START), .name = "start", .key = 'S', .label = "start",
     .help = "to the last page, where it is begun, or not",
     .contexts = CTX_WIZARD, .flags = ACT_WRITES | ACT_NEEDS_GROUP,
     .writes = ACT_OTHER, .verb = "test_failover", .drop = 0, .enabled = may_start},
    ROW(ACT_DEFAULTS), .name = "defaults", .key = 'D', .label = "keep as defaults",
     .help = "make the answers the group's own; asks first",
     .contexts = CTX_WIZARD, .flags = ACT_WRITES | ACT_NEEDS_GROUP, .verb = "group_update",
     .drop = 5},
    ROW(ACT_PAGES), .name = "pages", .key = ']', .shown = "1-7 Tab",
     .label = "page", .help = "to that page; Tab ] and S-Tab [ go on and back",
     .contexts = CTX_WIZARD, .flags = ACT_WIDGET, .drop = 1},
    ROW(ACT_ABOUT), .name = "about", .key = 'v', .label = "about",
     .help = "all that is known of what is selected",
     .contexts = CTX_WIZARD, .flags = ACT_QUIET},
    ROW(ACT_CANCEL), .name = "cancel", .key = 'K', .label = "stop",
     .help = "stop it at the next safe point; asks first",
     .contexts = CTX_WATCH, .flags = OF_OPERATION,
     .verb = "operation_cancel", .drop = 1, .enabled = may_cancel},
    ROW(ACT_CLEANUP), .name = "cleanup", .key = 'C', .label = "clean up",
     .help = "delete what a drill left behind; asks first",
     .contexts = CTX_GROUPS | CTX_HISTORY,
     .flags = OF_OPERATION,
     .verb = "test_cleanup", .drop = 2, .enabled = may_clean},
    ROW(ACT_FAILOVER), .name = "failover", .key = 'F', .label = "failover",
     .help = "move production; shows the plan, asks for a name",
     .contexts = CTX_GROUPS, .flags = ACT_WRITES | ACT_NEEDS_GROUP | ACT_TIMELY | ACT_ANYWHERE,
     .writes = ACT_OTHER, .verb = "failover", .drop = 1, .enabled = may_fail_over},
    ROW(ACT_COMMIT), .name = "commit", .key = 'M', .label = "commit",
     .help = "accept a failover; asks for the name",
     .contexts = CTX_GROUPS, .flags = BY_STATE,
     .verb = "commit", .drop = 1, .by = ACTION_COMMIT},
    ROW(ACT_ROLLBACK), .name = "rollback", .key = 'R', .label = "roll back",
     .help = "take a failover back; asks for the name",
     .contexts = CTX_GROUPS, .flags = BY_STATE,
     .writes = ACT_BOTH, .verb = "rollback", .drop = 1, .by = ACTION_ROLLBACK, .enabled = may_roll_back},
    ROW(ACT_FAILBACK), .name = "failback", .key = 'B', .label = "failback",
     .help = "move production back; asks for the name",
     .contexts = CTX_GROUPS, .flags = BY_STATE,
     .writes = ACT_BOTH, .verb = "failback", .drop = 1, .by = ACTION_FAILBACK},
    ROW(ACT_CONFIRM_FAILBACK), .name = "confirm-failback", .key = 'Y', .label = "confirm",
     .help = "accept a failback; asks for the name",
     .contexts = CTX_GROUPS, .flags = BY_STATE,
     .writes = ACT_BOTH, .verb = "confirm_failback", .drop = 1, .by = ACTION_CONFIRM_FAILBACK},
    ROW(ACT_CANCEL_FAILBACK), .name = "cancel-failback", .key = 'N', .label = "cancel failback",
     .help = "take a failback back; asks for the name",
     .contexts = CTX_GROUPS, .flags = BY_STATE,
     .writes = ACT_BOTH, .verb = "cancel_failback", .drop = 1, .by = ACTION_CANCEL_FAILBACK},
    ROW(ACT_RESOLVE), .name = "resolve", .key = 'W', .label = "who serves",
     .help = "say which site serves; asks for the name",
     .contexts = CTX_GROUPS, .flags = BY_STATE,
     .verb = "resolve", .drop = 1, .by = ACTION_RESOLVE},
    ROW(ACT_RELEASE), .name = "release", .key = 'X', .label = "release",
     .help = "delete what stood before; asks for the name",
     .contexts = CTX_GROUPS, .flags = BY_STATE | ACT_QUIET,
     .verb = "release", .by = ACTION_RELEASE, .enabled = may_release},
    ROW(ACT_RETRY), .name = "retry", .key = 'T', .label = "try again",
     .help = "do again what failed in it; asks for the name",
     .contexts = CTX_WATCH, .flags = OF_OPERATION,
     .verb = "operation_retry", .drop = 1, .enabled = may_retry},
    ROW(ACT_REPLY), .name = "reply", .key = 'A', .label = "answer",
     .help = "answer the step that waits: go on, or stop",
     .contexts = CTX_WATCH, .flags = OF_OPERATION,
     .verb = "operation_answer", .drop = 1, .enabled = may_reply},
    ROW(ACT_SYNC), .name = "sync", .key = 'S', .label = "sync",
     .help = "replicate the volumes now; asks first",
     .contexts = CTX_GROUPS, .flags = BY_STATE,
     .writes = ACT_BOTH, .verb = "sync_volumes", .drop = 7, .by = ACTION_SYNC_VOLUMES},
    ROW(ACT_READINESS), .name = "readiness", .key = 'v', .label = "ready?",
     .help = "every check before an operation, made now",
     .contexts = CTX_GROUPS | CTX_REPORT, .flags = ACT_NEEDS_GROUP | ACT_ANYWHERE,
     .verb = "readiness", .drop = 6},
    ROW(ACT_POINTS), .name = "points", .key = 'p', .label = "points",
     .help = "the recovery points, by age and completeness",
     .contexts = CTX_GROUPS | CTX_REPORT, .flags = ACT_NEEDS_GROUP | ACT_ANYWHERE,
     .verb = "recovery_point_list", .drop = 8},
    ROW(ACT_HISTORY), .name = "history", .key = 'h', .label = "history",
     .help = "every operation there was, newest first",
     .contexts = CTX_GROUPS, .flags = ACT_ANYWHERE, .verb = "operation_list", .drop = 3},
    ROW(ACT_EVENTS), .name = "events", .key = 'e', .label = "events",
     .help = "to the events; Space pauses, End follows", .contexts = CTX_WATCH,
     .flags = 0, .verb = "operation_events", .drop = 3},
    ROW(ACT_PANEL), .name = "panel", .key = UI_KEY_TAB, .label = "next panel",
     .help = "give the keys to the next panel",
     .contexts = CTX_GROUPS | CTX_SITE, .flags = 0, .drop = 5},
    ROW(ACT_READ), .name = "read", .key = 'r', .label = "read now",
     .help = "read again now, not at the next turn",
     .contexts = CTX_HOME | CTX_GROUP | CTX_SITE | CTX_HISTORY | CTX_REPORT | CTX_WIZARD | CTX_AUDIT, .flags = 0, .verb = "site_list",
     .drop = 4},
    ROW(ACT_FILTER), .name = "filter", .key = '/', .label = "filter",
     .help = "narrow the list: word !not ~regex *fuzzy",
     .contexts = CTX_HOME | CTX_WATCH | CTX_HISTORY | CTX_REPORT | CTX_VIEW | CTX_RECORDS | CTX_HELP |
                 CTX_GROUP,
     .flags = ACT_TIMELY, .drop = 3, .enabled = may_filter},
    ROW(ACT_PALETTE), .name = "command", .key = ':', .label = "command",
     .help = "any action, group or operation by its name",
     .contexts = CTX_LISTS | CTX_HELP | CTX_REPORT | CTX_VIEWS | CTX_RECORDS, .flags = 0, .drop = 4},
    ROW(ACT_HELP), .name = "help", .key = '?', .label = "help",
     .help = "this page", .contexts = CTX_LISTS | CTX_WIZARD | CTX_REPORT | CTX_VIEWS | CTX_RECORDS, .flags = 0, .drop = 0},
    ROW(ACT_BACK), .name = "back", .key = UI_KEY_ESC, .label = "back",
     .help = "back; what runs goes on running",
     .contexts = CTX_ALL & ~(unsigned)(CTX_HOME | CTX_FILTER | CTX_PAGES | CTX_BOOKMARKS),
     .flags = 0,
     .drop = 0},
    ROW(ACT_FORWARD), .name = "forward", .key = 'f', .label = "forward",
     .help = "to what Esc left, as it was",
     .contexts = CTX_PLACES, .flags = ACT_QUIET, .enabled = may_go_forward},
    ROW(ACT_BOOKMARKS), .name = "bookmarks", .key = '\'', .label = "bookmarks",
     .help = "saved views and queries: filters with a name",
     .contexts = CTX_PLACES | CTX_REPORT, .flags = ACT_QUIET},
    ROW(ACT_KEEP), .name = "keep", .key = 'b', .label = "keep view",
     .help = "keep this view, filter and order under a name",
     .contexts = CTX_PLACES, .flags = ACT_QUIET},
    ROW(ACT_QUIT), .name = "quit", .key = 'q', .label = "quit",
     .help = "leave; says first what will stand still",
     .contexts = CTX_LISTS | CTX_HELP | CTX_REPORT | CTX_VIEWS | CTX_RECORDS, .flags = 0, .drop = 0},
    ROW(ACT_REDRAW), .name = "redraw", .key = UI_KEY_CTRL('L'), .label = "redraw",
     .help = "paint the whole screen anew", .contexts = CTX_ALL, .flags = ACT_QUIET},
    ROW(ACT_MOVE), .name = "move", .key = UI_KEY_DOWN, .shown = "Up Down k j",
     .label = "move", .help = "move in a list", .contexts = CTX_LISTS | CTX_HELP | CTX_REPORT | CTX_VIEWS | CTX_RECORDS,
     .flags = ACT_WIDGET | ACT_QUIET},
    ROW(ACT_PAGE), .name = "page", .key = UI_KEY_PGDN, .shown = "PgUp PgDn",
     .label = "page", .help = "a page up or down; half: Ctrl-U, Ctrl-D",
     .contexts = CTX_LISTS | CTX_HELP | CTX_REPORT | CTX_VIEWS | CTX_RECORDS,
     .flags = ACT_WIDGET | ACT_QUIET},
    ROW(ACT_ENDS), .name = "ends", .key = UI_KEY_END, .shown = "Home End g G",
     .label = "ends", .help = "to the first or the last line",
     .contexts = CTX_LISTS | CTX_HELP | CTX_REPORT | CTX_VIEWS | CTX_RECORDS,
     .flags = ACT_WIDGET | ACT_QUIET},
    ROW(ACT_NUMBER), .name = "number", .key = '1', .shown = "1 to 6",
     .label = "panel", .help = "to the panel or tab of that number",
     .contexts = CTX_HOME | CTX_GROUP | CTX_SITE, .flags = ACT_WIDGET | ACT_QUIET},
    ROW(ACT_FIELD), .name = "field", .key = UI_KEY_TAB, .shown = "Tab S-Tab",
     .label = "next field", .help = "to the next field or button, and back",
     .contexts = CTX_DIALOG, .flags = ACT_WIDGET, .drop = 3},
    ROW(ACT_TOGGLE), .name = "toggle", .key = UI_KEY_SPACE, .shown = "Space",
     .label = "tick", .help = "tick or untick a box", .contexts = CTX_WIZARD,
     .flags = ACT_WIDGET | ACT_QUIET, .drop = 4},
    ROW(ACT_ANSWER), .name = "answer", .key = UI_KEY_ENTER, .shown = "Enter",
     .label = "press", .help = "press the button in focus",
     .contexts = CTX_DIALOG, .flags = ACT_WIDGET, .drop = 1},
    ROW(ACT_CHOOSE), .name = "choose", .key = UI_KEY_ENTER, .shown = "Enter",
     .label = "take", .help = "take the selected one; letters narrow the list",
     .contexts = CTX_PICK, .flags = ACT_WIDGET, .drop = 0},
    ROW(ACT_TAKE), .name = "keep-filter", .key = UI_KEY_ENTER, .shown = "Enter",
     .label = "keep", .help = "keep it, and give the keys back to the list",
     .contexts = CTX_FILTER, .flags = ACT_WIDGET, .drop = 0},
    ROW(ACT_CLEAR), .name = "clear-filter", .key = UI_KEY_ESC, .shown = "Esc",
     .label = "clear", .help = "take it back: all is listed again",
     .contexts = CTX_FILTER, .flags = ACT_WIDGET, .drop = 0},
    ROW(ACT_FORMS), .name = "forms", .key = '!', .shown = "word !not ~regex *fuzzy",
     .label = "match", .help = "what may be typed, also several words",
     .contexts = CTX_FILTER, .flags = ACT_WIDGET, .drop = 1},
    ROW(ACT_MARK), .name = "mark", .key = UI_KEY_SPACE, .label = "mark",
     .help = "mark the row, or take its mark away",
     .contexts = CTX_HOME | CTX_HISTORY, .flags = ACT_QUIET, .drop = 9},
    ROW(ACT_SORT), .name = "sort", .key = 'o', .label = "sort",
     .help = "order by the next column",
     .contexts = CTX_HOME | CTX_HISTORY, .flags = ACT_QUIET, .drop = 9},
    ROW(ACT_REVERSE), .name = "reverse", .key = 'i', .label = "reverse",
     .help = "the same order, turned round",
     .contexts = CTX_HOME | CTX_HISTORY, .flags = ACT_QUIET, .drop = 9},
    ROW(ACT_COMPARE), .name = "compare", .key = 'c', .label = "compare",
     .help = "two marked runs, phase by phase",
     .contexts = CTX_HISTORY, .flags = 0, .verb = "operation_show", .drop = 4,
     .enabled = may_compare},
    ROW(ACT_CHART), .name = "chart", .key = 'd', .label = "durations",
     .help = "how long the group's runs took, as a chart",
     .contexts = CTX_HISTORY | CTX_HOME, .flags = ACT_NEEDS_GROUP | ACT_ANYWHERE, .verb = "operation_list",
     .drop = 5},
    ROW(ACT_EXPORT), .name = "export", .key = 'x', .label = "export",
     .help = "write what is listed as csv, json and text",
     .contexts = CTX_HISTORY, .flags = 0, .drop = 6},
    ROW(ACT_UNDO), .name = "undo", .key = 'z', .label = "undo",
     .help = "what the last edit changed; take it back",
     .contexts = CTX_HOME | CTX_GROUP, .flags = ACT_NEEDS_GROUP | ACT_QUIET | ACT_ANYWHERE,
     .verb = "group_undo", .enabled = may_undo},
    ROW(ACT_ALL_EVENTS), .name = "all-events", .key = 'u', .label = "all events",
     .help = "what happened, of all operations, as it comes",
     .contexts = CTX_HOME | CTX_HISTORY | CTX_WATCH | CTX_GROUP | CTX_AUDIT, .flags = ACT_ANYWHERE,
     .verb = "event_list", .drop = 9},
    ROW(ACT_AUDIT), .name = "audit", .key = 'l', .label = "audit log",
     .help = "who asked for what, why, and what came of it",
     .contexts = CTX_HOME | CTX_HISTORY | CTX_WATCH | CTX_GROUP | CTX_EVENTS, .flags = ACT_ANYWHERE,
     .verb = "audit_list", .drop = 9},
    ROW(ACT_SEARCH), .name = "search", .key = 's', .label = "search",
     .help = "go to a text; then n and N, on and back",
     .contexts = CTX_RECORDS | CTX_WATCH, .flags = 0, .drop = 4},
    ROW(ACT_COPY), .name = "copy", .key = 'y', .label = "copy",
     .help = "the command line of what is selected (OSC 52)",
     .contexts = CTX_LISTS | CTX_REPORT | CTX_VIEWS | CTX_RECORDS, .flags = ACT_QUIET, .enabled = may_copy},
    ROW(ACT_MESSAGES), .name = "messages", .key = 'm', .label = "messages",
     .help = "what was said above the keys",
     .contexts = CTX_SCREENS, .flags = ACT_QUIET},
    ROW(ACT_SETTINGS), .name = "settings", .key = ',', .label = "settings",
     .help = "theme, mouse, bell, keys",
     .contexts = CTX_SCREENS, .flags = ACT_QUIET},
    ROW(ACT_MOUSE), .name = "mouse", .key = UI_KEY_F2, .label = "mouse",
     .help = "take the mouse, or give it back",
     .contexts = CTX_LISTS | CTX_REPORT | CTX_VIEWS | CTX_RECORDS, .flags = ACT_QUIET},
    ROW(ACT_ADDRESSES), .name = "addresses", .key = 'a', .label = "addresses",
     .help = "the addresses of the members, port by port",
     .contexts = CTX_MAP, .flags = ACT_QUIET},
    ROW(ACT_ISOLATED), .name = "isolated", .key = 'i', .label = "isolated",
     .help = "a network of the drill's own, or not",
     .contexts = CTX_MAP, .flags = ACT_QUIET},
    ROW(ACT_UNMAP), .name = "unmap", .key = 'x', .label = "as proposed",
     .help = "take the choice back, also Del",
     .contexts = CTX_MAP, .flags = ACT_QUIET},
    ROW(ACT_ADD_CHECK), .name = "add-check", .key = 'a', .label = "add",
     .help = "another health check",
     .contexts = CTX_CHECKS, .flags = ACT_QUIET},
    ROW(ACT_DROP_CHECK), .name = "drop-check", .key = 'd', .label = "delete",
     .help = "take the check off the list, also Del",
     .contexts = CTX_CHECKS, .flags = ACT_QUIET},
    ROW(ACT_TRY_CHECK), .name = "try-check", .key = 'n', .label = "try now",
     .help = "ask the servers that run now, once",
     .contexts = CTX_CHECKS, .flags = ACT_QUIET},
    ROW(ACT_ALL_MEMBERS), .name = "all-members", .key = 'a', .label = "all",
     .help = "all members move",
     .contexts = CTX_MEMBERS, .flags = ACT_QUIET},
    ROW(ACT_KEEP_ADDRESSES), .name = "keep-addresses", .key = 'p', .label = "keep or new",
     .help = "addresses and MACs: kept, or new, for all",
     .contexts = CTX_ADDRESSES, .flags = ACT_QUIET},
    ROW(ACT_CLEAR_ADDRESS), .name = "clear-address", .key = 'x', .label = "not",
     .help = "not by hand, also Del",
     .contexts = CTX_ADDRESSES, .flags = ACT_QUIET},
    ROW(ACT_FORGET), .name = "forget", .key = 'd', .label = "removes one of yours",
     .help = "remove it, also Del; the configuration's stay",
     .contexts = CTX_BOOKMARKS, .flags = ACT_QUIET},
    ROW(ACT_MATCHES), .name = "matches", .key = 'n', .shown = "n N", .label = "on, back",
     .help = "to the next place of what was searched for",
     .contexts = CTX_RECORDS, .flags = ACT_WIDGET | ACT_QUIET},
    ROW(ACT_DUMP), .name = "dump", .key = UI_KEY_CTRL('P'), .label = "dump",
     .help = "this screen as text, its list as csv and json",
     .contexts = CTX_LISTS | CTX_REPORT | CTX_VIEWS | CTX_RECORDS | CTX_HELP, .flags = ACT_QUIET},
};
#undef ROW
/* clang-format on */

const char *act_context_name(unsigned one_context)
{
    static const char *const NAMES[CTX_COUNT] = {"Home",    "An operation", "The wizard",
                                                 "History", "Help",         "A question",
                                                 "A report", "Something to look at",
                                                 "A group", "A site", "All events",
                                                 "A picture",      "A filter",
                                                 "A choice of many",
                                                 "The wizard: networks and flavors",
                                                 "The wizard: health checks",
                                                 "The wizard: members",
                                                 "The wizard: addresses", "Bookmarks",
                                                 "The audit log"};
    for (int i = 0; i < CTX_COUNT; i++)
        if (one_context == 1u << i)
            return NAMES[i];
    return "";
}

size_t action_count(void)
{
    return ACT_COUNT + commands_count();
}

const struct action *action_nth(size_t i)
{
    return i < ACT_COUNT ? &ACTIONS[i] : commands_nth(i - ACT_COUNT);
}

const struct action *action_of_key(unsigned context, ui_key key)
{
    for (size_t i = 0; i < action_count(); i++) {
        const struct action *a = action_nth(i);
        if (keymap_key(a->id) == key && (a->contexts & context) && !(a->flags & ACT_WIDGET))
            return a;
    }
    return NULL;
}

static bool locked;

void actions_lock(bool on)
{
    locked = on;
}

bool actions_locked(void)
{
    return locked;
}

/* The engine refuses it as well; here it is said before anything is typed. */
static bool may_write(const struct action *a, const struct act_subject *s, char *reason,
                      size_t size)
{
    if ((a->flags & ACT_WRITES) && s->snapshot->read_only)
        return refuse(reason, size, "the console is read-only: start it without --read-only");
    if ((a->flags & ACT_WRITES) && locked)
        return refuse(reason, size, "you made this console read-only: the settings open it again");
    if (!s->group || s->marks)
        return true;
    const struct group *g = s->group->group;
    bool away = text_equal(g->current_primary, g->secondary);
    const char *sides[] = {g->current_primary, away ? g->primary : g->secondary};
    for (unsigned i = 0; i < 2; i++) {
        const struct site_view *site = snapshot_site(s->snapshot, sides[i]);
        char text[160];
        if (!(a->writes & 1u << i) || !site || !site->read_only)
            continue;
        snprintf(text, sizeof text, "%.80s is read-only by the configuration", site->name);
        return refuse(reason, size, text);
    }
    return true;
}

bool action_enabled(const struct action *a, const struct act_subject *s, char *reason, size_t size)
{
    if ((a->flags & ACT_NEEDS_GROUP) && !s->group)
        return refuse(reason, size, "no group is selected");
    if ((a->flags & ACT_NEEDS_SITE) && !s->site && !s->group)
        return refuse(reason, size, "no site and no group is selected");
    if ((a->flags & ACT_NEEDS_OPERATION) && !s->operation)
        return refuse(reason, size, "there is no operation to do it to");
    if (!may_write(a, s, reason, size))
        return false;
    if ((a->flags & ACT_BY_STATE) && !lifecycle_allows(a->by, s->group, reason, size))
        return false;
    return a->enabled ? a->enabled(s, reason, size) : true;
}
