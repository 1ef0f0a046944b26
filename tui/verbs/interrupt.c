#include "tui/verbs/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t the_signal, is_gentle;
static int the_pipe[2] = {-1, -1};

static void on_signal(int number)
{
    int kept = errno;
    if (the_signal || !is_gentle)
        _exit(128 + number);
    the_signal = number;
    ssize_t n = write(the_pipe[1], "", 1);
    (void)n; /* the pipe holds one byte at most: it cannot be full */
    errno = kept;
}

void interrupt_install(void)
{
    if (the_pipe[0] >= 0 || pipe2(the_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    struct sigaction act = {.sa_handler = on_signal};
    sigemptyset(&act.sa_mask);
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
}

void interrupt_gently(bool gently)
{
    is_gentle = gently;
}

static void ignore(int number)
{
    struct sigaction act = {.sa_handler = SIG_IGN};
    sigemptyset(&act.sa_mask);
    sigaction(number, &act, NULL);
}

void interrupt_ignore_hangup(void)
{
    ignore(SIGHUP);
}

void interrupt_ignore_pipe(void)
{
    ignore(SIGPIPE);
}

int interrupt_fd(void)
{
    return the_pipe[0];
}

bool interrupt_came(void)
{
    return the_signal != 0;
}

void interrupt_forget(void)
{
    char byte;
    ssize_t n = read(the_pipe[0], &byte, 1);
    (void)n; /* without a signal there is nothing in it */
    the_signal = 0;
}

int interrupt_exit(void)
{
    return 128 + the_signal;
}
