/*
 * app: the one loop of the full screen.
 *
 * It waits on the keyboard, the door and the signals, and on a deadline only
 * when something on the screen changes by time. A turn goes:
 *
 *   poll -> the two clocks, once -> signals -> all keys that wait
 *        -> replies and the newest snapshot -> what is due -> at most one paint
 *
 * Keys come first and are all taken before anything is painted, so a held key
 * never queues up frames. How often frames come is told by two purses of time
 * (pace.h), one for what keys cause and one for what the engine causes: the
 * first few after a rest are painted at once, then a frame that changes much is
 * followed by a longer pause than one that moves a bar. So a slow line is never
 * behind the screen for long, and the eye can follow. What the clock changes is
 * painted when it is due. Nobody but this loop lets a frame out to the terminal;
 * a frame that equals the last one sends nothing, and costs nothing.
 */
#include "tui/app.h"
#include "tui/verbs/session.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "tui/desk.h"
#include "tui/news.h"
#include "tui/filewatch.h"
#include "tui/pace.h"
#include "tui/ui.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>

/* Files that somebody may edit while they are in use. */
enum { THEME_FILE, CONFIG_FILE, WATCHED };

struct loop {
    struct term *term;
    struct theme *theme;
    struct door *door;
    struct ui *ui;
    struct filewatch watched[WATCHED];
    struct pace by_world, by_keys;
    int64_t due_ms; /* what ui_tick said */
    bool by_key;    /* the repaint that is pending was caused by a key */
    bool by_clock;  /* it is due by the clock: what the world changed comes with it */
    bool line_lost;
};

static struct moment read_clocks(void)
{
    return (struct moment){.wall_ms = clock_wall_ms(), .mono_ms = clock_mono_ms()};
}

/* ---- what the screens ask of the terminal ------------------------------------- */

static bool host_copy(void *arg, const char *text)
{
    return term_copy(((struct loop *)arg)->term, text);
}

static void host_mouse(void *arg, bool on)
{
    term_set_mouse(((struct loop *)arg)->term, on);
}

static void host_screen(void *arg, struct buf *out)
{
    term_text(((struct loop *)arg)->term, out);
}

static void host_notice(void *arg, int how, const char *text)
{
    term_notice(((struct loop *)arg)->term, how == UI_NOTICE_OSC777, text);
}

static enum pc_err host_theme(void *arg, const char *which, struct pc_error *err)
{
    struct loop *l = arg;
    struct theme *theme;
    enum pc_err rc = theme_open(which, &theme, err);
    if (rc)
        return rc;
    theme_free(l->theme);
    l->theme = theme;
    theme_apply(theme, term_colour_depth(l->term));
    filewatch_close(&l->watched[THEME_FILE]);
    filewatch_open(&l->watched[THEME_FILE], theme_is_file(which) ? which : NULL);
    l->ui->redraw = true; /* the same cells, in other colours */
    return PC_OK;
}

/* Somebody edits the theme: a mistake in it is told, and what was shown stays. */
static void reload_theme(struct loop *l)
{
    struct pc_error err = {0};
    char which[sizeof l->ui->theme];
    if (!filewatch_changed(&l->watched[THEME_FILE]))
        return;
    snprintf(which, sizeof which, "%s", l->ui->theme);
    ui_set_theme(l->ui, which, &err);
    if (err.code)
        ui_say_error(l->ui, &err);
    else
        ui_say(l->ui, ROLE_INFO, "the theme was read again");
}

/* Between two frames: the title follows what runs, and the bell rings once. */
static void tell(struct loop *l)
{
    char title[NEWS_TITLE_SIZE];
    if (l->ui->title)
        term_title(l->term, news_title(l->ui->snap, l->ui->now.wall_ms, title));
    if (l->ui->ring)
        term_bell(l->term);
    l->ui->ring = false;
}

static void paint(struct loop *l)
{
    struct size size = term_size(l->term);
    struct canvas cv = term_begin(l->term, l->theme);
    ui_paint(l->ui, &cv, rect_make(0, 0, size.h, size.w));
    if (l->ui->redraw)
        term_redraw(l->term);
    pace_spend(l->by_key ? &l->by_keys : &l->by_world, l->ui->now.mono_ms, term_changed(l->term));
    term_end(l->term);
    tell(l);
    l->ui->repaint = l->ui->redraw = l->by_key = l->by_clock = false;
}

static int64_t frame_due(const struct loop *l)
{
    if (l->by_clock)
        return 0;
    return pace_due(l->by_key ? &l->by_keys : &l->by_world);
}

/* -1 waits for ever. */
static int wait_ms(const struct loop *l)
{
    int64_t due = l->due_ms;
    if (l->ui->repaint && frame_due(l) < due)
        due = frame_due(l);
    if (due == MOMENT_NEVER)
        return -1;
    int64_t left = due - clock_mono_ms();
    return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

static void take_signals(struct loop *l)
{
    unsigned events = term_take_events(l->term);
    if (events & (TERM_EV_RESIZE | TERM_EV_REPAINT))
        l->ui->repaint = true;
    if (events & TERM_EV_EOF)
        l->line_lost = true;
    if ((events & TERM_EV_QUIT) && term_quit_signal(l->term) == SIGHUP)
        l->line_lost = true;
    if (events & (TERM_EV_QUIT | TERM_EV_EOF))
        l->ui->quit = true;
}

/* A click means the frame that is seen: what came before it is painted first. */
static void click(struct loop *l)
{
    struct term_mouse m = term_mouse(l->term);
    if (l->ui->repaint)
        paint(l);
    if (m.press || m.wheel_up || m.wheel_down)
        ui_click(l->ui, m.y, m.x, m.wheel_down - m.wheel_up);
}

static void take_keys(struct loop *l)
{
    ui_key key;
    while (!l->ui->quit && (key = term_read_key(l->term)) != UI_KEY_NONE) {
        if (key == UI_KEY_MOUSE)
            click(l);
        else
            ui_press(l->ui, key);
        l->by_key = true;
    }
}

static void turn(struct loop *l)
{
    struct pollfd fds[] = {
        {.fd = term_input_fd(l->term), .events = POLLIN},
        {.fd = term_signal_fd(l->term), .events = POLLIN},
        {.fd = door_fd(l->door), .events = POLLIN},
        {.fd = l->watched[THEME_FILE].fd, .events = POLLIN},
        {.fd = l->watched[CONFIG_FILE].fd, .events = POLLIN},
    };
    poll(fds, sizeof fds / sizeof fds[0], wait_ms(l));
    l->ui->now = read_clocks();
    take_signals(l);
    take_keys(l);
    reload_theme(l);
    if (filewatch_changed(&l->watched[CONFIG_FILE]))
        ui_reload(l->ui);
    ui_dispatch(l->ui);
    if (l->ui->now.mono_ms >= l->due_ms)
        l->ui->repaint = l->by_clock = true;
    l->due_ms = ui_tick(l->ui);
    if (l->ui->repaint && !l->ui->quit && l->ui->now.mono_ms >= frame_due(l))
        paint(l);
}

/* The line dropped: the operations of this process go on without a screen. A
 * second SIGHUP is nothing new; SIGTERM ends it, and the journal resumes. */
static void linger(struct door *door)
{
    signal(SIGHUP, SIG_IGN);
    for (;;) {
        struct snapshot *s = door_snapshot(door);
        bool done = !s->owner || ui_running(s) == 0;
        snapshot_unref(s);
        if (done)
            return;
        struct pollfd fd = {.fd = door_fd(door), .events = POLLIN};
        poll(&fd, 1, -1);
        door_dispatch(door);
    }
}

static int refuse(const struct pc_error *err)
{
    report_error(stderr, err);
    return pc_err_exit(PC_ERR_CONFIG);
}

enum pc_err app_check(const struct app_options *o, struct pc_error *err)
{
    return term_check(&o->term, err);
}

int app_run(struct door *door, const struct app_options *o)
{
    struct pc_error err = {0};
    struct loop l = {
        .door = door, .by_world = PACE_WORLD, .by_keys = PACE_KEYS, .by_clock = true};

    if (theme_open(o->theme, &l.theme, &err) != PC_OK)
        return refuse(&err);
    if (term_open(&o->term, &l.term, &err) != PC_OK) {
        theme_free(l.theme);
        return refuse(&err);
    }
    theme_apply(l.theme, term_colour_depth(l.term));
    const struct ui_host host = {&l,         host_copy,   host_mouse,
                                 host_theme, host_screen, host_notice};
    l.ui = ui_new(door, read_clocks());
    l.ui->host = &host;
    l.ui->state_dir = o->state_dir;
    l.ui->theme_fixed = o->theme_fixed;
    if (o->theme && *o->theme)
        snprintf(l.ui->theme, sizeof l.ui->theme, "%s", o->theme);
    filewatch_open(&l.watched[THEME_FILE], theme_is_file(l.ui->theme) ? l.ui->theme : NULL);
    filewatch_open(&l.watched[CONFIG_FILE], json_text(door_screen(door), "file"));
    desk_open(l.ui);
    term_set_mouse(l.term, l.ui->mouse);
    l.due_ms = ui_tick(l.ui);
    paint(&l);
    while (!l.ui->quit)
        turn(&l);

    int signo = l.line_lost ? SIGHUP : term_quit_signal(l.term);
    desk_save(l.ui);
    ui_free(l.ui);
    for (int i = 0; i < WATCHED; i++)
        filewatch_close(&l.watched[i]);
    term_close(l.term);
    theme_free(l.theme);
    if (l.line_lost)
        linger(door);
    return signo ? 128 + signo : 0;
}
