#include "tui/verbs/question.h"

#include "tui/verbs/interrupt.h"

#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/model/typed.h"

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
    if (s->echo) {
        char shown[LINE_SIZE];
        safe_text(shown, sizeof(shown), dst);
        fprintf(s->err, "%s\n", shown);
    }
    return true;
}

static enum pc_err no(struct pc_error *err, const char *why)
{
    return pc_error_set(err, PC_ERR_CANCELLED, NULL, "%s: nothing was changed",
                        interrupt_came() ? "interrupted" : why);
}

enum pc_err question_name(const struct session *s, const char *name, const char *what,
                          struct pc_error *err)
{
    char typed[LINE_SIZE], shown[LINE_SIZE], why[200], text[240];
    safe_text(shown, sizeof(shown), name);
    fprintf(s->err, "Type %s%s to go on; anything else changes nothing: ", shown, what);
    if (!read_line(s, typed) || *typed == '\0')
        return no(err, "not confirmed");
    if (typed_compare(typed, name, why, sizeof(why)) == TYPED_RIGHT)
        return PC_OK;
    snprintf(text, sizeof(text), "that is not the name (it %s)", why);
    return no(err, text);
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
