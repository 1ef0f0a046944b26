/*
 * clock: monotonic milliseconds for durations, wall milliseconds for people.
 *
 * Only loops read the clock (one `now` a turn, passed on); rules and painters
 * take times as arguments, so tests own time. Any thread.
 */
#ifndef PC_BASE_CLOCK_H
#define PC_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int64_t clock_mono_ms(void); /* since an unknown start; never goes back */
int64_t clock_wall_ms(void); /* since 1970-01-01T00:00:00Z */

enum { CLOCK_ISO_SIZE = 32 };
/* "2026-11-20T09:41:07Z" into dst (CLOCK_ISO_SIZE bytes); returns dst. */
char *clock_iso(char *dst, int64_t wall_ms);
/* Reads ISO 8601 in UTC with or without fraction and zone `Z`/`+00:00`, as
 * OpenStack's services write it. False leaves *ret_ms alone. */
bool clock_parse_iso(const char *s, int64_t *ret_ms);
/* "0:07", "2:14", "1:02:03"; negative is "-"; dst of >= 16 bytes; returns dst. */
char *clock_span(char *dst, size_t size, int64_t ms);
/* For people: "4s", "2m10s", "3h05m", "9d"; negative is "-"; returns dst. */
char *clock_age(char *dst, size_t size, int64_t ms);

#endif
