/* action_bar: the table as it is shown: keys, key bar, hints. See actions.h. */
#include "tui/actions.h"

#include "backend/base/buf.h"
#include "backend/base/text.h"
#include "tui/keymap.h"

#include <stdio.h>
#include <string.h>

enum { NOT_NOW = 99 }; /* leaves the key bar before everything else */

static unsigned taken_in(const struct action *a)
{
    return a->contexts & CTX_WIZARD ? a->contexts | CTX_PAGES : a->contexts;
}

bool action_meets(const struct action *a, const struct action *b)
{
    return (a->contexts & taken_in(b)) || (b->contexts & taken_in(a));
}

static const struct action *by_name(const char *name, size_t len)
{
    for (size_t i = 0; i < ACT_COUNT; i++)
        if (strncmp(ACTIONS[i].name, name, len) == 0 && ACTIONS[i].name[len] == '\0')
            return &ACTIONS[i];
    return NULL;
}

/* Of two that begin alike the longer one first. */
static const struct {
    const char *command;
    enum act_id act;
    const char *then; /* what is done there, if more than that is said */
} COMMANDS[] = {
    {"commit --force --reason TEXT", ACT_COMMIT, ", its box for what is in doubt ticked, with a reason"},
    {"protection-group resolve GROUP --serving FIRST-SITE", ACT_RESOLVE, NULL},
    {"protection-group resolve GROUP --serving SITE --force", ACT_RESOLVE, NULL},
    {"protection-group resolve GROUP --serving SITE", ACT_RESOLVE, NULL},
    {"recovery-point list, failover --recovery-point", ACT_FAILOVER, ", its page 1"},
    {"protection-group confirm-failback", ACT_CONFIRM_FAILBACK, NULL},
    {"protection-group cancel-failback", ACT_CANCEL_FAILBACK, NULL},
    {"protection-group release", ACT_RELEASE, NULL},
    {"protection-group commit", ACT_COMMIT, NULL},
    {"protection-group rollback", ACT_ROLLBACK, NULL},
    {"protection-group failback", ACT_FAILBACK, NULL},
    {"protection-group failover", ACT_FAILOVER, NULL},
    {"test cleanup OPERATION", ACT_CLEANUP, NULL},
    {"operation retry", ACT_RETRY, NULL},
    {"operation cancel", ACT_CANCEL, NULL},
    {"operation show", ACT_OPERATION, NULL},
};

void action_in_keys(char *text, size_t size)
{
    char room[UI_KEY_NAME_MAX];
    struct buf b;
    buf_init(&b, 4 * size + 200);
    for (const char *at = text; *at;) {
        size_t i = 0, n = sizeof COMMANDS / sizeof COMMANDS[0];
        while (i < n && strncmp(at, COMMANDS[i].command, strlen(COMMANDS[i].command)) != 0)
            i++;
        if (i < n) {
            const struct action *a = &ACTIONS[COMMANDS[i].act];
            buf_printf(&b, "%s (%s)%s", action_key_text(a, room), a->label,
                       COMMANDS[i].then ? COMMANDS[i].then : "");
            at += strlen(COMMANDS[i].command);
        } else {
            buf_printf(&b, "%c", *at++);
        }
    }
    safe_text(text, size, buf_text(&b));
    buf_release(&b);
}

char *action_hints(const char *line, char *dst, size_t size)
{
    struct buf b;
    char room[UI_KEY_NAME_MAX];
    buf_init(&b, size);
    while (*line) {
        const char *end = *line == '{' ? strchr(line, '}') : NULL;
        const struct action *a = end ? by_name(line + 1, (size_t)(end - line) - 1) : NULL;
        bool has = a && keymap_key(a->id) != UI_KEY_NONE;
        if (has)
            buf_printf(&b, "%s %s", action_key_text(a, room), a->label);
        else if (!a)
            buf_printf(&b, "%c", *line);
        line = a ? end + 1 : line + 1;
        while (a && !has && *line == ' ') /* nor the gap after it */
            line++;
    }
    snprintf(dst, size, "%s", buf_text(&b));
    buf_release(&b);
    return dst;
}

const char *action_key_text(const struct action *a, char room[UI_KEY_NAME_MAX])
{
    ui_key key = keymap_key(a->id);
    if (a->shown)
        return a->shown;
    return key == UI_KEY_NONE ? ":" : ui_key_name(key, room);
}

size_t action_keybar(unsigned context, const struct act_subject *s, struct action_names *names,
                     struct keybar_item *items)
{
    size_t n = 0;
    for (size_t i = 0; i < ACT_COUNT; i++) {
        const struct action *a = &ACTIONS[i];
        char reason[160];
        if (!(a->contexts & context) || (a->flags & ACT_QUIET) ||
            keymap_key(a->id) == UI_KEY_NONE)
            continue;
        if (!(a->flags & ACT_WIDGET) && action_of_key(context, keymap_key(a->id)) != a)
            continue; /* its key does something else here */
        bool may = action_enabled(a, s, reason, sizeof reason);
        items[n] = (struct keybar_item){
            .key = action_key_text(a, names->text[i]),
            .label = a->id == ACT_START && s->main   ? s->main
                     : a->id == ACT_DRILL && s->marks && context == CTX_HOME
                         ? "drill marked" /* not the selected row */
                         : a->label,
            .press = a->flags & ACT_WIDGET ? UI_KEY_NONE : keymap_key(a->id),
            .disabled = !may,
            .danger = (a->flags & ACT_WRITES) != 0,
            .drop = !may && (a->flags & ACT_TIMELY) ? NOT_NOW : a->drop,
        };
        n++;
    }
    return n;
}
