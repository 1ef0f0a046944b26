/*
 * lab: the built-in lab as a child process.
 *
 * A lab that already serves the directory is used as it is. Otherwise
 * protector-lab is started and ends with this process; what it keeps stays in
 * the directory. The calling thread must live as long as the lab shall.
 */
#ifndef PC_DOOR_LAB_H
#define PC_DOOR_LAB_H

#include "backend/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct lab {
    pid_t pid;         /* our child; 0: another process's, or none */
    char dir[512];
    char config[560];  /* dir/protector-console.cfg, written by the lab */
    char groups[560];  /* dir/groups.json */
};

void lab_init(struct lab *l, const char *state_dir);
/* Says whether the lab has ever run here: its files can be read. */
bool lab_known(const struct lab *l);
/* Returns when it serves. program: path of protector-lab. */
enum pc_err lab_start(struct lab *l, const char *program, struct pc_error *err);
/* Ends our child, if we have one, and waits for it. */
void lab_stop(struct lab *l);

#endif
