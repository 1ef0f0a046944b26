#include "backend/model/address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the address in dst, 0 when it is none. */
static size_t parse(const char *ip, unsigned char dst[16])
{
    if (inet_pton(AF_INET, ip, dst) == 1)
        return 4;
    return inet_pton(AF_INET6, ip, dst) == 1 ? 16 : 0;
}

bool address_valid(const char *ip)
{
    unsigned char a[16];
    return parse(ip, a) > 0;
}

bool address_same(const char *a, const char *b)
{
    unsigned char x[16], y[16];
    size_t n = parse(a, x);
    return n > 0 && parse(b, y) == n && memcmp(x, y, n) == 0;
}

bool address_within(const char *ip, const char *cidr)
{
    char base[64], *end;
    unsigned char a[16], b[16];
    const char *slash = strchr(cidr, '/');
    size_t len = slash ? (size_t)(slash - cidr) : 0;
    if (!slash || len >= sizeof(base) || !isdigit((unsigned char)slash[1]))
        return false;
    memcpy(base, cidr, len);
    base[len] = '\0';
    size_t n = parse(ip, a);
    unsigned long bits = strtoul(slash + 1, &end, 10);
    if (n == 0 || parse(base, b) != n || *end || bits > n * 8)
        return false;
    size_t whole = bits / 8, rest = bits % 8;
    if (memcmp(a, b, whole) != 0)
        return false;
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

static int64_t number(const unsigned char a[4])
{
    return (int64_t)a[0] << 24 | (int64_t)a[1] << 16 | (int64_t)a[2] << 8 | a[3];
}

int64_t address_span(const char *first, const char *last)
{
    unsigned char a[16], b[16];
    if (parse(first, a) != 4 || parse(last, b) != 4 || number(b) < number(a))
        return -1;
    return number(b) - number(a) + 1;
}

bool address_mac_valid(const char *mac)
{
    size_t n = 0;
    while (mac[n] && n < 17 && (n % 3 == 2 ? mac[n] == ':' : isxdigit((unsigned char)mac[n])))
        n++;
    return n == 17 && !mac[n];
}

bool address_mac_unicast(const char *mac)
{
    /* The lowest bit of the first octet makes it a group's. */
    return address_mac_valid(mac) && !strchr("13579bBdDfF", mac[1]) && strspn(mac, "0:") < 17;
}
