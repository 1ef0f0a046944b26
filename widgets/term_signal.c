#include "widgets/term_signal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "widgets/term_restore.h"

/* How long a request to end may lie unread before the next one is obeyed. */
#define PATIENCE_S 2

static void on_notice(int signo);
static void on_quit(int signo);
static void on_crash(int signo);

static struct handled {
    int signo;
    void (*handler)(int);
    unsigned bit;
    struct sigaction before;
    bool ours;
} HANDLED[] = {
    {.signo = SIGWINCH, .handler = on_notice, .bit = TERM_SIG_WINCH},
    {.signo = SIGTSTP, .handler = on_notice, .bit = TERM_SIG_STOP},
    {.signo = SIGCONT, .handler = on_notice, .bit = TERM_SIG_CONT},
    {.signo = SIGTERM, .handler = on_quit, .bit = TERM_SIG_QUIT},
    {.signo = SIGINT, .handler = on_quit, .bit = TERM_SIG_QUIT},
    {.signo = SIGHUP, .handler = on_quit, .bit = TERM_SIG_QUIT},
    {.signo = SIGQUIT, .handler = on_crash},
    {.signo = SIGSEGV, .handler = on_crash},
    {.signo = SIGBUS, .handler = on_crash},
    {.signo = SIGFPE, .handler = on_crash},
    {.signo = SIGILL, .handler = on_crash},
    {.signo = SIGABRT, .handler = on_crash},
};

#define HANDLED_COUNT (sizeof(HANDLED) / sizeof(HANDLED[0]))

static int pipe_fds[2] = {-1, -1};
static volatile sig_atomic_t quit_waits;  /* the signal that lies unread, or 0 */
static volatile sig_atomic_t quit_second; /* when it came, in seconds */
static char crash_stack[64 * 1024];       /* the ordinary one may be what broke */

static void post(int signo)
{
    int error = errno;
    unsigned char byte = (unsigned char)signo;
    /* A full pipe means that the loop has enough to read already. */
    ssize_t n = write(pipe_fds[1], &byte, 1);
    (void)n;
    errno = error;
}

static void on_notice(int signo)
{
    post(signo);
}

/* Ends the process as if nobody had handled the signal. */
static void die(int signo, const struct sigaction *as)
{
    sigset_t one;
    sigaction(signo, as, NULL);
    sigemptyset(&one);
    sigaddset(&one, signo);
    raise(signo);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
}

static void on_quit(int signo)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    sig_atomic_t second = (sig_atomic_t)now.tv_sec;
    /* A hangup comes twice as a matter of course, from kernel and shell. */
    if (quit_waits && signo != SIGHUP && second - quit_second >= PATIENCE_S) {
        term_restore_now();
        die(signo, &plain);
    }
    if (!quit_waits)
        quit_second = second;
    quit_waits = signo;
    post(signo);
}

static void on_crash(int signo)
{
    term_restore_now();
    for (size_t i = 0; i < HANDLED_COUNT; i++)
        if (HANDLED[i].signo == signo)
            die(signo, &HANDLED[i].before);
}

/* A signal that the parent had us ignore (nohup) stays ignored. */
static void install(struct handled *h)
{
    struct sigaction action = {.sa_handler = h->handler};
    sigaction(h->signo, NULL, &h->before);
    h->ours = h->handler == on_crash || h->before.sa_handler != SIG_IGN;
    if (!h->ours)
        return;
    sigemptyset(&action.sa_mask);
    action.sa_flags = h->handler == on_crash ? SA_ONSTACK | SA_NODEFER : SA_RESTART;
    sigaction(h->signo, &action, NULL);
}

bool term_signal_install(void)
{
    stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof(crash_stack)};
    if (pipe2(pipe_fds, O_NONBLOCK | O_CLOEXEC) != 0)
        return false;
    quit_waits = 0;
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < HANDLED_COUNT; i++)
        install(&HANDLED[i]);
    return true;
}

void term_signal_remove(void)
{
    for (size_t i = 0; i < HANDLED_COUNT; i++) {
        if (HANDLED[i].ours)
            sigaction(HANDLED[i].signo, &HANDLED[i].before, NULL);
        HANDLED[i].ours = false;
    }
    for (int i = 0; i < 2; i++) {
        if (pipe_fds[i] >= 0)
            close(pipe_fds[i]);
        pipe_fds[i] = -1;
    }
}

int term_signal_pipe(void)
{
    return pipe_fds[0];
}

unsigned term_signal_take(int *ret_quit)
{
    unsigned char came[64];
    unsigned bits = 0;
    ssize_t n;
    while ((n = read(pipe_fds[0], came, sizeof(came))) > 0) {
        for (ssize_t k = 0; k < n; k++) {
            for (size_t i = 0; i < HANDLED_COUNT; i++) {
                if (HANDLED[i].signo != came[k])
                    continue;
                bits |= HANDLED[i].bit;
                if (HANDLED[i].bit == TERM_SIG_QUIT)
                    *ret_quit = came[k];
            }
        }
    }
    if (bits & TERM_SIG_QUIT)
        quit_waits = 0;
    return bits;
}

void term_signal_stop_here(void)
{
    struct sigaction plain = {.sa_handler = SIG_DFL}, ours;
    sigset_t one, mask;
    sigemptyset(&one);
    sigaddset(&one, SIGTSTP);
    sigaction(SIGTSTP, &plain, &ours);
    pthread_sigmask(SIG_UNBLOCK, &one, &mask);
    /* The default action of SIGTSTP spares a process that nobody could wake. */
    raise(SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}
