#include "tests/widgets/glass.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tests/support/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>
#include <vterm.h>

enum { PATIENCE_MS = 60000, TAKE_MS = 20 };

/* ---- life ----------------------------------------------------------------------- */

static void make_plain(struct termios *modes)
{
    modes->c_lflag &= ~(tcflag_t)ECHO;
    modes->c_lflag |= NOFLSH;
}

static int run(void *arg)
{
    const struct glass_way *way = arg;
    struct termios modes;
    if (way->plain && tcgetattr(STDIN_FILENO, &modes) == 0) {
        make_plain(&modes);
        tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    }
    setenv("TERM", "tmux-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    for (const char *const *e = way->env; e && *e; e++) {
        char name[64];
        const char *value = strchr(*e, '=');
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*e, "="), *e);
        if (value)
            setenv(name, value + 1, 1);
        else
            unsetenv(name);
    }
    char *argv[16] = {NULL};
    for (size_t i = 0; way->argv[i] && i + 1 < sizeof argv / sizeof argv[0]; i++)
        argv[i] = xstrdup(way->argv[i]);
    execv(argv[0], argv);
    _exit(127);
}

void glass_start(struct glass *g, const struct glass_way *way)
{
    struct glass_way taken = *way;
    *g = (struct glass){.rows = way->rows ? way->rows : 24, .cols = way->cols ? way->cols : 80};
    g->pty = xcalloc(1, sizeof *g->pty);
    g->vt = vterm_new(g->rows, g->cols);
    vterm_set_utf8(g->vt, 1);
    g->screen = vterm_obtain_screen(g->vt);
    vterm_screen_enable_altscreen(g->screen, 1);
    vterm_screen_reset(g->screen, 1);
    buf_init(&g->text, 1 << 20);
    pty_start(g->pty, g->rows, g->cols, run, &taken);
    if (taken.plain)
        make_plain(&g->pty->before);
}

int glass_end(struct glass *g)
{
    int status = pty_finish(g->pty);
    bool restored = pty_modes_restored(g->pty);
    if (!restored || status) {
        char last[2048]; /* a character may become three */
        safe_text(last, sizeof last, g->pty->out + (g->pty->len > 400 ? g->pty->len - 400 : 0));
        print_message("it ended with %#x and left %s modes; at last it wrote %s\n",
                      (unsigned)status, restored ? "the same" : "other", last);
    }
    pty_close(g->pty);
    glass_free(g);
    assert_true(restored);
    return status;
}

void glass_free(struct glass *g)
{
    vterm_free(g->vt);
    buf_release(&g->text);
    free(g->pty);
}

/* ---- the screen ----------------------------------------------------------------- */

/* What came goes onto the screen; false when nothing came for `ms`. */
static bool take(struct glass *g, int ms)
{
    if (!pty_take(g->pty, ms))
        return false;
    vterm_input_write(g->vt, g->pty->out + g->seen, g->pty->len - g->seen);
    g->seen = g->pty->len;
    return true;
}

const char *glass_text(struct glass *g)
{
    char line[4096];
    buf_clear(&g->text);
    for (int y = 0; y < g->rows; y++) {
        VTermRect row = {.start_row = y, .end_row = y + 1, .start_col = 0, .end_col = g->cols};
        size_t n = vterm_screen_get_text(g->screen, line, sizeof line, row);
        while (n > 0 && line[n - 1] == ' ')
            n--;
        buf_add(&g->text, line, n);
        buf_puts(&g->text, "\n");
    }
    return buf_text(&g->text);
}

/* cmocka cuts what it prints. */
static void show(struct glass *g)
{
    fprintf(stderr, "The screen is\n%s", glass_text(g));
}

static void wait_for(struct glass *g, const char *text, bool there)
{
    int64_t until = clock_mono_ms() + PATIENCE_MS;
    while ((strstr(glass_text(g), text) != NULL) != there) {
        bool more = take(g, 200);
        if ((!more && !pty_alive(g->pty)) || clock_mono_ms() > until) {
            show(g);
            fail_msg("waited for '%s' to be %s", text, there ? "there" : "gone");
        }
    }
}

void glass_until(struct glass *g, const char *text)
{
    wait_for(g, text, true);
}

void glass_until_gone(struct glass *g, const char *text)
{
    wait_for(g, text, false);
}

void glass_idle(struct glass *g)
{
    int64_t until = clock_mono_ms() + PATIENCE_MS;
    for (int rests = 0; rests < 2;) {
        bool quiet = !take(g, 1) && pty_rests(g->pty);
        rests = quiet ? rests + 1 : 0;
        if (clock_mono_ms() > until) {
            show(g);
            fail_msg("it does not come to rest");
        }
        if (!pty_alive(g->pty))
            return;
    }
}

/* ---- keys ----------------------------------------------------------------------- */

static const struct {
    const char *name, *bytes; /* as a terminal in keypad mode sends them */
} KEYS[] = {
    {"Enter", "\r"},       {"Tab", "\t"},        {"S-Tab", "\033[Z"},   {"Space", " "},
    {"Backspace", "\177"}, {"Up", "\033OA"},     {"Down", "\033OB"},    {"Right", "\033OC"},
    {"Left", "\033OD"},    {"Home", "\033[1~"},  {"End", "\033[4~"},    {"PgUp", "\033[5~"},
    {"PgDn", "\033[6~"},   {"Delete", "\033[3~"}, {"Ctrl-L", "\f"},     {"Ctrl-P", "\020"},
    {"Ctrl-S", "\023"},    {"Ctrl-Q", "\021"},   {"Ctrl-Z", "\032"},    {"Ctrl-C", "\003"},
};

static void press(struct glass *g, const char *name)
{
    if (strcmp(name, "Esc") == 0) {
        glass_idle(g);
        pty_write(g->pty, "\033");
        glass_idle(g);
        take(g, TAKE_MS * 2); /* ESCDELAY: only then it is known for an Esc */
        glass_idle(g);
        return;
    }
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
        if (strcmp(KEYS[i].name, name) == 0) {
            pty_write(g->pty, KEYS[i].bytes);
            return;
        }
    assert_int_equal(strlen(name), 1);
    pty_write(g->pty, name);
}

void glass_keys(struct glass *g, const char *names)
{
    char name[16];
    int used = 0;
    for (; sscanf(names, " %15s%n", name, &used) == 1; names += used)
        press(g, name);
}

void glass_type(struct glass *g, const char *text)
{
    pty_write(g->pty, text);
}

void glass_resize(struct glass *g, int rows, int cols)
{
    g->rows = rows;
    g->cols = cols;
    vterm_set_size(g->vt, rows, cols);
    pty_resize(g->pty, rows, cols);
}

/* ---- judgement of the bytes ------------------------------------------------------ */

/* "ESC [ ... final": what moves, paints and sets modes that a painter sets. */
static const char *judge_csi(const char *s, size_t left, size_t *ret_used)
{
    static const char *const modes[] = {"?1", "?7", "?12", "?25", "?12;25", "?1000", "?1002",
                                        "?1006", "?1006;1000", "?1049", "?2004", "4", "34"};
    char args[16];
    size_t n = 0;
    while (n < left && (unsigned char)s[n] >= 0x20 && (unsigned char)s[n] < 0x40)
        n++;
    if (n == left)
        return NULL; /* not all of it has come */
    *ret_used = n + 1;
    if (strchr("ABCDGHJKLMPSTXZd@mr", s[n]))
        return NULL;
    snprintf(args, sizeof args, "%.*s", (int)n, s);
    if (s[n] == 't')
        return text_equal(args, "22;2") || text_equal(args, "23;2") ? NULL : "a window command";
    if (s[n] != 'h' && s[n] != 'l')
        return "a sequence that asks or commands";
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (text_equal(args, modes[i]))
            return NULL;
    return "a mode that nobody asked for";
}

/* "ESC ] 2 ; title BEL", and the clipboard when something is copied. */
static const char *judge_osc(const char *s, size_t left, size_t *ret_used)
{
    const char *end = memchr(s, '\a', left);
    char title[256];
    if (!end)
        return NULL;
    *ret_used = (size_t)(end - s) + 1;
    if (strncmp(s, "52;c;", 5) == 0)
        return NULL;
    if (strncmp(s, "2;", 2) != 0)
        return "a command to the terminal";
    snprintf(title, sizeof title, "%.*s", (int)(end - s), s);
    return judge_text(title, strlen(title));
}

static const char *judge_escape(const char *s, size_t left, size_t *ret_used)
{
    if (left < 2)
        return NULL;
    if (s[0] == '[' || s[0] == ']') {
        const char *bad = (s[0] == '[' ? judge_csi : judge_osc)(s + 1, left - 1, ret_used);
        *ret_used += 1;
        return bad;
    }
    if (strchr("()", s[0])) {
        *ret_used = 2;
        return strchr("0AB", s[1]) ? NULL : "a character set";
    }
    *ret_used = 1;
    return strchr("78=>MDE", s[0]) ? NULL : "an escape sequence";
}

const char *glass_found(const struct glass *g)
{
    const char *out = g->pty->out, *bad = NULL;
    size_t len = g->pty->len;
    for (size_t at = 0, n; at < len && !bad; at += n) {
        const char *escape = memchr(out + at, '\033', len - at);
        n = escape ? (size_t)(escape - out) - at : len - at;
        if (n == 0) {
            size_t used = len - at;
            bad = judge_escape(out + at + 1, len - at - 1, &used);
            n = used + 1;
        } else if (strchr("\r\n\b\t\016\017\a", out[at])) {
            n = 1;
        } else {
            n = strcspn(out + at, "\r\n\b\t\016\017\a\033");
            n = n ? n : 1; /* a NUL */
            bad = judge_text(out + at, n);
        }
    }
    return bad;
}
