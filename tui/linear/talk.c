#include "tui/linear/talk.h"

#include "backend/base/clock.h"
#include "backend/base/text.h"
#include "tui/linear/tell.h"
#include "tui/verbs/interrupt.h"

#include <ctype.h>
#include <poll.h>
#include <string.h>

bool talk_changes(struct talk *t, const char *but_group)
{
    struct snapshot *now = door_snapshot(t->s.door);
    bool any = tell_changes(t->s.out, t->told, now, but_group, clock_wall_ms());
    snapshot_unref(t->told);
    t->told = now;
    return any;
}

/* Until a line can be read. A stream in memory has no descriptor: it never waits. */
static enum answer wait_for_input(struct talk *t, const char *prompt, bool live)
{
    struct pollfd fds[] = {{.fd = fileno(t->s.in), .events = POLLIN},
                           {.fd = interrupt_fd(), .events = POLLIN},
                           {.fd = live ? door_fd(t->s.door) : -1, .events = POLLIN}};
    while (fds[0].fd >= 0) {
        poll(fds, sizeof(fds) / sizeof(fds[0]), -1);
        if (interrupt_came())
            return ANSWER_STOPPED;
        if (fds[0].revents)
            break;
        if (!live || !door_dispatch(t->s.door))
            continue;
        /* What changed stands on lines of its own, and the prompt is said again. */
        if (tell_differs(t->told, t->s.door)) {
            fputc('\n', t->s.out);
            talk_changes(t, NULL);
            fprintf(t->s.out, "%s", prompt);
            fflush(t->s.out);
        }
    }
    return ANSWERED;
}

static void skip_rest(FILE *in)
{
    int c;
    do
        c = fgetc(in);
    while (c != '\n' && c != EOF);
}

static void trim(char *line)
{
    size_t from = strspn(line, " \t"), n = strlen(line);
    while (n > from && isspace((unsigned char)line[n - 1]))
        n--;
    memmove(line, line + from, n - from);
    line[n - from] = '\0';
}

static void echo(const struct talk *t, const char *line)
{
    char shown[LINE_SIZE];
    safe_text(shown, sizeof(shown), line);
    if (t->s.echo)
        fprintf(t->s.out, "%s\n", shown);
}

enum answer talk_line(struct talk *t, const char *prompt, bool live, char dst[LINE_SIZE])
{
    for (;;) {
        fputs(prompt, t->s.out);
        fflush(t->s.out);
        if (ferror(t->s.out)) /* nobody reads it any more */
            return ANSWER_ENDED;
        enum answer how = wait_for_input(t, prompt, live);
        if (how == ANSWERED && !fgets(dst, LINE_SIZE, t->s.in))
            how = interrupt_came() ? ANSWER_STOPPED : ANSWER_ENDED;
        if (how != ANSWERED) {
            fputc('\n', t->s.out);
            clearerr(t->s.in);
            return how;
        }
        if (strchr(dst, '\n') || strlen(dst) < LINE_SIZE - 1)
            break;
        skip_rest(t->s.in);
        fputs("\nthat line is too long\n", t->s.out);
    }
    trim(dst);
    echo(t, dst);
    return ANSWERED;
}

void talk_lost(struct talk *t, const char *what, const char *line)
{
    char shown[LINE_SIZE];
    safe_text(shown, sizeof(shown), line);
    fprintf(t->s.out, "%s: %s\n", shown, what);
    if (!t->script)
        return;
    fputs("The input is no terminal: it ends here, so that nothing is done by mistake.\n", t->s.out);
    t->over = true;
    t->code = pc_err_exit(PC_ERR_USAGE);
}

int talk_pick(struct talk *t, const char *question, const char *const *words, size_t count)
{
    char prompt[80], line[LINE_SIZE];
    long n;
    fprintf(t->s.out, "%s\n", question);
    for (size_t i = 0; i < count; i++)
        fprintf(t->s.out, "  %zu. %s\n", i + 1, words[i]);
    snprintf(prompt, sizeof(prompt), "1 to %zu; Enter is 1: ", count);
    while (!t->over && talk_line(t, prompt, false, line) == ANSWERED) {
        if (!*line)
            return 0;
        if (text_to_long(line, 1, (long)count, &n))
            return (int)n - 1;
        for (size_t i = 0; i < count; i++)
            if (strcmp(line, words[i]) == 0)
                return (int)i;
        talk_lost(t, "that is none of them", line);
    }
    return -1;
}
