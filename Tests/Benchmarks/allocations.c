/* Counts heap allocations by thread: preload it, and at SIGUSR2 a process writes what it has counted so far.
 *
 *     LD_PRELOAD=.build/allocations.so ALLOCATIONS=FOLDER PROGRAM …       FOLDER/PID.json: {"threads":[["NAME",COUNT],…]}
 *
 *     … ALLOCATIONS_OF=NAME …     from the first signal on also where threads of that name allocate: FOLDER/PID.stacks at the second
 *
 * malloc, calloc, realloc, aligned_alloc and posix_memalign count one each, free nothing.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_THREADS = 1024, MOST_STACKS = 4096, DEPTH = 24 };

struct counter {
    atomic_ulong count;
    pid_t thread;
    bool traced;
};

/* Where allocations come from: a stack and how often it came. Found again by its hash, so two may be taken for one. */
struct stack {
    atomic_ulong count;
    int depth;
    void *frames[DEPTH];
};

static struct stack stacks[MOST_STACKS];
static atomic_bool tracing;
static __thread bool inside;
static struct counter counters[MOST_THREADS];
static atomic_int used;
static __thread struct counter *mine;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

/* One traced thread writes; the report reads. */
static void note_stack(void) {
    void *frames[DEPTH];
    inside = true; /* what backtrace allocates itself */
    int depth = backtrace(frames, DEPTH);
    inside = false;
    uint64_t hash = 0xCBF29CE484222325;
    for (int i = 0; i < depth; i++) hash = (hash ^ (uintptr_t)frames[i]) * 0x100000001B3;
    struct stack *place = &stacks[hash >> 32 & (MOST_STACKS - 1)];
    if (!place->depth) memcpy(place->frames, frames, sizeof frames);
    place->depth = depth;
    atomic_fetch_add_explicit(&place->count, 1, memory_order_relaxed);
}

static void count(void) {
    if (!mine) {
        int place = atomic_fetch_add(&used, 1);
        mine = &counters[place < MOST_THREADS ? place : MOST_THREADS - 1];
        mine->thread = (pid_t)syscall(SYS_gettid);
    }
    atomic_fetch_add_explicit(&mine->count, 1, memory_order_relaxed);
    if (mine->traced && !inside) note_stack();
}

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t items, size_t size) {
    count();
    return __libc_calloc(items, size);
}

void *realloc(void *old, size_t size) {
    count();
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    count();
    void *memory = __libc_memalign(alignment, size);
    if (!memory) return ENOMEM;
    *out = memory;
    return 0;
}

/* The name a thread has now; one that has ended has none. */
static void name_of(pid_t thread, char *name, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/comm", (int)thread);
    snprintf(name, size, "ended");
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t length = read(file, name, size - 1);
    close(file);
    if (length > 0) name[name[length - 1] == '\n' ? length - 1 : length] = 0;
}

static void report_stacks(const char *folder) {
    char path[512], line[64];
    snprintf(path, sizeof path, "%s/%d.stacks", folder, (int)getpid());
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return;
    for (int i = 0; i < MOST_STACKS; i++) {
        unsigned long count = atomic_load(&stacks[i].count);
        if (!count || write(file, line, (size_t)snprintf(line, sizeof line, "%lu\n", count)) < 0) continue;
        backtrace_symbols_fd(stacks[i].frames, stacks[i].depth, file);
    }
    close(file);
}

static void report(int signal) {
    (void)signal;
    const char *folder = getenv("ALLOCATIONS");
    int threads = atomic_load(&used);
    if (!folder || threads == 0) return;
    char path[512], name[64], line[16384];
    size_t at = (size_t)snprintf(line, sizeof line, "{\"threads\":[");
    const char *traced = getenv("ALLOCATIONS_OF");
    if (traced && atomic_exchange(&tracing, true)) report_stacks(folder);
    for (int i = 0; i < threads && i < MOST_THREADS && at < sizeof line - 128; i++) {
        name_of(counters[i].thread, name, sizeof name);
        if (traced && strcmp(name, traced) == 0) counters[i].traced = true;
        at += (size_t)snprintf(line + at, sizeof line - at, "%s[\"%s\",%lu]", i ? "," : "", name, atomic_load(&counters[i].count));
    }
    at += (size_t)snprintf(line + at, sizeof line - at, "]}\n");
    snprintf(path, sizeof path, "%s/%d.json", folder, (int)getpid());
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return;
    if (write(file, line, at) < 0) unlink(path);
    close(file);
}

__attribute__((constructor)) static void begin(void) {
    void *frames[1];
    backtrace(frames, 1); /* the first one loads the unwinder */
    struct sigaction action = {.sa_handler = report, .sa_flags = SA_RESTART};
    sigaction(SIGUSR2, &action, NULL);
}
