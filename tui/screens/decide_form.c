/* decide_form: see decide_form.h. */
#include "tui/screens/decide_form.h"

#include "backend/base/json.h"
#include "tui/format.h"

/* How a field is asked, what it is in a request, and what on a command line. */
static const struct {
    enum field_kind kind;
    const char *label, *hint, *key, *flag;
} ROWS[DECIDE_FIELDS] = {
    [DECIDE_SITE] = {FIELD_CHOICE, "Serves from now on", "where the right data is", "serving",
                     "--serving"},
    [DECIDE_STOP] = {FIELD_CHECK, "Stop its servers at the other site", NULL, "stop_other",
                     "--stop-other"},
    [DECIDE_FORCE] = {FIELD_CHECK, "In doubt, on my word: the other site may run it",
                      "it is not waited for; a reason goes on the record", "force", "--force"},
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
        if (ROWS[i].kind == FIELD_CHOICE) {
            f->fields[n].choices = f->sites;
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

/* ---- the request ---------------------------------------------------------------- */

void decide_form_args(const struct decide_form *f, json_t *args)
{
    const struct field *site = field_of(f, DECIDE_SITE);
    if (site)
        json_put_text(args, ROWS[DECIDE_SITE].key, site->choices[site->chosen]);
    for (int i = 0; i < DECIDE_FIELDS; i++)
        if (checked(f, (enum decide_field)i))
            json_put_flag(args, ROWS[i].key, true);
}

void decide_form_changed(struct decide_form *f)
{
    f->confirming.needs_reason = checked(f, DECIDE_FORCE);
    ask_to_confirm(f);
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
        if (!field)
            continue;
        if (field->kind == FIELD_CHOICE || field->checked)
            format_word(out, ROWS[i].flag);
        if (field->kind == FIELD_CHOICE)
            format_word(out, field->choices[field->chosen]);
    }
    confirming_command(&f->confirming, out);
}
