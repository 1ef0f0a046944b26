/*
 * term_input: from curses' keys to ours.
 */
#include <poll.h>
#include <unistd.h>

#include "backend/base/text.h"
#include "widgets/term_private.h"

/* Key codes of our own, beyond those of curses. */
enum {
    CODE_PASTE_BEGIN = KEY_MAX + 1,
    CODE_PASTE_END,
};

static const struct {
    int code;
    ui_key key;
} CODES[] = {
    {KEY_UP, UI_KEY_UP},       {KEY_DOWN, UI_KEY_DOWN},    {KEY_LEFT, UI_KEY_LEFT},
    {KEY_RIGHT, UI_KEY_RIGHT}, {KEY_HOME, UI_KEY_HOME},    {KEY_END, UI_KEY_END},
    {KEY_A1, UI_KEY_HOME},     {KEY_C1, UI_KEY_END},       {KEY_A3, UI_KEY_PGUP},
    {KEY_C3, UI_KEY_PGDN},     {KEY_FIND, UI_KEY_HOME},    {KEY_SELECT, UI_KEY_END},
    {KEY_PPAGE, UI_KEY_PGUP},  {KEY_NPAGE, UI_KEY_PGDN},   {KEY_IC, UI_KEY_INSERT},
    {KEY_DC, UI_KEY_DELETE},   {KEY_BTAB, UI_KEY_BACKTAB}, {KEY_BACKSPACE, UI_KEY_BACKSPACE},
    {KEY_ENTER, UI_KEY_ENTER}, {KEY_F(1), UI_KEY_F1},      {KEY_F(2), UI_KEY_F2},
    {KEY_F(3), UI_KEY_F3},     {KEY_F(4), UI_KEY_F4},      {KEY_F(5), UI_KEY_F5},
    {KEY_F(6), UI_KEY_F6},     {KEY_F(7), UI_KEY_F7},      {KEY_F(8), UI_KEY_F8},
    {KEY_F(9), UI_KEY_F9},     {KEY_F(10), UI_KEY_F10},    {KEY_F(11), UI_KEY_F11},
    {KEY_F(12), UI_KEY_F12},
};

void term_input_set_paste(struct term *term, bool on)
{
    const char *bytes = on ? "\033[?2004h" : "\033[?2004l";
    if (!term->xterm_kin)
        return;
    ssize_t n = write(term->out_fd, bytes, 8);
    (void)n;
    term->pasting = false;
}

void term_input_setup(struct term *term)
{
    keypad(term->keys, TRUE);
    nodelay(term->keys, TRUE);
    define_key("\033[200~", CODE_PASTE_BEGIN);
    define_key("\033[201~", CODE_PASTE_END);
}

void term_set_mouse(struct term *term, bool on)
{
    mmask_t wanted = BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
    mouseinterval(0);
    mousemask(on ? wanted : 0, NULL);
    term->mouse_on = on;
}

struct term_mouse term_mouse(const struct term *term)
{
    return term->mouse;
}

/* The oldest of those that wait. */
static ui_key next_click(struct term *term)
{
    if (term->n_clicks == 0)
        return UI_KEY_NONE;
    term->mouse = term->clicks[--term->n_clicks];
    return UI_KEY_MOUSE;
}

/* Of several that come in one piece, as over a slow line, curses tells once, and
 * hands them out from the last to the first. */
static ui_key read_mouse(struct term *term)
{
    MEVENT event;
    term->n_clicks = 0;
    while (term->n_clicks < sizeof(term->clicks) / sizeof(term->clicks[0]) &&
           getmouse(&event) == OK)
        term->clicks[term->n_clicks++] = (struct term_mouse){
            .y = event.y,
            .x = event.x,
            .press = (event.bstate & BUTTON1_PRESSED) != 0,
            .wheel_up = (event.bstate & BUTTON4_PRESSED) != 0,
            .wheel_down = (event.bstate & BUTTON5_PRESSED) != 0,
        };
    return next_click(term);
}

/* A function key, or UI_KEY_NONE for one that we do not know. */
static ui_key from_code(struct term *term, int code)
{
    if (code == CODE_PASTE_BEGIN || code == CODE_PASTE_END) {
        term->pasting = code == CODE_PASTE_BEGIN;
        return UI_KEY_NONE;
    }
    if (code == KEY_MOUSE)
        return read_mouse(term);
    for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++)
        if (CODES[i].code == code)
            return CODES[i].key;
    return UI_KEY_NONE;
}

static bool more_waits(const struct term *term)
{
    struct pollfd fd = {.fd = term->in_fd, .events = POLLIN};
    return poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN);
}

/* A whole character. */
static ui_key from_char(struct term *term, uint32_t cp)
{
    ui_key key = cp;
    if (key == '\r')
        key = UI_KEY_ENTER;
    else if (key == '\b')
        key = UI_KEY_BACKSPACE;
    if (!term->pasting)
        return key;
    /* The end of a paste may be lost with the line: a single Esc ends it too. */
    if (key == UI_KEY_ESC && !more_waits(term)) {
        term->pasting = false;
        return UI_KEY_NONE;
    }
    return key | UI_KEY_PASTED;
}

/* How many bytes a character has that begins with this one; 0: none does. */
static size_t bytes_from(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    return lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
}

/* What stands for bytes that are no character here: in a field it is seen, and no
 * text that it is in equals one that was wanted. */
#define NO_CHARACTER 0xfffd

/*
 * The next byte of a character. Characters are put together here and not by
 * curses, which loses one whose bytes come in two packets, and after a byte
 * that is no character swallows the keys that follow. What is none is not
 * passed over: a name typed with a letter lost would be another name. In a
 * locale of single bytes each one of another alphabet is such a byte.
 */
static ui_key from_byte(struct term *term, unsigned char byte)
{
    uint32_t cp = 0;
    if (term->n_part > 0 && (byte & 0xc0) != 0x80) { /* cut short; this one is not */
        term->n_part = 0;
        ungetch(byte);
        return from_char(term, NO_CHARACTER);
    }
    if (byte >= 0x80 && (!term->utf8 || (term->n_part == 0 && bytes_from(byte) == 0)))
        return from_char(term, NO_CHARACTER);
    term->part[term->n_part++] = (char)byte;
    size_t whole = bytes_from((unsigned char)term->part[0]), n = term->n_part;
    if (n < whole)
        return UI_KEY_NONE;
    term->n_part = 0;
    if (byte == 0)
        return UI_KEY_NONE;
    return from_char(term, utf8_decode(term->part, n, &cp) ? cp : NO_CHARACTER);
}

ui_key term_read_key(struct term *term)
{
    if (term->n_clicks > 0)
        return next_click(term);
    for (;;) {
        int code = wgetch(term->keys);
        if (code == ERR)
            return UI_KEY_NONE;
        ui_key key = code < 0x100 ? from_byte(term, (unsigned char)code) : from_code(term, code);
        if (key != UI_KEY_NONE)
            return key;
    }
}
