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

/* Marks that stand on the character before them, of the scripts that have them. */
static const struct {
    uint32_t from, to;
} MARKS[] = {
    {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x5bf, 0x5c7},   {0x610, 0x61a},
    {0x64b, 0x65f},   {0x670, 0x670},   {0x6d6, 0x6dc},   {0x6df, 0x6e8},   {0x6ea, 0x6ed},
    {0x711, 0x711},   {0x730, 0x74a},   {0x7a6, 0x7b0},   {0x7eb, 0x7f3},   {0x816, 0x82d},
    {0x859, 0x85b},   {0x898, 0x902},   {0x93a, 0x93a},   {0x93c, 0x93c},   {0x941, 0x948},
    {0x94d, 0x94d},   {0x951, 0x957},   {0x962, 0x963},   {0x981, 0x981},   {0x9bc, 0x9bc},
    {0x9c1, 0x9c4},   {0x9cd, 0x9cd},   {0xa01, 0xa02},   {0xa3c, 0xa51},   {0xabc, 0xabc},
    {0xac1, 0xacd},   {0xb3c, 0xb3c},   {0xb82, 0xb82},   {0xbc0, 0xbc0},   {0xbcd, 0xbcd},
    {0xc3e, 0xc40},   {0xc46, 0xc56},   {0xcbc, 0xcbc},   {0xccc, 0xccd},   {0xd41, 0xd44},
    {0xd4d, 0xd4d},   {0xdca, 0xdca},   {0xdd2, 0xdd6},   {0xe31, 0xe31},   {0xe34, 0xe3a},
    {0xe47, 0xe4e},   {0xeb1, 0xeb1},   {0xeb4, 0xebc},   {0xec8, 0xece},   {0xf18, 0xf19},
    {0xf35, 0xf39},   {0xf71, 0xf84},   {0xf86, 0xfbc},   {0x102d, 0x103a}, {0x135d, 0x135f},
    {0x17b4, 0x17d3}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0x2cef, 0x2cf1},
    {0x2de0, 0x2dff}, {0x302a, 0x302d}, {0x3099, 0x309a}, {0xa66f, 0xa67d}, {0xa69e, 0xa69f},
    {0xa6f0, 0xa6f1}, {0xa8e0, 0xa8f1}, {0xfb1e, 0xfb1e}, {0xfe20, 0xfe2f}, {0x1e8d0, 0x1e8d6},
};

static bool is_mark(uint32_t cp)
{
    size_t low = 0, high = sizeof(MARKS) / sizeof(MARKS[0]);
    if (cp < MARKS[0].from)
        return false;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (cp > MARKS[mid].to)
            low = mid + 1;
        else
            high = mid;
    }
    return low < sizeof(MARKS) / sizeof(MARKS[0]) && cp >= MARKS[low].from;
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
    size_t out = 0, left, marks = 0; /* on the character before */
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
            marks = 0;
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
        marks = n && is_mark(cp) ? marks + 1 : 0;
        if (marks > TEXT_MARKS_MAX) { /* one stands for all of them */
            from = mark;
            take = marks == TEXT_MARKS_MAX + 1 ? sizeof(mark) - 1 : 0;
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
    size_t marks = 0;
    for (size_t left = raw ? strlen(raw) : 0; left > 0;) {
        uint32_t cp = 0;
        size_t n = utf8_decode(raw, left, &cp);
        marks = is_mark(cp) ? marks + 1 : 0;
        if (n == 0 || unsafe(cp) || marks > TEXT_MARKS_MAX)
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

uint64_t text_hash(uint64_t seed, const char *text)
{
    uint64_t h = 14695981039346656037u ^ seed;
    for (const char *p = text; *p; p++)
        h = (h ^ (unsigned char)*p) * 1099511628211u;
    return h;
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
