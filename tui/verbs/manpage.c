#include "tui/verbs/manpage.h"

#include "tui/actions.h"
#include "tui/verbs/help.h"

#include <ctype.h>
#include <string.h>

/* ---- man(7) ------------------------------------------------------------------------ */

/* A text as it stands in a line: nothing in it is a request or an escape. */
static void text(FILE *out, const char *s)
{
    if (*s == '.' || *s == '\'')
        fputs("\\&", out);
    for (; *s; s++)
        if (*s == '-')
            fputs("\\-", out);
        else if (*s == '\\')
            fputs("\\e", out);
        else
            fputc(*s, out);
}

static void bold(FILE *out, const char *s)
{
    fputs("\\fB", out);
    text(out, s);
    fputs("\\fR", out);
}

static void italic(FILE *out, const char *s)
{
    fputs("\\fI", out);
    text(out, s);
    fputs("\\fR", out);
}

static void line(FILE *out, const char *s)
{
    text(out, s);
    fputc('\n', out);
}

/* As a sentence: with a capital letter and a full stop. */
static void sentence(FILE *out, const char *s)
{
    char first[2] = {(char)toupper((unsigned char)*s), '\0'};
    text(out, first);
    text(out, s + 1);
    fputs(".\n", out);
}

/* ---- verbs and flags ------------------------------------------------------------------ */

static void flag_name(FILE *out, const struct flag *f)
{
    if (f->brief) {
        bold(out, f->brief);
        fputs(", ", out);
    }
    bold(out, f->name);
    if (f->value) {
        fputc(' ', out);
        italic(out, f->value);
    }
}

static void flags(FILE *out, const struct flag *list)
{
    for (const struct flag *f = list; f && f->name; f++) {
        fputs(".TP\n", out);
        flag_name(out, f);
        fputc('\n', out);
        text(out, f->help);
        fputs(f->required ? " (required)\n" : "\n", out);
    }
}

static void verb(FILE *out, const struct verb *v)
{
    fputs(".TP\n", out);
    bold(out, v->words);
    for (const struct operand *o = v->operands; o && o->name; o++) {
        fputc(' ', out);
        italic(out, o->name);
        fputs(o->many ? " ..." : "", out);
    }
    for (const struct flag *f = v->flags; f && f->name; f++)
        if (f->required) {
            fputc(' ', out);
            flag_name(out, f);
        }
    fputs(v->flags ? " [\\fIFLAG\\fR ...]\n" : "\n", out);
    sentence(out, v->summary);
    if (v->alias) {
        fputs("Also ", out);
        bold(out, v->alias);
        fputs(".\n", out);
    }
    if (!v->flags)
        return;
    fputs(".RS\n", out);
    flags(out, v->flags);
    fputs(".RE\n", out);
}

/* ---- keys ------------------------------------------------------------------------------- */

/* Where an action counts: "home, an operation, a group". */
static void contexts(FILE *out, unsigned where)
{
    const char *gap = "";
    if (where == CTX_ALL) {
        fputs("everywhere", out);
        return;
    }
    for (int i = 0; i < CTX_COUNT; i++) {
        const char *name = act_context_name(1u << i);
        if (!(where & (1u << i)))
            continue;
        fprintf(out, "%s%c", gap, tolower((unsigned char)*name));
        text(out, name + 1);
        gap = ",\n";
    }
}

static void keys(FILE *out)
{
    char room[UI_KEY_NAME_MAX];
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct action *a = &ACTIONS[i];
        fputs(".TP\n", out);
        bold(out, a->shown ? a->shown : ui_key_name(a->key, room));
        fputs("  ", out);
        line(out, a->name);
        sentence(out, a->help);
        fputs("At: ", out);
        contexts(out, a->contexts);
        fputs(".\n", out);
    }
}

/* ---- the page ------------------------------------------------------------------------------ */

static void head(FILE *out)
{
    fprintf(out, ".\\\" Made by protector-console --man from its tables.\n"
                 ".TH PROTECTOR\\-CONSOLE 1 \"%s\" \"protector\\-console %s\" \"User Commands\"\n",
            PC_RELEASED, PC_VERSION);
    fputs(".SH NAME\nprotector\\-console \\- disaster recovery of OpenStack servers, at a terminal\n"
          ".SH SYNOPSIS\n"
          ".B protector\\-console\n[\\fIFLAG\\fR ...] [\\fB\\-\\-linear\\fR | \\fB\\-\\-once\\fR]\n.br\n"
          ".B protector\\-console\n[\\fIFLAG\\fR ...] [\\fBdr\\fR] \\fIVERB\\fR [\\fIOPERAND\\fR ...] "
          "[\\fIFLAG\\fR ...]\n"
          ".SH DESCRIPTION\n"
          "Protects groups of servers that run on one OpenStack site and are replicated\n"
          "to another by storage arrays.\n"
          "Without a verb it shows both sites and every Protection Group live: in screens,\n"
          "or with\n.B \\-\\-linear\nin lines and numbered questions, for screen readers, serial lines "
          "and pipes.\nWith a verb it does that one thing.\n.PP\n"
          "A drill boots copies of the servers on the secondary site, checks them and\n"
          "removes them.\n"
          "Failover and failback move production; each shows its plan first, and goes on\n"
          "only when the name of the group is typed, or given by\n.BR \\-\\-confirm .\n.PP\n"
          "Without a configuration it opens on a lab of two simulated sites,\n"
          ".BR protector\\-lab (1).\n"
          "Groups, sites and operations are given by name or id, operations by the unique\n"
          "beginning of their id (op\\- and four characters at least).\n", out);
}

static void files(FILE *out)
{
    static const struct {
        const char *path, *what;
    } FILES[] = {
        {"~/.config/openstack/protector-console.cfg, /etc/openstack/protector-console.cfg",
         "the configuration; also in the current directory, which comes first"},
        {"~/.config/openstack/clouds.yaml, secure.yaml", "the sites, as for openstack(1)"},
        {"~/.local/state/protector-console, protector-console-lab",
         "history, journal, log, and those of the lab; --state-dir moves them"},
        {"/usr/share/doc/protector-console/examples/protector-console.cfg",
         "every option at its default, commented"},
    };
    fputs(".SH FILES\n", out);
    for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
        fputs(".TP\n", out);
        italic(out, FILES[i].path);
        fputc('\n', out);
        sentence(out, FILES[i].what);
    }
}

static void environment(FILE *out)
{
    static const struct {
        const char *name, *what;
    } VARIABLES[] = {
        {"OS_CLOUD, OS_SECONDARY_CLOUD", "the two sites, as --os-cloud and --secondary-cloud"},
        {"TERM", "the terminal; where it cannot place a cursor there are lines instead of screens"},
        {"NO_COLOR", "set to anything: no colours"},
        {"ESCDELAY", "milliseconds to wait for more after Esc; 25 unless set"},
        {"XDG_CONFIG_HOME, XDG_STATE_HOME", "where configuration and state are looked for"},
    };
    fputs(".SH ENVIRONMENT\n", out);
    for (size_t i = 0; i < sizeof(VARIABLES) / sizeof(VARIABLES[0]); i++) {
        fputs(".TP\n", out);
        bold(out, VARIABLES[i].name);
        fputc('\n', out);
        sentence(out, VARIABLES[i].what);
    }
}

static void examples(FILE *out)
{
    static const char *const EXAMPLES[][2] = {
        {"A drill that is waited for, with a check of every server:",
         "protector-console test-failover prod-web-app --health-check http:/healthz --wait"},
        {"What a failover would do, without doing it:",
         "protector-console failover prod-web-app --dry-run"},
        {"Both sites, all groups and what may be done, for a program:",
         "protector-console --once -f json"},
    };
    fputs(".SH EXAMPLES\n", out);
    for (size_t i = 0; i < sizeof(EXAMPLES) / sizeof(EXAMPLES[0]); i++) {
        fputs(i ? ".PP\n" : "", out);
        line(out, EXAMPLES[i][0]);
        fputs(".PP\n.RS 4\n.nf\n", out);
        line(out, EXAMPLES[i][1]);
        fputs(".fi\n.RE\n", out);
    }
}

void manpage_print(FILE *out)
{
    head(out);
    fputs(".SH OPTIONS\nThey may stand before, between and after the words of a verb.\n", out);
    flags(out, GLOBAL_FLAGS);
    fputs(".SH VERBS\n", out);
    for (const struct verb *v = VERBS; v->words; v++)
        verb(out, v);
    fputs(".SH KEYS\nLower case looks; upper case changes the world, and asks first.\n"
          "Every key can be chosen in the configuration.\n"
          "With\n.B \\-\\-linear\nthe name of an action is typed, or its key.\n", out);
    keys(out);
    fputs(".SH EXIT STATUS\n", out);
    for (const struct help_exit *e = HELP_EXITS; e->meaning; e++) {
        fprintf(out, ".TP\n.B %d\n", e->code);
        sentence(out, e->meaning);
    }
    fputs(".PP\n", out);
    line(out, HELP_INTERRUPTED);
    files(out);
    environment(out);
    examples(out);
    fputs(".SH SEE ALSO\n.BR openstack (1),\n.BR protector\\-lab (1)\n", out);
}
