/*
 * log: one line an event, into a file of the state directory.
 *
 * A line is "time level area text". Everything passes safe_text, and values of
 * registered secrets are replaced by ***, so a password that strays into an
 * error never reaches the disk. Any thread; one writer at a time.
 */
#ifndef PC_BASE_LOG_H
#define PC_BASE_LOG_H

#include "backend/base/error.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Appends to `path` (0600). Without it lines go nowhere: a console owns its
 * terminal and nothing may write over it. */
enum pc_err log_open(const char *path, enum log_level up_to, struct pc_error *err);
void log_close(void);
void log_set_level(enum log_level up_to);
/* "error", "warn", "info", "debug"; LOG_INFO for anything else. */
enum log_level log_level_parse(const char *word);
void log_line(enum log_level level, const char *area, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Remembers a secret of >= 4 bytes so that it is never written. Copied. */
void log_secret(const char *value);
/* Replaces each known secret in `text` by *** in place. */
void log_redact(char *text);

#endif
