// Starting a thread with its name, and with process signals left to the main thread.
#include "runtime/worker_thread.hpp"

#include <pthread.h>

#include <csignal>

namespace petrel::core {

WorkerThread::WorkerThread(const std::string& name, std::function<void()> body) {
    // A new thread inherits the mask: block all, start, restore.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread(std::move(body));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

}  // namespace petrel::core
