/* life: starting and ending a lab. See lab.c. Main thread. */
#ifndef PC_LAB_LIFE_H
#define PC_LAB_LIFE_H

#include "backend/lab/lab.h"

/* Makes DIR (0700) and locks it. *ret_taken: another lab has it. */
enum pc_err life_lock(const char *dir, int *ret_fd, bool *ret_taken, struct pc_error *err);
/* One line about the lab that has DIR; waits for one that is just starting.
 * Caller frees. */
char *life_running(const char *dir);
/* Loads or seeds, and serves. On failure life_end() as well. */
enum pc_err life_begin(struct lab *lab, const struct options *opt, struct pc_error *err);
void life_end(struct lab *lab);

#endif
