// The thread that answers, and how a question is given up.
#include "store/store_reader.hpp"

#include <utility>

namespace petrel::core {
namespace {

constexpr std::size_t kQuestionsMax = 16;
constexpr std::int64_t kStopLookMs = 20;

}  // namespace

StoreReader::StoreReader(StorePlace place)
    : place_(std::move(place)), questions_(kQuestionsMax),
      thread_("store-reader", [this] { run(); }) {}

void StoreReader::stop() {
    questions_.close();
    while (thread_.running() && !ended_.pop(kStopLookMs)) {
        interrupt();  // again, as one that begins just now has not heard it
    }
    thread_.join();
}

void StoreReader::interrupt() {
    const std::lock_guard lock(mutex_);
    if (store_ != nullptr) {
        store_->interrupt();
    }
}

void StoreReader::give_up(std::atomic<bool>& question) {
    const std::lock_guard lock(mutex_);
    question = true;
    if (now_ == &question && store_ != nullptr) {
        store_->interrupt();
    }
}

Status StoreReader::answer(const Asked& asked) {
    if (store_ == nullptr) {
        Result<std::unique_ptr<Database>> opened = Database::open(place_, Database::Access::Read);
        if (!opened.ok()) {
            return asked.question(opened.status());
        }
        const std::lock_guard lock(mutex_);
        store_ = std::move(*opened);
    }
    {
        const std::lock_guard lock(mutex_);
        if (*asked.given_up) {
            return {};
        }
        now_ = asked.given_up.get();
    }
    Status failure = asked.question(store_.get());
    const std::lock_guard lock(mutex_);
    now_ = nullptr;
    return failure;
}

void StoreReader::run() {
    while (!questions_.closed()) {
        const std::optional<Asked> asked = questions_.pop(60'000);
        if (!asked || questions_.closed()) {
            continue;
        }
        const Status failure = answer(*asked);
        if (failure.retryable()) {
            const std::lock_guard lock(mutex_);
            store_.reset();
        }
    }
    {
        const std::lock_guard lock(mutex_);
        store_.reset();
    }
    ended_.try_push(true);
}

}  // namespace petrel::core
