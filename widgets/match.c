/* match: see match.h. */
#include "widgets/match.h"

#include "backend/base/mem.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { KIND_WORD, KIND_REGEX, KIND_FUZZY };

struct term {
    enum kind kind;
    bool inverse, exact_case;
    char *text; /* owned; of a word or of fuzzy letters */
    regex_t regex;
};

struct match {
    struct term *terms;
    size_t count, room;
};

/* ---- making one ---------------------------------------------------------------- */

static bool has_capital(const char *s)
{
    for (; *s; s++)
        if (isupper((unsigned char)*s))
            return true;
    return false;
}

/* A capital after a backslash is a class, such as \W, and asks for no case. */
static bool regex_has_capital(const char *s)
{
    for (; *s; s++) {
        if (*s == '\\' && s[1])
            s++;
        else if (isupper((unsigned char)*s))
            return true;
    }
    return false;
}

static bool compile(struct term *t, const char *pattern, char *why, size_t why_size)
{
    int flags = REG_EXTENDED | (regex_has_capital(pattern) ? 0 : REG_ICASE);
    int rc = regcomp(&t->regex, pattern, flags);
    if (rc)
        regerror(rc, NULL, why, why_size);
    return rc == 0;
}

/* One blank-separated piece of the filter: !, then ~ or *, then the text. */
static bool add_term(struct match *m, char *piece, char *why, size_t why_size)
{
    struct term t = {.kind = KIND_WORD};
    if (*piece == '!') {
        t.inverse = true;
        piece++;
    }
    if (*piece == '~' || *piece == '*') {
        t.kind = *piece == '~' ? KIND_REGEX : KIND_FUZZY;
        piece++;
    }
    if (!*piece)
        return true; /* only begun to be typed: it asks for nothing yet */
    t.exact_case = has_capital(piece);
    if (t.kind == KIND_REGEX && !compile(&t, piece, why, why_size))
        return false;
    if (t.kind != KIND_REGEX)
        t.text = xstrdup(piece);
    m->terms = xgrow(m->terms, &m->room, m->count + 1, sizeof(*m->terms));
    m->terms[m->count++] = t;
    return true;
}

struct match *match_new(const char *filter, char *why, size_t why_size)
{
    struct match *m = xcalloc(1, sizeof(*m));
    char *copy = xstrdup(filter ? filter : ""), *rest = copy, *piece;
    bool fine = true;
    if (why_size)
        why[0] = '\0';
    while (fine && (piece = strsep(&rest, " \t")) != NULL)
        fine = add_term(m, piece, why, why_size);
    free(copy);
    if (fine)
        return m;
    match_free(m);
    return NULL;
}

void match_free(struct match *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->count; i++) {
        if (m->terms[i].kind == KIND_REGEX)
            regfree(&m->terms[i].regex);
        free(m->terms[i].text);
    }
    free(m->terms);
    free(m);
}

bool match_is_empty(const struct match *m)
{
    return !m || m->count == 0;
}

/* ---- asking it -------------------------------------------------------------------- */

static bool same(const struct term *t, char a, char b)
{
    return t->exact_case ? a == b : tolower((unsigned char)a) == tolower((unsigned char)b);
}

static bool find_word(const struct term *t, const char *text, size_t *at, size_t *len)
{
    size_t n = strlen(t->text);
    for (const char *s = text; *s; s++) {
        size_t i = 0;
        while (i < n && same(t, s[i], t->text[i]))
            i++;
        if (i == n) {
            *at = (size_t)(s - text);
            *len = n;
            return true;
        }
    }
    return false;
}

/* From the first letter that fits to the last: the earliest such stretch. */
static bool find_fuzzy(const struct term *t, const char *text, size_t *at, size_t *len)
{
    const char *want = t->text, *first = NULL, *s = text;
    for (; *s && *want; s++)
        if (same(t, *s, *want)) {
            first = first ? first : s;
            want++;
        }
    if (*want)
        return false;
    *at = (size_t)(first - text);
    *len = (size_t)(s - first);
    return true;
}

static bool find(const struct term *t, const char *text, size_t *at, size_t *len)
{
    regmatch_t hit;
    switch (t->kind) {
    case KIND_WORD:
        return find_word(t, text, at, len);
    case KIND_FUZZY:
        return find_fuzzy(t, text, at, len);
    case KIND_REGEX:
        break;
    }
    if (regexec(&t->regex, text, 1, &hit, 0) != 0)
        return false;
    *at = (size_t)hit.rm_so;
    *len = (size_t)(hit.rm_eo - hit.rm_so);
    return true;
}

bool match_passes(const struct match *m, const char *text)
{
    size_t at, len;
    for (size_t i = 0; m && i < m->count; i++)
        if (find(&m->terms[i], text, &at, &len) == m->terms[i].inverse)
            return false;
    return true;
}

bool match_span(const struct match *m, const char *text, size_t *ret_at, size_t *ret_len)
{
    for (size_t i = 0; m && i < m->count; i++)
        if (!m->terms[i].inverse && find(&m->terms[i], text, ret_at, ret_len))
            return *ret_len > 0;
    return false;
}

int match_score(const struct match *m, const char *text)
{
    enum { BASE = 1, WHOLE = 64, AT_START = 32, AFTER_SEPARATOR = 16, SPREAD_MAX = 15 };
    int score = BASE;
    if (!match_passes(m, text))
        return 0;
    for (size_t i = 0; m && i < m->count; i++) {
        const struct term *t = &m->terms[i];
        size_t at, len;
        if (t->inverse || !find(t, text, &at, &len))
            continue;
        if (at == 0)
            score += len == strlen(text) ? WHOLE : AT_START;
        else if (!isalnum((unsigned char)text[at - 1]))
            score += AFTER_SEPARATOR;
        size_t spread = t->kind == KIND_FUZZY ? len - strlen(t->text) : 0;
        score += SPREAD_MAX - (int)(spread < SPREAD_MAX ? spread : SPREAD_MAX);
    }
    return score;
}
