#include "widgets/key.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "backend/base/text.h"

static const struct {
    ui_key key;
    const char *name;
} NAMES[] = {
#define UI_KEY_ROW(sym, text) {sym, text},
    UI_KEY_LIST(UI_KEY_ROW)
#undef UI_KEY_ROW
        {UI_KEY_TAB, "Tab"},
    {UI_KEY_ENTER, "Enter"},
    {UI_KEY_ESC, "Esc"},
    {UI_KEY_BACKSPACE, "Backspace"},
    {UI_KEY_SPACE, "Space"},
};

#define NAMES_COUNT (sizeof(NAMES) / sizeof(NAMES[0]))

static size_t utf8_encode(uint32_t cp, char out[5])
{
    static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; cp >>= 6)
        out[i] = (char)(unsigned char)(0x80 | (cp & 0x3f));
    out[0] = (char)(unsigned char)(len == 1 ? cp : lead[len] | cp);
    out[len] = '\0';
    return len;
}

bool ui_key_is_text(ui_key key)
{
    ui_key cp = key & ~(ui_key)UI_KEY_PASTED;
    if (cp == 0 || cp >= UI_KEY_SPECIAL)
        return false;
    char utf8[5];
    utf8_encode(cp, utf8);
    return text_is_safe(utf8);
}

const char *ui_key_name(ui_key key, char buf[UI_KEY_NAME_MAX])
{
    key &= ~(ui_key)UI_KEY_PASTED;
    for (size_t i = 0; i < NAMES_COUNT; i++) {
        if (NAMES[i].key != key)
            continue;
        snprintf(buf, UI_KEY_NAME_MAX, "%s", NAMES[i].name);
        return buf;
    }
    if (key > 0 && key < 0x20)
        snprintf(buf, UI_KEY_NAME_MAX, "Ctrl-%c", (int)(key + '@'));
    else if (ui_key_is_text(key))
        utf8_encode(key, buf);
    else
        snprintf(buf, UI_KEY_NAME_MAX, "U+%04X", (unsigned)key);
    return buf;
}

bool ui_key_parse(const char *name, ui_key *ret_key)
{
    uint32_t cp = 0;
    size_t len = strlen(name);
    if (len > 0 && utf8_decode(name, len, &cp) == len && ui_key_is_text(cp) && cp != ' ') {
        *ret_key = cp;
        return true;
    }
    for (size_t i = 0; i < NAMES_COUNT; i++) {
        if (strcasecmp(NAMES[i].name, name) != 0)
            continue;
        *ret_key = NAMES[i].key;
        return true;
    }
    if (len == 6 && strncasecmp(name, "Ctrl-", 5) == 0) {
        char c = name[5];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c >= 'A' && c <= '_') {
            *ret_key = UI_KEY_CTRL(c);
            return true;
        }
    }
    return false;
}
