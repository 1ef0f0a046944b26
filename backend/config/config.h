/*
 * config: protector-console.cfg, read by libconfig against one option table.
 *
 * The table OPTIONS in options.c names every scalar option, its type, range,
 * default and help; protector-console.cfg in the root is checked against it by
 * a test. Unknown options, wrong types and values out of range are errors with
 * file and line (err->source, err->line; the text does not repeat them) and
 * what to do. Plain data, any thread, reads one file.
 */
#ifndef PC_CONFIG_CONFIG_H
#define PC_CONFIG_CONFIG_H

#include "backend/base/error.h"
#include "backend/base/mem.h"

#include <stdbool.h>
#include <stddef.h>

struct config_site {
    const char *name;  /* shown everywhere, unique */
    const char *cloud; /* in clouds.yaml; default: the site's name */
    bool primary;      /* type = "primary" | "secondary" */
    bool read_only;    /* nothing is ever written to this site */
    const char *volume_host; /* Cinder's name of the array: "node@backend#pool", "" not said */
    const char *array_url, *array_token, *array_name; /* "" none */
    bool array_verify;
    const char *tint; /* of its name on the screens: "none" "red" "yellow" ... */
};

/* keys: what an action of the screens is done by. Which actions and keys there
 * are is the screens' business. */
struct config_key {
    const char *action, *key;
    int line; /* of the file */
};

/* queries: a list of the screens as a filter shows it, under a name. */
struct config_query {
    const char *name;
    const char *list;   /* "groups", "history" or "events" */
    const char *filter; /* as it is typed after / */
    int order;          /* column, counted from 1; negative: descending; 0: its own */
};

/* commands: a program that the screens can start. */
struct config_command {
    const char *name, *key, *help; /* key "": none */
    const char *const *argv;       /* NULL-ended; the program by its whole path */
    const char *const *contexts;   /* NULL-ended, names of screens; none: where a group is */
    bool confirm;                  /* asks first */
    bool dangerous;                /* changes something: asks first, refused when read-only */
    int line;
};

enum { CONFIG_WARNINGS = 8 };

struct config {
    struct arena arena; /* owns every string */
    const char *file;   /* "" when built in */
    /* Lines for people, each with its remedy; they stop nothing. */
    const char *warnings[CONFIG_WARNINGS];
    int warning_count;

    const char *clouds_file;
    struct config_site *sites; /* none: the console opens its own lab */
    size_t site_count;

    const char *storage_mode; /* "mock": volumes from Glance images; "flasharray" */
    int rpo_minutes;          /* default of a group */
    bool auto_cleanup;
    int health_check_timeout; /* seconds, one budget for all checks */
    int max_concurrent_tests;
    const char *commit_mode; /* "manual" "auto" */
    int commit_window_minutes;        /* 0: a failover waits for a person */
    const char *commit_window_action; /* "commit" "rollback": when they are over */
    const char *confirm_mode;         /* of a failback: "manual" "auto" */
    int http_port; /* of http: health checks */
    bool allow_exec;
    const char *ssh_user, *ssh_key_file;
    bool callouts_allow; /* programs of boot orders may run here */
    const char *webhook_url, *webhook_secret_file; /* "" none */
    int webhook_timeout; /* seconds, of one try */
    int webhook_attempts;
    int site_poll_seconds;
    int readiness_minutes;     /* between two looks at a group's readiness; 0 never */
    int max_steps_per_service; /* steps in flight a site and a service */
    int step_timeout;          /* seconds a step may take */
    int trouble_seconds;       /* a step that gets errors only is given up after so long */
    int settle_seconds;        /* an unanswered create may still arrive so long after */
    bool read_only;
    const char *read_only_role; /* "none" "primary" "secondary": that site is, too */
    const char *theme;
    bool ascii;
    bool title;       /* the terminal's title says what runs */
    const char *bell; /* "never" "failure" "end" */
    bool mouse;
    bool session;       /* the screens open where they were left */
    const char *notice; /* "never" "osc9" "osc777": how the desktop is told */
    struct config_key *keys;
    size_t key_count;
    struct config_query *queries;
    size_t query_count;
    struct config_command *commands;
    size_t command_count;
    const char *log_level; /* "error" "warn" "info" "debug" */
};

/* path NULL: the defaults alone. ret is released by config_release, and holds
 * nothing to release after an error. `~` is expanded in file names, and
 * relative ones are taken from the folder of the configuration file. Array
 * tokens are registered with the log's redaction. Errors: PC_ERR_CONFIG. */
enum pc_err config_load(const char *path, struct config *ret, struct pc_error *err);
/* Closes the site that read_only_role means. Whoever adds sites that are in no file
 * calls it once they are there. */
void config_apply_role(struct config *c);
void config_release(struct config *c);
/* NULL when there is none of that name. Lent. */
const struct config_site *config_site(const struct config *c, const char *name);

#endif
