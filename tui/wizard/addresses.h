/*
 * addresses: which address each interface of the members gets at the target:
 * kept, a new one, or one that is given by hand; and its MAC likewise.
 *
 * A list of all interfaces, opened and closed by the page of the networks. What
 * an interface gets is read from the plan that the engine made of the answers,
 * and not guessed. UI thread.
 */
#ifndef PC_TUI_WIZARD_ADDRESSES_H
#define PC_TUI_WIZARD_ADDRESSES_H

#include "tui/wizard/wizard.h"
#include "widgets/table.h"

struct addresses {
    struct wizard *w; /* borrowed */
    struct table table;
    struct address_row {
        size_t member, nic;
    } * rows; /* owned */
    size_t count, room;
    struct input input; /* the address and the MAC of the selected row */
    bool open, typing;
    char error[80]; /* what is wrong with it; "" nothing */
    struct rect field_at;
};

void addresses_init(struct addresses *a, struct wizard *w);
void addresses_release(struct addresses *a);
/* The group or the answers are others. */
void addresses_take(struct addresses *a);
void addresses_layout(struct addresses *a, struct rect area);
void addresses_paint(const struct addresses *a, struct canvas *cv, struct rect area);
/* All that is known of the selected interface. */
void addresses_detail(const struct addresses *a, struct buf *out);
/* Esc closes it; what it does not know is UI_IGNORED. */
unsigned addresses_key(struct addresses *a, struct ui *ui, ui_key key);

#endif
