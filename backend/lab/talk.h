/*
 * talk: one connection to a guest: a banner on the SSH ports, a small HTTP/1.1
 * answer on the web ports, silence on the TLS ports. Belongs to the guests'
 * thread.
 */
#ifndef PC_LAB_TALK_H
#define PC_LAB_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum talk_kind { TALK_SSH, TALK_HTTP, TALK_TLS };

struct talk {
    enum talk_kind kind;
    bool out_of_service; /* answers 503 */
    int fd;
    int64_t until; /* monotonic ms: closed then */
    size_t len;
    char in[2048];
    char name[64]; /* of the server, for the page */
};

void talk_begin(struct talk *t); /* says what is said first */
/* Reads what has come. False: the conversation is over, close it. */
bool talk_read(struct talk *t);

#endif
