/*
 * confirming: what must be typed before something dangerous begins, scaled to
 * the danger.
 *
 * A drill of one group takes one key. What moves production, or decides where
 * it stays, and several drills at once take a name. An unplanned failover
 * takes the name, the site that is given up, and a reason. The fields are the
 * last of the form that they are put into, below the plan and the price; what
 * is not right yet is said in one line, down to the character that differs.
 * The engine demands the same once more. UI thread.
 */
#ifndef PC_TUI_CONFIRMING_H
#define PC_TUI_CONFIRMING_H

#include "backend/base/buf.h"
#include "backend/model/lifecycle.h"
#include "widgets/form.h"

#include <jansson.h>

enum danger {
    DANGER_KEY,  /* nothing is typed: a button that has not the focus */
    DANGER_NAME, /* a name; a reason may be given */
    DANGER_SITE, /* the name, the site that is given up, and a reason */
};

/* How dangerous an action is, on so many groups at once (at least 1). */
enum danger danger_of(enum group_action action, size_t groups);

enum { CONFIRMING_FIELDS = 3 };

struct confirming {
    enum danger danger;
    bool no_reason;       /* nothing goes on the record */
    bool needs_reason;    /* it must, whatever the danger */
    bool explained;       /* a line about each field below it */
    const char *what;     /* label of the name: "Group's name" */
    char name[128];       /* to be typed, byte for byte */
    char site[128];       /* the one given up, for DANGER_SITE */
    struct input inputs[CONFIRMING_FIELDS];
    char hints[2][180];
    char why[240];
};

/* what: lent; NULL: "Group's name". name and site are copied as they are, never
 * cleaned: a name that cannot be typed is said to be so. */
void confirming_init(struct confirming *c, enum danger danger, const char *what,
                     const char *name, const char *site);
/* Overwrites what was typed. */
void confirming_release(struct confirming *c);

/* Writes the fields that this danger asks for into `room` (CONFIRMING_FIELDS of
 * them); returns how many. They borrow the inputs. To be called again after
 * danger, site, needs_reason or explained has changed; what was typed stays. */
size_t confirming_fields(struct confirming *c, struct field *room);
/* Which of them has the cursor first: the one that is needed, where the reason may be
 * left empty and a name typed into it would be lost there. */
size_t confirming_first(const struct confirming *c);

/* Why it must not begin yet, in one line, lent until the next call; NULL: it may. */
const char *confirming_missing(struct confirming *c);

/* Adds what was typed to a request: confirm, confirm_site, reason. */
void confirming_args(const struct confirming *c, json_t *args);
/* The flags that say the same on a command line, as they will be. */
void confirming_command(const struct confirming *c, struct buf *out);

#endif
