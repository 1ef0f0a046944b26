/* format: see format.h. */
#include "tui/format.h"

#include "backend/base/clock.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <string.h>

char *format_latency(char *dst, size_t size, int ms)
{
    if (ms < 0)
        snprintf(dst, size, "-");
    else if (ms < 1000)
        snprintf(dst, size, "%dms", ms);
    else
        snprintf(dst, size, "%d.%ds", ms / 1000, ms % 1000 / 100);
    return dst;
}

char *format_ago(char *dst, size_t size, int64_t now_ms, int64_t then_ms)
{
    long long s = (now_ms - then_ms) / 1000;
    if (then_ms == 0)
        snprintf(dst, size, "never");
    else if (s < 20) /* sites are read every ten seconds: that is the present */
        snprintf(dst, size, "now");
    else if (s < 60)
        snprintf(dst, size, "%llds", s / 10 * 10);
    else if (s < 3600)
        snprintf(dst, size, "%lldm", s / 60);
    else if (s < 86400)
        snprintf(dst, size, "%lldh", s / 3600);
    else
        snprintf(dst, size, "%lldd", s / 86400);
    return dst;
}

char *format_short(char *dst, size_t size, int64_t seconds)
{
    long long s = seconds;
    if (s >= 3600 && s < 86400 && (s % 3600 == 0 || s >= 36000))
        snprintf(dst, size, "%lldh", s / 3600);
    else if (s >= 60 && s < 3600 && (s % 60 == 0 || s >= 600))
        snprintf(dst, size, "%lldm", s / 60);
    else
        clock_age(dst, size, s * 1000);
    return dst;
}

char *format_clock(char *dst, size_t size, int64_t wall_ms, bool seconds)
{
    char iso[CLOCK_ISO_SIZE]; /* 2026-11-20T09:41:07Z */
    clock_iso(iso, wall_ms);
    if (strlen(iso) < 20)
        snprintf(dst, size, "-");
    else
        snprintf(dst, size, "%.10s %.*sZ", iso, seconds ? 8 : 5, iso + 11);
    return dst;
}

char *format_moment(char *dst, size_t size, int64_t now_ms, int64_t then_ms)
{
    char now[FORMAT_SIZE], then[FORMAT_SIZE];
    if (then_ms == 0) {
        snprintf(dst, size, "-");
        return dst;
    }
    format_clock(now, sizeof now, now_ms, false);
    format_clock(then, sizeof then, then_ms, true);
    if (strncmp(now, then, 10) == 0)
        snprintf(dst, size, "%s", then + 11);
    else
        snprintf(dst, size, "%.11sZ", then + 5);
    return dst;
}

char *format_id(char *dst, size_t size, const char *id)
{
    char clean[64];
    safe_text(clean, sizeof clean, id);
    snprintf(dst, size, "%.11s", clean);
    return dst;
}

static bool plain(const char *word)
{
    return *word && word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789_-./:=,@%+")] == '\0';
}

void format_word(struct buf *b, const char *word)
{
    if (b->len)
        buf_puts(b, " ");
    if (plain(word)) {
        buf_puts(b, word);
        return;
    }
    buf_puts(b, "'");
    for (const char *p = word; *p; p++) {
        if (*p == '\'')
            buf_puts(b, "'\\''");
        else
            buf_add(b, p, 1);
    }
    buf_puts(b, "'");
}
