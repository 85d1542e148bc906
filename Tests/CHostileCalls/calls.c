#define _GNU_SOURCE
#include "CHostileCalls.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

long processpool_hostile_fork(void)
{
    return fork();
}

void processpool_hostile_exec(void)
{
    char *arguments[] = {"true", NULL};
    char *environment[] = {NULL};
    execve("/bin/true", arguments, environment);
}

long processpool_hostile_ptrace(int pid)
{
    return ptrace(PTRACE_SEIZE, pid, NULL, NULL);
}

long processpool_hostile_tgkill(int pid)
{
    return syscall(SYS_tgkill, pid, pid, SIGCONT);
}

long processpool_hostile_io_uring(void)
{
    char parameters[256];
    memset(parameters, 0, sizeof parameters);
    return syscall(SYS_io_uring_setup, 4, parameters);
}

int processpool_become_nobody(void)
{
    return setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0 ? 0 : -1;
}

int processpool_debug_process(int pid, int milliseconds)
{
    enum { most = 256 };
    int threads[most];
    int count = 0;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *folder = opendir(path);
    if (folder == NULL) return -1;
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL && count < most) {
        int thread = atoi(entry->d_name);
        if (thread > 0 && ptrace(PTRACE_SEIZE, thread, NULL, NULL) == 0) threads[count++] = thread;
    }
    closedir(folder);
    for (int i = 0; i < count; i++) {
        if (ptrace(PTRACE_INTERRUPT, threads[i], NULL, NULL) == 0) {
            int status;
            while (waitpid(threads[i], &status, __WALL) < 0 && errno == EINTR) {}
        }
    }
    struct timespec left = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {}
    for (int i = 0; i < count; i++) ptrace(PTRACE_DETACH, threads[i], NULL, NULL);
    return count;
}
