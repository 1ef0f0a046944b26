/*
 * decide_form: the fields of the question before production is moved, and the
 * request that they make.
 *
 * Which fields there are depends on what is decided. The last are what must be
 * typed for it (confirming.h): an unplanned failover asks for more than the
 * others. UI thread.
 */
#ifndef PC_TUI_SCREENS_DECIDE_FORM_H
#define PC_TUI_SCREENS_DECIDE_FORM_H

#include "tui/confirming.h"

#include <jansson.h>

enum decide_field {
    DECIDE_KIND, /* planned or unplanned */
    DECIDE_SITE, /* which one serves */
    DECIDE_STOP, /* stop the other's servers */
    DECIDE_NETWORKS,
    DECIDE_FLAVORS,
    DECIDE_POINT,
    DECIDE_REVERSE,
    DECIDE_FIELDS,
};
#define DECIDE_HAS(field) (1u << (field))

struct decide_form {
    struct form form;
    struct field fields[DECIDE_FIELDS + CONFIRMING_FIELDS]; /* those that there are, in order */
    size_t own;                         /* of them, before those of the confirmation */
    struct confirming confirming;
    struct input inputs[DECIDE_FIELDS];
    int at[DECIDE_FIELDS]; /* index into fields, -1: it is not there */
    char errors[2][160];   /* of the two mappings */
    const char *sites[2];  /* lent */
};

/* mask: of DECIDE_HAS(). The sites are lent; given_up: the one that serves now. */
void decide_form_init(struct decide_form *f, unsigned mask, const char *name,
                      const char *const sites[2], const char *given_up);
void decide_form_release(struct decide_form *f);

/* A line about each field below it, or none. */
void decide_form_explain(struct decide_form *f, bool on);
/* An unplanned failover is the only one that is possible. */
void decide_form_force(struct decide_form *f);
bool decide_form_unplanned(const struct decide_form *f);

/* After a key: a kind that is more dangerous asks for more. */
void decide_form_changed(struct decide_form *f);

/* Adds what the fields say of the plan; false when one is not valid: its
 * .error says why. What confirms it is not in it. */
bool decide_form_args(struct decide_form *f, json_t *args);
/* Did the last change concern the plan, not only its confirmation? */
bool decide_form_of_plan(const struct decide_form *f);

/* The flags that say the same on a command line. */
void decide_form_command(const struct decide_form *f, struct buf *out);

#endif
