// A venue of words for tests: its adapter, the sink and book it writes to.
//
//   "t BTCUSDT 100 2 7"  a trade: price, quantity, id      "ack topic"   subscription accepted
//   "no topic"           subscription refused              "bye"         asks us to reconnect
//   "pong"               nothing for us                    "ask /x"      asks for /x over REST
//   "flood 300"          so many notices at once           "bad word"    rejected for that word
//   "badkey why"         the key is refused
//   "say x"              answers "x"; "say5 x" five times
//   "lost 3"             says that messages are missing
//   else                 rejected, "unknown word"
//
// Over REST a list of instruments; one that ends in "/x" goes on there. A poll gives a number.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "feed/adapter.hpp"
#include "petrel/exchange.hpp"

namespace petrel::core::test {

// What the adapter plans; set before discovery.
struct VenueWish {
    std::vector<std::string> frames = {"sub trades", "sub marks"};
    std::uint32_t frame_gap_ms = 0;
    std::uint32_t keepalive_ms = 0;
    std::string keepalive;
    std::uint32_t life_s_max = 0;
    bool connects = true;
    bool one_connection_each = false;    // named like its instrument, which it subscribes to
    std::uint32_t poll_interval_ms = 0;  // 0: nothing is polled
    std::vector<std::string> discovery = {"/instruments"};
    std::vector<petrel_head_field> headers;   // of the connection and of polls
    const petrel_signing* signing = nullptr;  // the same
    std::uint32_t purpose = PETREL_CONNECTION_MARKET_DATA;
};

class TestVenue final : public Exchange {
public:
    TestVenue(petrel::Host, petrel::Config) {}
    static PluginInfo describe() { return {"words", "1", "tests", "A venue of words", {}}; }
    static const petrel_exchange_info* info();

    Status discover(DecodeOut& out) override;
    Status plan(std::span<const petrel_subscription> wanted, petrel_plan_out& out) override;
    Decoded on_frame(const Frame& frame, DecodeOut& out) override;
    Decoded on_reply(const Reply& reply, DecodeOut& out) override;
    void on_open(std::uint32_t connection) override { opened.push_back(connection); }
    // Asks for "/history?from=<id or ns>"; the answer is lines of "id ns price".
    Status backfill(const Gap& gap, DecodeOut& out) override;

    VenueWish wish;
    int discoveries = 0;
    bool knows_history = true;
    std::vector<Gap> asked;
    std::vector<std::uint32_t> opened;
    std::vector<std::int32_t> send_codes;  // what came of each answer

private:
    std::string reason_;
    std::map<std::uint64_t, std::int64_t> traded_;  // an id's time, the same over every socket
};

// Frames the server got, in order; written by its threads.
class Received {
public:
    void add(std::string text) {
        const std::lock_guard lock(mutex_);
        texts_.push_back(std::move(text));
    }
    std::vector<std::string> texts() const {
        const std::lock_guard lock(mutex_);
        return texts_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> texts_;
};

// The instance as a loader would make it, and its object for the test.
class VenueInstance {
public:
    VenueInstance();
    ~VenueInstance();
    VenueInstance(const VenueInstance&) = delete;
    VenueInstance& operator=(const VenueInstance&) = delete;
    [[nodiscard]] ExchangeHandle handle() const { return {"words", table_, instance_}; }
    TestVenue& venue() { return *static_cast<TestVenue*>(instance_); }

private:
    const petrel_exchange* table_;
    void* instance_ = nullptr;
};

class RecordingSink final : public EventSink {
public:
    std::size_t on_events(std::uint16_t venue, std::span<MarketEvent> batch) override {
        last_venue = venue;
        events.insert(events.end(), batch.begin(), batch.end());
        return believes ? batch.size() : 0;
    }
    bool believes = true;
    std::vector<MarketEvent> events;
    std::uint16_t last_venue = 0;
};

// Stage 2 as the gap repair sees it, set by the test.
class TestGaps final : public GapBook {
public:
    std::int64_t on_break(std::uint32_t instrument, std::uint8_t kind) override {
        broken.push_back({instrument, kind});
        return latest_ns;
    }
    [[nodiscard]] std::uint64_t missing(const StreamGap& gap) const override {
        return gap.has_ids() ? missing_ids : 0;
    }

    std::int64_t latest_ns = 0;
    std::uint64_t missing_ids = 0;
    std::vector<std::pair<std::uint32_t, std::uint8_t>> broken;
};

class TestBook final : public InstrumentBook {
public:
    std::uint32_t add(std::uint16_t venue, const petrel_instrument& instrument) override;
    [[nodiscard]] bool wanted(std::uint16_t, std::uint32_t id) const override {
        return names_[id] != unwanted;
    }
    [[nodiscard]] std::string_view native(std::uint32_t id) const override { return names_[id]; }
    [[nodiscard]] std::size_t count() const override { return names_.size(); }
    [[nodiscard]] std::uint16_t venue_of(std::uint32_t) const override { return venue_; }

    std::string unwanted;

private:
    std::uint16_t venue_ = 0;
    std::vector<std::string> names_;
};

}  // namespace petrel::core::test
