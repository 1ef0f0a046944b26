/*
 * screens: how each screen is opened. The rest of a screen is its const ops
 * record; hand what these return to ui_push().
 */
#ifndef PC_TUI_SCREENS_SCREENS_H
#define PC_TUI_SCREENS_SCREENS_H

#include "tui/ui.h"

struct screen *home_open(void);
struct screen *group_open(const struct group_view *group);
struct screen *site_open(const struct site_view *site);
struct screen *watch_open(const char *operation_id); /* running or long ended */
/* The questions before a drill, a failover or a failback, or about the mapping
 * alone: ACT_DRILL, ACT_FAILOVER, ACT_FAILBACK, ACT_WIZARD_MAPPING. */
struct screen *wizard_open(enum act_id act, const struct group_view *group);
struct screen *history_open(void);
/* Two operations of the history, phase by phase. */
struct screen *compare_open(const char *older_id, const char *newer_id);
struct screen *trend_open(const struct group_view *group);
struct screen *palette_open(const struct ui *ui);
/* The drills of several groups, with one question; the list is copied. */
struct screen *drills_open(const struct group_view *const *groups, size_t count);
struct screen *events_open(void); /* of all operations */
struct screen *audit_open(void);  /* who asked for what */
struct screen *messages_open(void);
struct screen *settings_open(void);
struct screen *keys_open(void);
/* The places with names; place (stolen) is to get one, NULL: none is. */
struct screen *bookmarks_open(json_t *place);
struct screen *help_open(unsigned context); /* the keys of this context first */
/* Before what follows a move of production is decided. operation_id: of what
 * is tried again; NULL otherwise. */
struct screen *decide_open(enum act_id act, const struct group_view *group,
                           const char *operation_id);
/* ACT_READINESS or ACT_POINTS. */
struct screen *report_open(enum act_id act, const struct group_view *group);

/* What the last edit of a group changed, and whether to take it back. */
struct screen *undo_open(const struct group_view *group);
/* Runs a program of the operator and shows what it prints; the request (stolen)
 * as command_request() makes it. */
struct screen *output_open(json_t *request);

struct screen *confirm_quit(const struct snapshot *s);
/* group may be NULL: it is gone, or was never in the snapshot. */
struct screen *confirm_cancel(const struct act_operation *op, const struct group_view *group);
struct screen *confirm_cleanup(const struct act_operation *op, const struct group_view *group);
struct screen *confirm_sync(const struct group_view *group);
/* asks: the question of the step that waits. */
struct screen *confirm_reply(const struct act_operation *op, const struct group_view *group,
                             const char *asks);

/* Before a program of the operator; the request is stolen. */
struct screen *confirm_command(const struct action *a, json_t *request);

#endif
