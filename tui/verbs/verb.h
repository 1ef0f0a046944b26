/*
 * verb: the command line as data.
 *
 * One const table names every verb, its operands and flags, the request it
 * sends through the door, the columns it prints and the function that runs it.
 * The parser, --help, the tests and the reference in docs/ come from this
 * table alone. Read-only data, any thread.
 */
#ifndef PC_TUI_VERBS_VERB_H
#define PC_TUI_VERBS_VERB_H

#include "tui/verbs/output.h"

#include <stdbool.h>
#include <stddef.h>

enum flag_type {
    FLAG_SWITCH,  /* takes no value; sent as true */
    FLAG_TEXT,    /* sent as a string */
    FLAG_CHOICE,  /* one of the words of `value`, "a|b"; sent as a string */
    FLAG_NUMBER,  /* sent as an integer of min..max */
    FLAG_MAPPING, /* a=b, repeatable; sent as one object */
    FLAG_LIST,    /* repeatable; sent as an array of strings */
    FLAG_JSON,    /* a file of JSON, "-": standard input; sent as what is in it */
};

struct flag {
    const char *name;  /* "--wait" */
    const char *brief; /* "-f", NULL none */
    const char *value; /* how help names the value; NULL for a switch */
    const char *key;   /* member of the request's arguments; NULL: not sent */
    const char *help;
    enum flag_type type;
    long min, max; /* FLAG_NUMBER */
    bool required;
};

struct operand {
    const char *name; /* how help names it: "PG" */
    const char *key;  /* member of the request's arguments; many: an array */
    bool many;        /* one or more; only the last operand */
};

enum verb_need {
    NEED_SITES = 1,   /* the door reaches the sites, and starts the lab if that is used */
    NEED_EXECUTE = 2, /* takes the lease and runs operations */
    NEED_REPLICATION = 4, /* waits a little until the arrays have been read */
    NEED_LINES = 16,      /* tells in lines what goes on: a look a second is enough */
    NEED_NO_STATE = 8,    /* tells of the program itself: no state directory is made */
};

struct session;

struct verb {
    const char *words; /* "protection-group list" */
    const char *alias; /* the same by other words, NULL none */
    const char *summary;
    const char *request; /* the door's verb, see docs/requests.md; NULL: run() decides */
    const char *done;    /* printed when the reply has nothing to print; NULL none */
    const struct operand *operands; /* ends with a NULL name; NULL none */
    const struct flag *flags;       /* ends with a NULL name; NULL none */
    const struct column *columns;   /* of what it prints; NULL none */
    unsigned needs;                 /* of enum verb_need */
    bool typed;       /* a dry run of its request is shown, and the group's name must be typed */
    bool followed;    /* at a terminal it is followed to its end unless told otherwise */
    int (*run)(struct session *s);  /* the exit code */
};

extern const struct verb VERBS[]; /* ends with NULL words */
extern const struct flag GLOBAL_FLAGS[];

/* The flag of that spelling ("--wait" or "-f") in a list; NULL none. */
const struct flag *verb_flag(const struct flag *flags, const char *name, size_t length);
/* The verb of exactly these words; NULL none. */
const struct verb *verb_find(const char *words);

#endif
