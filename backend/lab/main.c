/* protector-lab: the command line, signals, and telling that it is ready. */
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/usage.h"
#include "backend/lab/fault/cli.h"
#include "backend/lab/life.h"
#include "backend/lab/options.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const struct pc_error *err)
{
    fprintf(stderr, "protector-lab: %s\n", err->text);
    if (err->remedy[0])
        fprintf(stderr, "  %s\n", err->remedy);
    return pc_err_exit(err->code);
}

/* The parent may end between our start and the request to be told of it. */
static bool orphaned(const struct options *o, pid_t parent)
{
    if (!o->die_with_parent)
        return false;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    return getppid() != parent;
}

/* A thread: nobody uses it any more, so it ends. The lock is kept until it has: who wants to
 * use it now waits for that, and starts another. */
static void *end_unused(void *arg)
{
    if (usage_wait_unused((int)(intptr_t)arg))
        kill(getpid(), SIGTERM);
    return NULL;
}

static enum pc_err watch_users(const struct options *o, struct pc_error *err)
{
    pthread_t thread;
    if (!o->while_used)
        return PC_OK;
    char *path = xasprintf("%s/" LAB_USERS, o->state_dir);
    int fd = usage_open(path), rc = fd < 0 ? errno : 0;
    if (!rc)
        rc = pthread_create(&thread, NULL, end_unused, (void *)(intptr_t)fd);
    if (!rc)
        pthread_detach(thread);
    enum pc_err ret = rc ? pc_error_set(err, PC_ERR_IO, NULL, "cannot watch %s: %s", path,
                                        strerror(rc))
                         : PC_OK;
    free(path);
    return ret;
}

static void tell(const struct options *o, const char *word)
{
    char line[16];
    int n = snprintf(line, sizeof(line), "%s\n", word);
    int fd = o->ready_fd >= 0 ? (int)o->ready_fd : STDOUT_FILENO;
    ssize_t ignored = write(fd, line, (size_t)n);
    (void)ignored;
    if (o->ready_fd > STDERR_FILENO)
        close(fd);
}

static int run(const struct options *o, const sigset_t *ends)
{
    static struct lab lab;
    struct pc_error err = {0};
    int lock = -1, sig = 0;
    bool taken = false;
    if (life_lock(o->state_dir, &lock, &taken, &err) != PC_OK)
        return fail(&err);
    if (taken) {
        char *text = life_running(o->state_dir);
        fprintf(stderr, "protector-lab: %s\n", text);
        free(text);
        tell(o, "running");
        return 0;
    }
    int code = 0;
    if (life_begin(&lab, o, &err) == PC_OK && watch_users(o, &err) == PC_OK) {
        tell(o, "ready");
        sigwait(ends, &sig);
    } else {
        code = fail(&err);
    }
    life_end(&lab);
    return code;
}

int main(int argc, char **argv)
{
    struct options o;
    struct pc_error err = {0};
    sigset_t ends;
    pid_t parent = getppid();
    if (argc > 1 && strcmp(argv[1], "fault") == 0)
        return fault_cli(argc - 1, argv + 1);
    if (options_parse(argc, argv, &o, &err) != PC_OK)
        return fail(&err);
    if (o.help || o.version) {
        if (o.help)
            options_help(stdout);
        else
            puts("protector-lab " PC_VERSION);
        return 0;
    }
    /* Before any thread: all of them leave these to sigwait below. */
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    umask(0077); /* the state holds tokens; SQLite makes its files itself */
    if (orphaned(&o, parent))
        return 0;
    json_seed();
    return run(&o, &ends);
}
