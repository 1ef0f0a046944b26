#include "tui/verbs/spawn.h"

#include "tui/opshow.h"
#include "tui/verbs/place.h"
#include "tui/verbs/session.h"

#include "backend/base/log.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

enum { ARGV_ROOM = 16 };

static enum pc_err start(char *const *argv, struct pc_error *err)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t usual, none;
    pid_t pid;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGTERM);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
                                        POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigdefault(&attr, &usual);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    int rc = posix_spawnp(&pid, argv[0], &files, &attr, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);
    if (rc)
        return pc_error_set(err, PC_ERR_IO, "Run it with: protector-console engine --until-idle",
                            "the operation waits: no engine could be started: %s", strerror(rc));
    log_line(LOG_INFO, "verb", "engine started, pid %ld", (long)pid);
    return PC_OK;
}

/* A forced failover whose old primary was not seen at rest may wait for ever:
 * that is for who watches at a screen. */
static bool ends_by_itself(const struct group_view *g)
{
    return g->window != WINDOW_NONE && !g->window_missed && !g->split_risk && !g->split_brain;
}

bool spawn_is_due(const struct snapshot *now)
{
    for (size_t i = 0; now->owner && i < now->groups->count; i++)
        if (ends_by_itself(now->groups->items[i]))
            return true;
    return false;
}

struct spawn_work spawn_work(const struct snapshot *now)
{
    struct spawn_work w = {.due = spawn_is_due(now)};
    for (size_t i = 0; now->owner && i < now->operations->count; i++)
        w.running += opshow_open(now->operations->items[i]->op);
    return w;
}

static bool was_killed(int code)
{
    return code > 128 && code != 128 + SIGINT && code != 128 + SIGHUP;
}

int spawn_left(const struct args *a, const char *state_dir, struct spawn_work left, int code,
               FILE *out)
{
    struct pc_error err = {0};
    if (was_killed(code) || (!left.running && !left.due))
        return code;
    if (spawn_engine(a, state_dir, &err))
        return out ? report_error(out, &err) : pc_err_exit(err.code);
    if (out && left.running)
        fprintf(out, "%zu operation%s on in the background; operation list tells how far\n",
                left.running, left.running == 1 ? " goes" : "s go");
    else if (out)
        fputs("an engine stays in the background: a time to decide is running\n", out);
    return code;
}

enum pc_err spawn_engine(const struct args *a, const char *state_dir, struct pc_error *err)
{
    static const char *const carried[] = {"--config", "--os-cloud", "--secondary-cloud"};
    char *self = place_self();
    const char *argv[ARGV_ROOM];
    size_t n = 0;
    argv[n++] = self;
    argv[n++] = "--state-dir";
    argv[n++] = state_dir;
    for (size_t i = 0; i < sizeof(carried) / sizeof(carried[0]); i++) {
        if (!args_has(a, carried[i]))
            continue;
        argv[n++] = carried[i];
        argv[n++] = args_value(a, carried[i]);
    }
    if (args_has(a, "--read-only"))
        argv[n++] = "--read-only";
    argv[n++] = "engine";
    argv[n++] = "--until-idle";
    argv[n] = NULL;
    enum pc_err rc = start((char *const *)(uintptr_t)argv, err);
    free(self);
    return rc;
}
