#include "backend/door/lab.h"

#include "backend/base/log.h"
#include "backend/base/usage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY_MS = 30000, STOP_MS = 3000 };

void lab_init(struct lab *l, const char *state_dir)
{
    memset(l, 0, sizeof(*l));
    l->users = -1;
    snprintf(l->dir, sizeof(l->dir), "%s/lab", state_dir);
    snprintf(l->config, sizeof(l->config), "%s/protector-console.cfg", l->dir);
    snprintf(l->groups, sizeof(l->groups), "%s/groups.json", l->dir);
}

bool lab_known(const struct lab *l)
{
    return access(l->config, R_OK) == 0;
}

static void leave(struct lab *l)
{
    if (l->users >= 0)
        close(l->users);
    l->users = -1;
}

/* A child whose output goes to the lab's log: the terminal is not its own. */
static int spawn_lab(struct lab *l, const char *program, int ready_fd)
{
    extern char **environ;
    char fd[16], log[560];
    snprintf(fd, sizeof(fd), "%d", ready_fd);
    snprintf(log, sizeof(log), "%s.log", l->dir);
    const char *argv[] = {program, "--state-dir", l->dir, "--ready-fd", fd, "--while-used", NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    /* Whatever the terminal has to say is for the console: others may use the lab. */
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    int rc = posix_spawnp(&l->pid, program, &files, &attr, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);
    if (rc)
        l->pid = 0;
    return rc;
}

/* Says whether a lab serves: ours ("ready"), or one that ran here before
 * ("running"; then ours is about to exit). */
static bool wait_ready(int fd, bool *ret_ours)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char word[16] = "";
    while (poll(&p, 1, READY_MS) < 0 && errno == EINTR)
        continue;
    bool said = (p.revents & POLLIN) && read(fd, word, sizeof(word) - 1) > 0;
    *ret_ours = said && strncmp(word, "ready", 5) == 0;
    return *ret_ours || (said && strncmp(word, "running", 7) == 0);
}

/* What did not become ours is gone when this returns. */
static void reap(struct lab *l, bool expected)
{
    if (!expected)
        kill(l->pid, SIGKILL);
    while (waitpid(l->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    l->pid = 0;
}

/* As one of its users; a lab that is just ending has ended when this returns. */
static enum pc_err enter(struct lab *l, struct pc_error *err)
{
    char path[560];
    if (l->users >= 0)
        return PC_OK;
    if (mkdir(l->dir, 0700) != 0 && errno != EEXIST)
        return pc_error_set(err, PC_ERR_FORBIDDEN, "Make the state directory writable, or name "
                            "another with --state-dir.", "cannot make %s: %s", l->dir,
                            strerror(errno));
    snprintf(path, sizeof(path), "%s/users", l->dir);
    l->users = usage_open(path);
    if (l->users >= 0 && usage_enter(l->users, READY_MS))
        return PC_OK;
    enum pc_err rc = pc_error_set(err, PC_ERR_IO, "End the protector-lab that hangs, or make the "
                                  "state directory writable.", "cannot use the built-in lab: %s: %s",
                                  path, strerror(errno));
    leave(l);
    return rc;
}

enum pc_err lab_start(struct lab *l, const char *program, struct pc_error *err)
{
    int pipe_fd[2];
    enum pc_err entered = enter(l, err);
    if (entered)
        return entered;
    if (pipe(pipe_fd) != 0)
        return pc_error_set(err, PC_ERR_IO, NULL, "cannot start the lab: %s", strerror(errno));
    fcntl(pipe_fd[0], F_SETFD, FD_CLOEXEC);
    int rc = spawn_lab(l, program, pipe_fd[1]);
    close(pipe_fd[1]);
    bool ours = false, serves = rc == 0 && wait_ready(pipe_fd[0], &ours);
    close(pipe_fd[0]);
    if (rc == 0 && !ours)
        reap(l, serves);
    if (serves)
        return PC_OK;
    return pc_error_set(err, PC_ERR_UNREACHABLE, "See the reason in lab.log of the state directory; "
                        "or name two sites of your own in protector-console.cfg.",
                        "the built-in lab (%s) did not start%s%s", program, rc ? ": " : "",
                        rc ? strerror(rc) : "");
}

static void end_child(struct lab *l)
{
    kill(l->pid, SIGTERM);
    for (int waited = 0; waited < STOP_MS; waited += 5) {
        if (waitpid(l->pid, NULL, WNOHANG) != 0)
            return;
        poll(NULL, 0, 5);
    }
    log_line(LOG_WARN, "lab", "it did not end by itself");
    kill(l->pid, SIGKILL);
    waitpid(l->pid, NULL, 0);
}

void lab_stop(struct lab *l)
{
    /* Shut first: who comes now waits until it has ended, and starts another. */
    if (l->pid > 0 && l->users >= 0 && usage_shut(l->users))
        end_child(l);
    l->pid = 0;
    leave(l);
}
