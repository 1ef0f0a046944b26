/*
 * draft: a wizard that was left before its end, kept until it is gone on with.
 *
 * A file for each group and kind of wizard in `drafts/` of the state directory,
 * whole or not there. What was typed to confirm something is never in it. UI
 * thread.
 */
#ifndef PC_TUI_WIZARD_DRAFT_H
#define PC_TUI_WIZARD_DRAFT_H

#include "backend/base/error.h"
#include "tui/wizard/answers.h"

#define DRAFT_ASIDE ".aside" /* behind the name of a file that is no draft */

struct draft {
    json_t *given;    /* as in struct answers; owned */
    size_t page;      /* where one was */
    int64_t saved_ms; /* wall */
    int64_t version;  /* the group's metadata_version that one saw */
    bool aside;       /* there was one, and it was none: it is kept beside as NAME.aside */
};

/* dir NULL: there is no place, and nothing is kept. IO. */
enum pc_err draft_save(const char *dir, const char *group_id, const struct answers *a, size_t page,
                       int64_t version, int64_t now_ms, struct pc_error *err);
/* False: there is none, or what is there is none: not JSON, or not answers of the shape
 * that answers have. Such a file is put aside, once and for all; *ret is empty but for
 * that. */
bool draft_load(const char *dir, const char *group_id, enum wizard_for kind, struct draft *ret);
void draft_release(struct draft *d);
/* It was gone through with, or is not wanted any more. */
void draft_drop(const char *dir, const char *group_id, enum wizard_for kind);

#endif
