/* audit_book: see audit_book.h. */
#include "tui/screens/audit_book.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/door/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void audit_book_init(struct audit_book *b)
{
    *b = (struct audit_book){.known = json_object(), .answers = json_object()};
}

void audit_book_release(struct audit_book *b)
{
    for (size_t i = 0; i < b->count; i++)
        json_decref(b->entries[i]);
    free(b->entries);
    json_decref(b->known);
    json_decref(b->answers);
    *b = (struct audit_book){.entries = NULL};
}

static bool is(const json_t *line, const char *what)
{
    return text_equal(json_text(line, "what"), what);
}

/* The answer stands behind its request: backwards, it comes first. */
static void take_answer(struct audit_book *b, const json_t *line)
{
    const char *id = json_text(line, "id");
    json_t *entry = json_object_get(b->known, id);
    if (entry)
        audit_answer(entry, line);
    else
        json_object_set_new(b->answers, id, json_deep_copy(line));
}

/* A reference; NULL: that line is there already. */
static json_t *new_entry(struct audit_book *b, const json_t *line)
{
    const char *id = json_text(line, "id");
    const json_t *answer = json_object_get(b->answers, id);
    if (!*id || json_object_get(b->known, id))
        return NULL;
    json_t *entry = json_deep_copy(line);
    audit_entry(entry);
    if (answer)
        audit_answer(entry, answer);
    json_object_del(b->answers, id);
    json_object_set(b->known, id, entry);
    return entry;
}

/* Puts the requests of a page, the newest first, behind the first `at` entries. */
static void take_page(struct audit_book *b, const json_t *reply, size_t at)
{
    const json_t *lines = json_list(reply, "lines");
    size_t n = json_array_size(lines), fresh = 0;
    json_t **page = xcalloc(n + 1, sizeof *page);
    for (size_t i = n; i-- > 0;) {
        const json_t *line = json_array_get(lines, i);
        json_t *entry = NULL;
        if (is(line, "answered"))
            take_answer(b, line);
        else if (is(line, "asked"))
            entry = new_entry(b, line);
        if (entry)
            page[fresh++] = entry;
    }
    b->entries = xgrow(b->entries, &b->room, b->count + fresh, sizeof *b->entries);
    memmove(b->entries + at + fresh, b->entries + at, (b->count - at) * sizeof *b->entries);
    memcpy(b->entries + at, page, fresh * sizeof *page);
    b->count += fresh;
    free(page);
}

static void go_on_before(struct audit_book *b, const json_t *reply)
{
    snprintf(b->before, sizeof b->before, "%s", json_text(reply, "before"));
    b->torn += json_int(reply, "torn", 0);
    b->read = true;
}

static bool reaches(const struct audit_book *b, const json_t *reply)
{
    size_t i;
    json_t *line;
    json_array_foreach (json_list(reply, "lines"), i, line)
        if (json_object_get(b->known, json_text(line, "id")))
            return true;
    return false;
}

void audit_book_newest(struct audit_book *b, const json_t *reply)
{
    bool on = b->read && (b->count == 0 ? !b->before[0] : reaches(b, reply));
    if (!on) {
        audit_book_release(b);
        audit_book_init(b);
        go_on_before(b, reply);
    }
    take_page(b, reply, 0);
}

void audit_book_older(struct audit_book *b, const json_t *reply)
{
    take_page(b, reply, b->count);
    go_on_before(b, reply);
}
