/*
 * Runs a program under Wine with the environment of a scenario: launcher.exe PROGRAM ARGUMENT…
 * Wine sets PATH and USERPROFILE itself, and Unix paths mean something else on Windows. CREDHELPER_SCENARIO_PATH, _HOME
 * and _WORK have the values of the scenario. The program ends with the launcher.
 */
#define UNICODE
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#define PREFIX L"CREDHELPER_SCENARIO_"
#define SYSTEM_DIRECTORIES L"C:\\windows\\system32;C:\\windows"

static WCHAR text[32768], windows_text[65536];

/* Returns a variable's value, and removes the variable; NULL if it is not set. */
static WCHAR *take(const WCHAR *name)
{
    DWORD length = GetEnvironmentVariableW(name, text, ARRAYSIZE(text));
    if (length == 0 && GetLastError() == ERROR_ENVVAR_NOT_FOUND)
        return NULL;
    SetEnvironmentVariableW(name, NULL);
    return text;
}

/* Writes a list of Unix paths, separated by colons, as Windows has it. Wine's drive Z: is the root. */
static WCHAR *to_windows(const WCHAR *paths, BOOL list)
{
    WCHAR *to = windows_text;
    BOOL begins = TRUE;
    for (; *paths; paths++) {
        if (begins && *paths == '/') {
            *to++ = 'Z';
            *to++ = ':';
        }
        begins = list && *paths == ':';
        *to++ = begins ? ';' : *paths == '/' ? '\\' : *paths;
    }
    *to = 0;
    return windows_text;
}

static void translate_values_below(const WCHAR *directory)
{
    int length = lstrlenW(directory);
    WCHAR *all = GetEnvironmentStringsW(), *one, *equals;
    for (one = all; *one; one += lstrlenW(one) + 1) {
        for (equals = one + 1; *equals && *equals != '='; equals++)
            ;
        if (*equals && CompareStringOrdinal(equals + 1, min(length, lstrlenW(equals + 1)), directory, length, FALSE) == CSTR_EQUAL) {
            *equals = 0;
            SetEnvironmentVariableW(one, to_windows(equals + 1, FALSE));
            *equals = '=';
        }
    }
    FreeEnvironmentStringsW(all);
}

static void set_environment(void)
{
    static WCHAR work[4096];
    WCHAR *value = take(PREFIX L"PATH");
    if (!value)
        return;
    lstrcatW(to_windows(value, TRUE), L";" SYSTEM_DIRECTORIES);
    SetEnvironmentVariableW(L"PATH", windows_text);
    value = take(PREFIX L"HOME");
    SetEnvironmentVariableW(L"USERPROFILE", value ? to_windows(value, FALSE) : NULL);
    SetEnvironmentVariableW(L"HOMEDRIVE", NULL);
    SetEnvironmentVariableW(L"HOMEPATH", NULL);
    value = take(PREFIX L"WORK");
    if (value) {
        lstrcpynW(work, value, ARRAYSIZE(work));
        translate_values_below(work);
    }
}

/* The command line without its first word, the launcher. */
static WCHAR *rest(WCHAR *line)
{
    BOOL quoted = FALSE;
    for (; *line && (quoted || *line != ' '); line++)
        quoted ^= *line == '"';
    while (*line == ' ')
        line++;
    return line;
}

static void set_kill_on_close(HANDLE job, DWORD flag)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;
    ZeroMemory(&limits, sizeof(limits));
    limits.BasicLimitInformation.LimitFlags = flag;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof(limits));
}

/* Says why no program was started, so that a scenario that fails shows it. */
static int refuse(DWORD error)
{
    char line[] = "launcher: CreateProcess failed with error 00000\n";
    DWORD written;
    char *digit;
    for (digit = line + sizeof(line) - 3; error; error /= 10)
        *digit-- += error % 10;
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), line, sizeof(line) - 1, &written, NULL);
    return 127;
}

int wmain(void)
{
    STARTUPINFOW start;
    PROCESS_INFORMATION child;
    DWORD code = 126;
    HANDLE job = CreateJobObjectW(NULL, NULL);
    set_kill_on_close(job, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE);
    /* The child belongs to it from its start. */
    AssignProcessToJobObject(job, GetCurrentProcess());
    set_environment();
    ZeroMemory(&start, sizeof(start));
    start.cb = sizeof(start);
    if (!CreateProcessW(NULL, rest(GetCommandLineW()), NULL, NULL, TRUE, 0, NULL, NULL, &start, &child))
        return refuse(GetLastError());
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    set_kill_on_close(job, 0);
    return code;
}
