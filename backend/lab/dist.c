#include "backend/lab/dist.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const double LONGEST_MS = 3600000.0;

void dice_init(struct dice *d, uint64_t seed)
{
    d->state = seed * 0x9e3779b97f4a7c15u + 0x1234567u;
}

/* SplitMix64: small, and good enough for ids and waiting times. */
uint64_t dice_u64(struct dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double dice_unit(struct dice *d)
{
    return (double)(dice_u64(d) >> 11) / 9007199254740992.0;
}

char *dice_uuid(struct dice *d, char dst[37])
{
    uint64_t hi = dice_u64(d), lo = dice_u64(d);
    snprintf(dst, 37, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(hi >> 32),
             (unsigned)(hi >> 16 & 0xffff), (unsigned)(hi & 0xfff),
             (unsigned)(lo >> 48 & 0x3fff) | 0x8000u,
             (unsigned long long)(lo & 0xffffffffffffu));
    return dst;
}

char *dice_hex(struct dice *d, char dst[33])
{
    snprintf(dst, 33, "%016llx%016llx", (unsigned long long)dice_u64(d),
             (unsigned long long)dice_u64(d));
    return dst;
}

static bool is_plausible(const struct dist *d)
{
    return d->a >= 0 && d->a <= LONGEST_MS && d->b >= d->a && d->b <= LONGEST_MS;
}

enum pc_err dist_parse(const char *text, struct dist *ret, struct pc_error *err)
{
    struct dist d = {0};
    char junk = 0;
    bool ok = false;
    if (strcmp(text, "none") == 0) {
        ok = true;
    } else if (sscanf(text, "uniform:%lf-%lf%c", &d.a, &d.b, &junk) == 2) {
        d.shape = DIST_UNIFORM;
        ok = true;
    } else if (sscanf(text, "lognormal:%lf,%lf%c", &d.a, &d.b, &junk) == 2) {
        d.shape = DIST_LOGNORMAL;
        ok = d.a >= 1;
    } else if (sscanf(text, "fixed:%lf%c", &d.a, &junk) == 1 ||
               sscanf(text, "%lf%c", &d.a, &junk) == 1) {
        d.shape = DIST_FIXED;
        d.b = d.a;
        ok = true;
    }
    if (!ok || !is_plausible(&d))
        return pc_error_set(err, PC_ERR_USAGE,
                            "Write none, fixed:50, uniform:10-80 or lognormal:MEDIAN,P99 in "
                            "milliseconds, at most 3600000.",
                            "not a duration: %s", text);
    *ret = d;
    return PC_OK;
}

/* Box and Muller; the lognormal's sigma follows from median and 99th percentile. */
static double sample_lognormal(const struct dist *d, struct dice *dice)
{
    static const double z99 = 2.3263478740408408, two_pi = 6.283185307179586;
    double u = 1.0 - dice_unit(dice), v = dice_unit(dice);
    double z = sqrt(-2.0 * log(u)) * cos(two_pi * v);
    double sigma = (log(d->b) - log(d->a)) / z99;
    return fmin(exp(log(d->a) + sigma * z), LONGEST_MS);
}

int64_t dist_sample(const struct dist *dist, struct dice *dice)
{
    switch (dist->shape) {
    case DIST_FIXED:
        return (int64_t)dist->a;
    case DIST_UNIFORM:
        return (int64_t)(dist->a + (dist->b - dist->a) * dice_unit(dice));
    case DIST_LOGNORMAL:
        return (int64_t)sample_lognormal(dist, dice);
    case DIST_NONE:
        break;
    }
    return 0;
}
