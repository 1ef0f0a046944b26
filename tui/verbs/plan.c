#include "tui/verbs/plan.h"

#include "tui/verbs/columns.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/planwords.h"

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

static void print_words(FILE *out, const json_t *plan)
{
    struct planwords w = {0};
    planwords_take(&w, plan);
    for (size_t i = 0; i < w.count; i++) {
        const struct planword *item = &w.items[i];
        if (item->kind == PLANWORD_FACT)
            fprintf(out, "  %-10s  %s\n", item->label ? item->label : "", item->text);
        else
            fprintf(out, "%s%s\n", planword_word(item->kind), item->text);
    }
    planwords_release(&w);
}

void plan_tell(FILE *out, const char *what, const json_t *plan)
{
    char group[128], source[128], target[128];
    safe_text(group, sizeof(group), json_text(plan, "group"));
    safe_text(source, sizeof(source), json_text(plan, "source_site"));
    safe_text(target, sizeof(target), json_text(plan, "target_site"));
    fprintf(out, "%s%s%s", what, *group ? " of " : "", group);
    if (*source && *target)
        fprintf(out, ": %s -> %s", source, target);
    fputc('\n', out);
    print_words(out, plan);
}

enum pc_err plan_print(const struct session *s, const json_t *plan, struct pc_error *err)
{
    if (s->args->format == FORMAT_JSON && s->args->column_count == 0)
        return session_show(s, PLAN_COLUMNS, plan, err);
    enum pc_err rc = session_list(s, PLAN_STEP_COLUMNS, json_list(plan, "steps"), err);
    if (rc || s->args->format != FORMAT_TABLE)
        return rc;
    plan_tell(s->out, "dry run", plan);
    fputs("Nothing was changed.\n", s->out);
    return PC_OK;
}
