/*
 * ready: may this group be relied upon now, in one mark and a few words.
 *
 * Read from what the snapshot holds; the first thing that stands in the way is
 * named: what the newest readiness for the next move says, or how replication
 * and drills stand. Pure but for how often sites are polled, which is said once.
 */
#ifndef PC_TUI_READY_H
#define PC_TUI_READY_H

#include "backend/model/snapshot.h"
#include "widgets/glyphs.h"
#include "widgets/role.h"

#include <stdbool.h>

/* What was read longer ago is marked STALE: than a minute, or than three rounds of
 * polls where the configuration lets more time pass between them. */
enum { READ_STALE_MS = 60 * 1000, READ_STALE_POLLS = 3 };
int64_t ready_stale_ms(void);
/* Seconds between two polls, once for the process, before anything is shown; 0: as
 * without. UI thread. */
void ready_set_polls(int64_t seconds);

struct ready_mark {
    enum role role;
    enum glyph mark;
    char text[16]; /* "ready", "late", "2 blocked" */
};

struct ready_mark ready_of_group(const struct group_view *g, int64_t now_ms);

/* A move left members of it down; or some at the other site. Those of a drill are its own. */
bool ready_not_all_up(const struct group_view *g);
bool ready_in_part(const struct group_view *g);

/* Was it read, but too long ago to be relied upon? Then nothing that rests on it
 * is shown as good. */
bool ready_stale(int64_t read_ms, int64_t now_ms);

/* How far the copies are behind, s; -1: not known. While the array does not tell, it
 * grows: nothing newer is known to be there. */
int64_t ready_lag_s(const struct group_view *g, int64_t now_ms);

/* Every site was asked once, whether it answered or not. */
bool ready_asked(const struct snapshot *s);
/* When a site was last read: the oldest last answer of any of its services, wall
 * ms; 0: one of them never answered. And of all sites; 0 also without any. */
int64_t ready_site_read_ms(const struct site_view *site);
int64_t ready_read_ms(const struct snapshot *s);
/* What did not answer when it was asked last: "site-a identity, site-b array";
 * false: all did. Of the sites that have one of these names (NULL: of all). */
bool ready_unreached(const struct snapshot *s, const char *const sites[2], char *dst, size_t size);
/* All of it was read, and lately: one may act upon it. */
bool ready_fresh(const struct snapshot *s, int64_t now_ms);

#endif
