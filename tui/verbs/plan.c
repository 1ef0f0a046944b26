#include "tui/verbs/plan.h"

#include "tui/verbs/box.h"
#include "tui/verbs/columns.h"
#include "tui/verbs/tty.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "backend/model/operation.h"
#include "tui/planwords.h"

#include <limits.h>
#include <string.h>

void plan_print_texts(FILE *out, const char *label, const json_t *texts)
{
    size_t i;
    json_t *text;
    json_array_foreach(texts, i, text) {
        char clean[512];
        safe_text(clean, sizeof(clean), json_string_value(text));
        fprintf(out, "%s: %s\n", label, clean);
    }
}

/* The text after `lead`, broken at blanks to the width of the terminal, what
 * follows standing under its beginning. */
static void print_broken(FILE *out, const char *lead, const char *text)
{
    int width = tty_width(out), indent = box_cells(lead, strlen(lead));
    int room = width > indent + 20 ? width - indent : INT_MAX;
    fputs(lead, out);
    while (*text) {
        size_t n = strlen(text), fits = n;
        while (box_cells(text, fits) > room && fits > 0) {
            do
                fits--;
            while (fits > 0 && text[fits] != ' ');
        }
        fits = fits ? fits : n; /* one word, longer than a line */
        fprintf(out, "%.*s\n", (int)fits, text);
        text += fits + strspn(text + fits, " ");
        if (*text)
            fprintf(out, "%*s", indent, "");
    }
}

static void print_words(FILE *out, const json_t *plan)
{
    char lead[40], text[160];
    struct planwords w = {0};
    planwords_take(&w, plan);
    if (planwords_predicted(plan, text, sizeof(text))) {
        snprintf(lead, sizeof(lead), "  %-10s  ", "takes");
        print_broken(out, lead, text);
    }
    for (size_t i = 0; i < w.count; i++) {
        const struct planword *item = &w.items[i];
        if (item->kind == PLANWORD_FACT)
            snprintf(lead, sizeof(lead), "  %-10s  ", item->label ? item->label : "");
        else
            snprintf(lead, sizeof(lead), "%s", planword_word(item->kind));
        print_broken(out, lead, item->text);
    }
    planwords_release(&w);
}

/* A decision about where it is has no way to go. */
static bool stays(const char *what)
{
    return text_starts(what, "commit") || text_starts(what, "confirm") ||
           text_starts(what, "release");
}

void plan_tell(FILE *out, const char *what, const json_t *plan)
{
    char group[128], source[128], target[128];
    safe_text(group, sizeof(group), json_text(plan, "group"));
    safe_text(source, sizeof(source), json_text(plan, "source_site"));
    safe_text(target, sizeof(target), json_text(plan, "target_site"));
    fprintf(out, "%s%s%s", what, *group ? " of " : "", group);
    if (*source && *target && !stays(what))
        fprintf(out, ": %s -> %s", source, target);
    fputc('\n', out);
    print_words(out, plan);
}

/* The steps as this type of operation calls their phases. */
static json_t *steps_of(enum op_type type, const json_t *plan)
{
    json_t *list = json_array(), *step;
    size_t i;
    json_array_foreach(json_list(plan, "steps"), i, step) {
        enum step_kind kind = step_kind_parse(json_text(step, "kind"));
        const struct phase_shape *shape =
            kind == STEP_KIND_COUNT ? NULL : op_phase(type, step_kind_phase(kind));
        json_t *row = json_copy(step);
        if (shape)
            json_put_text(row, "phase", shape->word);
        if (shape && shape->from == shape->to) /* the way back, if it fails */
            json_decref(row);
        else
            json_array_append_new(list, row);
    }
    return list;
}

enum pc_err plan_print(const struct session *s, const json_t *plan, struct pc_error *err)
{
    if (s->args->format == FORMAT_JSON && s->args->column_count == 0)
        return session_show(s, PLAN_COLUMNS, plan, err);
    const char *request = s->args->verb->request, *what = strrchr(s->args->verb->words, ' ');
    enum op_type type = op_type_parse(request ? request : "");
    json_t *steps = steps_of(type == OP_TYPE_COUNT ? OP_TEST_FAILOVER : type, plan);
    enum pc_err rc = session_list(s, PLAN_STEP_COLUMNS, steps, err);
    json_decref(steps);
    if (rc || !output_for_people(s->args->format))
        return rc;
    plan_tell(s->out, what ? what + 1 : s->args->verb->words, plan);
    fputs("Nothing was changed.\n", s->out);
    return PC_OK;
}
