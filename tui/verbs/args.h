/*
 * args: argv, understood by the tables of verb.h.
 *
 * Global flags may stand before, between and after the words of the verb; a
 * verb's own flags after its words. `--flag value`, `--flag=value`, `-f value`
 * and `-fvalue` mean the same, and after `--` nothing is a flag. An optional
 * leading `dr` or `protector` is skipped. Plain data; strings are lent by argv.
 */
#ifndef PC_TUI_VERBS_ARGS_H
#define PC_TUI_VERBS_ARGS_H

#include "tui/verbs/verb.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct given {
    const struct flag *flag;
    const char *value; /* "" for a switch */
};

struct args {
    const struct verb *verb; /* NULL: no verb was given */
    enum format format;
    struct given *flags; /* in the order of argv */
    size_t flag_count, flag_room;
    const char **operands;
    size_t operand_count, operand_room;
    const char **columns; /* of -c */
    size_t column_count, column_room;
};

/* USAGE with what was misunderstood, what is nearest, and where help is. With
 * --help or --version nothing else is required. */
enum pc_err args_parse(int argc, char *const *argv, struct args *ret, struct pc_error *err);
void args_release(struct args *a);

bool args_has(const struct args *a, const char *flag);
/* The last value given; NULL when it was not. */
const char *args_value(const struct args *a, const char *flag);
/* What the verb sends, by the keys of its table. INVALID for a mapping that is
 * none. *ret: caller decrefs. */
enum pc_err args_request(const struct args *a, json_t **ret, struct pc_error *err);

#endif
