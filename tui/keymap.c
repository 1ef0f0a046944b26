/* keymap: see keymap.h. */
#include "tui/keymap.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/commands.h"

#include <stdio.h>

enum { KEYS_MAX = ACT_COUNT + COMMANDS_MAX };
static ui_key chosen[KEYS_MAX];
static bool is_chosen[KEYS_MAX];

void keymap_reset(void)
{
    for (size_t i = 0; i < KEYS_MAX; i++)
        is_chosen[i] = false;
}

ui_key keymap_key(enum act_id id)
{
    return is_chosen[id] ? chosen[id] : action_nth(id)->key;
}

bool keymap_is(ui_key key, enum act_id id)
{
    return key != UI_KEY_NONE && keymap_key(id) == key;
}

/* What terminals and multiplexers keep for themselves, or what would shut the operator in. */
static const ui_key TAKEN[] = {UI_KEY_CTRL('A'), UI_KEY_CTRL('B'),  UI_KEY_CTRL('C'),
                               UI_KEY_CTRL('Q'), UI_KEY_CTRL('S'),  UI_KEY_CTRL('Z'),
                               UI_KEY_CTRL('\\'), UI_KEY_MOUSE};

/* What a list takes before the actions are looked at. */
static const ui_key LISTS[] = {UI_KEY_UP,  UI_KEY_DOWN, 'k', 'j', UI_KEY_PGUP, UI_KEY_PGDN,
                               UI_KEY_CTRL('U'), UI_KEY_CTRL('D'), UI_KEY_HOME, UI_KEY_END,
                               'g', 'G', UI_KEY_TAB, UI_KEY_BACKTAB};

static bool among(const ui_key *keys, size_t n, ui_key key)
{
    for (size_t i = 0; i < n; i++)
        if (keys[i] == key)
            return true;
    return false;
}
#define AMONG(list, key) among(list, sizeof(list) / sizeof((list)[0]), key)

static const struct action *by_name(const char *name)
{
    for (size_t i = 0; i < action_count(); i++)
        if (text_equal(action_nth(i)->name, name))
            return action_nth(i);
    return NULL;
}

enum pc_err keymap_set(const char *action, const char *key, struct pc_error *err)
{
    const struct action *a = by_name(action);
    ui_key k = UI_KEY_NONE;
    if (!a)
        return pc_error_set(err, PC_ERR_CONFIG, "The names are those that : shows.",
                            "there is no action called \"%s\"", action);
    if ((a->flags & ACT_WIDGET) || a->id == ACT_BACK)
        return pc_error_set(err, PC_ERR_CONFIG, "Leave it out.", "the key of \"%s\" is fixed",
                            action);
    if (*key && !ui_key_parse(key, &k))
        return pc_error_set(err, PC_ERR_CONFIG, "Write \"t\", \"F5\", \"Ctrl-R\" or \"Space\".",
                            "\"%s\" of \"%s\" is no key", key, action);
    if (AMONG(TAKEN, k))
        return pc_error_set(err, PC_ERR_CONFIG, "Choose another one.",
                            "\"%s\" of \"%s\" belongs to the terminal", key, action);
    chosen[a->id] = k;
    is_chosen[a->id] = true;
    return PC_OK;
}

void keymap_load(const json_t *keys, struct buf *told)
{
    struct pc_error err;
    size_t i;
    json_t *k;
    json_array_foreach (keys, i, k) {
        err = (struct pc_error){0};
        if (keymap_set(json_text(k, "action"), json_text(k, "key"), &err))
            buf_printf(told, "line %lld: %s. %s\n", (long long)json_int(k, "line", 0), err.text,
                       err.remedy);
    }
}

const struct action *keymap_holder(const struct action *of, ui_key key)
{
    for (size_t i = 0; key != UI_KEY_NONE && i < action_count(); i++) {
        const struct action *a = action_nth(i);
        if (a->id != of->id && keymap_key(a->id) == key && action_meets(a, of))
            return a;
    }
    return NULL;
}

static size_t check_one(const struct action *a, struct buf *told)
{
    char name[UI_KEY_NAME_MAX];
    ui_key key = keymap_key(a->id);
    size_t n = 0;
    if (key == UI_KEY_NONE || (a->flags & ACT_WIDGET))
        return 0;
    ui_key_name(key, name);
    bool own = a->id < ACT_COUNT && key == a->key; /* the table knows what it does */
    if (AMONG(TAKEN, key)) {
        buf_printf(told, "%s of \"%s\" belongs to the terminal\n", name, a->name);
        n++;
    }
    if (AMONG(LISTS, key) && !own) {
        buf_printf(told, "%s is taken by lists before \"%s\" sees it\n", name, a->name);
        n++;
    }
    if ((a->flags & ACT_WRITES) && key >= 'a' && key <= 'z') {
        buf_printf(told, "%s, a small letter, would change the world by \"%s\"\n", name, a->name);
        n++;
    }
    for (size_t i = 0; i < (size_t)a->id; i++) {
        const struct action *b = action_nth(i);
        if ((b->flags & ACT_WIDGET) || keymap_key(b->id) != key || !action_meets(a, b))
            continue;
        buf_printf(told, "%s is both \"%s\" and \"%s\"\n", name, b->name, a->name);
        n++;
    }
    return n;
}

size_t keymap_check(struct buf *told)
{
    size_t n = 0;
    for (size_t i = 0; i < action_count(); i++)
        n += check_one(action_nth(i), told);
    return n;
}
