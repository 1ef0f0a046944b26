/*
 * step: the vocabulary of plans. Which kinds of step there are, in which phase
 * each stands, and what a step may be in. One list of phases with the
 * seeds' status words and progress bands, one list of kinds. Pure.
 */
#ifndef PC_MODEL_STEP_H
#define PC_MODEL_STEP_H

/*     symbol           status word           short        band from..to (percent) */
#define PHASE_LIST(X)                                                    \
    X(PHASE_SNAPSHOTS,  "creating_snapshots", "snapshots", 0,  20)       \
    X(PHASE_VOLUMES,    "creating_volumes",   "volumes",   20, 60)       \
    X(PHASE_VMS,        "creating_vms",       "instances", 60, 80)       \
    X(PHASE_VERIFY,     "verifying",          "verify",    80, 90)       \
    X(PHASE_CLEANUP,    "cleaning_up",        "cleanup",   90, 100)

enum phase {
#define PHASE_ENUM(symbol, word, label, from, to) symbol,
    PHASE_LIST(PHASE_ENUM)
#undef PHASE_ENUM
    PHASE_COUNT
};
const char *phase_word(enum phase p);  /* the seeds' status word */
const char *phase_label(enum phase p); /* one short word for a bar */
int phase_from(enum phase p);          /* percent */
int phase_to(enum phase p);

/*     symbol               name               phase            weight */
#define STEP_LIST(X)                                                \
    X(STEP_PIN_POINT,       "pin_point",       PHASE_SNAPSHOTS, 1)  \
    X(STEP_CHECK_SOURCE,    "check_source",    PHASE_SNAPSHOTS, 1)  \
    X(STEP_CHECK_REPLICA,   "check_replica",   PHASE_SNAPSHOTS, 1)  \
    X(STEP_CHECK_BACKEND,   "check_backend",   PHASE_SNAPSHOTS, 1)  \
    X(STEP_ALL_CHECKED,     "all_checked",     PHASE_SNAPSHOTS, 1)  \
    X(STEP_CREATE_VOLUME,   "create_volume",   PHASE_VOLUMES,   4)  \
    X(STEP_CLONE_VOLUME,    "clone_volume",    PHASE_VOLUMES,   1)  \
    X(STEP_MANAGE_VOLUME,   "manage_volume",   PHASE_VOLUMES,   3)  \
    X(STEP_CREATE_NETWORK,  "create_network",  PHASE_VMS,       1)  \
    X(STEP_CREATE_SUBNET,   "create_subnet",   PHASE_VMS,       1)  \
    X(STEP_CREATE_PORT,     "create_port",     PHASE_VMS,       1)  \
    X(STEP_CREATE_SERVER,   "create_server",   PHASE_VMS,       6)  \
    X(STEP_VERIFY_BOOT,     "verify_boot",     PHASE_VERIFY,    1)  \
    X(STEP_ALL_BOOTED,      "all_booted",      PHASE_VERIFY,    1)  \
    X(STEP_HEALTH_CHECK,    "health_check",    PHASE_VERIFY,    2)  \
    X(STEP_DELETE_SERVER,   "delete_server",   PHASE_CLEANUP,   3)  \
    X(STEP_DELETE_PORT,     "delete_port",     PHASE_CLEANUP,   1)  \
    X(STEP_DELETE_VOLUME,   "delete_volume",   PHASE_CLEANUP,   2)  \
    X(STEP_DESTROY_CLONE,   "destroy_clone",   PHASE_CLEANUP,   1)  \
    X(STEP_DELETE_NETWORK,  "delete_network",  PHASE_CLEANUP,   1)

enum step_kind {
#define STEP_ENUM(symbol, name, phase, weight) symbol,
    STEP_LIST(STEP_ENUM)
#undef STEP_ENUM
    STEP_KIND_COUNT
};
const char *step_kind_name(enum step_kind k);
enum phase step_kind_phase(enum step_kind k);
int step_kind_weight(enum step_kind k);
/* STEP_KIND_COUNT when there is none of that name. */
enum step_kind step_kind_parse(const char *name);

/*     symbol         word        over? */
#define STEP_STATUS_LIST(X)      \
    X(STEP_WAITING,  "waiting", 0) \
    X(STEP_RUNNING,  "running", 0) \
    X(STEP_DONE,     "done",    1) \
    X(STEP_FAILED,   "failed",  1) \
    X(STEP_SKIPPED,  "skipped", 1)

enum step_status {
#define STEP_STATUS_ENUM(symbol, word, over) symbol,
    STEP_STATUS_LIST(STEP_STATUS_ENUM)
#undef STEP_STATUS_ENUM
    STEP_STATUS_COUNT
};
const char *step_status_word(enum step_status s);
int step_status_over(enum step_status s);
enum step_status step_status_parse(const char *word); /* STEP_STATUS_COUNT: none */

#endif
