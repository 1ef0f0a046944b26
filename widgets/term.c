#include "widgets/term.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "backend/base/mem.h"
#include "widgets/term_kind.h"
#include "widgets/term_private.h"
#include "widgets/term_restore.h"
#include "widgets/term_signal.h"

/* Milliseconds after an Esc in which it may turn out to begin a function key. */
#define ESC_DELAY_MS 25

static const char *wanted_name(const struct term_options *opt)
{
    return opt && opt->term_name ? opt->term_name : getenv("TERM");
}

enum pc_err term_check(const struct term_options *opt, struct pc_error *err)
{
    if (!isatty(STDIN_FILENO))
        return pc_error_set(err, PC_ERR_USAGE, "start it from a terminal, without redirection",
                            "standard input is not a terminal");
    if (!isatty(STDOUT_FILENO))
        return pc_error_set(err, PC_ERR_USAGE, "start it from a terminal, without redirection",
                            "standard output is not a terminal");
    return term_kind_check(wanted_name(opt), err);
}

/* A session often names a locale that this machine does not have; what it
 * says about the character set is true all the same. */
static void set_charset_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    if (setlocale(LC_CTYPE, ""))
        return;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value)
            continue;
        if (strcasestr(value, "UTF-8") || strcasestr(value, "utf8"))
            setlocale(LC_CTYPE, "C.UTF-8");
        return;
    }
}

static bool decide_utf8(const struct term_options *opt)
{
    bool can = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (opt && opt->charset == TERM_CHARSET_ASCII)
        return false;
    if (opt && opt->charset == TERM_CHARSET_UTF8 && !can)
        return setlocale(LC_CTYPE, "C.UTF-8") != NULL;
    return can;
}

static enum term_depth decide_depth(const struct term_options *opt)
{
    const char *no_color = getenv("NO_COLOR");
    if ((no_color && *no_color) || (opt && opt->no_color) || !has_colors())
        return TERM_MONO;
    start_color();
    use_default_colors();
    if (tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || COLORS > 256)
        return TERM_RGB;
    return COLORS >= 256 ? TERM_256 : COLORS >= 16 ? TERM_16 : COLORS >= 8 ? TERM_8 : TERM_MONO;
}

/* Keys come one by one and unchanged; Ctrl-S, Ctrl-Q, Ctrl-V and Ctrl-O are
 * ordinary keys; Ctrl-C, Ctrl-Z and Ctrl-\ stay signals. */
static void set_modes(struct term *term)
{
    struct termios modes;
    cbreak();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    if (tcgetattr(term->in_fd, &modes) == 0) {
        modes.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
        modes.c_lflag &= ~(tcflag_t)IEXTEN;
        tcsetattr(term->in_fd, TCSADRAIN, &modes);
    }
    def_prog_mode();
}

static void set_up_screen(struct term *term, const struct term_options *opt)
{
    if (!getenv("ESCDELAY"))
        set_escdelay(ESC_DELAY_MS);
    term->xterm_kin = tigetflag("XT") > 0;
    term->utf8 = decide_utf8(opt);
    term->glyphs = term->utf8 ? glyphs_utf8() : glyphs_ascii();
    term->depth = decide_depth(opt);
    term->size = (struct size){LINES, COLS};
    set_modes(term);
    /* Until it was ended and resumed once, curses writes after every move of the
     * cursor: a frame would go over the line in a hundred packets. */
    endwin();
    curs_set(0);
    scrollok(stdscr, FALSE);
    idlok(stdscr, TRUE); /* rows that move are moved by the terminal, not sent anew */
    term_input_setup(term);
    term_restore_arm(term->out_fd, LINES);
    term_input_set_paste(term, true);
    if (opt && opt->mouse)
        term_set_mouse(term, true);
}

enum pc_err term_open(const struct term_options *opt, struct term **ret_term, struct pc_error *err)
{
    static bool at_exit;
    enum pc_err rc = term_check(opt, err);
    if (rc)
        return rc;
    set_charset_locale();
    if (!term_restore_save(STDIN_FILENO))
        return pc_error_set(err, PC_ERR_IO, NULL, "the terminal's modes cannot be read: %s",
                            strerror(errno));
    if (!at_exit)
        atexit(term_restore_now);
    at_exit = true;
    /* Before curses, which leaves a handler alone that is there already. */
    if (!term_signal_install())
        return pc_error_set(err, PC_ERR_IO, NULL, "no pipe for signals: %s", strerror(errno));

    struct term *term = xcalloc(1, sizeof(*term));
    term->in_fd = STDIN_FILENO;
    term->out_fd = STDOUT_FILENO;
    term->screen = newterm(wanted_name(opt), stdout, stdin);
    term->keys = term->screen ? newpad(1, 1) : NULL;
    if (!term->keys) {
        term_restore_now();
        term_signal_remove();
        free(term);
        return pc_error_set(err, PC_ERR_USAGE, TERM_KIND_REMEDY, "curses cannot use this terminal");
    }
    set_up_screen(term, opt);
    *ret_term = term;
    return PC_OK;
}

void term_close(struct term *term)
{
    if (!term)
        return;
    if (term->mouse_on)
        term_set_mouse(term, false);
    term_input_set_paste(term, false);
    term_title_restore(term);
    curs_set(1);
    endwin();
    term_restore_modes();
    term_restore_disarm();
    delwin(term->keys);
    delscreen(term->screen);
    term_restore_done();
    term_signal_remove();
    free(term);
}

void term_die_by(int signo)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t one;
    sigaction(signo, &plain, NULL);
    sigemptyset(&one);
    sigaddset(&one, signo);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    raise(signo);
    _exit(128 + signo);
}

int term_input_fd(const struct term *term)
{
    return term->in_fd;
}

int term_signal_fd(const struct term *term)
{
    (void)term;
    return term_signal_pipe();
}

/* Asks the kernel for the size. Says whether it is another one. */
static bool take_size(struct term *term)
{
    struct winsize ws = {0};
    if (ioctl(term->out_fd, TIOCGWINSZ, &ws) != 0 || ws.ws_row == 0 || ws.ws_col == 0)
        return false;
    if (ws.ws_row == term->size.h && ws.ws_col == term->size.w)
        return false;
    resize_term(ws.ws_row, ws.ws_col);
    term->size = (struct size){LINES, COLS};
    term_restore_arm(term->out_fd, LINES);
    return true;
}

static void suspend(struct term *term)
{
    bool mouse = term->mouse_on;
    char title[TERM_TITLE_MAX];
    snprintf(title, sizeof(title), "%s", term->title);
    if (mouse)
        term_set_mouse(term, false);
    term_input_set_paste(term, false);
    term_title_restore(term);
    curs_set(1);
    endwin();
    term_restore_modes();
    term_restore_disarm();
    term_signal_stop_here();
    reset_prog_mode();
    term_restore_arm(term->out_fd, LINES);
    curs_set(0);
    term->cursor_shown = false;
    term_input_set_paste(term, true);
    if (mouse)
        term_set_mouse(term, true);
    if (*title)
        term_title(term, title);
}

unsigned term_take_events(struct term *term)
{
    unsigned events = 0, bits = term_signal_take(&term->quit_signal);
    struct pollfd fd = {.fd = term->in_fd};
    if (bits & TERM_SIG_STOP) {
        suspend(term);
        bits |= TERM_SIG_CONT;
    } else if (bits & TERM_SIG_CONT) {
        reset_prog_mode(); /* stopped unasked: a shell may have changed the modes */
    }
    if ((bits & (TERM_SIG_WINCH | TERM_SIG_CONT)) && take_size(term))
        events |= TERM_EV_RESIZE | TERM_EV_REPAINT;
    if (bits & TERM_SIG_CONT)
        events |= TERM_EV_REPAINT;
    if (events)
        term->redraw = true;
    if (bits & TERM_SIG_QUIT)
        events |= TERM_EV_QUIT;
    if (poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR | POLLNVAL)))
        events |= TERM_EV_EOF;
    return events;
}

int term_quit_signal(const struct term *term)
{
    return term->quit_signal;
}

struct size term_size(const struct term *term)
{
    return term->size;
}

enum term_depth term_colour_depth(const struct term *term)
{
    return term->depth;
}

struct canvas term_begin(struct term *term, const struct theme *theme)
{
    struct style plain = theme_attr(theme, ROLE_TEXT);
    cchar_t blank;
    setcchar(&blank, L" ", plain.attrs, 0, &plain.pair);
    wbkgrndset(stdscr, &blank);
    werase(stdscr);
    term->cursor = (struct cursor_place){.shown = false};
    return (struct canvas){
        .window = stdscr,
        .theme = theme,
        .glyphs = term->glyphs,
        .cursor = &term->cursor,
        .clip = {0, 0, term->size.h, term->size.w},
        .ground = ROLE_TEXT,
    };
}

int term_changed(const struct term *term)
{
    int n = 0, w = term->size.w, y, x;
    cchar_t *now = xcalloc(2 * ((size_t)w + 1), sizeof(*now)), *was = now + w + 1;
    if (term->redraw) {
        free(now);
        return term->size.h * w;
    }
    getyx(curscr, y, x); /* reading a line moves the window's cursor */
    for (int row = 0; row < term->size.h; row++) {
        mvwin_wchnstr(stdscr, row, 0, now, w);
        mvwin_wchnstr(curscr, row, 0, was, w);
        for (int i = 0; i < w; i++)
            n += memcmp(&now[i], &was[i], sizeof(*now)) != 0;
    }
    wmove(curscr, y, x);
    free(now);
    return n;
}

void term_end(struct term *term)
{
    if (term->redraw)
        clearok(curscr, TRUE);
    term->redraw = false;
    leaveok(stdscr, !term->cursor.shown);
    if (term->cursor.shown)
        wmove(stdscr, term->cursor.y, term->cursor.x);
    wnoutrefresh(stdscr);
    if (term->cursor.shown != term->cursor_shown)
        curs_set(term->cursor.shown ? 1 : 0);
    term->cursor_shown = term->cursor.shown;
    doupdate();
}

void term_redraw(struct term *term)
{
    term->redraw = true;
}
