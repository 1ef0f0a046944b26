/*
 * fake_door: a double of backend/door for tests of the screens.
 *
 * Implements all of door.h: the snapshot is what the test put there, an answer
 * is what the test prepared for the verb; every question is recorded. Nothing
 * happens by itself: answers wait for door_dispatch().
 */
#ifndef PC_TESTS_TUI_FAKE_DOOR_H
#define PC_TESTS_TUI_FAKE_DOOR_H

#include "backend/door/door.h"

struct door *fake_door_new(struct snapshot *take);
void fake_door_free(struct door *d);

/* What door_screen() gives; NULL until then. */
void fake_door_screen(struct door *d, const json_t *lend);

/* What door_reload_screen() will find; NULL: a file that is wrong. */
void fake_door_written(struct door *d, const json_t *lend);

/* A newer snapshot; the next dispatch tells. */
void fake_door_show(struct door *d, struct snapshot *take);
/* What the verb answers from now on; steals data. A verb without an answer waits.
 * "failover dry_run" answers the dry runs of a verb alone. */
void fake_door_answer(struct door *d, const char *verb, json_t *data);
/* The same for the requests alone whose argument `key` is that text; asked first. */
void fake_door_answer_about(struct door *d, const char *verb, const char *key, const char *value,
                            json_t *data);
/* The next one alone is answered so; later ones as before. */
void fake_door_answer_once(struct door *d, const char *verb, json_t *data);
void fake_door_refuse(struct door *d, const char *verb, enum pc_err code, const char *text,
                      const char *remedy);
/* The verb answers nothing from now on, until it has an answer again. */
void fake_door_hold(struct door *d, const char *verb);
/* How often the verb was asked, and the arguments of the last time (lent; NULL never). */
size_t fake_door_asked(const struct door *d, const char *verb, const json_t **ret_args);

#endif
