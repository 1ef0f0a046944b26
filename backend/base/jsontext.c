#include "backend/base/jsontext.h"

#include "backend/base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void jsontext_init(struct jsontext *j, const char *text, size_t size)
{
    *j = (struct jsontext){.text = text, .at = text, .end = text + size};
}

bool jsontext_fail(struct jsontext *j, const char *why)
{
    if (!j->wrong)
        j->wrong = why;
    return false;
}

char jsontext_peek(struct jsontext *j)
{
    while (j->at < j->end && (*j->at == ' ' || *j->at == '\n' || *j->at == '\t' || *j->at == '\r'))
        j->at++;
    return j->wrong || j->at >= j->end ? '\0' : *j->at;
}

/* ---- what holds others ---------------------------------------------------------- */

bool jsontext_enter(struct jsontext *j, char open)
{
    if (jsontext_peek(j) != open)
        return jsontext_fail(j, open == '{' ? "an object is missing" : "an array is missing");
    if (++j->depth > JSONTEXT_DEPTH)
        return jsontext_fail(j, "it is nested too deeply");
    j->at++;
    return true;
}

/* The first value stands behind the bracket, each other one behind a comma. */
bool jsontext_more(struct jsontext *j, char open)
{
    bool first = j->at[-1] == open;
    char c = jsontext_peek(j);
    if (j->wrong)
        return false;
    if (c == (open == '{' ? '}' : ']')) {
        j->at++;
        j->depth--;
        return false;
    }
    if (first)
        return true;
    if (c != ',')
        return jsontext_fail(j, "a comma is missing");
    j->at++;
    return true;
}

/* ---- strings ----------------------------------------------------------------------- */

static int hex4(const char *s)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        char c = s[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        v = v << 4 | digit;
    }
    return v;
}

/* What \uXXXX at `s` stands for, both halves of a pair; *ret_size of text. 0: none. */
static uint32_t escaped_character(const char *s, size_t *ret_size)
{
    int one = hex4(s + 2);
    *ret_size = 6;
    if (one <= 0 || (one >= 0xdc00 && one <= 0xdfff))
        return 0; /* a NUL, or half a character */
    if (one < 0xd800 || one > 0xdbff)
        return (uint32_t)one;
    int two = s[6] == '\\' && s[7] == 'u' ? hex4(s + 8) : -1;
    *ret_size = 12;
    if (two < 0xdc00 || two > 0xdfff)
        return 0;
    return 0x10000 + ((uint32_t)(one - 0xd800) << 10) + (uint32_t)(two - 0xdc00);
}

static bool skip_escape(struct jsontext *j)
{
    size_t size = 2;
    if (j->at[1] == 'u' && !escaped_character(j->at, &size))
        return jsontext_fail(j, "an escape that is no character");
    if (j->at[1] != 'u' && (!j->at[1] || !strchr("\"\\/bfnrt", j->at[1])))
        return jsontext_fail(j, "an escape that there is not");
    j->at += size;
    return true;
}

/* ASCII that stands for itself in a string. */
static const bool PLAIN[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* controls */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* more of them */
    1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* all but " */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* digits */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* letters */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, /* all but \ */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* letters */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* the rest; none from 0x80 */
};

/* In which of eight bytes there is one that is not PLAIN (or more: but for none if none
 * is). Of a byte x, (x - n) & ~x & 0x80 tells whether it is below n. */
static uint64_t not_plain(uint64_t eight)
{
    const uint64_t each = UINT64_C(0x0101010101010101), high = each * 0x80;
    uint64_t quote = eight ^ each * '"', slash = eight ^ each * '\\';
    return (((eight - each * ' ') & ~eight) | ((quote - each) & ~quote) |
            ((slash - each) & ~slash) | eight) &
           high;
}

/* The first that is not PLAIN; most are passed eight at a time. */
static const char *pass_plain(const char *p, const char *end)
{
    uint64_t eight;
    while ((size_t)(end - p) >= sizeof(eight)) {
        memcpy(&eight, p, sizeof(eight));
        if (not_plain(eight))
            break;
        p += sizeof(eight);
    }
    while (PLAIN[(unsigned char)*p])
        p++;
    return p;
}

bool jsontext_string(struct jsontext *j, struct jsonspan *ret)
{
    uint32_t cp;
    if (jsontext_peek(j) != '"')
        return jsontext_fail(j, "a string is missing");
    *ret = (struct jsonspan){.at = ++j->at};
    for (;;) {
        j->at = pass_plain(j->at, j->end);
        unsigned char c = (unsigned char)*j->at;
        if (c == '"') {
            ret->size = (size_t)(j->at++ - ret->at);
            return true;
        } else if (c == '\\') {
            ret->escaped = true;
            if (!skip_escape(j))
                return false;
        } else if (c < ' ') {
            return jsontext_fail(j, j->at >= j->end ? "it ends within a string"
                                                    : "a control character in a string");
        } else {
            size_t n = utf8_decode(j->at, (size_t)(j->end - j->at), &cp);
            if (n == 0)
                return jsontext_fail(j, "it is not UTF-8");
            j->at += n;
        }
    }
}

bool jsontext_key(struct jsontext *j, struct jsonspan *ret)
{
    if (!jsontext_string(j, ret))
        return false;
    if (jsontext_peek(j) != ':')
        return jsontext_fail(j, "a colon is missing");
    j->at++;
    return true;
}

bool jsontext_is_key(struct jsontext *j, const char *key)
{
    if (jsontext_peek(j) != '"')
        return false;
    const char *p = j->at + 1;
    while (*key && *p == *key)
        p++, key++;
    if (*key || p[0] != '"' || p[1] != ':')
        return false;
    j->at = p + 2;
    return true;
}

static size_t put_utf8(char *dst, uint32_t cp)
{
    static const unsigned char heads[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        dst[i] = (char)(0x80 | (cp & 0x3f));
    dst[0] = (char)(heads[n] | cp);
    return n;
}

size_t jsonspan_unescape(char *dst, const struct jsonspan *s)
{
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    size_t len = 0, size = 1;
    if (!s->escaped) {
        memcpy(dst, s->at, s->size);
        len = s->size;
    }
    for (const char *p = s->at; s->escaped && p < s->at + s->size; p += size) {
        const char *letter = *p == '\\' ? strchr(letters, p[1]) : NULL;
        size = *p == '\\' ? 2 : 1;
        if (*p == '\\' && p[1] == 'u')
            len += put_utf8(dst + len, escaped_character(p, &size));
        else
            dst[len++] = letter ? meant[letter - letters] : p[size - 1];
    }
    dst[len] = '\0';
    return len;
}

/* ---- any value ------------------------------------------------------------------------ */

static const char *digits(const char *p)
{
    while (*p >= '0' && *p <= '9')
        p++;
    return p;
}

enum { SURE_DIGITS = 19 }; /* what has fewer is an integer of 64 bits */

static bool skip_number(struct jsontext *j)
{
    const char *p = j->at + (*j->at == '-'), *whole = digits(p);
    if (whole == p || (*p == '0' && whole > p + 1))
        return jsontext_fail(j, "a number that is none");
    errno = 0;
    if (whole - p >= SURE_DIGITS && *whole != '.' && *whole != 'e' && *whole != 'E' &&
        (strtoll(j->at, NULL, 10), errno))
        return jsontext_fail(j, "an integer is too big");
    p = *whole == '.' ? digits(whole + 1) : whole;
    bool fine = *whole != '.' || p > whole + 1;
    if (*p == 'e' || *p == 'E') {
        const char *power = p + 1 + (p[1] == '+' || p[1] == '-');
        p = digits(power);
        fine &= p > power;
    }
    if (!fine)
        return jsontext_fail(j, "a number that is none");
    j->at = p;
    return true;
}

static bool skip_word(struct jsontext *j)
{
    static const char *const words[] = {"null", "true", "false"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strncmp(j->at, words[i], strlen(words[i])) == 0) {
            j->at += strlen(words[i]);
            return true;
        }
    return jsontext_fail(j, "a value is missing");
}

bool jsontext_skip(struct jsontext *j, struct jsonspan *ret)
{
    struct jsonspan inner;
    char open = jsontext_peek(j);
    bool fine;
    *ret = (struct jsonspan){.at = j->at};
    if (open == '"') {
        fine = jsontext_string(j, &inner);
    } else if (open == '{' || open == '[') {
        fine = jsontext_enter(j, open);
        while (fine && jsontext_more(j, open))
            fine = (open == '[' || jsontext_key(j, &inner)) && jsontext_skip(j, &inner);
        fine = fine && !j->wrong;
    } else {
        fine = open == '-' || (open >= '0' && open <= '9') ? skip_number(j) : skip_word(j);
    }
    ret->size = (size_t)(j->at - ret->at);
    return fine;
}

bool jsontext_done(struct jsontext *j)
{
    jsontext_peek(j);
    return !j->wrong && (j->at == j->end || jsontext_fail(j, "there is more behind it"));
}
