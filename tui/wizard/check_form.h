/*
 * check_form: the fields of one health check, or of the time that all may take.
 *
 * What it can judge itself it does; the engine judges the rest when it is asked
 * for the plan. UI thread.
 */
#ifndef PC_TUI_WIZARD_CHECK_FORM_H
#define PC_TUI_WIZARD_CHECK_FORM_H

#include "backend/model/group.h"
#include "widgets/form.h"

enum { CHECK_TEXT_SIZE = 2200, CHECK_MEMBERS_MAX = 200 };

struct check_form {
    struct form form;
    struct field fields[3]; /* the kind, what is asked, of whom; or the time alone */
    struct input input;
    const char *whom[CHECK_MEMBERS_MAX + 1]; /* everybody, then the group's members */
    struct group *group; /* a reference: the names are its */
    bool time;
    char error[160];
};

void check_form_init(struct check_form *f);
void check_form_release(struct check_form *f);

/* A check as it is written, "web-1@tcp:443": the group says of whom it can be. */
void check_form_check(struct check_form *f, struct group *g, const char *text);
void check_form_time(struct check_form *f, const char *seconds);

/* What the fields say; false: nothing that can be asked, and the field says why. */
bool check_form_text(struct check_form *f, char *dst, size_t size);
bool check_form_seconds(struct check_form *f, long *ret);

#endif
