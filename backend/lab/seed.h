/*
 * seed: what a new lab starts with.
 *
 * Three protection groups by hand (a healthy web application, a large billing
 * system whose replication lags, a small one whose image the other site lacks)
 * and as many plain ones as --groups and --servers ask for. World lock held.
 */
#ifndef PC_LAB_SEED_H
#define PC_LAB_SEED_H

#include "backend/lab/lab.h"

/* Settles how many servers the groups need, or refuses what cannot be. */
enum pc_err seed_plan(struct options *o, struct pc_error *err);
void seed_world(struct lab *lab);
/* Image that both sites have. */
#define SEED_IMAGE "c0ffee00-0000-4000-8000-000000000001"

#endif
