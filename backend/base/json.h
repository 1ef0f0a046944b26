/*
 * json: small readers over jansson that never fail on a strange shape.
 *
 * Bodies come from clouds: a missing key or a wrong type is read as the
 * default, and whoever needs the value checks for it. Any thread; json_seed()
 * once before threads (jansson's hash seed).
 */
#ifndef PC_BASE_JSON_H
#define PC_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

void json_seed(void);
/* Lent from `o`; "" when absent or not a string. */
const char *json_text(const json_t *o, const char *key);
/* Integers, and strings that hold one; `otherwise` when absent. */
int64_t json_int(const json_t *o, const char *key, int64_t otherwise);
/* true/false, and the strings "true"/"false" that Cinder writes. */
bool json_flag(const json_t *o, const char *key, bool otherwise);
/* Lent array or object under key; NULL when absent or of another type. */
json_t *json_list(const json_t *o, const char *key);
json_t *json_map(const json_t *o, const char *key);
/* Takes `value`; does nothing with NULL. */
void json_put(json_t *o, const char *key, json_t *value);
void json_put_text(json_t *o, const char *key, const char *value); /* NULL: null */
void json_put_int(json_t *o, const char *key, int64_t value);
void json_put_flag(json_t *o, const char *key, bool value);
/* Whether that text is among the elements of an array; NULL is an empty one. */
bool json_has_text(const json_t *list, const char *text);
/* The first object of an array whose text under `key` is that, lent; NULL: none, and none has "". */
json_t *json_find(const json_t *list, const char *key, const char *value);
/* One more sentence at the end of an array, cleaned (safe_text) and cut at 400 bytes. */
void json_add_line(json_t *list, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What json_loadb() without flags makes of it, for a fraction of the cost: of a key that stands
 * there twice the last one. The text ends with a NUL. NULL: no object or array. Caller owns. */
json_t *json_read(const char *text, size_t size);
/* Compact text; caller frees. */
char *json_compact(const json_t *o);

#endif
