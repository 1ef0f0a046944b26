/* screen: see screen.h. */
#include "backend/door/screen.h"

#include "backend/base/json.h"

#include <string.h>

static json_t *words(const char *const *list)
{
    json_t *a = json_array();
    for (; *list; list++)
        json_array_append_new(a, json_string(*list));
    return a;
}

static json_t *keys_json(const struct config *c)
{
    json_t *keys = json_array();
    for (size_t i = 0; i < c->key_count; i++) {
        json_t *k = json_object();
        json_put_text(k, "action", c->keys[i].action);
        json_put_text(k, "key", c->keys[i].key);
        json_put_int(k, "line", c->keys[i].line);
        json_array_append_new(keys, k);
    }
    return keys;
}

/* The lists by their names in the configuration, and the screens they are. */
static const char *screen_of(const char *list)
{
    return strcmp(list, "groups") == 0 ? "home" : strcmp(list, "events") == 0 ? "audit" : list;
}

static json_t *queries_json(const struct config *c)
{
    json_t *queries = json_array();
    for (size_t i = 0; i < c->query_count; i++) {
        json_t *q = json_object(), *place = json_object();
        json_put_text(place, "screen", screen_of(c->queries[i].list));
        json_put_text(place, "filter", c->queries[i].filter);
        json_put_int(place, "sorted", c->queries[i].order);
        json_put_text(q, "name", c->queries[i].name);
        json_put(q, "place", place);
        json_array_append_new(queries, q);
    }
    return queries;
}

static json_t *commands_json(const struct config *c)
{
    json_t *commands = json_array();
    for (size_t i = 0; i < c->command_count; i++) {
        const struct config_command *x = &c->commands[i];
        json_t *o = json_object();
        json_put_text(o, "name", x->name);
        json_put_text(o, "key", x->key);
        json_put_text(o, "help", x->help);
        json_put(o, "argv", words(x->argv));
        json_put(o, "contexts", words(x->contexts));
        json_put_flag(o, "confirm", x->confirm);
        json_put_flag(o, "dangerous", x->dangerous);
        json_put_int(o, "line", x->line);
        json_array_append_new(commands, o);
    }
    return commands;
}

json_t *screen_json(const struct config *c)
{
    json_t *o = json_object(), *tints = json_object();
    json_put_text(o, "file", c->file);
    json_put_text(o, "theme", c->theme);
    json_put_flag(o, "ascii", c->ascii);
    json_put_flag(o, "title", c->title);
    json_put_text(o, "bell", c->bell);
    json_put_flag(o, "mouse", c->mouse);
    json_put_flag(o, "session", c->session);
    json_put_text(o, "notice", c->notice);
    for (size_t i = 0; i < c->site_count; i++)
        json_put_text(tints, c->sites[i].name, c->sites[i].tint);
    json_put(o, "tints", tints);
    json_put(o, "keys", keys_json(c));
    json_put(o, "queries", queries_json(c));
    json_put(o, "commands", commands_json(c));
    json_put_int(o, "poll_seconds", c->site_poll_seconds);
    return o;
}
