#include "tui/verbs/help.h"

#include "backend/base/error.h"

#include <string.h>

enum { FLAG_COLUMN = 34, VERB_COLUMN = 34 };

const struct help_exit HELP_EXITS[] = {
    {0, "done"},
    {1, "the operation failed, or is not allowed in the present state"},
    {2, "the command or the configuration is not understood"},
    {69, "a site cannot be reached, or answers nonsense"},
    {77, "not permitted: credentials, policy, read-only, no confirmation"},
    {0, NULL},
};

const char HELP_INTERRUPTED[] = "Ended by a signal: 128 and its number (130 after Ctrl-C).";

void help_usage(FILE *out, const struct verb *v)
{
    fprintf(out, "protector-console %s", v->words);
    for (const struct operand *o = v->operands; o && o->name; o++)
        fprintf(out, " %s%s", o->name, o->many ? "..." : "");
    for (const struct flag *f = v->flags; f && f->name; f++)
        if (f->required)
            fprintf(out, " %s%s%s", f->name, f->value ? " " : "", f->value ? f->value : "");
    for (const struct flag *f = v->flags; f && f->name; f++)
        if (!f->required) {
            fputs(" [...]", out);
            break;
        }
    fputc('\n', out);
}

static void print_flags(FILE *out, const struct flag *flags)
{
    for (; flags && flags->name; flags++) {
        char left[80];
        snprintf(left, sizeof(left), "%s%s%s%s%s", flags->brief ? flags->brief : "",
                 flags->brief ? ", " : "", flags->name, flags->value ? " " : "",
                 flags->value ? flags->value : "");
        fprintf(out, "  %-*s  %s%s\n", FLAG_COLUMN, left, flags->help,
                flags->required ? " (required)" : "");
    }
}

static void print_columns(FILE *out, const struct column *columns)
{
    fputs("\nColumns (-c):\n", out);
    for (const struct column *c = columns; c->title; c++)
        fprintf(out, "  %s%s\n", c->title,
                c->shown == SHOWN_JSON    ? " (in json, or when asked for)"
                : c->shown == SHOWN_ASKED ? " (when asked for)"
                                          : "");
}

static void print_exits(FILE *out)
{
    fputs("\nExit codes:\n", out);
    for (const struct help_exit *e = HELP_EXITS; e->meaning; e++)
        fprintf(out, "  %2d  %s\n", e->code, e->meaning);
    fprintf(out, "  %s\n", HELP_INTERRUPTED);
}

void help_program(FILE *out)
{
    fputs("Usage: protector-console [FLAGS] [dr] [VERB ...]\n\n"
          "Disaster recovery of OpenStack servers: without a verb, the screens; with one, that\n"
          "command. Without a configuration it opens on its own lab of two simulated sites.\n"
          "\nVerbs:\n",
          out);
    for (const struct verb *v = VERBS; v->words; v++)
        fprintf(out, "  %-*s  %s\n", VERB_COLUMN, v->words, v->summary);
    fputs("\nFlags:\n", out);
    print_flags(out, GLOBAL_FLAGS);
    print_exits(out);
    fputs("\nMore of a verb: protector-console VERB --help\n", out);
}

void help_verb(FILE *out, const struct verb *v)
{
    fputs("Usage: ", out);
    help_usage(out, v);
    fprintf(out, "\n%s.\n", v->summary);
    if (v->alias)
        fprintf(out, "Also: protector-console %s\n", v->alias);
    if (v->flags) {
        fputs("\nFlags:\n", out);
        print_flags(out, v->flags);
    }
    fputs("\nFlags of every verb:\n", out);
    print_flags(out, GLOBAL_FLAGS);
    if (v->columns)
        print_columns(out, v->columns);
    print_exits(out);
}

/* -- docs/commands.md ------------------------------------------------------------- */

/* A bar would end the cell of the table, also between backticks. */
static void reference_value(FILE *out, const char *value)
{
    for (; *value; value++)
        fprintf(out, "%s%c", *value == '|' ? "\\" : "", *value);
}

static void reference_flags(FILE *out, const struct flag *flags)
{
    fputs("| flag | meaning |\n|---|---|\n", out);
    for (; flags->name; flags++) {
        fprintf(out, "| `%s%s%s%s", flags->brief ? flags->brief : "", flags->brief ? ", " : "",
                flags->name, flags->value ? " " : "");
        reference_value(out, flags->value ? flags->value : "");
        fprintf(out, "` | %s%s |\n", flags->help, flags->required ? " (required)" : "");
    }
    fputc('\n', out);
}

void help_reference(FILE *out)
{
    fputs("# Commands\n\n"
          "Made from the verb table (`tui/verbs/table.c`) and tested to equal it. An optional\n"
          "leading word `dr` or `protector` is accepted. Groups, sites and operations may be\n"
          "given by name or id, operations by the unique beginning of their id\n"
          "(op- and four characters at least).\n\n"
          "## Flags of every verb\n\n",
          out);
    reference_flags(out, GLOBAL_FLAGS);
    fputs("## Exit codes\n\n| code | meaning |\n|---|---|\n", out);
    for (const struct help_exit *e = HELP_EXITS; e->meaning; e++)
        fprintf(out, "| %d | %s |\n", e->code, e->meaning);
    fprintf(out, "\n%s\n", HELP_INTERRUPTED);
    for (const struct verb *v = VERBS; v->words; v++) {
        fprintf(out, "\n## %s\n\n%s.\n\n    ", v->words, v->summary);
        help_usage(out, v);
        fputc('\n', out);
        if (v->alias)
            fprintf(out, "Also: `protector-console %s`.\n\n", v->alias);
        if (v->flags)
            reference_flags(out, v->flags);
    }
}
