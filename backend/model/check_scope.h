/*
 * check_scope: for whom a health check is.
 *
 * "tcp:443" is asked of every instance, "web-1@tcp:443" of that member alone.
 * A member's name may hold whatever Nova lets it hold: the scope ends at the
 * first "@" that a kind of check follows, and what begins with a kind has none.
 * Pure.
 */
#ifndef PC_MODEL_CHECK_SCOPE_H
#define PC_MODEL_CHECK_SCOPE_H

/* Room for a server's name: up to 255 characters of four bytes. */
enum { CHECK_MEMBER_SIZE = 1024 };

/* The check itself, within text; member: whose it is, "" everybody's. */
const char *check_scope(const char *text, char member[CHECK_MEMBER_SIZE]);
/* The same when it is also asked of that member; NULL: it is another's. */
const char *check_scope_for(const char *text, const char *member);

#endif
