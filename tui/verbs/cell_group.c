/* cell_group: how a group and its operations stand, as text. See cell.h. */
#include "tui/verbs/cell.h"

#include "backend/base/buf.h"
#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <string.h>

enum { CELL_CAP = 1 << 16, CLEAN_SIZE = 600 };

static void put_clean(struct buf *b, const char *before, const char *raw, const char *after)
{
    char clean[CLEAN_SIZE];
    safe_text(clean, sizeof(clean), raw);
    if (*clean)
        buf_printf(b, "%s%s%s", before, clean, after);
}

static void next_line(struct buf *b)
{
    if (b->len > 0)
        buf_puts(b, "\n");
}

char *cell_window(const json_t *v)
{
    struct buf b;
    buf_init(&b, CELL_CAP);
    put_clean(&b, "", json_text(v, "window_action"), "");
    if (b.len > 0)
        put_clean(&b, " at ", json_text(v, "commit_window_ends_at"),
                  json_flag(v, "window_missed", false) ? ", missed: commit or rollback" : "");
    return buf_take(&b);
}

char *cell_flags(const json_t *v)
{
    static const struct {
        const char *key, *text;
    } FLAGS[] = {{"syncing", "replicates now"},
                 {"drill_open", "a drill runs or is kept"},
                 {"split_brain_risk", "the old primary may still run"}};
    struct buf b;
    buf_init(&b, CELL_CAP);
    for (size_t i = 0; i < sizeof(FLAGS) / sizeof(FLAGS[0]); i++)
        if (json_flag(v, FLAGS[i].key, false)) {
            next_line(&b);
            buf_puts(&b, FLAGS[i].text);
        }
    if (!text_equal(json_text(v, "metadata"), "in_sync") && *json_text(v, "metadata")) {
        next_line(&b);
        put_clean(&b, "metadata ", json_text(v, "metadata"), "");
    }
    return buf_take(&b);
}

char *cell_split(const json_t *v)
{
    struct buf b;
    size_t i;
    json_t *server;
    buf_init(&b, CELL_CAP);
    put_clean(&b, "", json_text(v, "reason"), "");
    json_array_foreach(json_list(v, "servers"), i, server) {
        next_line(&b);
        put_clean(&b, "", json_text(server, "name"), "");
        put_clean(&b, " runs at ", json_text(v, "site"), "");
        put_clean(&b, " since ", json_text(server, "since"), "");
    }
    return buf_take(&b);
}

/* What was deleted is known on, for the way back; here it is nothing. */
char *cell_predecessors(const json_t *v)
{
    struct buf b;
    size_t i;
    json_t *p;
    buf_init(&b, CELL_CAP);
    json_array_foreach(v, i, p) {
        if (!json_flag(p, "stands", false))
            continue;
        next_line(&b);
        put_clean(&b, "", json_text(p, "name"), "");
        put_clean(&b, " (", json_text(p, "instance_id"), ")");
        put_clean(&b, " stands at ", json_text(p, "site"), "");
        put_clean(&b, " since ", json_text(p, "since"), "");
    }
    return buf_take(&b);
}

char *cell_reasons(const json_t *v)
{
    struct buf b;
    size_t i;
    json_t *o;
    buf_init(&b, CELL_CAP);
    json_array_foreach(v, i, o) {
        const char *why = json_text(o, "reason");
        if (!*why && !*(why = json_text(o, "warning")))
            continue; /* nothing but that its confirmation is typed */
        next_line(&b);
        put_clean(&b, "", json_text(o, "action"), ": ");
        put_clean(&b, "", why, "");
    }
    return buf_take(&b);
}

char *cell_operation(const json_t *v)
{
    struct buf b;
    buf_init(&b, CELL_CAP);
    put_clean(&b, "", json_text(v, "operation_type"), " ");
    put_clean(&b, "", json_text(v, "status"), "");
    put_clean(&b, ", ", json_text(v, "verdict"), "");
    put_clean(&b, " (", json_text(v, "id"), ")");
    put_clean(&b, "\n", json_text(v, "error_message"), "");
    return buf_take(&b);
}

static void put_keys(struct buf *b, const char *before, const json_t *keys)
{
    size_t i;
    json_t *key;
    json_array_foreach(keys, i, key)
        put_clean(b, i ? " " : before, json_string_value(key) ? json_string_value(key) : "", "");
}

char *cell_readiness(const json_t *v)
{
    struct buf b;
    const char *operation;
    json_t *one;
    buf_init(&b, CELL_CAP);
    json_object_foreach((json_t *)(uintptr_t)v, operation, one) {
        next_line(&b);
        put_clean(&b, "", operation, ": ");
        if (json_is_null(one)) {
            buf_puts(&b, "not looked at yet");
            continue;
        }
        buf_puts(&b, json_flag(one, "ready", false) ? "ready" : "NOT READY");
        put_keys(&b, ", blocked by ", json_list(one, "blockers"));
        put_keys(&b, ", warnings ", json_list(one, "warnings"));
        if (json_flag(one, "stale", false))
            buf_puts(&b, " (stale)");
    }
    return buf_take(&b);
}

char *cell_range(const json_t *v)
{
    char low[24], high[24];
    if (!json_is_object(v))
        return xstrdup("");
    clock_age(low, sizeof(low), json_int(v, "low_s", 0) * 1000);
    if (!json_is_integer(json_object_get(v, "high_s")))
        return xasprintf("at least %s", low);
    clock_age(high, sizeof(high), json_int(v, "high_s", 0) * 1000);
    return xasprintf("%s to %s", low, high);
}

char *cell_late(const json_t *v)
{
    struct buf b;
    size_t i;
    json_t *late;
    char spent[24], usual[24];
    buf_init(&b, CELL_CAP);
    json_array_foreach(v, i, late) {
        next_line(&b);
        put_clean(&b, "", json_text(late, "key"), "");
        buf_printf(&b, " for %s, usually %s",
                   clock_age(spent, sizeof(spent), json_int(late, "spent_s", 0) * 1000),
                   clock_age(usual, sizeof(usual), json_int(late, "usual_s", 0) * 1000));
    }
    return buf_take(&b);
}

char *cell_held(const json_t *v)
{
    struct buf b;
    if (!json_is_object(v))
        return xstrdup("");
    buf_init(&b, CELL_CAP);
    put_clean(&b, "", json_text(v, "advice"), "");
    return buf_take(&b);
}

char *cell_executor(const json_t *v)
{
    struct buf b;
    const char *who = json_is_string(v) ? json_string_value(v) : "";
    buf_init(&b, CELL_CAP);
    put_clean(&b, "", who, "");
    if (strcmp(who, "nobody") == 0)
        buf_printf(&b, " executes it: %s", NOBODY_EXECUTES);
    return buf_take(&b);
}

char *cell_stuck(const json_t *v)
{
    struct buf b;
    char since[24];
    if (!json_is_object(v))
        return xstrdup("");
    buf_init(&b, CELL_CAP);
    buf_printf(&b, "for %s",
               clock_age(since, sizeof(since), json_int(v, "since_s", 0) * 1000));
    put_clean(&b, ": ", json_text(v, "advice"), "");
    return buf_take(&b);
}
