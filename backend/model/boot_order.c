#include "backend/model/boot_order.h"

#include "backend/base/json.h"
#include "backend/model/group.h"

#include <stdlib.h>
#include <string.h>

static const char *const POLICY_WORDS[CALLOUT_POLICY_COUNT] = {
#define CALLOUT_WORD(symbol, word) word,
    CALLOUT_POLICY_LIST(CALLOUT_WORD)
#undef CALLOUT_WORD
};

const char *callout_policy_word(enum callout_policy p)
{
    return p < CALLOUT_POLICY_COUNT ? POLICY_WORDS[p] : "";
}

enum callout_policy callout_policy_parse(const char *word)
{
    for (int i = 0; i < CALLOUT_POLICY_COUNT; i++)
        if (strcmp(POLICY_WORDS[i], word) == 0)
            return (enum callout_policy)i;
    return CALLOUT_POLICY_COUNT;
}

/* ---- from JSON ------------------------------------------------------------------ */

static const char **read_names(struct arena *a, const json_t *list, size_t *ret_count)
{
    const char **names = arena_alloc(a, (json_array_size(list) + 1) * sizeof(*names));
    const json_t *v;
    size_t i;
    *ret_count = 0;
    json_array_foreach(list, i, v)
        if (json_is_string(v))
            names[(*ret_count)++] = arena_strdup(a, json_string_value(v));
    return names;
}

static void read_wait(struct arena *a, const json_t *o, struct boot_wait *w)
{
    w->check = arena_strdup(a, json_text(o, "check"));
    w->members = read_names(a, json_list(o, "members"), &w->member_count);
    w->timeout_s = (int)json_int(o, "timeout_s", BOOT_WAIT_DEFAULT_S);
}

static void read_callout(struct arena *a, const json_t *o, struct boot_callout *c)
{
    enum callout_policy p = callout_policy_parse(json_text(o, "on_failure"));
    c->argv = read_names(a, json_list(o, "argv"), &c->argc);
    c->timeout_s = (int)json_int(o, "timeout_s", BOOT_CALLOUT_DEFAULT_S);
    c->on_failure = p == CALLOUT_POLICY_COUNT ? CALLOUT_STOP : p;
}

static void read_group(struct arena *a, const json_t *o, struct boot_group *g)
{
    const json_t *list, *v;
    size_t i;
    g->name = arena_strdup(a, json_text(o, "name"));
    g->members = read_names(a, json_list(o, "members"), &g->member_count);
    g->depends_on = read_names(a, json_list(o, "depends_on"), &g->depend_count);
    list = json_list(o, "after");
    g->after_count = json_array_size(list);
    g->after = arena_alloc(a, (g->after_count + 1) * sizeof(*g->after));
    json_array_foreach(list, i, v)
        g->after[i] = (struct boot_pair){arena_strdup(a, json_text(v, "member")),
                                         arena_strdup(a, json_text(v, "after"))};
    list = json_list(o, "wait_for");
    g->wait_count = json_array_size(list);
    g->wait_for = arena_alloc(a, (g->wait_count + 1) * sizeof(*g->wait_for));
    json_array_foreach(list, i, v)
        read_wait(a, v, &g->wait_for[i]);
    g->prompt = arena_strdup(a, json_text(o, "prompt"));
    read_callout(a, json_map(o, "callout"), &g->callout);
    read_callout(a, json_map(o, "callout_before"), &g->callout_before);
    g->stop_first = json_flag(o, "stop_first", false);
}

void boot_order_read(struct arena *a, const json_t *list, struct boot_order *ret)
{
    const json_t *v;
    size_t i;
    ret->count = json_array_size(list);
    ret->groups = arena_alloc(a, (ret->count + 1) * sizeof(*ret->groups));
    json_array_foreach(list, i, v)
        read_group(a, v, &ret->groups[i]);
}

/* ---- to JSON -------------------------------------------------------------------- */

static json_t *write_names(const char *const *names, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(names[i]));
    return list;
}

static json_t *write_wait(const struct boot_wait *w)
{
    json_t *o = json_object();
    json_put_text(o, "check", w->check);
    json_put(o, "members", write_names(w->members, w->member_count));
    json_put_int(o, "timeout_s", w->timeout_s);
    return o;
}

static void write_callout(json_t *o, const char *key, const struct boot_callout *c)
{
    json_t *v = json_object();
    json_put(v, "argv", write_names(c->argv, c->argc));
    json_put_int(v, "timeout_s", c->timeout_s);
    json_put_text(v, "on_failure", callout_policy_word(c->on_failure));
    if (c->argc)
        json_put(o, key, v);
    else
        json_decref(v);
}

static json_t *write_group(const struct boot_group *g)
{
    json_t *o = json_object(), *after = json_array(), *waits = json_array();
    json_put_text(o, "name", g->name);
    json_put(o, "members", write_names(g->members, g->member_count));
    json_put(o, "depends_on", write_names(g->depends_on, g->depend_count));
    for (size_t i = 0; i < g->after_count; i++)
        json_array_append_new(after, json_pack("{s:s, s:s}", "member", g->after[i].member, "after",
                                               g->after[i].after));
    for (size_t i = 0; i < g->wait_count; i++)
        json_array_append_new(waits, write_wait(&g->wait_for[i]));
    json_put(o, "after", after);
    json_put(o, "wait_for", waits);
    json_put_text(o, "prompt", g->prompt);
    write_callout(o, "callout", &g->callout);
    write_callout(o, "callout_before", &g->callout_before);
    json_put_flag(o, "stop_first", g->stop_first);
    return o;
}

json_t *boot_order_write(const struct boot_order *b)
{
    json_t *list = json_array();
    for (size_t i = 0; i < b->count; i++)
        json_array_append_new(list, write_group(&b->groups[i]));
    return list;
}

/* ---- taking a member out ---------------------------------------------------------- */

static void forget_name(json_t *names, const char *member)
{
    for (size_t i = json_array_size(names); i-- > 0;) {
        const char *name = json_string_value(json_array_get(names, i));
        if (name && strcmp(name, member) == 0)
            json_array_remove(names, i);
    }
}

static void forget_in(json_t *o, const char *member)
{
    json_t *after = json_list(o, "after"), *waits = json_list(o, "wait_for");
    forget_name(json_list(o, "members"), member);
    for (size_t i = json_array_size(after); i-- > 0;) {
        const json_t *pair = json_array_get(after, i);
        if (strcmp(json_text(pair, "member"), member) == 0 ||
            strcmp(json_text(pair, "after"), member) == 0)
            json_array_remove(after, i);
    }
    for (size_t i = json_array_size(waits); i-- > 0;) {
        json_t *names = json_list(json_array_get(waits, i), "members");
        bool named = json_array_size(names) > 0;
        forget_name(names, member);
        if (named && json_array_size(names) == 0) /* empty would mean all of them */
            json_array_remove(waits, i);
    }
}

void boot_order_forget(json_t *list, const char *member)
{
    json_t *o;
    size_t i;
    json_array_foreach(list, i, o)
        forget_in(o, member);
}

/* ---- renaming one ------------------------------------------------------------------ */

static void rename_in(json_t *names, const char *from, const char *to)
{
    json_t *v;
    size_t i;
    json_array_foreach(names, i, v)
        if (json_is_string(v) && strcmp(json_string_value(v), from) == 0)
            json_array_set_new(names, i, json_string(to));
}

void boot_order_rename(json_t *list, const char *from, const char *to)
{
    json_t *o, *v;
    size_t i, k;
    json_array_foreach(list, i, o) {
        rename_in(json_list(o, "members"), from, to);
        json_array_foreach(json_list(o, "wait_for"), k, v)
            rename_in(json_list(v, "members"), from, to);
        json_array_foreach(json_list(o, "after"), k, v) {
            if (strcmp(json_text(v, "member"), from) == 0)
                json_put_text(v, "member", to);
            if (strcmp(json_text(v, "after"), from) == 0)
                json_put_text(v, "after", to);
        }
    }
}

/* ---- orders ----------------------------------------------------------------------- */

int boot_order_of(const struct boot_order *b, const char *member)
{
    for (size_t i = 0; i < b->count; i++)
        for (size_t k = 0; k < b->groups[i].member_count; k++)
            if (strcmp(b->groups[i].members[k], member) == 0)
                return (int)i;
    return -1;
}

static bool depends(const struct boot_group *g, const struct boot_group *on)
{
    for (size_t i = 0; i < g->depend_count; i++)
        if (strcmp(g->depends_on[i], on->name) == 0)
            return true;
    return false;
}

size_t boot_order_sorted(const struct boot_order *b, size_t *ret)
{
    bool *placed = xcalloc(b->count + 1, sizeof(*placed));
    size_t n = 0, before;
    do {
        before = n;
        for (size_t i = 0; i < b->count; i++) {
            bool free_now = !placed[i];
            for (size_t k = 0; free_now && k < b->count; k++)
                free_now = placed[k] || !depends(&b->groups[i], &b->groups[k]);
            if (free_now) {
                placed[i] = true;
                ret[n++] = i;
            }
        }
    } while (n > before && n < b->count);
    free(placed);
    return n;
}

/* Longest way from one that nobody comes after: each pass settles one length,
 * so there are at most as many as there are members. */
static void waves_within(const struct group *g, const struct boot_group *b, int *wave)
{
    for (size_t pass = 0; pass < b->member_count; pass++)
        for (size_t i = 0; i < b->after_count; i++) {
            const struct member *m = group_find_member(g, b->after[i].member);
            const struct member *first = group_find_member(g, b->after[i].after);
            if (m && first && wave[first - g->members] <= wave[m - g->members])
                wave[first - g->members] = wave[m - g->members] + 1;
        }
}

/* Puts all of one boot group behind wave `from`; returns the wave behind it. */
static int place(const struct group *g, size_t index, int from, int *wave)
{
    int last = from;
    for (size_t i = 0; i < g->member_count; i++)
        if (boot_order_of(&g->boot, g->members[i].name) == (int)index)
            wave[i] = from;
    waves_within(g, &g->boot.groups[index], wave);
    for (size_t i = 0; i < g->member_count; i++)
        if (boot_order_of(&g->boot, g->members[i].name) == (int)index && wave[i] > last)
            last = wave[i];
    return last + 1;
}

/* Where a boot group goes: behind all that depend on it. */
static int behind_dependents(const struct boot_order *b, size_t index, const int *end, int least)
{
    int from = least;
    for (size_t i = 0; i < b->count; i++)
        if (depends(&b->groups[i], &b->groups[index]) && end[i] > from)
            from = end[i];
    return from;
}

int boot_order_reverse(const struct group *g, int *ret)
{
    const struct boot_order *b = &g->boot;
    size_t *sorted = xcalloc(b->count + 1, sizeof(*sorted)), n = boot_order_sorted(b, sorted);
    int *end = xcalloc(b->count + 1, sizeof(*end)), floor = 0, waves = 0;
    for (size_t i = 0; i < g->member_count; i++)
        ret[i] = -1;
    for (int first = 1; first >= 0; first--) {
        for (size_t k = n; k-- > 0;) {
            size_t i = sorted[k];
            if (b->groups[i].stop_first != (first == 1))
                continue;
            end[i] = place(g, i, behind_dependents(b, i, end, floor), ret);
            waves = end[i] > waves ? end[i] : waves;
        }
        floor = waves;
    }
    for (size_t i = 0; i < g->member_count; i++) /* of none: nobody needs to wait for them */
        if (ret[i] < 0)
            ret[i] = waves > 0 ? waves - 1 : 0;
    free(sorted);
    free(end);
    return waves > 0 ? waves : 1;
}
