/*
 * output: what a verb prints, in the four ways of the openstack client, and
 * in plain lines for whoever listens to it.
 *
 * A column is a title and where its value stands in the reply. Lists print
 * one row an item, single things print Field and Value. Every text passes
 * safe_text on its way; JSON is written in ASCII, as that client does.
 * No state; the FILE belongs to the caller.
 */
#ifndef PC_TUI_VERBS_OUTPUT_H
#define PC_TUI_VERBS_OUTPUT_H

#include "backend/base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum format { FORMAT_TABLE, FORMAT_LINES, FORMAT_JSON, FORMAT_CSV, FORMAT_VALUE, FORMAT_COUNT };
enum format output_format_parse(const char *name); /* FORMAT_COUNT: none */
/* A person reads it: what helps to understand the result is printed beside it. */
bool output_for_people(enum format f);

enum shown {
    SHOWN_ALWAYS,
    SHOWN_JSON,  /* in JSON, and when asked for by -c: too large for a table */
    SHOWN_PEOPLE, /* in words; JSON has it as it is in another */
    SHOWN_ASKED, /* when asked for by -c */
    /* Always, but it leaves a list that is too wide for its terminal: the first
     * of these first. */
    SHOWN_WIDE_1,
    SHOWN_WIDE_2,
    SHOWN_WIDE_3,
    SHOWN_WIDE_4,
    SHOWN_WIDE_5,
};

struct column {
    const char *title;
    const char *path; /* "result_data.instances"; a # at the end: how many */
    char *(*text)(const json_t *value); /* caller frees; NULL: cell_plain. A list that is too
                                           wide takes cell_shorter() of it */
    enum shown shown;
};

struct output {
    FILE *file;
    enum format format;
    const char *const *wanted; /* titles given with -c, in any case of letters */
    size_t wanted_count;       /* 0: the usual ones */
    int width;                 /* cells of the terminal, 0: never wrap */
};

/* USAGE when a wanted column is none of these; what is there is the remedy. */
enum pc_err output_check(const struct column *columns, const char *const *wanted, size_t count,
                         struct pc_error *err);

/* columns ends with a NULL title. USAGE when a wanted column is none of them,
 * and then nothing is printed. */
enum pc_err output_list(const struct output *o, const struct column *columns,
                        const json_t *rows, struct pc_error *err);
enum pc_err output_show(const struct output *o, const struct column *columns,
                        const json_t *thing, struct pc_error *err);

#endif
