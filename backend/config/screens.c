/*
 * screens: what an operator adds to the screens: keys, queries and commands.
 *
 * Only the shape is checked here; which actions, lists and keys there are is
 * the screens' business, and told by `protector-console --check-keys`.
 */
#include "backend/config/inside.h"

#include "backend/base/text.h"

#include <string.h>

enum { ITEMS_MAX = 50, WORDS_MAX = 32 };

enum pc_err config_read_keys(struct reading *r, const config_setting_t *root)
{
    const config_setting_t *keys = config_setting_get_member(root, "keys");
    if (!keys)
        return PC_OK;
    if (!config_setting_is_group(keys))
        return REFUSE(r, keys->line, "Write keys: { drill = \"t\"; };", "keys is %s, not a section",
                      config_type_word(config_setting_type(keys)));
    size_t n = (size_t)config_setting_length(keys);
    r->c->keys = arena_alloc(&r->c->arena, sizeof(struct config_key) * (n + 1));
    for (size_t i = 0; i < n; i++) {
        const config_setting_t *s = config_setting_get_elem(keys, (unsigned)i);
        const char *key = config_setting_get_string(s);
        if (!key || !text_is_safe(key))
            return REFUSE(r, s->line, "Write the key in quotes: drill = \"t\"; or \"\" for none.",
                          "the key of \"%s\" is no text", s->name);
        r->c->keys[r->c->key_count++] = (struct config_key){
            arena_strdup(&r->c->arena, s->name), arena_strdup(&r->c->arena, key), (int)s->line};
    }
    return PC_OK;
}

/* ---- lists of sections ----------------------------------------------------------- */

/* What a member of an item may be, and where it goes. */
enum member_type { MEMBER_TEXT, MEMBER_FLAG, MEMBER_NUMBER, MEMBER_WORDS };
struct member_rule {
    const char *name;
    enum member_type type;
    size_t offset;
    bool required;
};

static enum pc_err read_words(struct reading *r, const config_setting_t *s,
                              const char *const **ret)
{
    size_t n = (size_t)config_setting_length(s);
    if (!config_setting_is_aggregate(s) || config_setting_is_group(s) || n > WORDS_MAX)
        return REFUSE(r, s->line, "Write it as [ \"one\", \"two\" ].",
                      "%s is no list of at most %d texts", s->name, WORDS_MAX);
    const char **words = arena_alloc(&r->c->arena, (n + 1) * sizeof(*words));
    for (size_t i = 0; i < n; i++) {
        const char *word = config_setting_get_string_elem(s, (int)i);
        if (!word || !text_is_safe(word))
            return REFUSE(r, s->line, "Write it as [ \"one\", \"two\" ].",
                          "%s holds something that is no text", s->name);
        words[i] = arena_strdup(&r->c->arena, word);
    }
    *ret = words;
    return PC_OK;
}

static enum pc_err read_member(struct reading *r, const config_setting_t *s,
                               const struct member_rule *rule, void *item)
{
    static const char *const EXPECTS[] = {"text in double quotes", "true or false",
                                          "a whole number"};
    static const int TYPES[] = {CONFIG_TYPE_STRING, CONFIG_TYPE_BOOL, CONFIG_TYPE_INT};
    void *at = (char *)item + rule->offset;
    if (rule->type == MEMBER_WORDS)
        return read_words(r, s, at);
    const char *text = config_setting_get_string(s);
    if (config_setting_type(s) != TYPES[rule->type] || (text && !text_is_safe(text)))
        return REFUSE(r, s->line, EXPECTS[rule->type], "%s is %s", s->name,
                      text ? "text that cannot be shown"
                           : config_type_word(config_setting_type(s)));
    if (rule->type == MEMBER_TEXT)
        *(const char **)at = arena_strdup(&r->c->arena, text);
    else if (rule->type == MEMBER_FLAG)
        *(bool *)at = config_setting_get_bool(s) != 0;
    else
        *(int *)at = config_setting_get_int(s);
    return PC_OK;
}

static enum pc_err read_item(struct reading *r, const config_setting_t *s, const char *what,
                             const struct member_rule *rules, size_t n_rules, void *item)
{
    if (!config_setting_is_group(s))
        return REFUSE(r, s->line, "See protector-console.cfg for an example.",
                      "an element of %s is no section in { }", what);
    for (int i = 0; i < config_setting_length(s); i++) {
        const config_setting_t *m = config_setting_get_elem(s, (unsigned)i);
        size_t k = 0;
        while (k < n_rules && strcmp(rules[k].name, m->name) != 0)
            k++;
        if (k == n_rules)
            return REFUSE(r, m->line, "See protector-console.cfg for what there is.",
                          "unknown option \"%s\" of %s", m->name, what);
        enum pc_err rc = read_member(r, m, &rules[k], item);
        if (rc)
            return rc;
    }
    for (size_t k = 0; k < n_rules; k++)
        if (rules[k].required && !config_setting_get_member(s, rules[k].name))
            return REFUSE(r, s->line, "See protector-console.cfg for an example.",
                          "an element of %s has no %s", what, rules[k].name);
    return PC_OK;
}

/* NULL: there is none. */
static enum pc_err list_of(struct reading *r, const config_setting_t *root, const char *name,
                           const config_setting_t **ret, size_t *ret_count)
{
    const config_setting_t *list = config_setting_get_member(root, name);
    *ret = list;
    *ret_count = list ? (size_t)config_setting_length(list) : 0;
    if (list && (!config_setting_is_list(list) || *ret_count > ITEMS_MAX))
        return REFUSE(r, list->line, "Write it as ( { ... }, { ... } ).",
                      "%s is no list in ( ) of at most %d elements", name, ITEMS_MAX);
    return PC_OK;
}

#define TEXT(type, member, must) {#member, MEMBER_TEXT, offsetof(struct type, member), must}
#define FLAG(type, member) {#member, MEMBER_FLAG, offsetof(struct type, member), false}

enum pc_err config_read_queries(struct reading *r, const config_setting_t *root)
{
    static const struct member_rule RULES[] = {
        TEXT(config_query, name, true), TEXT(config_query, list, true),
        TEXT(config_query, filter, true),
        {"order", MEMBER_NUMBER, offsetof(struct config_query, order), false}};
    const config_setting_t *list;
    size_t n;
    enum pc_err rc = list_of(r, root, "queries", &list, &n);
    if (!rc)
        r->c->queries = arena_alloc(&r->c->arena, sizeof(*r->c->queries) * (n + 1));
    for (size_t i = 0; !rc && i < n; i++) {
        const config_setting_t *s = config_setting_get_elem(list, (unsigned)i);
        struct config_query *q = &r->c->queries[i];
        rc = read_item(r, s, "queries", RULES, sizeof(RULES) / sizeof(RULES[0]), q);
        if (!rc && strcmp(q->list, "groups") != 0 && strcmp(q->list, "history") != 0 &&
            strcmp(q->list, "events") != 0)
            rc = REFUSE(r, s->line, "Write groups, history or events.",
                        "there is no list called \"%s\"", q->list);
    }
    r->c->query_count = rc ? 0 : n;
    return rc;
}

static enum pc_err check_command(struct reading *r, unsigned line, const struct config_command *c)
{
    if (strspn(c->name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(c->name) || !*c->name ||
        strlen(c->name) > 24)
        return REFUSE(r, line, "Use 1 to 24 small letters, digits and '-'.",
                      "\"%s\" is no name for a command", c->name);
    if (!c->argv[0] || c->argv[0][0] != '/')
        return REFUSE(r, line, "Name the program by its whole path, the arguments one by one.",
                      "the argv of command %s does not begin with a path", c->name);
    for (size_t i = 0; i < r->c->command_count; i++)
        if (strcmp(r->c->commands[i].name, c->name) == 0)
            return REFUSE(r, line, "Give each a name of its own.", "two commands are called %s",
                          c->name);
    return PC_OK;
}

enum pc_err config_read_commands(struct reading *r, const config_setting_t *root)
{
    static const struct member_rule RULES[] = {
        TEXT(config_command, name, true), TEXT(config_command, key, false),
        TEXT(config_command, help, false), FLAG(config_command, confirm),
        FLAG(config_command, dangerous),
        {"argv", MEMBER_WORDS, offsetof(struct config_command, argv), true},
        {"contexts", MEMBER_WORDS, offsetof(struct config_command, contexts), false}};
    static const char *const NONE[] = {NULL};
    const config_setting_t *list;
    size_t n;
    enum pc_err rc = list_of(r, root, "commands", &list, &n);
    if (!rc)
        r->c->commands = arena_alloc(&r->c->arena, sizeof(*r->c->commands) * (n + 1));
    for (size_t i = 0; !rc && i < n; i++) {
        const config_setting_t *s = config_setting_get_elem(list, (unsigned)i);
        struct config_command *c = &r->c->commands[i];
        *c = (struct config_command){.key = "", .help = "", .contexts = NONE, .line = (int)s->line};
        rc = read_item(r, s, "commands", RULES, sizeof(RULES) / sizeof(RULES[0]), c);
        if (!rc)
            rc = check_command(r, s->line, c);
        r->c->command_count += !rc;
    }
    return rc;
}
