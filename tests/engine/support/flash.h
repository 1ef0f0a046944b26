/*
 * flash: stories in which a group changes sites on FlashArrays: what the two
 * arrays have, and whether that is right. Fails the test at once.
 */
#ifndef PC_TESTS_ENGINE_FLASH_H
#define PC_TESTS_ENGINE_FLASH_H

#include "tests/engine/support/moves.h"

#define FLASHARRAY "storage: { mode = \"flasharray\"; };\n"
#define NO_CHECKS "\"health_checks\":[]"
#define SYNC "{\"group\":\"" GROUP "\"}"
#define DRIVERS "cinder-group" /* what Cinder's driver calls its own group */
#define ON_B "{\"site\":\"site-b\",\"service\":"

enum { VOLUMES = 5 }; /* of the group */

/* moves_setup(), with the arrays as storage. */
int flash_setup(void **state);
#define flash_story(name) cmocka_unit_test_setup_teardown(name, flash_setup, moves_teardown)

/* ---- what the arrays have -------------------------------------------------- */

/* Clones of the operation on a site's array; how: "live", "destroyed". */
int flash_clones(struct stage *s, const char *site, const char *op_id, const char *how);
void flash_clones_are(struct stage *s, const char *site, const char *op_id, int live,
                      int destroyed);
/* What the operation in s->op has made replicates by the driver's group there. */
void flash_protects(struct stage *s, const char *site);
/* After a story: whatever is destroyed was ours, whatever is left is in a ledger,
 * every operation has made its clones of one point, and what was there before is. */
void flash_judge(struct stage *s);

/* ---- the operation in s->op ------------------------------------------------ */

const char *flash_point(const struct stage *s);
/* Its point is the one that it asked for itself; of: "ARRAY:GROUP". */
void flash_own_point(const struct stage *s, const char *of);
const json_t *flash_step(const struct stage *s, const char *key); /* NULL: none */

/* ---- parts of stories ------------------------------------------------------ */

/* A sync that passes; the point that it brought over. The caller frees. */
char *flash_syncs(struct stage *s, const char *of);
/* A planned failover; its id. The caller frees. */
char *flash_fails_over(struct stage *s);
/* The same, committed and replicated back: a failback may begin. */
char *flash_away(struct stage *s);

#endif
