/*
 * completion: what the shells offer after Tab, made from the verb table.
 *
 * Four functions hold what the tables say, in the syntax of the shell: the words
 * that may follow those that were typed, the flags of a verb, the values of a
 * flag, and what a verb is about. Each row is a word, a tab, and what it means;
 * @groups, @operations and @sites stand for what the verb `names` prints. What is
 * done with them in each shell is in completion_tails.c.
 */
#include "tui/verbs/run.h"

#include "tui/verbs/completion.h"
#include "tui/verbs/session.h"

#include "backend/base/text.h"

#include <string.h>

/* How a shell writes what the three functions need. */
static const struct shell {
    const char *name, *quote; /* how ' stands between two ' */
    const char *function, *begin; /* before and after the name of a function */
    const char *choose, *chosen;  /* before and after a word that is chosen by */
    const char *row, *end_row, *otherwise, *end;
    const char *tail;
} SHELLS[] = {
    {"bash", "'\\''", "", "() {\n    case $1 in\n", "    '", "') printf '%s\\n'",
     " \\\n        ", " ;;\n", "    *) return 1 ;;\n", "    esac\n}\n", COMPLETION_BASH},
    {"zsh", "'\\''", "", "() {\n    case $1 in\n", "    '", "') printf '%s\\n'",
     " \\\n        ", " ;;\n", "    *) return 1 ;;\n", "    esac\n}\n", COMPLETION_ZSH},
    {"fish", "\\'", "function ", "\n    switch \"$argv[1]\"\n",
     "    case '", "'\n        printf '%s\\n'", " \\\n        ", "\n",
     "    case '*'\n        return 1\n", "    end\nend\n", COMPLETION_FISH},
};

/* A function under way. */
struct making {
    FILE *out;
    const struct shell *shell;
};

static void begin(const struct making *m, const char *function)
{
    fprintf(m->out, "%s%s%s", m->shell->function, function, m->shell->begin);
}

static void choose(const struct making *m, const char *word)
{
    fprintf(m->out, "%s%s%s", m->shell->choose, word, m->shell->chosen);
}

static void quoted(const struct making *m, const char *s)
{
    for (; *s; s++)
        if (*s == '\'')
            fputs(m->shell->quote, m->out);
        else
            fputc(*s, m->out);
}

static void row(const struct making *m, const char *word, size_t length, const char *help)
{
    fprintf(m->out, "%s'%.*s\t", m->shell->row, (int)length, word);
    quoted(m, help);
    fputc('\'', m->out);
}

static void end(const struct making *m)
{
    fputs(m->shell->otherwise, m->out);
    fputs(m->shell->end, m->out);
}

/* ---- the words that may follow ---------------------------------------------------- */

/* Does `words` go on after `said` ("" always does)? What follows, or NULL. */
static const char *after(const char *words, const char *said)
{
    size_t n = strlen(said);
    if (n == 0)
        return words;
    return text_starts(words, said) && words[n] == ' ' ? words + n + 1 : NULL;
}

/* The next word of the verbs that begin so, each once: a verb, or its alias. */
static void next_words(const struct making *m, const char *said)
{
    enum { WORDS = 64 };
    const char *seen[WORDS];
    size_t count = 0;
    for (const struct verb *v = VERBS; v->words; v++)
        for (int alias = 0; alias < 2; alias++) {
            const char *words = alias ? v->alias : v->words;
            const char *next = words ? after(words, said) : NULL;
            size_t n = next ? strcspn(next, " ") : 0, i = 0;
            while (next && i < count && (strncmp(seen[i], next, n) != 0 ||
                                         (seen[i][n] != ' ' && seen[i][n] != '\0')))
                i++;
            if (!next || i < count || count == WORDS)
                continue;
            seen[count++] = next;
            row(m, next, n, next[n] ? "" : v->summary);
        }
}

static void words_function(const struct making *m)
{
    enum { FIRSTS = 32 };
    const char *seen[FIRSTS];
    size_t count = 0;
    begin(m, "_protector_console_words");
    choose(m, "");
    next_words(m, "");
    fputs(m->shell->end_row, m->out);
    for (const struct verb *v = VERBS; v->words; v++)
        for (int alias = 0; alias < 2; alias++) {
            const char *words = alias ? v->alias : v->words;
            char first[64];
            size_t n = words ? strcspn(words, " ") : 0, i = 0;
            if (!words || words[n] == '\0')
                continue;
            snprintf(first, sizeof(first), "%.*s", (int)n, words);
            while (i < count && !after(seen[i], first))
                i++;
            if (i < count || count == FIRSTS)
                continue;
            seen[count++] = words;
            choose(m, first);
            next_words(m, first);
            fputs(m->shell->end_row, m->out);
        }
    end(m);
}

/* ---- flags and their values ----------------------------------------------------------- */

static void flag_rows(const struct making *m, const struct flag *flags)
{
    for (const struct flag *f = flags; f && f->name; f++)
        row(m, f->name, strlen(f->name), f->help);
    if (!flags)
        fprintf(m->out, "%s''", m->shell->row);
}

static void flags_function(const struct making *m)
{
    begin(m, "_protector_console_flags");
    choose(m, "");
    flag_rows(m, GLOBAL_FLAGS);
    fputs(m->shell->end_row, m->out);
    for (const struct verb *v = VERBS; v->words; v++)
        for (int alias = 0; alias < 2; alias++) {
            if (alias && !v->alias)
                continue;
            choose(m, alias ? v->alias : v->words);
            flag_rows(m, v->flags);
            fputs(m->shell->end_row, m->out);
        }
    end(m);
}

/* What the shell knows by itself. */
static const char *known_values(const struct flag *f)
{
    static const struct {
        const char *flag, *values;
    } KNOWN[] = {{"--protection-group", "@groups"}, {"--target", "@groups"},
                 {"--serving", "@sites"}, {"--primary", "@sites"}, {"--secondary", "@sites"},
                 {"--config", "@files"}, {"--theme", "@files"}, {"--state-dir", "@folders"},
                 {"--format", "table|lines|json|csv|value"}};
    for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++)
        if (strcmp(KNOWN[i].flag, f->name) == 0)
            return KNOWN[i].values;
    return f->type == FLAG_JSON ? "@files" : f->type == FLAG_CHOICE ? f->value : "";
}

static void values_of(const struct making *m, const char *name, const struct flag *f)
{
    const char *values = known_values(f);
    choose(m, name);
    if (!*values)
        fprintf(m->out, "%s''", m->shell->row);
    for (const char *at = values; *at; at += strcspn(at, "|") + (at[strcspn(at, "|")] != '\0'))
        row(m, at, strcspn(at, "|"), "");
    fputs(m->shell->end_row, m->out);
}

/* Flags of that name mean the same in every verb: each is written once. */
static bool came_before(const struct verb *here, const struct flag *f)
{
    for (const struct verb *v = VERBS; v != here; v++)
        if (verb_flag(v->flags, f->name, strlen(f->name)))
            return true;
    return false;
}

static void values_function(const struct making *m)
{
    begin(m, "_protector_console_values");
    for (const struct flag *f = GLOBAL_FLAGS; f->name; f++) {
        if (f->value)
            values_of(m, f->name, f);
        if (f->value && f->brief)
            values_of(m, f->brief, f);
    }
    for (const struct verb *v = VERBS; v->words; v++)
        for (const struct flag *f = v->flags; f && f->name; f++)
            if (f->value && !came_before(v, f))
                values_of(m, f->name, f);
    end(m);
}

/* ---- what a verb is about ----------------------------------------------------------------- */

static const char *operand_values(const struct operand *o)
{
    static const struct {
        const char *key, *values;
    } KNOWN[] = {{"group", "@groups"}, {"operation_id", "@operations"}, {"site", "@sites"}};
    for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++)
        if (strcmp(KNOWN[i].key, o->key) == 0)
            return KNOWN[i].values;
    return strchr(o->name, '|') ? o->name : "@nothing";
}

/* A row each, in their order. */
static void operands_function(const struct making *m)
{
    begin(m, "_protector_console_operands");
    for (const struct verb *v = VERBS; v->words; v++)
        for (int alias = 0; alias < 2; alias++) {
            if (!v->operands || (alias && !v->alias))
                continue;
            choose(m, alias ? v->alias : v->words);
            for (const struct operand *o = v->operands; o->name; o++)
                row(m, operand_values(o), strlen(operand_values(o)), "");
            fputs(m->shell->end_row, m->out);
        }
    end(m);
}

enum pc_err completion_print(FILE *out, const char *shell, struct pc_error *err)
{
    for (size_t i = 0; i < sizeof(SHELLS) / sizeof(SHELLS[0]); i++) {
        const struct making m = {.out = out, .shell = &SHELLS[i]};
        if (strcmp(SHELLS[i].name, shell) != 0)
            continue;
        fprintf(out, "%s# Made by: protector-console completion %s\n",
                strcmp(shell, "zsh") == 0 ? "#compdef protector-console\n" : "", shell);
        words_function(&m);
        flags_function(&m);
        values_function(&m);
        operands_function(&m);
        fputs(SHELLS[i].tail, out);
        return PC_OK;
    }
    return pc_error_set(err, PC_ERR_USAGE, "Shells are bash, zsh and fish.",
                        "there is no completion for %s", shell);
}

int run_completion(struct session *s)
{
    struct pc_error err = {0};
    enum pc_err rc = completion_print(s->out, s->args->operands[0], &err);
    return session_end(s, rc, &err);
}
