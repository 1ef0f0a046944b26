#include "backend/lab/options.h"

#include "backend/base/text.h"
#include "backend/lab/net.h"

#include <stddef.h>
#include <string.h>

enum option_type { OPT_FLAG, OPT_TEXT, OPT_LONG };

struct option_row {
    const char *name, *value, *help;
    enum option_type type;
    size_t at; /* in struct options */
    long min, max;
};

#define AT(member) offsetof(struct options, member)

static const struct option_row OPTIONS[] = {
    {"--state-dir", "DIR", "where the lab keeps its state, clouds.yaml and lab.json (required)",
     OPT_TEXT, AT(state_dir), 0, 0},
    {"--seed", "N", "dice for ids and addresses of a new lab (default 1)", OPT_LONG, AT(seed), 0,
     1000000000},
    {"--groups", "N", "protection groups of a new lab, 1..2000 (default 3)", OPT_LONG, AT(groups),
     1, 2000},
    {"--servers", "N", "servers of a new lab's site-a, up to 10000 (default as the groups need)",
     OPT_LONG, AT(servers), 1, 10000},
    {"--capacity", "VCPUS", "vcpus a site (default enough for all servers twice)", OPT_LONG,
     AT(capacity), 1, 1000000},
    {"--latency", "DIST", "time of a call (default lognormal:6,40)", OPT_TEXT, AT(latency_text), 0,
     0},
    {"--boot-time", "DIST", "server BUILD to ACTIVE (default lognormal:1500,2600)", OPT_TEXT,
     AT(boot_text), 0, 0},
    {"--guest-time", "DIST", "ACTIVE to answering on its address (default lognormal:1000,1800)",
     OPT_TEXT, AT(guest_text), 0, 0},
    {"--volume-time", "DIST", "volume creating to available (default lognormal:1000,1900)",
     OPT_TEXT, AT(volume_text), 0, 0},
    {"--speed", "N", "divides every simulated duration, replication included (default 1)",
     OPT_LONG, AT(speed), 1, 1000},
    {"--token-life", "S", "seconds a Keystone token lives (default 3600)", OPT_LONG,
     AT(token_life), 1, 864000},
    {"--page-size", "N", "longest page of a list (default 20)", OPT_LONG, AT(page_size), 1, 1000},
    {"--net", "N", "guests live in 127.N.0.0/16, which whoever starts it keeps for it",
     OPT_LONG, AT(net), NET_FIRST, NET_LAST},
    {"--ready-fd", "FD", "writes \"ready\" there when serving (default: stdout)", OPT_LONG,
     AT(ready_fd), 0, 1000000},
    {"--die-with-parent", NULL, "ends when the thread that started it ends", OPT_FLAG,
     AT(die_with_parent), 0, 0},
    {"--while-used", NULL, "ends when no console uses it (whoever does locks DIR/" LAB_USERS ")",
     OPT_FLAG, AT(while_used), 0, 0},
    {"--if-running", NULL, "accepted; a lab that already serves DIR is always left as it is",
     OPT_FLAG, 0, 0, 0},
    {"--help", NULL, "prints this", OPT_FLAG, AT(help), 0, 0},
    {"--version", NULL, "prints the version", OPT_FLAG, AT(version), 0, 0},
};

static const struct option_row *find_option(const char *arg, size_t *ret_len)
{
    *ret_len = strcspn(arg, "=");
    for (size_t i = 0; i < sizeof(OPTIONS) / sizeof(OPTIONS[0]); i++)
        if (strlen(OPTIONS[i].name) == *ret_len && strncmp(arg, OPTIONS[i].name, *ret_len) == 0)
            return &OPTIONS[i];
    return NULL;
}

static enum pc_err store_value(struct options *o, const struct option_row *row, const char *value,
                               struct pc_error *err)
{
    char *base = (char *)o;
    if (row->type == OPT_TEXT) {
        memcpy(base + row->at, &value, sizeof(value));
        return PC_OK;
    }
    long n;
    if (!text_to_long(value, row->min, row->max, &n))
        return pc_error_set(err, PC_ERR_USAGE, "See protector-lab --help.",
                            "%s takes a number from %ld to %ld, not %s", row->name, row->min,
                            row->max, value);
    memcpy(base + row->at, &n, sizeof(n));
    return PC_OK;
}

static enum pc_err parse_args(int argc, char **argv, struct options *o, struct pc_error *err)
{
    for (int i = 1; i < argc; i++) {
        size_t len;
        const struct option_row *row = find_option(argv[i], &len);
        if (!row)
            return pc_error_set(err, PC_ERR_USAGE, "See protector-lab --help.",
                                "unknown option %s", argv[i]);
        if (row->type == OPT_FLAG) {
            const bool yes = true;
            if (row->at)
                memcpy((char *)o + row->at, &yes, sizeof(yes));
            continue;
        }
        const char *value = argv[i][len] == '=' ? argv[i] + len + 1 : NULL;
        if (!value && i + 1 < argc)
            value = argv[++i];
        if (!value)
            return pc_error_set(err, PC_ERR_USAGE, "See protector-lab --help.",
                                "%s needs a value: %s", row->name, row->value);
        enum pc_err rc = store_value(o, row, value, err);
        if (rc)
            return rc;
    }
    return PC_OK;
}

enum pc_err options_parse(int argc, char **argv, struct options *ret, struct pc_error *err)
{
    struct options o = {
        .latency_text = "lognormal:6,40",
        .boot_text = "lognormal:1500,2600",
        .guest_text = "lognormal:1000,1800",
        .volume_text = "lognormal:1000,1900",
        .speed = 1,
        .seed = 1,
        .groups = 3,
        .token_life = 3600,
        .page_size = 20,
        .ready_fd = -1,
    };
    enum pc_err rc = parse_args(argc, argv, &o, err);
    if (!rc && !o.help && !o.version && (!o.state_dir || !o.state_dir[0]))
        rc = pc_error_set(err, PC_ERR_USAGE, "Name a directory for the lab: --state-dir DIR.",
                          "no state directory");
    if (!rc)
        rc = dist_parse(o.latency_text, &o.latency, err);
    if (!rc)
        rc = dist_parse(o.boot_text, &o.boot, err);
    if (!rc)
        rc = dist_parse(o.guest_text, &o.guest, err);
    if (!rc)
        rc = dist_parse(o.volume_text, &o.volume, err);
    if (!rc)
        *ret = o;
    return rc;
}

void options_help(FILE *out)
{
    fputs("usage: protector-lab --state-dir DIR [OPTION...]\n"
          "       protector-lab fault --state-dir DIR add|list|clear ...   (fault --help)\n\n"
          "Two simulated OpenStack sites with a FlashArray each, as HTTP servers on loopback.\n"
          "DIR/clouds.yaml works with any OpenStack client. When a lab already serves DIR it\n"
          "is left as it is, and this command says so and exits 0. SIGTERM ends it cleanly.\n"
          "DIST is none, fixed:MS, uniform:MS-MS or lognormal:MEDIAN,P99 (milliseconds).\n\n",
          out);
    for (size_t i = 0; i < sizeof(OPTIONS) / sizeof(OPTIONS[0]); i++) {
        char left[40];
        snprintf(left, sizeof(left), "%s %s", OPTIONS[i].name,
                 OPTIONS[i].value ? OPTIONS[i].value : "");
        fprintf(out, "  %-20s %s\n", left, OPTIONS[i].help);
    }
}
