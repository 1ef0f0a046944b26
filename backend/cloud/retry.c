/*
 * retry: whether a call may be made once more, and when. Pure.
 *
 * The rule that matters: a create whose outcome nobody knows is never repeated
 * here. Nova, Cinder and Neutron have no idempotency key; a second POST would
 * make a second machine. The engine looks for the first one instead.
 */
#include "backend/cloud/driver.h"

#include "backend/base/text.h"

#include <curl/curl.h>

/* Seconds, or an HTTP date; -1 when absent or not understood. */
static int64_t retry_after_ms(const char *value, int64_t wall_ms)
{
    long seconds = 0;
    if (text_to_long(value, 0, 24 * 3600, &seconds))
        return seconds * 1000;
    time_t at = *value ? curl_getdate(value, NULL) : -1;
    if (at < 0)
        return -1;
    int64_t wait = (int64_t)at * 1000 - wall_ms;
    return wait > 0 ? wait : 0;
}

static bool is_transient(int status)
{
    return status == 500 || status == 502 || status == 503 || status == 504 || status == 408;
}

static bool is_repeatable(const struct retry_facts *f, int64_t after_ms)
{
    const struct net_reply *r = f->reply;
    if (r->err.code != PC_OK) {
        if (r->err.code != PC_ERR_UNREACHABLE && r->err.code != PC_ERR_TIMEOUT)
            return false;
        return !r->sent || f->repeat != CLOUD_CREATE;
    }
    if (r->status == 429)
        return true;
    /* 413 is Nova's old way to say 429, but Cinder's of saying that a quota is
     * used up, with "Retry-After: 0": that will be no better in a moment. */
    if (r->status == 413)
        return after_ms > 0;
    return is_transient(r->status) && f->repeat != CLOUD_CREATE;
}

int64_t retry_delay(const struct retry_facts *f)
{
    int64_t after = retry_after_ms(f->retry_after ? f->retry_after : "", f->wall_ms);
    if (f->tries >= f->tries_max || !is_repeatable(f, after))
        return -1;
    int64_t delay = f->backoff_ms;
    for (int i = 1; i < f->tries && delay < CLOUD_BACKOFF_MAX_MS; i++)
        delay *= 2;
    if (delay > CLOUD_BACKOFF_MAX_MS)
        delay = CLOUD_BACKOFF_MAX_MS;
    /* Half is certain, half is dice: many callers must not come back at once. */
    delay = delay / 2 + (int64_t)(f->dice % (uint64_t)(delay / 2 + 1));
    if (after > CLOUD_RETRY_AFTER_MAX_MS)
        after = CLOUD_RETRY_AFTER_MAX_MS;
    if (after > delay)
        delay = after;
    return f->spent_ms + delay <= f->budget_ms ? delay : -1;
}
