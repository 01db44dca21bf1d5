// Channels by kind, twenty to a message, at most 200 to a connection; see subscribe.hpp.
#include "subscribe.hpp"

#include <array>
#include <string>
#include <vector>

#include "symbols.hpp"

namespace petrel::okx {
namespace {

struct ChannelKind {
    std::string_view name;
    std::uint32_t kinds;
};
constexpr std::array<ChannelKind, 5> kChannelKinds{{
    {"trades", kind_bit(EventKind::Trade)},
    {"mark-price", kind_bit(EventKind::MarkPrice)},
    {"funding-rate", kind_bit(EventKind::Funding)},
    {"open-interest", kind_bit(EventKind::OpenInterest)},
    {"bbo-tbt", kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk)},
}};
// One channel carries those of all swaps.
constexpr std::uint32_t kLiquidation = kind_bit(EventKind::Liquidation);
constexpr std::string_view kLiquidationTopic = "liquidation-orders:SWAP";
constexpr std::string_view kLiquidationArg =
    R"({"channel":"liquidation-orders","instType":"SWAP"})";

constexpr std::string_view kPing = "ping";

// Collects channels until a connection is full, then hands its plan to the host.
class Planner {
public:
    explicit Planner(petrel_plan_out& out) : out_(out) {}

    void add_liquidations(std::span<const petrel_subscription> wanted) {
        for (const petrel_subscription& subscription : wanted) {
            if ((subscription.channels & kLiquidation) != 0) {
                add_stream(subscription.instrument, kLiquidation, std::string(kLiquidationTopic));
            }
        }
        if (!streams_.empty()) {
            args_.emplace_back(kLiquidationArg);
        }
    }

    void add(const petrel_subscription& wanted, const ChannelKind& kind) {
        if (args_.size() == kChannelsMax) {
            finish();
        }
        const std::string name(kind.name);
        const std::string native = string_of(wanted.native);
        args_.push_back(R"({"channel":")" + name + R"(","instId":")" + native + R"("})");
        add_stream(wanted.instrument, kind.kinds & wanted.channels, name + ":" + native);
    }

    void finish() {
        if (args_.empty()) {
            return;
        }
        const std::vector<std::string> messages = subscribe_messages();
        std::vector<petrel_text> frames;
        for (const std::string& message : messages) {
            frames.push_back(text_of(message));
        }
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            streams_[i].topic = text_of(topics_[i]);
        }
        const std::string name = "swap-" + std::to_string(++connections_);
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
        args_.clear();
        topics_.clear();
        streams_.clear();
    }

private:
    void add_stream(std::uint32_t instrument, std::uint32_t kinds, std::string topic) {
        petrel_stream stream{};
        stream.size = sizeof(stream);
        stream.instrument = instrument;
        stream.kinds = kinds;
        streams_.push_back(stream);
        topics_.push_back(std::move(topic));
    }

    // The id counts over all messages of the plan, so that an answer names its message.
    std::vector<std::string> subscribe_messages() {
        std::vector<std::string> messages;
        for (std::size_t i = 0; i < args_.size(); ++i) {
            if (i % kChannelsPerMessage == 0) {
                messages.push_back(R"({"id":")" + std::to_string(++messages_sent_) +
                                   R"(","op":"subscribe","args":[)");
            } else {
                messages.back().push_back(',');
            }
            messages.back().append(args_[i]);
            if ((i + 1) % kChannelsPerMessage == 0 || i + 1 == args_.size()) {
                messages.back().append("]}");
            }
        }
        return messages;
    }

    petrel_plan_out& out_;
    std::vector<std::string> args_;
    std::vector<std::string> topics_;
    std::vector<petrel_stream> streams_;
    std::size_t connections_ = 0;
    std::uint64_t messages_sent_ = 0;
};

}  // namespace

std::uint32_t offered_channels() {
    std::uint32_t all = kLiquidation;
    for (const ChannelKind& kind : kChannelKinds) {
        all |= kind.kinds;
    }
    return all;
}

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out) {
    for (const petrel_subscription& subscription : wanted) {
        if (!swap_name(view_of(subscription.native))) {
            return Status::invalid("'" + string_of(subscription.native) +
                                   "' is no name of an OKX swap such as BTC-USDT-SWAP: take it "
                                   "off the symbols");
        }
    }
    Planner planner(out);
    planner.add_liquidations(wanted);
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

}  // namespace petrel::okx
