#include "tui/verbs/place.h"

#include "backend/base/log.h"
#include "backend/base/mem.h"
#include "backend/door/places.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *place_self(void)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    return n > 0 ? xstrndup(path, (size_t)n) : xstrdup("protector-console");
}

/* The program `name` in a list of folders parted by colons; NULL: in none. */
static char *in_path(const char *folders, const char *name)
{
    while (folders && *folders) {
        size_t n = strcspn(folders, ":");
        char *path = xasprintf("%.*s/%s", (int)n, folders, name);
        if (access(path, X_OK) == 0)
            return path;
        free(path);
        folders += n + (folders[n] == ':');
    }
    return NULL;
}

char *place_lab(void)
{
    char *self = place_self(), *slash = strrchr(self, '/'), *beside = NULL;
    if (slash) {
        *slash = '\0';
        beside = in_path(self, "protector-lab");
    }
    free(self);
    if (!beside)
        beside = in_path(getenv("PATH"), "protector-lab");
    return beside ? beside : xstrdup("protector-lab");
}

static char *usual_dir(bool lab)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    const char *name = lab ? "protector-console-lab" : "protector-console";
    if (state && *state == '/') /* a relative one is to be ignored, says its specification */
        return xasprintf("%s/%s", state, name);
    if (home && *home)
        return xasprintf("%s/.local/state/%s", home, name);
    return NULL;
}

enum pc_err place_state_dir(const struct door_options *o, char **ret, struct pc_error *err)
{
    char *dir = o->state_dir ? xstrdup(o->state_dir) : usual_dir(places_lead_to_lab(o));
    if (!dir)
        return pc_error_set(err, PC_ERR_CONFIG, "Set HOME, or name a folder with --state-dir.",
                            "no state directory: HOME is not set");
    char *log = xasprintf("%s/console.log", dir);
    enum pc_err rc = places_state_dir(dir, err);
    if (rc == PC_OK)
        rc = log_open(log, LOG_INFO, err);
    free(log);
    if (rc)
        free(dir);
    else
        *ret = dir;
    return rc;
}
