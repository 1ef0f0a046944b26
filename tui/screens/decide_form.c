/* decide_form: see decide_form.h. */
#include "tui/screens/decide_form.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/screens/form_items.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 1000 };

static const char *const KINDS[] = {"planned", "unplanned"};

/* How a field is asked, what it is in a request, and what on a command line. */
static const struct {
    enum field_kind kind;
    const char *label, *hint, *key, *flag;
} ROWS[DECIDE_FIELDS] = {
    [DECIDE_KIND] = {FIELD_CHOICE, "Kind",
                     "planned: stop and sync the primary first; unplanned: it is lost", "type",
                     "--type"},
    [DECIDE_SITE] = {FIELD_CHOICE, "Serves from now on", "where the right data is", "serving",
                     "--serving"},
    [DECIDE_STOP] = {FIELD_CHECK, "Stop its servers at the other site", NULL, "stop_other",
                     "--stop-other"},
    [DECIDE_NETWORKS] = {FIELD_TEXT, "Networks (a=b, ..)",
                         "beside the stored mapping: source=target, with commas between",
                         "network_mapping", "--network-mapping"},
    [DECIDE_FLAVORS] = {FIELD_TEXT, "Flavors (a=b, ..)",
                        "beside the stored mapping: source=target, with commas between",
                        "flavor_mapping", "--flavor-mapping"},
    [DECIDE_POINT] = {FIELD_TEXT, "Recovery point", "empty: the newest complete one (p lists them)",
                      "recovery_point", "--recovery-point"},
    [DECIDE_REVERSE] = {FIELD_CHECK, "Then replicate from the first site to the second again",
                        NULL, "reverse_replication", "--reverse-replication"},
};

/* NULL: it is not asked here. */
static const struct field *field_of(const struct decide_form *f, enum decide_field i)
{
    return f->at[i] < 0 ? NULL : &f->fields[f->at[i]];
}

static struct field *change(struct decide_form *f, enum decide_field i)
{
    return f->at[i] < 0 ? NULL : &f->fields[f->at[i]];
}

static const char *text_of(const struct decide_form *f, enum decide_field i)
{
    const struct field *field = field_of(f, i);
    return field && field->input ? input_text(field->input) : "";
}

static bool checked(const struct decide_form *f, enum decide_field i)
{
    const struct field *field = field_of(f, i);
    return field && field->checked;
}

static void ask_to_confirm(struct decide_form *f)
{
    f->form.n = f->own + confirming_fields(&f->confirming, f->fields + f->own);
}

void decide_form_init(struct decide_form *f, unsigned mask, const char *name,
                      const char *const sites[2], const char *given_up)
{
    *f = (struct decide_form){.sites = {sites[0], sites[1]}};
    size_t n = 0;
    for (int i = 0; i < DECIDE_FIELDS; i++) {
        f->at[i] = -1;
        if (!(mask & DECIDE_HAS(i)))
            continue;
        f->at[i] = (int)n;
        f->fields[n] = (struct field){.kind = ROWS[i].kind, .label = ROWS[i].label};
        if (ROWS[i].kind == FIELD_TEXT) {
            input_init(&f->inputs[i], TEXT_MAX);
            f->fields[n].input = &f->inputs[i];
        } else if (ROWS[i].kind == FIELD_CHOICE) {
            f->fields[n].choices = i == DECIDE_KIND ? KINDS : f->sites;
            f->fields[n].n_choices = 2;
        }
        n++;
    }
    f->own = n;
    f->form = (struct form){.fields = f->fields};
    confirming_init(&f->confirming, DANGER_NAME, NULL, name, given_up);
    ask_to_confirm(f);
    form_reset(&f->form);
}

void decide_form_release(struct decide_form *f)
{
    for (int i = 0; i < DECIDE_FIELDS; i++)
        if (f->at[i] >= 0 && ROWS[i].kind == FIELD_TEXT)
            input_release(&f->inputs[i]);
    confirming_release(&f->confirming);
}

void decide_form_explain(struct decide_form *f, bool on)
{
    for (int i = 0; i < DECIDE_FIELDS; i++)
        if (change(f, (enum decide_field)i))
            change(f, (enum decide_field)i)->hint = on ? ROWS[i].hint : NULL;
    f->confirming.explained = on;
    ask_to_confirm(f);
}

void decide_form_force(struct decide_form *f)
{
    struct field *kind = change(f, DECIDE_KIND);
    if (kind)
        kind->chosen = 1;
    decide_form_changed(f);
}

bool decide_form_unplanned(const struct decide_form *f)
{
    const struct field *kind = field_of(f, DECIDE_KIND);
    return kind && kind->chosen == 1;
}

void decide_form_changed(struct decide_form *f)
{
    f->confirming.danger =
        danger_of(decide_form_unplanned(f) ? ACTION_FAILOVER_FORCE : ACTION_FAILOVER, 1);
    ask_to_confirm(f);
}

/* ---- the request ---------------------------------------------------------------- */

static bool put_mapping(struct decide_form *f, enum decide_field i, json_t *args)
{
    struct field *field = change(f, i);
    struct pc_error err = {0};
    char *room = f->errors[i == DECIDE_FLAVORS];
    if (!field)
        return true;
    field->error = NULL;
    if (form_items_mapping(text_of(f, i), ROWS[i].key, args, &err) == PC_OK)
        return true;
    safe_text(room, sizeof f->errors[0], err.text);
    field->error = room;
    return false;
}

bool decide_form_args(struct decide_form *f, json_t *args)
{
    for (int i = 0; i < DECIDE_NETWORKS; i++) {
        const struct field *field = field_of(f, (enum decide_field)i);
        if (field && field->kind == FIELD_CHOICE)
            json_put_text(args, ROWS[i].key, field->choices[field->chosen]);
    }
    if (checked(f, DECIDE_STOP))
        json_put_flag(args, ROWS[DECIDE_STOP].key, true);
    if (checked(f, DECIDE_REVERSE))
        json_put_flag(args, ROWS[DECIDE_REVERSE].key, true);
    if (*text_of(f, DECIDE_POINT))
        json_put_text(args, ROWS[DECIDE_POINT].key, text_of(f, DECIDE_POINT));
    bool good = put_mapping(f, DECIDE_NETWORKS, args);
    return put_mapping(f, DECIDE_FLAVORS, args) && good;
}

bool decide_form_of_plan(const struct decide_form *f)
{
    return f->form.focus < f->own;
}

/* ---- the command line -------------------------------------------------------------- */

void decide_form_command(const struct decide_form *f, struct buf *out)
{
    for (int i = 0; i < DECIDE_FIELDS; i++) {
        const struct field *field = field_of(f, (enum decide_field)i);
        const char *text = text_of(f, (enum decide_field)i);
        if (!field)
            continue;
        if (i == DECIDE_NETWORKS || i == DECIDE_FLAVORS) {
            form_items_command(out, ROWS[i].flag, text);
        } else if (field->kind == FIELD_CHECK) {
            if (field->checked)
                format_word(out, ROWS[i].flag);
        } else if (field->kind == FIELD_CHOICE || *text) {
            format_word(out, ROWS[i].flag);
            format_word(out,
                        field->kind == FIELD_CHOICE ? field->choices[field->chosen] : text);
        }
    }
    confirming_command(&f->confirming, out);
}
