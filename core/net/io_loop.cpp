// The loop over one Asio context that a single thread runs.
#include "net/io_loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "net/io_loop_impl.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {

namespace asio = boost::asio;

IoLoop::IoLoop() : impl_(std::make_unique<Impl>()) {}
IoLoop::~IoLoop() = default;

void IoLoop::run() {
    const auto work = asio::make_work_guard(impl_->context);
    impl_->context.run();
    impl_->context.restart();
}

void IoLoop::stop() { impl_->context.stop(); }

void IoLoop::post(std::function<void()> work) { asio::post(impl_->context, std::move(work)); }

bool IoLoop::run_until(const std::function<bool()>& done, std::uint32_t ms_max) {
    const std::int64_t end_ns = steady_now_ns() + std::int64_t{ms_max} * kNsPerMs;
    const auto work = asio::make_work_guard(impl_->context);
    if (impl_->context.stopped()) {
        impl_->context.restart();  // it ran out of work meanwhile
    }
    while (!done() && !impl_->context.stopped()) {
        const std::int64_t left_ns = end_ns - steady_now_ns();
        if (left_ns <= 0) {
            break;
        }
        // `done` may look at what other threads do, which does not wake this loop.
        const std::int64_t slice_ns = std::min<std::int64_t>(left_ns, 5 * kNsPerMs);
        impl_->context.run_one_for(std::chrono::nanoseconds(slice_ns));
    }
    if (impl_->context.stopped()) {
        impl_->context.restart();
    }
    return done();
}

void IoLoop::run_for(std::uint32_t ms) {
    run_until([] { return false; }, ms);
}

struct Timer::State {
    explicit State(asio::io_context& context) : timer(context) {}
    asio::steady_timer timer;
    std::function<void()> call;
    std::uint64_t round = 0;  // a wait of an earlier round is void
};

Timer::Timer(IoLoop& loop) : state_(std::make_shared<State>(loop.impl().context)) {}
Timer::~Timer() { cancel(); }

void Timer::after(std::int64_t ms, std::function<void()> call) {
    state_->call = std::move(call);
    const std::uint64_t round = ++state_->round;
    state_->timer.expires_after(std::chrono::milliseconds(ms));
    state_->timer.async_wait([state = state_, round](boost::system::error_code) {
        if (state->round != round || !state->call) {
            return;
        }
        const auto due = std::exchange(state->call, nullptr);
        due();
    });
}

void Timer::cancel() {
    ++state_->round;
    state_->call = nullptr;
    state_->timer.cancel();
}

bool Timer::pending() const { return static_cast<bool>(state_->call); }

struct SignalWatch::State : std::enable_shared_from_this<SignalWatch::State> {
    State(asio::io_context& context, std::function<void(int)> on_signal)
        : set(context), call(std::move(on_signal)) {}

    void wait() {
        set.async_wait([self = shared_from_this()](boost::system::error_code error, int signal) {
            if (!error && self->call) {
                const auto copy = self->call;  // may end the watch
                copy(signal);
                self->wait();
            }
        });
    }

    asio::signal_set set;
    std::function<void(int)> call;
};

SignalWatch::SignalWatch(IoLoop& loop, const std::vector<int>& signals,
                         std::function<void(int)> call)
    : state_(std::make_shared<State>(loop.impl().context, std::move(call))) {
    for (const int signal : signals) {
        boost::system::error_code ignored;
        state_->set.add(signal, ignored);
    }
    state_->wait();
}

SignalWatch::~SignalWatch() {
    state_->call = nullptr;
    state_->set.cancel();
}

}  // namespace petrel::core
