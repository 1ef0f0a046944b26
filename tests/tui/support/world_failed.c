/* world_failed: why the drill failed, in the words of the API. See world.h. */
#include "tests/tui/support/world.h"

#include <stdio.h>

static void put(char *dst, size_t size, const char *text)
{
    snprintf(dst, size, "%s", text);
}

void world_no_room(struct operation *op)
{
    put(op->error_message, sizeof op->error_message,
        "server test-web-1: No valid host was found. There are not enough hosts available. "
        "(HTTP 500, req-3c1f)");
    put(op->remedy, sizeof op->remedy,
        "site-b has no room for flavor m1.medium. Free capacity there, or map the flavor to a "
        "smaller one with --flavor-mapping.");
}

void world_no_answer(struct operation *op)
{
    put(op->error_message, sizeof op->error_message,
        "health check db-3 tcp:22: did not pass within 120 s; last answer: refused at 10.2.0.13");
    put(op->remedy, sizeof op->remedy,
        "The instance answers but the application does not yet: raise --health-check-timeout (300 "
        "or more), or run again with --no-cleanup, log in and read its logs.");
    operation_console(op, "db-3", op->started_ms,
                      "[    2.114807] EXT4-fs (vda1): mounted filesystem with ordered data mode\n"
                      "[    3.020114] systemd[1]: Starting OpenSSH server daemon...\n"
                      "[   93.020442] systemd[1]: sshd.service: start operation timed out. Terminating.\n"
                      "db-3 login: \n");
}
