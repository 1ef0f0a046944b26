/*
 * pty: a child on a terminal of its own, and everything it writes there.
 */
#ifndef TESTS_WIDGETS_PTY_H
#define TESTS_WIDGETS_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

struct pty {
    int fd, slave; /* the master; the slave is kept open so that its modes can be read */
    pid_t child;
    struct termios before; /* the modes when the child was started */
    char out[1 << 20];
    size_t len;
};

/* Runs body(arg) in a child on a new terminal of that size; what it returns is
 * its exit status. The environment is the test's. */
void pty_start(struct pty *p, int rows, int cols, int (*body)(void *arg), void *arg);

/* Reads until `text` was written (from byte `from` on); false after 10 s or at the end. */
bool pty_until(struct pty *p, size_t from, const char *text);

/* Reads whatever comes until nothing came for `ms`. */
void pty_settle(struct pty *p, int ms);

/* One read; false when nothing came for `ms`, or no more will. */
bool pty_take(struct pty *p, int ms);

/* The child has not ended yet. It stays to be waited for. */
bool pty_alive(const struct pty *p);
/* It waits for something, and there is nothing written to it that it has not read. */
bool pty_rests(const struct pty *p);

void pty_write(struct pty *p, const char *bytes);
/* Any bytes; reads meanwhile what comes, so that neither waits for the other. False:
 * the child has ended. */
bool pty_send(struct pty *p, const char *bytes, size_t n);
void pty_resize(struct pty *p, int rows, int cols);

/* Reads to the end and waits; returns the status of waitpid(). */
int pty_finish(struct pty *p);
void pty_close(struct pty *p);

/* `text` is somewhere in the output from byte `from` on. */
bool pty_has(const struct pty *p, size_t from, const char *text);

/* The modes are those from before. */
bool pty_modes_restored(const struct pty *p);

#endif
