/*
 * home_sites: the panel of sites on the home screen.
 *
 * A line a site: its status in a word, then every service with its latency; a
 * line more for each site that has something wrong, in the service's own
 * words. UI thread; only paints.
 */
#ifndef PC_TUI_SCREENS_HOME_SITES_H
#define PC_TUI_SCREENS_HOME_SITES_H

#include "tui/ui.h"

/* Rows wanted, frame included; header: with the line of titles. */
int home_sites_rows(const struct snapshot *s, bool header);
/* selected: the row that has the keys, -1 the panel has them not. */
void home_sites_paint(const struct snapshot *s, struct moment now, struct canvas *cv,
                      struct rect area, bool header, long selected);

/* How a site's status looks anywhere. */
struct site_look {
    const char *status;
    enum glyph mark;
    enum role role;
};
const struct site_look *site_look(const struct site_view *site, int64_t now_ms);

/* What went wrong with a service of it, without the names of both before it, for where they
 * stand already; "" nothing. Lent. */
const char *site_error(const struct site_view *site, int service);

#endif
