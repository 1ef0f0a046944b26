#include "widgets/input.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "backend/base/mem.h"
#include "backend/base/text.h"

void input_init(struct input *in, size_t max_bytes)
{
    *in = (struct input){.size = (max_bytes > 0 ? max_bytes : 1) + 1};
    in->text = xcalloc(1, in->size);
}

void input_release(struct input *in)
{
    if (in->text)
        explicit_bzero(in->text, in->size);
    free(in->text);
    *in = (struct input){.text = NULL};
}

void input_set(struct input *in, const char *text)
{
    in->len = safe_text(in->text, in->size, text);
    in->cursor = in->len;
}

void input_clear(struct input *in)
{
    input_set(in, "");
}

const char *input_text(const struct input *in)
{
    return in->text ? in->text : "";
}

/* The byte after the character (with its marks) at `at`. */
static size_t next_char(const struct input *in, size_t at)
{
    uint32_t cp = 0;
    size_t n = utf8_decode(in->text + at, in->len - at, &cp);
    while (n > 0) {
        at += n;
        n = utf8_decode(in->text + at, in->len - at, &cp);
        if (n > 0 && wcwidth((wchar_t)cp) != 0)
            break;
    }
    return at;
}

static size_t prev_char(const struct input *in, size_t at)
{
    size_t before = 0;
    for (size_t next = 0; next < at; next = next_char(in, next))
        before = next;
    return before;
}

/* The start of the word before the cursor: blanks, then what is no blank. */
static size_t prev_word(const struct input *in)
{
    size_t at = in->cursor;
    while (at > 0 && in->text[at - 1] == ' ')
        at--;
    while (at > 0 && in->text[at - 1] != ' ')
        at--;
    return at;
}

static unsigned erase_range(struct input *in, size_t from, size_t to)
{
    if (from >= to)
        return UI_HANDLED;
    memmove(in->text + from, in->text + to, in->len - to + 1);
    in->len -= to - from;
    in->cursor = from;
    return UI_HANDLED | UI_REPAINT | UI_CHANGED;
}

static unsigned go_to(struct input *in, size_t at)
{
    if (at == in->cursor)
        return UI_HANDLED;
    in->cursor = at;
    return UI_HANDLED | UI_REPAINT;
}

/* What cannot be seen: left out, two different texts would look the same. */
static bool is_hidden(ui_key key)
{
    return key >= 0xa0 && key < UI_KEY_SPECIAL && !ui_key_is_text(key);
}

static unsigned insert_char(struct input *in, ui_key key)
{
    char utf8[UI_KEY_NAME_MAX];
    if (key == UI_KEY_SPACE)
        memcpy(utf8, " ", 2);
    else
        ui_key_name(is_hidden(key) ? 0xfffd : key, utf8);
    size_t n = strlen(utf8);
    if (in->len + n >= in->size)
        return UI_HANDLED;
    memmove(in->text + in->cursor + n, in->text + in->cursor, in->len - in->cursor + 1);
    memcpy(in->text + in->cursor, utf8, n);
    in->len += n;
    in->cursor += n;
    return UI_HANDLED | UI_REPAINT | UI_CHANGED;
}

unsigned input_key(struct input *in, ui_key key)
{
    bool pasted = (key & UI_KEY_PASTED) != 0;
    ui_key plain = key & ~(ui_key)UI_KEY_PASTED;
    if (ui_key_is_text(plain) || is_hidden(plain))
        return insert_char(in, plain);
    if (pasted)
        return UI_HANDLED; /* a newline or worse inside a paste */
    switch (key) {
    case UI_KEY_LEFT:
        return go_to(in, prev_char(in, in->cursor));
    case UI_KEY_RIGHT:
        return go_to(in, next_char(in, in->cursor));
    case UI_KEY_HOME:
        return go_to(in, 0);
    case UI_KEY_END:
        return go_to(in, in->len);
    case UI_KEY_BACKSPACE:
        return erase_range(in, prev_char(in, in->cursor), in->cursor);
    case UI_KEY_DELETE:
        return erase_range(in, in->cursor, next_char(in, in->cursor));
    case UI_KEY_CTRL('W'):
        return erase_range(in, prev_word(in), in->cursor);
    case UI_KEY_CTRL('U'):
        return erase_range(in, 0, in->cursor);
    default:
        return UI_IGNORED;
    }
}

/* Columns of the first n bytes. */
static int width_before(const struct input *in, const struct canvas *cv, size_t n)
{
    int width = 0;
    char part[8];
    for (size_t at = 0; at < n;) {
        size_t next = next_char(in, at), len = next - at;
        if (len >= sizeof(part)) /* many marks: they take no columns */
            len = sizeof(part) - 1;
        memcpy(part, in->text + at, len);
        part[len] = '\0';
        width += in->masked ? 1 : paint_width(cv, part);
        at = next;
    }
    return width;
}

static void paint_masked(const struct input *in, struct canvas *cv, struct rect r, int skip,
                         enum role role)
{
    int chars = width_before(in, cv, in->len) - skip;
    for (int i = 0; i < chars && i < r.w; i++)
        paint_text(cv, r.y, r.x + i, 1, role, "*");
}

void input_paint(const struct input *in, struct canvas *cv, int y, int x, int w, bool focused,
                 const char *hint)
{
    enum role role = focused ? ROLE_INPUT_FOCUS : ROLE_INPUT;
    struct canvas on = canvas_on(cv, role);
    int at = width_before(in, cv, in->cursor), skip = at >= w ? at - w + 1 : 0;
    if (w <= 0)
        return;
    paint_fill(&on, rect_make(y, x, 1, w), role);
    if (in->len == 0 && hint)
        paint_text(&on, y, x + 1, w - 1, ROLE_DIM, hint);
    else if (in->masked)
        paint_masked(in, &on, rect_make(y, x, 1, w), skip, role);
    else
        paint_text_from(&on, y, x, w, skip, role, in->text);
    if (focused)
        paint_cursor(cv, y, x + at - skip);
}
