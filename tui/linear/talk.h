/*
 * talk: one conversation at a prompt: what was told, where it stands, and how
 * a line is asked for. The parts of linear.h share it. Main thread.
 */
#ifndef PC_TUI_LINEAR_TALK_H
#define PC_TUI_LINEAR_TALK_H

#include "tui/linear/menu.h"
#include "tui/verbs/session.h"

enum { LINE_SIZE = 512, PLACES_MAX = 8 };

struct talk {
    struct session s;        /* kept; its args are the program's between verbs */
    struct snapshot *told;   /* changes are told since this one */
    struct place places[PLACES_MAX]; /* the last one is where it stands */
    size_t depth;
    struct menu menu; /* as it was told last: numbers mean its rows */
    bool script;      /* the input is no terminal: nobody corrects a mistake */
    bool over;        /* leave */
    int code;         /* of what was done last */
};

enum answer { ANSWERED, ANSWER_ENDED /* the input */, ANSWER_STOPPED /* a signal */ };

/* A line without its end and without blanks around it. live: what changes while
 * it waits is told. A line that is too long is said to be, and asked for again. */
enum answer talk_line(struct talk *t, const char *prompt, bool live, char dst[LINE_SIZE]);

/* One of `words` by its number or itself; the empty line is the first. -1: none
 * was chosen (the end, a signal, or a script that says something else). */
int talk_pick(struct talk *t, const char *question, const char *const *words, size_t count);

/* Says that the line means nothing; ends a script, with 2. */
void talk_lost(struct talk *t, const char *what, const char *line);

/* Tells what changed since it was told last, but of this group (NULL: of all);
 * true when there was anything. */
bool talk_changes(struct talk *t, const char *but_group);

#endif
