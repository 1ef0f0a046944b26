/* words: see words.h. */
#include "tui/words.h"

#include <stdio.h>

static const char *const STATUSES[OP_STATUS_COUNT] = {
    [OP_PENDING] = "waiting",          [OP_SNAPSHOTS] = "creating snapshots",
    [OP_VOLUMES] = "creating volumes", [OP_VMS] = "creating instances",
    [OP_VERIFYING] = "verifying",      [OP_RUNNING] = "running",
    [OP_SUCCEEDED] = "succeeded",      [OP_FAILED] = "failed",
    [OP_CLEANING_UP] = "cleaning up",  [OP_CLEANED] = "cleaned",
    [OP_COMPLETED] = "completed",      [OP_ROLLING_BACK] = "rolling back",
};

static const char *const STEPS[STEP_KIND_COUNT] = {
    [STEP_VALIDATE_TARGET] = "target site",
    [STEP_CALLOUT_BEFORE] = "callout before",
    [STEP_STOP_SERVER] = "stop primary",
    [STEP_PROTECT_VOLUMES] = "protect volumes",
    [STEP_REPLICATE_NOW] = "replicate now",
    [STEP_AWAIT_TRANSFER] = "transfer",
    [STEP_PIN_POINT] = "recovery point",
    [STEP_CHECK_SOURCE] = "image",
    [STEP_CHECK_REPLICA] = "replica",
    [STEP_CHECK_BACKEND] = "backend",
    [STEP_CHECK_REST] = "at rest",
    [STEP_ALL_CHECKED] = "all sources",
    [STEP_CREATE_VOLUME] = "volume",
    [STEP_CLONE_VOLUME] = "clone",
    [STEP_MANAGE_VOLUME] = "manage volume",
    [STEP_CREATE_NETWORK] = "network",
    [STEP_CREATE_SUBNET] = "subnet",
    [STEP_CREATE_PORT] = "port",
    [STEP_CREATE_SERVER] = "instance",
    [STEP_CREATE_FLOATING] = "floating IP",
    [STEP_RELEASE_SERVER] = "free instance",
    [STEP_RELEASE_PORT] = "free port",
    [STEP_RELEASE_FLOATING] = "free floating",
    [STEP_RELEASE_VOLUME] = "free volume",
    [STEP_RELEASE_CLONE] = "free clone",
    [STEP_WAIT_CHECK] = "wait for",
    [STEP_CALLOUT] = "callout",
    [STEP_PROMPT] = "prompt",
    [STEP_GROUP_UP] = "group up",
    [STEP_VERIFY_BOOT] = "boot",
    [STEP_ALL_BOOTED] = "all booted",
    [STEP_HEALTH_CHECK] = "check",
    [STEP_UPDATE_GROUP] = "update group",
    [STEP_NOTIFY] = "notify",
    [STEP_DELETE_SERVER] = "delete instance",
    [STEP_DELETE_FLOATING] = "delete floating",
    [STEP_DELETE_PORT] = "delete port",
    [STEP_DELETE_VOLUME] = "delete volume",
    [STEP_DESTROY_CLONE] = "destroy clone",
    [STEP_DELETE_NETWORK] = "delete network",
    [STEP_ALL_GONE] = "all gone",
    [STEP_START_SERVER] = "start primary",
};

char *words_way(char *dst, size_t size, enum op_type type, const char *from, const char *to)
{
    if (type < OP_TYPE_COUNT && op_type_stays(type))
        snprintf(dst, size, "at %.50s", to);
    else
        snprintf(dst, size, "%.50s to %.50s", from, to);
    return dst;
}

const char *words_status(enum op_status s)
{
    return STATUSES[s];
}

const char *words_verdict(enum op_verdict v, bool stopped)
{
    return stopped ? "stopped" : op_verdict_word(v);
}

const char *words_step(enum step_kind k)
{
    return STEPS[k] ? STEPS[k] : step_kind_name(k);
}

const char *words_event(const char *text)
{
    enum op_status s = op_status_parse(text);
    return s == OP_STATUS_COUNT ? text : STATUSES[s];
}
