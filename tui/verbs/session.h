/*
 * session: one verb at work: its arguments, its door and where it prints.
 *
 * Waits for replies on the door's descriptor and on signals, so that Ctrl-C
 * always answers. Main thread; one request at a time.
 */
#ifndef PC_TUI_VERBS_SESSION_H
#define PC_TUI_VERBS_SESSION_H

#include "tui/verbs/args.h"

#include "backend/base/error.h"
#include "backend/door/door.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct session {
    const struct args *args; /* borrowed */
    FILE *out, *err;         /* borrowed */
    FILE *in; /* where an operator answers questions; NULL: there is none. Borrowed */
    bool told; /* the warnings of what is about to begin were read already */
    bool kept; /* the door stays open between verbs: it executes what they begin */
    bool echo; /* the input is not seen where it is typed: what was read is printed */
    char *state_dir;
    struct door *door; /* NULL while closed */
    struct {
        bool under_way; /* also one that a signal made us give up */
        bool over;
        struct pc_error error; /* code PC_OK: none */
        json_t *data;
    } reply; /* of the request under way */
};

/* Runs the verb of `a`, or prints the state when it has none; the exit code.
 * Errors and questions are printed on `err`; in is NULL where nobody sees them. */
int session_run(const struct args *a, FILE *in, FILE *out, FILE *err);

/* How the global flags open a door; nothing is needed of it yet. Lends all. */
struct door_options session_door(const struct args *a, const char *state_dir,
                                 const char *lab_program);

/* For verbs -------------------------------------------------------------- */

/* needs: of enum verb_need. Prints the configuration's warnings. Of a session that
 * is kept only the first opens, and only its owner closes: session_end_kept(). */
enum pc_err session_open(struct session *s, unsigned needs, struct pc_error *err);
void session_close(struct session *s);
void session_end_kept(struct session *s);
/* Waits, a few seconds at most, until the arrays have been read once: what is not
 * read by then is shown as unknown. For a door with NEED_REPLICATION. */
enum pc_err session_wait_for_replication(struct session *s, struct pc_error *err);

/* args is stolen. *ret: caller decrefs; ret may be NULL. CANCELLED by a signal. */
enum pc_err session_call(struct session *s, const char *verb, json_t *args, json_t **ret,
                         struct pc_error *err);
/* Waits until the door has something, a signal came or the time is over, and
 * dispatches. CANCELLED by a signal. */
enum pc_err session_wait(struct session *s, int timeout_ms, struct pc_error *err);

/* Prints by the given columns, in the format that was asked for. */
enum pc_err session_list(const struct session *s, const struct column *columns,
                         const json_t *rows, struct pc_error *err);
enum pc_err session_show(const struct session *s, const struct column *columns,
                         const json_t *thing, struct pc_error *err);
/* Where progress goes: beside the result, unless a program reads that. */
FILE *session_lines(const struct session *s);

/* Prints the error (nothing for PC_OK) and gives the exit code. */
int session_end(const struct session *s, enum pc_err rc, const struct pc_error *err);

/* Prints "error: ..." with place, remedy and request id; the exit code. */
int report_error(FILE *out, const struct pc_error *err);

#endif
