/*
 * process: which process, so exactly that a dead one is recognised.
 *
 * A pid alone is used again; with the boot, the pid namespace and the moment
 * of its start it names one process for ever. Any thread; reads /proc.
 */
#ifndef PC_STORE_PROCESS_H
#define PC_STORE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct process {
    char host[128]; /* for people, clean */
    char boot[96];  /* this boot's id and pid namespace; "" unknown */
    int64_t pid;
    int64_t started; /* clock ticks after boot; 0 unknown */
};

void process_self(struct process *ret);

/* ELSEWHERE: on another host, before a reboot or in another container; it
 * cannot be told from here. */
enum process_life { PROCESS_ALIVE, PROCESS_DEAD, PROCESS_ELSEWHERE };
enum process_life process_life(const struct process *p);

/* Who holds the write lock of the database at `path`. */
struct lock_holder {
    int64_t pid;   /* of this host; 0: nobody, or the kernel does not tell */
    char name[32]; /* of its program, clean; "" unknown */
    bool stopped;  /* by a signal or a debugger: it keeps the lock until it goes on or dies */
};
void process_with_lock(const char *path, struct lock_holder *ret);

#endif
