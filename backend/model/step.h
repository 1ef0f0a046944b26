/*
 * step: the vocabulary of plans. Which kinds of step there are, in which phase
 * each stands, and what a step may be in. One list of phases with the
 * seeds' status words and progress bands, one list of kinds. Pure.
 */
#ifndef PC_MODEL_STEP_H
#define PC_MODEL_STEP_H

/*     symbol            word in the journal: the seeds' status of a drill */
#define PHASE_LIST(X)                        \
    X(PHASE_PREPARE,   "creating_snapshots") \
    X(PHASE_STORAGE,   "creating_volumes")   \
    X(PHASE_INSTANCES, "creating_vms")       \
    X(PHASE_VERIFY,    "verifying")          \
    X(PHASE_FINALIZE,  "finalization")       \
    X(PHASE_CLEANUP,   "cleaning_up")

enum phase {
#define PHASE_ENUM(symbol, word) symbol,
    PHASE_LIST(PHASE_ENUM)
#undef PHASE_ENUM
    PHASE_COUNT
};
/* What each type of operation calls it, and its band: op_phase(), operation.h. */
const char *phase_word(enum phase p);

/* PHASE_CLEANUP is what undoes: it runs after the others, when it is due.
 *     symbol                name                phase            weight */
#define STEP_LIST(X)                                                  \
    X(STEP_VALIDATE_TARGET,  "validate_target_site", PHASE_PREPARE, 1) \
    X(STEP_CALLOUT_BEFORE,   "callout_before",   PHASE_PREPARE,   1)  \
    X(STEP_STOP_SERVER,      "stop_server",      PHASE_PREPARE,   3)  \
    X(STEP_PROTECT_VOLUMES,  "protect_volumes",  PHASE_PREPARE,   2)  \
    X(STEP_REPLICATE_NOW,    "replicate_now",    PHASE_PREPARE,   1)  \
    X(STEP_AWAIT_TRANSFER,   "await_transfer",   PHASE_PREPARE,   4)  \
    X(STEP_PIN_POINT,        "pin_point",        PHASE_PREPARE,   1)  \
    X(STEP_CHECK_SOURCE,     "check_source",     PHASE_PREPARE,   1)  \
    X(STEP_CHECK_REPLICA,    "check_replica",    PHASE_PREPARE,   1)  \
    X(STEP_CHECK_BACKEND,    "check_backend",    PHASE_PREPARE,   1)  \
    X(STEP_CHECK_REST,       "check_rest",       PHASE_PREPARE,   1)  \
    X(STEP_ALL_CHECKED,      "all_checked",      PHASE_PREPARE,   1)  \
    X(STEP_CREATE_VOLUME,    "create_volume",    PHASE_STORAGE,   4)  \
    X(STEP_CLONE_VOLUME,     "clone_volume",     PHASE_STORAGE,   1)  \
    X(STEP_MANAGE_VOLUME,    "manage_volume",    PHASE_STORAGE,   3)  \
    X(STEP_CREATE_NETWORK,   "create_network",   PHASE_INSTANCES, 1)  \
    X(STEP_CREATE_SUBNET,    "create_subnet",    PHASE_INSTANCES, 1)  \
    X(STEP_CREATE_PORT,      "create_port",      PHASE_INSTANCES, 1)  \
    X(STEP_CREATE_SERVER,    "create_server",    PHASE_INSTANCES, 6)  \
    X(STEP_CREATE_FLOATING,  "create_floating_ip", PHASE_INSTANCES, 1) \
    X(STEP_RELEASE_SERVER,   "release_server",   PHASE_INSTANCES, 3)  \
    X(STEP_RELEASE_PORT,     "release_port",     PHASE_INSTANCES, 1)  \
    X(STEP_RELEASE_FLOATING, "release_floating_ip", PHASE_INSTANCES, 1) \
    X(STEP_RELEASE_VOLUME,   "release_volume",   PHASE_INSTANCES, 2)  \
    X(STEP_RELEASE_CLONE,    "release_clone",    PHASE_INSTANCES, 1)  \
    X(STEP_WAIT_CHECK,       "wait_check",       PHASE_INSTANCES, 2)  \
    X(STEP_CALLOUT,          "callout",          PHASE_INSTANCES, 2)  \
    X(STEP_PROMPT,           "prompt",           PHASE_INSTANCES, 1)  \
    X(STEP_GROUP_UP,         "group_up",         PHASE_INSTANCES, 1)  \
    X(STEP_VERIFY_BOOT,      "verify_boot",      PHASE_VERIFY,    1)  \
    X(STEP_ALL_BOOTED,       "all_booted",       PHASE_VERIFY,    1)  \
    X(STEP_HEALTH_CHECK,     "health_check",     PHASE_VERIFY,    2)  \
    X(STEP_UPDATE_GROUP,     "update_group",     PHASE_FINALIZE,  1)  \
    X(STEP_NOTIFY,           "notify",           PHASE_FINALIZE,  1)  \
    X(STEP_DELETE_SERVER,    "delete_server",    PHASE_CLEANUP,   3)  \
    X(STEP_DELETE_FLOATING,  "delete_floating_ip", PHASE_CLEANUP, 1) \
    X(STEP_DELETE_PORT,      "delete_port",      PHASE_CLEANUP,   1)  \
    X(STEP_DELETE_VOLUME,    "delete_volume",    PHASE_CLEANUP,   2)  \
    X(STEP_DESTROY_CLONE,    "destroy_clone",    PHASE_CLEANUP,   1)  \
    X(STEP_DELETE_NETWORK,   "delete_network",   PHASE_CLEANUP,   1)  \
    X(STEP_ALL_GONE,         "all_gone",         PHASE_CLEANUP,   1)  \
    X(STEP_START_SERVER,     "start_server",     PHASE_CLEANUP,   3)

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
