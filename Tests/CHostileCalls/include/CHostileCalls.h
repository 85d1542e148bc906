/* System calls that Swift does not show, for the hostile program of ProcessPool's tests. -1 and errno when refused. */
#ifndef CHOSTILECALLS_H
#define CHOSTILECALLS_H

long processpool_hostile_fork(void);
void processpool_hostile_exec(void);
long processpool_hostile_ptrace(int pid);
long processpool_hostile_tgkill(int pid);
long processpool_hostile_io_uring(void);
/* Stops every thread of a process as a debugger does, for so long. Answers how many threads stood still. */
int processpool_debug_process(int pid, int milliseconds);
/* Gives up root: user and group `nobody`. 0 when done. */
int processpool_become_nobody(void);

#endif
