#include "tui/verbs/question.h"

#include "tui/verbs/interrupt.h"

#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <string.h>

enum { LINE_SIZE = 512 }; /* a longer line is no name and no reason */

/* A line without its end; false at the end of the input, after a signal, or
 * when it is longer than anything that could be meant. */
static bool read_line(const struct session *s, char *dst)
{
    fflush(s->err);
    if (!fgets(dst, LINE_SIZE, s->in))
        return false;
    size_t n = strcspn(dst, "\n");
    if (dst[n] == '\0' && n == LINE_SIZE - 1)
        return false;
    dst[n] = '\0';
    return true;
}

static enum pc_err no(struct pc_error *err, const char *why)
{
    return pc_error_set(err, PC_ERR_CANCELLED, NULL, "%s: nothing was changed",
                        interrupt_came() ? "interrupted" : why);
}

static bool plain_letters(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text > 0x7e || (unsigned char)*text < 0x20)
            return false;
    return true;
}

enum pc_err question_name(const struct session *s, const char *name, struct pc_error *err)
{
    char typed[LINE_SIZE], shown[LINE_SIZE];
    safe_text(shown, sizeof(shown), name);
    fprintf(s->err, "Type %s to go on; anything else changes nothing: ", shown);
    if (!read_line(s, typed) || *typed == '\0')
        return no(err, "not confirmed");
    if (strcmp(typed, name) == 0)
        return PC_OK;
    return no(err, plain_letters(typed) || !plain_letters(name)
                       ? "that is not the name"
                       : "that is not the name (some of its characters only look like it)");
}

enum pc_err question_reason(const struct session *s, char **ret, struct pc_error *err)
{
    char typed[LINE_SIZE];
    fputs("Why? It goes on the record: ", s->err);
    if (!read_line(s, typed))
        return no(err, "no reason was given");
    char *from = typed + strspn(typed, " \t");
    size_t n = strlen(from);
    while (n > 0 && (from[n - 1] == ' ' || from[n - 1] == '\t'))
        n--;
    if (n == 0)
        return no(err, "no reason was given");
    *ret = xstrndup(from, n);
    return PC_OK;
}
