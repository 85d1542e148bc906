/*
 * What ProcessPool and ProcessPoolChild need of Linux and Swift cannot say: making a process with something done between
 * its birth and its exec, descriptors of processes, sealed shared memory, prctl. Linux only (kernel 5.9 or newer).
 * Functions answer 0 or a positive value when they succeed and a negative errno when they fail, unless said otherwise.
 */
#ifndef CPROCESSPOOLSUPPORT_H
#define CPROCESSPOOLSUPPORT_H

#include <stddef.h>
#include <stdint.h>

/* The shared page: 64-bit fields in the machine's byte order, written by the child alone, read by the parent at any time.
 * Each field is read and written whole; two fields read one after the other may belong to different moments unless the
 * child stands still. The page is a sealed memfd of PROCESSPOOL_PAGE_BYTES bytes, the child's descriptor 3. */
enum {
    PROCESSPOOL_PAGE_BYTES = 4096,
    PROCESSPOOL_PAGE_EXECUTION = 0, /* what the child works on now (its own number for it; 0: nothing) */
    PROCESSPOOL_PAGE_POSITION = 1,  /* how far that work has come (journal position) */
    PROCESSPOOL_PAGE_LINE = 2,      /* the line of the script */
    PROCESSPOOL_PAGE_PROGRESS = 3,  /* only grows; stands still when the child does */
    PROCESSPOOL_PAGE_BUSY = 4,      /* 0: the child waits for input, 1: it works */
    PROCESSPOOL_PAGE_FRAMES = 5,    /* frames of the parent that the child has read */
    PROCESSPOOL_PAGE_WORK = 6,      /* pieces of work that it has begun in its life */
    PROCESSPOOL_PAGE_REFUSALS = 7,  /* system calls that its sandbox has refused */
    PROCESSPOOL_PAGE_LAST_REFUSED = 8, /* the number of the last of them */
    PROCESSPOOL_PAGE_HELD = 9,      /* pieces of work that it holds now, begun and not ended */
    PROCESSPOOL_PAGE_FIELDS = 10
};

/* Descriptors of the child at exec. 0 and 1 are both the channel, 2 is a pipe for text. */
enum { PROCESSPOOL_CHILD_PAGE_DESCRIPTOR = 3 };

/* Makes the page: a memfd that can neither shrink (its reader would get SIGBUS) nor grow. Answers the descriptor. */
int processpool_page_create(void);
/* Maps the page; NULL when that fails. */
void *processpool_page_map(int descriptor, int writable);
void processpool_page_unmap(void *page);

static inline uint64_t processpool_page_load(const void *page, unsigned field)
{
    return __atomic_load_n((const uint64_t *)page + field, __ATOMIC_ACQUIRE);
}

static inline void processpool_page_store(void *page, unsigned field, uint64_t value)
{
    __atomic_store_n((uint64_t *)page + field, value, __ATOMIC_RELEASE);
}

struct processpool_spawn_request {
    int executable;            /* descriptor of the program's file; no script (the child has it closed at exec) */
    const char *arguments;     /* argv, each string ended by a NUL */
    size_t arguments_length;
    const char *environment;   /* the whole environment, "NAME=value", each string ended by a NUL */
    size_t environment_length;
    int channel;               /* becomes the child's descriptors 0 and 1 */
    int text;                  /* becomes its descriptor 2 */
    int page;                  /* becomes its descriptor 3 */
    uint64_t data_limit;       /* RLIMIT_DATA in bytes; 0: as it is */
    uint64_t descriptor_limit; /* RLIMIT_NOFILE; 0: as it is */
    int oom_score_adj;         /* 0 to 1000 */
};

/* Where a spawn failed. */
enum {
    PROCESSPOOL_SPAWN_OK = 0,
    PROCESSPOOL_SPAWN_MEMORY = 1,
    PROCESSPOOL_SPAWN_CLONE = 2,
    PROCESSPOOL_SPAWN_DEATH_SIGNAL = 3,
    PROCESSPOOL_SPAWN_PARENT_GONE = 4,
    PROCESSPOOL_SPAWN_DESCRIPTORS = 5,
    PROCESSPOOL_SPAWN_LIMITS = 6,
    PROCESSPOOL_SPAWN_EXEC = 7
};

/* Opens a program's file for `processpool_spawn`; "/proc/self/exe" is the caller's own, even when it has been replaced.
 * Answers the descriptor. */
int processpool_open_program(const char *path);

struct processpool_spawn_result {
    int pid;
    int pidfd; /* close-on-exec */
    int error; /* errno when step is not PROCESSPOOL_SPAWN_OK */
    int step;
};

/* Makes a child process that runs the executable. The child gets SIGKILL when the *thread* that called this ends. It has
 * the four descriptors above and no other, default signal handling, an empty signal mask, a session of its own, "/" as
 * its directory, no core dumps and no way to gain privileges. Returns after the exec, or after its failure (then there is
 * no process left and nothing to wait for). */
void processpool_spawn(const struct processpool_spawn_request *request, struct processpool_spawn_result *result);

/* Shuts the calling process in, for ever: no new privileges, no capabilities, no further processes, no file growth, then
 * the parts named. To be called by a process with one thread, when its descriptors are final: afterwards it can open
 * nothing. Calls that the seccomp filter does not know fail with EPERM and are counted on the page (which may be NULL);
 * a named list (files, sockets, processes, ptrace, other processes' signals, io_uring …) kills with SIGSYS.
 *
 * The filter is ours rather than libseccomp's: it is one table and four checks of arguments, for which every program that
 * links this would otherwise load one more shared library, or have to link it statically by hand. */
enum { PROCESSPOOL_SANDBOX_LANDLOCK = 1, PROCESSPOOL_SANDBOX_SECCOMP = 2 };

struct processpool_sandbox_result {
    int has_limits;
    int landlock_version; /* of the kernel's interface; 0: not in force */
    int landlock_error;   /* errno, when the kernel has Landlock and it could not be used */
    int has_seccomp;
    int seccomp_error;
};

/* 0, or a negative errno when not even the limits are in force (EBUSY: there is more than one thread). */
int processpool_sandbox_enter(unsigned parts, void *page, struct processpool_sandbox_result *result);

/* The version of the kernel's Landlock interface; 0 without. */
int processpool_landlock_version(void);

/* A connected pair of close-on-exec stream sockets; both ends are blocking. */
int processpool_socketpair(int ends[2]);
/* A close-on-exec pipe: ends[0] is read, ends[1] written. */
int processpool_pipe(int ends[2]);

/* Sends a signal to exactly the process that the descriptor names, even when its number has been given away. */
int processpool_pidfd_send_signal(int pidfd, int signal);
/* A descriptor for a process by number. For tests: between asking and getting the number may be given away. */
int processpool_pidfd_open(int pid);

/* Reaps the process if it has ended: 1 and *code is how (CLD_EXITED 1, CLD_KILLED 2, CLD_DUMPED 3) and *status the exit
 * code or signal; 0 when it still runs. */
int processpool_reap(int pidfd, int *code, int *status);

/* Asks for a signal at the end of the thread that made this process; 0 takes it back. */
int processpool_set_parent_death_signal(int signal);
/* The signal asked for, or a negative errno. */
int processpool_parent_death_signal(void);

/* A close-on-exec, non-blocking eventfd at 0. */
int processpool_eventfd(void);
/* Names the calling thread (at most 15 bytes), for ps and debuggers. */
void processpool_name_thread(const char *name);

/* A copy of the descriptor, close-on-exec, numbered lowest or above. */
int processpool_duplicate(int descriptor, int lowest);

#endif
