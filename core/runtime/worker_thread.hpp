// A named thread that is joined before its owner goes: start with a function that returns when it
// was told to stop by its own means (a closed mailbox, a stopped loop).
#pragma once

#include <functional>
#include <string>
#include <thread>

namespace petrel::core {

class WorkerThread {
public:
    WorkerThread() = default;
    // `name` is shown by the system's tools, at most 15 characters.
    WorkerThread(const std::string& name, std::function<void()> body);
    ~WorkerThread() { join(); }
    WorkerThread(WorkerThread&&) = default;
    WorkerThread& operator=(WorkerThread&& other) noexcept {
        join();
        thread_ = std::move(other.thread_);
        return *this;
    }

    // Begun and not joined.
    [[nodiscard]] bool running() const { return thread_.joinable(); }

    void join() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    std::thread thread_;
};

}  // namespace petrel::core
