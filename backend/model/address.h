/* address: IP addresses, networks and MACs as text, v4 and v6. Pure. */
#ifndef PC_MODEL_ADDRESS_H
#define PC_MODEL_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

bool address_valid(const char *ip);
/* False when either is not what it should be: "10.20.0.7", "10.20.0.0/24". */
bool address_within(const char *ip, const char *cidr);
/* The same address, however it is written (case, zeros of v6). */
bool address_same(const char *a, const char *b);
/* How many IPv4 addresses there are from one to another, both counted; -1: they
 * are no such range. */
int64_t address_span(const char *first, const char *last);
/* Six pairs of hex digits with colons between. */
bool address_mac_valid(const char *mac);
/* The same, and one that an interface may have: no group address, and not all zeros. */
bool address_mac_unicast(const char *mac);

#endif
