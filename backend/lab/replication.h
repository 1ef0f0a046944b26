/*
 * replication: the passing of cycles between the two arrays.
 *
 * Nothing of it is stored: snapshot k of a group is taken at k times its
 * interval, transferred in its transfer time, and forgotten after the
 * retention, all by the wall clock, so a lab that was away is consistent the
 * moment it is back. A group lags when its transfers take nearly as long as
 * its interval.
 */
#ifndef PC_LAB_REPLICATION_H
#define PC_LAB_REPLICATION_H

#include "backend/lab/call.h"

enum { REPLICATION_RETENTION_S = 4 * 3600 };

struct cycle {
    int64_t number;                     /* the snapshot's: pg.NUMBER */
    int64_t created, started, completed; /* wall ms; completed may be ahead */
};

/* Interval in ms, already divided by --speed. */
int64_t replication_interval(const struct lab *lab, const struct res *group);
/* The group's retained cycles at now, newest first; returns how many. */
size_t replication_cycles(const struct lab *lab, const struct res *group, int64_t now,
                          struct cycle *dst, size_t room);
/* 0.0..1.0 */
double replication_progress(const struct cycle *c, int64_t now);

#endif
