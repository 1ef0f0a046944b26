/* palette_items: see palette_items.h. */
#include "tui/screens/palette_items.h"

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/desk.h"
#include "tui/format.h"
#include "tui/groupshow.h"
#include "tui/place.h"
#include "tui/words.h"
#include "widgets/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECENT_SHOWN = 5 };

/* What one call adds to. */
struct making {
    struct palette_items *out;
    const struct ui *ui;
    struct match *match; /* of names, by letters */
    struct match *words; /* of what describes it, by words */
};

/* Every word as letters in this order: "dpw" is "drill prod-web". */
static struct match *fuzzy(const char *line)
{
    struct buf b;
    char why[80];
    bool start = true;
    buf_init(&b, 1000);
    for (; *line; line++) {
        char one[3] = {*line, '\0', '\0'};
        if (start && *line != ' ')
            buf_puts(&b, "*");
        start = *line == ' ';
        buf_puts(&b, one);
    }
    struct match *m = match_new(buf_text(&b), why, sizeof why);
    buf_release(&b);
    return m;
}

static void add(struct making *m, struct palette_item *item)
{
    struct palette_items *p = m->out;
    int whole = match_score(m->words, item->found_by), name = match_score(m->match, item->name);
    if (!whole && !name)
        return;
    /* What is named so comes before what is only described so. */
    item->score = name ? name + 100 : whole;
    p->items = xgrow(p->items, &p->room, p->count + 1, sizeof *p->items);
    p->items[p->count++] = *item;
}

static bool offered(const struct action *a, unsigned context)
{
    return ((a->contexts & context) || (a->flags & ACT_ANYWHERE)) && !(a->flags & ACT_WIDGET) &&
           a->id != ACT_PALETTE;
}

/* What may be done to an operation depends on more of it than a line of a log knows. */
static bool needs_its_screen(const struct action *a, unsigned context)
{
    return (a->flags & ACT_NEEDS_OPERATION) && !(a->contexts & context);
}

static void add_actions(struct making *m, unsigned context, const struct act_subject *s)
{
    for (size_t i = 0; i < action_count(); i++) {
        const struct action *a = action_nth(i);
        struct palette_item item = {.kind = PALETTE_ACTION, .action = a};
        if (!offered(a, context))
            continue;
        snprintf(item.name, sizeof item.name, "%s", a->name);
        item.disabled = needs_its_screen(a, context) ||
                        !action_enabled(a, s, item.note, sizeof item.note);
        if (needs_its_screen(a, context))
            snprintf(item.note, sizeof item.note, "open its operation first");
        else if (item.disabled)
            action_in_keys(item.note, sizeof item.note);
        else
            snprintf(item.note, sizeof item.note, "%s", a->help);
        snprintf(item.found_by, sizeof item.found_by, "%s %s %s", a->name, a->label, a->help);
        add(m, &item);
    }
}

static void add_groups(struct making *m)
{
    const struct snapshot *s = m->ui->snap;
    for (size_t i = 0; i < s->groups->count; i++) {
        const struct group_view *g = s->groups->items[i];
        struct palette_item item = {.kind = PALETTE_GROUP};
        safe_text(item.name, sizeof item.name, g->group->name);
        safe_text(item.id, sizeof item.id, g->group->id);
        snprintf(item.note, sizeof item.note, "%s, serves at %.60s", group_state_word(g->state),
                 groupshow_at(g));
        snprintf(item.found_by, sizeof item.found_by, "group %s %s", item.name,
                 group_state_word(g->state));
        add(m, &item);
    }
}

static void add_sites(struct making *m)
{
    const struct site_list *sites = m->ui->snap->sites;
    for (size_t i = 0; i < sites->count; i++) {
        struct palette_item item = {.kind = PALETTE_SITE};
        safe_text(item.name, sizeof item.name, sites->items[i].name);
        snprintf(item.note, sizeof item.note, "%s, %s",
                 sites->items[i].primary ? "primary" : "secondary", sites->items[i].status);
        snprintf(item.found_by, sizeof item.found_by, "site %s %s", item.name, item.note);
        add(m, &item);
    }
}

static void add_bookmarks(struct making *m)
{
    json_t *all = desk_bookmarks(m->ui), *b;
    size_t i;
    json_array_foreach (all, i, b) {
        struct palette_item item = {.kind = PALETTE_BOOKMARK};
        char name[DESK_NAME_MAX];
        safe_text(item.name, sizeof item.name, json_text(b, "name"));
        snprintf(item.note, sizeof item.note, "%s  /%.120s",
                 place_name(m->ui, json_map(b, "place"), name, sizeof name),
                 json_text(json_map(b, "place"), "filter"));
        snprintf(item.found_by, sizeof item.found_by, "view bookmark %s", item.name);
        add(m, &item);
    }
    json_decref(all);
}

static void add_operations(struct making *m)
{
    const struct snapshot *s = m->ui->snap;
    for (size_t i = 0; i < s->operations->count; i++) {
        const struct operation *op = s->operations->items[i]->op;
        struct palette_item item = {.kind = PALETTE_OPERATION};
        char id[FORMAT_SIZE];
        format_id(id, sizeof id, op->id);
        safe_text(item.id, sizeof item.id, op->id);
        snprintf(item.name, sizeof item.name, "%s %.100s %s", op_type_label(op->type),
                 op->group, id);
        snprintf(item.note, sizeof item.note, "%s", words_status(op->status));
        snprintf(item.found_by, sizeof item.found_by, "operation %s %s", item.name, item.note);
        add(m, &item);
    }
}

/* "drill " and what follows: the action, and in *rest what is left of the line. */
static const struct action *named(const char *line, unsigned context, const char **rest)
{
    size_t n = strcspn(line, " ");
    for (size_t i = 0; line[n] && i < action_count(); i++) {
        const struct action *a = action_nth(i);
        if (offered(a, context) && (a->flags & ACT_NEEDS_GROUP) && strlen(a->name) == n &&
            strncmp(a->name, line, n) == 0) {
            *rest = line + n + 1;
            return a;
        }
    }
    return NULL;
}

static void add_for_groups(struct making *m, const struct action *a)
{
    const struct snapshot *s = m->ui->snap;
    for (size_t i = 0; i < s->groups->count; i++) {
        struct act_subject subject = {.snapshot = s, .group = s->groups->items[i]};
        const struct group *g = subject.group->group;
        struct palette_item item = {.kind = PALETTE_ACTION, .action = a};
        safe_text(item.id, sizeof item.id, g->id);
        snprintf(item.name, sizeof item.name, "%s %.120s", a->name, g->name);
        item.disabled = !action_enabled(a, &subject, item.note, sizeof item.note);
        if (!item.disabled)
            snprintf(item.note, sizeof item.note, "%s", group_state_word(subject.group->state));
        safe_text(item.found_by, sizeof item.found_by, g->name);
        add(m, &item);
    }
}

static void add_recent(struct making *m, const struct recent *recent)
{
    for (size_t i = 0; i < recent->count && i < RECENT_SHOWN; i++) {
        struct palette_item item = {.kind = PALETTE_RECENT};
        snprintf(item.name, sizeof item.name, "%s", recent->line[i]);
        snprintf(item.found_by, sizeof item.found_by, "%s", item.name);
        add(m, &item);
    }
}

/* What may be done now first, of that higher scores, actions before groups: Enter
 * takes the first one. */
static int by_score(const void *a, const void *b)
{
    const struct palette_item *x = a, *y = b;
    if (x->disabled != y->disabled)
        return x->disabled ? 1 : -1;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return strcmp(x->name, y->name);
}

void palette_items_make(struct palette_items *p, const struct ui *ui, unsigned context,
                        const struct act_subject *subject, const struct recent *recent,
                        const char *line)
{
    const char *rest = line;
    const struct action *a = named(line, context, &rest);
    struct making m = {.out = p, .ui = ui, .match = fuzzy(rest)};
    char why[80];
    m.words = match_new(rest, why, sizeof why);
    if (!m.words) /* a wrong expression describes nothing */
        m.words = match_new("~^$", why, sizeof why);
    p->count = 0;
    if (a) {
        add_for_groups(&m, a);
    } else {
        if (!*line)
            add_recent(&m, recent);
        add_actions(&m, context, subject);
        add_groups(&m);
        add_sites(&m);
        add_operations(&m);
        add_bookmarks(&m);
    }
    if (*rest && p->count) /* before the first there is no array */
        qsort(p->items, p->count, sizeof *p->items, by_score);
    match_free(m.match);
    match_free(m.words);
}

void palette_items_release(struct palette_items *p)
{
    free(p->items);
    *p = (struct palette_items){.items = NULL};
}
