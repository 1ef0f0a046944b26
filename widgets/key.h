/*
 * key: what the operator pressed.
 *
 * A key is one number: a Unicode character, or one of the names below, which
 * lie above Unicode. No curses name leaks out of this header, so that screens
 * and key tables never see curses. Pure, any thread.
 */
#ifndef PC_WIDGETS_KEY_H
#define PC_WIDGETS_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t ui_key;

/* symbol, name as written in a key table or on the key bar */
#define UI_KEY_LIST(X)                                                                             \
    X(UI_KEY_UP, "Up")                                                                             \
    X(UI_KEY_DOWN, "Down")                                                                         \
    X(UI_KEY_LEFT, "Left")                                                                         \
    X(UI_KEY_RIGHT, "Right")                                                                       \
    X(UI_KEY_HOME, "Home")                                                                         \
    X(UI_KEY_END, "End")                                                                           \
    X(UI_KEY_PGUP, "PgUp")                                                                         \
    X(UI_KEY_PGDN, "PgDn")                                                                         \
    X(UI_KEY_INSERT, "Insert")                                                                     \
    X(UI_KEY_DELETE, "Delete")                                                                     \
    X(UI_KEY_BACKTAB, "S-Tab")                                                                     \
    X(UI_KEY_MOUSE, "Mouse")                                                                       \
    X(UI_KEY_F1, "F1")                                                                             \
    X(UI_KEY_F2, "F2")                                                                             \
    X(UI_KEY_F3, "F3")                                                                             \
    X(UI_KEY_F4, "F4")                                                                             \
    X(UI_KEY_F5, "F5")                                                                             \
    X(UI_KEY_F6, "F6")                                                                             \
    X(UI_KEY_F7, "F7")                                                                             \
    X(UI_KEY_F8, "F8")                                                                             \
    X(UI_KEY_F9, "F9")                                                                             \
    X(UI_KEY_F10, "F10")                                                                           \
    X(UI_KEY_F11, "F11")                                                                           \
    X(UI_KEY_F12, "F12")

enum {
    UI_KEY_NONE = 0,
    UI_KEY_TAB = '\t',
    UI_KEY_ENTER = '\n', /* Enter and keypad Enter, always this */
    UI_KEY_ESC = 0x1b,
    UI_KEY_BACKSPACE = 0x7f, /* ^H and DEL, always this */
    UI_KEY_SPACE = ' ',

    UI_KEY_SPECIAL = 0x110000, /* first number above Unicode */
#define UI_KEY_ENUM(sym, name) sym,
    UI_KEY_LIST(UI_KEY_ENUM)
#undef UI_KEY_ENUM
        UI_KEY_SPECIAL_END,

    /*
     * Set on every character that was pasted rather than typed. Key tables
     * never match such a number, so that a paste can fill a field but cannot
     * press a button or start anything.
     */
    UI_KEY_PASTED = 0x40000000,
};

#define UI_KEY_CTRL(c) ((ui_key)((unsigned)(c)&0x1fu))

/* Big enough for any key name with its terminator. */
#define UI_KEY_NAME_MAX 16

/*
 * "Enter", "Esc", "F5", "Ctrl-L", "Space", "S-Tab", or the character itself in
 * UTF-8. Returns buf. Unprintable characters come out as "U+0085".
 */
const char *ui_key_name(ui_key key, char buf[UI_KEY_NAME_MAX]);

/* The other way round; case matters for a single character only. False, and
 * *ret_key untouched, when `name` is no key. */
bool ui_key_parse(const char *name, ui_key *ret_key);

/* Something that can stand in a text field, pasted or typed. */
bool ui_key_is_text(ui_key key);

#endif
