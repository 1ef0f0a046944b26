#include "backend/store/process.h"

#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void read_boot(char *dst, size_t size)
{
    char id[40] = "", space[40] = "";
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
    dst[0] = '\0';
    if (!f)
        return;
    if (fgets(id, sizeof(id), f))
        id[strcspn(id, "\n")] = '\0';
    fclose(f);
    ssize_t n = readlink("/proc/self/ns/pid", space, sizeof(space) - 1);
    if (n > 0 && *id)
        snprintf(dst, size, "%s %s", id, space);
}

/* False when the kernel does not tell. */
static bool read_stat(int64_t pid, char *ret_state, int64_t *ret_started)
{
    char path[64], line[1024];
    snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    size_t n = fread(line, 1, sizeof(line) - 1, f);
    fclose(f);
    line[n] = '\0';
    /* The name, in brackets, may hold anything; proc(5): state is field 3, the
     * start field 22. */
    const char *p = strrchr(line, ')');
    unsigned long long started;
    return p &&
           sscanf(p + 1,
                  " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d "
                  "%*d %llu",
                  ret_state, &started) == 2 &&
           (*ret_started = (int64_t)started, true);
}

void process_self(struct process *ret)
{
    char name[sizeof(ret->host)] = "", state;
    memset(ret, 0, sizeof(*ret));
    gethostname(name, sizeof(name) - 1);
    safe_text(ret->host, sizeof(ret->host), *name ? name : "localhost");
    read_boot(ret->boot, sizeof(ret->boot));
    ret->pid = getpid();
    if (!read_stat(ret->pid, &state, &ret->started))
        ret->started = 0;
}

enum process_life process_life(const struct process *p)
{
    char boot[sizeof(p->boot)], state;
    int64_t started;
    read_boot(boot, sizeof(boot));
    if (!*boot || strcmp(boot, p->boot) != 0)
        return PROCESS_ELSEWHERE;
    if (p->pid <= 0 || (kill((pid_t)p->pid, 0) != 0 && errno == ESRCH))
        return PROCESS_DEAD;
    /* What exists but is not told of is taken for alive. */
    if (!read_stat(p->pid, &state, &started))
        return PROCESS_ALIVE;
    if (state == 'Z' || state == 'X')
        return PROCESS_DEAD;
    return p->started && started != p->started ? PROCESS_DEAD : PROCESS_ALIVE;
}

/* ---- who holds a lock ----------------------------------------------------- */

/* The byte of the shared-memory file that a writer locks (SQLite's file
 * format, "WAL-Index Locks"; the locks follow the header, the writer's first). */
enum { WAL_WRITE_LOCK = 120 };

static void read_holder(int64_t pid, struct lock_holder *ret)
{
    char path[64], comm[32] = "", state = '\0';
    int64_t started;
    snprintf(path, sizeof(path), "/proc/%lld/comm", (long long)pid);
    FILE *f = fopen(path, "re");
    if (f) {
        if (fgets(comm, sizeof(comm), f))
            comm[strcspn(comm, "\n")] = '\0';
        fclose(f);
    }
    ret->pid = pid;
    safe_text(ret->name, sizeof(ret->name), comm);
    ret->stopped = read_stat(pid, &state, &started) && (state == 'T' || state == 't');
}

void process_with_lock(const char *path, struct lock_holder *ret)
{
    /* The kernel is asked through /proc: to open the file and ask fcntl would,
     * at its close, drop the locks that this process has on it. */
    char line[256], *shm = xasprintf("%s-shm", path);
    struct stat st;
    int found = stat(shm, &st);
    free(shm);
    memset(ret, 0, sizeof(*ret));
    FILE *f = found == 0 ? fopen("/proc/locks", "re") : NULL;
    if (!f)
        return;
    while (fgets(line, sizeof(line), f)) {
        long long pid;
        unsigned long long inode, from, to;
        if (sscanf(line, "%*d: POSIX %*s WRITE %lld %*x:%*x:%llu %llu %llu", &pid, &inode, &from,
                   &to) == 4 &&
            inode == st.st_ino && from <= WAL_WRITE_LOCK && to >= WAL_WRITE_LOCK && pid > 0) {
            read_holder(pid, ret);
            break;
        }
    }
    fclose(f);
}
