#include "tests/widgets/pty.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <utmp.h>
#include <unistd.h>

#define PATIENCE_MS 10000

void pty_start(struct pty *p, int rows, int cols, int (*body)(void *arg), void *arg)
{
    struct winsize ws = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    p->len = 0;
    p->out[0] = '\0';
    if (openpty(&p->fd, &p->slave, NULL, NULL, &ws) != 0 || tcgetattr(p->slave, &p->before) != 0)
        abort();
    p->child = fork();
    if (p->child < 0)
        abort();
    if (p->child > 0)
        return;
    /* The test's framework catches crashes; the child's are its own. */
    for (int signo = 1; signo < NSIG; signo++)
        signal(signo, SIG_DFL);
    close(p->fd);
    if (login_tty(p->slave) != 0)
        _exit(126);
    exit(body(arg));
}

bool pty_take(struct pty *p, int ms)
{
    struct pollfd fd = {.fd = p->fd, .events = POLLIN};
    if (p->len + 1 >= sizeof(p->out) || poll(&fd, 1, ms) <= 0)
        return false;
    ssize_t n = read(p->fd, p->out + p->len, sizeof(p->out) - 1 - p->len);
    if (n <= 0)
        return false;
    p->len += (size_t)n;
    p->out[p->len] = '\0';
    return true;
}

bool pty_has(const struct pty *p, size_t from, const char *text)
{
    return memmem(p->out + from, p->len - from, text, strlen(text)) != NULL;
}

bool pty_until(struct pty *p, size_t from, const char *text)
{
    while (!pty_has(p, from, text))
        if (!pty_take(p, PATIENCE_MS))
            return false;
    return true;
}

void pty_settle(struct pty *p, int ms)
{
    while (pty_take(p, ms))
        continue;
}

bool pty_alive(const struct pty *p)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)p->child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
}

bool pty_rests(const struct pty *p)
{
    char path[64], state = 0;
    int unread = 0;
    if (ioctl(p->slave, FIONREAD, &unread) != 0 || unread > 0)
        return false;
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)p->child);
    FILE *f = fopen(path, "r");
    if (!f)
        return true;
    bool known = fscanf(f, "%*d (%*[^)]) %c", &state) == 1;
    fclose(f);
    return known && state != 'R' && state != 'D';
}

void pty_write(struct pty *p, const char *bytes)
{
    if (write(p->fd, bytes, strlen(bytes)) < 0)
        abort();
}

bool pty_send(struct pty *p, const char *bytes, size_t n)
{
    while (n > 0) {
        struct pollfd fd = {.fd = p->fd, .events = POLLOUT};
        ssize_t sent = 0;
        if (!pty_alive(p))
            return false;
        while (pty_take(p, 0))
            continue;
        if (poll(&fd, 1, 10) > 0 && (fd.revents & POLLOUT))
            sent = write(p->fd, bytes, n < 256 ? n : 256);
        if (sent < 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

void pty_resize(struct pty *p, int rows, int cols)
{
    struct winsize ws = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    ioctl(p->fd, TIOCSWINSZ, &ws);
}

int pty_finish(struct pty *p)
{
    int status = 0;
    /* The slave is open here too, so the end is the child's, not the line's. */
    for (int waited = 0; waitpid(p->child, &status, WNOHANG) == 0; waited += 10)
        if (!pty_take(p, 10) && waited > PATIENCE_MS)
            abort();
    pty_settle(p, 0);
    return status;
}

void pty_close(struct pty *p)
{
    close(p->fd);
    close(p->slave);
}

bool pty_modes_restored(const struct pty *p)
{
    struct termios now;
    if (tcgetattr(p->slave, &now) != 0)
        return false;
    return now.c_iflag == p->before.c_iflag && now.c_oflag == p->before.c_oflag &&
           now.c_cflag == p->before.c_cflag && now.c_lflag == p->before.c_lflag &&
           memcmp(now.c_cc, p->before.c_cc, sizeof(now.c_cc)) == 0;
}
