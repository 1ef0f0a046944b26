/* A table for both ways: what is written is read again, whatever else stands there. */
#include "backend/base/json.h"
#include "backend/base/jsontext.h"
#include "backend/base/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct wheel {
    const char *name;
    int64_t size;
};
struct car {
    const char *name, *colour;
    int64_t doors, seats;
    bool fast;
    const char **tags;
    size_t tag_count;
    struct wheel spare;
    struct wheel *wheels;
    size_t wheel_count;
    json_t *extra;
};

static bool read_extra(struct shape_reading *in, void *owner, const struct jsonspan *value)
{
    (void)in;
    return shape_json(value, JSON_OBJECT, &((struct car *)owner)->extra);
}

static json_t *write_extra(const void *owner)
{
    return json_deep_copy(((const struct car *)owner)->extra);
}

static const struct shape_member WHEEL[] = {
    {.key = "name", .kind = SHAPE_TEXT, .at = offsetof(struct wheel, name)},
    {.key = "size", .kind = SHAPE_INT, .at = offsetof(struct wheel, size), .otherwise = 16},
};
static const struct shape WHEEL_SHAPE = {.members = WHEEL, .count = 2, .size = sizeof(struct wheel)};
static const struct shape_member CAR[] = {
    {.key = "name", .kind = SHAPE_TEXT, .at = offsetof(struct car, name)},
    {.key = "colour", .kind = SHAPE_TEXT, .at = offsetof(struct car, colour), .spare = true},
    {.key = "doors", .kind = SHAPE_INT, .at = offsetof(struct car, doors), .otherwise = 5},
    {.key = "seats", .kind = SHAPE_INT, .at = offsetof(struct car, seats), .spare = true},
    {.key = "fast", .kind = SHAPE_FLAG, .at = offsetof(struct car, fast), .otherwise = true},
    {.key = "tags", .kind = SHAPE_TEXTS, .at = offsetof(struct car, tags),
     .count_at = offsetof(struct car, tag_count)},
    {.key = "spare", .kind = SHAPE_ONE, .at = offsetof(struct car, spare), .of = &WHEEL_SHAPE,
     .spare = true},
    {.key = "wheels", .kind = SHAPE_LIST, .at = offsetof(struct car, wheels),
     .count_at = offsetof(struct car, wheel_count), .of = &WHEEL_SHAPE},
    {.key = "extra", .kind = SHAPE_OWN, .read = read_extra, .write = write_extra},
};
static const struct shape CAR_SHAPE = {
    .members = CAR, .count = sizeof(CAR) / sizeof(CAR[0]), .size = sizeof(struct car)};

static enum pc_err read_car(const char *text, struct arena *a, struct car *ret, struct pc_error *err)
{
    *ret = (struct car){.name = NULL};
    arena_init(a);
    return shape_read(&CAR_SHAPE, ret, text, strlen(text), a, NULL, err);
}

static void release(struct car *c, struct arena *a)
{
    json_decref(c->extra);
    arena_release(a);
}

static void what_is_written_is_read_again(void **state)
{
    static const char text[] =
        "{\"name\":\"b\\u00e9\",\"colour\":\"red\",\"doors\":3,\"seats\":4,\"fast\":false,"
        "\"tags\":[\"x\",\"\",\"red\"],\"spare\":{\"name\":\"s\",\"size\":1},"
        "\"wheels\":[{\"name\":\"l\",\"size\":2},{\"name\":\"r\",\"size\":3}],\"extra\":{\"k\":[1]}}";
    struct arena a;
    struct car c;
    (void)state;
    assert_int_equal(read_car(text, &a, &c, NULL), PC_OK);
    assert_string_equal(c.name, "b\xc3\xa9");
    assert_int_equal(c.wheel_count, 2);
    assert_int_equal(c.wheels[1].size, 3);
    assert_ptr_equal(c.tags[2], c.colour); /* kept once */
    json_t *was = json_loads(text, 0, NULL), *is = shape_write(&CAR_SHAPE, &c);
    assert_true(json_equal(was, is));
    json_decref(was);
    json_decref(is);
    release(&c, &a);
}

static void what_is_absent_or_strange_is_as_the_table_says(void **state)
{
    static const char *const texts[] = {
        "{}",
        " {\"unknown\" : {\"a\":[1,{\"b\":2}]}, \"more\":\"x\"} ",
        ("{\"name\":7,\"colour\":null,\"doors\":\"x\",\"seats\":{},\"fast\":3,\"tags\":{},\"spare\":[],"
         "\"wheels\":7,\"extra\":[1]}"),
        "{\"extra\":null,\"spare\":null,\"doors\":true}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct arena a;
        struct car c;
        assert_int_equal(read_car(texts[i], &a, &c, NULL), PC_OK);
        assert_string_equal(c.name, "");
        assert_string_equal(c.colour, "");
        assert_int_equal(c.doors, 5);
        assert_int_equal(c.seats, 0);
        assert_true(c.fast);
        assert_int_equal(c.tag_count, 0);
        assert_non_null(c.tags);
        assert_string_equal(c.spare.name, "");
        assert_int_equal(c.spare.size, 16);
        assert_int_equal(c.wheel_count, 0);
        assert_null(c.extra);
        json_t *o = shape_write(&CAR_SHAPE, &c);
        assert_null(json_object_get(o, "colour"));
        assert_null(json_object_get(o, "seats"));
        assert_true(json_is_null(json_object_get(o, "spare")));
        json_decref(o);
        release(&c, &a);
    }
}

static void keys_come_in_any_order_and_form(void **state)
{
    struct arena a;
    struct car c;
    (void)state;
    assert_int_equal(read_car("{\"wheels\":[7,{\"size\":\"21\"}],\"fast\":\"False\",\"\\u006eame\":\"n\","
                              "\"tags\":[1,\"t\"],\"doors\":2.9}", &a, &c, NULL), PC_OK);
    assert_string_equal(c.name, "n");
    assert_int_equal(c.wheel_count, 2);
    assert_string_equal(c.wheels[0].name, "");
    assert_int_equal(c.wheels[0].size, 16);
    assert_int_equal(c.wheels[1].size, 21);
    assert_false(c.fast);
    assert_int_equal(c.tag_count, 1);
    assert_int_equal(c.doors, 2);
    release(&c, &a);
}

static void what_is_no_record_is_refused(void **state)
{
    static const struct {
        const char *text, *why;
    } bad[] = {
        {"", "byte 0: it is no object"},
        {"[]", "byte 0: it is no object"},
        {"{\"name\":\"a\",\"name\":\"b\"}", "byte 19: a key stands there twice"},
        {"{\"name\":\"a\"", "byte 11: a comma is missing"},
        {"{\"name\":\"a\"} x", "byte 13: there is more behind it"},
        {"{\"name\":\"a", "byte 10: it ends within a string"},
        {"{\"tags\":[\"a\" \"b\"]}", "byte 13: a comma is missing"},
        {"{\"wheels\":[{\"name\":\"a\",\"name\":\"a\"}]}", "byte 30: a key stands there twice"},
        {"{\"extra\":{\"k\":1,\"k\":2}}", "byte 22: it is not what it should be"},
        {"{\"doors\":99999999999999999999}", "byte 9: an integer is too big"},
        {"{\"name\":\"\xff\"}", "byte 9: it is not UTF-8"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct arena a;
        struct car c;
        struct pc_error err;
        assert_int_equal(read_car(bad[i].text, &a, &c, &err), PC_ERR_INVALID);
        assert_string_equal(err.text, bad[i].why);
        release(&c, &a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(what_is_absent_or_strange_is_as_the_table_says),
        cmocka_unit_test(keys_come_in_any_order_and_form),
        cmocka_unit_test(what_is_no_record_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
