/* watch_events: the events of an operation, kept without gaps. See watch_parts.h. */
#include "tui/screens/watch_parts.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *level;
    enum role role;
    const char *word; /* beside the colour */
} LEVELS[] = {
    {"error", ROLE_DANGER, "error: "},
    {"warn", ROLE_WARN, "warning: "},
    {"info", ROLE_TEXT, ""},
};

void event_log_release(struct event_log *l)
{
    free(l->events);
    free(l->lines);
    *l = (struct event_log){.filter = l->filter};
}

/* By the level's word, too: "error" shows what went wrong. */
static void show_line(struct event_log *l, size_t i)
{
    char words[sizeof l->events[0].text + 32];
    snprintf(words, sizeof words, "%s %s", l->events[i].level, words_event(l->events[i].text));
    if (l->filter && !filter_passes(l->filter, words))
        return;
    l->lines = xgrow(l->lines, &l->line_room, l->line_count + 1, sizeof *l->lines);
    l->lines[l->line_count++] = i;
}

void event_log_filter(struct event_log *l)
{
    l->line_count = 0;
    for (size_t i = 0; i < l->count; i++)
        show_line(l, i);
}

void event_log_add(struct event_log *l, const struct event *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (l->count && events[i].seq <= l->events[l->count - 1].seq)
            continue;
        l->events = xgrow(l->events, &l->room, l->count + 1, sizeof *l->events);
        l->events[l->count++] = events[i];
        show_line(l, l->count - 1);
    }
}

void event_log_history(struct event_log *l, const char *op_id, const json_t *list)
{
    struct event_log old = *l;
    size_t i;
    json_t *e;

    *l = (struct event_log){.filter = old.filter};
    json_array_foreach (list, i, e) {
        struct event ev = {.seq = json_int(e, "seq", 0)};
        clock_parse_iso(json_text(e, "at"), &ev.at_ms);
        safe_text(ev.op_id, sizeof ev.op_id, op_id);
        safe_text(ev.level, sizeof ev.level, json_text(e, "level"));
        safe_text(ev.text, sizeof ev.text, json_text(e, "text"));
        event_log_add(l, &ev, 1);
    }
    event_log_add(l, old.events, old.count);
    event_log_release(&old);
}

void event_log_line(const void *event_log, uint64_t seq, struct textview_line *ret)
{
    const struct event_log *l = event_log;
    const struct event *e = &l->events[l->lines[seq]];
    char time[FORMAT_SIZE];

    /* The day stands in the head of the screen. */
    format_clock(time, sizeof time, e->at_ms, true);
    snprintf(ret->lead_buf, sizeof ret->lead_buf, "%s ", time + 11);
    ret->lead = ret->lead_buf;
    ret->text = ret->buf;
    snprintf(ret->buf, sizeof ret->buf, "%s", words_event(e->text));
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++)
        if (text_equal(e->level, LEVELS[i].level)) {
            ret->role = LEVELS[i].role;
            snprintf(ret->buf, sizeof ret->buf, "%s%.230s", LEVELS[i].word, words_event(e->text));
        }
}
