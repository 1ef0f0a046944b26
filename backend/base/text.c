#include "backend/base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

size_t utf8_decode(const char *s, size_t n, uint32_t *ret_cp)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)s;
    if (n == 0)
        return 0;
    size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3
                 : p[0] < 0xf5 ? 4 : 0;
    if (len == 0 || len > n)
        return 0;
    uint32_t cp = len == 1 ? p[0] : p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        cp = cp << 6 | (p[i] & 0x3f);
    }
    if (cp < least[len] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        return 0;
    *ret_cp = cp;
    return len;
}

/* Characters that a terminal obeys, or that a reader cannot see. */
static const struct {
    uint32_t from, to;
} UNSAFE[] = {
    {0x00, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
    {0x61c, 0x61c},     {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
    {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
    {0xd800, 0xdfff},   {0xe000, 0xf8ff},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0x10ffff},
};

static bool unsafe(uint32_t cp)
{
    if (cp >= ' ' && cp < 0x7f)
        return false;
    for (size_t i = 0; i < sizeof(UNSAFE) / sizeof(UNSAFE[0]); i++)
        if (cp >= UNSAFE[i].from && cp <= UNSAFE[i].to)
            return true;
    return false;
}

/* How many bytes from here on are plain: nearly all text is nothing else. */
static size_t plain_bytes(const char *s)
{
    size_t n = 0;
    while (s[n] >= ' ' && s[n] < 0x7f)
        n++;
    return n;
}

static size_t clean(char *dst, size_t dst_size, const char *raw, bool lines)
{
    static const char mark[] = "\xef\xbf\xbd"; /* U+FFFD */
    size_t out = 0, left;
    if (dst_size == 0)
        return 0;
    if (!raw)
        raw = "";
    for (left = strlen(raw); left > 0;) {
        size_t plain = plain_bytes(raw), room = dst_size - out - 1;
        if (plain > 0) {
            plain = plain < room ? plain : room;
            if (plain == 0)
                break;
            memcpy(dst + out, raw, plain);
            out += plain;
            raw += plain;
            left -= plain;
            continue;
        }
        uint32_t cp = 0;
        size_t n = utf8_decode(raw, left, &cp);
        const char *from = raw;
        size_t take = n;
        if (n == 1 && (cp == '\t' || cp == '\n' || cp == '\r')) {
            from = lines && cp == '\n' ? "\n" : " ";
        } else if (n == 0 || unsafe(cp)) {
            from = mark;
            take = sizeof(mark) - 1;
        }
        if (out + take >= dst_size)
            break;
        memcpy(dst + out, from, take);
        out += take;
        raw += n ? n : 1;
        left -= n ? n : 1;
    }
    dst[out] = '\0';
    return out;
}

size_t safe_text(char *dst, size_t dst_size, const char *raw)
{
    return clean(dst, dst_size, raw, false);
}

size_t safe_text_lines(char *dst, size_t dst_size, const char *raw)
{
    return clean(dst, dst_size, raw, true);
}

bool text_is_safe(const char *raw)
{
    for (size_t left = raw ? strlen(raw) : 0; left > 0;) {
        uint32_t cp = 0;
        size_t n = utf8_decode(raw, left, &cp);
        if (n == 0 || unsafe(cp))
            return false;
        raw += n;
        left -= n;
    }
    return true;
}

bool text_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_equal(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool text_to_long(const char *s, long min, long max, long *ret)
{
    if (!s || s[0] < '0' || s[0] > '9')
        return false;
    char *end = NULL;
    errno = 0;
    long v = strtol(s, &end, 10);
    if (errno || *end || v < min || v > max)
        return false;
    *ret = v;
    return true;
}
