/* inside: one reading of a configuration file, for the files of this folder. */
#ifndef PC_CONFIG_INSIDE_H
#define PC_CONFIG_INSIDE_H

#include "backend/config/config.h"

#include <libconfig.h>

struct reading {
    struct config *c;
    const char *path;
    struct pc_error *err;
};

/* An error at a line of the file, 0: at the file as a whole. Returns CONFIG. */
enum pc_err config_refuse(struct reading *r, unsigned line, const char *remedy, const char *text);

#define REFUSE(r, line, remedy, ...)                                                             \
    config_refuse(r, line, remedy, arena_printf(&(r)->c->arena, __VA_ARGS__))

const char *config_type_word(int type);

/* keys, queries and commands: what an operator adds to the screens. */
enum pc_err config_read_keys(struct reading *r, const config_setting_t *root);
enum pc_err config_read_queries(struct reading *r, const config_setting_t *root);
enum pc_err config_read_commands(struct reading *r, const config_setting_t *root);

#endif
