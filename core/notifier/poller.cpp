// One question at a time; the wait between two is the provider's, the back-off's, or none.
#include "notifier/poller.hpp"

#include <algorithm>

#include "observe/clean_text.hpp"
#include "observe/log.hpp"
#include "observe/privacy_filter.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

// A poll that brought nothing and took less was no long poll: the next one waits.
constexpr std::int64_t kShortNs = 500 * kNsPerMs;
constexpr std::uint64_t kRestMs = 1'000;

}  // namespace

Poller::Poller(Plugin plugin, OnPress on_press)
    : plugin_(std::move(plugin)), on_press_(std::move(on_press)),
      worker_("poll-" + plugin_.name, [this] { run(); }) {}

Poller::~Poller() { stop(); }

void Poller::stop() {
    stopping_ = true;
    transport_.wake();
    rest_.close();
    worker_.join();
}

PollerFigures Poller::figures() const {
    const std::lock_guard lock(figures_mutex_);
    return figures_;
}

void Poller::run() {
    while (!stopping_) {
        const std::uint64_t wait_ms = ask();
        {
            const std::lock_guard lock(figures_mutex_);
            if (figures_.ended) {
                return;
            }
        }
        if (wait_ms > 0) {
            rest_.wait_closed(static_cast<std::int64_t>(wait_ms));
        }
    }
}

// How long to wait before the next question, in ms.
std::uint64_t Poller::ask() {
    const bool has_answers = !answers_.empty();
    Question question = build();
    if (!question.status.ok()) {
        return failed(question.status.message(), 0);
    }
    if (question.request.url.empty()) {
        end("");
        return 0;
    }
    const std::int64_t begun_ns = steady_now_ns();
    const Result<HttpReply> reply = transport_.exchange(std::move(question.request), stopping_);
    if (stopping_) {
        return 0;
    }
    if (!reply.ok()) {
        return failed(reply.status().message(), 0);
    }
    const Poll poll = read(*reply);
    if (poll.result == PETREL_BROKEN) {
        end(poll.reason);
        return 0;
    }
    if (poll.result != PETREL_DELIVERED) {
        return failed(poll.reason, poll.wait_ms);
    }
    const bool at_once = has_answers || !poll.presses.empty() || poll.ignored > 0 ||
                         steady_now_ns() - begun_ns > kShortNs;
    return went_well(poll, at_once);
}

Poller::Question Poller::build() {
    std::vector<petrel_press_answer> answers;
    for (const Answered& answer : answers_) {
        answers.push_back({text_of(answer.token), text_of(answer.words)});
    }
    petrel_notifier_request built{};
    built.size = sizeof(built);
    petrel_error error{};
    error.size = sizeof(error);
    const std::lock_guard lock(*plugin_.mutex);
    const std::int32_t code =
        plugin_.table->build_poll(plugin_.instance, answers.data(),
                                  static_cast<std::uint32_t>(answers.size()), &built, &error);
    if (code < 0) {
        return {{}, Status::failure(code, std::string("the plugin cannot ask: ") + error.text)};
    }
    answers_.clear();  // they are the plugin's to tell now
    return {request_of(built, plugin_.timeout_ms), {}};
}

Poll Poller::read(const HttpReply& reply) {
    const PluginReply answer(reply);
    petrel_poll poll{};
    poll.size = sizeof(poll);
    petrel_error error{};
    error.size = sizeof(error);
    const std::lock_guard lock(*plugin_.mutex);
    if (plugin_.table->read_poll(plugin_.instance, answer.get(), &poll, &error) < 0) {
        return {PETREL_RETRY, 0, {}, 0, std::string("the plugin cannot read: ") + error.text};
    }
    Poll copy{poll.result, poll.wait_ms, {}, poll.ignored, clean_text(private_text(poll.reason))};
    for (std::uint32_t i = 0; i < poll.press_count; ++i) {
        const petrel_press& press = poll.presses[i];
        copy.presses.push_back({string_of(press.token), clean_text(string_of(press.story_id), 64),
                                clean_text(string_of(press.who), 100)});
    }
    return copy;
}

std::uint64_t Poller::failed(const std::string& why, std::uint64_t wait_ms) {
    if (failed_in_a_row_++ == 0) {
        log::warning("delivery", "channel " + plugin_.name +
                                     " cannot be asked for buttons: " + why +
                                     ". It is tried again by itself; alerts go out as before");
    }
    const std::lock_guard lock(figures_mutex_);
    ++figures_.failures;
    figures_.trouble = why;
    return wait_ms != 0 ? RetryPolicy::clamp_provider_ms(wait_ms)
                        : backoff_.wait_ms(failed_in_a_row_, plugin_.name);
}

std::uint64_t Poller::went_well(const Poll& poll, bool at_once) {
    if (std::exchange(failed_in_a_row_, 0) > 0) {
        log::info("delivery", "channel " + plugin_.name + " can be asked for buttons again");
    }
    for (const Press& press : poll.presses) {
        answers_.push_back({press.token, on_press_(press)});
    }
    const std::lock_guard lock(figures_mutex_);
    figures_.presses += poll.presses.size();
    figures_.ignored += poll.ignored;
    figures_.trouble.clear();
    return std::max<std::uint64_t>(poll.wait_ms, at_once ? 0 : kRestMs);
}

void Poller::end(const std::string& why) {
    if (!why.empty()) {
        log::error("delivery", "channel " + plugin_.name + " is not asked for buttons any more: " +
                                   why + ". Mend it and restart petrel; alerts go out as before");
    }
    const std::lock_guard lock(figures_mutex_);
    figures_.ended = true;
    figures_.failures += why.empty() ? 0 : 1;
    figures_.trouble = why;
}

}  // namespace petrel::core
