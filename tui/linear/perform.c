#include "tui/linear/perform.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/planwords.h"
#include "tui/verbs/columns.h"
#include "tui/verbs/help.h"
#include "tui/verbs/interrupt.h"
#include "tui/verbs/plan.h"

#include <signal.h>
#include <string.h>

enum { ARGV_MAX = WORDS_MAX + 16, SETTLE_MS = 3000, LOOK_MS = 200 };

/* The words of one command line; those that were typed at a question live in `room`. */
struct line {
    char *argv[ARGV_MAX];
    int argc;
    char room[DEED_ASKS][LINE_SIZE];
    char words[LINE_SIZE]; /* of the verb, split */
};

static void add(struct line *l, const char *word)
{
    if (l->argc < ARGV_MAX - 1)
        l->argv[l->argc++] = (char *)(uintptr_t)word;
}

int perform_split(char *line, char *words[WORDS_MAX])
{
    int n = 0;
    for (char *at = line + strspn(line, " \t"); *at; at += strspn(at, " \t")) {
        char *to = at;
        if (n == WORDS_MAX)
            return -1;
        words[n++] = at;
        while (*at && *at != ' ' && *at != '\t') {
            char quote = *at == '\'' || *at == '"' ? *at : '\0';
            if (!quote) {
                *to++ = *at++;
                continue;
            }
            char *end = strchr(at + 1, quote);
            if (!end)
                return -1;
            memmove(to, at + 1, (size_t)(end - at - 1));
            to += end - at - 1;
            at = end + 1;
        }
        at += *at != '\0';
        *to = '\0';
    }
    return n;
}

/* ---- after it ----------------------------------------------------------------------- */

static bool agrees(struct talk *t, const json_t *groups)
{
    struct snapshot *now = door_snapshot(t->s.door);
    bool same = true;
    size_t i;
    json_t *group;
    json_array_foreach(groups, i, group) {
        const struct group_view *g = snapshot_group(now, json_text(group, "id"));
        same = same && g && text_equal(group_state_name(g->state), json_text(group, "state"));
    }
    snapshot_unref(now);
    return same;
}

void perform_settle(struct talk *t, const char *but_group)
{
    int64_t until = clock_mono_ms() + SETTLE_MS;
    enum pc_err rc = PC_OK;
    bool same = false;
    while (rc == PC_OK && !same && clock_mono_ms() < until) {
        json_t *groups = NULL;
        rc = session_call(&t->s, "group_list", NULL, &groups, NULL);
        same = rc == PC_OK && agrees(t, groups);
        json_decref(groups);
        if (rc == PC_OK && !same)
            rc = session_wait(&t->s, LOOK_MS, NULL);
    }
    talk_changes(t, but_group);
}

/* The group that it was about: of that the verb itself has told. Lent; NULL none. */
static const char *group_of(const struct args *a, const struct snapshot *s)
{
    const struct operand *o = a->verb->operands;
    if (!o || a->operand_count == 0)
        return NULL;
    if (text_equal(o->key, "group"))
        return a->operands[0];
    const struct op_view *v = snapshot_operation(s, a->operands[0]);
    return v ? v->op->group : NULL;
}

/* ---- a verb --------------------------------------------------------------------------- */

/* What belongs to the start of the console, not to a line of it. */
static const char *misplaced(const struct args *a)
{
    static const char *const HERE[] = {"--format", "--column", "--help"};
    for (size_t i = 0; i < a->flag_count; i++) {
        const char *name = a->flags[i].flag->name;
        bool here = false;
        for (size_t k = 0; k < sizeof(HERE) / sizeof(HERE[0]); k++)
            here = here || strcmp(HERE[k], name) == 0;
        if (!here && verb_flag(GLOBAL_FLAGS, name, strlen(name)))
            return name;
    }
    return NULL;
}

/* Here every verb stays until the end, as one that is followed does: what runs is
 * told where it was begun. */
static bool stays(const struct args *a)
{
    return a->verb && verb_flag(a->verb->flags, "--wait", strlen("--wait")) &&
           !args_has(a, "--wait") && !args_has(a, "--no-wait") && !args_has(a, "--dry-run");
}

static void add_wait(struct line *l)
{
    int at = 1;
    while (at < l->argc && strcmp(l->argv[at], "--") != 0)
        at++;
    add(l, "");
    memmove(l->argv + at + 1, l->argv + at, (size_t)(l->argc - 1 - at) * sizeof(l->argv[0]));
    l->argv[at] = (char *)(uintptr_t)"--wait";
}

static int run_verb(struct talk *t, struct args *a)
{
    const struct args *program = t->s.args;
    struct pc_error err = {0};
    if (!args_has(a, "--format"))
        a->format = FORMAT_LINES;
    if (a->verb->columns &&
        output_check(a->verb->columns, a->columns, a->column_count, &err))
        return report_error(t->s.out, &err);
    t->s.args = a;
    t->s.told = false;
    int code = a->verb->run(&t->s);
    t->s.args = program;
    fflush(t->s.out);
    if (interrupt_came() && interrupt_exit() == 128 + SIGINT) {
        interrupt_forget(); /* it ended the following, not the console */
        code = 0;
    }
    return code;
}

static void run_line(struct talk *t, struct line *l)
{
    struct args a;
    struct pc_error err = {0};
    enum pc_err rc = args_parse(l->argc, l->argv, &a, &err);
    if (rc == PC_OK && stays(&a)) {
        args_release(&a);
        add_wait(l);
        rc = args_parse(l->argc, l->argv, &a, &err);
    }
    const char *wrong = rc ? NULL : misplaced(&a);
    if (wrong)
        rc = pc_error_set(&err, PC_ERR_USAGE, "Leave, and start the console with it.",
                          "%s belongs to the start", wrong);
    if (rc) {
        t->code = report_error(t->s.out, &err);
        if (t->script)
            talk_lost(t, "not understood", l->argc > 1 ? l->argv[1] : "");
        if (wrong)
            args_release(&a);
        return;
    }
    if (args_has(&a, "--help") || !a.verb) {
        if (a.verb)
            help_verb(t->s.out, a.verb);
        else
            help_program(t->s.out);
    } else {
        t->code = run_verb(t, &a);
        perform_settle(t, group_of(&a, t->told));
    }
    args_release(&a);
}

void perform_words(struct talk *t, int count, char *const *words)
{
    struct line l = {.argc = 0};
    add(&l, "protector-console");
    for (int i = 0; i < count; i++)
        add(&l, words[i]);
    run_line(t, &l);
}

/* ---- what is asked before ---------------------------------------------------------------- */

static bool given(const char *flag, int count, char *const *more)
{
    size_t n = strlen(flag);
    for (int i = 0; i < count; i++)
        if (strncmp(more[i], flag, n) == 0 && (more[i][n] == '\0' || more[i][n] == '='))
            return true;
    return false;
}

/* One of the words of "a|b", copied into room; false: none was chosen. */
static bool pick_word(struct talk *t, const char *question, const char *list, char *room)
{
    enum { MOST = 6 };
    char copy[LINE_SIZE], *rest = copy, *word;
    const char *words[MOST];
    size_t n = 0;
    snprintf(copy, sizeof(copy), "%s", list);
    while (n < MOST && (word = strsep(&rest, "|")) != NULL)
        words[n++] = word;
    int at = talk_pick(t, question, words, n);
    if (at >= 0)
        snprintf(room, LINE_SIZE, "%s", words[at]);
    return at >= 0;
}

static bool yes(struct talk *t, const char *question, bool *ret_yes)
{
    static const char *const WORDS[] = {"no", "yes"};
    int at = talk_pick(t, question, WORDS, 2);
    *ret_yes = at == 1;
    return at >= 0;
}

static bool pick_site(struct talk *t, const char *question, const struct act_subject *s,
                      char *room)
{
    const char *const sites[] = {s->group->group->primary, s->group->group->secondary};
    char shown[2][NAME_SIZE];
    const char *words[2];
    for (int i = 0; i < 2; i++) {
        safe_text(shown[i], sizeof(shown[i]), sites[i]);
        words[i] = shown[i];
    }
    int at = talk_pick(t, question, words, 2);
    if (at >= 0)
        snprintf(room, LINE_SIZE, "%s", sites[at]);
    return at >= 0;
}

/* Adds the answer to the line; false: the whole is given up. */
static bool ask_one(struct talk *t, const struct deed *d, const struct deed_ask *ask,
                    const struct act_subject *s, struct line *l, char *room)
{
    const struct flag *f = NULL;
    bool answered = true, on = false;
    *room = '\0';
    if (ask->values == VALUES_ANSWER) {
        answered = pick_word(t, ask->question, "continue|stop", room);
    } else if (ask->values == VALUES_SITES) {
        answered = pick_site(t, ask->question, s, room);
    } else {
        f = verb_flag(verb_find(d->words)->flags, ask->flag, strlen(ask->flag));
        if (f->type == FLAG_SWITCH) {
            answered = yes(t, ask->question, &on);
        } else if (f->type == FLAG_CHOICE) {
            answered = pick_word(t, ask->question, f->value, room);
        } else {
            fprintf(t->s.out, "%s\n", ask->question);
            answered = talk_line(t, "Enter leaves it: ", false, room) == ANSWERED;
        }
    }
    if (!answered || (!*room && !on))
        return answered;
    if (ask->flag)
        add(l, ask->flag);
    if (*room)
        add(l, room);
    return true;
}

static bool ask_all(struct talk *t, const struct deed *d, const struct act_subject *s,
                    struct line *l, int more_count, char *const *more)
{
    for (size_t i = 0; i < DEED_ASKS && d->asks[i].question; i++) {
        const struct deed_ask *ask = &d->asks[i];
        if (ask->flag && given(ask->flag, more_count, more))
            continue;
        if (!ask_one(t, d, ask, s, l, l->room[i]))
            return false;
    }
    return true;
}

/* A dry run of the same line, in words; false: it cannot, or must not, go on. */
static bool told_plan(struct talk *t, const struct line *l)
{
    struct args a;
    struct pc_error err = {0};
    json_t *request = NULL, *plan = NULL;
    enum pc_err rc = args_parse(l->argc, l->argv, &a, &err);
    if (rc) {
        t->code = report_error(t->s.out, &err);
        return false;
    }
    rc = args_request(&a, &request, &err);
    if (rc == PC_OK) {
        json_put_flag(request, "dry_run", true);
        rc = session_call(&t->s, a.verb->request, request, &plan, &err);
    }
    if (rc == PC_OK)
        plan_tell(t->s.out, "drill", plan);
    bool ready = rc == PC_OK && plan_ready(plan);
    if (rc)
        t->code = report_error(t->s.out, &err);
    else if (!ready)
        t->code = pc_err_exit(PC_ERR_STATE);
    json_decref(plan);
    args_release(&a);
    return ready;
}

static void give_up(struct talk *t)
{
    if (!t->over)
        fputs("nothing was changed\n", t->s.out);
    if (interrupt_came() && interrupt_exit() == 128 + SIGINT)
        interrupt_forget();
}

static bool agreed(struct talk *t, const struct deed *d, const struct line *l, int more_count,
                   char *const *more)
{
    bool on = true;
    if (d->plan && !given("--dry-run", more_count, more))
        return told_plan(t, l) && yes(t, "Start it?", &on) && on;
    if (d->sure)
        return yes(t, deed_help(d), &on) && on;
    return true;
}

void perform_deed(struct talk *t, const struct deed *d, const char *name, int more_count,
                  char *const *more)
{
    struct line l = {.argc = 0};
    struct menu_subject m;
    char reason[200];
    char *words[WORDS_MAX];
    menu_subject_take(&m, t, d->about, name);
    if (!deed_enabled(d, &m.act, reason, sizeof(reason))) {
        fprintf(t->s.out, "%s is not possible now: %s\n", deed_name(d), reason);
        t->code = pc_err_exit(PC_ERR_STATE);
        menu_subject_release(&m);
        return;
    }
    add(&l, "protector-console");
    snprintf(l.words, sizeof(l.words), "%s", d->words);
    for (int i = 0, n = perform_split(l.words, words); i < n; i++)
        add(&l, words[i]);
    for (int i = 0; i < more_count; i++)
        add(&l, more[i]);
    if (*name)
        add(&l, m.act.operation && d->about == ABOUT_OPERATION ? m.act.operation->id : name);
    bool go = ask_all(t, d, &m.act, &l, more_count, more) && agreed(t, d, &l, more_count, more);
    if (go)
        run_line(t, &l);
    else
        give_up(t);
    menu_subject_release(&m);
}
