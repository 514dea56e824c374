// Runs a command and meddles with its system calls, over all of its threads and children, counted as one sequence:
// ends it with SIGKILL before the Nth, fails the Nth, slows them down, or shows it another time of day. A static program
// cannot be preloaded, and strace counts each call of each thread for itself.
//
//   step [-b DIR] [-m all|touching|changing] [-k N | -f N:ERRNO[:TIMES] | -d MS] [-t SECONDS[@N]] [-o FILE] -- COMMAND…
//
//   -b DIR    calls that name a path in DIR, or a descriptor open there, are `touching`; those of them that leave
//             something different behind (and flock, fsync) are `changing`
//   -m        which calls count; all by default
//   -k N      SIGKILL before the Nth; the exit code is 137 if it came to that
//   -f        that call, and TIMES - 1 after it, is not made and fails with ERRNO
//   -d MS     each that counts takes so much longer
//   -t        clock_gettime and its like tell a time that is off by SECONDS (from the Nth call on)
//   -o FILE   a line for each that counts: number, call, path
//
// The exit code is the command's; 128 + the signal that ended it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <elf.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <linux/ptrace.h>
#include <unistd.h>

enum { READS = 0, CHANGES = 1, CHANGES_IF_CREATES = 2 };
enum { BY_FD, BY_PATH, BY_AT, BY_PATHS, BY_ATS, BY_OLD_AT };

static const struct call { long number; const char *name; int place, effect; } calls[] = {
#define CALL(name, place, effect) { SYS_##name, #name, place, effect },
    CALL(openat, BY_AT, CHANGES_IF_CREATES) CALL(read, BY_FD, READS) CALL(pread64, BY_FD, READS)
    CALL(write, BY_FD, CHANGES) CALL(pwrite64, BY_FD, CHANGES) CALL(writev, BY_FD, CHANGES) CALL(pwritev, BY_FD, CHANGES)
    CALL(ftruncate, BY_FD, CHANGES) CALL(fallocate, BY_FD, CHANGES) CALL(fsync, BY_FD, CHANGES) CALL(fdatasync, BY_FD, CHANGES)
    CALL(flock, BY_FD, CHANGES) CALL(fchmod, BY_FD, CHANGES) CALL(fchown, BY_FD, CHANGES) CALL(fstat, BY_FD, READS)
    CALL(getdents64, BY_FD, READS) CALL(statx, BY_AT, READS) CALL(faccessat, BY_AT, READS) CALL(faccessat2, BY_AT, READS)
    CALL(newfstatat, BY_AT, READS) CALL(readlinkat, BY_AT, READS) CALL(mkdirat, BY_AT, CHANGES) CALL(unlinkat, BY_AT, CHANGES)
    CALL(fchmodat, BY_AT, CHANGES) CALL(fchownat, BY_AT, CHANGES) CALL(utimensat, BY_AT, CHANGES) CALL(renameat, BY_ATS, CHANGES)
    CALL(renameat2, BY_ATS, CHANGES) CALL(linkat, BY_ATS, CHANGES) CALL(symlinkat, BY_OLD_AT, CHANGES)
#ifdef SYS_open
    CALL(open, BY_PATH, CHANGES_IF_CREATES) CALL(stat, BY_PATH, READS) CALL(lstat, BY_PATH, READS) CALL(access, BY_PATH, READS)
    CALL(readlink, BY_PATH, READS) CALL(mkdir, BY_PATH, CHANGES) CALL(rmdir, BY_PATH, CHANGES) CALL(unlink, BY_PATH, CHANGES)
    CALL(chmod, BY_PATH, CHANGES) CALL(chown, BY_PATH, CHANGES) CALL(lchown, BY_PATH, CHANGES) CALL(rename, BY_PATHS, CHANGES)
    CALL(link, BY_PATHS, CHANGES)
#endif
};

// What is known of a thread between the beginning and the end of a call.
static struct thread { pid_t id; int fails; long clock; uint64_t pointer; } threads[4096];

static const char *below = "";
static size_t below_length;
static enum { ALL, TOUCHING, CHANGING } mode = ALL;
static long kill_at, fail_at, fail_times = 1, delay, clock_offset, clock_from;
static int failure;
static FILE *trace;
static long counted, made;

static void die(const char *what) { perror(what); exit(125); }

static struct thread *thread_of(pid_t id) {
    struct thread *slot = NULL;
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        if (threads[i].id == id) return &threads[i];
        if (!slot && threads[i].id == 0) slot = &threads[i];
    }
    if (!slot) die("too many threads");
    *slot = (struct thread){ .id = id };
    return slot;
}

static ssize_t peek(pid_t id, uint64_t address, void *buffer, size_t length) {
    struct iovec here = { buffer, length }, there = { (void *)(uintptr_t)address, length };
    return process_vm_readv(id, &here, 1, &there, 1, 0);
}

static void poke(pid_t id, uint64_t address, void *buffer, size_t length) {
    struct iovec here = { buffer, length }, there = { (void *)(uintptr_t)address, length };
    process_vm_writev(id, &here, 1, &there, 1, 0);
}

// A string of theirs may end on the last page that they have.
static void peek_text(pid_t id, uint64_t address, char *text, size_t size) {
    size_t got = 0;
    while (got + 1 < size) {
        size_t step = 256 - (address + got) % 256;
        if (step > size - 1 - got) step = size - 1 - got;
        if (peek(id, address + got, text + got, step) != (ssize_t)step) break;
        if (memchr(text + got, 0, step)) return;
        got += step;
    }
    text[got] = 0;
}

static void path_of_link(const char *link, char *path) {
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
}

static void path_of_fd(pid_t id, int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, fd == AT_FDCWD ? "/proc/%d/cwd" : "/proc/%d/fd/%d", id, fd);
    path_of_link(link, path);
}

static void path_at(pid_t id, int fd, uint64_t address, char *path) {
    char name[PATH_MAX], base[PATH_MAX];
    peek_text(id, address, name, sizeof name);
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
        return;
    }
    path_of_fd(id, fd, base);
    snprintf(path, PATH_MAX, "%.2000s/%.2000s", base, name);
}

static int is_below(const char *path) {
    return below_length > 0 && strncmp(path, below, below_length) == 0 && (path[below_length] == '/' || path[below_length] == 0);
}

// Whether a call counts; PATH is the one that it is about.
static int counts(pid_t id, const struct ptrace_syscall_info *info, const struct call *call, char *path) {
    const uint64_t *arguments = (const uint64_t *)info->entry.args;
    int second = 0;
    path[0] = 0;
    if (call) {
        switch (call->place) {
            case BY_FD: path_of_fd(id, (int)arguments[0], path); break;
            case BY_PATH: path_at(id, AT_FDCWD, arguments[0], path); break;
            case BY_AT: path_at(id, (int)arguments[0], arguments[1], path); break;
            case BY_OLD_AT: path_at(id, (int)arguments[1], arguments[2], path); break;
            case BY_PATHS: path_at(id, AT_FDCWD, arguments[1], path); second = 1; break;
            case BY_ATS: path_at(id, (int)arguments[2], arguments[3], path); second = 1; break;
        }
        if (second && !is_below(path)) {
            char other[PATH_MAX];
            path_at(id, call->place == BY_ATS ? (int)arguments[0] : AT_FDCWD, arguments[call->place == BY_ATS ? 1 : 0], other);
            if (is_below(other)) strcpy(path, other);
        }
    }
    if (mode == ALL) return 1;
    if (!call || !is_below(path)) return 0;
    if (mode == TOUCHING || call->effect == CHANGES) return 1;
    int flags = call->place == BY_AT ? (int)arguments[2] : (int)arguments[1];
    return call->effect == CHANGES_IF_CREATES && (flags & (O_CREAT | O_TRUNC));
}

static void skip_call(pid_t id) {
#ifdef __x86_64__
    if (ptrace(PTRACE_POKEUSER, id, offsetof(struct user_regs_struct, orig_rax), -1L)) die("skip");
#else
    int none = -1;
    struct iovec set = { &none, sizeof none };
    if (ptrace(PTRACE_SETREGSET, id, 0x404 /* NT_ARM_SYSTEM_CALL */, &set)) die("skip");
#endif
}

static void return_error(pid_t id, int error) {
    struct user_regs_struct registers;
    struct iovec set = { &registers, sizeof registers };
    if (ptrace(PTRACE_GETREGSET, id, NT_PRSTATUS, &set)) die("registers");
#ifdef __x86_64__
    registers.rax = (unsigned long)-error;
#else
    registers.regs[0] = (unsigned long)-error;
#endif
    if (ptrace(PTRACE_SETREGSET, id, NT_PRSTATUS, &set)) die("registers");
}

// Without the kernel's page of fast calls the C library asks for the time by system calls, which can be answered otherwise.
static void hide_fast_calls(pid_t id, uint64_t stack) {
    uint64_t word[2], at = stack;
    if (peek(id, at, word, 8) != 8) return;
    at += 8 * (word[0] + 2);
    do {
        if (peek(id, at, word, 8) != 8) return;
        at += 8;
    } while (word[0] != 0);
    for (; peek(id, at, word, 16) == 16 && word[0] != 0; at += 16) {
        if (word[0] != 33 /* AT_SYSINFO_EHDR */) continue;
        word[0] = 1; // AT_IGNORE
        poke(id, at, word, 8);
    }
}

static void begin(pid_t id, const struct ptrace_syscall_info *info) {
    struct thread *thread = thread_of(id);
    long number = (long)info->entry.nr;
    const struct call *call = NULL;
    char path[PATH_MAX];
    made++;
    thread->fails = 0;
    thread->clock = number;
    thread->pointer = info->entry.args[number == SYS_clock_gettime];
    if (number == SYS_clock_gettime && info->entry.args[0] != CLOCK_REALTIME && info->entry.args[0] != CLOCK_REALTIME_COARSE) thread->clock = -1;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) if (calls[i].number == number) call = &calls[i];
    if (!counts(id, info, call, path)) return;
    counted++;
    if (trace) {
        if (call) fprintf(trace, "%ld %s %s\n", counted, call->name, path);
        else fprintf(trace, "%ld #%ld\n", counted, number);
    }
    if (counted == kill_at) {
        if (trace) fclose(trace);
        kill(id, SIGKILL);
        exit(137);
    }
    if (delay) usleep((useconds_t)delay * 1000);
    if (fail_at && counted >= fail_at && counted < fail_at + fail_times) {
        skip_call(id);
        thread->fails = failure;
    }
}

static void end(pid_t id) {
    struct thread *thread = thread_of(id);
    if (thread->fails) return_error(id, thread->fails);
    else if (clock_offset && made >= clock_from && (thread->clock == SYS_clock_gettime || thread->clock == SYS_gettimeofday) && thread->pointer) {
        int64_t seconds;
        if (peek(id, thread->pointer, &seconds, 8) != 8) return;
        seconds += clock_offset;
        poke(id, thread->pointer, &seconds, 8);
    }
    thread->fails = 0;
    thread->clock = -1;
}

static int run(pid_t first) {
    int status, result = 125;
    pid_t id;
    while ((id = waitpid(-1, &status, __WALL)) > 0) {
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            thread_of(id)->id = 0;
            if (id == first) result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        int signal = WSTOPSIG(status), passed = 0;
        if (signal == (SIGTRAP | 0x80)) {
            struct ptrace_syscall_info info;
            if (ptrace(PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info) > 0) {
                if (info.op == PTRACE_SYSCALL_INFO_ENTRY) begin(id, &info);
                else if (info.op == PTRACE_SYSCALL_INFO_EXIT) end(id);
            }
        } else if (signal == SIGTRAP && status >> 16 == PTRACE_EVENT_EXEC) {
            struct ptrace_syscall_info info;
            if (clock_offset && ptrace(PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info) > 0) hide_fast_calls(id, info.stack_pointer);
        } else if (status >> 16 == 0 && signal != SIGSTOP) {
            passed = signal;
        }
        ptrace(PTRACE_SYSCALL, id, 0, passed);
    }
    return result;
}

int main(int argc, char **argv) {
    int option;
    char *rest;
    while ((option = getopt(argc, argv, "+b:m:k:f:d:t:o:")) != -1) {
        switch (option) {
            case 'b': below = optarg; below_length = strlen(below); break;
            case 'm': mode = !strcmp(optarg, "changing") ? CHANGING : !strcmp(optarg, "touching") ? TOUCHING : ALL; break;
            case 'k': kill_at = atol(optarg); break;
            case 'f':
                fail_at = strtol(optarg, &rest, 10);
                failure = (int)strtol(rest + 1, &rest, 10);
                if (*rest == ':') fail_times = atol(rest + 1);
                break;
            case 'd': delay = atol(optarg); break;
            case 't':
                clock_offset = strtol(optarg, &rest, 10);
                if (*rest == '@') clock_from = atol(rest + 1);
                break;
            case 'o': if (!(trace = fopen(optarg, "we"))) die(optarg); break;
            default: return 125;
        }
    }
    if (optind == argc) return 125;
    pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0)) die("ptrace");
        raise(SIGSTOP);
        execvp(argv[optind], argv + optind);
        die(argv[optind]);
    }
    int status;
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) die("the command did not stop");
    if (ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK))
        die("ptrace");
    ptrace(PTRACE_SYSCALL, child, 0, 0);
    return run(child);
}
