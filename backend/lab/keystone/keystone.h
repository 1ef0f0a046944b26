/*
 * keystone: the identity service. Tokens live in the world (they survive a
 * restart of the lab) and die by time, by DELETE, with their application
 * credential, or by a fault.
 */
#ifndef PC_LAB_KEYSTONE_H
#define PC_LAB_KEYSTONE_H

#include "backend/lab/route.h"

void keystone_issue_token(struct call *c);
void keystone_show_token(struct call *c);
void keystone_revoke_token(struct call *c);
void keystone_show_catalog(struct call *c);
const char *keystone_role_name(enum role role);
const char *keystone_role_id(enum role role);

#endif
