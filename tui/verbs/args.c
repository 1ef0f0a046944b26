#include "tui/verbs/args.h"

#include "tui/verbs/suggest.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_SIZE = 128 };

struct parse {
    struct args *args;
    int argc, at;
    char *const *argv;
    char words[WORDS_SIZE]; /* of the verb, until it is found */
    size_t word_count;
    bool plain; /* `--` was seen */
};

/* -- looking back ----------------------------------------------------------- */

bool args_has(const struct args *a, const char *flag)
{
    return args_value(a, flag) != NULL;
}

const char *args_value(const struct args *a, const char *flag)
{
    for (size_t i = a->flag_count; i > 0; i--)
        if (strcmp(a->flags[i - 1].flag->name, flag) == 0)
            return a->flags[i - 1].value;
    return NULL;
}

void args_release(struct args *a)
{
    free(a->flags);
    free(a->operands);
    free(a->columns);
    *a = (struct args){0};
}

/* -- flags -------------------------------------------------------------------- */

static const struct flag *find_flag(const struct parse *p, const char *name, size_t length)
{
    const struct flag *f = verb_flag(GLOBAL_FLAGS, name, length);
    if (!f && p->args->verb)
        f = verb_flag(p->args->verb->flags, name, length);
    return f;
}

static void offer_flags(struct suggest *s, const struct flag *flags)
{
    for (; flags && flags->name; flags++)
        suggest_offer(s, flags->name);
}

/* A flag that this verb does not have: of which it is, or what is nearest. */
static enum pc_err unknown_flag(const struct parse *p, const char *typed, struct pc_error *err)
{
    const struct verb *verb = p->args->verb;
    const char *words = verb ? verb->words : "";
    const char *gap = verb ? " " : "";
    char name[WORDS_SIZE], remedy[300];
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(typed, "="), typed);
    struct suggest s;
    suggest_init(&s, name);
    offer_flags(&s, GLOBAL_FLAGS);
    if (verb)
        offer_flags(&s, verb->flags);
    if (s.best)
        snprintf(remedy, sizeof(remedy), "Did you mean %s? See protector-console %s%s--help.",
                 s.best, words, gap);
    else
        snprintf(remedy, sizeof(remedy), "See protector-console %s%s--help.", words, gap);
    for (const struct verb *v = VERBS; !verb && v->words; v++)
        if (verb_flag(v->flags, name, strlen(name)))
            snprintf(remedy, sizeof(remedy), "Write it after the verb it belongs to: %s %s.",
                     v->words, name);
    return pc_error_set(err, PC_ERR_USAGE, remedy, "%s%sdoes not know the flag %s", words, gap,
                        name);
}

static enum pc_err needs_value(const struct flag *f, struct pc_error *err)
{
    char remedy[160];
    snprintf(remedy, sizeof(remedy), "Write %s %s, or %s=%s when it begins with a dash.", f->name,
             f->value, f->name, f->value);
    return pc_error_set(err, PC_ERR_USAGE, remedy, "%s needs a value", f->name);
}

/* Is `value` one of the words of "a|b|c"? */
static bool among(const char *words, const char *value)
{
    size_t n = strlen(value);
    for (const char *at = words; *at; at += strcspn(at, "|") + (at[strcspn(at, "|")] != 0))
        if (strcspn(at, "|") == n && strncmp(at, value, n) == 0)
            return true;
    return false;
}

static enum pc_err check_value(const struct flag *f, const char *value, struct pc_error *err)
{
    long n;
    if (f->type == FLAG_NUMBER && !text_to_long(value, f->min, f->max, &n)) {
        char remedy[160];
        snprintf(remedy, sizeof(remedy), "Give a whole number from %ld to %ld.", f->min, f->max);
        return pc_error_set(err, PC_ERR_USAGE, remedy, "%s: %s is not usable", f->name, value);
    }
    if (*value == '\0' && f->type != FLAG_SWITCH)
        return needs_value(f, err);
    if (f->type == FLAG_CHOICE && !among(f->value, value)) {
        char remedy[160];
        snprintf(remedy, sizeof(remedy), "Give one of %s.", f->value);
        return pc_error_set(err, PC_ERR_USAGE, remedy, "%s: there is no %s", f->name, value);
    }
    return PC_OK;
}

static void keep_flag(struct args *a, const struct flag *f, const char *value)
{
    a->flags = xgrow(a->flags, &a->flag_room, a->flag_count + 1, sizeof(*a->flags));
    a->flags[a->flag_count++] = (struct given){.flag = f, .value = value};
}

/* A value that stands in the next word of argv; NULL when there is none. What
 * is itself a flag here is not taken for one. */
static const char *next_value(struct parse *p)
{
    if (p->at + 1 >= p->argc)
        return NULL;
    const char *next = p->argv[p->at + 1];
    if (next[0] == '-' && next[1] && find_flag(p, next, strcspn(next, "=")))
        return NULL;
    p->at++;
    return next;
}

static enum pc_err take_flag(struct parse *p, struct pc_error *err)
{
    const char *typed = p->argv[p->at];
    bool wordy = typed[1] == '-';
    size_t length = wordy ? strcspn(typed, "=") : 2;
    const struct flag *f = find_flag(p, typed, length);
    const char *value = NULL;
    if (!f)
        return unknown_flag(p, typed, err);
    if (typed[length])
        value = typed + length + (typed[length] == '=');
    if (f->type == FLAG_SWITCH && value)
        return pc_error_set(err, PC_ERR_USAGE, "Leave the value out.", "%s takes no value",
                            f->name);
    if (f->type == FLAG_SWITCH)
        value = "";
    else if (!value)
        value = next_value(p);
    if (!value)
        return needs_value(f, err);
    enum pc_err rc = check_value(f, value, err);
    if (rc == PC_OK)
        keep_flag(p->args, f, value);
    return rc;
}

/* -- words -------------------------------------------------------------------- */

static bool begins_verb(const char *words)
{
    size_t n = strlen(words);
    for (const struct verb *v = VERBS; v->words; v++)
        if ((text_starts(v->words, words) && v->words[n] == ' ') ||
            (v->alias && text_starts(v->alias, words) && v->alias[n] == ' '))
            return true;
    return false;
}

static enum pc_err unknown_verb(const char *words, struct pc_error *err)
{
    char remedy[300];
    struct suggest s;
    suggest_init(&s, words);
    for (const struct verb *v = VERBS; v->words; v++)
        suggest_offer(&s, v->words);
    if (s.best)
        snprintf(remedy, sizeof(remedy), "Did you mean %s? See protector-console --help.", s.best);
    else
        snprintf(remedy, sizeof(remedy), "See protector-console --help.");
    return pc_error_set(err, PC_ERR_USAGE, remedy, "there is no verb %s", words);
}

static enum pc_err half_verb(const char *words, struct pc_error *err)
{
    char remedy[300] = "Say one of:";
    size_t n = strlen(words), at = strlen(remedy);
    for (const struct verb *v = VERBS; v->words && at < sizeof(remedy); v++)
        if (text_starts(v->words, words) && v->words[n] == ' ')
            at += (size_t)snprintf(remedy + at, sizeof(remedy) - at, " %s,", v->words + n + 1);
    if (at < sizeof(remedy))
        remedy[at - 1] = '.';
    return pc_error_set(err, PC_ERR_USAGE, remedy, "%s what?", words);
}

static enum pc_err take_word(struct parse *p, const char *word, struct pc_error *err)
{
    struct args *a = p->args;
    if (a->verb) {
        a->operands = xgrow(a->operands, &a->operand_room, a->operand_count + 1,
                            sizeof(*a->operands));
        a->operands[a->operand_count++] = word;
        return PC_OK;
    }
    if (p->word_count++ == 0 && (strcmp(word, "dr") == 0 || strcmp(word, "protector") == 0))
        return PC_OK;
    if (!p->words[0] && strcmp(word, "help") == 0) {
        keep_flag(a, verb_flag(GLOBAL_FLAGS, "--help", strlen("--help")), "");
        return PC_OK;
    }
    size_t n = strlen(p->words);
    snprintf(p->words + n, sizeof(p->words) - n, "%s%s", n ? " " : "", word);
    a->verb = verb_find(p->words);
    if (!a->verb && !begins_verb(p->words))
        return unknown_verb(p->words, err);
    return PC_OK;
}

/* -- the whole ------------------------------------------------------------------ */

static enum pc_err check_operands(const struct args *a, struct pc_error *err)
{
    const struct operand *o = a->verb->operands;
    char remedy[200];
    size_t i = 0;
    snprintf(remedy, sizeof(remedy), "See protector-console %s --help.", a->verb->words);
    for (; o && o->name; o++, i++) {
        if (i >= a->operand_count)
            return pc_error_set(err, PC_ERR_USAGE, remedy, "%s needs %s", a->verb->words, o->name);
        if (a->operands[i][0] == '\0')
            return pc_error_set(err, PC_ERR_USAGE, remedy, "%s is empty", o->name);
        if (o->many)
            return PC_OK;
    }
    if (i < a->operand_count)
        return pc_error_set(err, PC_ERR_USAGE, remedy, "%s does not know what to do with %s",
                            a->verb->words, a->operands[i]);
    for (const struct flag *f = a->verb->flags; f && f->name; f++)
        if (f->required && !args_has(a, f->name))
            return pc_error_set(err, PC_ERR_USAGE, remedy, "%s needs %s%s%s", a->verb->words,
                                f->name, f->value ? " " : "", f->value ? f->value : "");
    return PC_OK;
}

static enum pc_err read_output(struct args *a, struct pc_error *err)
{
    const char *format = args_value(a, "--format");
    for (size_t i = 0; i < a->flag_count; i++) {
        if (strcmp(a->flags[i].flag->name, "--column") != 0)
            continue;
        a->columns = xgrow(a->columns, &a->column_room, a->column_count + 1, sizeof(*a->columns));
        a->columns[a->column_count++] = a->flags[i].value;
    }
    a->format = format ? output_format_parse(format) : FORMAT_TABLE;
    if (a->format == FORMAT_COUNT)
        return pc_error_set(err, PC_ERR_USAGE, "Formats are table, lines, json, csv and value.",
                            "there is no format %s", format);
    return PC_OK;
}

enum pc_err args_parse(int argc, char *const *argv, struct args *ret, struct pc_error *err)
{
    struct args a = {0};
    struct parse p = {.args = &a, .argc = argc, .argv = argv};
    enum pc_err rc = PC_OK;
    bool asks;
    for (p.at = 1; rc == PC_OK && p.at < argc; p.at++) {
        const char *word = argv[p.at];
        if (!p.plain && strcmp(word, "--") == 0)
            p.plain = true;
        else if (!p.plain && word[0] == '-' && word[1])
            rc = take_flag(&p, err);
        else
            rc = take_word(&p, word, err);
    }
    asks = args_has(&a, "--help") || args_has(&a, "--version") || args_has(&a, "--man");
    if (rc == PC_OK && !a.verb && p.words[0] && !asks)
        rc = half_verb(p.words, err);
    if (rc == PC_OK && a.verb && !asks)
        rc = check_operands(&a, err);
    if (rc == PC_OK)
        rc = read_output(&a, err);
    if (rc)
        args_release(&a);
    else
        *ret = a;
    return rc;
}

/* -- what is sent ------------------------------------------------------------------ */

static void add_operands(const struct args *a, json_t *request)
{
    const struct operand *o = a->verb->operands;
    for (size_t i = 0; o && o->name && i < a->operand_count; o++, i++) {
        if (!o->many) {
            json_put_text(request, o->key, a->operands[i]);
            continue;
        }
        json_t *list = json_array();
        for (; i < a->operand_count; i++)
            json_array_append_new(list, json_string(a->operands[i]));
        json_put(request, o->key, list);
    }
}

/* What is in it is checked where it is understood; here, that it is JSON. */
static enum pc_err add_json(const struct given *g, json_t *request, struct pc_error *err)
{
    json_error_t bad;
    bool piped = strcmp(g->value, "-") == 0;
    json_t *v = piped ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &bad)
                      : json_load_file(g->value, JSON_REJECT_DUPLICATES, &bad);
    if (v) {
        json_put(request, g->flag->key, v);
        return PC_OK;
    }
    pc_error_set(err, PC_ERR_INVALID, "Give a file of JSON that can be read, or - for standard "
                 "input.", "%s %s: %s", g->flag->name, g->value, bad.text);
    if (bad.line > 0)
        err->line = bad.line;
    return err->code;
}

/* "a=b" as a member of `into`. */
static enum pc_err add_mapping(const struct given *g, json_t *into, struct pc_error *err)
{
    const char *eq = strchr(g->value, '='), *form = g->flag->value;
    char remedy[200];
    enum pc_err rc = PC_OK;
    snprintf(remedy, sizeof(remedy), "Write %s: %s.", form, g->flag->help);
    if (!eq || eq == g->value || !eq[1])
        return pc_error_set(err, PC_ERR_USAGE, remedy, "%s must be %s, not '%s'", g->flag->name,
                            form, g->value);
    char *from = xstrndup(g->value, (size_t)(eq - g->value));
    const char *before = json_text(into, from);
    if (*before && strcmp(before, eq + 1) != 0)
        rc = pc_error_set(err, PC_ERR_USAGE, "Give each one once.",
                          "%s names '%s' twice: '%s' and '%s'", g->flag->name, from, before,
                          eq + 1);
    else
        json_put_text(into, from, eq + 1);
    free(from);
    return rc;
}

static enum pc_err add_flag(const struct given *g, json_t *request, struct pc_error *err)
{
    const char *key = g->flag->key;
    long n = 0;
    switch (g->flag->type) {
    case FLAG_SWITCH:
        json_put_flag(request, key, true);
        return PC_OK;
    case FLAG_TEXT:
    case FLAG_CHOICE:
        json_put_text(request, key, g->value);
        return PC_OK;
    case FLAG_NUMBER:
        if (text_to_long(g->value, g->flag->min, g->flag->max, &n))
            json_put_int(request, key, n);
        return PC_OK;
    case FLAG_MAPPING:
        if (!json_map(request, key))
            json_put(request, key, json_object());
        return add_mapping(g, json_map(request, key), err);
    case FLAG_LIST:
        if (!json_list(request, key))
            json_put(request, key, json_array());
        json_array_append_new(json_list(request, key), json_string(g->value));
        return PC_OK;
    case FLAG_JSON:
        return add_json(g, request, err);
    }
    return PC_OK;
}

enum pc_err args_request(const struct args *a, json_t **ret, struct pc_error *err)
{
    json_t *request = json_object();
    enum pc_err rc = PC_OK;
    add_operands(a, request);
    for (size_t i = 0; rc == PC_OK && i < a->flag_count; i++)
        if (a->flags[i].flag->key)
            rc = add_flag(&a->flags[i], request, err);
    if (rc)
        json_decref(request);
    else
        *ret = request;
    return rc;
}
