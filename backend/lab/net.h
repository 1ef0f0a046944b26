/*
 * net: which 127.N.0.0/16 the lab's guests live in.
 *
 * Two labs on one machine must not share one. The claim is an abstract Unix
 * socket named after N, which the kernel gives up when the process ends,
 * however it ends.
 */
#ifndef PC_LAB_NET_H
#define PC_LAB_NET_H

#include "backend/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { NET_FIRST = 16, NET_LAST = 250 };

/* Claims `wanted` (0: by `hint`) or the next free one, for the process's life. */
enum pc_err net_claim(int wanted, uint64_t hint, int *ret_net, struct pc_error *err);
/* Says whether the low ports (22, 80, 443) can be listened on there. */
bool net_low_ports(int net);

#endif
