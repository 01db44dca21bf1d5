// All connections of one venue, kept as the latest plan wants them.
//
// A connection whose plan has not changed stays untouched. Others are made before those that they
// replace are ended: the old ones leave once every new one has shown data, or after a while. What
// comes twice meanwhile is dropped by its id. Owned by an exchange feed, on the feed thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "feed/adapter.hpp"
#include "feed/connection_group.hpp"
#include "feed/feed_status.hpp"

namespace petrel::core {

class ConnectionSet {
public:
    static constexpr std::int64_t kPatienceNs = 30 * kNsPerSecond;

    // `number` is the connection's own as long as it lives: the index in the first plan, and later
    // the least that no other has.
    using MakeGroup = std::function<std::unique_ptr<ConnectionGroup>(const ConnectionPlan& plan,
                                                                     std::uint32_t number)>;

    ConnectionSet(MakeGroup make, std::uint32_t legs) : make_(std::move(make)), legs_(legs) {}

    // Returns how many connections are new, and how many will leave.
    struct Change {
        std::size_t made = 0;
        std::size_t leaving = 0;
    };
    Change follow(const std::vector<ConnectionPlan>& plans);
    void look_after();
    void stop();
    [[nodiscard]] bool stopped() const;
    [[nodiscard]] bool empty() const { return live_.empty(); }
    void append_status(std::vector<FeedStatus>& to) const;

private:
    struct Entry {
        std::string key;  // all that makes it what it is
        std::uint32_t number = 0;
        std::unique_ptr<ConnectionGroup> group;
        bool started = false;
        bool fresh = false;  // made to replace others, without data so far
    };

    [[nodiscard]] std::uint32_t free_number(const std::vector<Entry>& kept) const;
    void let_go();

    MakeGroup make_;
    std::uint32_t legs_;
    std::vector<Entry> live_;     // in the order of the plan
    std::vector<Entry> leaving_;  // not stopped while one of the live is fresh
    std::int64_t replaced_ns_ = 0;
    bool leaving_stopped_ = false;
};

}  // namespace petrel::core
