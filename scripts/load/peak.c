/* Waits for its turn (end of file on a descriptor), runs a program and writes the program's peak memory in KiB to a file.
   peak DESCRIPTOR FILE PROGRAM [ARGUMENT...]
   Small on purpose: Linux counts what the starting process held as memory of the started one. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments) {
    char byte;
    struct rusage usage;
    int status;
    if (count < 4) return 125;
    int gate = atoi(arguments[1]);
    while (read(gate, &byte, 1) > 0) {}
    close(gate);
    pid_t child = fork();
    if (child < 0) return 125;
    if (child == 0) {
        execv(arguments[3], arguments + 3);
        _exit(127);
    }
    if (wait4(child, &status, 0, &usage) != child) return 125;
    FILE *file = fopen(arguments[2], "w");
    if (!file || fprintf(file, "%ld\n", usage.ru_maxrss) < 0 || fclose(file)) return 125;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
