#define _GNU_SOURCE
#include "CProcessPoolSupport.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* MARK: Landlock. Debian 12's header knows the first two versions of its interface only, so the numbers stand here. */

enum {
    landlock_create_ruleset = 444, /* the same on every architecture */
    landlock_restrict_self = 446,
    landlock_version_flag = 1
};

struct landlock_attributes {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

/* Every right that this version of the interface can take away. */
static struct landlock_attributes landlock_rights(int version)
{
    struct landlock_attributes rights = {.handled_access_fs = (1ULL << 13) - 1};
    if (version >= 2) rights.handled_access_fs |= 1ULL << 13;  /* move between folders */
    if (version >= 3) rights.handled_access_fs |= 1ULL << 14;  /* truncate */
    if (version >= 4) rights.handled_access_net = 1 | 2;       /* TCP: bind, connect */
    if (version >= 5) rights.handled_access_fs |= 1ULL << 15;  /* ioctl on devices */
    if (version >= 6) rights.scoped = 1 | 2;                   /* abstract Unix sockets, signals: own domain only */
    return rights;
}

int processpool_landlock_version(void)
{
    long version = syscall(landlock_create_ruleset, NULL, 0, landlock_version_flag);
    return version > 0 ? (int)version : 0;
}

/* Takes away everything, with no exception. 0 when the kernel has no Landlock, else its version, or a negative errno. */
static int enter_landlock(void)
{
    int version = processpool_landlock_version();
    if (version == 0) return 0;
    struct landlock_attributes rights = landlock_rights(version);
    /* An older kernel takes a longer structure when what it does not know is zero. */
    long ruleset = syscall(landlock_create_ruleset, &rights, sizeof rights, 0);
    if (ruleset < 0) return -errno;
    int result = syscall(landlock_restrict_self, ruleset, 0) == 0 ? version : -errno;
    close((int)ruleset);
    return result;
}

/* MARK: seccomp */

static void *refusals_page;

/* A call that is not on the list: it fails with EPERM, and the parent can see that it was tried. Were the handler taken
 * away, the process would die of the signal. */
static void refused(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    if (refusals_page != NULL) {
        processpool_page_store(refusals_page, PROCESSPOOL_PAGE_LAST_REFUSED, (uint64_t)info->si_syscall);
        uint64_t count = processpool_page_load(refusals_page, PROCESSPOOL_PAGE_REFUSALS);
        processpool_page_store(refusals_page, PROCESSPOOL_PAGE_REFUSALS, count + 1);
    }
    ucontext_t *machine = context;
#if defined(__x86_64__)
    machine->uc_mcontext.gregs[REG_RAX] = -EPERM;
#elif defined(__aarch64__)
    machine->uc_mcontext.regs[0] = (unsigned long long)-EPERM;
#endif
}

#if defined(__x86_64__)
#define PROCESSPOOL_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define PROCESSPOOL_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* What a single-threaded program without files and sockets needs at run time: memory, time, its channel, its end. The
 * kernel answers these from a bitmap without running the filter. */
static const int allowed_calls[] = {
    SYS_read, SYS_write, SYS_writev, SYS_recvfrom, SYS_sendto, SYS_ppoll, SYS_close, SYS_fstat, SYS_lseek,
#ifdef SYS_poll
    SYS_poll,
#endif
#ifdef SYS_time
    SYS_time,
#endif
    SYS_munmap, SYS_mremap, SYS_brk, SYS_madvise, SYS_futex, SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday,
    SYS_nanosleep, SYS_clock_nanosleep, SYS_getrandom, SYS_getpid, SYS_gettid, SYS_getppid, SYS_sched_yield,
    SYS_membarrier, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_restart_syscall, SYS_exit, SYS_exit_group,
};

/* What libraries ask in passing and take a "no" for: not worth telling anybody. */
static const int quietly_refused_calls[] = {SYS_ioctl, SYS_newfstatat, SYS_sysinfo, SYS_rt_sigaction, SYS_sigaltstack};

/* No program asks for these by accident: the process dies at once. */
static const int deadly_calls[] = {
    /* files */
    SYS_openat, SYS_openat2, SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_memfd_create, SYS_unlinkat, SYS_mkdirat,
    SYS_renameat2, SYS_linkat, SYS_symlinkat, SYS_mknodat, SYS_fchmodat, SYS_fchownat, SYS_truncate, SYS_chdir,
    SYS_chroot, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_swapon, SYS_swapoff, SYS_quotactl,
#ifdef SYS_open
    SYS_open, SYS_creat, SYS_unlink, SYS_mkdir, SYS_rmdir, SYS_rename, SYS_link, SYS_symlink, SYS_mknod, SYS_chmod,
    SYS_chown,
#endif
    /* the network, and other processes' ends of anything */
    SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_sendmsg, SYS_recvmsg,
    SYS_sendmmsg, SYS_recvmmsg, 438 /* pidfd_getfd */,
    /* processes */
    SYS_clone, 435 /* clone3 */, SYS_execve, SYS_execveat, SYS_unshare, SYS_setns,
#ifdef SYS_fork
    SYS_fork, SYS_vfork,
#endif
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo, SYS_pidfd_send_signal, SYS_pidfd_open, SYS_setuid, SYS_setgid, SYS_setresuid, SYS_setresgid,
    SYS_setgroups, SYS_capset,
    /* the kernel itself */
    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd,
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_add_key, SYS_request_key,
    SYS_keyctl, SYS_seccomp, SYS_fanotify_init,
};

struct program {
    struct sock_filter code[512];
    unsigned short length;
    int is_full;
};

static void emit(struct program *program, unsigned short code, unsigned value, unsigned char yes, unsigned char no)
{
    if (program->length == sizeof program->code / sizeof *program->code) {
        program->is_full = 1;
        return;
    }
    program->code[program->length++] = (struct sock_filter)BPF_JUMP(code, value, yes, no);
}

static void load(struct program *program, size_t offset)
{
    emit(program, BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0);
}

static void answer(struct program *program, unsigned action)
{
    emit(program, BPF_RET | BPF_K, action, 0, 0);
}

static void decide(struct program *program, const int *calls, size_t count, unsigned action)
{
    for (size_t i = 0; i < count; i++) {
        emit(program, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i], 0, 1);
        answer(program, action);
    }
}

/* The call is allowed when, of one argument's low half, no bit of `forbidden` is set. */
static void allow_without(struct program *program, int call, int argument, unsigned forbidden)
{
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 4);
    load(program, offsetof(struct seccomp_data, args) + 8 * (size_t)argument);
    emit(program, BPF_JMP | BPF_JSET | BPF_K, forbidden, 1, 0);
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, SECCOMP_RET_TRAP);
}

#define COUNT(calls) (sizeof(calls) / sizeof *(calls))

static void build(struct program *program)
{
    load(program, offsetof(struct seccomp_data, arch));
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, PROCESSPOOL_ARCHITECTURE, 1, 0);
    answer(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    /* The x32 interface has other numbers for the same calls. */
    emit(program, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    answer(program, SECCOMP_RET_KILL_PROCESS);
#endif
    decide(program, allowed_calls, COUNT(allowed_calls), SECCOMP_RET_ALLOW);
    decide(program, deadly_calls, COUNT(deadly_calls), SECCOMP_RET_KILL_PROCESS);
    decide(program, quietly_refused_calls, COUNT(quietly_refused_calls), SECCOMP_RET_ERRNO | EPERM);

    /* Memory that is code: never again. Protections are the third argument of both. Each of these blocks ends the
     * program for its call, so the number is still loaded for the next. */
    allow_without(program, SYS_mprotect, 2, PROT_EXEC);
    /* RLIMIT_DATA counts private memory only, so shared memory is refused: MAP_SHARED is bit 0 of the flags. */
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 6);
    load(program, offsetof(struct seccomp_data, args[2]));
    emit(program, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 3, 0);
    load(program, offsetof(struct seccomp_data, args[3]));
    emit(program, BPF_JMP | BPF_JSET | BPF_K, MAP_SHARED, 1, 0);
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, SECCOMP_RET_TRAP);
    /* abort() signals its own process; any other is none of its business. */
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4);
    load(program, offsetof(struct seccomp_data, args[0]));
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)getpid(), 0, 1);
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, SECCOMP_RET_KILL_PROCESS);
    /* Moving and marking descriptors is harmless; what F_SETOWN and the like do is not. */
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_fcntl, 0, 4);
    load(program, offsetof(struct seccomp_data, args[1]));
    emit(program, BPF_JMP | BPF_JGT | BPF_K, 4 /* F_SETFL */, 1, 0);
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, SECCOMP_RET_TRAP);
    answer(program, SECCOMP_RET_TRAP);
}

static int enter_seccomp(void *page)
{
    refusals_page = page;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = refused;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    if (sigaction(SIGSYS, &action, NULL) != 0) return -errno;
    struct program program = {.length = 0};
    build(&program);
    if (program.is_full) return -E2BIG;
    struct sock_fprog filter = {.len = program.length, .filter = program.code};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0 ? 0 : -errno;
}

/* MARK: All of it */

/* Root without its powers: among others it cannot raise its own limits again. */
static int drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    return syscall(SYS_capset, &header, none) == 0 ? 0 : -errno;
}

/* A thread that existed before would stay outside. The kernel keeps 2 + its number of threads as links of the folder. */
static int is_single_threaded(void)
{
    struct stat status;
    return stat("/proc/self/task", &status) != 0 || status.st_nlink <= 3;
}

int processpool_sandbox_enter(unsigned parts, void *page, struct processpool_sandbox_result *result)
{
    memset(result, 0, sizeof *result);
    if (!is_single_threaded()) return -EBUSY;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || setrlimit(RLIMIT_NPROC, &none) != 0
        || setrlimit(RLIMIT_FSIZE, &none) != 0 || setrlimit(RLIMIT_MSGQUEUE, &none) != 0
        || setrlimit(RLIMIT_MEMLOCK, &none) != 0)
        return -errno;
    int error = drop_capabilities();
    if (error != 0) return error;
    result->has_limits = 1;
    if (parts & PROCESSPOOL_SANDBOX_LANDLOCK) {
        int version = enter_landlock();
        if (version < 0) result->landlock_error = -version;
        if (version > 0) result->landlock_version = version;
    }
    if (parts & PROCESSPOOL_SANDBOX_SECCOMP) {
        error = enter_seccomp(page);
        result->has_seccomp = error == 0;
        result->seccomp_error = -error;
    }
    return 0;
}
