/*
 * group_pane: one tab of the group screen: what it asks of the engine, how it
 * shows the answer, and which operation of it is selected.
 *
 * The group screen owns the panes, asks for them through the door, keeps the
 * reply with the time at which it came, and marks what is older than `stale_ms`.
 * A pane never asks by itself. UI thread.
 */
#ifndef PC_TUI_SCREENS_GROUP_PANE_H
#define PC_TUI_SCREENS_GROUP_PANE_H

#include "backend/base/error.h"
#include "tui/ui.h"
#include "widgets/filter.h"
#include "widgets/tabs.h"

struct pane;

struct pane_ops {
    const char *label;
    const char *verb;    /* of docs/requests.md */
    const char *look;    /* what reads at the sites what the reply tells of: "read now" asks
                            it first; NULL: the verb reads by itself */
    bool narrows;        /* take() makes rows of what passes the pane's filter alone */
    int64_t stale_ms;    /* a reply is worth nothing more after that */
    /* Its arguments beside `group`; NULL: none. */
    void (*args)(const struct pane *p, json_t *args);
    /* A number that changes when the reply would be another one. */
    uint64_t (*stamp)(const struct snapshot *s, const struct group_view *g);
    /* The group, the reply or the filter is another one: make the rows anew. */
    void (*take)(struct pane *p);
    /* What stands behind the tab's name. NULL: nothing. */
    void (*tab)(const struct pane *p, struct tab *ret);
    void (*layout)(struct pane *p, struct rect area);
    void (*paint)(const struct pane *p, struct canvas *cv, struct rect area);
    unsigned (*key)(struct pane *p, ui_key key);
    /* The operation that Enter opens; NULL: none of its own. Lent. */
    const json_t *(*operation)(const struct pane *p);
    const struct table *(*rows)(const struct pane *p); /* for a dump; NULL: it has no table */
    void (*close)(struct pane *p); /* frees it */
};

/* First member of every pane's struct. */
struct pane {
    const struct pane_ops *ops;
    const struct group_view *view; /* of the newest snapshot; lent for a call */
    json_t *reply;                 /* owned; NULL: none yet */
    int64_t read_ms;               /* wall; when it came, 0 never */
    int64_t asked_ms;              /* mono; 0 never */
    uint64_t stamp;                /* of the snapshot for which it was asked */
    struct filter filter;
    size_t shown, of; /* of what it narrows: how many pass, and how many there are */
    bool asking;
    bool again; /* the question changed while its answer was under way */
    char trouble[400]; /* why there is no newer reply, "" none */
    int64_t now_ms;    /* wall */
};

enum { PANE_FRESH_MS = 60 * 1000 };

struct pane *pane_members(void);
struct pane *pane_points(void);
struct pane *pane_readiness(enum group_state state);
struct pane *pane_mapping(void);
struct pane *pane_history(void);
struct pane *pane_ledger(void);

/* Readiness: the next kind of operation; the reply is then another's. */
void pane_readiness_turn(struct pane *p);

/* For panes. ------------------------------------------------------------------ */

/* What stands instead of rows: why there are none. */
const char *pane_empty(const struct pane *p, const char *when_read);
/* It leaves something out, or may. */
bool pane_narrowed(const struct pane *p);

#endif
