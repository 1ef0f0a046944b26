/*
 * site_parts: the panels of the site screen: endpoints, the latency of one of
 * them, quotas, the array, the groups.
 *
 * Read the snapshot and the newest reply of site_show; ask nothing. UI thread.
 */
#ifndef PC_TUI_SCREENS_SITE_PARTS_H
#define PC_TUI_SCREENS_SITE_PARTS_H

#include "tui/ui.h"
#include "widgets/table.h"

enum site_panel { SITE_ENDPOINTS, SITE_LATENCY, SITE_QUOTAS, SITE_ARRAY, SITE_GROUPS, SITE_PANELS };
/* A clock that is this far off confuses tokens and ages. */
enum { SITE_SKEW_WARN_S = 5 };
enum { ROOM_STALE_MS = 60 * 1000 };

struct site_parts {
    /* Lent before each call. */
    const struct snapshot *snap;
    const struct site_view *site; /* NULL: it is gone */
    int64_t now_ms;
    bool asking;

    json_t *room;    /* the reply; owned, NULL none yet */
    int64_t room_ms; /* wall; when it came */
    char trouble[400];
    struct table endpoints, groups;
    char (*group_ids)[OP_ID_SIZE]; /* of the groups' rows; owned */
    size_t group_count;
};

void site_parts_init(struct site_parts *p);
void site_parts_release(struct site_parts *p);
/* Lists anew which groups serve there or would come there. */
void site_groups_take(struct site_parts *p);
void site_parts_layout(struct site_parts *p, struct rect endpoints, struct rect groups);
/* note: at the right of the frame, NULL none. */
void site_panel_paint(const struct site_parts *p, enum site_panel which, bool focused,
                      const char *note, struct canvas *cv, struct rect area);

#endif
