#include "tests/support/judge.h"

static const struct {
    unsigned from, to;
    const char *what;
} BAD[] = {
    {0x00, 0x09, "a control character"},   {0x0b, 0x1f, "a control character"},
    {0x7f, 0x7f, "a control character"},   {0x80, 0x9f, "a C1 control"},
    {0xad, 0xad, "a soft hyphen"},         {0x61c, 0x61c, "a bidirectional mark"},
    {0x200b, 0x200d, "a zero-width"},      {0x200e, 0x200f, "a bidirectional mark"},
    {0x2028, 0x2029, "a separator"},       {0x202a, 0x202e, "a bidirectional override"},
    {0x2060, 0x2064, "a zero-width"},      {0x2066, 0x2069, "a bidirectional isolate"},
    {0x3164, 0x3164, "a filler"},          {0xfe00, 0xfe0f, "a variation selector"},
    {0xfeff, 0xfeff, "a byte-order mark"}, {0xe0000, 0xe0fff, "a tag"},
    {0x10fffe, 0x10ffff, "no character"},
};

static size_t one_character(const unsigned char *s, size_t left, unsigned *ret)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3
               : s[0] < 0xf5 ? 4 : 0;
    if (n == 0 || n > left)
        return 0;
    *ret = n == 1 ? s[0] : s[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        *ret = *ret << 6 | (s[i] & 0x3fu);
    }
    return n;
}

const char *judge_text(const char *text, size_t len)
{
    size_t marks = 0;
    for (size_t at = 0, n; at < len; at += n) {
        unsigned c = 0;
        n = one_character((const unsigned char *)text + at, len - at, &c);
        if (n == 0)
            return "a byte that is no UTF-8";
        for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
            if (c >= BAD[i].from && c <= BAD[i].to)
                return BAD[i].what;
        marks = c >= 0x300 && c <= 0x36f ? marks + 1 : 0;
        if (marks > 4)
            return "a flood of marks";
    }
    return NULL;
}
