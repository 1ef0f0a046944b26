/*
 * options: the command line of protector-lab, from one table.
 *
 * --help is printed from the same table that is parsed. What shapes the seed
 * (--seed, --groups, --servers, --capacity) counts when a state directory is
 * new; afterwards the kept state wins.
 */
#ifndef PC_LAB_OPTIONS_H
#define PC_LAB_OPTIONS_H

#include "backend/base/error.h"
#include "backend/lab/dist.h"

#include <stdbool.h>
#include <stdio.h>

/* In the state directory: whoever uses the lab has it locked (backend/base/usage.h). */
#define LAB_USERS "users"

struct options {
    const char *state_dir; /* lent from argv */
    const char *latency_text, *boot_text, *guest_text, *volume_text;
    struct dist latency; /* of a call */
    struct dist boot;    /* server BUILD to ACTIVE */
    struct dist guest;   /* ACTIVE to answering */
    struct dist volume;  /* volume creating to available */
    long speed;          /* divides every simulated duration, 1..1000 */
    long capacity;       /* vcpus a site; 0: as the seed needs, twice over */
    long seed, groups, servers;
    long token_life; /* seconds */
    long page_size;  /* items, 1..1000 */
    long net;        /* of the guests, kept by our parent; 0: one that is free */
    long ready_fd;   /* -1: a line on stdout */
    bool die_with_parent, while_used, help, version;
};

/* Fills *ret with defaults, then argv. */
enum pc_err options_parse(int argc, char **argv, struct options *ret, struct pc_error *err);
void options_help(FILE *out);

#endif
