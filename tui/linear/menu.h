/*
 * menu: where one stands, and the numbered rows that are told there.
 *
 * Rows are things to go to (groups, sites, operations), then what can be done.
 * A number means the row of the menu that was told last, whatever has changed
 * since; whether it may be done is asked when it is chosen. Main thread.
 */
#ifndef PC_TUI_LINEAR_MENU_H
#define PC_TUI_LINEAR_MENU_H

#include "tui/linear/deeds.h"

#include <stddef.h>

enum place_kind { AT_HOME, AT_GROUP, AT_SITE, AT_OPERATION, AT_HISTORY, PLACE_KINDS };

struct place {
    enum place_kind kind;
    char name[NAME_SIZE];  /* of the group or site, the id of the operation; of the history
                              the group's, "" all */
};

/* The context of the action table that a place is. */
unsigned place_context(enum place_kind kind);

struct menu_row {
    const struct deed *deed; /* NULL: it goes to `to` */
    struct place to;
};

struct menu {
    struct menu_row *rows;
    size_t count, room;
};

struct talk;

/* Tells the place and its numbered rows. filter: of the groups at home, in the
 * language of widgets/match.h; "" all. A group or an operation that is not there
 * any more is said to be, and the menu has only what can be done. */
void menu_tell(struct talk *t, const char *filter);
void menu_release(struct menu *m);

/* What something is done to. `act` is lent by the other two, which are owned: the
 * newest snapshot, and of an operation (NULL else) what the journal says now. */
struct menu_subject {
    struct act_subject act;
    struct snapshot *now;
    struct opshow *op;
};
/* name: of the group or site, or the id of the operation or its unique beginning.
 * What is not there leaves `act` without it. Asks the door. */
void menu_subject_take(struct menu_subject *m, struct talk *t, enum deed_about about,
                       const char *name);
void menu_subject_release(struct menu_subject *m);

#endif
