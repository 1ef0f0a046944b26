#include "tests/widgets/term_child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "widgets/term.h"

int term_child_setup(void **state)
{
    (void)state;
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    unsetenv("TMUX");
    unsetenv("ESCDELAY");
    unsetenv("LINES");
    unsetenv("COLUMNS");
    return 0;
}

struct child {
    struct term *term;
    struct theme *theme;
    enum ending ending;
    char said[64];
    int said_row; /* a full row is left for an empty one: then all of it is sent */
    int counter, other;
};

static void paint(struct child *c)
{
    struct canvas cv = term_begin(c->term, c->theme);
    struct size size = term_size(c->term);
    paint_box(&cv, cv.clip, ROLE_BORDER, "child", NULL);
    paint_textf(&cv, 1, 2, 70, ROLE_STRONG, "size %dx%d depth %d", size.w, size.h,
                (int)term_colour_depth(c->term));
    paint_textf(&cv, 2, 2, 70, ROLE_TEXT, "counter %d", c->counter);
    paint_text(&cv, 3 + c->said_row, 2, 70, ROLE_TEXT, c->said);
    paint_textf(&cv, 21, 60, 10, ROLE_WARN, "other %d", c->other);
    term_end(c->term);
}

/* A page that nobody may write to: a store through a null pointer would be seen
 * by UBSan before it is made, and ended in its own way. */
static void fault(void)
{
    volatile char *nowhere = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *nowhere = 1;
}

static void end_badly(const struct child *c)
{
    if (c->ending == ENDS_EXITING)
        exit(7);
    if (c->ending == ENDS_ABORTING)
        abort();
    if (c->ending == ENDS_FAULTING)
        fault();
    while (c->ending == ENDS_HANGING)
        pause();
}

/* Appends the name of a key to what the child says. */
static void hear(struct child *c, ui_key key)
{
    char name[UI_KEY_NAME_MAX];
    size_t len = strlen(c->said);
    if (len > 30) {
        c->said_row++;
        len = 0;
    }
    snprintf(c->said + len, sizeof(c->said) - len, "<%s%s>", key & UI_KEY_PASTED ? "p:" : "",
             ui_key_name(key, name));
}

static int child_loop(struct child *c)
{
    bool changed = true, done = false;
    unsigned events = 0;
    while (!done && !(events & (TERM_EV_QUIT | TERM_EV_EOF))) {
        if (changed)
            paint(c);
        struct pollfd fds[] = {{.fd = term_input_fd(c->term), .events = POLLIN},
                               {.fd = term_signal_fd(c->term), .events = POLLIN}};
        poll(fds, 2, -1);
        events = term_take_events(c->term);
        changed = (events & TERM_EV_REPAINT) != 0;
        for (ui_key key; (key = term_read_key(c->term)) != UI_KEY_NONE;) {
            changed = true;
            if (key == 'X')
                end_badly(c);
            else if (key == '+')
                c->counter++;
            else if (key == '-')
                c->other++;
            else if (key == UI_KEY_CTRL('L'))
                term_redraw(c->term);
            else if (key == 'T')
                term_title(c->term, "site-b \033]0;no\a failing over");
            else if (key == 'Y')
                term_copy(c->term, "protector-console operation show op-1");
            else if (key == 'N' || key == 'M')
                term_notice(c->term, key == 'M', "failed; of \033]0;no\a three");
            else if (key == 'U') /* as if it had been started there */
                setenv("TMUX", "/tmp/tmux-0/default,1,0", 1);
            else if (key == 'G')
                term_bell(c->term);
            else if (key == 'q')
                done = true;
            else if (key != '=') /* '=' paints the same again */
                hear(c, key);
        }
    }
    return term_quit_signal(c->term);
}

int term_child(void *arg)
{
    struct child c = {.ending = *(enum ending *)arg};
    struct pc_error err = {0};
    if (term_open(NULL, &c.term, &err)) {
        printf("refused: %s\n", err.text);
        return 2;
    }
    c.theme = theme_new_default();
    theme_apply(c.theme, term_colour_depth(c.term));
    int signo = child_loop(&c);
    term_close(c.term);
    theme_free(c.theme);
    if (signo)
        term_die_by(signo);
    return 0;
}

void term_child_start(struct pty *p, enum ending ending)
{
    static enum ending how;
    how = ending;
    pty_start(p, 24, 80, term_child, &how);
    assert_true(pty_until(p, 0, "counter 0"));
    pty_settle(p, 50);
}

void term_child_gave_back(struct pty *p, size_t from)
{
    assert_true(pty_modes_restored(p));
    assert_true(pty_has(p, from, LEAVE));
    assert_true(pty_has(p, from, SHOW_CURSOR));
    assert_true(pty_has(p, from, PASTE_OFF));
    pty_close(p);
}
