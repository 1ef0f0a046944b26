#include "widgets/term_restore.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

static struct {
    volatile sig_atomic_t taken; /* the modes may be others than those found */
    volatile sig_atomic_t armed; /* the bytes are ready and called for */
    int in_fd, out_fd;
    pid_t owner; /* a forked child must not touch its parent's terminal */
    struct termios modes;
    char bytes[256];
    size_t len;
    const char *also; /* what term_restore_also() said last */
} saved;

bool term_restore_save(int fd)
{
    saved.armed = 0;
    saved.in_fd = fd;
    saved.owner = getpid();
    saved.taken = tcgetattr(fd, &saved.modes) == 0;
    return saved.taken;
}

/* Appends a control string without its padding ($<5>), or not at all. */
static void add(const char *s)
{
    if (!s || strlen(s) >= sizeof(saved.bytes) - saved.len)
        return;
    while (*s) {
        const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
        if (end)
            s = end + 1;
        else
            saved.bytes[saved.len++] = *s++;
    }
}

static const char *capability(const char *name)
{
    const char *s = tigetstr(name);
    return s == (const char *)-1 ? NULL : s;
}

void term_restore_arm(int out_fd, int rows)
{
    const char *leave = capability("rmcup"), *place = capability("cup");
    saved.armed = 0;
    saved.out_fd = out_fd;
    saved.len = 0;
    /* The reports of an xterm are asked for by sequences that only an xterm
     * and its kin know; XT says that this is one. */
    if (tigetflag("XT") > 0)
        add("\033[?1006l\033[?1002l\033[?1000l\033[?2004l");
    add(capability("sgr0"));
    add(capability("op"));
    add(capability("rmkx"));
    add(capability("cnorm"));
    if (!leave && place)
        add(tparm(place, (long)rows - 1, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    add(leave ? leave : "\r\n");
    add(saved.also);
    saved.armed = 1;
}

void term_restore_also(const char *bytes)
{
    sig_atomic_t armed = saved.armed;
    saved.armed = 0; /* a crash in between leaves the bytes out, not half in */
    saved.also = bytes;
    add(bytes);
    saved.armed = armed;
}

void term_restore_disarm(void)
{
    saved.armed = 0;
}

void term_restore_modes(void)
{
    tcsetattr(saved.in_fd, TCSANOW, &saved.modes);
}

void term_restore_done(void)
{
    saved.taken = 0;
}

void term_restore_now(void)
{
    int error = errno;
    if (!saved.taken || saved.owner != getpid())
        return;
    bool armed = saved.armed;
    saved.taken = saved.armed = 0;
    for (size_t at = 0; armed && at < saved.len;) {
        ssize_t n = write(saved.out_fd, saved.bytes + at, saved.len - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    tcsetattr(saved.in_fd, TCSANOW, &saved.modes);
    errno = error;
}
