/*
 * ui: the screens and what they share, without the terminal.
 *
 * Owns the stack of screens, the newest snapshot, the news (toasts) and the
 * requests under way. The loop (app.c) feeds it keys, replies and the time and
 * asks it to paint; tests do the same. Thread: UI only. Never reads a clock,
 * never touches curses, never waits: what a screen wants to know it asks the
 * door for, and the answer comes later.
 */
#ifndef PC_TUI_UI_H
#define PC_TUI_UI_H

#include "backend/base/buf.h"
#include "backend/door/door.h"
#include "tui/actions.h"
#include "widgets/table.h"
#include "widgets/toast.h"
#include "widgets/widget.h"

/* The one reading of the clocks of a turn of the loop. */
struct moment {
    int64_t wall_ms; /* for people: ages, the clock */
    int64_t mono_ms; /* for waiting */
};
#define MOMENT_NEVER INT64_MAX

struct ui;
struct screen;

/* What the answer to ui_ask() calls; err is NULL on success. data is lent. The
 * screen is still open (NULL when the request was the console's own). */
typedef void ui_reply(struct screen *self, struct ui *ui, const struct pc_error *err,
                      const json_t *data);

struct screen_ops {
    const char *name; /* "home": for tests and the log */
    unsigned context; /* one enum act_context */
    bool overlay;     /* the screen below stays visible */
    /* Whose keys they are while they go into a text (enum act_context). NULL: a
     * filter's, where the table has one for the context, else the same as ever. */
    unsigned (*typing)(const struct screen *s);
    /* A newer snapshot is there (also called once, when opened). */
    void (*sync)(struct screen *s, struct ui *ui);
    /* What an action would be about. */
    void (*subject)(const struct screen *s, const struct ui *ui, struct act_subject *ret);
    void (*layout)(struct screen *s, const struct ui *ui, const struct canvas *cv,
                   struct rect body);
    void (*paint)(const struct screen *s, const struct ui *ui, struct canvas *cv, struct rect body);
    /* Before the action table sees it; returns enum ui_bits. */
    unsigned (*key)(struct screen *s, struct ui *ui, ui_key key);
    /* An enabled action; false: the console's own way of doing it. */
    bool (*act)(struct screen *s, struct ui *ui, const struct action *a);
    /* Does what is due; returns the mono ms at which time alone changes what is
     * shown or is due next, MOMENT_NEVER when it never does. NULL: never. */
    int64_t (*tick)(struct screen *s, struct ui *ui);
    /* The table in it that has the keys, for a dump; NULL: none. */
    const struct table *(*table)(const struct screen *s);
    /* What it is about and how its list stands, into a place (place.h), and
     * back. keep NULL: it is no place to come back to. */
    void (*keep)(const struct screen *s, json_t *place);
    void (*resume)(struct screen *s, struct ui *ui, const json_t *place);
    void (*close)(struct screen *s); /* frees it */
};

/* First member of every screen's struct. */
struct screen {
    const struct screen_ops *ops;
    uint64_t serial; /* given by ui_push, never used twice */
};

/* What only the terminal can do; tests give their own. All may be NULL. */
struct ui_host {
    void *arg;
    /* Into the clipboard; false: too long, or not with this terminal. */
    bool (*copy)(void *arg, const char *text);
    void (*mouse)(void *arg, bool on);
    /* A name or a file, as theme_open() has it; what was shown stays on an error. */
    enum pc_err (*theme)(void *arg, const char *which, struct pc_error *err);
    void (*screen)(void *arg, struct buf *out); /* what is on it, as lines */
    /* A word to the desktop, cleaned by the terminal; how: enum ui_notice. */
    void (*notice)(void *arg, int how, const char *text);
};

enum ui_bell { UI_BELL_NEVER, UI_BELL_FAILURE, UI_BELL_END, UI_BELL_COUNT };
enum ui_notice { UI_NOTICE_NEVER, UI_NOTICE_OSC9, UI_NOTICE_OSC777, UI_NOTICE_COUNT };
/* As in the configuration. */
extern const char *const UI_BELL_WORDS[UI_BELL_COUNT];
extern const char *const UI_NOTICE_WORDS[UI_NOTICE_COUNT];

enum { UI_SCREENS_MAX = 12 };
enum { UI_MIN_ROWS = 15, UI_MIN_COLS = 60 };

struct ui_request;

struct ui {
    struct door *door;     /* borrowed */
    struct snapshot *snap; /* a reference; never NULL */
    const char *state_dir; /* where files are written; lent; NULL: nowhere */
    struct moment now;
    struct screen *stack[UI_SCREENS_MAX];
    size_t depth;
    uint64_t next_serial;
    struct toasts toasts;
    struct ui_request *requests, **requests_end; /* oldest first, as their replies come */
    const struct ui_host *host; /* lent; NULL: there is no terminal */
    json_t *chosen;  /* at the settings, against the configuration; owned */
    json_t *forward; /* places that were left by going back, the last one last; owned */
    json_t *arrive;  /* where the operator was last time, until gone to; owned, NULL none */
    bool going;      /* forward: what opens now is not a new way */
    char theme[256];
    bool theme_fixed; /* by a flag */
    bool mouse, title;
    enum ui_bell bell;
    enum ui_notice notice;
    struct {
        char text[160];  /* "" nothing is to be told */
        size_t more;     /* what came while that waited */
        int64_t sent_ms; /* mono; 0 never */
    } tell;
    char dumped[700]; /* where the last dump went; "" none yet */
    bool ring; /* the bell is due; whoever rings it clears it */
    struct size size; /* of the screen, as last laid out */
    bool typing; /* keys went into a text when it was painted last */
    struct hits hits; /* what a click means on the last frame */
    bool repaint;     /* something visible changed */
    bool redraw;      /* Ctrl-L: the whole screen anew */
    bool quit;
    bool small_help;   /* ? was pressed on a screen too small for the help */
    bool warned_small; /* q was pressed once on a screen too small for a question */
};

struct ui *ui_new(struct door *door, struct moment now);
void ui_free(struct ui *ui); /* replies that come later are dropped */

/* Replies and snapshots that came: takes the newest and tells the screens. */
void ui_dispatch(struct ui *ui);
void ui_press(struct ui *ui, ui_key key);
/* A click at a place of the last frame, or the wheel over it: -1 up, 1 down, 0 a click. */
void ui_click(struct ui *ui, int y, int x, int wheel);
/* Does what is due at ui->now; returns when to come back (mono ms). */
int64_t ui_tick(struct ui *ui);
/* The whole screen; cv covers it. */
void ui_paint(struct ui *ui, struct canvas *cv, struct rect screen);

/* For screens. ---------------------------------------------------------- */

/* Takes the screen over and shows it on top; calls sync. */
void ui_push(struct ui *ui, struct screen *take);
/* Closes this one (wherever it lies); the caller must not touch it after. The
 * last screen left ends the console. */
void ui_close(struct ui *ui, struct screen *s);
struct screen *ui_top(const struct ui *ui); /* NULL: none */

/* Asks the door; args is stolen. `from` NULL: the answer is nobody's. When the
 * screen is closed before the answer comes, done is not called. */
void ui_ask(struct ui *ui, struct screen *from, const char *verb, json_t *args, ui_reply *done);

/* News above the keys; danger stays longer. */
void ui_say(struct ui *ui, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* What the configuration and the operator's choices say of the screens holds. */
void ui_take_settings(struct ui *ui);
/* The configuration was written: takes what it says of the screens; when it is
 * wrong, that is told and all stays as it was. */
void ui_reload(struct ui *ui);
/* Into the clipboard of whoever sits there, and says so. */
void ui_copy(struct ui *ui, const char *text);
void ui_set_mouse(struct ui *ui, bool on);
/* As theme_open(); ui->theme says what is shown. */
void ui_set_theme(struct ui *ui, const char *which, struct pc_error *err);
/* What stands for a site by the configuration: a tint, else `otherwise`. */
enum role ui_tint(const struct ui *ui, const char *site, enum role otherwise);
void ui_say_error(struct ui *ui, const struct pc_error *err);
/* The same after a word about what it is an error of: "the theme: ". */
void ui_say_error_of(struct ui *ui, const char *what, const struct pc_error *err);

/* What the top screen has selected. */
void ui_subject(const struct ui *ui, struct act_subject *ret);
/* Does an action now, or says why not. */
void ui_act(struct ui *ui, const struct action *a);
/* The same about something that need not be selected anywhere. */
void ui_act_on(struct ui *ui, const struct action *a, const struct act_subject *s);
void ui_open_group(struct ui *ui, const struct group_view *group);

/* How many operations of the snapshot run or wait. */
size_t ui_running(const struct snapshot *s);

#endif
