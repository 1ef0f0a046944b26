#include "tui/linear/deeds.h"

#include "backend/base/text.h"
#include "tui/keymap.h"

#include <string.h>

enum { EVERYWHERE = CTX_HOME | CTX_GROUP | CTX_SITE | CTX_WATCH | CTX_HISTORY };

/* In the order in which they are numbered. */
const struct deed DEEDS[] = {
    {.action = ACT_COUNT, .words = "operation watch", .about = ABOUT_OPERATION,
     .contexts = CTX_WATCH},
    {.action = ACT_COUNT, .words = "operation show", .about = ABOUT_OPERATION,
     .contexts = CTX_WATCH},
    {.action = ACT_COUNT, .words = "protection-group show", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP},
    {.action = ACT_COUNT, .words = "site show", .about = ABOUT_SITE, .contexts = CTX_SITE},
    {.action = ACT_OPERATION, .own = OWN_OPERATION, .about = ABOUT_GROUP, .contexts = CTX_GROUP},
    {.action = ACT_DRILL, .words = "protection-group test-failover", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP, .plan = true,
     .asks = {{"--health-check", "Check what of every server? tcp:PORT, http:PATH or exec:COMMAND; "
                                 "Enter: what the group says", VALUES_OF_FLAG},
              {"--no-cleanup", "Keep what it makes, until a cleanup?", VALUES_OF_FLAG}}},
    {.action = ACT_FAILOVER, .words = "protection-group failover", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP,
     .asks = {{"--type", "Planned: the primary is stopped and synced first. Unplanned: it is lost, "
                         "and what it wrote since the recovery point", VALUES_OF_FLAG}}},
    {.action = ACT_COMMIT, .words = "protection-group commit", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP},
    {.action = ACT_ROLLBACK, .words = "protection-group rollback", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP},
    {.action = ACT_FAILBACK, .words = "protection-group failback", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP},
    {.action = ACT_CONFIRM_FAILBACK, .words = "protection-group confirm-failback",
     .about = ABOUT_GROUP, .contexts = CTX_GROUP},
    {.action = ACT_CANCEL_FAILBACK, .words = "protection-group cancel-failback",
     .about = ABOUT_GROUP, .contexts = CTX_GROUP},
    {.action = ACT_RESOLVE, .words = "protection-group resolve", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP,
     .asks = {{"--serving", "Which site serves from now on?", VALUES_SITES},
              {"--stop-other", "Stop its servers at the other site?", VALUES_OF_FLAG}}},
    {.action = ACT_RELEASE, .words = "protection-group release", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP},
    {.action = ACT_SYNC, .words = "consistency-group sync", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP, .sure = true},
    {.action = ACT_READINESS, .words = "protection-group readiness", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP,
     .asks = {{"--operation", "Ready for which operation?", VALUES_OF_FLAG}}},
    {.action = ACT_POINTS, .words = "recovery-point list", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP},
    {.action = ACT_UNDO, .words = "protection-group undo", .about = ABOUT_GROUP,
     .contexts = CTX_GROUP, .sure = true, .help = "take back what its last edit changed; asks first"},
    {.action = ACT_CANCEL, .words = "operation cancel", .about = ABOUT_OPERATION,
     .contexts = CTX_WATCH, .sure = true},
    {.action = ACT_CLEANUP, .words = "test cleanup", .about = ABOUT_OPERATION,
     .contexts = CTX_WATCH | CTX_GROUP, .sure = true},
    {.action = ACT_RETRY, .words = "operation retry", .about = ABOUT_OPERATION,
     .contexts = CTX_WATCH},
    {.action = ACT_REPLY, .words = "operation answer", .about = ABOUT_OPERATION,
     .contexts = CTX_WATCH, .asks = {{NULL, "Go on, or stop?", VALUES_ANSWER}}},
    {.action = ACT_EVENTS, .words = "operation events", .about = ABOUT_OPERATION,
     .contexts = CTX_WATCH, .help = "what happened in it, oldest first"},
    {.action = ACT_HISTORY, .own = OWN_HISTORY, .contexts = CTX_HOME | CTX_GROUP},
    {.action = ACT_ALL_EVENTS, .words = "event list", .contexts = CTX_HOME},
    {.action = ACT_AUDIT, .words = "audit list", .contexts = CTX_HOME},
    {.action = ACT_READ, .own = OWN_READ, .contexts = EVERYWHERE & ~(unsigned)CTX_WATCH},
    {.action = ACT_HELP, .own = OWN_HELP, .contexts = EVERYWHERE,
     .help = "what can be typed here"},
    {.action = ACT_BACK, .own = OWN_BACK, .contexts = EVERYWHERE & ~(unsigned)CTX_HOME,
     .help = "to where one came from; 0 does the same"},
    {.action = ACT_QUIT, .own = OWN_QUIT, .contexts = EVERYWHERE,
     .help = "leave; what runs goes on in the background"},
    {.action = ACT_COUNT},
};

static const struct action *action_of(const struct deed *d)
{
    return d->action == ACT_COUNT ? NULL : &ACTIONS[d->action];
}

const char *deed_name(const struct deed *d)
{
    return action_of(d) ? action_of(d)->name : strrchr(d->words, ' ') + 1;
}

const char *deed_help(const struct deed *d)
{
    if (d->help)
        return d->help;
    return action_of(d) ? action_of(d)->help : verb_find(d->words)->summary;
}

const char *deed_key(const struct deed *d, char room[UI_KEY_NAME_MAX])
{
    ui_key key = action_of(d) ? keymap_key(d->action) : UI_KEY_NONE;
    /* What no line can be made of is no key here. */
    return key > ' ' && key < 0x7f ? ui_key_name(key, room) : "";
}

static bool is_row(const struct deed *d)
{
    return d->words || d->own;
}

const struct deed *deed_find(unsigned context, const char *typed)
{
    char room[UI_KEY_NAME_MAX];
    for (const struct deed *d = DEEDS; is_row(d); d++)
        if ((d->contexts & context) && *typed &&
            (strcmp(deed_name(d), typed) == 0 || strcmp(deed_key(d, room), typed) == 0))
            return d;
    return NULL;
}

const struct deed *deed_named(const char *name)
{
    for (const struct deed *d = DEEDS; is_row(d); d++)
        if (d->action != ACT_COUNT && strcmp(deed_name(d), name) == 0)
            return d;
    return NULL;
}

bool deed_enabled(const struct deed *d, const struct act_subject *s, char *reason, size_t size)
{
    const bool there[] = {[ABOUT_NOTHING] = true, [ABOUT_GROUP] = s->group != NULL,
                          [ABOUT_SITE] = s->site != NULL,
                          [ABOUT_OPERATION] = s->operation != NULL};
    if (!there[d->about]) {
        safe_text(reason, size, "there is nothing to do it to");
        return false;
    }
    return action_of(d) ? action_enabled(action_of(d), s, reason, size) : true;
}
