/*
 * toast: short news that goes away by itself.
 *
 * Keeps the last few with their end times; the clock comes with the caller
 * (milliseconds, monotonic), who asks when the next one ends to know how long
 * the loop may sleep. What was said stays in the ring for a history screen.
 */
#ifndef PC_WIDGETS_TOAST_H
#define PC_WIDGETS_TOAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "widgets/widget.h"

#define TOASTS_KEPT 64
#define TOAST_TEXT_MAX 400
/* The most that are on the screen at once. */
#define TOASTS_SHOWN 3

struct toast {
    enum role role; /* ROLE_OK, ROLE_INFO, ROLE_WARN, ROLE_DANGER */
    int64_t from_ms, until_ms;
    bool shown; /* still on the screen */
    char text[TOAST_TEXT_MAX];
};

/* Zeroed is empty. */
struct toasts {
    struct toast ring[TOASTS_KEPT];
    size_t next;  /* where the next one goes */
    size_t count; /* how many the ring holds */
};

extern const struct widget_ops toasts_ops;

/* Shows a text (copied, cleaned, cut) for `show_ms` from now_ms on; the one that was shown
 * last, and still is, stays longer instead of being said twice. */
void toasts_push(struct toasts *t, enum role role, int64_t now_ms, int64_t show_ms,
                 const char *text);

/* Takes away what has ended; UI_REPAINT when something has. */
unsigned toasts_tick(struct toasts *t, int64_t now_ms);

/* When the next one ends, or -1: none is shown. */
int64_t toasts_next_end(const struct toasts *t);

/* Takes away all that are shown (Esc). UI_HANDLED|UI_REPAINT when there were any. */
unsigned toasts_dismiss(struct toasts *t);

/* The n-th newest, 0 the last said; NULL beyond the ring. */
const struct toast *toasts_nth(const struct toasts *t, size_t n);

/* One of those shown tells of an error. */
bool toasts_alarming(const struct toasts *t);

/* Rows that those shown take of a room, 0 for none, a quarter of it at most: the owner
 * keeps them free, so that a toast never lies over what one reads. */
int toasts_rows(const struct toasts *t, const struct canvas *cv, struct rect room);

/* Over the width of the area, newest lowest; older ones where there is room. */
void toasts_paint(const struct toasts *t, struct canvas *cv, struct rect area);

#endif
