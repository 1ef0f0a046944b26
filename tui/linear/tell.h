/*
 * tell: sites, groups and operations as one plain line each, and what changed
 * between two snapshots.
 *
 * The words are those of the screens (groupshow, ready, words); nothing is told
 * by colour, mark or place in the line. All texts are clean. Pure but for the
 * stream; main thread.
 */
#ifndef PC_TUI_LINEAR_TELL_H
#define PC_TUI_LINEAR_TELL_H

#include "backend/door/door.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { TELL_SIZE = 600 };

/* "site-a, primary, active: identity 11ms, compute 2ms, array down" */
void tell_site(char dst[TELL_SIZE], const struct site_view *site);
/* "prod-web-app: active at site-a, 3 servers, lag 4m26s of 15m, ready, ..." */
void tell_group(char dst[TELL_SIZE], const struct snapshot *s, const struct group_view *g,
                int64_t now_ms);
/* "drill prod-web-app op-9f3a1b2c: creating volumes, 43%" */
void tell_operation(char dst[TELL_SIZE], const struct op_view *v);
/* Which deployment, who executes, how fresh, what must not wait: lines. */
void tell_head(FILE *out, const struct snapshot *s, int64_t now_ms);

/* A line for each site, group and operation that stands otherwise than before,
 * but not for the group of that name (NULL: for all), nor for its operations.
 * True when there was one. */
bool tell_changes(FILE *out, const struct snapshot *before, const struct snapshot *now,
                  const char *but_group, int64_t now_ms);
/* Would it tell anything of the newest snapshot? */
bool tell_differs(const struct snapshot *before, struct door *door);

#endif
