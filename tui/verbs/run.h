/*
 * run: the functions behind the rows of the verb table. Each opens the door it
 * needs, asks, prints, and returns the exit code.
 */
#ifndef PC_TUI_VERBS_RUN_H
#define PC_TUI_VERBS_RUN_H

struct session;

/* plain.c: one request, its reply printed by the verb's columns. */
int run_list(struct session *s);
int run_operations(struct session *s); /* and on stderr what stands still */
int run_show(struct session *s);
int run_set(struct session *s); /* and on stderr what was not looked at */
int run_remove_member(struct session *s);
int run_quiet(struct session *s); /* prints the verb's `done` */
int run_delete(struct session *s); /* edit.c */
int run_undo(struct session *s);

int run_test_failover(struct session *s); /* drill.c */
int run_test_cleanup(struct session *s);
int run_failover(struct session *s); /* change.c */
int run_change(struct session *s);
int run_rebuild(struct session *s);   /* rebuild.c */
int run_readiness(struct session *s); /* readiness.c */
int run_watch(struct session *s);  /* watch.c */
int run_engine(struct session *s); /* engine.c */
int run_doctor(struct session *s); /* doctor.c */
int run_completion(struct session *s); /* completion.c */
int run_audit(struct session *s);      /* audit.c */
int run_names(struct session *s);      /* names.c */
int run_status(struct session *s); /* status.c: no verb: --once, or no terminal */

#endif
