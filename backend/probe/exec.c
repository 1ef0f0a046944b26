/*
 * exec: a command in the guest, by a child `ssh`.
 *
 * Nova has no call that runs a command in a guest, so it goes over the network
 * with a key that the guest knows. No shell on our side: ssh gets an argument
 * vector. It leads a session of its own, without our terminal, so it can
 * neither ask nor write there; the loop watches its pidfd and its output, and
 * its whole process group is killed at the deadline.
 */
#include "backend/probe/attempt.h"

#include "backend/base/log.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { SSH_ARGS_MAX = 24, SSH_OWN_FAILURE = 255 };

/* ssh splits option values at blanks and expands "%": neither may happen. */
static char *known_hosts_option(const char *path)
{
    struct buf b;
    buf_init(&b, PROBE_OUTPUT_MAX);
    buf_puts(&b, "UserKnownHostsFile=\"");
    for (; *path; path++)
        buf_printf(&b, *path == '%' ? "%c%c" : *path == '"' ? "\\%c" : "%c", *path, '%');
    buf_puts(&b, "\"");
    char *option = buf_take(&b);
    buf_release(&b);
    return option;
}

void probe_exec_stop(struct probe *p)
{
    net_watch_stop(p->exit_watch);
    net_watch_stop(p->out_watch);
    p->exit_watch = p->out_watch = NULL;
    if (p->child > 0) {
        kill(-p->child, SIGKILL);
        while (waitpid(p->child, NULL, 0) < 0 && errno == EINTR)
            ;
        p->child = 0;
    }
    if (p->child_fd >= 0)
        close(p->child_fd);
    if (p->out >= 0)
        close(p->out);
    p->child_fd = p->out = -1;
}

/* Takes what there is; past the cap it is read and dropped, or the child would
 * wait for us. False at the end of the output. */
static bool drain(struct probe *p)
{
    char bytes[4096];
    for (;;) {
        ssize_t n = read(p->out, bytes, sizeof(bytes));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 && errno == EAGAIN;
        size_t room = p->output.cap - p->output.len;
        buf_add(&p->output, bytes, (size_t)n < room ? (size_t)n : room);
    }
}

static void on_output(void *arg, int events)
{
    struct probe *p = arg;
    (void)events;
    if (!drain(p)) {
        net_watch_stop(p->out_watch);
        p->out_watch = NULL;
    }
}

/* The last line that says something: ssh puts the reason there. */
static void last_line(const struct probe *p, char *dst, size_t dst_size)
{
    char *text = xstrdup(buf_text(&p->output));
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]))
        text[--n] = '\0';
    const char *line = strrchr(text, '\n');
    safe_text(dst, dst_size, line ? line + 1 : text);
    free(text);
}

static void on_child_end(void *arg, int events)
{
    struct probe *p = arg;
    char detail[256], line[200];
    int status = 0;
    (void)events;
    kill(-p->child, SIGKILL); /* what it left in its group, while the id is still ours */
    while (waitpid(p->child, &status, 0) < 0 && errno == EINTR)
        ;
    p->child = 0;
    drain(p);
    last_line(p, line, sizeof(line));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        probe_finish(p, PROBE_PASS, "exit 0");
        return;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == SSH_OWN_FAILURE)
        snprintf(detail, sizeof(detail), "ssh: %s", *line ? line : "no connection");
    else if (WIFEXITED(status))
        snprintf(detail, sizeof(detail), "exit %d", WEXITSTATUS(status));
    else
        snprintf(detail, sizeof(detail), "ssh ended by signal %d", WTERMSIG(status));
    probe_finish(p, PROBE_FAIL, detail);
}

static void on_deadline(void *arg)
{
    struct probe *p = arg;
    p->timer = NULL;
    probe_finish(p, PROBE_FAIL, "timeout");
}

static int spawn(struct probe *p, char *const argv[], int out_write)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, standard;
    sigemptyset(&none);
    sigemptyset(&standard);
    sigaddset(&standard, SIGPIPE);
    sigaddset(&standard, SIGINT);
    sigaddset(&standard, SIGTERM);
    sigaddset(&standard, SIGHUP);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out_write, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, out_write, STDERR_FILENO);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &standard);
    int rc = posix_spawnp(&p->child, argv[0], &files, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    if (rc != 0)
        p->child = 0;
    return rc;
}

static int start_child(struct probe *p, const struct probe_options *o)
{
    const char *argv[SSH_ARGS_MAX];
    int n = 0, ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    char *hosts =
        known_hosts_option(o->known_hosts && *o->known_hosts ? o->known_hosts : "/dev/null");
    char *target = xasprintf("%s@%s", o->ssh_user, p->address);
    argv[n++] = "ssh";
    argv[n++] = "-T";
    static const char *const options[] = {"BatchMode=yes", "ConnectTimeout=5", "LogLevel=ERROR",
                                          "StrictHostKeyChecking=accept-new"};
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        argv[n++] = "-o";
        argv[n++] = options[i];
    }
    argv[n++] = "-o";
    argv[n++] = hosts;
    if (o->ssh_key_file && *o->ssh_key_file) {
        argv[n++] = "-i";
        argv[n++] = o->ssh_key_file;
    }
    argv[n++] = "--";
    argv[n++] = target;
    argv[n++] = p->check.text;
    argv[n] = NULL;
    /* posix_spawn takes them without const, and does not change them. */
    int rc = spawn(p, (char *const *)(uintptr_t)argv, ends[1]);
    free(target);
    free(hosts);
    close(ends[1]);
    p->out = ends[0];
    fcntl(p->out, F_SETFL, O_NONBLOCK);
    if (rc == 0 && (p->child_fd = pidfd_open(p->child, 0)) < 0)
        rc = errno;
    return rc;
}

const char *probe_exec_off(const struct probe_options *o)
{
    if (!o->allow_exec)
        return "exec checks are off: OpenStack runs no command in a guest, so they need SSH; set "
               "health_checks allow_exec, ssh_user and ssh_key_file";
    if (!o->ssh_user || !*o->ssh_user)
        return "exec checks need a user of the guests: set health_checks ssh_user (and "
               "ssh_key_file)";
    return NULL;
}

/* Why it cannot be done here, or NULL. */
static const char *unsupported(const struct probe *p, const struct probe_options *o)
{
    const char *off = probe_exec_off(o);
    if (off)
        return off;
    if (*p->address == '\0' || *p->address == '-')
        return "the server has no address to connect to";
    return NULL;
}

void probe_exec_start(struct probe *p, const struct probe_options *o)
{
    char detail[128];
    const char *reason = unsupported(p, o);
    if (reason) {
        probe_finish_soon(p, PROBE_UNSUPPORTED, reason);
        return;
    }
    log_line(LOG_INFO, "probe", "ssh %s@%s: %s", o->ssh_user, p->address, p->check.text);
    int rc = start_child(p, o);
    if (rc != 0) {
        probe_exec_stop(p);
        snprintf(detail, sizeof(detail),
                 rc == ENOENT ? "there is no ssh program here: install "
                                "openssh-client (%s)"
                              : "cannot run ssh: %s",
                 strerror(rc));
        probe_finish_soon(p, rc == ENOENT ? PROBE_UNSUPPORTED : PROBE_FAIL, detail);
        return;
    }
    p->exit_watch = net_watch_start(p->net, p->child_fd, NET_READ, on_child_end, p);
    p->out_watch = net_watch_start(p->net, p->out, NET_READ, on_output, p);
    p->timer = net_timer_start(p->net, p->total_ms, on_deadline, p);
}
