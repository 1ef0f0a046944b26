/*
 * lines: operations as plain lines, one a change.
 *
 *   09:41:07Z  prod-web-app  creating_volumes  3 of 5 steps  44%
 *
 * For pipes, logs, serial lines and screen readers. Remembers what it said of
 * each operation, so that nothing is said twice. Main thread.
 */
#ifndef PC_TUI_VERBS_LINES_H
#define PC_TUI_VERBS_LINES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct lines {
    FILE *out;   /* borrowed */
    json_t *said; /* operation id -> {line, verdict} */
};

void lines_init(struct lines *l, FILE *out);
void lines_release(struct lines *l);
/* op: an operation of docs/requests.md. True when a line was printed. */
bool lines_show(struct lines *l, const json_t *op);
/* An event of an operation, in a line of its own: "09:41:07Z  prod-web-app    web-1: stopped".
 * One that only says a status is left to lines_show(). True when a line was printed. */
bool lines_event(struct lines *l, const json_t *op, const json_t *event);
/* Was anything said of this operation? */
bool lines_knows(const struct lines *l, const char *id);

#endif
