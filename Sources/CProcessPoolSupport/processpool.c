#define _GNU_SOURCE
#include "CProcessPoolSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/* MARK: The shared page */

int processpool_page_create(void)
{
    int descriptor = memfd_create("processpool-page", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -errno;
    if (ftruncate(descriptor, PROCESSPOOL_PAGE_BYTES) != 0
        || fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

void *processpool_page_map(int descriptor, int writable)
{
    struct stat status;
    /* A descriptor that is not our page (too short) would kill the reader later. */
    if (fstat(descriptor, &status) != 0 || status.st_size < PROCESSPOOL_PAGE_BYTES) return NULL;
    int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    void *page = mmap(NULL, PROCESSPOOL_PAGE_BYTES, protection, MAP_SHARED, descriptor, 0);
    return page == MAP_FAILED ? NULL : page;
}

void processpool_page_unmap(void *page)
{
    munmap(page, PROCESSPOOL_PAGE_BYTES);
}

/* MARK: Spawning */

struct child_plan {
    const struct processpool_spawn_request *request;
    struct processpool_spawn_result *result;
    char **arguments;
    char **environment;
    pid_t parent;
    sigset_t caller_mask;
};

/* Runs in the child, which shares the caller's memory while the caller's thread stands still (CLONE_VM, CLONE_VFORK):
 * only direct system calls are allowed here, nothing that allocates or locks. */
static _Noreturn void fail(struct child_plan *plan, int step)
{
    plan->result->error = errno;
    plan->result->step = step;
    _exit(127);
}

/* Of the program's file, until exec closes it. */
enum { PROGRAM_DESCRIPTOR = PROCESSPOOL_CHILD_PAGE_DESCRIPTOR + 1 };

static int take_descriptors(const struct processpool_spawn_request *request)
{
    /* Out of the way first: a source may itself be one of the numbers 0 to 3. */
    int channel = fcntl(request->channel, F_DUPFD_CLOEXEC, 16);
    int text = fcntl(request->text, F_DUPFD_CLOEXEC, 16);
    int page = fcntl(request->page, F_DUPFD_CLOEXEC, 16);
    int program = fcntl(request->executable, F_DUPFD_CLOEXEC, 16);
    if (channel < 0 || text < 0 || page < 0 || program < 0) return -1;
    if (dup2(channel, 0) < 0 || dup2(channel, 1) < 0 || dup2(text, 2) < 0
        || dup2(page, PROCESSPOOL_CHILD_PAGE_DESCRIPTOR) < 0
        || dup3(program, PROGRAM_DESCRIPTOR, O_CLOEXEC) < 0)
        return -1;
    return close_range(PROGRAM_DESCRIPTOR + 1, ~0U, 0);
}

static int set_limits(const struct processpool_spawn_request *request)
{
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
    if (request->data_limit != 0) {
        struct rlimit limit = {request->data_limit, request->data_limit};
        if (setrlimit(RLIMIT_DATA, &limit) != 0) return -1;
    }
    if (request->descriptor_limit != 0) {
        struct rlimit limit = {request->descriptor_limit, request->descriptor_limit};
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    }
    return 0;
}

/* The kernel may end a child rather than us when memory runs out. Best effort: /proc may be absent. */
static void prefer_as_victim(int score)
{
    char digits[8];
    int length = 0;
    if (score < 0) score = 0;
    if (score > 1000) score = 1000;
    char reversed[8];
    do {
        reversed[length++] = (char)('0' + score % 10);
        score /= 10;
    } while (score > 0);
    for (int i = 0; i < length; i++) digits[i] = reversed[length - 1 - i];
    int descriptor = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    ssize_t ignored = write(descriptor, digits, (size_t)length);
    (void)ignored;
    close(descriptor);
}

static int child_main(void *argument)
{
    struct child_plan *plan = argument;
    const struct processpool_spawn_request *request = plan->request;

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(plan, PROCESSPOOL_SPAWN_DEATH_SIGNAL);
    /* The parent may have died before that. */
    if (getppid() != plan->parent) {
        errno = ESRCH;
        fail(plan, PROCESSPOOL_SPAWN_PARENT_GONE);
    }
    /* Handlers of the parent must not run here (its memory is shared), ignored signals must not stay ignored after exec. */
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) sigaction(number, &standard, NULL);
    }
    setsid();
    umask(077);
    if (chdir("/") != 0) { /* stays where it is: harmless */ }
    prefer_as_victim(request->oom_score_adj);
    if (take_descriptors(request) != 0) fail(plan, PROCESSPOOL_SPAWN_DESCRIPTORS);
    if (set_limits(request) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail(plan, PROCESSPOOL_SPAWN_LIMITS);

    sigset_t empty;
    sigemptyset(&empty);
    sigprocmask(SIG_SETMASK, &empty, NULL);
    syscall(SYS_execveat, PROGRAM_DESCRIPTOR, "", plan->arguments, plan->environment, AT_EMPTY_PATH);
    fail(plan, PROCESSPOOL_SPAWN_EXEC);
}

/* A NULL-ended vector of pointers into NUL-ended strings. */
static char **split(const char *strings, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++) count += strings[i] == 0;
    char **vector = calloc(count + 1, sizeof *vector);
    if (vector == NULL) return NULL;
    size_t start = 0, next = 0;
    for (size_t i = 0; i < length; i++) {
        if (strings[i] != 0) continue;
        vector[next++] = (char *)strings + start;
        start = i + 1;
    }
    return vector;
}

int processpool_open_program(const char *path)
{
    int descriptor = open(path, O_PATH | O_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

void processpool_spawn(const struct processpool_spawn_request *request, struct processpool_spawn_result *result)
{
    enum { stack_bytes = 128 * 1024 };
    struct child_plan plan;
    memset(&plan, 0, sizeof plan);
    memset(result, 0, sizeof *result);
    result->pidfd = -1;
    plan.request = request;
    plan.result = result;
    plan.parent = getpid();
    plan.arguments = split(request->arguments, request->arguments_length);
    plan.environment = split(request->environment, request->environment_length);
    char *stack = mmap(NULL, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (plan.arguments == NULL || plan.environment == NULL || stack == MAP_FAILED) {
        result->error = ENOMEM;
        result->step = PROCESSPOOL_SPAWN_MEMORY;
    } else {
        sigset_t all;
        int pidfd = -1;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &plan.caller_mask);
        /* CLONE_PIDFD: the descriptor is the child's beyond doubt, whoever reaps what. */
        int pid = clone(child_main, stack + stack_bytes, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &plan, &pidfd);
        int clone_error = errno;
        pthread_sigmask(SIG_SETMASK, &plan.caller_mask, NULL);
        if (pid < 0) {
            result->error = clone_error;
            result->step = PROCESSPOOL_SPAWN_CLONE;
        } else if (result->step != PROCESSPOOL_SPAWN_OK) {
            siginfo_t info;
            while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) != 0 && errno == EINTR) {}
            close(pidfd);
        } else {
            result->pid = pid;
            result->pidfd = pidfd;
        }
    }
    if (stack != MAP_FAILED) munmap(stack, stack_bytes);
    free(plan.arguments);
    free(plan.environment);
}

/* MARK: Descriptors, signals */

int processpool_socketpair(int ends[2])
{
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ? 0 : -errno;
}

int processpool_pipe(int ends[2])
{
    return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno;
}

int processpool_pidfd_send_signal(int pidfd, int signal)
{
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) == 0 ? 0 : -errno;
}

int processpool_pidfd_open(int pid)
{
    long descriptor = syscall(SYS_pidfd_open, pid, 0);
    return descriptor >= 0 ? (int)descriptor : -errno;
}

int processpool_reap(int pidfd, int *code, int *status)
{
    siginfo_t info;
    for (;;) {
        memset(&info, 0, sizeof info);
        if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) == 0) break;
        if (errno != EINTR) return -errno;
    }
    if (info.si_pid == 0) return 0;
    *code = info.si_code;
    *status = info.si_status;
    return 1;
}

int processpool_set_parent_death_signal(int signal)
{
    return prctl(PR_SET_PDEATHSIG, signal) == 0 ? 0 : -errno;
}

int processpool_parent_death_signal(void)
{
    int signal = 0;
    return prctl(PR_GET_PDEATHSIG, &signal) == 0 ? signal : -errno;
}

int processpool_duplicate(int descriptor, int lowest)
{
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, lowest);
    return copy >= 0 ? copy : -errno;
}

int processpool_eventfd(void)
{
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor >= 0 ? descriptor : -errno;
}

void processpool_name_thread(const char *name)
{
    pthread_setname_np(pthread_self(), name);
}
