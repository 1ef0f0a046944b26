/* watch_steps: the two lists of steps of the operation screen. See watch_parts.h. */
#include "tui/screens/watch_parts.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    enum glyph mark;
    enum role role;
} LOOKS[STEP_STATUS_COUNT] = {
    [STEP_WAITING] = {GLYPH_WAIT, ROLE_DIM}, [STEP_RUNNING] = {GLYPH_RUN, ROLE_INFO},
    [STEP_DONE] = {GLYPH_OK, ROLE_OK},       [STEP_FAILED] = {GLYPH_FAIL, ROLE_DANGER},
    [STEP_SKIPPED] = {GLYPH_SKIP, ROLE_DIM},
};

void step_list_release(struct step_list *l)
{
    free(l->rows);
    *l = (struct step_list){.filter = l->filter};
}

/* By what is on its line, and by the kind that the plan calls it. */
static bool passes(const struct step_list *l, const struct opshow_step *s)
{
    char words[512];
    if (match_is_empty(l->filter->match))
        return true;
    snprintf(words, sizeof words, "%s %s %s %s %s", words_step(s->kind), s->subject,
             step_kind_name(s->kind), step_status_word(s->status), s->detail);
    return filter_passes(l->filter, words);
}

void step_list_take(struct step_list *l, const struct opshow *show, bool checks)
{
    step_list_release(l);
    l->show = show;
    l->rows = xcalloc(show->step_count + 1, sizeof *l->rows);
    for (size_t i = 0; i < show->step_count; i++)
        if ((show->steps[i].phase == PHASE_VERIFY) == checks &&
            opshow_has_phase(show, show->steps[i].phase)) {
            l->of++;
            if (passes(l, &show->steps[i]))
                l->rows[l->count++] = i;
        }
}

static const struct opshow_step *at(const struct step_list *l, size_t row)
{
    return &l->show->steps[l->rows[row]];
}

int steps_that_changed(const struct opshow *before, const struct opshow *now)
{
    int n = 0;
    if (before->step_count != now->step_count)
        return (int)now->step_count;
    for (size_t i = 0; i < now->step_count; i++)
        n += before->steps[i].status != now->steps[i].status ||
             !text_equal(before->steps[i].detail, now->steps[i].detail);
    return n;
}

long step_list_interesting(const struct step_list *l)
{
    long failed = -1;
    for (size_t i = 0; i < l->count; i++) {
        if (at(l, i)->status == STEP_RUNNING)
            return (long)i;
        if (at(l, i)->status == STEP_FAILED && failed < 0)
            failed = (long)i;
    }
    return failed;
}

static void took(const struct step_list *l, const struct opshow_step *s, char *dst, size_t size)
{
    dst[0] = '\0';
    if (!s->started_ms)
        return;
    if (s->ended_ms)
        clock_span(dst, size, s->ended_ms - s->started_ms);
    else if (s->status == STEP_RUNNING)
        clock_span(dst, size, opshow_since(s->started_ms, l->now_ms));
}

static bool is_late(const struct opshow_step *s)
{
    return s->late_ms && s->status == STEP_RUNNING;
}

static void detail(const struct opshow_step *s, char *dst, size_t size)
{
    char usual[24];
    if (is_late(s))
        snprintf(dst, size, "late, usually %s  %.80s",
                 clock_age(usual, sizeof usual, s->late_ms), s->detail);
    else if (s->attempts > 1 && s->status == STEP_RUNNING)
        snprintf(dst, size, "try %d  %.100s", s->attempts, s->detail);
    else if (s->attempts > 1)
        snprintf(dst, size, "%.100s, %d tries", s->detail, s->attempts);
    else
        snprintf(dst, size, "%.110s", s->detail);
}

void step_list_told(const struct step_list *l, const struct table *t, char *dst, size_t size)
{
    size_t row;
    dst[0] = '\0';
    if (!table_selected(t, &row) || row >= l->count)
        return;
    const struct opshow_step *s = at(l, row);
    if (*s->detail)
        snprintf(dst, size, "%s %s: %s", words_step(s->kind), s->subject, s->detail);
}

static void step_cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct step_list *l = ctx;
    const struct opshow_step *s = at(l, row);
    ret->text = ret->buf;
    ret->role = LOOKS[s->status].role;
    switch (col) {
    case 0:
        ret->mark = LOOKS[s->status].mark;
        ret->text = words_step(s->kind);
        if (is_late(s))
            ret->role = ROLE_WARN, ret->mark = GLYPH_WARN;
        break;
    case 1:
        ret->role = s->status == STEP_WAITING ? ROLE_DIM : ROLE_TEXT;
        ret->text = s->subject;
        break;
    case 2:
        ret->role = ROLE_TEXT;
        took(l, s, ret->buf, sizeof ret->buf);
        break;
    default:
        detail(s, ret->buf, sizeof ret->buf);
        if (is_late(s))
            ret->role = ROLE_WARN;
        break;
    }
}

/* A health check says in its subject what it asks; a boot names its server only. */
static void check_name(const struct opshow_step *s, char *dst, size_t size)
{
    if (s->kind == STEP_HEALTH_CHECK)
        snprintf(dst, size, "%s", s->subject);
    else if (s->kind == STEP_ALL_BOOTED)
        snprintf(dst, size, "%s", words_step(s->kind));
    else
        snprintf(dst, size, "%.100s %s", s->subject, words_step(s->kind));
}

/* What it came to, or where it stands: the words beside the mark. */
static void check_result(const struct opshow_step *s, char *dst, size_t size)
{
    char text[128];
    detail(s, text, sizeof text);
    if (*text && (s->status == STEP_DONE || s->status == STEP_RUNNING))
        snprintf(dst, size, "%s", text);
    else if (*text && s->status == STEP_FAILED)
        snprintf(dst, size, "failed: %.110s", text);
    else
        snprintf(dst, size, "%s", step_status_word(s->status));
}

/* Where the list is narrow the mark says how it ended: of what passed it keeps where, of
 * what failed why. */
static void check_brief(const struct opshow_step *s, struct table_cell *ret)
{
    static const char FAILED[] = "failed: ", AT[] = " at ";
    const char *where = s->kind == STEP_HEALTH_CHECK ? strstr(s->detail, AT) : NULL;
    if (s->status == STEP_DONE && where) {
        where += strlen(AT);
        snprintf(ret->brief_buf, sizeof ret->brief_buf, "%.*s", (int)strcspn(where, ","), where);
        ret->brief = ret->brief_buf;
    } else if (text_starts(ret->text, FAILED)) {
        ret->brief = ret->text + strlen(FAILED);
    }
}

static void check_cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct step_list *l = ctx;
    const struct opshow_step *s = at(l, row);
    ret->text = ret->buf;
    ret->role = LOOKS[s->status].role;
    if (col == 0) {
        ret->role = s->status == STEP_WAITING ? ROLE_DIM : ROLE_TEXT;
        check_name(s, ret->buf, sizeof ret->buf);
    } else {
        ret->mark = LOOKS[s->status].mark;
        check_result(s, ret->buf, sizeof ret->buf);
        check_brief(s, ret);
    }
}

static const struct table_column STEP_COLUMNS[] = {
    {"STEP", {.min = 17, .max = 17}, ALIGN_LEFT, NULL},
    {"OF", {.min = 10, .max = 30, .weight = 2}, ALIGN_ENDS, NULL},
    {"TOOK", {.min = 5, .max = 7}, ALIGN_RIGHT, NULL},
    {"DETAIL", {.min = 10, .weight = 3, .drop = 1}, ALIGN_LEFT, NULL},
};
static const struct table_column CHECK_COLUMNS[] = {
    {"CHECK", {.min = 12, .max = 30, .weight = 4}, ALIGN_LEFT, NULL},
    {"RESULT", {.min = 11, .weight = 3}, ALIGN_LEFT, NULL},
};
static const struct table_source STEP_SOURCE = {.cell = step_cell};
static const struct table_source CHECK_SOURCE = {.cell = check_cell};

void steps_setup(struct table *t, const struct step_list *l)
{
    t->columns = STEP_COLUMNS;
    t->n_columns = sizeof STEP_COLUMNS / sizeof STEP_COLUMNS[0];
    t->source = &STEP_SOURCE;
    t->ctx = l;
    t->gap = 1;
    t->match = l->filter->match;
    t->empty = l->of ? "no step matches the filter; Esc shows all" : "the plan is not made yet";
}

void checks_setup(struct table *t, const struct step_list *l)
{
    t->columns = CHECK_COLUMNS;
    t->n_columns = sizeof CHECK_COLUMNS / sizeof CHECK_COLUMNS[0];
    t->source = &CHECK_SOURCE;
    t->ctx = l;
    t->gap = 1;
    t->match = l->filter->match;
    t->empty = l->of ? "no check matches the filter; Esc shows all" : "nothing is checked";
}
