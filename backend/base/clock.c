#include "backend/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_mono_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

char *clock_iso(char *dst, int64_t wall_ms)
{
    time_t secs = (time_t)(wall_ms / 1000);
    struct tm tm;
    if (wall_ms < 0 || !gmtime_r(&secs, &tm) || tm.tm_year > 8099) {
        dst[0] = '\0';
        return dst;
    }
    strftime(dst, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return dst;
}

bool clock_parse_iso(const char *s, int64_t *ret_ms)
{
    struct tm tm = {0};
    char sep = 0;
    int used = 0;
    if (!s || sscanf(s, "%4d-%2d-%2d%c%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &sep,
                     &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &used) != 7 ||
        (sep != 'T' && sep != ' '))
        return false;
    int64_t ms = 0, unit = 100;
    const char *p = s + used;
    if (*p == '.')
        for (p++; *p >= '0' && *p <= '9'; p++, unit /= 10)
            ms += (*p - '0') * unit;
    if (*p && strcmp(p, "Z") != 0 && strcmp(p, "+00:00") != 0)
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *ret_ms = (int64_t)timegm(&tm) * 1000 + ms;
    return true;
}

char *clock_span(char *dst, size_t size, int64_t ms)
{
    int64_t s = ms / 1000;
    if (ms < 0)
        snprintf(dst, size, "-");
    else if (s < 3600)
        snprintf(dst, size, "%d:%02d", (int)(s / 60), (int)(s % 60));
    else
        snprintf(dst, size, "%lld:%02d:%02d", (long long)(s / 3600), (int)(s / 60 % 60),
                 (int)(s % 60));
    return dst;
}

char *clock_age(char *dst, size_t size, int64_t ms)
{
    long long s = ms / 1000;
    if (ms < 0)
        snprintf(dst, size, "-");
    else if (s < 60)
        snprintf(dst, size, "%llds", s);
    else if (s < 3600)
        snprintf(dst, size, "%lldm%02llds", s / 60, s % 60);
    else if (s < 86400)
        snprintf(dst, size, "%lldh%02lldm", s / 3600, s / 60 % 60);
    else
        snprintf(dst, size, "%lldd", s / 86400);
    return dst;
}
