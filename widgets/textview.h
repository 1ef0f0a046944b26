/*
 * textview: lines of text that may go on coming.
 *
 * Lines are virtual and known by a sequence number that only grows, so a
 * source may forget old ones without the view jumping. Following shows the
 * newest; scrolling up pauses, and says how many came since; End follows
 * again. Nothing is dropped by looking.
 */
#ifndef PC_WIDGETS_TEXTVIEW_H
#define PC_WIDGETS_TEXTVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "widgets/match.h"
#include "widgets/widget.h"

struct textview_line {
    enum role role;   /* ROLE_TEXT unless set */
    const char *lead; /* painted first in ROLE_DIM (a time); may be NULL */
    const char *text;
    char buf[256]; /* room for a text made on the spot */
    char lead_buf[48];
};

struct textview {
    /* set by the owner */
    void (*line)(const void *ctx, uint64_t seq, struct textview_line *ret);
    const void *ctx;
    const char *empty; /* shown when there is no line; may be NULL */
    const char *find;  /* occurrences are shown in ROLE_MATCH; may be NULL */
    const struct match *match; /* the same, of a filter; NULL: nothing */
    bool focused;

    /* kept by the view */
    uint64_t first, end; /* the lines there are: first <= seq < end */
    uint64_t top;        /* first line seen while paused */
    uint64_t seen_end;   /* `end` at the moment of pausing */
    bool follow;
    int page;       /* rows at the last layout */
    int left;       /* columns scrolled sideways */
    uint64_t found; /* the line of the last hit, while has_found */
    bool has_found;
};

extern const struct widget_ops textview_ops;

/* Starts empty and following. */
void textview_reset(struct textview *v);

/* The source has the lines first..end-1 now. */
void textview_sync(struct textview *v, uint64_t first, uint64_t end);

/* Lines that came while paused. */
uint64_t textview_behind(const struct textview *v);

/*
 * Goes to the next line whose text holds `find` (bytes, ASCII letters of either
 * case), after (or, back, before) the top line, round the end. False: there is none.
 */
bool textview_search(struct textview *v, bool back);

void textview_layout(struct textview *v, struct rect area);
void textview_paint(const struct textview *v, struct canvas *cv, struct rect area);

/* Up Down k j PgUp PgDn Ctrl-U Ctrl-D Home End g G Left Right; Space pauses and
 * follows; n and N search when `find` is set. */
unsigned textview_key(struct textview *v, ui_key key);

#endif
