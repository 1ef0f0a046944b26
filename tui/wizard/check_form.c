/* check_form: see check_form.h. */
#include "tui/wizard/check_form.h"

#include "backend/base/text.h"
#include "backend/model/check_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIND, ASKED, WHOM };
enum { TEXT_MAX = 1000, SECONDS_MAX = 86400 };

static const char *const KINDS[] = {"tcp", "http", "exec"};
static const char *const MISSING[] = {"give the port, 1 to 65535",
                                      "give the path, beginning with one /", "give the command"};

void check_form_init(struct check_form *f)
{
    *f = (struct check_form){.time = false};
    input_init(&f->input, TEXT_MAX);
}

void check_form_release(struct check_form *f)
{
    group_unref(f->group);
    input_release(&f->input);
}

static void ready(struct check_form *f, size_t n)
{
    f->error[0] = '\0';
    f->form = (struct form){.fields = f->fields, .n = n, .focused = true};
    form_reset(&f->form);
}

/* The members' names; which of them is `member`, 0: nobody's alone. */
static size_t list_members(struct check_form *f, struct group *g, const char *member, size_t *ret_n)
{
    size_t n = 1, at = 0;
    group_unref(f->group);
    f->group = group_ref(g);
    f->whom[0] = "every instance";
    for (size_t i = 0; i < g->member_count && n <= CHECK_MEMBERS_MAX; i++) {
        if (text_equal(g->members[i].name, member))
            at = n;
        f->whom[n++] = g->members[i].name;
    }
    *ret_n = n;
    return at;
}

void check_form_check(struct check_form *f, struct group *g, const char *text)
{
    char member[CHECK_MEMBER_SIZE];
    const char *check = check_scope(text, member), *colon = strchr(check, ':');
    size_t kind = 0, n = 0;
    for (size_t i = 0; i < 3; i++)
        if (colon && strlen(KINDS[i]) == (size_t)(colon - check) && text_starts(check, KINDS[i]))
            kind = i;
    size_t whom = list_members(f, g, member, &n);
    f->time = false;
    input_set(&f->input, colon ? colon + 1 : check);
    f->fields[KIND] = (struct field){.kind = FIELD_CHOICE, .label = "Kind", .choices = KINDS,
                                     .n_choices = 3, .chosen = kind};
    f->fields[ASKED] = (struct field){.kind = FIELD_TEXT, .label = "Asks",
                                      .input = &f->input,
                                      .hint = "443, /healthz, or a command in the guest"};
    f->fields[WHOM] = (struct field){.kind = FIELD_CHOICE, .label = "Of whom", .choices = f->whom,
                                     .n_choices = n, .chosen = whom,
                                     .hint = "Enter takes it, Esc leaves it as it was"};
    ready(f, 3);
}

void check_form_time(struct check_form *f, const char *seconds)
{
    f->time = true;
    input_set(&f->input, seconds);
    f->fields[0] = (struct field){.kind = FIELD_TEXT, .label = "Seconds for all checks",
                                  .input = &f->input,
                                  .hint = "until then each is tried again; Enter takes it"};
    ready(f, 1);
}

static bool wrong(struct check_form *f, size_t field, const char *text)
{
    snprintf(f->error, sizeof f->error, "%s", text);
    f->fields[field].error = f->error;
    f->form.focus = field;
    return false;
}

static bool number(const char *text, long most, long *ret)
{
    char *end;
    *ret = strtol(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && *ret >= 1 && *ret <= most;
}

bool check_form_text(struct check_form *f, char *dst, size_t size)
{
    const char *text = input_text(&f->input);
    size_t kind = f->fields[KIND].chosen, whom = f->fields[WHOM].chosen;
    long port;
    bool good = kind == 0 ? number(text, 65535, &port)
                : kind == 1 ? text[0] == '/' && text[1] != '/'
                            : text[strspn(text, " ")] != '\0';
    if (!good)
        return wrong(f, ASKED, MISSING[kind]);
    snprintf(dst, size, "%s%s%s:%s", whom ? f->whom[whom] : "", whom ? "@" : "", KINDS[kind], text);
    return true;
}

bool check_form_seconds(struct check_form *f, long *ret)
{
    return number(input_text(&f->input), SECONDS_MAX, ret) ||
           wrong(f, 0, "a number of seconds, 1 to 86400");
}
