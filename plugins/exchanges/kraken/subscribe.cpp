// Products by feed, twenty to a message, a hundred products to a connection; see subscribe.hpp.
#include "subscribe.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "symbols.hpp"

namespace petrel::kraken {
namespace {

struct FeedKind {
    std::string_view name;
    std::uint32_t kinds;
};
constexpr std::array<FeedKind, 2> kFeeds{{
    {"trade", kind_bit(EventKind::Trade) | kind_bit(EventKind::Liquidation)},
    {"ticker", kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding) |
                   kind_bit(EventKind::OpenInterest) | kind_bit(EventKind::BestBid) |
                   kind_bit(EventKind::BestAsk)},
}};

constexpr std::string_view kHeartbeat = R"({"event":"subscribe","feed":"heartbeat"})";

// What one connection carries.
struct Connection {
    std::vector<std::string> messages{std::string(kHeartbeat)};
    std::vector<std::string> topics;
    std::vector<petrel_stream> streams;
};

void add_feed(std::span<const petrel_subscription> wanted, const FeedKind& feed, Connection& c) {
    std::size_t in_message = 0;
    for (const petrel_subscription& subscription : wanted) {
        if ((subscription.channels & feed.kinds) == 0) {
            continue;
        }
        const std::string_view native = view_of(subscription.native);
        if (in_message == 0) {
            c.messages.push_back(R"({"event":"subscribe","feed":")" + std::string(feed.name) +
                                 R"(","product_ids":[)");
        } else {
            c.messages.back().pop_back();  // "]}" of the product before
            c.messages.back().back() = ',';
        }
        c.messages.back().append("\"").append(native).append("\"]}");
        in_message = (in_message + 1) % kProductsPerMessage;
        c.topics.push_back(std::string(feed.name) + ":" + std::string(native));
        petrel_stream stream{};
        stream.size = sizeof(stream);
        stream.instrument = subscription.instrument;
        stream.kinds = feed.kinds & subscription.channels;
        c.streams.push_back(stream);
    }
}

void hand_over(Connection& c, std::size_t number, petrel_plan_out& out) {
    std::vector<petrel_text> frames;
    for (const std::string& message : c.messages) {
        frames.push_back(text_of(message));
    }
    for (std::size_t i = 0; i < c.streams.size(); ++i) {
        c.streams[i].topic = text_of(c.topics[i]);
    }
    const std::string name = "futures-" + std::to_string(number);
    petrel_connection_plan plan{};
    plan.size = sizeof(plan);
    plan.name = text_of(name);
    plan.path = text_of(kPath);
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

std::uint32_t offered_channels() {
    std::uint32_t all = 0;
    for (const FeedKind& feed : kFeeds) {
        all |= feed.kinds;
    }
    return all;
}

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out) {
    for (const petrel_subscription& subscription : wanted) {
        if (!is_native_name(view_of(subscription.native))) {
            return Status::invalid("'" + string_of(subscription.native) +
                                   "' is no name of a Kraken futures contract: 1 to 31 characters "
                                   "of A-Z, 0-9 and '_' are expected; take it off the symbols");
        }
    }
    std::size_t number = 0;
    while (!wanted.empty()) {
        const auto part = wanted.first(std::min(kProductsPerConnection, wanted.size()));
        wanted = wanted.subspan(part.size());
        Connection connection;
        for (const FeedKind& feed : kFeeds) {
            add_feed(part, feed, connection);
        }
        if (!connection.streams.empty()) {
            hand_over(connection, ++number, out);
        }
    }
    return {};
}

}  // namespace petrel::kraken
