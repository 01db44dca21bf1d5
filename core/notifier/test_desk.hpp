// Messages that a person asked for to see whether a channel works: made here, sent by the channel
// like any other, and what came of them kept until somebody asks.
//
// Stage 9; any thread. Nothing of a test reaches the store. Keeps the latest 64 tests.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "outbox/outbox.hpp"

namespace petrel::core {

struct TestResult {
    std::string channel;
    bool done = false;
    bool delivered = false;
    std::string provider_id;
    std::string reason;
    std::uint32_t http_status = 0;
    std::int64_t took_ns = 0;  // of the try
};

// The message itself, for one channel.
AlertText compose_test(const std::string& id, const std::string& channel, std::int64_t at_ns,
                       const MessageBook& messages);

class TestDesk {
public:
    // One delivery a channel, marked TEST, all with one signal id. Refuses an empty list.
    Result<std::vector<Delivery>> begin(const std::vector<std::string>& channels,
                                        std::int64_t now_ns, const MessageBook& messages);

    static bool is_test(const DeliveryOutcome& outcome);

    // False when it is no test.
    bool take(const DeliveryOutcome& outcome);

    // One row a channel; none when the test is not known any more.
    std::vector<TestResult> look(const std::string& id);

private:
    struct Test {
        std::string id;
        std::vector<TestResult> results;
    };
    std::mutex mutex_;
    std::deque<Test> tests_;  // guarded by mutex_
    std::uint64_t made_ = 0;  // guarded by mutex_
};

}  // namespace petrel::core
