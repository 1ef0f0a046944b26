/* steps: the kinds, one file for what acts alike. Only steps.c includes it. */
#ifndef PC_ENGINE_STEPS_H
#define PC_ENGINE_STEPS_H

#include "backend/engine/run.h"

void point_begin(struct step_run *s);
void source_begin(struct step_run *s);
void checked_begin(struct step_run *s);

void volume_find(struct step_run *s);
void volume_begin(struct step_run *s);
void volume_check(struct step_run *s);

void network_find(struct step_run *s);
void network_begin(struct step_run *s);
void network_check(struct step_run *s);
void subnet_find(struct step_run *s);
void subnet_begin(struct step_run *s);
void floating_find(struct step_run *s);
void floating_begin(struct step_run *s);
void floating_check(struct step_run *s);
void port_find(struct step_run *s);
void port_begin(struct step_run *s);
void port_check(struct step_run *s);

void server_find(struct step_run *s);
void server_begin(struct step_run *s);
void server_check(struct step_run *s);

void boot_begin(struct step_run *s);
void booted_begin(struct step_run *s);
void health_begin(struct step_run *s);
void health_check(struct step_run *s);

void callout_find(struct step_run *s);
void callout_begin(struct step_run *s);
void prompt_begin(struct step_run *s);
void group_up_begin(struct step_run *s);

void delete_begin(struct step_run *s); /* all four types: see domain_of() */
void delete_check(struct step_run *s);
void gone_begin(struct step_run *s);

void protect_begin(struct step_run *s); /* FlashArray: protect.c, replicate.c */
void replicate_begin(struct step_run *s);
void transfer_begin(struct step_run *s);
void transfer_check(struct step_run *s);

/* What the source's array calls the protection group; lent by the operation or
 * the group. */
const char *point_group(const struct step_run *s);
/* Chooses another point, complete and newer than the pinned one, which is gone:
 * `then` goes on, or the step fails. Only while no clone was made. */
void point_again(struct step_run *s, void (*then)(struct step_run *s));

void replica_begin(struct step_run *s); /* FlashArray: replica.c, clone.c, manage.c */
void backend_begin(struct step_run *s);
void clone_find(struct step_run *s);
void clone_begin(struct step_run *s);
void manage_begin(struct step_run *s);
void manage_check(struct step_run *s);
void destroy_begin(struct step_run *s);
void destroy_check(struct step_run *s);

void notify_begin(struct step_run *s);

void rest_begin(struct step_run *s); /* release.c */
void release_begin(struct step_run *s); /* all four types */
void release_check(struct step_run *s);
/* It is asked to go: nobody claims it from now on. And it was seen to be gone: the step is done. */
void release_asks(struct step_run *s);
void release_gone(struct step_run *s, const char *detail);
void release_clone_begin(struct step_run *s); /* clone.c */
void release_clone_check(struct step_run *s);

/* Fails the step: the volume of `of` is not in the pinned recovery point. */
void replica_missing(struct step_run *s, const struct plan_step *of);
/* The array does not find the step's volume in the pinned point: fails, or
 * begins anew with another point. */
void replica_absent(struct step_run *s);
/* Goes on with `then` once the run knows what Cinder calls the array; fails the
 * step when that cannot be known. */
void replica_host(struct step_run *s, void (*then)(struct step_run *s));
/* The clone of the step `key` as the array calls it until Cinder has it. */
const char *clone_name(const struct step_run *s, const char *key, char dst[ARRAY_CLONE_NAME_SIZE]);

void stop_begin(struct step_run *s); /* power.c */
void stop_check(struct step_run *s);
void start_begin(struct step_run *s);
void start_check(struct step_run *s);
void validate_begin(struct step_run *s);
void update_begin(struct step_run *s);

/* What deleting has in common. The key of the step that made it: the mark and
 * the ledger both name it. */
const char *cleanup_maker(const struct step_run *s);
struct ledger_entry *cleanup_entry(struct step_run *s, const char *key); /* NULL: none */
/* False: the ledger says that there is nothing to delete, and the step is over.
 * Else the step is in CHECK, with the id from the ledger, "" not known. */
bool cleanup_begins(struct step_run *s);
/* Counts a look for what may have been made; true when it was the last one:
 * nothing can arrive any more. */
bool cleanup_looked_enough(struct step_run *s);
/* Whether what was asked for has had its time to arrive (settle_seconds). */
bool cleanup_settled(const struct step_run *s);
void cleanup_gone(struct step_run *s, const char *detail);
void cleanup_survives(struct step_run *s, const struct pc_error *err);
void cleanup_trouble(struct step_run *s, const struct pc_error *err);

/* FIND's answer, an array of what carries the mark: none, the one to adopt, or
 * an error that names the duplicates. */
void step_adopt(struct step_run *s, const struct cloud_reply *r);
/* The whole of it as callbacks, arg: the step. Of a FIND whose filter is exact, and of a create. */
void step_on_found(void *arg, const struct cloud_reply *r);
void step_on_created(void *arg, const struct cloud_reply *r);

/* What a kind does first in every answer: forgets the call that came back. */
static inline bool step_answered(struct step_run *s, const struct cloud_reply *r)
{
    s->call = NULL;
    return r->err.code == PC_OK;
}

#endif
