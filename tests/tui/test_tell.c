/* Without a full screen: what can be done, how things are told, and what has changed. */
#include "backend/base/text.h"
#include "tests/tui/support/world.h"
#include "tui/linear/deeds.h"
#include "tui/linear/perform.h"
#include "tui/linear/tell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool is_row(const struct deed *d)
{
    return d->words || d->own;
}

/* Of the action table: the question before a drill is asked in lines by the drill, and
 * the answers that a wizard keeps as defaults are a wizard's. */
static void every_change_of_the_world_can_be_done_in_lines(void **state)
{
    (void)state;
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct deed *d = deed_named(ACTIONS[i].name);
        if ((ACTIONS[i].flags & ACT_WRITES) && i != ACT_START && i != ACT_DEFAULTS)
            assert_non_null(d);
        if (d && d->words && i != ACT_DRILL && i != ACT_AUDIT) /* the same request as from the
                                                                  screens; the record is read
                                                                  without an engine there */
            assert_string_equal(verb_find(d->words)->request, ACTIONS[i].verb);
    }
    assert_string_equal(verb_find(deed_named("drill")->words)->request, ACTIONS[ACT_START].verb);
}

static void rows_are_whole(void **state)
{
    (void)state;
    for (const struct deed *d = DEEDS; is_row(d); d++) {
        assert_true(!d->words != !d->own);
        assert_true(d->words || d->action != ACT_COUNT);
        assert_true(*deed_name(d) && *deed_help(d) && d->contexts);
        const struct verb *v = d->words ? verb_find(d->words) : NULL;
        assert_true(!d->words || v);
        for (size_t i = 0; i < DEED_ASKS && d->asks[i].question; i++)
            assert_true(d->asks[i].values == VALUES_ANSWER ||
                        verb_flag(v->flags, d->asks[i].flag, strlen(d->asks[i].flag)));
        if (d->action != ACT_COUNT && (ACTIONS[d->action].flags & ACT_WRITES)) /* it asks first */
            assert_true(d->plan || d->sure || d->asks[0].question || v->typed);
    }
}

static void a_name_and_a_key_mean_one_thing_at_a_place(void **state)
{
    (void)state;
    char room[UI_KEY_NAME_MAX];
    for (int c = 0; c < CTX_COUNT; c++)
        for (const struct deed *d = DEEDS; is_row(d); d++) {
            if (!(d->contexts & (1u << c)))
                continue;
            assert_ptr_equal(deed_find(1u << c, deed_name(d)), d);
            if (*deed_key(d, room))
                assert_ptr_equal(deed_find(1u << c, room), d);
        }
}

static void lines_are_split_as_a_shell_does(void **state)
{
    (void)state;
    char line[] = "  failover 'prod web'  --reason=\"it's gone\" ''x ", open[] = "drill \"prod";
    char *words[WORDS_MAX];
    assert_int_equal(perform_split(line, words), 4);
    assert_string_equal(words[0], "failover");
    assert_string_equal(words[1], "prod web");
    assert_string_equal(words[2], "--reason=it's gone");
    assert_string_equal(words[3], "x");
    assert_int_equal(perform_split(open, words), -1);
    char many[2 * WORDS_MAX + 8] = "";
    for (int i = 0; i <= WORDS_MAX; i++)
        memcpy(many + 2 * i, "a ", 3);
    assert_int_equal(perform_split(many, words), -1);
}

static char *changes(enum world_stage before, enum world_stage after, const char *but)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct snapshot *a = world_snapshot(before), *b = world_snapshot(after);
    bool any = tell_changes(out, a, b, but, WORLD_FROZEN_MS);
    fclose(out);
    assert_int_equal(any, *text != '\0');
    assert_int_equal(any, tell_changes(NULL, a, b, but, WORLD_FROZEN_MS));
    snapshot_unref(a);
    snapshot_unref(b);
    return text;
}

static void a_change_is_a_line(void **state)
{
    (void)state;
    char *text = changes(WORLD_RUNNING, WORLD_VERIFYING, NULL);
    assert_string_equal(text, "09:41:07Z  drill prod-web-app op-9f3a1b2c: verifying, 84%\n");
    free(text);
    text = changes(WORLD_RUNNING, WORLD_VERIFYING, "prod-web-app");
    assert_string_equal(text, "");
    free(text);
    text = changes(WORLD_RUNNING, WORLD_RUNNING, NULL);
    assert_string_equal(text, "");
    free(text);
    text = changes(WORLD_CALM, WORLD_DOWN, NULL);
    assert_non_null(strstr(text, "09:41:07Z  site-b, secondary, unreachable: identity down"));
    free(text);
    text = changes(WORLD_RUNNING, WORLD_EMPTY, NULL); /* it ended where nobody saw it */
    assert_non_null(strstr(text, "drill prod-web-app op-9f3a1b2c: over; "));
    free(text);
    text = changes(WORLD_RUNNING, WORLD_ASKING, NULL);
    assert_non_null(strstr(text, ", asks: "));
    free(text);
}

/* In every condition every line is one line, and nothing in it commands a terminal. */
static void lines_are_plain_whatever_the_names_are(void **state)
{
    (void)state;
    char line[TELL_SIZE];
    for (int stage = 0; stage < WORLD_STAGES; stage++) {
        struct snapshot *s = world_snapshot((enum world_stage)stage);
        char *head = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&head, &size);
        tell_head(out, s, WORLD_FROZEN_MS);
        fclose(out);
        for (char *end = head; (end = strchr(end, '\n')) != NULL;)
            *end = ' ';
        assert_true(text_is_safe(head));
        free(head);
        for (size_t i = 0; i < s->groups->count; i++) {
            tell_group(line, s, s->groups->items[i], WORLD_FROZEN_MS);
            assert_true(*line && text_is_safe(line));
        }
        for (size_t i = 0; i < s->sites->count; i++) {
            tell_site(line, &s->sites->items[i]);
            assert_true(*line && text_is_safe(line));
        }
        for (size_t i = 0; i < s->operations->count; i++) {
            tell_operation(line, s->operations->items[i]);
            assert_true(*line && text_is_safe(line));
        }
        snapshot_unref(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_of_the_world_can_be_done_in_lines),
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(a_name_and_a_key_mean_one_thing_at_a_place),
        cmocka_unit_test(lines_are_split_as_a_shell_does),
        cmocka_unit_test(a_change_is_a_line),
        cmocka_unit_test(lines_are_plain_whatever_the_names_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
