#include "widgets/toast.h"

#include "backend/base/text.h"

/* Of the rows there are, the part that toasts may take. */
#define PART_MAX 4

static const struct {
    enum role role;
    enum glyph mark;
} MARKS[] = {
    {ROLE_OK, GLYPH_OK},
    {ROLE_WARN, GLYPH_WARN},
    {ROLE_DANGER, GLYPH_FAIL},
};

static enum glyph mark_of(enum role role)
{
    for (size_t i = 0; i < sizeof(MARKS) / sizeof(MARKS[0]); i++)
        if (MARKS[i].role == role)
            return MARKS[i].mark;
    return GLYPH_UP;
}

void toasts_push(struct toasts *t, enum role role, int64_t now_ms, int64_t show_ms,
                 const char *text)
{
    struct toast *toast = &t->ring[t->next];
    struct toast *last = &t->ring[(t->next + TOASTS_KEPT - 1) % TOASTS_KEPT];
    if (last->shown && last->role == role && text_equal(last->text, text)) {
        last->until_ms = now_ms + show_ms;
        return;
    }
    toast->role = role;
    toast->from_ms = now_ms;
    toast->until_ms = now_ms + show_ms;
    toast->shown = true;
    safe_text(toast->text, sizeof(toast->text), text);
    t->next = (t->next + 1) % TOASTS_KEPT;
    t->count += t->count < TOASTS_KEPT ? 1 : 0;
}

unsigned toasts_tick(struct toasts *t, int64_t now_ms)
{
    unsigned bits = UI_IGNORED;
    for (size_t i = 0; i < t->count; i++) {
        if (!t->ring[i].shown || t->ring[i].until_ms > now_ms)
            continue;
        t->ring[i].shown = false;
        bits = UI_REPAINT;
    }
    return bits;
}

int64_t toasts_next_end(const struct toasts *t)
{
    int64_t next = -1;
    for (size_t i = 0; i < t->count; i++)
        if (t->ring[i].shown && (next < 0 || t->ring[i].until_ms < next))
            next = t->ring[i].until_ms;
    return next;
}

unsigned toasts_dismiss(struct toasts *t)
{
    unsigned bits = UI_IGNORED;
    for (size_t i = 0; i < t->count; i++) {
        if (t->ring[i].shown)
            bits = UI_HANDLED | UI_REPAINT;
        t->ring[i].shown = false;
    }
    return bits;
}

const struct toast *toasts_nth(const struct toasts *t, size_t n)
{
    if (n >= t->count)
        return NULL;
    return &t->ring[(t->next + TOASTS_KEPT - 1 - n) % TOASTS_KEPT];
}

bool toasts_alarming(const struct toasts *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->ring[i].shown && t->ring[i].role == ROLE_DANGER)
            return true;
    return false;
}

/* Columns for the text, beside its mark and the blanks round both. */
static int text_room(int width)
{
    return width > 8 ? width - 4 : 4;
}

int toasts_rows(const struct toasts *t, const struct canvas *cv, struct rect room)
{
    const int most = room.h / PART_MAX > 1 ? room.h / PART_MAX : 1;
    const struct toast *toast;
    int shown = 0, rows = 0;
    for (size_t i = 0; shown < TOASTS_SHOWN && (toast = toasts_nth(t, i)); i++) {
        if (!toast->shown)
            continue;
        rows += paint_wrapped_rows(cv, text_room(room.w), toast->text);
        shown++;
    }
    return rows < most ? rows : most;
}

/* At the bottom of *area, which loses the rows it took. */
static void paint_toast(const struct toast *toast, struct canvas *cv, struct rect *area)
{
    struct canvas on = canvas_on(cv, ROLE_TOAST);
    if (area->w < 8 || area->h < 1)
        return;
    int room = text_room(area->w), rows = paint_wrapped_rows(cv, room, toast->text);
    struct rect at = rect_cut_bottom(area, rows);
    paint_fill(&on, at, ROLE_TOAST);
    paint_glyph(&on, at.y, at.x + 1, toast->role, mark_of(toast->role));
    paint_wrapped(&on, rect_make(at.y, at.x + 3, at.h, room), ROLE_TEXT, toast->text);
}

void toasts_paint(const struct toasts *t, struct canvas *cv, struct rect area)
{
    int shown = 0;
    const struct toast *toast;
    for (size_t i = 0; shown < TOASTS_SHOWN && (toast = toasts_nth(t, i)); i++) {
        if (!toast->shown)
            continue;
        paint_toast(toast, cv, &area);
        shown++;
    }
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    toasts_paint(widget, cv, area);
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    (void)widget;
    (void)cv;
    return room;
}

const struct widget_ops toasts_ops = {
    .name = "toast",
    .measure = ops_measure,
    .paint = ops_paint,
};
