/*
 * What a Native AOT program for Windows needs of Microsoft's static C runtime (libcmt), so that Debian's lld-link can
 * link one for the tests: the entry, initializers, thread-local storage, and a few functions that compilers call. All
 * else is in ucrtbase.dll and kernel32.dll. The released program is linked on Windows, with Microsoft's own.
 */
typedef unsigned long long size;
typedef unsigned short wide;
typedef void (*action)(void);

extern void *malloc(size);
extern void free(void *);
extern void abort(void);
extern void exit(int);
extern int _crt_atexit(action);
extern int _configure_wide_argv(int);
extern int _initialize_wide_environment(void);
extern int *__p___argc(void);
extern wide ***__p___wargv(void);
extern int wmain(int, wide **);

/* The linker sorts sections by the letters after the dollar sign: what is between A and Z is a list. */
#define SECTION(name) __attribute__((section(name), used))
SECTION(".CRT$XIA") static int (*first_check)(void);
SECTION(".CRT$XIZ") static int (*last_check)(void);
SECTION(".CRT$XCA") static action first_initializer;
SECTION(".CRT$XCZ") static action last_initializer;
SECTION(".CRT$XDA") static action first_initializer_of_thread;
SECTION(".CRT$XDZ") static action last_initializer_of_thread;
SECTION(".CRT$XLA") static void *first_callback;
SECTION(".CRT$XLZ") static void *last_callback;
SECTION(".tls") static char first_of_thread;
SECTION(".tls$ZZZ") static char last_of_thread;

unsigned _tls_index;
_Thread_local char __tls_guard;

/* IMAGE_TLS_DIRECTORY64, which the linker finds by its name. */
SECTION(".rdata$T")
const struct {
    void *first, *last;
    unsigned *index;
    void **callbacks;
    unsigned zeros, alignment;
} _tls_used = {&first_of_thread, &last_of_thread, &_tls_index, &first_callback + 1, 0, 0};

void __dyn_tls_on_demand_init(void)
{
    action *one;
    if (__tls_guard)
        return;
    __tls_guard = 1;
    for (one = &first_initializer_of_thread; one < &last_initializer_of_thread; one++)
        if (*one)
            (*one)();
}

void __dyn_tls_init(void *module, unsigned reason, void *reserved)
{
    enum { THREAD_ATTACH = 2 };
    if (reason == THREAD_ATTACH)
        __dyn_tls_on_demand_init();
}
SECTION(".CRT$XLC") static void *const callback = (void *)__dyn_tls_init;

void wmainCRTStartup(void)
{
    int (**check)(void);
    action *one;
    if (_configure_wide_argv(1) || _initialize_wide_environment())
        abort();
    __dyn_tls_on_demand_init();
    for (check = &first_check; check < &last_check; check++)
        if (*check && (*check)())
            abort();
    for (one = &first_initializer; one < &last_initializer; one++)
        if (*one)
            (*one)();
    exit(wmain(*__p___argc(), *__p___wargv()));
}

int atexit(action function) { return _crt_atexit(function); }

/* Operators of C++, by the names that Microsoft's compiler gives them. */
const char nothrow __asm__("?nothrow@std@@3Unothrow_t@1@B") = 0;
void *new_one(size bytes, const void *tag) __asm__("??2@YAPEAX_KAEBUnothrow_t@std@@@Z");
void *new_several(size bytes, const void *tag) __asm__("??_U@YAPEAX_KAEBUnothrow_t@std@@@Z");
void delete_one(void *pointer, size bytes) __asm__("??3@YAXPEAX_K@Z");
void delete_several(void *pointer) __asm__("??_V@YAXPEAX@Z");
void *new_one(size bytes, const void *tag) { return malloc(bytes ? bytes : 1); }
void *new_several(size bytes, const void *tag) { return malloc(bytes ? bytes : 1); }
void delete_one(void *pointer, size bytes) { free(pointer); }
void delete_several(void *pointer) { free(pointer); }

/* Checks that code of Microsoft's compiler makes (/GS, /guard:cf). The cookie is the documented default. */
size __security_cookie = 0x00002B992DDFA232;
void __security_check_cookie(size cookie)
{
    if (cookie != __security_cookie)
        abort();
}
void __report_rangecheckfailure(void) { abort(); }
int __GSHandlerCheck(void) { return 1; /* ExceptionContinueSearch */ }
extern void call_unchecked(void);
const action __guard_dispatch_icall_fptr = call_unchecked;

/* Touches each page of a large frame in turn: rax has its size and, like all other registers, is kept. */
__asm__(".globl call_unchecked\n"
        "call_unchecked: jmp *%rax\n"
        ".globl __chkstk\n"
        "__chkstk:\n"
        "    push %rcx\n"
        "    push %rax\n"
        "    lea 24(%rsp), %rcx\n"
        "1:  cmp $0x1000, %rax\n"
        "    jb 2f\n"
        "    sub $0x1000, %rcx\n"
        "    test %rcx, (%rcx)\n"
        "    sub $0x1000, %rax\n"
        "    jmp 1b\n"
        "2:  sub %rax, %rcx\n"
        "    test %rcx, (%rcx)\n"
        "    pop %rax\n"
        "    pop %rcx\n"
        "    ret\n");

int _fltused = 1;

size strnlen(const char *text, size longest)
{
    size length = 0;
    while (length < longest && text[length])
        length++;
    return length;
}
