// Subscriptions by kind, one to a message, at most 250 to a connection; see subscribe.hpp.
#include "subscribe.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "symbols.hpp"

namespace petrel::hyperliquid {
namespace {

struct ChannelKind {
    std::string_view type;
    std::uint32_t kinds;
};
constexpr std::array<ChannelKind, 3> kChannelKinds{{
    {"trades", kind_bit(EventKind::Trade)},
    {"activeAssetCtx", kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding) |
                           kind_bit(EventKind::OpenInterest)},
    {"bbo", kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk)},
}};

constexpr std::string_view kPing = R"({"method":"ping"})";

// Collects subscriptions until a connection is full, then hands its plan to the host.
class Planner {
public:
    explicit Planner(petrel_plan_out& out) : out_(out) {}

    void add(const petrel_subscription& wanted, const ChannelKind& kind) {
        if (messages_.size() == kPerConnectionMax) {
            finish();
        }
        const std::string coin = string_of(wanted.native);
        const std::string type(kind.type);
        messages_.push_back(R"({"method":"subscribe","subscription":{"type":")" + type +
                            R"(","coin":")" + coin + R"("}})");
        topics_.push_back(type + " " + coin);
        petrel_stream stream{};
        stream.size = sizeof(stream);
        stream.instrument = wanted.instrument;
        stream.kinds = kind.kinds & wanted.channels;
        streams_.push_back(stream);
    }

    void finish() {
        if (messages_.empty()) {
            return;
        }
        std::vector<petrel_text> frames;
        for (std::size_t i = 0; i < messages_.size(); ++i) {
            frames.push_back(text_of(messages_[i]));
            streams_[i].topic = text_of(topics_[i]);
        }
        const std::string name = "perpetuals-" + std::to_string(++connections_);
        petrel_connection_plan plan{};
        plan.size = sizeof(plan);
        plan.name = text_of(name);
        plan.path = text_of(kPath);
        plan.frames = frames.data();
        plan.frame_count = static_cast<std::uint32_t>(frames.size());
        plan.frame_gap_ms = kMessageGap_ms;
        plan.keepalive_ms = kKeepalive_ms;
        plan.keepalive = text_of(kPing);
        plan.idle_ms_max = kIdleMax_ms;
        plan.streams = streams_.data();
        plan.stream_count = static_cast<std::uint32_t>(streams_.size());
        out_.connection(&out_, &plan);
        messages_.clear();
        topics_.clear();
        streams_.clear();
    }

private:
    petrel_plan_out& out_;
    std::vector<std::string> messages_;
    std::vector<std::string> topics_;
    std::vector<petrel_stream> streams_;
    std::size_t connections_ = 0;
};

std::size_t count_channels(std::span<const petrel_subscription> wanted) {
    std::size_t count = 0;
    for (const petrel_subscription& subscription : wanted) {
        for (const ChannelKind& kind : kChannelKinds) {
            count += (kind.kinds & subscription.channels) != 0 ? 1 : 0;
        }
    }
    return count;
}

}  // namespace

std::uint32_t offered_channels() {
    std::uint32_t all = 0;
    for (const ChannelKind& kind : kChannelKinds) {
        all |= kind.kinds;
    }
    return all;
}

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out) {
    for (const petrel_subscription& subscription : wanted) {
        if (!instrument_of(view_of(subscription.native))) {
            return Status::invalid(
                "'" + string_of(subscription.native) +
                "' is no name of a Hyperliquid perpetual: one like BTC, kPEPE or "
                "xyz:TSLA is expected; take it off the symbols");
        }
    }
    if (const std::size_t count = count_channels(wanted); count > kSubscriptionsMax) {
        return Status::invalid("Hyperliquid allows 1000 subscriptions from one address, and " +
                               std::to_string(count) + " are wanted; take symbols or channels off");
    }
    Planner planner(out);
    for (const petrel_subscription& subscription : wanted) {
        for (const ChannelKind& kind : kChannelKinds) {
            if ((kind.kinds & subscription.channels) != 0) {
                planner.add(subscription, kind);
            }
        }
    }
    planner.finish();
    return {};
}

}  // namespace petrel::hyperliquid
