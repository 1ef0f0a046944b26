/*
 * actions: everything an operator can do at a screen, in one table.
 *
 * A row says the key, the words, where it counts, what it needs and which verb
 * of the door it ends in. Keys, the key bar and `?` help are read from it;
 * nothing else knows a key. Lower case looks; upper case changes the world and
 * asks first, with no as the answer that Enter gives. What is not allowed now
 * stays visible, greyed, and says why when it is pressed.
 *
 * Pure, UI thread.
 */
#ifndef PC_TUI_ACTIONS_H
#define PC_TUI_ACTIONS_H

#include "backend/model/snapshot.h"
#include "widgets/key.h"
#include "widgets/keybar.h"

#include <stdbool.h>
#include <stddef.h>

/* Where a key counts; a row may count in several. */
enum act_context {
    CTX_HOME = 1 << 0,
    CTX_WATCH = 1 << 1, /* one operation */
    CTX_WIZARD = 1 << 2, /* the questions before something is done */
    CTX_HISTORY = 1 << 3,
    CTX_HELP = 1 << 4,
    CTX_DIALOG = 1 << 5,
    CTX_REPORT = 1 << 6, /* readiness, recovery points */
    CTX_VIEW = 1 << 7, /* something to look at: compared runs, messages, keys */
    CTX_GROUP = 1 << 8,  /* one group */
    CTX_SITE = 1 << 9,   /* one site */
    CTX_GROUPS = CTX_HOME | CTX_WATCH | CTX_GROUP, /* where something is done to a group */
    CTX_LISTS = CTX_GROUPS | CTX_HISTORY | CTX_SITE,
    CTX_EVENTS = 1 << 10, /* the events of all operations */
    CTX_PICTURE = 1 << 11, /* charts, settings, output: nothing in it to be narrowed */
    CTX_VIEWS = CTX_VIEW | CTX_PICTURE,
    CTX_AUDIT = 1 << 19, /* who asked for what */
    CTX_RECORDS = CTX_EVENTS | CTX_AUDIT,
    CTX_PLACES = CTX_LISTS | CTX_VIEWS | CTX_RECORDS, /* what can be come back to */
    /* All but what is typed, chosen from, or asked. */
    CTX_SCREENS = CTX_PLACES | CTX_REPORT | CTX_HELP | CTX_WIZARD,
    CTX_FILTER = 1 << 12, /* the line of a filter while it is typed */
    CTX_PICK = 1 << 13, /* a line that is typed, or that narrows a list to choose from */
    /* What a page of the wizard, or a part of one, takes before the wizard does. */
    CTX_MAP = 1 << 14,
    CTX_CHECKS = 1 << 15,
    CTX_MEMBERS = 1 << 16,
    CTX_ADDRESSES = 1 << 17,
    CTX_PAGES = CTX_MAP | CTX_CHECKS | CTX_MEMBERS | CTX_ADDRESSES,
    CTX_BOOKMARKS = 1 << 18, /* the list of them: a dialog */
    CTX_ALL = (1 << 20) - 1,
};
enum { CTX_COUNT = 20 };
const char *act_context_name(unsigned one_context);

enum act_flag {
    ACT_WRITES = 1 << 0,      /* changes a site: upper case, refused when read-only */
    ACT_NEEDS_GROUP = 1 << 1, /* something must be selected */
    ACT_NEEDS_OPERATION = 1 << 2,
    ACT_WIDGET = 1 << 3, /* what has the focus takes this key by itself:
                            listed for the help, never looked up */
    ACT_QUIET = 1 << 4,  /* not on the key bar, only in the help */
    ACT_TIMELY = 1 << 5, /* leaves a narrow key bar first while it is not possible */
    ACT_BY_STATE = 1 << 6, /* the group's state must allow `by` */
    ACT_NEEDS_SITE = 1 << 7, /* a site, or a group for where it serves */
    ACT_ANYWHERE = 1 << 8, /* no screen has a part in it: `:` offers it beyond its contexts, too */
};

/* Which of a group's sites an action cannot do without writing to. */
enum act_side {
    ACT_SERVING = 1 << 0, /* where it serves now */
    ACT_OTHER = 1 << 1,
    ACT_BOTH = ACT_SERVING | ACT_OTHER,
};

enum act_id {
    ACT_OPEN,
    ACT_OPERATION,
    ACT_DRILL,
    ACT_WIZARD_MAPPING,
    ACT_START,
    ACT_DEFAULTS,
    ACT_PAGES,
    ACT_ABOUT,
    ACT_CANCEL,
    ACT_CLEANUP,
    ACT_FAILOVER,
    ACT_COMMIT,
    ACT_ROLLBACK,
    ACT_FAILBACK,
    ACT_CONFIRM_FAILBACK,
    ACT_CANCEL_FAILBACK,
    ACT_RESOLVE,
    ACT_RELEASE,
    ACT_RETRY,
    ACT_REPLY,
    ACT_SYNC,
    ACT_READINESS,
    ACT_POINTS,
    ACT_HISTORY,
    ACT_EVENTS,
    ACT_PANEL,
    ACT_READ,
    ACT_FILTER,
    ACT_SEARCH,
    ACT_PALETTE,
    ACT_HELP,
    ACT_BACK,
    ACT_FORWARD,
    ACT_BOOKMARKS,
    ACT_KEEP,
    ACT_QUIT,
    ACT_REDRAW,
    ACT_MOVE,
    ACT_PAGE,
    ACT_ENDS,
    ACT_NUMBER,
    ACT_FIELD,
    ACT_TOGGLE,
    ACT_ANSWER,
    ACT_CHOOSE,
    ACT_TAKE,
    ACT_CLEAR,
    ACT_FORMS,
    ACT_MARK,
    ACT_SORT,
    ACT_REVERSE,
    ACT_COMPARE,
    ACT_CHART,
    ACT_EXPORT,
    ACT_UNDO,
    ACT_ALL_EVENTS,
    ACT_AUDIT,
    ACT_COPY,
    ACT_MESSAGES,
    ACT_SETTINGS,
    ACT_MOUSE,
    ACT_DUMP,
    ACT_ADDRESSES,
    ACT_ISOLATED,
    ACT_UNMAP,
    ACT_ADD_CHECK,
    ACT_DROP_CHECK,
    ACT_TRY_CHECK,
    ACT_ALL_MEMBERS,
    ACT_KEEP_ADDRESSES,
    ACT_CLEAR_ADDRESS,
    ACT_FORGET,
    ACT_MATCHES,
    ACT_COUNT,
};

/* The operation an action is about, from a snapshot or from the history. */
struct act_operation {
    const char *id;
    enum op_type type;
    enum op_status status;
    bool cleanup_due, cancel_asked;
    enum op_verdict verdict;
    bool asks; /* a step of it waits for a person's answer */
    bool as_asked; /* done in part, and that part was all that was asked for */
};

/* What Enter leads to. */
enum act_opens { OPENS_OPERATION, OPENS_GROUP, OPENS_SITE };

/* What the top screen has selected. Lent for the call. */
struct act_subject {
    enum act_opens opens;
    const struct site_view *site; /* NULL: none */
    const struct snapshot *snapshot;
    const struct group_view *group;        /* NULL: none */
    const struct act_operation *operation; /* NULL: none */
    size_t ahead; /* places that were left by going back */
    size_t marks; /* rows that are marked */
    bool whole;   /* the list that has the keys cannot be narrowed */
    const char *main; /* what the wizard's S does here, a word; NULL: starts it */
    const char *blocked; /* the screen's own reason why its main action must wait; NULL none */
    struct act_operation room; /* where `operation` may live */
};

struct action {
    enum act_id id;
    const char *name; /* in key tables and audit: "drill" */
    ui_key key;
    const char *shown; /* instead of the key's name; NULL: the name */
    const char *label; /* on the key bar */
    const char *help;  /* a line of the help */
    unsigned contexts, flags;
    enum group_action by; /* with ACT_BY_STATE */
    unsigned writes;      /* of enum act_side: where the group's sites are written to */
    const char *verb; /* of docs/requests.md; NULL: asks nothing of the engine */
    int drop;         /* leaves a narrow key bar: 0 never, the higher the sooner */
    /* Beyond the flags; writes the reason on false. NULL: always. */
    bool (*enabled)(const struct act_subject *s, char *reason, size_t size);
};

extern const struct action ACTIONS[ACT_COUNT];

/* The table, and after it the commands of the configuration (commands.h). */
size_t action_count(void);
const struct action *action_nth(size_t i); /* i < action_count() */

/* The action of a key in a context; NULL: the key does nothing here. */
const struct action *action_of_key(unsigned context, ui_key key);

/* The operator has closed this console: nothing that changes a site is begun at it,
 * whatever the engine would permit. One state for the console, like its keys. */
void actions_lock(bool on);
bool actions_locked(void);

/* May it be done now? reason (never empty on false) is one line for people. */
bool action_enabled(const struct action *a, const struct act_subject *s, char *reason, size_t size);

/* The key bar of a context; returns how many of `items` (>= ACT_COUNT) are
 * filled. The key names live in `names`. */
struct action_names {
    char text[ACT_COUNT][UI_KEY_NAME_MAX];
};
size_t action_keybar(unsigned context, const struct act_subject *s, struct action_names *names,
                     struct keybar_item *items);

/* Do both count at once somewhere? What a page of the wizard takes the wizard never sees. */
bool action_meets(const struct action *a, const struct action *b);

/* What a reason says in commands, said in keys, in place: "protection-group commit" is
 * "M (commit)". The engine's texts are for every front; a screen has keys. */
void action_in_keys(char *text, size_t size);

/* A line of hints: "{unmap}" in it is that action's key and label, and nothing where it has
 * no key. An unknown name stays as it is written. */
char *action_hints(const char *line, char *dst, size_t size);

/* The key as shown; `room` lends the space. */
const char *action_key_text(const struct action *a, char room[UI_KEY_NAME_MAX]);

#endif
