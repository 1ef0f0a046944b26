/*
 * columns: what each kind of reply prints, and in which order. The titles of
 * the seeds' examples where they have one. Read-only data; each list ends with
 * a NULL title.
 */
#ifndef PC_TUI_VERBS_COLUMNS_H
#define PC_TUI_VERBS_COLUMNS_H

#include "tui/verbs/output.h"

extern const struct column SITE_LIST_COLUMNS[], SITE_SHOW_COLUMNS[];
extern const struct column GROUP_LIST_COLUMNS[], GROUP_SHOW_COLUMNS[];
extern const struct column OPERATION_LIST_COLUMNS[], OPERATION_SHOW_COLUMNS[];
extern const struct column OPERATION_STARTED_COLUMNS[], CLEANUP_COLUMNS[];
extern const struct column PLAN_STEP_COLUMNS[], PLAN_COLUMNS[], FINDING_COLUMNS[];
extern const struct column READINESS_COLUMNS[], POINT_COLUMNS[], STORY_COLUMNS[];
extern const struct column EVENT_COLUMNS[], AUDIT_COLUMNS[];

#endif
