/* history_export: what is listed, as files. See history_table.h. */
#include "tui/screens/history_table.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/save.h"
#include "tui/tabledump.h"

#include <stdio.h>
#include <stdlib.h>

enum { EXPORT_MAX = 64 << 20 };

static const char *const FIELDS[] = {
    "id",         "operation_type", "protection_group", "source_site",   "target_site", "status",
    "verdict",    "created_at",     "started_at",       "completed_at",  "error_message",
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof FIELDS[0] };

static void csv(const json_t *const *rows, size_t count, int64_t now_ms, struct buf *out)
{
    (void)now_ms;
    for (size_t f = 0; f < FIELD_COUNT; f++)
        buf_printf(out, "%s%s", f ? "," : "", FIELDS[f]);
    buf_puts(out, ",recovery_seconds,data_loss_seconds\r\n");
    for (size_t i = 0; i < count; i++) {
        int64_t recovery = history_recovery_ms(rows[i]), loss = history_loss_ms(rows[i]);
        for (size_t f = 0; f < FIELD_COUNT; f++) {
            buf_puts(out, f ? "," : "");
            csv_cell(out, json_text(rows[i], FIELDS[f]));
        }
        buf_puts(out, ",");
        if (recovery >= 0)
            buf_printf(out, "%lld", (long long)(recovery / 1000));
        buf_puts(out, ",");
        if (loss >= 0)
            buf_printf(out, "%lld", (long long)(loss / 1000));
        buf_puts(out, "\r\n");
    }
}

static void as_json(const json_t *const *rows, size_t count, int64_t now_ms, struct buf *out)
{
    json_t *list = json_array();
    (void)now_ms;
    for (size_t i = 0; i < count; i++)
        json_array_append(list, (json_t *)(uintptr_t)rows[i]);
    char *text = json_dumps(list, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    buf_printf(out, "%s\n", text ? text : "[]");
    free(text);
    json_decref(list);
}

static void lines(const json_t *const *rows, size_t count, int64_t now_ms, struct buf *out)
{
    char line[512], cleaned[sizeof line], iso[CLOCK_ISO_SIZE];
    buf_printf(out, "%zu operation%s, written %s\n\n", count, count == 1 ? "" : "s", clock_iso(iso, now_ms));
    for (size_t i = 0; i < count; i++) {
        struct table_cell c[HISTORY_COLUMNS] = {{.text = NULL}};
        for (size_t k = 0; k < HISTORY_COLUMNS; k++)
            history_cell(rows[i], k, now_ms, &c[k]);
        snprintf(line, sizeof line, "%-20s  %-10s  %-24s  %-22s  %-24s  %8s  %s",
                 json_text(rows[i], "created_at"), c[HISTORY_WHAT].text, c[HISTORY_GROUP].text,
                 c[HISTORY_WAY].text, c[HISTORY_RESULT].text, c[HISTORY_TOOK].text,
                 c[HISTORY_ID].text);
        safe_text(cleaned, sizeof cleaned, line);
        buf_printf(out, "%s\n", cleaned);
    }
}

enum pc_err history_export(const char *dir, const json_t *const *rows, size_t count,
                           int64_t now_ms, char *ret_stem, size_t size, struct pc_error *err)
{
    static const struct {
        const char *ending;
        void (*write)(const json_t *const *rows, size_t count, int64_t now_ms, struct buf *out);
    } FORMS[] = {{"csv", csv}, {"json", as_json}, {"txt", lines}};
    char stem[700], path[720];
    enum pc_err rc = save_stem(dir, "exports", "history", now_ms, stem, sizeof stem, err);
    for (size_t i = 0; !rc && i < sizeof FORMS / sizeof FORMS[0]; i++) {
        struct buf out;
        buf_init(&out, EXPORT_MAX);
        FORMS[i].write(rows, count, now_ms, &out);
        snprintf(path, sizeof path, "%s.%s", stem, FORMS[i].ending);
        rc = save_text(path, &out, err);
        buf_release(&out);
    }
    if (!rc)
        snprintf(ret_stem, size, "%s", stem);
    return rc;
}
