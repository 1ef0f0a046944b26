/* confirming: see confirming.h. */
#include "tui/confirming.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "backend/model/typed.h"
#include "tui/format.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 1000 };
enum { REASON, SITE, NAME };

enum danger danger_of(enum group_action action, size_t groups)
{
    if (action == ACTION_FAILOVER_FORCE)
        return DANGER_SITE;
    return lifecycle_needs_confirmation(action) || groups > 1 ? DANGER_NAME : DANGER_KEY;
}

void confirming_init(struct confirming *c, enum danger danger, const char *what,
                     const char *name, const char *site)
{
    char shown[128];
    *c = (struct confirming){.danger = danger, .what = what ? what : "Group's name"};
    snprintf(c->name, sizeof c->name, "%s", name);
    snprintf(c->site, sizeof c->site, "%s", site ? site : "");
    for (int i = 0; i < CONFIRMING_FIELDS; i++)
        input_init(&c->inputs[i], TEXT_MAX);
    safe_text(shown, sizeof shown, name);
    snprintf(c->hints[0], sizeof c->hints[0], "type %s", shown);
}

void confirming_release(struct confirming *c)
{
    for (int i = 0; i < CONFIRMING_FIELDS; i++)
        input_release(&c->inputs[i]);
}

static bool takes_reason(const struct confirming *c)
{
    return c->danger == DANGER_SITE || c->needs_reason;
}

static bool asked(const struct confirming *c, int i)
{
    if (i == REASON)
        return c->danger != DANGER_KEY && !c->no_reason;
    return i == SITE ? c->danger == DANGER_SITE : c->danger != DANGER_KEY;
}

size_t confirming_fields(struct confirming *c, struct field *room)
{
    char shown[128];
    size_t n = 0;
    safe_text(shown, sizeof shown, c->site);
    snprintf(c->hints[1], sizeof c->hints[1], "type %s: it is not asked, and may still run", shown);
    const char *labels[] = {takes_reason(c) ? "Reason" : "Reason, if any", "Site given up",
                            c->what};
    const char *hints[] = {takes_reason(c) ? "why; it goes on the record"
                                                    : "may be left empty; it goes on the record",
                           c->hints[1], c->hints[0]};
    for (int i = 0; i < CONFIRMING_FIELDS; i++)
        if (asked(c, i))
            room[n++] = (struct field){.kind = FIELD_TEXT,
                                       .label = labels[i],
                                       .hint = c->explained ? hints[i] : NULL,
                                       .input = &c->inputs[i]};
    return n;
}

size_t confirming_first(const struct confirming *c)
{
    return !takes_reason(c) && asked(c, REASON) ? 1 : 0;
}

static const char *text_of(const struct confirming *c, int i)
{
    return input_text(&c->inputs[i]);
}

/* What is wrong with the name is said before what is merely not there. */
static bool wrong(struct confirming *c, int i, const char *what, const char *name, bool missing)
{
    char why[200];
    enum typed is = typed_compare(text_of(c, i), name, why, sizeof why);
    if (!asked(c, i) || is == TYPED_RIGHT || (is == TYPED_NOTHING && !missing))
        return false;
    snprintf(c->why, sizeof c->why, "the %c%.40s %.180s", tolower((unsigned char)*what), what + 1,
             *why ? why : "is not known");
    return true;
}

static bool no_reason(struct confirming *c)
{
    const char *reason = text_of(c, REASON);
    if (!takes_reason(c) || reason[strspn(reason, " ")])
        return false;
    snprintf(c->why, sizeof c->why, "%s needs a reason",
             c->danger == DANGER_SITE ? "an unplanned one" : "what is done in doubt");
    return true;
}

const char *confirming_missing(struct confirming *c)
{
    bool missing = wrong(c, NAME, c->what, c->name, false) ||
                   wrong(c, SITE, "Site given up", c->site, false) || no_reason(c) ||
                   wrong(c, SITE, "Site given up", c->site, true) ||
                   wrong(c, NAME, c->what, c->name, true);
    return missing ? c->why : NULL;
}

void confirming_args(const struct confirming *c, json_t *args)
{
    if (asked(c, REASON) && *text_of(c, REASON))
        json_put_text(args, "reason", text_of(c, REASON));
    if (asked(c, SITE))
        json_put_text(args, "confirm_site", text_of(c, SITE));
    if (asked(c, NAME))
        json_put_text(args, "confirm", text_of(c, NAME));
}

void confirming_command(const struct confirming *c, struct buf *out)
{
    if (asked(c, REASON) && *text_of(c, REASON)) {
        format_word(out, "--reason");
        format_word(out, text_of(c, REASON));
    }
    if (asked(c, SITE)) {
        format_word(out, "--confirm-site");
        format_word(out, c->site);
    }
    if (asked(c, NAME)) {
        format_word(out, "--confirm");
        format_word(out, c->name);
    }
}
