#include "tests/support/venue.h"

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 20, OUTPUT_MAX = 16 << 20 };

static const char PROGRAM[] = PC_BIN_DIR "/protector-console";

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "venue: %s\n", what);
    abort();
}

void venue_open(struct venue *v)
{
    static const char *const options[] = {"--speed",     "20",        "--latency",    "none",
                                          "--boot-time", "fixed:400", "--volume-time", "fixed:200",
                                          "--guest-time", "fixed:100", NULL};
    *v = (struct venue){0};
    snprintf(v->dir, sizeof v->dir, "/tmp/pc-venue-XXXXXX");
    must(mkdtemp(v->dir) != NULL, "no directory in /tmp");
    snprintf(v->state, sizeof v->state, "%s/state", v->dir);
    snprintf(v->lab.dir, sizeof v->lab.dir, "%s/lab", v->state);
    must(mkdir(v->state, 0700) == 0 && mkdir(v->lab.dir, 0700) == 0, "no directory for the lab");
    lab_again(&v->lab, options);
    /* Whoever looks for a configuration or for clouds must find none but the lab's. */
    setenv("HOME", v->dir, 1);
    static const char *const others[] = {"XDG_CONFIG_HOME", "XDG_STATE_HOME", "OS_CLOUD",
                                         "OS_CLIENT_CONFIG_FILE", "PROTECTOR_CONFIG"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        unsetenv(others[i]);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

void venue_close(struct venue *v)
{
    lab_kill(&v->lab, SIGTERM);
    nftw(v->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void venue_console(struct venue *v, struct glass *g, const char *const *env)
{
    const char *argv[] = {PROGRAM, "--state-dir", v->state, NULL};
    glass_start(g, &(struct glass_way){.argv = argv, .env = env});
}

char *venue_verb(struct venue *v, const char *const *argv, int *ret_status)
{
    char part[4096];
    int ends[2];
    struct buf out;
    must(pipe(ends) == 0, "no pipe");
    pid_t pid = fork();
    if (pid == 0) {
        char *words[WORDS_MAX] = {xstrdup(PROGRAM), xstrdup("--state-dir"), v->state};
        for (size_t n = 3; *argv && n + 1 < WORDS_MAX; n++)
            words[n] = xstrdup(*argv++);
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        must(freopen("/dev/null", "r", stdin) != NULL, "no /dev/null");
        close(ends[0]);
        execv(PROGRAM, words);
        _exit(127);
    }
    close(ends[1]);
    buf_init(&out, OUTPUT_MAX);
    for (ssize_t n; (n = read(ends[0], part, sizeof part)) > 0;)
        buf_add(&out, part, (size_t)n);
    close(ends[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    *ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return buf_take(&out);
}

/* nftw() knows no argument. */
static struct {
    struct buf *out;
    const char *ending;
} walk;

static int take_file(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    char part[4096];
    size_t len = strlen(path), end = strlen(walk.ending), n;
    (void)st;
    (void)ftw;
    if (kind != FTW_F || len < end || strcmp(path + len - end, walk.ending) != 0)
        return 0;
    FILE *f = fopen(path, "r");
    while (f && (n = fread(part, 1, sizeof part, f)) > 0)
        buf_add(walk.out, part, n);
    if (f)
        fclose(f);
    return 0;
}

char *venue_files(struct venue *v, const char *ending)
{
    struct buf out;
    buf_init(&out, OUTPUT_MAX);
    walk.out = &out;
    walk.ending = ending;
    nftw(v->state, take_file, 16, FTW_PHYS);
    return buf_take(&out);
}

int venue_servers(struct venue *v, int site, const char *prefix, const char *status)
{
    json_t *doc = call_json(&v->lab, site, "GET", "/compute/v2.1/servers/detail", NULL, NULL, 200);
    const json_t *server;
    size_t i;
    int count = 0;
    json_array_foreach (json_list(doc, "servers"), i, server)
        count += strncmp(json_text(server, "name"), prefix, strlen(prefix)) == 0 &&
                 strcmp(json_text(server, "status"), status) == 0;
    json_decref(doc);
    return count;
}
