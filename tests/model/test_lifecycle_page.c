/*
 * docs/lifecycle.md is what the tables say. UPDATE_GOLDEN=1 writes it anew.
 */
#include "tests/support/page.h"

#include "backend/model/lifecycle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char HEAD[] =
    "# Lifecycle\n\n"
    "<!-- Made from the tables by tests/model/test_lifecycle_page. Do not edit. -->\n\n"
    "How a Protection Group stands is never set: it follows from its operations, in the order\n"
    "they were begun. A drill is laid over a group that is ready. A sync runs beside either.\n"
    "`protection-group show` tells the state, what may be done in it, and why not the rest.\n\n"
    "## States\n\n";

static void states(FILE *f)
{
    fprintf(f, "| state | on screens | API `status` |");
    for (int v = 0; v < VENDOR_COUNT; v++)
        fprintf(f, " %s |", vendor_name((enum vendor)v));
    fprintf(f, "\n|---|---|---|---|---|---|\n");
    for (int i = 0; i < GROUP_STATE_COUNT; i++) {
        enum group_state s = (enum group_state)i;
        fprintf(f, "| `%s` | %s | `%s` |", group_state_name(s), group_state_word(s),
                group_state_status(s));
        for (int v = 0; v < VENDOR_COUNT; v++)
            fprintf(f, " %s |", lifecycle_called(s, (enum vendor)v));
        fprintf(f, "\n");
    }
}

/* ---- transitions ----------------------------------------------------------------------- */

static const struct {
    const char *title;
    enum op_status status;
    enum op_verdict verdict;
    bool holds;
} OUTCOMES[OUTCOME_COUNT] = {
    [OUTCOME_RUNNING] = {"runs", OP_RUNNING, VERDICT_NONE, false},
    [OUTCOME_DONE] = {"done", OP_COMPLETED, VERDICT_PASSED, false},
    [OUTCOME_PARTIAL] = {"done in part, kept", OP_COMPLETED, VERDICT_PARTIAL, false},
    [OUTCOME_UNDONE] = {"failed, taken back", OP_FAILED, VERDICT_FAILED, false},
    [OUTCOME_LEFT] = {"failed, something left", OP_FAILED, VERDICT_FAILED, true},
};

static void cell(FILE *f, enum op_type type, int how)
{
    struct op_fact fact = {.type = type, .status = OUTCOMES[how].status,
                           .verdict = OUTCOMES[how].verdict, .holds = OUTCOMES[how].holds};
    enum group_state one = lifecycle_after(GROUP_READY, &fact);
    enum group_state other = lifecycle_after(GROUP_ERROR, &fact);
    if ((int)op_outcome(&fact) != how)
        fprintf(f, " – |");
    else if (one != other)
        fprintf(f, " as before |");
    else
        fprintf(f, " `%s` |", group_state_name(one));
}

static void transitions(FILE *f)
{
    fprintf(f, "\n## What an operation makes of it\n\n| operation |");
    for (int how = 0; how < OUTCOME_COUNT; how++)
        fprintf(f, " %s |", OUTCOMES[how].title);
    fprintf(f, "\n|---|---|---|---|---|---|\n");
    for (int t = 0; t < OP_TYPE_COUNT; t++) {
        if (!lifecycle_real((enum op_type)t))
            continue;
        fprintf(f, "| `%s` |", op_type_name((enum op_type)t));
        for (int how = 0; how < OUTCOME_COUNT; how++)
            cell(f, (enum op_type)t, how);
        fprintf(f, "\n");
    }
    struct op_fact there = {.type = OP_RESOLVE, .status = OP_COMPLETED, .serving = true};
    fprintf(f, "\nA `resolve` for the second site leads to `%s`. A group without members is `%s`\n"
               "where it would be `%s`. While members run at a site where the group does not serve, it\n"
               "is `%s`, whatever its operations say, until a `resolve` is done.\n",
            group_state_name(lifecycle_after(GROUP_ERROR, &there)),
            group_state_name(GROUP_UNPROTECTED), group_state_name(GROUP_READY),
            group_state_name(GROUP_SPLIT_BRAIN));
}

/* ---- actions ------------------------------------------------------------------------------ */

static const char *mark(enum group_action a, enum group_state s)
{
    struct pc_error ignored;
    if (lifecycle_check(a, s, "", &ignored))
        return "–";
    return lifecycle_warning(a, s) ? "○" : "●";
}

static void actions(FILE *f)
{
    fprintf(f, "\n## What may be done\n\n"
               "● allowed, ○ allowed with a warning, – refused. An action in bold is confirmed by typing\n"
               "the group's name.\n\n| state |");
    for (int a = 0; a < ACTION_COUNT; a++) {
        const char *bold = lifecycle_needs_confirmation((enum group_action)a) ? "**" : "";
        fprintf(f, " %s%s%s |", bold, group_action_name((enum group_action)a), bold);
    }
    fprintf(f, "\n|---|");
    for (int a = 0; a < ACTION_COUNT; a++)
        fprintf(f, "---|");
    for (int s = 0; s < GROUP_STATE_COUNT; s++) {
        fprintf(f, "\n| `%s` |", group_state_name((enum group_state)s));
        for (int a = 0; a < ACTION_COUNT; a++)
            fprintf(f, " %s |", mark((enum group_action)a, (enum group_state)s));
    }
    fprintf(f, "\n\n### Warnings\n\n| action | state | warning |\n|---|---|---|\n");
    for (int a = 0; a < ACTION_COUNT; a++)
        for (int s = 0; s < GROUP_STATE_COUNT; s++) {
            const char *text = lifecycle_warning((enum group_action)a, (enum group_state)s);
            if (text)
                fprintf(f, "| %s | `%s` | %s |\n", group_action_name((enum group_action)a),
                        group_state_name((enum group_state)s), text);
        }
}

/* The remedy that a refusal in this state comes with. */
static void refusals(FILE *f)
{
    fprintf(f, "\n### Instead of what is refused\n\n| state | |\n|---|---|\n");
    for (int s = 0; s < GROUP_STATE_COUNT; s++)
        for (int a = ACTION_COUNT - 1; a >= 0; a--) {
            struct pc_error err;
            if (lifecycle_check((enum group_action)a, (enum group_state)s, "", &err) == PC_OK)
                continue;
            fprintf(f, "| `%s` | %s |\n", group_state_name((enum group_state)s), err.remedy);
            break;
        }
}

static void members(FILE *f)
{
    fprintf(f, "\n## Members\n\nWhere a member stands follows from the steps of the newest operation "
               "that concerns it;\nhow that ended for it is `succeeded`, `partial` (it is up, and a "
               "check failed) or `failed`.\n\n| state | in the world |\n|---|---|\n");
    for (int s = 0; s < MEMBER_STATE_COUNT; s++)
        fprintf(f, "| `%s` | %s |\n", member_state_name((enum member_state)s),
                member_state_world((enum member_state)s));
}

static char *whole_page(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    fputs(HEAD, f);
    states(f);
    transitions(f);
    actions(f);
    refusals(f);
    members(f);
    fclose(f);
    return text;
}

static void the_page_is_current(void **state)
{
    (void)state;
    char *text = whole_page();
    page_is_current(PC_SOURCE_DIR "/docs/lifecycle.md", text);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_page_is_current)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
