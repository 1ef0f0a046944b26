/* desk: see desk.h. */
#include "tui/desk.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/place.h"
#include "tui/save.h"
#include "tui/ui_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, FILE_MAX = 1 << 18 };
#define SESSION "session.json"
#define BOOKMARKS "bookmarks.json"

/* ---- files ------------------------------------------------------------------------ */

/* NULL: none, or none of ours. */
static json_t *read_file(const struct ui *ui, const char *name)
{
    char path[700], bytes[4096];
    struct buf text;
    size_t n;
    json_t *o = NULL;
    if (!ui->state_dir)
        return NULL;
    snprintf(path, sizeof path, "%s/%s", ui->state_dir, name);
    FILE *f = fopen(path, "re");
    if (!f)
        return NULL;
    buf_init(&text, FILE_MAX);
    while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
        buf_add(&text, bytes, n);
    fclose(f);
    if (!text.overflowed)
        o = json_loadb(buf_text(&text), text.len, JSON_REJECT_DUPLICATES, NULL);
    buf_release(&text);
    if (json_int(o, "version", 0) == VERSION)
        return o;
    json_decref(o);
    return NULL;
}

static enum pc_err write_file(const struct ui *ui, const char *name, json_t *o,
                              struct pc_error *err)
{
    char path[700];
    struct buf text;
    if (!ui->state_dir)
        return pc_error_set(err, PC_ERR_IO, NULL, "there is no state directory to write to");
    json_put_int(o, "version", VERSION);
    char *compact = json_compact(o);
    buf_init(&text, FILE_MAX);
    buf_printf(&text, "%s\n", compact);
    free(compact);
    snprintf(path, sizeof path, "%s/%s", ui->state_dir, name);
    enum pc_err rc = save_text(path, &text, err);
    buf_release(&text);
    return rc;
}

/* ---- the session -------------------------------------------------------------------- */

void desk_open(struct ui *ui)
{
    json_t *session = read_file(ui, SESSION);
    if (!session)
        return;
    json_decref(ui->chosen);
    ui->chosen = json_incref(json_map(session, "chosen"));
    if (!ui->chosen)
        ui->chosen = json_object();
    ui_take_settings(ui);
    if (json_flag(door_screen(ui->door), "session", true))
        ui->arrive = json_incref(json_list(session, "places"));
    json_decref(session);
    desk_arrive(ui);
}

void desk_arrive(struct ui *ui)
{
    json_t *places = ui->arrive;
    const json_t *place;
    size_t i;
    if (!places || ui->snap->sites->count == 0)
        return;
    ui->arrive = NULL;
    json_array_foreach (places, i, place)
        if (ui->depth < UI_SCREENS_MAX)
            place_go(ui, place);
    const char *filter = json_text(json_array_get(places, 0), "filter");
    if (*filter)
        ui_say(ui, ROLE_INFO, "as you left it: the groups are filtered by /%.80s", filter);
    else if (ui->depth > 1)
        ui_say(ui, ROLE_INFO, "as you left it; Esc goes back to all groups");
    json_decref(places);
}

void desk_save(const struct ui *ui)
{
    json_t *o = json_object(), *places = json_array();
    struct pc_error ignored;
    for (size_t i = 0; i < ui->depth; i++) {
        json_t *place = place_of(ui->stack[i]);
        if (place)
            json_array_append_new(places, place);
    }
    json_put(o, "places", places);
    json_object_set(o, "chosen", ui->chosen);
    write_file(ui, SESSION, o, &ignored); /* nothing to be done about it on the way out */
    json_decref(o);
}

void desk_choose(struct ui *ui, const char *name, json_t *value)
{
    json_object_set_new(ui->chosen, name, value);
}

/* ---- bookmarks ------------------------------------------------------------------------ */

json_t *desk_bookmarks(const struct ui *ui)
{
    json_t *all = json_array(), *own = read_file(ui, BOOKMARKS), *b;
    const json_t *queries = json_list(door_screen(ui->door), "queries");
    size_t i;
    json_array_extend(all, (json_t *)(uintptr_t)queries);
    json_array_foreach (json_list(own, "bookmarks"), i, b) {
        if (!*json_text(b, "name") || !json_map(b, "place"))
            continue;
        json_put_flag(b, "own", true);
        json_array_append(all, b);
    }
    json_decref(own);
    return all;
}

json_t *desk_bookmark(const struct ui *ui, const char *name)
{
    json_t *all = desk_bookmarks(ui), *b, *found = NULL;
    size_t i;
    json_array_foreach (all, i, b)
        if (text_equal(json_text(b, "name"), name))
            found = b; /* the operator's own beats the configuration's */
    json_incref(found);
    json_decref(all);
    return found;
}

/* What is on the disk now, without the one of this name: another console may
 * have written meanwhile. */
static json_t *without(const struct ui *ui, const char *name)
{
    json_t *o = read_file(ui, BOOKMARKS), *kept = json_array(), *b;
    size_t i;
    json_array_foreach (json_list(o, "bookmarks"), i, b)
        if (!text_equal(json_text(b, "name"), name))
            json_array_append(kept, b);
    json_decref(o);
    return kept;
}

static enum pc_err write_bookmarks(struct ui *ui, json_t *list_take, struct pc_error *err)
{
    json_t *o = json_object();
    json_put(o, "bookmarks", list_take);
    enum pc_err rc = write_file(ui, BOOKMARKS, o, err);
    json_decref(o);
    return rc;
}

enum pc_err desk_keep(struct ui *ui, const char *name, json_t *place, struct pc_error *err)
{
    json_t *list = without(ui, name), *b = json_object();
    json_put_text(b, "name", name);
    json_put(b, "place", place);
    json_array_append_new(list, b);
    if (json_array_size(list) <= DESK_BOOKMARKS_MAX)
        return write_bookmarks(ui, list, err);
    json_decref(list);
    return pc_error_set(err, PC_ERR_INVALID, "Remove one first.", "there are %d bookmarks already",
                        DESK_BOOKMARKS_MAX);
}

enum pc_err desk_forget(struct ui *ui, const char *name, struct pc_error *err)
{
    return write_bookmarks(ui, without(ui, name), err);
}

/* ---- where one is ----------------------------------------------------------------------- */

const char *desk_crumbs(const struct ui *ui, const char *between, char *dst, size_t size)
{
    size_t used = 0;
    char name[DESK_NAME_MAX];
    *dst = '\0';
    for (size_t i = 0; i < ui->depth; i++) {
        json_t *place = place_of(ui->stack[i]);
        if (!place)
            continue;
        place_name(ui, place, name, sizeof name);
        json_decref(place);
        int n = snprintf(dst + used, size - used, "%s%s", used ? between : "", name);
        if (n < 0 || (size_t)n >= size - used)
            break;
        used += (size_t)n;
    }
    return dst;
}
