#include "backend/base/log.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    pthread_mutex_t lock;
    int fd;
    enum log_level up_to;
    char **secrets;
    size_t count, room;
} the_log = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1};

enum pc_err log_open(const char *path, enum log_level up_to, struct pc_error *err)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return pc_error_set(err, PC_ERR_IO, "Make the state directory writable, or name another "
                            "with --state-dir.", "cannot write the log %s: %s", path,
                            strerror(errno));
    log_close();
    pthread_mutex_lock(&the_log.lock);
    the_log.fd = fd;
    the_log.up_to = up_to;
    pthread_mutex_unlock(&the_log.lock);
    return PC_OK;
}

void log_close(void)
{
    pthread_mutex_lock(&the_log.lock);
    if (the_log.fd >= 0)
        close(the_log.fd);
    the_log.fd = -1;
    pthread_mutex_unlock(&the_log.lock);
}

static const char *const LEVELS[] = {"error", "warn", "info", "debug"};

void log_set_level(enum log_level up_to)
{
    pthread_mutex_lock(&the_log.lock);
    the_log.up_to = up_to;
    pthread_mutex_unlock(&the_log.lock);
}

enum log_level log_level_parse(const char *word)
{
    for (int i = 0; i <= LOG_DEBUG; i++)
        if (strcmp(LEVELS[i], word) == 0)
            return (enum log_level)i;
    return LOG_INFO;
}

static void redact(char *text)
{
    for (size_t i = 0; i < the_log.count; i++) {
        size_t n = strlen(the_log.secrets[i]);
        for (char *p = text; (p = strstr(p, the_log.secrets[i])) != NULL; p += 3) {
            memcpy(p, "***", 3);
            memmove(p + 3, p + n, strlen(p + n) + 1);
        }
    }
}

void log_redact(char *text)
{
    pthread_mutex_lock(&the_log.lock);
    redact(text);
    pthread_mutex_unlock(&the_log.lock);
}

void log_secret(const char *value)
{
    if (!value || strlen(value) < 4)
        return;
    pthread_mutex_lock(&the_log.lock);
    bool known = false;
    for (size_t i = 0; i < the_log.count && !known; i++)
        known = strcmp(the_log.secrets[i], value) == 0;
    if (!known) {
        the_log.secrets = xgrow(the_log.secrets, &the_log.room, the_log.count + 1, sizeof(char *));
        the_log.secrets[the_log.count++] = xstrdup(value);
    }
    pthread_mutex_unlock(&the_log.lock);
}

void log_line(enum log_level level, const char *area, const char *fmt, ...)
{
    char raw[2048], clean[2048], line[2304], when[CLOCK_ISO_SIZE];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    safe_text(clean, sizeof(clean), raw);

    pthread_mutex_lock(&the_log.lock);
    if (the_log.fd >= 0 && level <= the_log.up_to) {
        redact(clean);
        int n = snprintf(line, sizeof(line), "%s %-5s %-8s %s\n", clock_iso(when, clock_wall_ms()),
                         LEVELS[level], area, clean);
        /* A log that cannot be written must not stop a failover. */
        ssize_t ignored = write(the_log.fd, line, (size_t)n);
        (void)ignored;
    }
    pthread_mutex_unlock(&the_log.lock);
}
