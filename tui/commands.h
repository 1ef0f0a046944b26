/*
 * commands: the actions that the configuration adds: programs of the operator.
 *
 * Each is an action like those of the table: with a key, in the help, at `:`,
 * greyed with a reason, checked for clashes. Filled when the configuration is
 * read and only read from then on; UI thread.
 */
#ifndef PC_TUI_COMMANDS_H
#define PC_TUI_COMMANDS_H

#include "backend/base/buf.h"
#include "tui/actions.h"

#include <jansson.h>

enum { COMMANDS_MAX = 50 };

/* commands of door_screen(), lent until the next call; NULL: none. What is wrong
 * with one is told, a line each, and it is left out. */
void commands_load(const json_t *commands, struct buf *told);
size_t commands_count(void);
const struct action *commands_nth(size_t i); /* i < commands_count() */

bool command_asks_first(const struct action *a);
/* Its argv with what is selected in the place of the placeholders, as the request
 * command_run takes it. The caller decrefs. */
json_t *command_request(const struct action *a, const struct act_subject *s);
/* "/usr/bin/ticket --group prod", quoted where a shell would need it. */
void command_line(const json_t *request, struct buf *out);

#endif
