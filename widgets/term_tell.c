/*
 * term_tell: what is said to the terminal itself and not painted on it: its
 * title, the clipboard of the person before it, the bell.
 *
 * Written between two frames; none of it moves the cursor or changes a cell.
 * Terminals that would show such a sequence as text are not sent any.
 */
#include "widgets/term_private.h"

#include "backend/base/buf.h"
#include "backend/base/text.h"
#include "widgets/dump.h"
#include "widgets/term_restore.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What curses holds back is sent first, so that nothing lands within it. */
static void say(struct term *term, const char *bytes, size_t len)
{
    fflush(stdout);
    while (len > 0) {
        ssize_t n = write(term->out_fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

void term_bell(struct term *term)
{
    say(term, "\a", 1);
}

void term_text(const struct term *term, struct buf *out)
{
    (void)term;
    dump_text(stdscr, out);
}

/* ---- the title ------------------------------------------------------------------- */

#define TITLE_PUSH "\033[22;2t"
#define TITLE_POP "\033[23;2t"

void term_title(struct term *term, const char *title)
{
    char clean[TERM_TITLE_MAX], line[TERM_TITLE_MAX + 16];
    safe_text(clean, sizeof(clean), title);
    if (!term->xterm_kin || strcmp(clean, term->title) == 0)
        return;
    if (!*term->title) {
        say(term, TITLE_PUSH, strlen(TITLE_PUSH));
        term_restore_also(TITLE_POP);
    }
    snprintf(term->title, sizeof(term->title), "%s", clean);
    int n = snprintf(line, sizeof(line), "\033]2;%s\a", clean);
    say(term, line, (size_t)n);
}

void term_title_restore(struct term *term)
{
    if (*term->title)
        say(term, TITLE_POP, strlen(TITLE_POP));
    term->title[0] = '\0';
    term_restore_also(NULL);
}

/* ---- through tmux ------------------------------------------------------------------ */

static bool within_tmux(void)
{
    const char *tmux = getenv("TMUX");
    return tmux && *tmux;
}

/* tmux hands on what stands within a sequence of its own, each ESC doubled, when
 * allow-passthrough says so. `osc` has one ESC, at its beginning. */
static void say_through_tmux(struct term *term, const char *osc, size_t len)
{
    struct buf out;
    buf_init(&out, len + 32);
    buf_puts(&out, "\033Ptmux;\033");
    buf_add(&out, osc, len);
    buf_puts(&out, "\033\\");
    say(term, buf_text(&out), out.len);
    buf_release(&out);
}

/* ---- the desktop ----------------------------------------------------------------- */

void term_notice(struct term *term, bool osc777, const char *text)
{
    char clean[TERM_NOTICE_MAX], line[TERM_NOTICE_MAX + 64];
    if (!term->xterm_kin)
        return;
    safe_text(clean, sizeof(clean), text);
    for (char *p = clean; *p; p++) /* what separates the fields of such a sequence */
        *p = *p == ';' ? ',' : *p;
    int n = snprintf(line, sizeof(line), "\033]%s%s\a",
                     osc777 ? "777;notify;protector;" : "9;protector: ", clean);
    if (within_tmux()) /* it has no use for them itself */
        say_through_tmux(term, line, (size_t)n);
    else
        say(term, line, (size_t)n);
}

/* ---- the clipboard ------------------------------------------------------------------ */

static void add_base64(struct buf *out, const char *text, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        uint32_t v = 0;
        char four[4];
        size_t have = len - i < 3 ? len - i : 3;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (k < have ? (unsigned char)text[i + k] : 0u);
        for (size_t k = 0; k < 4; k++)
            four[k] = k <= have ? digits[v >> (18 - 6 * k) & 63] : '=';
        buf_add(out, four, sizeof(four));
    }
}

bool term_copy(struct term *term, const char *text)
{
    size_t len = strlen(text);
    struct buf out;
    if (!term->xterm_kin || len > TERM_COPY_MAX)
        return false;
    buf_init(&out, 2 * TERM_COPY_MAX);
    buf_puts(&out, "\033]52;c;");
    add_base64(&out, text, len);
    buf_puts(&out, "\a");
    say(term, buf_text(&out), out.len);
    if (within_tmux()) /* which takes it itself only when set-clipboard is on */
        say_through_tmux(term, buf_text(&out), out.len);
    buf_release(&out);
    return true;
}
