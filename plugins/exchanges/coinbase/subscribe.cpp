// Products by the channels they need, ten to a message; see subscribe.hpp.
#include "subscribe.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "symbols.hpp"

namespace petrel::coinbase {
namespace {

constexpr std::uint32_t kTrades = kind_bit(EventKind::Trade);
constexpr std::uint32_t kQuotes = kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk);

// Each set of channels that a product can need. The heartbeat tells of lost trades and of life.
struct ChannelSet {
    bool trades;
    bool quotes;
    std::string_view names;
};
constexpr std::array<ChannelSet, 3> kSets{{
    {true, true, R"(["matches","ticker","heartbeat"])"},
    {true, false, R"(["matches","heartbeat"])"},
    {false, true, R"(["ticker","heartbeat"])"},
}};

// What one connection carries.
struct Connection {
    std::vector<std::string> messages;
    std::vector<std::string> topics;
    std::vector<petrel_stream> streams;

    void add_stream(const petrel_subscription& wanted, std::string_view channel,
                    std::uint32_t kinds) {
        if ((wanted.channels & kinds) == 0) {
            return;
        }
        topics.push_back(std::string(channel) + ":" + string_of(wanted.native));
        petrel_stream stream{};
        stream.size = sizeof(stream);
        stream.instrument = wanted.instrument;
        stream.kinds = wanted.channels & kinds;
        streams.push_back(stream);
    }
};

void add_set(std::span<const petrel_subscription> wanted, const ChannelSet& set, Connection& c) {
    std::string products;
    std::size_t count = 0;
    const auto finish_message = [&] {
        if (count != 0) {
            c.messages.push_back(R"({"type":"subscribe","product_ids":[)" + products +
                                 R"(],"channels":)" + std::string(set.names) + "}");
        }
        products.clear();
        count = 0;
    };
    for (const petrel_subscription& subscription : wanted) {
        const bool trades = (subscription.channels & kTrades) != 0;
        const bool quotes = (subscription.channels & kQuotes) != 0;
        if (trades != set.trades || quotes != set.quotes) {
            continue;
        }
        products.append(count == 0 ? "\"" : ",\"").append(view_of(subscription.native));
        products.push_back('"');
        c.add_stream(subscription, "matches", kTrades);
        c.add_stream(subscription, "ticker", kQuotes);
        if (++count == kProductsPerMessage) {
            finish_message();
        }
    }
    finish_message();
}

void hand_over(Connection& c, std::size_t number, petrel_plan_out& out) {
    std::vector<petrel_text> frames;
    for (const std::string& message : c.messages) {
        frames.push_back(text_of(message));
    }
    for (std::size_t i = 0; i < c.streams.size(); ++i) {
        c.streams[i].topic = text_of(c.topics[i]);
    }
    const std::string name = "exchange-" + std::to_string(number);
    petrel_connection_plan plan{};
    plan.size = sizeof(plan);
    plan.name = text_of(name);
    plan.path = text_of("/");
    plan.frames = frames.data();
    plan.frame_count = static_cast<std::uint32_t>(frames.size());
    plan.frame_gap_ms = kMessageGap_ms;
    plan.keepalive_ms = kKeepalive_ms;
    plan.idle_ms_max = kIdleMax_ms;
    plan.streams = c.streams.data();
    plan.stream_count = static_cast<std::uint32_t>(c.streams.size());
    out.connection(&out, &plan);
}

}  // namespace

std::uint32_t offered_channels() { return kTrades | kQuotes; }

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out) {
    for (const petrel_subscription& subscription : wanted) {
        if (!is_native_name(view_of(subscription.native))) {
            return Status::invalid("'" + string_of(subscription.native) +
                                   "' is no name of a Coinbase product: two coins of A-Z and 0-9 "
                                   "with a dash between are expected; take it off the symbols");
        }
    }
    std::size_t number = 0;
    while (!wanted.empty()) {
        const auto part = wanted.first(std::min(kProductsPerConnection, wanted.size()));
        wanted = wanted.subspan(part.size());
        Connection connection;
        for (const ChannelSet& set : kSets) {
            add_set(part, set, connection);
        }
        if (!connection.streams.empty()) {
            hand_over(connection, ++number, out);
        }
    }
    return {};
}

}  // namespace petrel::coinbase
