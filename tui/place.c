/* place: see place.h. */
#include "tui/place.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

json_t *place_of(const struct screen *s)
{
    if (!s || !s->ops->keep)
        return NULL;
    json_t *place = json_object();
    json_put_text(place, "screen", s->ops->name);
    s->ops->keep(s, place);
    return place;
}

/* ---- opening ---------------------------------------------------------------------- */

static struct screen *open_home(const struct ui *ui, const json_t *place)
{
    (void)place;
    return ui->stack[0]; /* it is always open */
}

static struct screen *open_history(const struct ui *ui, const json_t *place)
{
    (void)ui;
    (void)place;
    return history_open();
}

static struct screen *open_events(const struct ui *ui, const json_t *place)
{
    (void)ui;
    (void)place;
    return events_open();
}

static struct screen *open_audit(const struct ui *ui, const json_t *place)
{
    (void)ui;
    (void)place;
    return audit_open();
}

static struct screen *open_messages(const struct ui *ui, const json_t *place)
{
    (void)ui;
    (void)place;
    return messages_open();
}

static struct screen *open_watch(const struct ui *ui, const json_t *place)
{
    (void)ui;
    const char *id = json_text(place, "operation");
    return *id ? watch_open(id) : NULL;
}

static struct screen *open_site(const struct ui *ui, const json_t *place)
{
    const struct site_view *site = snapshot_site(ui->snap, json_text(place, "site"));
    return site ? site_open(site) : NULL;
}

static struct screen *open_group(const struct ui *ui, const json_t *place)
{
    const struct group_view *g = snapshot_group(ui->snap, json_text(place, "group"));
    return g ? group_open(g) : NULL;
}

static struct screen *open_trend(const struct ui *ui, const json_t *place)
{
    const struct group_view *g = snapshot_group(ui->snap, json_text(place, "group"));
    return g ? trend_open(g) : NULL;
}

static const struct {
    const char *screen, *name; /* name NULL: that of what it is about */
    struct screen *(*open)(const struct ui *ui, const json_t *place);
} PLACES[] = {
    {"home", "home", open_home},
    {"history", "history", open_history},
    {"events", "events", open_events},
    {"audit", "audit log", open_audit},
    {"messages", "messages", open_messages},
    {"watch", NULL, open_watch},
    {"site", NULL, open_site},
    {"group", NULL, open_group},
    {"trend", "durations", open_trend},
};
enum { KINDS = sizeof PLACES / sizeof PLACES[0] };

bool place_go(struct ui *ui, const json_t *place)
{
    struct screen *s = NULL;
    for (size_t i = 0; i < KINDS && !s; i++)
        if (text_equal(PLACES[i].screen, json_text(place, "screen")))
            s = PLACES[i].open(ui, place);
    if (!s)
        return false;
    if (s == ui->stack[0])
        while (ui->depth > 1)
            ui_close(ui, ui_top(ui));
    else
        ui_push(ui, s);
    if (s->ops->resume)
        s->ops->resume(s, ui, place);
    ui->repaint = true;
    return true;
}

const char *place_name(const struct ui *ui, const json_t *place, char *dst, size_t size)
{
    const char *group = json_text(place, "group"), *op = json_text(place, "operation");
    const char *name = json_text(place, "site");
    char id[FORMAT_SIZE];
    for (size_t i = 0; i < KINDS; i++)
        if (PLACES[i].name && text_equal(PLACES[i].screen, json_text(place, "screen")))
            name = PLACES[i].name;
    if (!*name && *group) {
        const struct group_view *g = snapshot_group(ui->snap, group);
        name = g ? g->group->name : "a group";
    } else if (!*name && *op) {
        format_id(id, sizeof id, op);
        name = id;
    }
    safe_text(dst, size < 40 ? size : 40, name);
    return dst;
}

/* ---- lists ------------------------------------------------------------------------ */

void place_keep_list(json_t *place, const struct table *t, const struct sieve *s)
{
    char id[24];
    if (!match_is_empty(s->filter.match))
        json_put_text(place, "filter", input_text(&s->filter.line));
    if (t->sorted)
        json_put_int(place, "sorted", t->sorted);
    if (!t->has_id)
        return;
    snprintf(id, sizeof id, "%llx", (unsigned long long)t->selected_id);
    json_put_text(place, "selected", id);
}

void place_resume_list(const json_t *place, struct table *t, struct sieve *s)
{
    const char *filter = json_text(place, "filter"), *id = json_text(place, "selected");
    int64_t sorted = json_int(place, "sorted", 0), columns = (int64_t)t->n_columns;
    filter_set(&s->filter, filter);
    t->sorted = sorted >= -columns && sorted <= columns ? (int)sorted : 0;
    if (*id) {
        t->selected_id = strtoull(id, NULL, 16);
        t->has_id = true;
    }
}
