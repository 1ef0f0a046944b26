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

void delete_begin(struct step_run *s); /* all four types: see domain_of() */
void delete_check(struct step_run *s);

/* FIND's answer, an array of what carries the mark: none, the one to adopt, or
 * an error that names the duplicates. */
void step_adopt(struct step_run *s, const struct cloud_reply *r);

/* What a kind does first in every answer: forgets the call that came back. */
static inline bool step_answered(struct step_run *s, const struct cloud_reply *r)
{
    s->call = NULL;
    return r->err.code == PC_OK;
}

#endif
