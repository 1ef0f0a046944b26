/* actions: the table and the questions asked of it. See actions.h. */
#include "tui/actions.h"

#include "backend/base/text.h"

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
    if (s->operation)
        return true;
    return refuse(reason, size,
                  s->group ? "this group has no drill yet: t starts one" : "nothing is selected");
}

static bool may_drill(const struct act_subject *s, char *reason, size_t size)
{
    if (s->group->group->member_count == 0)
        return refuse(reason, size, "the group has no members yet");
    return lifecycle_allows(ACTION_TEST_FAILOVER, s->group, reason, size);
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

/* clang-format off */
#define ROW(symbol) [symbol] = {.id = (symbol)
const struct action ACTIONS[ACT_COUNT] = {
    ROW(ACT_OPEN), .name = "open", .key = UI_KEY_ENTER, .label = "open",
     .help = "its running operation, or its last drill",
     .contexts = CTX_HOME | CTX_HISTORY, .flags = ACT_NEEDS_OPERATION, .drop = 2,
     .enabled = may_open},
    ROW(ACT_DRILL), .name = "drill", .key = 't', .label = "drill",
     .help = "prepare a test failover; nothing starts yet",
     .contexts = CTX_LISTS, .flags = ACT_NEEDS_GROUP, .verb = "test_propose", .drop = 1,
     .enabled = may_drill},
    ROW(ACT_START), .name = "start", .key = 'S', .label = "start",
     .help = "start the drill as it stands on the screen",
     .contexts = CTX_DRILL, .flags = ACT_WRITES | ACT_NEEDS_GROUP, .verb = "test_failover",
     .drop = 0, .enabled = may_start},
    ROW(ACT_CANCEL), .name = "cancel", .key = 'K', .label = "stop",
     .help = "stop it at the next safe point; asks first",
     .contexts = CTX_WATCH, .flags = ACT_WRITES | ACT_NEEDS_OPERATION,
     .verb = "operation_cancel", .drop = 1, .enabled = may_cancel},
    ROW(ACT_CLEANUP), .name = "cleanup", .key = 'C', .label = "clean up",
     .help = "delete what a drill left behind; asks first",
     .contexts = CTX_HOME | CTX_WATCH | CTX_HISTORY, .flags = ACT_WRITES | ACT_NEEDS_OPERATION,
     .verb = "test_cleanup", .drop = 2, .enabled = may_clean},
    ROW(ACT_HISTORY), .name = "history", .key = 'h', .label = "history",
     .help = "every operation there was, newest first",
     .contexts = CTX_HOME | CTX_WATCH, .flags = 0, .verb = "operation_list", .drop = 3},
    ROW(ACT_EVENTS), .name = "events", .key = 'e', .label = "events",
     .help = "to the events; Space pauses, End follows", .contexts = CTX_WATCH,
     .flags = 0, .verb = "operation_events", .drop = 3},
    ROW(ACT_PANEL), .name = "panel", .key = UI_KEY_TAB, .label = "next panel",
     .help = "give the keys to the next panel",
     .contexts = CTX_HOME | CTX_WATCH, .flags = 0, .drop = 5},
    ROW(ACT_READ), .name = "read", .key = 'r', .label = "read now",
     .help = "read again now, not at the next turn",
     .contexts = CTX_HOME | CTX_HISTORY, .flags = 0, .verb = "site_list", .drop = 4},
    ROW(ACT_HELP), .name = "help", .key = '?', .label = "help",
     .help = "this page", .contexts = CTX_LISTS | CTX_DRILL, .flags = 0, .drop = 0},
    ROW(ACT_BACK), .name = "back", .key = UI_KEY_ESC, .label = "back",
     .help = "back; what runs goes on running",
     .contexts = CTX_WATCH | CTX_DRILL | CTX_HISTORY | CTX_HELP | CTX_DIALOG, .flags = 0,
     .drop = 0},
    ROW(ACT_QUIT), .name = "quit", .key = 'q', .label = "quit",
     .help = "leave; says first what will stand still",
     .contexts = CTX_LISTS | CTX_HELP, .flags = 0, .drop = 0},
    ROW(ACT_REDRAW), .name = "redraw", .key = UI_KEY_CTRL('L'), .label = "redraw",
     .help = "paint the whole screen anew", .contexts = CTX_ALL, .flags = ACT_QUIET},
    ROW(ACT_MOVE), .name = "move", .key = UI_KEY_DOWN, .shown = "Up Down k j",
     .label = "move", .help = "move in a list", .contexts = CTX_LISTS | CTX_HELP,
     .flags = ACT_WIDGET | ACT_QUIET},
    ROW(ACT_PAGE), .name = "page", .key = UI_KEY_PGDN, .shown = "PgUp PgDn",
     .label = "page", .help = "a page up or down; half: Ctrl-U, Ctrl-D",
     .contexts = CTX_LISTS | CTX_HELP, .flags = ACT_WIDGET | ACT_QUIET},
    ROW(ACT_ENDS), .name = "ends", .key = UI_KEY_END, .shown = "Home End g G",
     .label = "ends", .help = "to the first or the last line",
     .contexts = CTX_LISTS | CTX_HELP, .flags = ACT_WIDGET | ACT_QUIET},
    ROW(ACT_FIELD), .name = "field", .key = UI_KEY_TAB, .shown = "Tab S-Tab",
     .label = "next field", .help = "to the next field or button, and back",
     .contexts = CTX_DRILL | CTX_DIALOG, .flags = ACT_WIDGET, .drop = 3},
    ROW(ACT_TOGGLE), .name = "toggle", .key = UI_KEY_SPACE, .shown = "Space",
     .label = "tick", .help = "tick or untick a box", .contexts = CTX_DRILL,
     .flags = ACT_WIDGET, .drop = 4},
    ROW(ACT_ANSWER), .name = "answer", .key = UI_KEY_ENTER, .shown = "Enter",
     .label = "press", .help = "press the button in focus",
     .contexts = CTX_DRILL | CTX_DIALOG, .flags = ACT_WIDGET, .drop = 1},
};
#undef ROW
/* clang-format on */

const char *act_context_name(unsigned one_context)
{
    static const char *const NAMES[CTX_COUNT] = {"Home",    "An operation", "Preparing a drill",
                                                 "History", "Help",         "A question"};
    for (int i = 0; i < CTX_COUNT; i++)
        if (one_context == 1u << i)
            return NAMES[i];
    return "";
}

const struct action *action_of_key(unsigned context, ui_key key)
{
    for (size_t i = 0; i < ACT_COUNT; i++) {
        const struct action *a = &ACTIONS[i];
        if (a->key == key && (a->contexts & context) && !(a->flags & ACT_WIDGET))
            return a;
    }
    return NULL;
}

bool action_enabled(const struct action *a, const struct act_subject *s, char *reason, size_t size)
{
    if ((a->flags & ACT_NEEDS_GROUP) && !s->group)
        return refuse(reason, size, "no group is selected");
    if ((a->flags & ACT_NEEDS_OPERATION) && !s->operation)
        return a->id == ACT_OPEN ? may_open(s, reason, size)
                                 : refuse(reason, size, "there is no operation to do it to");
    if ((a->flags & ACT_WRITES) && s->snapshot->read_only)
        return refuse(reason, size, "the console is read-only: start it without --read-only");
    return a->enabled ? a->enabled(s, reason, size) : true;
}

const char *action_key_text(const struct action *a, char room[UI_KEY_NAME_MAX])
{
    return a->shown ? a->shown : ui_key_name(a->key, room);
}

size_t action_keybar(unsigned context, const struct act_subject *s, struct action_names *names,
                     struct keybar_item *items)
{
    size_t n = 0;
    for (size_t i = 0; i < ACT_COUNT; i++) {
        const struct action *a = &ACTIONS[i];
        char reason[160];
        if (!(a->contexts & context) || (a->flags & ACT_QUIET))
            continue;
        items[n] = (struct keybar_item){
            .key = action_key_text(a, names->text[i]),
            .label = a->label,
            .disabled = !action_enabled(a, s, reason, sizeof reason),
            .danger = (a->flags & ACT_WRITES) != 0,
            .drop = a->drop,
        };
        n++;
    }
    return n;
}
