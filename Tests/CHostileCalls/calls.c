#define _GNU_SOURCE
#include "CHostileCalls.h"

#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
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
