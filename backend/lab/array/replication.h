/*
 * replication: the passing of cycles between the two arrays.
 *
 * Nothing of the schedule is stored: snapshot k of a group is taken at k times its
 * interval, transferred in its transfer time, and forgotten after the
 * retention, all by the wall clock, so a lab that was away is consistent the
 * moment it is back. A group lags when its transfers take nearly as long as
 * its interval. A snapshot that somebody asked for is a document
 * (K_ARRAY_SNAPSHOT: group, suffix, created), and passes like the others.
 */
#ifndef PC_LAB_REPLICATION_H
#define PC_LAB_REPLICATION_H

#include "backend/lab/call.h"

enum { REPLICATION_RETENTION_S = 4 * 3600 };

struct cycle {
    char suffix[64];                     /* the snapshot's: pg.SUFFIX */
    int64_t number;                      /* the same where it is one, else its order */
    int64_t created, started, completed; /* wall ms; completed may be ahead */
    double most; /* by a fault: what its transfer does not get past; 1 none */
};

/* Interval in ms, already divided by --speed. */
int64_t replication_interval(const struct lab *lab, const struct res *group);
/* The group's retained cycles at now, newest first; returns how many. */
size_t replication_cycles(const struct lab *lab, const struct res *group, int64_t now,
                          struct cycle *dst, size_t room);
/* The group's point of that suffix is destroyed, and stays away. */
void replication_forget(struct lab *lab, struct res *group, const char *suffix);
/* Whether a snapshot of the group taken at `created` holds the volume: it does
 * from the moment on at which the volume became a member. */
bool replication_holds(const struct lab *lab, const struct res *group, const char *volume,
                       int64_t created);
/* How much earlier the volume's snapshot was taken than its point, ms. */
int64_t replication_skew(const struct lab *lab, const struct res *group, const char *volume);
/* 0.0..1.0 */
double replication_progress(const struct cycle *c, int64_t now);

#endif
