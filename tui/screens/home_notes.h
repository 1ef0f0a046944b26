/*
 * home_notes: what must not wait until somebody looks for it: a split brain with
 * its servers by name, a question that a step waits with, an operation that has
 * come to a standstill.
 *
 * A line each, above the groups, the gravest first; nothing is there when there
 * is nothing to say. UI thread; only reads the snapshot.
 */
#ifndef PC_TUI_SCREENS_HOME_NOTES_H
#define PC_TUI_SCREENS_HOME_NOTES_H

#include "tui/ui.h"

enum { HOME_NOTES = 3 };
struct home_notes {
    struct home_note {
        enum role role;
        enum glyph mark;
        char text[320];
    } notes[HOME_NOTES];
    size_t count; /* all there are; those above HOME_NOTES are only counted */
};

void home_notes_take(struct home_notes *n, const struct snapshot *s);
int home_notes_rows(const struct home_notes *n);
void home_notes_paint(const struct home_notes *n, struct canvas *cv, struct rect area);

#endif
