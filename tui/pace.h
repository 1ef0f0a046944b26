/*
 * pace: when what goes on by itself is shown again, told by how much changed the
 * last times.
 *
 * A purse of time. It fills by itself up to `room_ms`; what is shown takes out of
 * it what its changes cost, and the next time is when the purse is not empty. So
 * the first changes after a rest are shown at once, and in the long run no more
 * is sent than the price allows, whatever the size of the screen. Pure: time is
 * given, mono. UI thread.
 */
#ifndef PC_TUI_PACE_H
#define PC_TUI_PACE_H

#include <stdint.h>

struct pace {
    int room_ms;         /* what it holds when it is full */
    int least_ms;        /* the price of the smallest change */
    int most_ms;         /* and of the largest */
    int hundred_ms;      /* of a hundred changes: cells of a frame, steps of a list */
    int gap_ms;          /* between two in any case */
    int64_t empty_ms;    /* kept: when what was spent is filled again */
    int64_t last_ms;     /* kept */
};

/* Frames that the engine causes: ten a second, or fewer that change much. */
#define PACE_WORLD \
    (struct pace){.room_ms = 1500, .least_ms = 100, .most_ms = 400, .hundred_ms = 100, .gap_ms = 5}
/* Frames that keys cause: typing is painted at once, a key that is held fifteen times a
 * second, a page that is turned four times: about what 64 kbit/s carry. */
#define PACE_KEYS \
    (struct pace){.room_ms = 130, .least_ms = 66, .most_ms = 250, .hundred_ms = 16, .gap_ms = 5}
/* A list of steps: twenty changes a second are followed one by one, more of them as one a
 * second: nobody reads faster. */
#define PACE_STEPS (struct pace){.room_ms = 1000, .most_ms = 1000, .hundred_ms = 5000}

/* So many changes are shown now; 0 costs nothing. */
void pace_spend(struct pace *p, int64_t now_ms, int changes);
/* When the next may be shown; what is past is at once. */
int64_t pace_due(const struct pace *p);

#endif
