/*
 * The record: lines are whole whatever happens to who writes them, files turn over
 * and none is ever cut, several processes write at once.
 */
#include "fixture.h"

#include "backend/store/record.h"

#include <fcntl.h>

enum { LINES_EACH = 300, WRITERS = 4, LONG_LINE = 60 * 1000 };

struct seen {
    size_t lines, torn;
    long last[WRITERS + 1]; /* the newest number of each writer */
    bool out_of_order;
    char first[64], newest[64];
};

static void take(void *arg, const char *line, bool whole)
{
    struct seen *s = arg;
    long number = 0;
    int writer = 0;
    s->lines += whole;
    s->torn += !whole;
    if (!s->first[0])
        snprintf(s->first, sizeof s->first, "%.40s", line);
    snprintf(s->newest, sizeof s->newest, "%.40s", line);
    if (whole && sscanf(line, "w%d %ld", &writer, &number) == 2 && writer <= WRITERS) {
        s->out_of_order |= number <= s->last[writer];
        s->last[writer] = number;
    }
}

static struct seen read_all(const char *dir, int64_t since_ms)
{
    struct seen s = {0};
    struct pc_error err;
    assert_ok(record_read(dir, since_ms, take, &s, &err), &err);
    return s;
}

static off_t size_of(const char *dir, int age)
{
    char path[300];
    struct stat st;
    snprintf(path, sizeof path, age ? "%s/audit.jsonl.%d" : "%s/audit.jsonl", dir, age);
    return stat(path, &st) ? -1 : st.st_size;
}

static void put_raw(const char *dir, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/audit.jsonl", dir);
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void what_a_killed_writer_left_stays_apart(void **state)
{
    struct pc_error err;
    assert_int_equal(read_all(*state, 0).lines, 0); /* no file is no line */
    put_raw(*state, "w1 1\nw1 2 cut sho");
    struct seen s = read_all(*state, 0);
    assert_int_equal(s.lines, 1);
    assert_int_equal(s.torn, 1);
    assert_ok(record_append(*state, "w1 3", true, &err), &err);
    s = read_all(*state, 0);
    assert_int_equal(s.lines, 3); /* ended by whoever wrote next, it is a line, of what it is */
    assert_int_equal(s.torn, 0);
    assert_string_equal(s.newest, "w1 3");
}

static void what_is_too_long_is_refused_whole(void **state)
{
    struct pc_error err;
    char *line = xcalloc(RECORD_LINE_BYTES + 1, 1);
    memset(line, 'x', RECORD_LINE_BYTES);
    assert_int_equal(record_append(*state, line, false, &err), PC_ERR_IO);
    assert_int_equal(size_of(*state, 0), -1);
    line[RECORD_LINE_BYTES - 2] = '\0';
    assert_ok(record_append(*state, line, false, &err), &err);
    line[RECORD_LINE_BYTES - 2] = 'x';
    put_raw(*state, line);
    put_raw(*state, line);
    put_raw(*state, "\n");
    struct seen s = read_all(*state, 0);
    assert_int_equal(s.lines, 1);
    assert_int_equal(s.torn, 1);
    free(line);
}

/* Nine files' worth: eight are kept, none is larger than it may be, none was cut. */
static void files_turn_over_and_the_oldest_goes(void **state)
{
    struct pc_error err;
    char *line = xcalloc(LONG_LINE + 64, 1);
    long n = 0;
    for (off_t written = 0; written < (off_t)9 * RECORD_FILE_BYTES; written += LONG_LINE) {
        int head = snprintf(line, 64, "w1 %ld ", ++n);
        memset(line + head, 'y', LONG_LINE);
        line[LONG_LINE] = '\0';
        assert_ok(record_append(*state, line, false, &err), &err);
    }
    free(line);
    for (int age = 0; age < RECORD_FILES; age++) {
        assert_true(size_of(*state, age) > 0);
        assert_true(size_of(*state, age) <= RECORD_FILE_BYTES);
    }
    assert_true(size_of(*state, 1) > RECORD_FILE_BYTES - LONG_LINE - 64);
    assert_int_equal(size_of(*state, RECORD_FILES), -1);
    struct seen s = read_all(*state, 0);
    assert_int_equal(s.torn, 0);
    assert_false(s.out_of_order);
    assert_int_equal(s.last[1], n);
    assert_true(strncmp(s.first, "w1 1 ", 5) != 0);
    assert_true((off_t)s.lines * LONG_LINE > (off_t)7 * RECORD_FILE_BYTES);
    assert_int_equal(read_all(*state, INT64_MAX / 2).lines, 0); /* all are older than that */
}

static void append_numbers(const char *dir, long from, long to, size_t len)
{
    struct pc_error err;
    char *line = xcalloc(len + 64, 1);
    for (long n = from; n <= to; n++) {
        int head = snprintf(line, 64, "w1 %ld ", n);
        memset(line + head, 'y', len);
        assert_ok(record_append(dir, line, false, &err), &err);
    }
    free(line);
}

/* A page at a time, back through all files, also while they turn over: every line
 * once, none of them cut. */
static void pages_go_back_through_all_files(void **state)
{
    enum { LINES = 400 };
    struct record_place place = {0};
    struct pc_error err;
    bool more = true;
    size_t lines = 0, pages = 0;
    long oldest = LINES + 1;
    assert_ok(record_before(*state, &place, take, &(struct seen){0}, &more, &err), &err);
    assert_false(more); /* there is no record yet */
    append_numbers(*state, 1, LINES, LONG_LINE);
    assert_true(size_of(*state, 2) > 0);
    for (more = true; more; pages++) {
        struct seen s = {0};
        assert_ok(record_before(*state, &place, take, &s, &more, &err), &err);
        assert_int_equal(s.torn, 0);
        assert_false(s.out_of_order);
        assert_true(s.lines <= 4); /* what is read at once is bounded */
        assert_true(s.lines == 0 || s.last[1] == oldest - 1);
        lines += s.lines;
        oldest -= (long)s.lines;
        if (pages == 3) /* the file that is being read gets another name */
            append_numbers(*state, LINES + 1, LINES + 150, LONG_LINE);
    }
    assert_int_equal(lines, LINES);
    assert_int_equal(oldest, 1);
    place = (struct record_place){.file = 1, .at = 5};
    assert_ok(record_before(*state, &place, take, &(struct seen){0}, &more, &err), &err);
    assert_false(more); /* that file had to make room */
}

static int write_many(const char *dir, int writer)
{
    struct pc_error err;
    char line[64];
    for (int i = 1; i <= LINES_EACH; i++) {
        snprintf(line, sizeof line, "w%d %d", writer, i);
        if (record_append(dir, line, false, &err))
            return 1;
    }
    return 0;
}

/* Where the file turns over in the middle of it. */
static void processes_write_at_once_and_lose_nothing(void **state)
{
    char path[300];
    snprintf(path, sizeof path, "%s/audit.jsonl", (char *)*state);
    put_raw(*state, "w0 1\n");
    assert_int_equal(truncate(path, RECORD_FILE_BYTES - 4000), 0); /* of zeros, which are no line */
    pid_t children[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            _exit(write_many(*state, i + 1));
    }
    for (int i = 0; i < WRITERS; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    struct seen s = read_all(*state, 0);
    assert_false(s.out_of_order);
    for (int i = 1; i <= WRITERS; i++)
        assert_int_equal(s.last[i], LINES_EACH);
    assert_int_equal(s.lines, 1 + WRITERS * LINES_EACH);
    assert_true(size_of(*state, 1) > 0);
    assert_int_equal(size_of(*state, 2), -1);
}

static void a_link_is_not_followed(void **state)
{
    struct pc_error err;
    char path[300], other[300];
    snprintf(path, sizeof path, "%s/audit.jsonl", (char *)*state);
    snprintf(other, sizeof other, "%s/other", (char *)*state);
    assert_int_equal(symlink(other, path), 0);
    assert_int_equal(record_append(*state, "w1 1", false, &err), PC_ERR_IO);
    assert_int_equal(access(other, F_OK), -1);
    struct seen s = {0};
    assert_int_equal(record_read(*state, 0, take, &s, &err), PC_ERR_IO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_killed_writer_left_stays_apart),
        TEST(what_is_too_long_is_refused_whole),
        TEST(files_turn_over_and_the_oldest_goes),
        TEST(pages_go_back_through_all_files),
        TEST(processes_write_at_once_and_lose_nothing),
        TEST(a_link_is_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
