/*
 * typed: is what a person typed the name that was asked for, and if it is not,
 * at which character does it part from it.
 *
 * A typed confirmation is worth what its comparison is worth: byte for byte,
 * so that a letter of another alphabet, a composed letter in place of a plain
 * one with a mark, a blank behind the name and another case are all something
 * else, and the answer says which character it is. A name that misleads by
 * itself (what cannot be seen, alphabets mixed within a word, blanks at its
 * ends) can never be confirmed, whatever is typed. Pure, any thread.
 */
#ifndef PC_MODEL_TYPED_H
#define PC_MODEL_TYPED_H

#include <stddef.h>

enum typed {
    TYPED_RIGHT,   /* every byte of it */
    TYPED_NOTHING, /* nothing was typed */
    TYPED_PART,    /* right as far as it goes, but not the whole name */
    TYPED_OTHER,   /* some character is not the name's */
    TYPED_NEVER,   /* the name itself cannot be confirmed */
};

/* why: a predicate in safe text that follows the name of what is typed ("differs
 * at character 3: ..."), "" when it is right; NULL: not wanted. */
enum typed typed_compare(const char *typed, const char *name, char *why, size_t size);

#endif
