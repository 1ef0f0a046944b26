/*
 * answers: what a wizard has been told so far.
 *
 * An answer is a member of the request that it will become, under the name that
 * docs/requests.md gives it. What was not answered is not there, and stands on
 * the group's or the configuration's own value. So one object is the draft that
 * is kept, the arguments of every question to the engine, and the command line
 * that says the same. Pure, any thread.
 */
#ifndef PC_TUI_WIZARD_ANSWERS_H
#define PC_TUI_WIZARD_ANSWERS_H

#include "backend/base/buf.h"
#include "tui/actions.h"

#include <jansson.h>

enum wizard_for { WIZARD_DRILL, WIZARD_FAILOVER, WIZARD_FAILBACK, WIZARD_MAPPING, WIZARD_KINDS };

/* What differs between them. */
struct wizard_kind {
    const char *word, *title;    /* of its draft's file; "Failover" */
    enum act_id act;             /* what it does in the end */
    const char *verb, *command;  /* of a request and of a command line; the mapping
                                    is proposed as for a drill */
    const char *operation;       /* whose proposal; NULL: a drill's */
    bool moves;                  /* production: the name must be typed */
    const char *main, *end;      /* what S does: on the key bar, and beside the page */
};
extern const struct wizard_kind WIZARD_KIND[WIZARD_KINDS];

struct answers {
    enum wizard_for kind;
    json_t *given; /* owned */
};

void answers_init(struct answers *a, enum wizard_for kind);
void answers_release(struct answers *a);

/* Whether these are answers: each is known, and of its shape. Of what was not made here. */
bool answers_fit(const json_t *given);
/* How many were given. */
size_t answers_count(const struct answers *a);
bool answers_unplanned(const struct answers *a);
/* Gives one, or takes it back: value NULL. Takes the value. */
void answers_put(struct answers *a, const char *key, json_t *value);
/* The same of a text: "" takes it back. */
void answers_put_text(struct answers *a, const char *key, const char *text);

/* Of a mapping (key "network_mapping", "flavor_mapping" or "image_mapping"): the target of one
 * source, "" none was given; lent. */
const char *answers_target(const struct answers *a, const char *key, const char *from);
/* to NULL: takes it back. */
void answers_map(struct answers *a, const char *key, const char *from, const char *to);

/* Whether a member is among those that were chosen; nobody was: all are. */
bool answers_has_member(const struct answers *a, const char *name);
/* Chooses it, or leaves it out. False, and nothing is changed: none would be left. */
bool answers_turn_member(struct answers *a, const struct group *g, const char *name);

/* The arguments for a verb: what it knows of what was given, and the group. The
 * caller owns them. */
json_t *answers_args(const struct answers *a, const char *verb, const char *group_id);
/* The verb at a prompt with its flags, without what confirms it. */
void answers_command(const struct answers *a, const char *group, struct buf *out);

/* group_update's arguments that make these answers what the group has for its
 * own from now on: mappings beside those it has, in the place of what was about
 * the same source; checks instead of them. From where the group serves away from
 * its primary the mappings are turned round, as it keeps them the way there.
 * Names stand for ids where the proposal knows them to be unique. NULL: there is
 * nothing to keep. version: what the answers were given to. */
json_t *answers_defaults(const struct answers *a, const struct group *g, const json_t *proposal,
                         int64_t version);

#endif
