/*
 * usage: who uses what several processes share, by a lock on one file.
 *
 * Whoever uses it holds a lock together with all the others; the kernel gives it up
 * when the process ends, however it ends. Who serves it waits for the moment at which
 * nobody does, and nobody can enter any more until he is gone. The locks belong to the
 * descriptor (open file description locks), so every thread may use one, and a
 * descriptor is closed on exec.
 */
#ifndef PC_BASE_USAGE_H
#define PC_BASE_USAGE_H

#include <stdbool.h>

/* A descriptor of the file, which is made (0600) when it is missing; -1 and errno. */
int usage_open(const char *path);
/* Enters as one of its users, and waits so long for somebody who is just closing it.
 * False: it is still being closed, or cannot be locked (errno). */
bool usage_enter(int fd, int timeout_ms);
/* Shuts it to everybody else, unless somebody else uses it: then the caller stays what he was. */
bool usage_shut(int fd);
/* Waits until nobody uses it, and shuts it. False: it cannot be locked (errno). */
bool usage_wait_unused(int fd);

#endif
