/* Records what a program does to the files below a folder, for the enumerator of crash points.
 *
 * Preloaded into the workload. Each call is carried out and then appended to the log, both under
 * one lock, so that the log's order is the disk's. What the workload was promised is marked by its
 * calls of petrel_record_ack(). With PETREL_RECORD_IGNORE_SYNCS=1 a sync is carried out and not
 * recorded: a disk that lies, which the enumerator must notice.
 *
 * Record: operation (1 byte), path length (4), offset or size (8), data length (8), path, data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_descriptor = -1;
static int ignore_syncs = 0;
static char folder[PATH_MAX];
static size_t folder_length = 0;

__attribute__((constructor)) static void begin(void) {
    const char* log = getenv("PETREL_RECORD_LOG");
    const char* below = getenv("PETREL_RECORD_FOLDER");
    if (log == NULL || below == NULL || strlen(below) >= sizeof(folder)) {
        return;
    }
    strcpy(folder, below);
    folder_length = strlen(folder);
    ignore_syncs = getenv("PETREL_RECORD_IGNORE_SYNCS") != NULL;
    log_descriptor = (int)syscall(SYS_openat, AT_FDCWD, log,
                                  O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
}

static void put(const void* bytes, size_t count) {
    const char* at = bytes;
    while (count > 0) {
        const long written = syscall(SYS_write, log_descriptor, at, count);
        if (written <= 0) {
            abort(); /* half a log would prove nothing */
        }
        at += written;
        count -= (size_t)written;
    }
}

static void record(char operation, const char* path, uint64_t where, const void* data,
                   uint64_t length) {
    const uint32_t path_length = (uint32_t)strlen(path);
    put(&operation, 1);
    put(&path_length, sizeof(path_length));
    put(&where, sizeof(where));
    put(&length, sizeof(length));
    put(path, path_length);
    put(data, (size_t)length);
}

/* The path below the folder, or null when the file is of no interest. */
static const char* below(const char* path) {
    if (log_descriptor < 0 || path == NULL || strncmp(path, folder, folder_length) != 0 ||
        path[folder_length] != '/') {
        return NULL;
    }
    const char* name = path + folder_length + 1;
    const size_t length = strlen(name);
    /* SQLite's shared memory is rebuilt, never recovered from. */
    return length > 4 && strcmp(name + length - 4, "-shm") == 0 ? NULL : name;
}

static const char* path_of(int descriptor, char* room) {
    char link[64];
    if (log_descriptor < 0 || descriptor == log_descriptor) {
        return NULL;
    }
    snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(link, room, PATH_MAX - 1);
    if (length <= 0) {
        return NULL;
    }
    room[length] = '\0';
    return below(room);
}

void petrel_record_ack(const char* text) {
    pthread_mutex_lock(&lock);
    if (log_descriptor >= 0) {
        record('A', "", 0, text, strlen(text));
    }
    pthread_mutex_unlock(&lock);
}

static int open_at(int at, const char* path, int flags, mode_t mode) {
    char room[PATH_MAX];
    pthread_mutex_lock(&lock);
    const int descriptor = (int)syscall(SYS_openat, at, path, flags, mode);
    const int error = errno;
    if (descriptor >= 0 && (flags & (O_CREAT | O_TRUNC)) != 0) {
        const char* name = path_of(descriptor, room);
        if (name != NULL) {
            record((flags & O_TRUNC) != 0 ? 'C' : 'O', name, 0, NULL, 0);
        }
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return descriptor;
}

static mode_t mode_of(int flags, va_list arguments) {
    return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

#define DEFINE_OPEN(name)                               \
    int name(const char* path, int flags, ...) {        \
        va_list arguments;                              \
        va_start(arguments, flags);                     \
        const mode_t mode = mode_of(flags, arguments);  \
        va_end(arguments);                              \
        return open_at(AT_FDCWD, path, flags, mode);    \
    }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)

#define DEFINE_OPENAT(name)                                \
    int name(int at, const char* path, int flags, ...) {   \
        va_list arguments;                                 \
        va_start(arguments, flags);                        \
        const mode_t mode = mode_of(flags, arguments);     \
        va_end(arguments);                                 \
        return open_at(at, path, flags, mode);             \
    }
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)

/* Streams of the C++ library open their files with these. */
#define DEFINE_FOPEN(name)                                              \
    FILE* name(const char* path, const char* mode) {                    \
        FILE* (*real)(const char*, const char*) = NULL;                 \
        *(void**)(&real) = dlsym(RTLD_NEXT, #name);                     \
        pthread_mutex_lock(&lock);                                      \
        FILE* file = real(path, mode);                                  \
        char room[PATH_MAX];                                            \
        const char* known = file == NULL ? NULL : path_of(fileno(file), room); \
        if (known != NULL && mode[0] == 'w') {                          \
            record('C', known, 0, NULL, 0);                             \
        }                                                               \
        pthread_mutex_unlock(&lock);                                    \
        return file;                                                    \
    }
DEFINE_FOPEN(fopen)
DEFINE_FOPEN(fopen64)

ssize_t write(int descriptor, const void* bytes, size_t count) {
    char room[PATH_MAX];
    pthread_mutex_lock(&lock);
    const char* name = path_of(descriptor, room);
    const long offset = name == NULL ? 0 : syscall(SYS_lseek, descriptor, 0L, SEEK_CUR);
    const ssize_t written = syscall(SYS_write, descriptor, bytes, count);
    const int error = errno;
    if (name != NULL && written > 0) {
        record('W', name, (uint64_t)offset, bytes, (uint64_t)written);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return written;
}

ssize_t writev(int descriptor, const struct iovec* parts, int count) {
    ssize_t total = 0;
    for (int i = 0; i < count; ++i) {
        const ssize_t written = write(descriptor, parts[i].iov_base, parts[i].iov_len);
        if (written < 0) {
            return total > 0 ? total : written;
        }
        total += written;
        if ((size_t)written < parts[i].iov_len) {
            break;
        }
    }
    return total;
}

static ssize_t write_at(int descriptor, const void* bytes, size_t count, off_t offset) {
    char room[PATH_MAX];
    pthread_mutex_lock(&lock);
    const char* name = path_of(descriptor, room);
    const ssize_t written = syscall(SYS_pwrite64, descriptor, bytes, count, offset);
    const int error = errno;
    if (name != NULL && written > 0) {
        record('W', name, (uint64_t)offset, bytes, (uint64_t)written);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return written;
}
ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
    return write_at(descriptor, bytes, count, offset);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off_t offset) {
    return write_at(descriptor, bytes, count, offset);
}

static int truncate_descriptor(int descriptor, off_t size) {
    char room[PATH_MAX];
    pthread_mutex_lock(&lock);
    const char* name = path_of(descriptor, room);
    const int result = (int)syscall(SYS_ftruncate, descriptor, size);
    const int error = errno;
    if (name != NULL && result == 0) {
        record('T', name, (uint64_t)size, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int ftruncate(int descriptor, off_t size) { return truncate_descriptor(descriptor, size); }
int ftruncate64(int descriptor, off_t size) { return truncate_descriptor(descriptor, size); }

static int sync_descriptor(long call, int descriptor) {
    char room[PATH_MAX];
    pthread_mutex_lock(&lock);
    const char* name = path_of(descriptor, room);
    const int result = (int)syscall(call, descriptor);
    const int error = errno;
    if (name != NULL && result == 0 && !ignore_syncs) {
        record('S', name, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int fsync(int descriptor) { return sync_descriptor(SYS_fsync, descriptor); }
int fdatasync(int descriptor) { return sync_descriptor(SYS_fdatasync, descriptor); }

static int move(const char* from, const char* to, unsigned flags) {
    pthread_mutex_lock(&lock);
    const int result = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
    const int error = errno;
    const char* old_name = below(from);
    const char* new_name = below(to);
    if (result == 0 && old_name != NULL && new_name != NULL) {
        record('R', old_name, 0, new_name, strlen(new_name));
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int rename(const char* from, const char* to) { return move(from, to, 0); }
int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) {
    (void)from_at;
    (void)to_at;
    return move(from, to, flags);
}

int unlink(const char* path) {
    pthread_mutex_lock(&lock);
    const int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    const int error = errno;
    const char* name = below(path);
    if (result == 0 && name != NULL) {
        record('U', name, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
