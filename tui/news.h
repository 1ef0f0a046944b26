/*
 * news: what ended since the last snapshot, and what the terminal's title says.
 *
 * Compares two snapshots; keeps nothing. UI thread.
 */
#ifndef PC_TUI_NEWS_H
#define PC_TUI_NEWS_H

#include "tui/ui.h"

/* Tells of operations that ended between the two, and rings by the
 * configuration's choice. */
void news_of(struct ui *ui, const struct snapshot *before, const struct snapshot *after);

/* When the desktop is to be told of something (mono ms): never within ten seconds
 * of the last time. MOMENT_NEVER: nothing is to be told. */
int64_t news_tell_due(const struct ui *ui);
/* Tells it, if it is due. */
void news_tell(struct ui *ui);

enum { NEWS_TITLE_SIZE = 256 };
/* "protector LAB site-a primary, site-b secondary as admin@demo: drill prod-web-app 40%":
 * deployment, sites and roles, identity, what is read-only or STALE, and what runs. What
 * does not fit is left out whole. Returns dst. */
const char *news_title(const struct snapshot *s, int64_t now_ms, char dst[NEWS_TITLE_SIZE]);

#endif
