// Answers questions to the store over a connection of its own, which can neither write nor copy the
// log: a question may take long, and no alert waits behind it.
//
// One thread of its own ("store-reader"), which opens the store at the first question and anew
// after a failure. What a call of the writer's has returned as done is seen. Any thread asks.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "runtime/mailbox.hpp"
#include "runtime/worker_thread.hpp"
#include "store/database.hpp"

namespace petrel::core {

class StoreReader {
public:
    explicit StoreReader(StorePlace place);
    ~StoreReader() { stop(); }
    StoreReader(const StoreReader&) = delete;
    StoreReader& operator=(const StoreReader&) = delete;

    // Waits for the answer at most so long; after that the question is given up, as when too many
    // wait already or it was stopped: nothing. `question` may be asked after the caller has gone:
    // it captures by value.
    template <typename Answer>
    std::optional<Result<Answer>> ask(std::function<Result<Answer>(Database&)> question,
                                      std::int64_t wait_ms) {
        auto answered = std::make_shared<Mailbox<Result<Answer>>>(1);
        auto given_up = std::make_shared<std::atomic<bool>>(false);
        const Question asked = [=](const Result<Database*>& store) {
            Result<Answer> answer = store.ok() ? question(**store) : Result<Answer>(store.status());
            const Status failure = answer.ok() ? Status() : answer.status();
            answered->try_push(std::move(answer));
            return failure;
        };
        if (!questions_.try_push({asked, given_up})) {
            return std::nullopt;
        }
        std::optional<Result<Answer>> answer = answered->pop(wait_ms);
        if (!answer) {
            give_up(*given_up);
        }
        return answer;
    }

    // Gives up what is being asked, and returns when that has ended.
    void stop();

private:
    // Gives the failure of its answer.
    using Question = std::function<Status(const Result<Database*>&)>;
    struct Asked {
        Question question;
        std::shared_ptr<std::atomic<bool>> given_up;
    };

    void run();
    Status answer(const Asked& asked);
    void give_up(std::atomic<bool>& question);
    void interrupt();

    const StorePlace place_;
    Mailbox<Asked> questions_;
    Mailbox<bool> ended_{1};
    std::mutex mutex_;
    std::unique_ptr<Database> store_;         // changed under mutex_, by its thread alone
    const std::atomic<bool>* now_ = nullptr;  // of the question that is asked; guarded by mutex_
    WorkerThread thread_;
};

}  // namespace petrel::core
