/*
 * deeds: what can be done at the prompt, a row each.
 *
 * A row joins an action of tui/actions.c, which has its name, key, words and
 * reasons, to the verb that does it, and says what is asked before. What a verb
 * can do without a key of the screens (show, watch) stands here by its verb alone.
 * Read-only data, any thread.
 */
#ifndef PC_TUI_LINEAR_DEEDS_H
#define PC_TUI_LINEAR_DEEDS_H

#include "tui/actions.h"
#include "tui/verbs/verb.h"

/* What it is done to. */
enum deed_about { ABOUT_NOTHING, ABOUT_GROUP, ABOUT_SITE, ABOUT_OPERATION };

/* What linear does by itself, without a verb. */
enum deed_own { OWN_NOTHING, OWN_READ, OWN_HISTORY, OWN_OPERATION, OWN_HELP, OWN_BACK, OWN_QUIT };

enum deed_values {
    VALUES_OF_FLAG, /* the words of a choice, no or yes of a switch, else a line of text */
    VALUES_SITES,   /* the two sites of the group */
    VALUES_ANSWER,  /* of a question: the last operand */
};

struct deed_ask {
    const char *flag; /* of the verb; NULL with VALUES_ANSWER */
    const char *question;
    enum deed_values values;
};

enum { DEED_ASKS = 3 };

struct deed {
    enum act_id action; /* ACT_COUNT: none */
    const char *words;  /* of the verb table; NULL: `own` */
    const char *help;   /* where the action's or the verb's is about a screen; NULL: theirs */
    enum deed_own own;
    enum deed_about about;
    unsigned contexts; /* where it has a number */
    bool plan;         /* the dry run is told, then "start it?" */
    bool sure;         /* "do it?", for what is not confirmed by typing */
    struct deed_ask asks[DEED_ASKS]; /* ends with a NULL question */
};

extern const struct deed DEEDS[]; /* ends with neither words nor own */

/* "failover", by the action or by the verb's last word. */
const char *deed_name(const struct deed *d);
const char *deed_help(const struct deed *d);
/* The key of the screens as it is typed here; "" none. */
const char *deed_key(const struct deed *d, char room[UI_KEY_NAME_MAX]);
/* The deed of that name, or of that key, in a context; NULL none. */
const struct deed *deed_find(unsigned context, const char *typed);
/* The deed of that name, wherever; NULL none. */
const struct deed *deed_named(const char *name);
/* May it be done? reason (never empty on false) is one line. */
bool deed_enabled(const struct deed *d, const struct act_subject *s, char *reason, size_t size);

#endif
