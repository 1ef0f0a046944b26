/*
 * boundary: the moments at which it matters that this process lives on.
 *
 * A boundary lies before and after each commit of the journal, before and after
 * groups.json is replaced, before each request to a site, at the first byte of
 * its answer (it is applied there, and nobody here knows) and after the answer.
 * They are counted from 1, in the order in which this process comes to them. For
 * proofs only:
 *
 *   PROTECTOR_BOUNDARY_LOG=FILE        appends a line for each: "N KIND ABOUT"
 *   PROTECTOR_BOUNDARY_KILL=N          SIGKILL to itself at the Nth
 *   PROTECTOR_BOUNDARY_KILL=N@PATTERN  at the Nth of those whose line fits it (a glob)
 *   PROTECTOR_BOUNDARY_STOP=N/EVERY    SIGSTOP to itself at the Nth and every EVERYth after it:
 *                                      what is on the disk then is what SIGKILL would leave
 *   PROTECTOR_BOUNDARY_STOP=N@PATTERN  as above, SIGSTOP
 *
 * Without them nothing is counted, written or formatted; there is no other
 * effect, and who may set them may send the signal as well. The log has paths
 * of URLs and names of steps, never a header or a body. Any thread.
 */
#ifndef PC_BASE_BOUNDARY_H
#define PC_BASE_BOUNDARY_H

#include <stdbool.h>

/* False: nothing is asked for, boundary_pass() does nothing. */
bool boundary_watched(void);
/* kind: "commit.before", "http.answer"...; about: one line, what it concerns. */
void boundary_pass(const char *kind, const char *about);

#endif
