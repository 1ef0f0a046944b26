/* watch_failure: the head and the failure panel of the operation screen. See watch_parts.h. */
#include "tui/screens/watch_parts.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/model/remedy.h"
#include "tui/format.h"
#include "tui/screens/watch_safe.h"
#include "tui/words.h"

#include <stdio.h>
#include <string.h>

enum { WIDE = 110, NARROW = 90 };

/* ---- the head ---------------------------------------------------------------- */

static const struct {
    enum glyph mark;
    enum role role;
} VERDICTS[] = {
    [VERDICT_NONE] = {GLYPH_RUN, ROLE_INFO},
    [VERDICT_PASSED] = {GLYPH_OK, ROLE_OK},
    [VERDICT_FAILED] = {GLYPH_FAIL, ROLE_DANGER},
    [VERDICT_PARTIAL] = {GLYPH_WARN, ROLE_WARN},
};

static void pen_verdict(struct pen *pen, const struct opshow *o)
{
    bool failed = !o->stopped && (o->verdict == VERDICT_FAILED || o->status == OP_FAILED);
    enum op_verdict v = o->stopped ? VERDICT_PARTIAL : failed ? VERDICT_FAILED : o->verdict;
    if (v == VERDICT_PARTIAL && !o->stopped && !op_status_over(o->status))
        v = VERDICT_NONE; /* it is being tried again */
    enum role role = VERDICTS[v].role;
    enum glyph mark = VERDICTS[v].mark;
    if (v == VERDICT_NONE && op_status_over(o->status))
        role = ROLE_OK, mark = GLYPH_OK;
    if (o->status == OP_PENDING)
        role = ROLE_DIM, mark = GLYPH_WAIT;
    if (o->status == OP_ROLLING_BACK)
        role = ROLE_WARN, mark = GLYPH_WARN;
    if (o->asks)
        role = ROLE_WARN, mark = GLYPH_UNKNOWN;
    pen_glyph(pen, role, mark);
    pen_gap(pen, 1);
    const char *word = o->asks ? "waits for an answer (A)" : words_status(o->status);
    const char *verdict = words_verdict(v == VERDICT_NONE ? v : o->verdict, o->stopped);
    if (o->stopped && o->status == OP_FAILED) /* how it ended is what happened to it */
        word = verdict;
    if (*verdict && strcmp(verdict, word) != 0)
        pen_textf(pen, role, "%s, ", verdict);
    pen_text(pen, role, word);
}

/* "02:14 of RTO 10m"; past it the whole is a warning, in words too. */
static void pen_elapsed(struct pen *pen, const struct opshow *o, int64_t rto_ms, int64_t now_ms)
{
    char span[FORMAT_SIZE], limit[FORMAT_SIZE];
    int64_t total = opshow_total(o, now_ms);
    bool over = rto_ms > 0 && total > rto_ms;
    if (total >= 0)
        pen_textf(pen, over ? ROLE_DANGER : ROLE_STRONG, "%s",
                  clock_span(span, sizeof span, total));
    if (total >= 0 && rto_ms > 0)
        pen_textf(pen, over ? ROLE_DANGER : ROLE_DIM, over ? " over RTO %s" : " of RTO %s",
                  format_short(limit, sizeof limit, rto_ms / 1000));
    pen_gap(pen, 2);
}

/* Whole or not at all. */
static void pen_fit(struct pen *pen, enum role role, const char *text)
{
    if (paint_width(pen->cv, text) <= pen_room(pen)) {
        pen_text(pen, role, text);
        pen_gap(pen, 3);
    }
}

static void pen_left(struct pen *pen, const struct opshow *o, int64_t now_ms)
{
    char text[120], low[FORMAT_SIZE], high[FORMAT_SIZE];
    int64_t remaining = opshow_remaining(o, now_ms);
    if (o->still_since_ms) {
        snprintf(text, sizeof text, "stands still for %s",
                 clock_age(low, sizeof low, now_ms - o->still_since_ms));
        pen_fit(pen, ROLE_DANGER, text);
    }
    if (opshow_stopping(o)) {
        pen_fit(pen, ROLE_WARN, "stopping at the next safe point");
        return;
    }
    if (o->left_high_ms >= 1000 && remaining >= 0)
        snprintf(text, sizeof text, "%s to %s left", clock_age(low, sizeof low, o->left_low_ms),
                 clock_age(high, sizeof high, o->left_high_ms));
    else if (remaining >= 1000)
        snprintf(text, sizeof text, "about %s left", clock_age(low, sizeof low, remaining));
    else
        return;
    pen_fit(pen, ROLE_INFO, text);
}

static void paint_origin(const struct opshow *o, int64_t now_ms, struct canvas *cv, struct rect row)
{
    char at[FORMAT_SIZE], age[FORMAT_SIZE], id[FORMAT_SIZE];
    struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
    pen_textf(&pen, ROLE_DIM, "%s   ", row.w >= WIDE ? o->id : format_id(id, sizeof id, o->id));
    if (!opshow_over(o))
        pen_textf(&pen, ROLE_STRONG, "%d%%   ", o->progress);
    pen_left(&pen, o, now_ms);
    if (o->started_ms)
        pen_textf(&pen, ROLE_DIM, "started %s   ",
                  format_moment(at, sizeof at, now_ms, o->started_ms));
    if (opshow_over(o) && o->completed_ms)
        pen_textf(&pen, ROLE_DIM, "ended %s   ",
                  format_moment(at, sizeof at, now_ms, o->completed_ms));
    if (o->point_ms && o->started_ms >= o->point_ms)
        pen_textf(&pen, ROLE_DIM, "data was %s old",
                  clock_age(age, sizeof age, o->started_ms - o->point_ms));
    if (o->parent && o->parent[0])
        pen_textf(&pen, ROLE_DIM, "   of %s", o->parent);
}

static int sites_width(const struct canvas *cv, const struct opshow *o)
{
    if (op_type_stays(o->type))
        return 3 + paint_width(cv, o->target);
    return paint_width(cv, o->source) + paint_width(cv, glyphs_arrow(cv->glyphs)) +
           paint_width(cv, o->target);
}

static void pen_sites(struct pen *pen, const struct opshow *o)
{
    bool stays = op_type_stays(o->type);
    pen_text(pen, ROLE_TEXT, stays ? "at" : o->source);
    pen_text(pen, ROLE_DIM, stays ? " " : glyphs_arrow(pen->cv->glyphs));
    pen_text(pen, ROLE_TEXT, o->target);
    pen_gap(pen, 3);
}

/* In a narrow row how it stands comes before where, and a long name is cut for it. */
static void paint_head_narrow(const struct opshow *o, int64_t rto_ms, int64_t now_ms,
                              bool alone, struct canvas *cv, struct rect row)
{
    enum { LEFT_FOR_VERDICT = 28 };
    struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
    const int end = pen.end;
    pen.end -= LEFT_FOR_VERDICT;
    pen_textf(&pen, ROLE_TITLE, "%s ", op_type_label(o->type));
    pen_text(&pen, ROLE_STRONG, o->group);
    pen.end = end;
    pen_gap(&pen, 2);
    pen_verdict(&pen, o);
    pen_gap(&pen, 2);
    pen_elapsed(&pen, o, rto_ms, now_ms);
    if (alone) /* else the second row has it */
        pen_left(&pen, o, now_ms);
    if (sites_width(cv, o) <= pen_room(&pen))
        pen_sites(&pen, o);
}

void watch_head_paint(const struct opshow *o, int64_t rto_ms, int64_t now_ms, struct canvas *cv,
                      struct rect area)
{
    struct rect row = rect_cut_top(&area, 1);
    struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
    if (row.w < NARROW) {
        paint_head_narrow(o, rto_ms, now_ms, rect_empty(area), cv, row);
        if (!rect_empty(area))
            paint_origin(o, now_ms, cv, rect_cut_top(&area, 1));
        return;
    }
    pen_textf(&pen, ROLE_TITLE, "%s ", op_type_label(o->type));
    pen_text(&pen, ROLE_STRONG, o->group);
    pen_gap(&pen, 2);
    pen_sites(&pen, o);
    pen_verdict(&pen, o);
    pen_gap(&pen, 2);
    pen_elapsed(&pen, o, rto_ms, now_ms);
    if (rect_empty(area))
        pen_left(&pen, o, now_ms);
    else
        paint_origin(o, now_ms, cv, rect_cut_top(&area, 1));
}

/* ---- the failure panel --------------------------------------------------------- */

/* It runs, and nothing of it goes on: no failure, but as much to be looked into. */
static bool stands_still(const struct opshow *o)
{
    return o->still_since_ms && !opshow_over(o) && !(o->error && o->error[0]);
}

bool failure_shown(const struct opshow *o)
{
    return stands_still(o) || o->verdict == VERDICT_FAILED ||
           (o->verdict == VERDICT_PARTIAL && op_status_over(o->status)) ||
           o->status == OP_FAILED || (o->error && o->error[0]);
}

/* The failed step that the error speaks of; several may have failed at once. */
static const struct opshow_step *first_cause(const struct opshow *o)
{
    const struct opshow_step *first = NULL;
    for (size_t i = 0; i < o->step_count; i++) {
        const struct opshow_step *s = &o->steps[i];
        if (s->status != STEP_FAILED)
            continue;
        if (o->error && *s->subject && strstr(o->error, s->subject))
            return s;
        if (!first)
            first = s;
    }
    return first;
}

/* It had steps, none of them failed, and all the same it did not pass. */
static bool was_stopped(const struct opshow *o)
{
    return o->step_count > 0 && o->verdict == VERDICT_FAILED && !first_cause(o);
}

/* What is asked of the site that is left: its servers, its replication. What
 * undoes another operation acts on both. */
static const char *site_of(const struct opshow *o, enum step_kind kind)
{
    static const enum step_kind AT_SOURCE[] = {STEP_STOP_SERVER, STEP_START_SERVER,
                                               STEP_PROTECT_VOLUMES, STEP_REPLICATE_NOW};
    for (size_t i = 0; i < sizeof AT_SOURCE / sizeof AT_SOURCE[0]; i++)
        if (kind == AT_SOURCE[i])
            return o->source;
    return o->target;
}

static void where(const struct opshow *o, char *dst, size_t size)
{
    const struct opshow_step *s = first_cause(o);
    const struct phase_shape *in = s ? op_phase(o->type, s->phase) : NULL;
    const char *phase = in ? in->label : "its plan";
    if (s && op_type_undoes(o->type))
        snprintf(dst, size, "Failed in %s: %s %.100s", phase, words_step(s->kind), s->subject);
    else if (s)
        snprintf(dst, size, "Failed in %s at %.60s: %s %.100s", phase, site_of(o, s->kind),
                 words_step(s->kind), s->subject);
    else if (opshow_as_asked(o))
        snprintf(dst, size, "The members that were chosen are at %.60s, the others stay at %.60s",
                 o->target, o->source);
    else if (o->verdict == VERDICT_PARTIAL)
        snprintf(dst, size, "Some members are up, others are not");
    else
        snprintf(dst, size, "It was stopped before %s",
                 o->type == OP_TEST_FAILOVER ? "its checks had passed" : "it was done");
}

/* The keys that may be pressed now because of it, by the action table; key and label stay in
 * one row, where rows are so wide. */
static void legal_next(const struct opshow *o, const struct act_subject *subject, int width,
                       char *dst, size_t size)
{
    static const enum act_id ASKED[] = {
        ACT_CANCEL,   ACT_CLEANUP,          ACT_RETRY,           ACT_COMMIT,  ACT_ROLLBACK,
        ACT_FAILBACK, ACT_CONFIRM_FAILBACK, ACT_CANCEL_FAILBACK, ACT_RESOLVE, ACT_FAILOVER, ACT_DRILL};
    char reason[160], room[UI_KEY_NAME_MAX], item[80];
    size_t len = (size_t)snprintf(dst, size, "Legal next:");
    size_t empty = len, row = len;
    for (size_t i = 0; i < sizeof ASKED / sizeof ASKED[0] && len < size; i++) {
        const struct action *a = &ACTIONS[ASKED[i]];
        if (a->id == ACT_FAILOVER && o->type != OP_FAILOVER) /* no answer to a drill that failed */
            continue;
        if (!action_enabled(a, subject, reason, sizeof reason))
            continue;
        size_t n = (size_t)snprintf(item, sizeof item, "  %s %s", action_key_text(a, room), a->label);
        bool fits = row + n <= (size_t)width;
        len += (size_t)snprintf(dst + len, size - len, "%s%s", fits ? "" : "\n", item);
        row = fits ? row + n : n;
    }
    if (len == empty)
        snprintf(dst + len, size - len,
                 opshow_over(o) ? "  nothing here; Esc goes back" : "  nothing; it goes on by itself");
}

static void command(const struct opshow *o, const struct act_subject *subject, char *dst,
                    size_t size)
{
    char reason[160];
    struct buf b;
    bool clean = action_enabled(&ACTIONS[ACT_CLEANUP], subject, reason, sizeof reason);
    bool retry = action_enabled(&ACTIONS[ACT_RETRY], subject, reason, sizeof reason);
    buf_init(&b, 400);
    format_word(&b, "protector-console");
    format_word(&b, clean ? "test" : "operation");
    format_word(&b, clean ? "cleanup" : retry ? "retry" : "show");
    format_word(&b, o->id);
    snprintf(dst, size, "%s", buf_text(&b));
    buf_release(&b);
}

enum { CONSOLE_LINES = 4 };

struct console {
    const char *vm; /* whose it is; NULL: none was kept */
    char lines[CONSOLE_LINES][200];
    int count; /* of those, the last one first */
};

/* What the first guest whose console was kept said last, without the blank lines. */
static void read_console(const struct opshow *o, struct console *ret)
{
    const json_t *first = json_array_get(o->consoles, 0);
    const char *output = json_text(first, "output"), *end = output + strlen(output);
    *ret = (struct console){.vm = first ? json_text(first, "vm") : NULL};
    while (end > output && ret->count < CONSOLE_LINES) {
        const char *from = end;
        while (from > output && from[-1] != '\n')
            from--;
        if (strspn(from, " ") < (size_t)(end - from))
            snprintf(ret->lines[ret->count++], sizeof ret->lines[0], "%.*s", (int)(end - from), from);
        end = from > output ? from - 1 : from;
    }
}

/* Its last lines: one a row, for what stands last matters most. */
static void paint_console(const struct console *c, struct canvas *cv, struct rect in)
{
    if (rect_empty(in))
        return;
    struct rect row = rect_cut_top(&in, 1);
    bool alone = rect_empty(in) && c->count;
    paint_textf(cv, row.y, row.x, row.w, ROLE_TEXT, "The console of %.60s said %s%s", c->vm,
                c->count ? "last: " : "nothing", alone ? c->lines[0] : "");
    for (int i = in.h < c->count ? in.h : c->count; i-- > 0;) {
        row = rect_inset(rect_cut_top(&in, 1), 0, 2);
        paint_text(cv, row.y, row.x, row.w, ROLE_DIM, c->lines[i]);
    }
}

struct lines {
    char where[320], next[160], command[160], advice[600], safe[420];
    struct console console;
    enum role safe_role;
    const char *error, *remedy;
};

static void make_still(const struct opshow *o, int64_t now_ms, struct lines *l)
{
    char at[FORMAT_SIZE], span[FORMAT_SIZE];
    snprintf(l->where, sizeof l->where, "No step began or ended for %s, since %s",
             clock_age(span, sizeof span, now_ms - o->still_since_ms),
             format_moment(at, sizeof at, now_ms, o->still_since_ms));
    if (o->held)
        outlook_held_advice(o->held, l->advice, sizeof l->advice);
    else
        remedy_text(remedy_named("NoProgress"), l->advice, sizeof l->advice);
    l->error = "";
    l->remedy = l->advice;
}

static void make_lines(const struct opshow *o, const struct act_subject *subject, int64_t now_ms,
                       int width, struct lines *l)
{
    watch_safe(o, l->safe, sizeof l->safe, &l->safe_role);
    read_console(o, &l->console);
    where(o, l->where, sizeof l->where);
    legal_next(o, subject, width, l->next, sizeof l->next);
    command(o, subject, l->command, sizeof l->command);
    bool as_asked = opshow_as_asked(o);
    l->error = o->error && o->error[0] ? o->error : as_asked ? "" : "no reason was recorded";
    l->remedy = o->remedy && o->remedy[0] ? o->remedy
                : as_asked
                    ? "Nothing failed. A commit (M) settles it, a rollback (R) takes it back."
                : o->verdict == VERDICT_PARTIAL
                    ? "What is up serves. Try again what failed (T), or take all of it back (R)."
                : was_stopped(o) ? "Nothing failed: start it again when there is time for it."
                                 : "see the events (e) and the log";
    if (stands_still(o))
        make_still(o, now_ms, l);
}

/* How many rows each of its texts takes: what is safe comes before what to do, and
 * that before the rest of what the API said, which the failed step has, too. */
struct shares {
    int where, error, safe, remedy, console, next, command;
};

static struct shares share(const struct lines *l, const struct canvas *cv, int width, int rows)
{
    enum { TEXTS = 4, PARTS, ROOMY = 8 };
    struct shares s = {.next = rows > 2};
    if (rows >= ROOMY && paint_wrapped_rows(cv, width, l->next) > 1)
        s.next = 2;
    int *const shares[PARTS] = {&s.where, &s.safe, &s.remedy, &s.error, &s.console};
    const char *const texts[TEXTS] = {l->where, l->safe, l->remedy, l->error};
    int wanted[PARTS] = {[TEXTS] = l->console.vm ? 1 + l->console.count : 0}, all = wanted[TEXTS];
    for (int i = 0; i < TEXTS; i++)
        all += wanted[i] = *texts[i] ? paint_wrapped_rows(cv, width, texts[i]) : 0;
    int whole = paint_wrapped_rows(cv, width, l->command);
    s.command = (rows >= ROOMY && whole == 1) || rows > all + s.next; /* not cut for being there */
    int left = rows - s.next - s.command;
    for (int i = 0; i < PARTS; i++) /* a row of each first */
        if (wanted[i] && left > 0)
            *shares[i] = 1, left--;
    for (int i = 0; i < PARTS; i++) {
        int more = wanted[i] - *shares[i] < left ? wanted[i] - *shares[i] : left;
        *shares[i] += more;
        left -= more;
    }
    if (s.command && left > 0) { /* a key copies it whole: to be read whole it comes last */
        s.command += whole - 1 < left ? whole - 1 : left;
    }
    return s;
}

int failure_rows(const struct opshow *o, const struct act_subject *subject, int64_t now_ms,
                 const struct canvas *cv, int width)
{
    enum { ALL = 100 };
    struct lines l;
    int inside = width > 6 ? width - 4 : 2;
    make_lines(o, subject, now_ms, inside, &l);
    struct shares s = share(&l, cv, inside, ALL);
    return 2 + s.where + s.error + s.safe + s.remedy + s.console + s.next + s.command;
}

void failure_paint(const struct opshow *o, const struct act_subject *subject, int64_t now_ms,
                   struct canvas *cv, struct rect area)
{
    struct lines l;
    const char *title = stands_still(o)  ? "Stands still"
                        : opshow_as_asked(o) ? "In part, as asked"
                        : was_stopped(o) ? "Stopped"
                                         : "What failed";
    enum role frame = opshow_as_asked(o) ? ROLE_WARN : ROLE_DANGER;
    struct rect in = rect_inset(paint_box(cv, area, frame, title, NULL), 0, 1);
    if (rect_empty(in))
        return;
    make_lines(o, subject, now_ms, in.w, &l);
    const struct shares s = share(&l, cv, in.w, in.h);
    const struct {
        int rows;
        enum role role;
        const char *text; /* NULL: the console */
    } PARTS[] = {{s.where, ROLE_STRONG, l.where},  {s.error, ROLE_DANGER, l.error},
                 {s.console, ROLE_DIM, NULL},      {s.safe, l.safe_role, l.safe},
                 {s.remedy, ROLE_TEXT, l.remedy},  {s.next, ROLE_INFO, l.next},
                 {s.command, ROLE_DIM, l.command}};
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        struct rect at = rect_cut_top(&in, PARTS[i].rows);
        if (PARTS[i].text)
            paint_wrapped(cv, at, PARTS[i].role, PARTS[i].text);
        else
            paint_console(&l.console, cv, at);
    }
}
