#include "backend/array/fa_answer.h"

#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fa_answer_version(const json_t *body)
{
    const json_t *versions = json_list(body, "version"), *v;
    size_t i;
    int best = -1;
    json_array_foreach(versions, i, v)
    {
        const char *text = json_string_value(v);
        long minor = 0;
        if (text && text_starts(text, "2.") &&
            text_to_long(text + 2, FA_MINOR_LEAST, FA_MINOR_MOST, &minor) && minor > best)
            best = (int)minor;
    }
    return best;
}

/* ---- recovery points ----------------------------------------------------- */

/* name -> object, for the items that have a name. */
static json_t *by_name(const json_t *items)
{
    json_t *index = json_object(), *item;
    size_t i;
    json_array_foreach(items, i, item)
    {
        if (*json_text(item, "name"))
            json_object_set(index, json_text(item, "name"), item);
    }
    return index;
}

static int percent(const json_t *transfer)
{
    double part = json_number_value(json_object_get(transfer, "progress"));
    if (!(part > 0))
        return 0;
    return part >= 1 ? 100 : (int)(part * 100);
}

/* A snapshot is complete when the array says both: all is here, and when. */
static bool read_point(const json_t *transfer, const json_t *snapshot, struct array_point *p)
{
    const char *name = json_text(transfer, "name");
    int64_t created = json_int(snapshot, "created", 0);
    if (strlen(name) >= sizeof(p->name) || created <= 0 || !text_is_safe(name) ||
        json_flag(snapshot, "destroyed", false) || json_flag(transfer, "destroyed", false))
        return false;
    *p = (struct array_point){.created_ms = created, .progress = percent(transfer),
                              .bytes = json_int(transfer, "data_transferred", 0)};
    snprintf(p->name, sizeof(p->name), "%s", name);
    int64_t completed = json_int(transfer, "completed", 0);
    if (p->progress == 100 && completed > 0)
        p->completed_ms = completed;
    else if (p->progress == 100)
        p->progress = 99; /* not yet said to be complete */
    return true;
}

static int newest_first(const void *a, const void *b)
{
    const struct array_point *p = a, *q = b;
    if (p->created_ms != q->created_ms)
        return p->created_ms < q->created_ms ? 1 : -1;
    return strcmp(q->name, p->name);
}

int fa_answer_points(const json_t *transfers, const json_t *snapshots, struct array_point *points,
                     int most)
{
    json_t *index = by_name(snapshots);
    const json_t *t;
    size_t i;
    int count = 0;
    json_array_foreach(transfers, i, t)
    {
        const json_t *s = json_object_get(index, json_text(t, "name"));
        if (count < most && s && read_point(t, s, &points[count]))
            count++;
    }
    json_decref(index);
    if (count > 1)
        qsort(points, (size_t)count, sizeof(*points), newest_first);
    return count;
}

void fa_answer_connections(const json_t *connections, struct array_status *status)
{
    const json_t *c;
    size_t i;
    json_array_foreach(connections, i, c)
    {
        const char *word = json_text(c, "status"), *name = json_text(c, "name");
        status->connected |= strcmp(word, "connected") == 0;
        if (status->connection_count == ARRAY_CONNECTIONS)
            continue;
        int k = status->connection_count++;
        if (!*name)
            name = json_text(json_map(c, "remote"), "name");
        safe_text(status->connections[k].name, sizeof(status->connections[k].name), name);
        safe_text(status->connections[k].status, sizeof(status->connections[k].status), word);
    }
}

void fa_answer_group(const json_t *item, struct array_group *g)
{
    const json_t *schedule = json_map(item, "replication_schedule");
    const char *lock = json_text(item, "retention_lock");
    *g = (struct array_group){
        .volumes = (int)json_int(item, "volume_count", 0),
        .ratcheted = strcmp(lock, "ratcheted") == 0,
    };
    safe_text(g->name, sizeof(g->name), json_text(item, "name"));
    if (json_flag(schedule, "enabled", false))
        g->interval_ms = json_int(schedule, "frequency", 0);
}

/* ---- volumes -------------------------------------------------------------- */

bool fa_name_is_plain(const char *name)
{
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr(":-_./", *p))
            return false;
    return *name != '\0';
}

/* Names go into further calls: one that is too long or strange is not cut but
 * left out. */
static bool copy_name(char *dst, size_t size, const char *name)
{
    if (strlen(name) >= size || !fa_name_is_plain(name))
        return false;
    snprintf(dst, size, "%s", name);
    return true;
}

bool fa_answer_volume(const json_t *item, struct array_volume *v)
{
    *v = (struct array_volume){
        .size_bytes = json_int(item, "provisioned", 0),
        .created_ms = json_int(item, "created", 0),
        .destroyed = json_flag(item, "destroyed", false),
        .connected = json_int(item, "connection_count", 0) > 0,
    };
    const char *source = json_text(json_map(item, "source"), "name");
    return copy_name(v->name, sizeof(v->name), json_text(item, "name")) &&
           copy_name(v->serial, sizeof(v->serial), json_text(item, "serial")) &&
           (!*source || copy_name(v->source, sizeof(v->source), source));
}

void fa_answer_tags(const json_t *tags, struct array_volume *v)
{
    const json_t *t;
    size_t i;
    json_array_foreach(tags, i, t) {
        const char *key = json_text(t, "key"), *value = json_text(t, "value");
        if (strcmp(json_text(json_map(t, "resource"), "name"), v->name) != 0)
            continue;
        if (strcmp(key, FA_TAG_OP) == 0)
            safe_text(v->op, sizeof(v->op), value);
        else if (strcmp(key, FA_TAG_STEP) == 0)
            safe_text(v->step, sizeof(v->step), strchr(value, ' ') ? strchr(value, ' ') + 1 : value);
        else if (strcmp(key, FA_TAG_SNAPSHOT) == 0)
            safe_text(v->snapshot, sizeof(v->snapshot), value);
    }
}

/* ---- errors -------------------------------------------------------------- */

/* A FlashArray answers almost every error with 400 and tells them apart by
 * words alone; these are the ones that Cinder's driver goes by. */
static const struct {
    const char *words;
    enum pc_err code;
    const char *remedy;
} MEANINGS[] = {
    {"does not exist", PC_ERR_NOT_FOUND,
     "Check the array's name and the protection group's, and that it replicates to this array."},
    {"No such volume or snapshot", PC_ERR_NOT_FOUND, "Look at the array for what became of it."},
    {"could not be found", PC_ERR_NOT_FOUND, "Look at the array for what became of it."},
    {"has been destroyed", PC_ERR_CONFLICT, "Recover it on the array, or wait for eradication."},
    {"pending eradication", PC_ERR_CONFLICT, "Recover it on the array, or wait for eradication."},
    {"already exists", PC_ERR_EXISTS, "Use the one that is there, or another name."},
    {"already includes", PC_ERR_EXISTS, "It is so already."},
    {"already belongs to", PC_ERR_EXISTS, "It is so already."},
    {"already allowed on", PC_ERR_EXISTS, "It is so already."},
    {"already in use", PC_ERR_EXISTS, "It is so already."},
    {"existing connections", PC_ERR_CONFLICT, "Disconnect it from its hosts first."},
    {"limit reached", PC_ERR_QUOTA, "Delete what is not needed on the array."},
};

static const struct {
    int status;
    enum pc_err code;
    const char *remedy;
} STATUSES[] = {
    {401, PC_ERR_AUTH, "Check array.api_token of the site; make a new one if it was revoked."},
    {403, PC_ERR_FORBIDDEN, "Give the user of array.api_token a role that may do it: storage_admin for clones."},
    {404, PC_ERR_NOT_FOUND, "Check that array.url is the management address of a FlashArray."},
    {409, PC_ERR_EXISTS, "Use the one that is there, or another name."},
    {429, PC_ERR_SERVER, "It is asked too often; it is asked again by itself."},
};

/* The message of either shape: {"errors":[{"context","message"}]} from the
 * array, {"message"} from a gateway before it. */
static const char *message_of(const json_t *body, const char **ret_context)
{
    const json_t *first = json_array_get(json_list(body, "errors"), 0);
    *ret_context = json_text(first, "context");
    return *json_text(first, "message") ? json_text(first, "message") : json_text(body, "message");
}

enum pc_err fa_answer_error(int status, const json_t *body, const char *site, const char *action,
                            struct pc_error *err)
{
    const char *context, *message = message_of(body, &context);
    const char *remedy = "Look for the request in the array's audit log.";
    enum pc_err code = status >= 500 ? PC_ERR_SERVER : status >= 400 ? PC_ERR_FAILED
                                                                     : PC_ERR_PROTOCOL;
    if (status >= 500)
        remedy = "Look at the array's own alerts.";
    else if (status < 400)
        remedy = "Check that array.url is the management address of a FlashArray.";
    for (size_t i = 0; i < sizeof(STATUSES) / sizeof(STATUSES[0]); i++) {
        if (status == STATUSES[i].status) {
            code = STATUSES[i].code;
            remedy = STATUSES[i].remedy;
        }
    }
    for (size_t i = 0; status == 400 && i < sizeof(MEANINGS) / sizeof(MEANINGS[0]); i++) {
        if (strstr(message, MEANINGS[i].words)) {
            code = MEANINGS[i].code;
            remedy = MEANINGS[i].remedy;
            break;
        }
    }
    pc_error_set(err, code, remedy, "the array of site %s did not %s: %s%s%s%s%s", site, action,
                 *message ? message : pc_err_message(code), *context ? " (" : "", context,
                 *context ? ")" : "", *message ? "" : ", and it gave no reason");
    log_redact(err->text);
    snprintf(err->source, sizeof(err->source), "%s", site);
    err->http_status = status;
    return code;
}
