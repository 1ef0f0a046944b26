/*
 * lab: the built-in lab, which all consoles of one state directory share.
 *
 * A lab that already serves the directory is used as it is. Otherwise
 * protector-lab is started. It lives as long as any process uses it, whoever
 * started it and however that ended, and ends with the last; what it keeps stays
 * in the directory.
 */
#ifndef PC_DOOR_LAB_H
#define PC_DOOR_LAB_H

#include "backend/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct lab {
    pid_t pid;         /* our child; 0: another process's, or none */
    int users;         /* holds it for us (backend/base/usage.h); -1: we do not use it */
    char dir[512];
    char config[560];  /* dir/protector-console.cfg, written by the lab */
    char groups[560];  /* dir/groups.json */
};

void lab_init(struct lab *l, const char *state_dir);
/* Says whether the lab has ever run here: its files can be read. */
bool lab_known(const struct lab *l);
/* Returns when it serves. program: path of protector-lab. */
enum pc_err lab_start(struct lab *l, const char *program, struct pc_error *err);
/* Uses it no more. Our child has ended then, unless somebody else uses it. */
void lab_stop(struct lab *l);

#endif
