/*
 * door: the one way into the backend for screens and verbs.
 *
 * In goes a request (a verb and JSON arguments named as in the Operations
 * API), out comes a reply (JSON or an error) and, announced on a descriptor,
 * immutable snapshots. It opens in one of two ways: own (this process runs the
 * engine thread) or attached (another process does). Same requests, same
 * snapshots.
 *
 * All functions are for one thread, the UI's or the verb's; callbacks run in
 * door_dispatch() on it. The engine never waits for that thread.
 */
#ifndef PC_DOOR_DOOR_H
#define PC_DOOR_DOOR_H

#include "backend/base/error.h"
#include "backend/model/snapshot.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct door;

struct door_options {
    const char *state_dir;       /* made when missing */
    const char *config_file;     /* NULL: protector-console.cfg of the usual
                                    places, else defaults */
    const char *primary_cloud;   /* --os-cloud, NULL none */
    const char *secondary_cloud; /* --secondary-cloud */
    const char *lab_program;     /* path of protector-lab, for the built-in lab */
    bool read_only;              /* nothing is written to any site */
    bool monitor;                /* poll sites and replication (screens) */
    bool execute;                /* take the lease when free and run operations */
    int pace_ms;                 /* between two snapshots while much changes; 0: a hundred.
                                    What ends is told at once */
    bool sites;                  /* sites are needed: start the lab if it is to be used */
};

enum pc_err door_open(const struct door_options *o, struct door **ret, struct pc_error *err);
/* Ends the engine thread at the next safe boundary: running operations stay
 * journalled and are resumed by the next start. NULL is fine. */
void door_close(struct door *d);

/* Readable when door_dispatch has something to do: a reply, a new snapshot. */
int door_fd(const struct door *d);
/* Runs the callbacks of replies that came; returns true when there is a newer
 * snapshot than the last one taken. */
bool door_dispatch(struct door *d);
/* The newest, as a new reference; never NULL. */
struct snapshot *door_snapshot(struct door *d);

/* Verbs, their arguments and replies: docs/requests.md. args is stolen. `done`
 * is called once: from door_dispatch, where data is lent, or at the latest from door_close
 * (CANCELLED), so that it can free what it was asked with. BUSY: so many are open that one more
 * would only make a slow site slower. */
enum { DOOR_ASKED_MAX = 128 };
void door_ask(struct door *d, const char *verb, json_t *args,
              void (*done)(void *arg, const struct pc_error *err, const json_t *data), void *arg);
/* The same, waited for; timeout_ms -1: for ever. TIMEOUT when it runs out.
 * *ret_data: caller decrefs; may be passed as NULL. */
enum pc_err door_call(struct door *d, const char *verb, json_t *args, int timeout_ms,
                      json_t **ret_data, struct pc_error *err);

/* Lines an operator should see once: warnings of the configuration. Lent. */
const json_t *door_warnings(const struct door *d);
bool door_is_lab(const struct door *d);
/*
 * What the configuration says of the screens: file ("" none), theme, ascii,
 * title, bell, mouse, session, notice, keys[{action, key, line}], tints{site:
 * colour}, queries[{name, place}] (a place as the screens keep it), commands
 * [{name, key, help, argv[], contexts[], confirm, dangerous, line}], and
 * poll_seconds, how often the engine reads the sites. Lent until the next
 * door_reload_screen().
 */
const json_t *door_screen(const struct door *d);
/* Reads the file again; on an error what was read before stays. The sites and
 * what the engine goes by stay as they were at the start. */
enum pc_err door_reload_screen(struct door *d, struct pc_error *err);
/* The same, read from the configuration alone: nothing is opened. */
enum pc_err door_read_screen(const struct door_options *o, json_t **ret, struct pc_error *err);

#endif
