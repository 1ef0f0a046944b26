#include "tui/linear/linear.h"

#include "backend/base/buf.h"
#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/keymap.h"
#include "tui/linear/perform.h"
#include "tui/linear/talk.h"
#include "tui/opshow.h"
#include "tui/ready.h"
#include "tui/verbs/interrupt.h"
#include "tui/verbs/place.h"
#include "tui/verbs/spawn.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SITES_MS = 5000 };

/* ---- where it stands ------------------------------------------------------------- */

static struct place *here(struct talk *t)
{
    return &t->places[t->depth - 1];
}

static void go(struct talk *t, enum place_kind kind, const char *name)
{
    if (t->depth == PLACES_MAX) { /* what is furthest back, after home, is forgotten */
        memmove(t->places + 1, t->places + 2, (PLACES_MAX - 2) * sizeof(t->places[0]));
        t->depth--;
    }
    struct place *to = &t->places[t->depth++];
    to->kind = kind;
    snprintf(to->name, sizeof(to->name), "%s", name);
    menu_tell(t, "");
}

static void go_back(struct talk *t)
{
    if (t->depth > 1)
        t->depth--;
    menu_tell(t, "");
}

/* The group, site or operation of that name; false when there is none. */
static bool go_by_name(struct talk *t, const char *name)
{
    struct snapshot *now = door_snapshot(t->s.door);
    bool group = snapshot_group(now, name) != NULL, site = snapshot_site(now, name) != NULL;
    snapshot_unref(now);
    if (group || site) {
        go(t, group ? AT_GROUP : AT_SITE, name);
        return true;
    }
    if (!text_starts(name, "op-"))
        return false;
    go(t, AT_OPERATION, name);
    return true;
}

/* ---- what linear does by itself ----------------------------------------------------- */

static void tell_help(struct talk *t)
{
    char room[UI_KEY_NAME_MAX];
    FILE *out = t->s.out;
    fputs("Type the number of a line, or its name. The empty line tells this place again.\n"
          "A group, a site or an operation (op-...) is gone to by its name; /WORD lists the groups "
          "with it.\n"
          "An action takes a name and the flags of its verb: failover prod-web-app --type planned.\n"
          "Every verb can be typed as at a shell: protection-group list, operation list -f csv;\n"
          "VERB --help tells its flags, --help all verbs.\n"
          "Ctrl-C ends the watching of an operation, never the operation.\n"
          "What can be done, by name, with its key on the screens:\n", out);
    for (const struct deed *d = DEEDS; d->words || d->own; d++) {
        const char *key = deed_key(d, room);
        fprintf(out, "  %s%s%s%s: %s\n", d->action == ACT_COUNT ? d->words : deed_name(d), *key ? " (" : "", key, *key ? ")" : "",
                deed_help(d));
    }
}

static void read_now(struct talk *t)
{
    struct pc_error err = {0};
    if (session_call(&t->s, "site_list", NULL, NULL, &err))
        t->code = report_error(t->s.out, &err);
    perform_settle(t, NULL);
    menu_tell(t, "");
}

static void go_to_operation(struct talk *t, const char *group)
{
    struct menu_subject m;
    char id[OP_ID_SIZE] = "";
    menu_subject_take(&m, t, ABOUT_GROUP, group);
    if (m.act.operation)
        snprintf(id, sizeof(id), "%s", m.act.operation->id);
    menu_subject_release(&m);
    if (*id)
        go(t, AT_OPERATION, id);
    else
        fputs("this group has no operation yet\n", t->s.out);
}

static void do_own(struct talk *t, const struct deed *d, const char *name)
{
    switch (d->own) {
    case OWN_READ:
        read_now(t);
        break;
    case OWN_HISTORY:
        go(t, AT_HISTORY, name);
        break;
    case OWN_OPERATION:
        go_to_operation(t, name);
        break;
    case OWN_HELP:
        tell_help(t);
        break;
    case OWN_BACK:
        go_back(t);
        break;
    case OWN_QUIT:
        t->over = true;
        break;
    case OWN_NOTHING:
        break;
    }
}

/* ---- one line ------------------------------------------------------------------------ */

/* At a place it is done to what the place is about. */
static void do_here(struct talk *t, const struct deed *d, int more_count, char *const *more)
{
    char name[NAME_SIZE] = "";
    if (d->about != ABOUT_NOTHING || (d->own == OWN_HISTORY && here(t)->kind == AT_GROUP))
        snprintf(name, sizeof(name), "%s", here(t)->name);
    /* A group's cleanup is that of the operation it stands for. */
    if (d->about == ABOUT_OPERATION && here(t)->kind == AT_GROUP) {
        struct menu_subject m;
        menu_subject_take(&m, t, ABOUT_GROUP, here(t)->name);
        snprintf(name, sizeof(name), "%s", m.act.operation ? m.act.operation->id : "");
        menu_subject_release(&m);
    }
    if (d->own)
        do_own(t, d, name);
    else
        perform_deed(t, d, name, more_count, more);
}

static void choose(struct talk *t, const char *typed)
{
    long n;
    if (strcmp(typed, "0") == 0) {
        go_back(t);
        return;
    }
    if (!text_to_long(typed, 1, (long)t->menu.count, &n)) {
        talk_lost(t, "there is no line of that number", typed);
        return;
    }
    const struct menu_row row = t->menu.rows[n - 1];
    if (row.deed)
        do_here(t, row.deed, 0, NULL);
    else
        go(t, row.to.kind, row.to.name);
}

static bool is_flag(const char *word)
{
    return word[0] == '-' && word[1] == '-';
}

/* "operation list", not the action "operation" done to something called list. */
static bool begins_verb(int count, char *const *words)
{
    char both[LINE_SIZE];
    if (count < 2)
        return false;
    snprintf(both, sizeof(both), "%s %s", words[0], words[1]);
    return verb_find(both) != NULL;
}

static void take_words(struct talk *t, const char *line, int count, char **words)
{
    const struct deed *d = deed_find(place_context(here(t)->kind), words[0]);
    if (d && (count == 1 || (is_flag(words[1]) && !d->own))) {
        do_here(t, d, count - 1, words + 1);
        return;
    }
    d = begins_verb(count, words) ? NULL : deed_named(words[0]);
    if (d && d->about != ABOUT_NOTHING && count > 1 && !is_flag(words[1])) {
        if (d->own)
            do_own(t, d, words[1]);
        else
            perform_deed(t, d, words[1], count - 2, words + 2);
        return;
    }
    if (d && count == 1) /* an action, of another place */
        talk_lost(t, d->about == ABOUT_NOTHING ? "not here; go back first"
                                               : "of what? say its name behind it", line);
    else if (!go_by_name(t, line))
        perform_words(t, count, words);
}

static void take_line(struct talk *t, const char *line)
{
    char copy[LINE_SIZE];
    char *words[WORDS_MAX];
    if (!*line) {
        menu_tell(t, "");
    } else if (*line == '/') {
        t->depth = 1;
        menu_tell(t, line + 1);
    } else if (line[strspn(line, "0123456789")] == '\0') {
        choose(t, line);
    } else {
        snprintf(copy, sizeof(copy), "%s", line);
        int n = perform_split(copy, words);
        if (n > 0)
            take_words(t, line, n, words);
        else
            talk_lost(t, "a quote does not end, or there are too many words", line);
    }
}

/* ---- from beginning to end ------------------------------------------------------------- */

static void prompt_of(struct talk *t, char *dst, size_t size)
{
    char name[NAME_SIZE];
    const struct place *at = here(t);
    if (at->kind == AT_OPERATION)
        format_id(name, sizeof(name), at->name);
    else
        safe_text(name, sizeof(name), at->kind == AT_HOME      ? "home"
                                      : at->kind == AT_HISTORY ? "history"
                                                               : at->name);
    snprintf(dst, size, "%s> ", name);
}

static void converse(struct talk *t)
{
    char line[LINE_SIZE], prompt[NAME_SIZE + 8];
    fputs("Without a full screen: a number or a name, then Enter; ? is help, q leaves.\n", t->s.out);
    menu_tell(t, "");
    while (!t->over) {
        prompt_of(t, prompt, sizeof(prompt));
        enum answer how = talk_line(t, prompt, true, line);
        if (how == ANSWERED)
            take_line(t, line);
        else
            t->over = true;
        if (interrupt_came()) {
            t->code = interrupt_exit();
            t->over = true;
        }
    }
}

/* What runs in this process goes on without it, and what ends by itself has
 * somebody who ends it; but who is killed leaves nothing. */
static void leave(struct talk *t)
{
    struct snapshot *now = door_snapshot(t->s.door);
    struct spawn_work left = spawn_work(now);
    snapshot_unref(now);
    session_end_kept(&t->s);
    t->code = spawn_left(t->s.args, t->s.state_dir, left, t->code, t->s.out);
}

static void take_keys(struct talk *t)
{
    struct buf told;
    buf_init(&told, 1 << 14);
    ready_set_polls(json_int(door_screen(t->s.door), "poll_seconds", 0));
    keymap_reset();
    keymap_load(json_list(door_screen(t->s.door), "keys"), &told);
    if (told.len)
        fprintf(t->s.out, "%s", buf_text(&told));
    buf_release(&told);
}

/* What a site does not answer by then is told as it is: not read yet. */
static enum pc_err wait_for_sites(struct talk *t, struct pc_error *err)
{
    int64_t until = clock_mono_ms() + SITES_MS, left;
    enum pc_err rc = PC_OK;
    while (rc == PC_OK && (left = until - clock_mono_ms()) > 0) {
        struct snapshot *now = door_snapshot(t->s.door);
        bool read = ready_asked(now);
        snapshot_unref(now);
        if (read)
            break;
        rc = session_wait(&t->s, (int)left, err);
    }
    return rc;
}

static enum pc_err begin(struct talk *t, struct pc_error *err)
{
    enum pc_err rc = session_open(&t->s, NEED_SITES | NEED_EXECUTE | NEED_REPLICATION, err);
    if (rc)
        return rc;
    take_keys(t);
    rc = session_call(&t->s, "site_list", NULL, NULL, err);
    if (rc == PC_OK)
        rc = wait_for_sites(t, err);
    if (rc == PC_OK)
        rc = session_wait_for_replication(&t->s, err);
    t->told = door_snapshot(t->s.door);
    if (rc)
        return rc;
    perform_settle(t, NULL);
    return PC_OK;
}

int linear_run(const struct args *a, FILE *in, FILE *out, FILE *err)
{
    bool seen = isatty(fileno(in)) == 1; /* what is typed is seen where it is typed */
    struct talk t = {.s = {.args = a, .in = in, .out = out, .err = out, .kept = true,
                           .echo = !seen},
                     .depth = 1, .script = !seen};
    struct pc_error e = {0};
    const struct door_options o = session_door(a, args_value(a, "--state-dir"), NULL);
    enum pc_err rc = place_state_dir(&o, &t.s.state_dir, &e);
    if (rc)
        return report_error(err, &e);
    setvbuf(in, NULL, _IONBF, 0); /* what is read is asked for: poll() sees the rest */
    interrupt_install();
    rc = begin(&t, &e);
    if (rc == PC_OK) {
        converse(&t);
        leave(&t);
    } else {
        t.s.err = err;
        t.code = session_end(&t.s, rc, &e);
        session_end_kept(&t.s);
    }
    fflush(out);
    snapshot_unref(t.told);
    menu_release(&t.menu);
    free(t.s.state_dir);
    log_close();
    return t.code;
}
