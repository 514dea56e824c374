/*
 * Runs commands again and again, interleaved: every round runs each of them once, in an order drawn anew, so that neither
 * drift of the machine nor what ran just before favours one. Prints one line of tab-separated numbers for each:
 *
 *   name  runs  wall p50  wall p95  CPU p50  CPU p95  page faults p50  largest max RSS        (microseconds, KiB)
 *
 * Wall time is from before posix_spawn to after wait4, CPU time is user + system of the child and its threads.
 * With -b N each command is started N times at once instead, and the line is: name  N  wall  CPU  right answers  largest max RSS.
 *
 * The cases are read from a file:
 *
 *   case NAME          begins one
 *   env NAME=VALUE     the child's environment has these alone
 *   stdin FILE         default /dev/null
 *   clean DIRECTORY    emptied before every run
 *   expect TEXT        must stand in the child's output
 *   run PATH ARG...    split at spaces
 *
 * A run that fails or does not say what is expected ends the program with exit code 1; in a burst it is only not counted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CASES = 64, MAX_WORDS = 32, MAX_BURST = 1000, MAX_OUTPUT = 65536 };

struct sample {
    double wall, cpu, faults, rss;
};

struct test {
    char *name, *input, *clean, *expect;
    char *environment[MAX_WORDS + 1], *arguments[MAX_WORDS + 1];
    int environment_count;
    struct sample *samples;
};

static struct test tests[MAX_CASES];
static int test_count;

static void die(const char *what, const char *detail)
{
    fprintf(stderr, "measure: %s: %s\n", what, detail);
    exit(1);
}

static char *copy(const char *text)
{
    char *result = strdup(text);
    if (!result) die("strdup", strerror(errno));
    return result;
}

static void read_cases(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) die(path, strerror(errno));
    char line[4096];
    struct test *test = NULL;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *value = strchr(line, ' ');
        if (!value) continue;
        *value++ = 0;
        if (!strcmp(line, "case")) {
            if (test_count == MAX_CASES) die(path, "too many cases");
            test = &tests[test_count++];
            test->name = copy(value);
            test->input = copy("/dev/null");
        } else if (!test) {
            die(path, "does not begin with a case");
        } else if (!strcmp(line, "env")) {
            if (test->environment_count == MAX_WORDS) die(path, "too many variables");
            test->environment[test->environment_count++] = copy(value);
        } else if (!strcmp(line, "stdin")) {
            test->input = copy(value);
        } else if (!strcmp(line, "clean")) {
            test->clean = copy(value);
        } else if (!strcmp(line, "expect")) {
            test->expect = copy(value);
        } else if (!strcmp(line, "run")) {
            int count = 0;
            for (char *word = strtok(copy(value), " "); word; word = strtok(NULL, " ")) {
                if (count == MAX_WORDS) die(path, "too many words");
                test->arguments[count++] = word;
            }
        } else {
            die("unknown word", line);
        }
    }
    fclose(file);
    for (int i = 0; i < test_count; i++)
        if (!tests[i].arguments[0]) die(tests[i].name, "has nothing to run");
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    return where->level > 0 ? remove(path) : 0;
}

static void empty_directory(const struct test *test)
{
    if (test->clean) nftw(test->clean, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static double microseconds(struct timeval time)
{
    return time.tv_sec * 1e6 + time.tv_usec;
}

static pid_t start(const struct test *test, int output)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, test->input, O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, output, 2);
    pid_t child;
    int error = posix_spawn(&child, test->arguments[0], &actions, NULL, test->arguments, test->environment);
    if (error) die(test->arguments[0], strerror(error));
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

/* A memory file takes the output: unlike a pipe it wakes nobody while the child runs. */
static int new_output(void)
{
    int output = memfd_create("output", MFD_CLOEXEC);
    if (output < 0) die("memfd_create", strerror(errno));
    return output;
}

static int is_right(const struct test *test, int status, int output)
{
    char text[MAX_OUTPUT];
    ssize_t length = pread(output, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && (!test->expect || strstr(text, test->expect))) return 1;
    fprintf(stderr, "measure: %s: status %d, answer: %.200s\n", test->name, status, text);
    return 0;
}

static struct sample run(const struct test *test, int output)
{
    empty_directory(test);
    if (ftruncate(output, 0) || lseek(output, 0, SEEK_SET)) die("output", strerror(errno));
    double begin = now();
    pid_t child = start(test, output);
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child) die("wait4", strerror(errno));
    double end = now();
    if (!is_right(test, status, output)) exit(1);
    return (struct sample){ end - begin, microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
                            usage.ru_minflt + usage.ru_majflt, usage.ru_maxrss };
}

static void burst(const struct test *test, int count)
{
    static pid_t children[MAX_BURST];
    static int outputs[MAX_BURST];
    empty_directory(test);
    for (int i = 0; i < count; i++) outputs[i] = new_output();
    int right = 0;
    long rss = 0;
    double cpu = 0, begin = now();
    for (int i = 0; i < count; i++) children[i] = start(test, outputs[i]);
    int status[MAX_BURST];
    for (int i = 0; i < count; i++) {
        struct rusage usage;
        if (wait4(children[i], &status[i], 0, &usage) != children[i]) die("wait4", strerror(errno));
        cpu += microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
        if (usage.ru_maxrss > rss) rss = usage.ru_maxrss;
    }
    double end = now();
    for (int i = 0; i < count; i++) {
        right += is_right(test, status[i], outputs[i]);
        close(outputs[i]);
    }
    printf("%s\t%d\t%.0f\t%.0f\t%d\t%ld\n", test->name, count, end - begin, cpu, right, rss);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value below which the given share of one field of the samples lies. */
static double quantile(const struct sample *samples, int count, size_t field, double share)
{
    double *values = malloc(count * sizeof *values);
    if (!values) die("malloc", strerror(errno));
    for (int i = 0; i < count; i++) values[i] = *(const double *)((const char *)&samples[i] + field);
    qsort(values, count, sizeof *values, ascending);
    double value = values[(int)(share * (count - 1) + 0.5)];
    free(values);
    return value;
}

static void report(const struct test *test, int count)
{
#define Q(field, share) quantile(test->samples, count, offsetof(struct sample, field), share)
    printf("%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\n", test->name, count, Q(wall, 0.5), Q(wall, 0.95), Q(cpu, 0.5),
           Q(cpu, 0.95), Q(faults, 0.5), Q(rss, 1));
#undef Q
}

static void shuffle(int *order, int count)
{
    for (int i = count - 1; i > 0; i--) {
        int j = rand() % (i + 1), other = order[j];
        order[j] = order[i];
        order[i] = other;
    }
}

static void measure_all(int warmup, int repeat)
{
    int order[MAX_CASES];
    int output = new_output();
    for (int i = 0; i < test_count; i++)
        if (!(tests[i].samples = calloc(repeat, sizeof(struct sample)))) die("calloc", strerror(errno));
    for (int i = 0; i < test_count; i++) order[i] = i;
    for (int round = -warmup; round < repeat; round++) {
        shuffle(order, test_count);
        for (int i = 0; i < test_count; i++) {
            struct test *test = &tests[order[i]];
            struct sample sample = run(test, output);
            if (round >= 0) test->samples[round] = sample;
        }
    }
    for (int i = 0; i < test_count; i++) report(&tests[i], repeat);
}

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set)) die("sched_setaffinity", strerror(errno));
}

int main(int count, char **arguments)
{
    int warmup = 5, repeat = 100, burst_size = 0, option;
    while ((option = getopt(count, arguments, "w:n:c:b:")) != -1) {
        int value = optarg ? atoi(optarg) : 0;
        switch (option) {
        case 'w': warmup = value; break;
        case 'n': repeat = value; break;
        case 'c': pin(value); break;
        case 'b': burst_size = value; break;
        default: return 2;
        }
    }
    if (optind != count - 1 || repeat < 1 || burst_size > MAX_BURST)
        die("usage", "measure [-w WARMUP] [-n REPEAT] [-c CPU] [-b BURST] CASES");
    read_cases(arguments[optind]);
    if (!burst_size)
        measure_all(warmup, repeat);
    else
        for (int i = 0; i < test_count; i++) burst(&tests[i], burst_size);
    return 0;
}
