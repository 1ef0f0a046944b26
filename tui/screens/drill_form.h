/*
 * drill_form: the fields of the question before a drill, and the request that
 * they make.
 *
 * What the operator did not touch is not sent: the group's and the
 * configuration's own values stand then. UI thread.
 */
#ifndef PC_TUI_SCREENS_DRILL_FORM_H
#define PC_TUI_SCREENS_DRILL_FORM_H

#include "backend/base/buf.h"
#include "widgets/form.h"

#include <jansson.h>

enum drill_field {
    FORM_NETWORKS,
    FORM_FLAVORS,
    FORM_CHECKS,
    FORM_TIMEOUT,
    FORM_PROJECT,
    FORM_ISOLATED,
    FORM_CLEANUP,
    FORM_FIELDS,
};

struct drill_form {
    struct form form;
    struct field fields[FORM_FIELDS];
    struct input inputs[FORM_ISOLATED];
    char errors[FORM_FIELDS][160];
    bool filled;                     /* by the first proposal */
    char *checks_were, *timeout_was; /* as filled; owned */
    bool cleanup_was;
};

void drill_form_init(struct drill_form *f);
void drill_form_release(struct drill_form *f);

/* A line about each field below it, or none. */
void drill_form_explain(struct drill_form *f, bool on);

/* The first proposal's values; later ones change nothing. */
void drill_form_fill(struct drill_form *f, const json_t *proposal);

/* The arguments of test_propose and test_failover (caller owns), or NULL when a
 * field is not valid: its .error says why. */
json_t *drill_form_args(struct drill_form *f, const char *group);

/* The same as a command line to paste. */
void drill_form_command(const struct drill_form *f, const char *group, struct buf *out);

#endif
