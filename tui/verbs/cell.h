/*
 * cell: one value of a reply as text for a table.
 *
 * Values come from sites that we do not own: all results have passed
 * safe_text, and a newline in them is one that was put there to part lines.
 * Pure.
 */
#ifndef PC_TUI_VERBS_CELL_H
#define PC_TUI_VERBS_CELL_H

#include <jansson.h>

/* What stands at `path` in `o`, as a new reference; null when nothing does. */
json_t *cell_value(const json_t *o, const char *path);

/* Texts of a value, for struct column; the caller frees. */
typedef char *cell_text(const json_t *v);
char *cell_plain(const json_t *v);    /* strings as they are, the rest as JSON; null is "" */
char *cell_lines(const json_t *v);    /* an array of texts, one a line */
char *cell_pairs(const json_t *v);    /* an object, one "key=value" a line */
char *cell_things(const json_t *v);   /* an array of things: their texts in a row, one a line */
char *cell_checks(const json_t *v);   /* health checks, one a line */
char *cell_consoles(const json_t *v); /* what guests said last, line by line */
char *cell_services(const json_t *v); /* a site's services, one a line */
char *cell_members(const json_t *v);  /* a group's members, one a line */
char *cell_point(const json_t *v);    /* a recovery point: "name (time)" */
char *cell_window(const json_t *v);   /* of a group's flags: what ends by itself, and when */
char *cell_flags(const json_t *v);    /* the other flags that are set, one a line */
char *cell_predecessors(const json_t *v); /* what still stands for nobody, one a line */
char *cell_split(const json_t *v);    /* who runs where it should not, one a line */
char *cell_reasons(const json_t *v);  /* an array of {action, why}: "action: why", one a line */
char *cell_operation(const json_t *v); /* "failover completed, passed (op-...)" */
char *cell_readiness(const json_t *v); /* of a group: an operation a line */
char *cell_range(const json_t *v);     /* {low_s, high_s}: "1m10s to 2m30s" */
char *cell_late(const json_t *v);      /* steps past their time, one a line */
char *cell_held(const json_t *v);      /* {site, advice} */
char *cell_stuck(const json_t *v);     /* {since_s, advice} */
char *cell_executor(const json_t *v);  /* who executes; of nobody also what to do */
char *cell_id(const json_t *v);       /* the id of an operation */
char *cell_time(const json_t *v);     /* ISO 8601 */
char *cell_seconds(const json_t *v);  /* a span: "2m10s", "15m", "1h" */

/* What to do about an operation that is open and that nobody executes. */
#define NOBODY_EXECUTES                                                                            \
    "start an engine for it: protector-console engine --until-idle"

/* What is shown in its place where a list is too wide: as much of an id as a
 * verb needs, a time without year and seconds. NULL: it has no shorter one. */
cell_text *cell_shorter(cell_text *text);

#endif
