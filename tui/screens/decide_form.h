/*
 * decide_form: the fields of the question before production is moved, and the
 * request that they make.
 *
 * Which fields there are depends on what is decided. The last is always the
 * group's name, which must be typed exactly: compared byte by byte, so that a
 * letter of another alphabet is another letter. UI thread.
 */
#ifndef PC_TUI_SCREENS_DECIDE_FORM_H
#define PC_TUI_SCREENS_DECIDE_FORM_H

#include "backend/base/buf.h"
#include "widgets/form.h"

#include <jansson.h>

enum decide_field {
    DECIDE_KIND, /* planned or unplanned */
    DECIDE_SITE, /* which one serves */
    DECIDE_STOP, /* stop the other's servers */
    DECIDE_NETWORKS,
    DECIDE_FLAVORS,
    DECIDE_POINT,
    DECIDE_REVERSE,
    DECIDE_REASON,
    DECIDE_NAME,
    DECIDE_FIELDS,
};
#define DECIDE_HAS(field) (1u << (field))

struct decide_form {
    struct form form;
    struct field fields[DECIDE_FIELDS]; /* those that there are, in order */
    struct input inputs[DECIDE_FIELDS];
    int at[DECIDE_FIELDS]; /* index into fields, -1: it is not there */
    char errors[2][160];   /* of the two mappings */
    const char *sites[2];  /* lent */
    char name[128];        /* to be typed */
    char name_hint[160];
};

/* mask: of DECIDE_HAS(); the name is always there. The sites are lent. */
void decide_form_init(struct decide_form *f, unsigned mask, const char *name,
                      const char *const sites[2]);
void decide_form_release(struct decide_form *f);

/* A line about each field below it, or none. */
void decide_form_explain(struct decide_form *f, bool on);
/* An unplanned failover is the only one that is possible. */
void decide_form_force(struct decide_form *f);
bool decide_form_unplanned(const struct decide_form *f);

/* Adds what the fields say of the plan; false when one is not valid: its
 * .error says why. Neither the reason nor the name is in it. */
bool decide_form_args(struct decide_form *f, json_t *args);
/* Adds the reason, if there is one, and the name. */
void decide_form_confirm(const struct decide_form *f, json_t *args);
/* Why it cannot be begun yet; NULL: it can. */
const char *decide_form_missing(const struct decide_form *f);
/* Did the last change concern the plan, not only the reason or the name? */
bool decide_form_of_plan(const struct decide_form *f);

/* The flags that say the same on a command line. */
void decide_form_command(const struct decide_form *f, struct buf *out);

#endif
