/* typed: see typed.h. */
#include "backend/model/typed.h"

#include "backend/base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define NOT_UTF8 UINT32_MAX

/* Letters that are taken for those of another alphabet, and what joins them. */
enum script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_OTHER, SCRIPT_LOOKALIKE, SCRIPT_MARK, SCRIPT_BLANK };

static const struct {
    uint32_t from, to;
    enum script script;
    const char *word;
} RANGES[] = {
    {'A', 'Z', SCRIPT_LATIN, ""},
    {'a', 'z', SCRIPT_LATIN, ""},
    {0xa0, 0xa0, SCRIPT_BLANK, "another blank"},
    {0xc0, 0x24f, SCRIPT_LATIN, ""},
    {0x250, 0x2af, SCRIPT_LOOKALIKE, "phonetic"},
    {0x300, 0x36f, SCRIPT_MARK, "the joining mark"},
    {0x370, 0x3ff, SCRIPT_OTHER, "Greek"},
    {0x400, 0x52f, SCRIPT_OTHER, "Cyrillic"},
    {0x530, 0x58f, SCRIPT_OTHER, "Armenian"},
    {0x590, 0x5ff, SCRIPT_OTHER, "Hebrew"},
    {0x10a0, 0x10ff, SCRIPT_OTHER, "Georgian"},
    {0x13a0, 0x13ff, SCRIPT_OTHER, "Cherokee"},
    {0x1ab0, 0x1aff, SCRIPT_MARK, "the joining mark"},
    {0x1d00, 0x1d7f, SCRIPT_LOOKALIKE, "phonetic"},
    {0x1dc0, 0x1dff, SCRIPT_MARK, "the joining mark"},
    {0x1e00, 0x1eff, SCRIPT_LATIN, ""},
    {0x1f00, 0x1fff, SCRIPT_OTHER, "Greek"},
    {0x2000, 0x200a, SCRIPT_BLANK, "another blank"},
    {0x2010, 0x2015, SCRIPT_LOOKALIKE, "another dash,"},
    {0x202f, 0x202f, SCRIPT_BLANK, "another blank"},
    {0x205f, 0x205f, SCRIPT_BLANK, "another blank"},
    {0x20d0, 0x20ff, SCRIPT_MARK, "the joining mark"},
    {0x2100, 0x214f, SCRIPT_LOOKALIKE, "letter-like"},
    {0x2212, 0x2212, SCRIPT_LOOKALIKE, "another dash,"},
    {0x2c80, 0x2cff, SCRIPT_OTHER, "Coptic"},
    {0x3000, 0x3000, SCRIPT_BLANK, "another blank"},
    {0xfe20, 0xfe2f, SCRIPT_MARK, "the joining mark"},
    {0xff01, 0xff5e, SCRIPT_LOOKALIKE, "full-width"},
    {0xfffd, 0xfffd, SCRIPT_NONE, "one that cannot be seen"},
    {0x1d400, 0x1d7ff, SCRIPT_LOOKALIKE, "mathematical"},
};

static size_t range_of(uint32_t cp)
{
    size_t i = 0, n = sizeof(RANGES) / sizeof(RANGES[0]);
    while (i < n && (cp < RANGES[i].from || cp > RANGES[i].to))
        i++;
    return i;
}

static enum script script_of(uint32_t cp)
{
    size_t i = range_of(cp);
    return i < sizeof(RANGES) / sizeof(RANGES[0]) ? RANGES[i].script : SCRIPT_NONE;
}

/* The character at s, and how many bytes it has: a byte that is no UTF-8 is one. */
static size_t character(const char *s, uint32_t *ret_cp)
{
    size_t n = utf8_decode(s, strlen(s), ret_cp);
    if (n == 0)
        *ret_cp = NOT_UTF8;
    return n ? n : 1;
}

/* As a reader would call it: a plain one as it is, any other with its number. */
static void describe(const char *s, char *dst, size_t size)
{
    uint32_t cp;
    char raw[8] = "", shown[16];
    size_t n = character(s, &cp), i = range_of(cp);
    const char *word = i < sizeof(RANGES) / sizeof(RANGES[0]) ? RANGES[i].word : "";
    memcpy(raw, s, n);
    safe_text(shown, sizeof(shown), raw);
    if (cp == NOT_UTF8)
        snprintf(dst, size, "a byte that is no character (%02X)", (unsigned char)*s);
    else if (cp == ' ')
        snprintf(dst, size, "a blank");
    else if (cp == 0xfffd)
        snprintf(dst, size, "%s", word);
    else if (!text_is_safe(raw))
        snprintf(dst, size, "one that cannot be seen (U+%04X)", (unsigned)cp);
    else if (cp < 0x7f)
        snprintf(dst, size, "%s", raw);
    else if (script_of(cp) == SCRIPT_MARK || script_of(cp) == SCRIPT_BLANK)
        snprintf(dst, size, "%s U+%04X", word, (unsigned)cp);
    else
        snprintf(dst, size, "%s%s%s (U+%04X)", word, *word ? " " : "", shown, (unsigned)cp);
}

/* ---- names that mislead by themselves ------------------------------------------------- */

static bool blank(uint32_t cp)
{
    return cp == ' ' || script_of(cp) == SCRIPT_BLANK;
}

/* Why the character of a name cannot be trusted; before: the alphabet of its word
 * so far. NULL: it can. */
static const char *misleads(const char *s, enum script before, bool at_end)
{
    uint32_t cp;
    char one[8] = "";
    memcpy(one, s, character(s, &cp));
    enum script script = script_of(cp);
    if (cp == NOT_UTF8 || cp == 0xfffd || !text_is_safe(one))
        return "which cannot be seen";
    if (at_end && blank(cp))
        return "at its end";
    if (script == SCRIPT_BLANK || script == SCRIPT_LOOKALIKE || script == SCRIPT_MARK)
        return "which looks like something else";
    if ((before == SCRIPT_LATIN && script == SCRIPT_OTHER) ||
        (before == SCRIPT_OTHER && script == SCRIPT_LATIN))
        return "within a word of another alphabet";
    return NULL;
}

static bool never(const char *name, char *why, size_t size)
{
    enum script word = SCRIPT_NONE;
    size_t count = 0;
    for (const char *s = name; *s; count++) {
        uint32_t cp;
        char is[64];
        size_t n = character(s, &cp);
        const char *wrong = misleads(s, word, s == name || s[n] == '\0');
        if (wrong) {
            describe(s, is, sizeof(is));
            snprintf(why, size, "can never be typed: its character %zu is %s, %s", count + 1, is,
                     wrong);
            return true;
        }
        if (cp < '0' || cp > '9') /* a figure belongs to the word that it stands in */
            word = script_of(cp);
        s += n;
    }
    return false;
}

/* ---- where they part --------------------------------------------------------------------- */

static bool same_but_case(const char *a, const char *b)
{
    unsigned char x = (unsigned char)*a, y = (unsigned char)*b;
    return x < 0x80 && y < 0x80 && (x ^ y) == 0x20 && script_of(x) == SCRIPT_LATIN;
}

static bool only_blanks(const char *s)
{
    while (*s) {
        uint32_t cp;
        size_t n = character(s, &cp);
        if (!blank(cp))
            return false;
        s += n;
    }
    return true;
}

static void say_other(const char *typed, const char *name, size_t at, char *why, size_t size)
{
    uint32_t cp;
    char is[64], wants[64];
    describe(typed, is, sizeof(is));
    if (*name == '\0' && only_blanks(typed)) {
        snprintf(why, size, "has a blank behind it");
        return;
    }
    if (*name == '\0') {
        snprintf(why, size, "goes on where the name ends: character %zu is %s", at, is);
        return;
    }
    describe(name, wants, sizeof(wants));
    size_t n = character(typed, &cp);
    bool joined = typed[n] && character(typed + n, &cp) && script_of(cp) == SCRIPT_MARK;
    snprintf(why, size, "differs at character %zu: %s%s stands where the name has %s%s", at, is,
             joined ? " and a joining mark" : "", wants,
             same_but_case(typed, name) ? " (case counts)" : "");
}

static size_t characters(const char *s)
{
    size_t count = 0;
    uint32_t cp;
    for (; *s; count++)
        s += character(s, &cp);
    return count;
}

enum typed typed_compare(const char *typed, const char *name, char *why, size_t size)
{
    char room[200];
    size_t at = 0, same = 0, n;
    uint32_t cp;
    if (!why)
        why = room, size = sizeof(room);
    snprintf(why, size, "%s", "");
    if (!*name || never(name, why, size))
        return TYPED_NEVER;
    if (!*typed) {
        snprintf(why, size, "is not typed yet");
        return TYPED_NOTHING;
    }
    /* Character by character: what differs is never cut in its middle. */
    for (; typed[same] && name[same]; same += n, at++) {
        n = character(name + same, &cp);
        if (strncmp(typed + same, name + same, n) != 0)
            break;
    }
    if (!typed[same] && !name[same])
        return TYPED_RIGHT;
    if (typed[same]) {
        say_other(typed + same, name + same, at + 1, why, size);
        return TYPED_OTHER;
    }
    snprintf(why, size, "is not whole yet: %zu of %zu characters", at, characters(name));
    return TYPED_PART;
}
