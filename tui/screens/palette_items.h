/*
 * palette_items: everything that can be named at the `:` prompt, and what of it
 * fits what was typed, the best first.
 *
 * A name alone is an action of the screen, a group, a site or an operation; an
 * action's name and a blank is that action for each group that fits the rest
 * ("drill prod"). UI thread.
 */
#ifndef PC_TUI_SCREENS_PALETTE_ITEMS_H
#define PC_TUI_SCREENS_PALETTE_ITEMS_H

#include "tui/recent.h"
#include "tui/ui.h"

enum palette_kind { PALETTE_ACTION, PALETTE_GROUP, PALETTE_SITE, PALETTE_OPERATION, PALETTE_BOOKMARK, PALETTE_RECENT };

struct palette_item {
    enum palette_kind kind;
    const struct action *action; /* NULL: it is gone to */
    char name[160];              /* what Tab completes the line to */
    char note[240];              /* what it does, or why it may not be done now */
    char id[OP_ID_SIZE];         /* of the group or operation; "" none */
    char found_by[320];          /* all that is searched */
    bool disabled;
    int score;
};

struct palette_items {
    struct palette_item *items; /* owned; best first */
    size_t count, room;
};

/* What is offered for a line. context and subject are those of the screen below. */
void palette_items_make(struct palette_items *p, const struct ui *ui, unsigned context,
                        const struct act_subject *subject, const struct recent *recent,
                        const char *line);
void palette_items_release(struct palette_items *p);

#endif
