#include "backend/config/options.h"

#include "backend/base/text.h"
#include "backend/config/config.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const STORAGE_MODES[] = {"mock", "flasharray", NULL};
static const char *const DECIDES[] = {"manual", "auto", NULL};
static const char *const WINDOW_ACTIONS[] = {"commit", "rollback", NULL};
static const char *const BELLS[] = {"never", "failure", "end", NULL};
static const char *const NOTICES[] = {"never", "osc9", "osc777", NULL};
static const char *const TINTS[] = {"none",  "red",     "yellow", "green",
                                    "blue",  "magenta", "cyan",   NULL};
static const char *const SITE_ROLES[] = {"none", "primary", "secondary", NULL};
static const char *const LOG_LEVELS[] = {"error", "warn", "info", "debug", NULL};

#define AT(member) .offset = offsetof(struct config, member)

static const struct config_option OPTIONS[] = {
    {.path = "clouds_file", .type = OPTION_FILE, AT(clouds_file), .text = "",
     .help = "The clouds.yaml to use. Empty: searched for as the openstack client does, in the "
             "current directory, ~/.config/openstack and /etc/openstack. With a file named here, "
             "secure.yaml is looked for beside it."},
    {.path = "read_only", .type = OPTION_FLAG, AT(read_only), .number = false,
     .help = "Refuse everything that would change a site. Looking is always possible."},
    {.path = "read_only_role", .type = OPTION_WORD, AT(read_only_role), .text = "none",
     .words = SITE_ROLES,
     .help = "The site of this type is read-only, whatever its own entry says: none, primary or "
             "secondary. With primary, production is out of reach, and drills are still possible."},
    {.path = "storage.mode", .type = OPTION_WORD, AT(storage_mode), .text = "mock",
     .words = STORAGE_MODES,
     .help = "Where the volumes of a drill come from. mock: made from Glance images on the "
             "target site, without replication. flasharray: cloned from the replicated snapshot "
             "on the target site's FlashArray, and managed by Cinder there; both sites need an "
             "array."},
    {.path = "protection_groups.rpo_minutes", .type = OPTION_NUMBER, AT(rpo_minutes),
     .number = 60, .min = 1, .max = 10080,
     .help = "Recovery point objective of a new group, in minutes: an older recovery point is "
             "marked as late."},
    {.path = "test_failover.auto_cleanup", .type = OPTION_FLAG, AT(auto_cleanup), .number = true,
     .help = "Delete what a drill made once it is verified. With false it is kept for "
             "inspection until `test cleanup` is called."},
    {.path = "test_failover.health_check_timeout", .type = OPTION_NUMBER,
     AT(health_check_timeout), .number = 120, .min = 1, .max = 86400,
     .help = "Seconds that all health checks of a drill may take together before it counts as "
             "failed."},
    {.path = "test_failover.max_concurrent_tests", .type = OPTION_NUMBER,
     AT(max_concurrent_tests), .number = 3, .min = 1, .max = 100,
     .help = "Drills that run at the same time, over all groups. More wait as pending, so that "
             "the target site is not exhausted."},
    {.path = "failover.commit_mode", .type = OPTION_WORD, AT(commit_mode), .text = "manual",
     .words = DECIDES,
     .help = "Who commits a failover that succeeded. manual: a person. auto: the engine, as soon "
             "as it has succeeded; there is no rollback then."},
    {.path = "failover.commit_window_minutes", .type = OPTION_NUMBER, AT(commit_window_minutes),
     .number = 0, .min = 0, .max = 43200,
     .help = "Minutes after a failover in which a person may decide; then the engine does what "
             "commit_window_action says. 0: it waits for a person. A partial failover, and a "
             "forced one whose old primary was not seen at rest, always wait."},
    {.path = "failover.commit_window_action", .type = OPTION_WORD, AT(commit_window_action),
     .text = "commit", .words = WINDOW_ACTIONS,
     .help = "What the end of the window does: commit or rollback. A rollback that no engine did "
             "within five minutes after it is left to a person."},
    {.path = "failback.confirm_mode", .type = OPTION_WORD, AT(confirm_mode), .text = "manual",
     .words = DECIDES,
     .help = "Who confirms a failback that succeeded. manual: a person. auto: the engine, as soon "
             "as it has succeeded."},
    {.path = "health_checks.http_port", .type = OPTION_NUMBER, AT(http_port), .number = 80,
     .min = 1, .max = 65535,
     .help = "The port that http: health checks ask."},
    {.path = "health_checks.allow_exec", .type = OPTION_FLAG, AT(allow_exec), .number = false,
     .help = "Permit exec: health checks, which run a command in the recovered server over SSH."},
    {.path = "health_checks.ssh_user", .type = OPTION_TEXT, AT(ssh_user), .text = "",
     .help = "The user that exec: health checks log in as."},
    {.path = "health_checks.ssh_key_file", .type = OPTION_FILE, AT(ssh_key_file), .text = "",
     .help = "The private key that exec: health checks log in with."},
    {.path = "callouts.allow", .type = OPTION_FLAG, AT(callouts_allow), .number = false,
     .help = "Permit callouts: programs that a boot order runs on this machine, as the user of the "
             "engine that executes."},
    {.path = "webhook.url", .type = OPTION_TEXT, AT(webhook_url), .text = "", .secret = true,
     .help = "Where a real failover is told to, as an http or https POST of JSON (docs/webhook.md). "
             "Empty: nowhere. Drills are never told."},
    {.path = "webhook.secret_file", .type = OPTION_FILE, AT(webhook_secret_file), .text = "",
     .help = "A file with the secret that signs it, in the header X-Protector-Signature. Empty: "
             "not signed."},
    {.path = "webhook.timeout_seconds", .type = OPTION_NUMBER, AT(webhook_timeout), .number = 10,
     .min = 1, .max = 60, .help = "Seconds that the receiver has to answer."},
    {.path = "webhook.attempts", .type = OPTION_NUMBER, AT(webhook_attempts), .number = 5,
     .min = 1, .max = 10,
     .help = "How often it is tried, with growing pauses, before it is given up with a warning."},
    {.path = "engine.site_poll_seconds", .type = OPTION_NUMBER, AT(site_poll_seconds),
     .number = 15, .min = 2, .max = 3600,
     .help = "Seconds between two looks at whether a site's services answer. What was not read for "
             "three of them, and for a minute at least, is shown as STALE."},
    {.path = "readiness.interval_minutes", .type = OPTION_NUMBER, AT(readiness_minutes),
     .number = 5, .min = 0, .max = 1440,
     .help = "Minutes between two looks in the background at whether a group is ready for a drill, "
             "a failover and a failback. 0: only when somebody asks, and before every operation."},
    {.path = "engine.max_steps_per_service", .type = OPTION_NUMBER, AT(max_steps_per_service),
     .number = 8, .min = 1, .max = 64,
     .help = "Steps that may be under way at one service of one site at the same time. While four "
             "times as many servers are on their way in failovers and failbacks, the next group "
             "waits, and serves on."},
    {.path = "engine.step_timeout", .type = OPTION_NUMBER, AT(step_timeout), .number = 900,
     .min = 10, .max = 86400,
     .help = "Seconds that one step of an operation may take before it counts as failed."},
    {.path = "engine.settle_seconds", .type = OPTION_NUMBER, AT(settle_seconds), .number = 15,
     .min = 1, .max = 600, .help = "Seconds after which an unanswered create can no longer arrive."},
    {.path = "engine.trouble_seconds", .type = OPTION_NUMBER, AT(trouble_seconds), .number = 120,
     .min = 1, .max = 3600,
     .help = "Seconds of nothing but errors after which a step is given up."},
    {.path = "screen.theme", .type = OPTION_TEXT, AT(theme), .text = "dark",
     .help = "The theme of the screens: dark, light, high-contrast, mono, nord, gruvbox, or a theme file."},
    {.path = "screen.ascii", .type = OPTION_FLAG, AT(ascii), .number = false,
     .help = "Draw with ASCII characters only."},
    {.path = "screen.title", .type = OPTION_FLAG, AT(title), .number = true,
     .help = "Let the terminal's title name the deployment and what runs."},
    {.path = "screen.bell", .type = OPTION_WORD, AT(bell), .text = "never", .words = BELLS,
     .help = "When the terminal's bell rings: never, failure (an operation failed) or end (one "
             "ended)."},
    {.path = "screen.mouse", .type = OPTION_FLAG, AT(mouse), .number = false,
     .help = "Take the mouse from the start; F2 takes it and gives it back at any time."},
    {.path = "screen.session", .type = OPTION_FLAG, AT(session), .number = true,
     .help = "Open the screens as they were left: where one was, filters, order, selection."},
    {.path = "screen.notice", .type = OPTION_WORD, AT(notice), .text = "never", .words = NOTICES,
     .help = "Tell the desktop when an operation ended or asks something: never, osc9 (iTerm2, "
             "kitty, Windows Terminal) or osc777 (urxvt, foot, VTE). Within tmux it needs "
             "allow-passthrough."},
    {.path = "log.level", .type = OPTION_WORD, AT(log_level), .text = "info",
     .words = LOG_LEVELS,
     .help = "How much the log in the state directory tells: error, warn, info or debug."},
};

#undef AT
#define AT(member) .offset = offsetof(struct config_site, member)

/* `type` is read by config.c: its default depends on the other site. */
static const struct config_option SITE_OPTIONS[] = {
    {.path = "name", .type = OPTION_TEXT, AT(name), .text = NULL,
     .help = "The site's name on every screen and in every command."},
    {.path = "cloud", .type = OPTION_TEXT, AT(cloud), .text = "",
     .help = "Its entry in clouds.yaml. Empty: the same as the name."},
    {.path = "read_only", .type = OPTION_FLAG, AT(read_only), .number = false,
     .help = "Never write to this site."},
    {.path = "volume_host", .type = OPTION_TEXT, AT(volume_host), .text = "",
     .help = "Cinder's host of the array there: node@backend, with or without its pool. Empty: "
             "read from a volume of the project."},
    {.path = "array.url", .type = OPTION_TEXT, AT(array_url), .text = "",
     .help = "The management address of the site's FlashArray. Empty: none."},
    {.path = "array.api_token", .type = OPTION_TEXT, AT(array_token), .text = "", .secret = true,
     .help = "Its API token; the role readonly is enough to look at replication, storage_admin to "
             "clone."},
    {.path = "array.name", .type = OPTION_TEXT, AT(array_name), .text = "",
     .help = "The array's own name, which the other array knows it by."},
    {.path = "array.verify", .type = OPTION_FLAG, AT(array_verify), .number = true,
     .help = "Verify the array's TLS certificate."},
    {.path = "tint", .type = OPTION_WORD, AT(tint), .text = "none", .words = TINTS,
     .help = "The colour of its name on the screens: none, red, yellow, green, blue, magenta or "
             "cyan."},
};

#undef AT

const struct config_option *config_options(size_t *ret_count)
{
    *ret_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]);
    return OPTIONS;
}

const struct config_option *config_site_options(size_t *ret_count)
{
    *ret_count = sizeof(SITE_OPTIONS) / sizeof(SITE_OPTIONS[0]);
    return SITE_OPTIONS;
}

void options_default(const struct config_option *table, size_t count, struct arena *a, void *base)
{
    for (const struct config_option *o = table; o < table + count; o++) {
        void *at = (char *)base + o->offset;
        switch (o->type) {
        case OPTION_TEXT:
        case OPTION_FILE:
        case OPTION_WORD:
            *(const char **)at = arena_strdup(a, o->text);
            break;
        case OPTION_NUMBER:
            *(int *)at = o->number;
            break;
        case OPTION_FLAG:
            *(bool *)at = o->number != 0;
            break;
        }
    }
}

const struct config_option *options_find(const struct config_option *table, size_t count,
                                         const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].path, path) == 0)
            return &table[i];
    return NULL;
}

bool options_section(const struct config_option *table, size_t count, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < count; i++)
        if (strncmp(table[i].path, name, n) == 0 && table[i].path[n] == '.')
            return true;
    return false;
}

enum { LONGEST_PATH = 64 };

/* Levenshtein's distance, one row at a time; SIZE_MAX for a long `b`. */
static size_t distance(const char *a, const char *b)
{
    size_t row[LONGEST_PATH + 1], n = strlen(b);
    if (n > LONGEST_PATH)
        return SIZE_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t best = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (diagonal + 1 < best)
                best = diagonal + 1;
            row[j + 1] = best;
        }
    }
    return row[n];
}

static const char *last_part(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

const struct config_option *options_nearest(const struct config_option *table, size_t count,
                                            const char *path)
{
    const struct config_option *nearest = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        /* A right name in the wrong section is as near as one slip of a key. */
        size_t d = distance(table[i].path, path);
        if (strcmp(last_part(table[i].path), last_part(path)) == 0)
            d = 1;
        if (d < least) {
            least = d;
            nearest = &table[i];
        }
    }
    return nearest && least <= 1 + strlen(last_part(nearest->path)) / 2 ? nearest : NULL;
}

const char *option_expects(const struct config_option *o, char *dst, size_t size)
{
    size_t used = 0;
    switch (o->type) {
    case OPTION_TEXT:
    case OPTION_FILE:
        snprintf(dst, size, "text in double quotes");
        break;
    case OPTION_NUMBER:
        snprintf(dst, size, "a whole number from %d to %d", o->min, o->max);
        break;
    case OPTION_FLAG:
        snprintf(dst, size, "true or false");
        break;
    case OPTION_WORD:
        for (size_t i = 0; o->words[i] && used < size; i++)
            used += (size_t)snprintf(dst + used, size - used, "%s\"%s\"", i ? ", " : "",
                                     o->words[i]);
        break;
    }
    return dst;
}
