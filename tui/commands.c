/* commands: see commands.h. */
#include "tui/commands.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/format.h"

#include <stdio.h>
#include <string.h>

struct command {
    struct action action;
    char name[32], help[120];
    const json_t *said; /* lent */
};

static struct command commands[COMMANDS_MAX];
static size_t count;

/* The screens by the names that a configuration gives them. */
static const struct {
    const char *name;
    unsigned context;
} CONTEXTS[] = {{"home", CTX_HOME},
                {"group", CTX_GROUP},
                {"site", CTX_SITE},
                {"operation", CTX_WATCH},
                {"history", CTX_HISTORY}};
enum { CONTEXT_COUNT = sizeof CONTEXTS / sizeof CONTEXTS[0] };

static const struct {
    const char *word;
    unsigned needs, contexts; /* where it has a meaning */
} PLACEHOLDERS[] = {
    {"{group}", ACT_NEEDS_GROUP, CTX_HOME | CTX_GROUP | CTX_WATCH | CTX_HISTORY | CTX_SITE},
    {"{site}", ACT_NEEDS_SITE, CTX_HOME | CTX_GROUP | CTX_SITE},
    {"{operation}", ACT_NEEDS_OPERATION, CTX_HOME | CTX_GROUP | CTX_WATCH | CTX_HISTORY},
};
enum { PLACEHOLDER_COUNT = sizeof PLACEHOLDERS / sizeof PLACEHOLDERS[0] };

size_t commands_count(void)
{
    return count;
}

const struct action *commands_nth(size_t i)
{
    return &commands[i].action;
}

/* ---- reading ------------------------------------------------------------------------ */

static bool has_placeholder(const json_t *argv, const char *word)
{
    const json_t *v;
    size_t i;
    json_array_foreach (argv, i, v)
        if (json_is_string(v) && strstr(json_string_value(v), word))
            return true;
    return false;
}

static bool read_contexts(const json_t *list, unsigned *ret, long long line, struct buf *told)
{
    const json_t *v;
    size_t i, k;
    *ret = 0;
    json_array_foreach (list, i, v) {
        for (k = 0; k < CONTEXT_COUNT && !text_equal(CONTEXTS[k].name, json_string_value(v)); k++)
            ;
        if (k == CONTEXT_COUNT) {
            buf_printf(told, "line %lld: there is no screen called \"%s\". Write home, group, site, "
                             "operation or history.\n", line, json_string_value(v));
            return false;
        }
        *ret |= CONTEXTS[k].context;
    }
    return true;
}

static bool read_one(const json_t *o, struct command *c, struct buf *told)
{
    long long line = (long long)json_int(o, "line", 0);
    unsigned meaning = CTX_HOME | CTX_GROUP | CTX_SITE | CTX_WATCH | CTX_HISTORY;
    ui_key key = UI_KEY_NONE;
    *c = (struct command){.said = o};
    if (*json_text(o, "key") && !ui_key_parse(json_text(o, "key"), &key)) {
        buf_printf(told, "line %lld: \"%s\" is no key.\n", line, json_text(o, "key"));
        return false;
    }
    if (!read_contexts(json_list(o, "contexts"), &c->action.contexts, line, told))
        return false;
    c->action.flags = ACT_QUIET | (json_flag(o, "dangerous", false) ? ACT_WRITES : 0);
    for (size_t i = 0; i < PLACEHOLDER_COUNT; i++)
        if (has_placeholder(json_list(o, "argv"), PLACEHOLDERS[i].word)) {
            c->action.flags |= PLACEHOLDERS[i].needs;
            meaning &= PLACEHOLDERS[i].contexts;
        }
    if (!c->action.contexts)
        c->action.contexts = meaning;
    snprintf(c->name, sizeof c->name, "%s", json_text(o, "name"));
    snprintf(c->help, sizeof c->help, "%s",
             *json_text(o, "help") ? json_text(o, "help") : "a command of the configuration");
    c->action.key = key;
    return true;
}

static bool is_known(const char *name)
{
    for (size_t i = 0; i < ACT_COUNT; i++)
        if (text_equal(ACTIONS[i].name, name))
            return true;
    return false;
}

void commands_load(const json_t *list, struct buf *told)
{
    const json_t *o;
    size_t i;
    count = 0;
    json_array_foreach (list, i, o) {
        struct command *c = &commands[count];
        if (count == COMMANDS_MAX || !read_one(o, c, told))
            continue;
        if (is_known(c->name)) {
            buf_printf(told, "line %lld: \"%s\" is an action that is there already.\n",
                       (long long)json_int(o, "line", 0), c->name);
            continue;
        }
        c->action.id = (enum act_id)(ACT_COUNT + count);
        c->action.name = c->name;
        c->action.label = c->name;
        c->action.help = c->help;
        c->action.verb = "command_run";
        count++;
    }
}

/* ---- running ------------------------------------------------------------------------- */

static const struct command *of(const struct action *a)
{
    return &commands[a->id - ACT_COUNT];
}

bool command_asks_first(const struct action *a)
{
    return json_flag(of(a)->said, "confirm", false) || (a->flags & ACT_WRITES);
}

/* What a placeholder stands for; "" nothing. */
static const char *meaning_of(size_t placeholder, const struct act_subject *s)
{
    if (placeholder == 0)
        return s->group ? s->group->group->name : "";
    if (placeholder == 1)
        return s->site ? s->site->name : s->group ? s->group->group->current_primary : "";
    return s->operation ? s->operation->id : "";
}

static void fill(const char *text, const struct act_subject *s, struct buf *out)
{
    while (*text) {
        size_t k = 0;
        while (k < PLACEHOLDER_COUNT && !text_starts(text, PLACEHOLDERS[k].word))
            k++;
        if (k < PLACEHOLDER_COUNT) {
            buf_puts(out, meaning_of(k, s));
            text += strlen(PLACEHOLDERS[k].word);
        } else {
            buf_add(out, text++, 1);
        }
    }
}

json_t *command_request(const struct action *a, const struct act_subject *s)
{
    enum { ARG_MAX_BYTES = 4096 };
    json_t *o = json_object(), *argv = json_array();
    const json_t *v;
    size_t i;
    json_array_foreach (json_list(of(a)->said, "argv"), i, v) {
        struct buf word;
        buf_init(&word, ARG_MAX_BYTES);
        fill(json_string_value(v), s, &word);
        json_array_append_new(argv, json_string(buf_text(&word)));
        buf_release(&word);
    }
    json_put_text(o, "name", a->name);
    json_put(o, "argv", argv);
    json_put_flag(o, "dangerous", (a->flags & ACT_WRITES) != 0);
    return o;
}

void command_line(const json_t *request, struct buf *out)
{
    const json_t *v;
    size_t i;
    json_array_foreach (json_list(request, "argv"), i, v)
        format_word(out, json_string_value(v));
}
