/*
 * format: numbers, times and commands in the words of the screens.
 *
 * Every function writes one NUL-ended line into the caller's room and returns
 * it. Times come as arguments. Pure, any thread.
 */
#ifndef PC_TUI_FORMAT_H
#define PC_TUI_FORMAT_H

#include "backend/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FORMAT_SIZE = 40 };

/* "12ms", "1.2s"; "-" for a negative one. */
char *format_latency(char *dst, size_t size, int ms);

/* How long ago, in steps so coarse that a screen at rest stays at rest:
 * "now", "20s", "50s", "3m", "2h", "9d"; "never" when then_ms is 0. */
char *format_ago(char *dst, size_t size, int64_t now_ms, int64_t then_ms);

/* A time in five letters at most (below 100 days): whole hours and minutes as such
 * ("1h", "15m"), from ten minutes on no seconds, from ten hours on no minutes. */
char *format_short(char *dst, size_t size, int64_t seconds);

/* "2026-11-20 09:41Z", with seconds "2026-11-20 09:41:07Z". */
char *format_clock(char *dst, size_t size, int64_t wall_ms, bool seconds);

/* The day only when it is not today's: "09:41:07Z" or "11-18 09:41Z". */
char *format_moment(char *dst, size_t size, int64_t now_ms, int64_t then_ms);

/* "op-9f3a1b2c": as much of an id as people compare. */
char *format_id(char *dst, size_t size, const char *id);

/* One more word of a command line, quoted for a POSIX shell where needed, with
 * a blank before it unless it is the first. */
void format_word(struct buf *b, const char *word);

#endif
