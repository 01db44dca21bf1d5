// The loop over one Asio context that a single thread runs.
#include "net/io_loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <utility>

#include "net/io_loop_impl.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {

namespace asio = boost::asio;
namespace {

// What is due this soon is waited for by going round: a timer of the kernel's costs more.
constexpr std::int64_t kSoonNs = 50'000;

}  // namespace

IoLoop::IoLoop() : impl_(std::make_unique<Impl>()) {}
IoLoop::~IoLoop() = default;

void IoLoop::run() {
    const auto work = asio::make_work_guard(impl_->context);
    while (impl_->context.run_one() > 0) {
        impl_->run_due();
    }
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
        impl_->run_due();
    }
    if (impl_->context.stopped()) {
        impl_->context.restart();
    }
    return done();
}

void IoLoop::run_for(std::uint32_t ms) {
    run_until([] { return false; }, ms);
}

void IoLoop::Impl::run_due() {
    if (timers.empty()) {
        return;
    }
    const std::int64_t now_ns = steady_now_ns();
    while (!timers.empty() && timers.begin()->first.first <= now_ns && !context.stopped()) {
        Timer& timer = *timers.begin()->second;
        timers.erase(timers.begin());
        const auto call = std::exchange(timer.call_, nullptr);  // may end the timer
        call();
    }
    wake_for_the_first();
}

void IoLoop::Impl::wake_for_the_first() {
    if (timers.empty() || (alarm_ns != 0 && alarm_ns <= timers.begin()->first.first)) {
        return;
    }
    alarm_ns = timers.begin()->first.first;
    const std::int64_t ahead_ns = alarm_ns - steady_now_ns();
    if (ahead_ns < kSoonNs) {
        asio::post(context, [this] { alarm_ns = 0; });
        return;
    }
    alarm.expires_after(std::chrono::nanoseconds(ahead_ns));
    alarm.async_wait([this](boost::system::error_code error) {
        alarm_ns = error ? alarm_ns : 0;  // an error: it was set anew
    });
}

Timer::Timer(IoLoop& loop) : loop_(loop.impl()) {}
Timer::~Timer() { cancel(); }

void Timer::after(std::int64_t ms, std::function<void()> call) {
    cancel();
    call_ = std::move(call);
    due_ = {steady_now_ns() + ms * kNsPerMs, ++loop_.timers_armed};
    loop_.timers.emplace(due_, this);
    loop_.wake_for_the_first();
}

void Timer::cancel() {
    if (pending()) {
        loop_.timers.erase(due_);
        call_ = nullptr;
    }
}

bool Timer::pending() const { return static_cast<bool>(call_); }

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
