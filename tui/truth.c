/* truth: see truth.h. */
#include "tui/truth.h"

#include "tui/format.h"

#include <stdio.h>

static const struct {
    const char *word;
    enum glyph mark;
    enum role role;
} LOOKS[] = {
    [TRUTH_UNKNOWN] = {"unknown", GLYPH_UNKNOWN, ROLE_STALE},
    [TRUTH_CLAIMED] = {"claimed", GLYPH_DOWN, ROLE_TEXT},
    [TRUTH_READ] = {"read", GLYPH_OK, ROLE_DIM},
};

void truth_cell(enum truth is, int64_t read_ms, int64_t limit_ms, int64_t now_ms,
                struct table_cell *ret)
{
    char ago[FORMAT_SIZE];
    if (is == TRUTH_READ && read_ms == 0)
        is = TRUTH_UNKNOWN;
    ret->mark = LOOKS[is].mark;
    ret->role = LOOKS[is].role;
    ret->text = LOOKS[is].word;
    if (is != TRUTH_READ)
        return;
    bool stale = now_ms - read_ms > limit_ms;
    format_ago(ago, sizeof ago, now_ms, read_ms);
    snprintf(ret->buf, sizeof ret->buf, "%s %s%s", stale ? "STALE" : "read", ago,
             stale || ago[0] == 'n' ? "" : " ago");
    ret->text = ret->buf;
    if (stale)
        ret->mark = GLYPH_WARN, ret->role = ROLE_STALE;
}
