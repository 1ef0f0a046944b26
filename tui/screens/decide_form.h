/*
 * decide_form: the fields of the question before something is decided, and the
 * request that they make.
 *
 * Which fields there are depends on what is decided. The last are what must be
 * typed for it (confirming.h). UI thread.
 */
#ifndef PC_TUI_SCREENS_DECIDE_FORM_H
#define PC_TUI_SCREENS_DECIDE_FORM_H

#include "tui/confirming.h"

#include <jansson.h>

enum decide_field {
    DECIDE_SITE, /* which one serves */
    DECIDE_STOP, /* stop the other's servers */
    DECIDE_FORCE, /* in doubt, on a person's word: it takes a reason */
    DECIDE_FIELDS,
};
#define DECIDE_HAS(field) (1u << (field))

struct decide_form {
    struct form form;
    struct field fields[DECIDE_FIELDS + CONFIRMING_FIELDS]; /* those that there are, in order */
    size_t own;                         /* of them, before those of the confirmation */
    struct confirming confirming;
    int at[DECIDE_FIELDS]; /* index into fields, -1: it is not there */
    const char *sites[2];  /* lent */
};

/* mask: of DECIDE_HAS(). The sites are lent; given_up: the one that serves now. */
void decide_form_init(struct decide_form *f, unsigned mask, const char *name,
                      const char *const sites[2], const char *given_up);
void decide_form_release(struct decide_form *f);

/* A line about each field below it, or none. */
void decide_form_explain(struct decide_form *f, bool on);
/* Adds what the fields say of the plan. What confirms it is not in it. */
void decide_form_args(const struct decide_form *f, json_t *args);
/* After each change: what is asked goes by what is ticked. */
void decide_form_changed(struct decide_form *f);
/* Did the last change concern the plan, not only its confirmation? */
bool decide_form_of_plan(const struct decide_form *f);

/* The flags that say the same on a command line. */
void decide_form_command(const struct decide_form *f, struct buf *out);

#endif
