#include "tests/widgets/screen.h"

#include <stdlib.h>
#include <string.h>

void screen_open(struct screen *s, int h, int w, bool utf8)
{
    s->off = offscreen_new((struct size){h, w}, TERM_256, utf8);
    if (!s->off)
        abort();
    s->theme = theme_new_default();
    buf_init(&s->text, 1024 * 1024);
    screen_clear(s);
}

void screen_close(struct screen *s)
{
    offscreen_free(s->off);
    theme_free(s->theme);
    buf_release(&s->text);
}

void screen_clear(struct screen *s)
{
    s->cv = offscreen_begin(s->off, s->theme);
}

const char *screen_text(struct screen *s)
{
    buf_clear(&s->text);
    offscreen_text(s->off, &s->text);
    return buf_text(&s->text);
}

const char *screen_row(struct screen *s, int y)
{
    screen_text(s);
    char *row = s->text.data;
    while (y-- > 0)
        row = strchr(row, '\n') + 1;
    *strchr(row, '\n') = '\0';
    return row;
}
