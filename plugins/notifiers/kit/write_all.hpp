// Writes a whole text to a file descriptor: interrupted and short writes are continued, and a pipe
// that nobody reads gives an answer instead of a signal.
//
// Runs on a worker thread of the host and may block there.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>

namespace petrel::kit {

// What a write came to: all bytes, or how many before which error.
struct Written {
    std::size_t bytes = 0;
    int error = 0;  // errno value, 0 when everything was written

    [[nodiscard]] bool complete() const { return error == 0; }
    // The reader of a pipe is gone; another try cannot help.
    [[nodiscard]] bool reader_is_gone() const { return error == EPIPE; }
    [[nodiscard]] std::string error_text() const {
        char room[128] = {};
        return strerror_r(error, room, sizeof(room));
    }
};

// Holds back SIGPIPE on this thread, and takes away the one that a write has raised.
class SigpipeHold {
public:
    SigpipeHold() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        was_pending_ = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~SigpipeHold() {
        const timespec at_once{};
        if (!was_pending_) {
            while (sigtimedwait(&pipe_, nullptr, &at_once) == -1 && errno == EINTR) {
            }
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    SigpipeHold(const SigpipeHold&) = delete;
    SigpipeHold& operator=(const SigpipeHold&) = delete;

private:
    sigset_t pipe_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

inline Written write_all(int descriptor, std::string_view text) {
    const SigpipeHold hold;
    Written done;
    while (done.bytes < text.size()) {
        const ssize_t count =
            ::write(descriptor, text.data() + done.bytes, text.size() - done.bytes);
        if (count >= 0) {
            done.bytes += static_cast<std::size_t>(count);
            continue;
        }
        if (errno == EINTR) {
            continue;
        }
        done.error = errno;
        break;
    }
    return done;
}

}  // namespace petrel::kit
