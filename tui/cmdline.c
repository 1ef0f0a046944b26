/* cmdline: see cmdline.h. */
#include "tui/cmdline.h"

#include "tui/format.h"

bool cmdline_of(const struct act_subject *s, struct buf *out)
{
    if (!s->operation && !s->group)
        return false;
    format_word(out, "protector-console");
    format_word(out, s->operation ? "operation" : "protection-group");
    format_word(out, "show");
    format_word(out, s->operation ? s->operation->id : s->group->group->name);
    return true;
}
