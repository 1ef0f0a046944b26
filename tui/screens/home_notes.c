/* home_notes: see home_notes.h. */
#include "tui/screens/home_notes.h"

#include "backend/model/question.h"
#include "tui/format.h"
#include "tui/groupshow.h"
#include "tui/opshow.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 4, 5))) static void
note(struct home_notes *n, enum role role, enum glyph mark, const char *fmt, ...)
{
    va_list ap;
    if (n->count < HOME_NOTES) {
        struct home_note *at = &n->notes[n->count];
        at->role = role;
        at->mark = mark;
        va_start(ap, fmt);
        vsnprintf(at->text, sizeof at->text, fmt, ap);
        va_end(ap);
    }
    n->count++;
}

static void note_split(struct home_notes *n, const struct group_view *g)
{
    char strays[160], since[FORMAT_SIZE];
    const struct split_brain *split = &g->group->split;
    if (g->state != GROUP_SPLIT_BRAIN)
        return;
    groupshow_strays(g, strays, sizeof strays);
    if (!strays[0]) {
        note(n, ROLE_DANGER, GLYPH_FAIL, "SPLIT BRAIN %.60s: both sites run it; W says who serves",
             g->group->name);
        return;
    }
    format_clock(since, sizeof since, split->since_ms, false);
    note(n, ROLE_DANGER, GLYPH_FAIL, "SPLIT BRAIN %.60s: %.140s on %.60s since %s", g->group->name,
         strays, split->site ? split->site : "the other site", since + 5);
}

static void note_operation(struct home_notes *n, const struct op_view *v)
{
    char since[FORMAT_SIZE];
    if (!opshow_open(v->op))
        return;
    const char *asks = operation_question_text(v->op);
    if (asks[0])
        note(n, ROLE_WARN, GLYPH_WARN, "%.60s asks: %.200s", v->op->group, asks);
    else if (*v->outlook.held)
        note(n, ROLE_WARN, GLYPH_WARN, "%s %.60s is held: %.60s is read-only", op_type_label(v->op->type),
             v->op->group, v->outlook.held);
    else if (v->outlook.stuck) {
        format_clock(since, sizeof since, v->outlook.quiet_since_ms, false);
        note(n, ROLE_WARN, GLYPH_WARN, "%s %.60s stands still since %s: open it, or stop it (K)",
             op_type_label(v->op->type), v->op->group, since + 11);
    }
}

void home_notes_take(struct home_notes *n, const struct snapshot *s)
{
    n->count = 0;
    for (size_t i = 0; i < s->groups->count; i++)
        note_split(n, s->groups->items[i]);
    for (size_t i = 0; i < s->operations->count; i++)
        note_operation(n, s->operations->items[i]);
}

int home_notes_rows(const struct home_notes *n)
{
    return n->count < HOME_NOTES ? (int)n->count : HOME_NOTES;
}

void home_notes_paint(const struct home_notes *n, struct canvas *cv, struct rect area)
{
    int rows = home_notes_rows(n) < area.h ? home_notes_rows(n) : area.h;
    for (int i = 0; i < rows; i++) {
        const struct home_note *at = &n->notes[i];
        char more[32] = "";
        struct pen pen = pen_on(cv, area.y + i, area.x + 1, area.w - 2);
        if (i + 1 == rows && n->count > (size_t)rows) {
            snprintf(more, sizeof more, "and %zu more", n->count - (size_t)rows);
            pen_right(&pen, ROLE_DIM, more);
        }
        pen_glyph(&pen, at->role, at->mark);
        pen_gap(&pen, 1);
        pen_text(&pen, at->role, at->text);
    }
}
