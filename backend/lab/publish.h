/*
 * publish: the files by which others find the lab.
 *
 * clouds.yaml (0600, for any OpenStack client), protector-console.cfg,
 * groups.json (the protection groups to begin with) and lab.json (who serves
 * here, and where). Each is replaced as a whole, so a reader never sees half.
 */
#ifndef PC_LAB_PUBLISH_H
#define PC_LAB_PUBLISH_H

#include "backend/lab/lab.h"

/* World lock held. lab.json is written last: with it the lab is announced. */
enum pc_err publish_all(struct lab *lab, struct pc_error *err);
/* Takes lab.json away: nobody serves here. */
void publish_withdraw(const char *dir);

#endif
