#include "backend/lab/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The socket stays open for as long as the process lives: nobody closes it. */
static bool claim(int net)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    int n = snprintf(at.sun_path + 1, sizeof(at.sun_path) - 1, "protector-lab/127.%d", net);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
    if (bind(fd, (struct sockaddr *)&at, len) == 0)
        return true;
    close(fd);
    return false;
}

enum pc_err net_claim(int wanted, uint64_t hint, int *ret_net, struct pc_error *err)
{
    const int count = NET_LAST - NET_FIRST + 1;
    int first = wanted ? wanted : NET_FIRST + (int)(hint % (uint64_t)count);
    for (int i = 0; i < count; i++) {
        int net = NET_FIRST + (first - NET_FIRST + i) % count;
        if (claim(net)) {
            *ret_net = net;
            return PC_OK;
        }
    }
    return pc_error_set(err, PC_ERR_IO, "End some of the labs that run on this machine.",
                        "no network within 127.0.0.0/8 is free for the guests");
}

static bool can_listen(int net, uint16_t port)
{
    const int yes = 1;
    struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr = {htonl((uint32_t)127 << 24 | (uint32_t)net << 16 | 1)},
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    bool ok = bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 && listen(fd, 1) == 0;
    close(fd);
    return ok;
}

bool net_low_ports(int net)
{
    return can_listen(net, 80);
}
