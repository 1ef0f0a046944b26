/*
 * main: protector-console begins here.
 *
 * Decides between the screens (no verb, and a terminal that can show them), the
 * same in lines (--linear, or a terminal that cannot), one verb, and, with
 * neither, the present state once.
 */
#include "tui/app.h"
#include "tui/commands.h"
#include "tui/keymap.h"
#include "tui/linear/linear.h"
#include "tui/verbs/args.h"
#include "tui/verbs/help.h"
#include "tui/verbs/interrupt.h"
#include "tui/verbs/manpage.h"
#include "tui/verbs/place.h"
#include "tui/verbs/session.h"
#include "tui/verbs/spawn.h"
#include "tui/verbs/tty.h"

#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct spawn_work work_of(struct door *door)
{
    struct snapshot *now = door_snapshot(door);
    struct spawn_work work = spawn_work(now);
    snapshot_unref(now);
    return work;
}

/* The screens, in a process that also executes when nobody else does. */
static int run_screens(const struct args *a)
{
    struct app_options app = {.theme = args_value(a, "--theme")};
    struct pc_error err = {0};
    struct door *door = NULL;
    char *state_dir = NULL, *lab = place_lab();
    struct door_options o = session_door(a, args_value(a, "--state-dir"), lab);
    int code;
    if (args_has(a, "--ascii"))
        app.term.charset = TERM_CHARSET_ASCII;
    enum pc_err rc = app_check(&app, &err);
    if (rc == PC_OK)
        rc = place_state_dir(&o, &state_dir, &err);
    if (rc) {
        free(lab);
        return report_error(stderr, &err);
    }
    o.state_dir = app.state_dir = state_dir;
    o.monitor = o.execute = o.sites = true;
    rc = door_open(&o, &door, &err);
    if (rc == PC_OK) {
        /* A flag beats the configuration. */
        if (!app.theme)
            app.theme = json_text(door_screen(door), "theme");
        else
            app.theme_fixed = true;
        if (json_flag(door_screen(door), "ascii", false))
            app.term.charset = TERM_CHARSET_ASCII;
        rc = app_check(&app, &err);
    }
    code = rc ? report_error(stderr, &err) : app_run(door, &app);
    struct spawn_work left = door ? work_of(door) : (struct spawn_work){0};
    door_close(door);
    code = spawn_left(a, state_dir, left, code, code == 128 + SIGHUP ? NULL : stdout);
    free(lab);
    free(state_dir);
    log_close();
    if (code > 128)
        term_die_by(code - 128);
    return code;
}

/* The keys of the configuration: what is wrong with them, and what clashes. */
static int check_keys(const struct args *a)
{
    const struct door_options o = {.config_file = args_value(a, "--config")};
    struct pc_error err = {0};
    json_t *screen = NULL;
    struct buf told;
    if (door_read_screen(&o, &screen, &err))
        return report_error(stderr, &err);
    buf_init(&told, 1 << 16);
    keymap_reset();
    commands_load(json_list(screen, "commands"), &told);
    keymap_load(json_list(screen, "keys"), &told);
    keymap_check(&told);
    if (told.len)
        fputs(buf_text(&told), stdout);
    else
        puts("no key clashes");
    int code = told.len ? pc_err_exit(PC_ERR_CONFIG) : 0;
    buf_release(&told);
    json_decref(screen);
    return code;
}

/* No verb. A terminal that cannot show the screens has lines instead. */
static int run_console(const struct args *a)
{
    const struct app_options plain = {.theme = NULL};
    struct pc_error why = {0};
    if (args_has(a, "--once"))
        return session_run(a, NULL, stdout, stderr);
    if (args_has(a, "--linear"))
        return linear_run(a, stdin, stdout, stderr);
    if (!tty_for_talk()) /* says at its end what a terminal would have */
        return session_run(a, NULL, stdout, stderr);
    if (app_check(&plain, &why) == PC_OK)
        return run_screens(a);
    printf("No full screen here: %s. For the screens: %s.\nGoing on in lines, as with --linear.\n",
           why.text, why.remedy);
    return linear_run(a, stdin, stdout, stderr);
}

/* What was printed must have arrived; a reader that has seen enough is fine. */
static int end_output(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 || errno == EPIPE || code)
        return code;
    fprintf(stderr, "error: the output could not be written: %s\n", strerror(errno));
    return pc_err_exit(PC_ERR_IO);
}

int main(int argc, char **argv)
{
    struct args a;
    struct pc_error err = {0};
    int code = 0;
    mem_one_heap();
    setlocale(LC_ALL, "");
    interrupt_ignore_pipe();
    json_seed();
    if (args_parse(argc, argv, &a, &err))
        return report_error(stderr, &err);
    if (args_has(&a, "--version"))
        printf("protector-console %s\n", PC_VERSION);
    else if (args_has(&a, "--check-keys"))
        code = check_keys(&a);
    else if (args_has(&a, "--man"))
        manpage_print(stdout);
    else if (args_has(&a, "--help") && a.verb)
        help_verb(stdout, a.verb);
    else if (args_has(&a, "--help"))
        help_program(stdout);
    else if (!a.verb)
        code = run_console(&a);
    else
        code = session_run(&a, tty_for_questions() ? stdin : NULL, stdout, stderr);
    args_release(&a);
    return end_output(code);
}
