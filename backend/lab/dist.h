/*
 * dist: how long things take in the lab, and the lab's dice.
 *
 * A distribution is written as an operator writes it: none, fixed:50,
 * uniform:10-80, lognormal:MEDIAN,P99 (milliseconds, 0..3600000; a bare number
 * is fixed). The dice are seeded, so that one --seed always gives the same
 * sites. Dice belong to whoever holds the world's lock.
 */
#ifndef PC_LAB_DIST_H
#define PC_LAB_DIST_H

#include "backend/base/error.h"

#include <stdint.h>

struct dice {
    uint64_t state;
};

enum dist_shape { DIST_NONE, DIST_FIXED, DIST_UNIFORM, DIST_LOGNORMAL };

struct dist {
    enum dist_shape shape;
    double a, b; /* fixed: a; uniform: a..b; lognormal: median a, 99th percentile b */
};

void dice_init(struct dice *d, uint64_t seed);
uint64_t dice_u64(struct dice *d);
double dice_unit(struct dice *d); /* in [0,1) */
/* A version 4 shaped id from the dice; dst of 37 bytes; returns dst. */
char *dice_uuid(struct dice *d, char dst[37]);
/* 32 hexadecimal digits, as Keystone writes ids; dst of 33 bytes; returns dst. */
char *dice_hex(struct dice *d, char dst[33]);

enum pc_err dist_parse(const char *text, struct dist *ret, struct pc_error *err);
/* Milliseconds, >= 0. */
int64_t dist_sample(const struct dist *dist, struct dice *dice);

#endif
