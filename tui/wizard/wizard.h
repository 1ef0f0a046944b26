/*
 * wizard: seven questions before something is done to a group, and what they
 * have in common.
 *
 * The wizard owns the answers, what the engine said to them, and its pages. A
 * page shows one question: it changes answers through the functions below and
 * never asks the engine for a plan by itself. Each change is asked about again
 * once it has been left alone for a moment, and kept as a draft. UI thread.
 */
#ifndef PC_TUI_WIZARD_WIZARD_H
#define PC_TUI_WIZARD_WIZARD_H

#include "tui/planwords.h"
#include "tui/screens/screens.h"
#include "tui/wizard/answers.h"
#include "widgets/dialog.h"

enum wizard_page {
    PAGE_WHAT,
    PAGE_NETWORKS,
    PAGE_FLAVORS,
    PAGE_CHECKS,
    PAGE_OPTIONS,
    PAGE_PLAN,
    PAGE_GO,
    PAGES,
};

/* How a page stands: the mark and the words beside its name on the rail. */
enum page_mark { PAGE_FINE, PAGE_WARNED, PAGE_BLOCKED, PAGE_READING, PAGE_TO_DO, PAGE_OFF };
struct page_state {
    enum page_mark mark;
    char note[40];
};

struct wizard;
struct page;

struct page_ops {
    const char *title; /* on the rail */
    const char *about; /* what is asked here, a few sentences */
    const char *keys;  /* what its own keys do, a line */
    /* What the engine said, or the answers, are others: make the rows anew. */
    void (*take)(struct page *p);
    void (*state)(const struct page *p, struct page_state *ret);
    /* All that is known of what is selected; nothing is added where nothing is. */
    void (*detail)(const struct page *p, struct buf *out);
    void (*layout)(struct page *p, const struct ui *ui, const struct canvas *cv, struct rect area);
    void (*paint)(const struct page *p, struct canvas *cv, struct rect area);
    unsigned (*key)(struct page *p, struct ui *ui, ui_key key);
    /* A field of it has the keys: letters and digits are text. NULL: never. */
    bool (*typing)(const struct page *p);
    bool (*picks)(const struct page *p); /* Enter takes what is there, Esc leaves it. NULL: never */
    void (*close)(struct page *p); /* frees it */
};

/* First member of every page's struct. */
struct page {
    const struct page_ops *ops;
    struct wizard *w;
    const char *keys; /* instead of those of ops, while something of it is open; NULL */
};

/* A request and what came of it. */
struct wizard_answer {
    json_t *data; /* owned; NULL: none yet, or it was refused */
    struct pc_error err; /* code OK: it was not refused */
    bool asking;
};

struct wizard {
    struct screen base;
    const struct wizard_kind *kind;
    char group_id[OP_ID_SIZE], group[NAME_SIZE];
    struct group *record; /* a reference: as it was when the snapshot was taken last */
    int64_t version;      /* of the record that the answers are given to */
    enum group_state group_state;
    struct answers answers;
    struct wizard_answer proposal, plan, points;
    struct page *pages[PAGES];
    size_t page;
    bool landed;       /* it went by itself to the page that is worth looking at */
    bool touched;      /* something was answered since it was opened */
    bool dirty, going; /* to be asked about; begun, the reply is under way */
    int64_t ask_at_ms; /* mono: when to ask, while dirty */
    int64_t read_ms;   /* wall: when the newest plan came; 0 never */
    bool then_go;      /* the plan is made once more, and begins if it is the same */
    json_t *agreed, *confirm; /* while then_go: the plan, and what was typed; owned */
    char refusal[600]; /* why it was not begun, or not kept; "" */
    char why_not[200]; /* why it may not be begun now; "" it may */
    struct dialog offer; /* shown while n_buttons: what to do with a draft, or with defaults */
    struct dialog_button offer_buttons[2];
    char offer_text[1200];
    enum { OFFER_NONE, OFFER_DRAFT, OFFER_DEFAULTS } offering;
    json_t *draft; /* answers of before, while they are offered; owned */
    size_t draft_page;
    struct planwords known;    /* of what is selected, made by each layout; owned */
    bool about;                /* that has the place of page and panel, and the keys */
    size_t about_top, about_last;
    struct rect rail_at, page_at, side_at, status_at, head_at;
    int said_rows; /* of status_at, what was refused */
    int64_t now_ms; /* wall */
};

struct page *page_what(struct wizard *w);
struct page *page_networks(struct wizard *w);
struct page *page_flavors(struct wizard *w);
struct page *page_checks(struct wizard *w);
struct page *page_options(struct wizard *w);
struct page *page_plan(struct wizard *w);
struct page *page_go(struct wizard *w);
/* The flags that stand for what is typed on the last page. */
void page_go_command(const struct page *p, struct buf *out);
void page_go_enter(struct page *p); /* it becomes the page that is seen */

/* For pages. -------------------------------------------------------------------- */

/* An answer was changed: the pages are told, it is asked about and kept. */
void wizard_changed(struct wizard *w, struct ui *ui);
/* Does it: `confirm` {confirm, reason} or NULL is added and stolen. On a plan of long
 * ago it is read once more first. */
void wizard_go(struct wizard *w, struct ui *ui, json_t *confirm);
/* "" it may be begun now, as far as all pages but Go are concerned. */
const char *wizard_blocked(const struct wizard *w);
/* Serves now, and will. "" not known yet. */
const char *wizard_source(const struct wizard *w);
const char *wizard_target(const struct wizard *w);
/* Checks of the newest readiness that belong to a page: how many block and warn.
 * What is not known does neither; it is told beside the page. */
void wizard_count_checks(const struct wizard *w, enum wizard_page page, size_t *ret_blocked,
                         size_t *ret_warned);
/* group_update's arguments that keep the answers; NULL: nothing to keep. The caller
 * owns them. */
json_t *wizard_defaults(const struct wizard *w);
/* The mapping alone is looked at, and nothing of it was changed: S has nothing to keep. */
bool wizard_idle(const struct wizard *w);
/* The checks that were answered, else those that stand. */
const json_t *wizard_checks(const struct wizard *w); /* lent; NULL none yet */

/* wizard_ask.c, for wizard.c. ------------------------------------------------------- */

/* All questions anew. */
void wizard_ask(struct wizard *w, struct ui *ui);
void wizard_ask_points(struct wizard *w, struct ui *ui);
/* Defaults of the group, as group_update takes them; says what came of it. */
void wizard_keep(struct wizard *w, struct ui *ui);
void wizard_weigh(struct wizard *w);
/* What was to begin once the plan had been made anew does not. */
void wizard_hold(struct wizard *w);
void wizard_take_pages(struct wizard *w);
/* The group as this is about it: wizard.record. */
void wizard_take_record(struct wizard *w, const struct group *g);
bool wizard_reading(const struct wizard *w);

/* wizard_offer.c -------------------------------------------------------------------- */

/* What was answered is kept for the next time; without any answer none is. */
void wizard_keep_draft(struct wizard *w, const struct ui *ui);
/* Opens the question, when there is something to ask about. */
void wizard_offer_draft(struct wizard *w, struct ui *ui);
void wizard_offer_defaults(struct wizard *w, struct ui *ui);
void wizard_offer_key(struct wizard *w, struct ui *ui, ui_key key);

/* wizard_side.c ------------------------------------------------------------------------ */
void wizard_rail_paint(const struct wizard *w, struct canvas *cv, struct rect area);
/* The page that a check belongs to; what belongs to no question is the plan's. */
enum wizard_page wizard_owner(const json_t *check);
/* The checks of the newest readiness, lent; NULL: none yet. */
const json_t *wizard_readiness(const struct wizard *w);
void wizard_page_state(const struct wizard *w, enum wizard_page page, struct page_state *ret);

/* wizard_about.c ----------------------------------------------------------------------- */
/* What is known of what is selected, and how far it scrolls in that area. */
void wizard_about_take(struct wizard *w, const struct canvas *cv, struct rect area);
/* Beside the page, as far as there is room; and where all of it is read. */
void wizard_side_paint(const struct wizard *w, struct canvas *cv, struct rect area);
struct rect wizard_about_at(const struct wizard *w);
void wizard_about_paint(const struct wizard *w, struct canvas *cv, struct rect area);
/* While it is read it has the keys; the one that opened it, Enter and Esc close it. */
unsigned wizard_about_key(struct wizard *w, ui_key key);

#endif
