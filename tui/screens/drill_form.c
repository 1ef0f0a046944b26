/* drill_form: see drill_form.h. */
#include "tui/screens/drill_form.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/screens/form_items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1000, TIMEOUT_MAX_S = 86400 };

static const struct field FIELDS[FORM_FIELDS] = {
    [FORM_NETWORKS] = {.kind = FIELD_TEXT, .label = "Networks (a=b, ..)"},
    [FORM_FLAVORS] = {.kind = FIELD_TEXT, .label = "Flavors (a=b, ..)"},
    [FORM_CHECKS] = {.kind = FIELD_TEXT, .label = "Health checks"},
    [FORM_TIMEOUT] = {.kind = FIELD_TEXT, .label = "Check timeout (s)"},
    [FORM_PROJECT] = {.kind = FIELD_TEXT, .label = "Test project"},
    [FORM_ISOLATED] = {.kind = FIELD_CHECK,
                       .label = "An isolated network made for this drill, instead of the mapping"},
    [FORM_CLEANUP] = {.kind = FIELD_CHECK, .label = "Clean up afterwards", .checked = true},
};

void drill_form_init(struct drill_form *f)
{
    *f = (struct drill_form){0};
    memcpy(f->fields, FIELDS, sizeof FIELDS);
    for (int i = 0; i < FORM_ISOLATED; i++) {
        input_init(&f->inputs[i], TEXT_MAX);
        f->fields[i].input = &f->inputs[i];
    }
    f->form = (struct form){.fields = f->fields, .n = FORM_FIELDS};
    form_reset(&f->form);
}

void drill_form_explain(struct drill_form *f, bool on)
{
    static const char *const HINTS[FORM_FIELDS] = {
        [FORM_NETWORKS] = "instead of what is proposed: source=target, with commas between",
        [FORM_FLAVORS] = "instead of what is proposed: source=target, with commas between",
        [FORM_CHECKS] =
            "tcp:PORT, http:PATH or exec:COMMAND, with commas between; for every instance",
        [FORM_TIMEOUT] = "how long an instance may take until its checks pass",
        [FORM_PROJECT] = "the id of another project on the target site; empty: the cloud's own",
        [FORM_ISOLATED] = "it leads nowhere, and goes with the drill",
        [FORM_CLEANUP] = "otherwise the test instances stay until you clean up (C)",
    };
    for (int i = 0; i < FORM_FIELDS; i++)
        f->fields[i].hint = on ? HINTS[i] : NULL;
}

void drill_form_release(struct drill_form *f)
{
    for (int i = 0; i < FORM_ISOLATED; i++)
        input_release(&f->inputs[i]);
    free(f->checks_were);
    free(f->timeout_was);
}

void drill_form_fill(struct drill_form *f, const json_t *proposal)
{
    struct buf b;
    size_t i;
    json_t *v;
    char seconds[24];

    if (f->filled)
        return;
    f->filled = true;
    buf_init(&b, TEXT_MAX);
    json_array_foreach (json_list(proposal, "health_checks"), i, v)
        if (json_is_string(v))
            buf_printf(&b, "%s%s", i ? ", " : "", json_string_value(v));
    input_set(&f->inputs[FORM_CHECKS], buf_text(&b));
    buf_release(&b);
    snprintf(seconds, sizeof seconds, "%lld",
             (long long)json_int(proposal, "health_check_timeout", 120));
    input_set(&f->inputs[FORM_TIMEOUT], seconds);
    f->fields[FORM_CLEANUP].checked = json_flag(proposal, "auto_cleanup", true);
    f->cleanup_was = f->fields[FORM_CLEANUP].checked;
    f->checks_were = xstrdup(input_text(&f->inputs[FORM_CHECKS]));
    f->timeout_was = xstrdup(input_text(&f->inputs[FORM_TIMEOUT]));
}

static const char *text_of(const struct drill_form *f, enum drill_field i)
{
    return input_text(&f->inputs[i]);
}

static bool wrong(struct drill_form *f, enum drill_field i, const char *text)
{
    safe_text(f->errors[i], sizeof f->errors[i], text);
    f->fields[i].error = f->errors[i];
    return false;
}

static bool put_mapping(struct drill_form *f, enum drill_field i, const char *key, json_t *args)
{
    struct pc_error err = {0};
    return form_items_mapping(text_of(f, i), key, args, &err) == PC_OK || wrong(f, i, err.text);
}

static void put_checks(const struct drill_form *f, json_t *args)
{
    const char *at = text_of(f, FORM_CHECKS);
    char item[512];
    if (!f->filled || text_equal(at, f->checks_were))
        return;
    json_t *list = json_array();
    while (form_items_next(&at, item, sizeof item))
        json_array_append_new(list, json_string(item));
    json_put(args, "health_checks", list);
}

static bool put_timeout(struct drill_form *f, json_t *args)
{
    long seconds;
    const char *text = text_of(f, FORM_TIMEOUT);
    if (!f->filled || text_equal(text, f->timeout_was))
        return true;
    if (!text_to_long(text, 1, TIMEOUT_MAX_S, &seconds))
        return wrong(f, FORM_TIMEOUT, "seconds, from 1 to 86400");
    json_put_int(args, "health_check_timeout", seconds);
    return true;
}

json_t *drill_form_args(struct drill_form *f, const char *group)
{
    json_t *args = json_object();
    for (int i = 0; i < FORM_FIELDS; i++)
        f->fields[i].error = NULL;
    json_put_text(args, "group", group);
    bool good = put_mapping(f, FORM_NETWORKS, "network_mapping", args);
    good = put_mapping(f, FORM_FLAVORS, "flavor_mapping", args) && good;
    good = put_timeout(f, args) && good;
    put_checks(f, args);
    if (*text_of(f, FORM_PROJECT))
        json_put_text(args, "test_project", text_of(f, FORM_PROJECT));
    if (f->fields[FORM_ISOLATED].checked)
        json_put_flag(args, "auto_network", true);
    if (f->filled && f->fields[FORM_CLEANUP].checked != f->cleanup_was)
        json_put_flag(args, "no_cleanup", !f->fields[FORM_CLEANUP].checked);
    if (good)
        return args;
    json_decref(args);
    return NULL;
}

void drill_form_command(const struct drill_form *f, const char *group, struct buf *out)
{
    format_word(out, "protector-console");
    format_word(out, "protection-group");
    format_word(out, "test-failover");
    format_word(out, group);
    form_items_command(out, "--network-mapping", text_of(f, FORM_NETWORKS));
    form_items_command(out, "--flavor-mapping", text_of(f, FORM_FLAVORS));
    if (f->fields[FORM_ISOLATED].checked)
        format_word(out, "--auto-network");
    if (f->filled && !f->fields[FORM_CLEANUP].checked)
        format_word(out, "--no-cleanup");
    if (f->filled && !text_equal(text_of(f, FORM_CHECKS), f->checks_were))
        form_items_command(out, "--health-check", text_of(f, FORM_CHECKS));
    if (f->filled && !text_equal(text_of(f, FORM_TIMEOUT), f->timeout_was)) {
        format_word(out, "--health-check-timeout");
        format_word(out, text_of(f, FORM_TIMEOUT));
    }
    if (*text_of(f, FORM_PROJECT)) {
        format_word(out, "--test-project");
        format_word(out, text_of(f, FORM_PROJECT));
    }
}
