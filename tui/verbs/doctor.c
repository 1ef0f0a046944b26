/*
 * doctor: what is wrong, and what to do about it.
 *
 * A door that does not open is itself a finding: the error is printed as one,
 * with its exit code.
 */
#include "tui/verbs/run.h"

#include "tui/verbs/columns.h"
#include "tui/verbs/interrupt.h"
#include "tui/verbs/session.h"

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "tui/keymap.h"
#include "widgets/theme.h"

#include <string.h>

/* From worst to least: an operator fixes the configuration first, then what
 * may not be done, then what cannot be reached. */
static const int WORST[] = {2, 77, 69, 1};

/* A finding that names no error is judged by what was looked at, which is the
 * last word of the check; anything else is a service of a site. */
static const struct {
    const char *word;
    int exit_code;
} LOOKED_AT[] = {{"configuration", 2}, {"sites", 2}, {"deployment", 2}, {"credentials", 77},
                 {"permissions", 77}};

static int exit_by_check(const char *check)
{
    const char *word = strrchr(check, ' ');
    word = word ? word + 1 : check;
    for (size_t i = 0; i < sizeof(LOOKED_AT) / sizeof(LOOKED_AT[0]); i++)
        if (strcmp(LOOKED_AT[i].word, word) == 0)
            return LOOKED_AT[i].exit_code;
    return pc_err_exit(PC_ERR_UNREACHABLE);
}

static int exit_of(const json_t *finding)
{
    const char *name = json_text(finding, "error");
    if (strcmp(json_text(finding, "status"), "problem") != 0)
        return 0;
    for (int code = 0; code < PC_ERR_COUNT; code++)
        if (code != PC_OK && strcmp(pc_err_name((enum pc_err)code), name) == 0)
            return pc_err_exit((enum pc_err)code);
    return exit_by_check(json_text(finding, "check"));
}

static int worst_of(const json_t *findings)
{
    for (size_t w = 0; w < sizeof(WORST) / sizeof(WORST[0]); w++) {
        size_t i;
        json_t *finding;
        json_array_foreach(findings, i, finding)
            if (exit_of(finding) == WORST[w])
                return WORST[w];
    }
    return 0;
}

static void add_problem(json_t *findings, const char *check, enum pc_err code, const char *detail,
                        const char *remedy)
{
    json_t *f = json_object();
    json_put_text(f, "check", check);
    json_put_text(f, "status", "problem");
    json_put_text(f, "detail", detail);
    json_put_text(f, "remedy", remedy);
    json_put_text(f, "error", pc_err_name(code));
    json_array_append_new(findings, f);
}

/* The finding says where, too: a table has no line of its own for it. */
static json_t *finding_of(const struct pc_error *err)
{
    json_t *list = json_array();
    char detail[sizeof(err->source) + sizeof(err->text) + 20];
    if (*err->source && err->line > 0)
        snprintf(detail, sizeof(detail), "%s:%d: %s", err->source, err->line, err->text);
    else
        snprintf(detail, sizeof(detail), "%s%s%s", err->source, *err->source ? ": " : "", err->text);
    add_problem(list, "start", err->code, detail, err->remedy);
    return list;
}

/* What the configuration says of the screens, which the engine knows nothing of. */
static void look_at_screen(const json_t *screen, json_t *findings)
{
    struct theme *theme = NULL;
    struct pc_error err;
    struct buf told;
    if (theme_open(json_text(screen, "theme"), &theme, &err))
        add_problem(findings, "theme", err.code, err.text, err.remedy);
    else
        theme_free(theme);
    buf_init(&told, 1 << 16);
    keymap_reset();
    keymap_load(json_list(screen, "keys"), &told);
    keymap_check(&told);
    if (told.len) {
        told.data[told.len - 1] = '\0'; /* each line ends with one */
        add_problem(findings, "keys", PC_ERR_CONFIG, told.data,
                    "Correct them in the configuration; protector-console --check-keys tells them, "
                    "too.");
    }
    buf_release(&told);
}

int run_doctor(struct session *s)
{
    struct pc_error err = {0};
    json_t *findings = NULL;
    enum pc_err rc = session_open(s, s->args->verb->needs, &err);
    if (rc == PC_OK)
        rc = session_call(s, "doctor", NULL, &findings, &err);
    if (rc == PC_ERR_CANCELLED && interrupt_came())
        return interrupt_exit();
    if (rc)
        findings = finding_of(&err);
    else
        look_at_screen(door_screen(s->door), findings);
    rc = session_list(s, FINDING_COLUMNS, findings, &err);
    int code = rc ? session_end(s, rc, &err) : worst_of(findings);
    if (code == 0 && output_for_people(s->args->format))
        fprintf(s->out, "No problem found.\n");
    json_decref(findings);
    return code;
}
