/*
 * venue: a directory of one's own with a lab that runs fast in it, and the real
 * console on both, on a terminal whose screen can be read.
 */
#ifndef PC_TESTS_SUPPORT_VENUE_H
#define PC_TESTS_SUPPORT_VENUE_H

#include "tests/lab/lab_client.h"
#include "tests/widgets/glass.h"

struct venue {
    char dir[48], state[64];
    struct lab_child lab;
};

void venue_open(struct venue *v);
void venue_close(struct venue *v); /* ends the lab, removes the directory */

/* The console's screens; env as in struct glass_way, may be NULL. */
void venue_console(struct venue *v, struct glass *g, const char *const *env);

/* A verb, without a terminal: all that it wrote, both streams; the caller frees.
 * argv is what stands behind --state-dir, at most 16 words ended by NULL. */
char *venue_verb(struct venue *v, const char *const *argv, int *ret_status);

/* Everything in the files below the state directory whose names end so, one after
 * the other; "" when there is none. The caller frees. */
char *venue_files(struct venue *v, const char *ending);

/* How many servers of a site are called so and have that status. */
int venue_servers(struct venue *v, int site, const char *prefix, const char *status);

#endif
