// Channels by kind, one to a message, at most 25 to a connection; see subscribe.hpp.
#include "subscribe.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "symbols.hpp"

namespace petrel::bitfinex {
namespace {

struct OfferedChannel {
    std::string_view channel;
    std::string_view argument;  // its name and what stands before the symbol
    std::uint32_t kinds;
    std::uint32_t needed_by;  // kinds that need it without being brought by it
};
constexpr std::uint32_t kLiquidation = kind_bit(EventKind::Liquidation);
// Liquidations come without a price: the mark price values them.
constexpr std::array<OfferedChannel, 3> kChannelKinds{{
    {"trades", R"("symbol":")", kind_bit(EventKind::Trade), 0},
    {"status", R"("key":"deriv:)",
     kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding) |
         kind_bit(EventKind::OpenInterest),
     kLiquidation},
    {"ticker", R"("symbol":")", kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk), 0},
}};

constexpr std::string_view kConf = R"({"event":"conf","flags":98304})";
constexpr std::string_view kPing = R"({"event":"ping","cid":1})";
constexpr std::string_view kLiquidations =
    R"({"event":"subscribe","channel":"status","key":"liq:global"})";

// Collects channels until a connection is full, then hands its plan to the host.
class Planner {
public:
    explicit Planner(petrel_plan_out& out) : out_(out) {}

    // One channel brings the liquidations of all contracts.
    void add_liquidations(std::span<const petrel_subscription> wanted) {
        for (const petrel_subscription& subscription : wanted) {
            if ((subscription.channels & kLiquidation) != 0) {
                add_stream(subscription, kLiquidation, "status liq:global");
            }
        }
        if (!streams_.empty()) {
            messages_.emplace_back(kLiquidations);
        }
    }

    void add(const petrel_subscription& wanted, const OfferedChannel& kind) {
        if (messages_.size() == kChannelsMax) {
            finish();
        }
        const std::string argument =
            std::string(kind.argument).append(view_of(wanted.native)).append("\"");
        messages_.push_back(R"({"event":"subscribe","channel":")" + std::string(kind.channel) +
                            "\"," + argument + "}");
        const std::uint32_t kinds = kind.kinds & wanted.channels;
        const std::size_t colon = argument.find(':') + 2;
        add_stream(
            wanted, kinds != 0 ? kinds : kind_bit(EventKind::MarkPrice),
            std::string(kind.channel) + " " + argument.substr(colon, argument.size() - colon - 1));
    }

    void finish() {
        if (messages_.empty()) {
            return;
        }
        std::vector<petrel_text> frames{text_of(kConf)};
        for (const std::string& message : messages_) {
            frames.push_back(text_of(message));
        }
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            streams_[i].topic = text_of(topics_[i]);
        }
        const std::string name = "derivatives-" + std::to_string(++connections_);
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
        streams_.clear();
        topics_.clear();
    }

private:
    void add_stream(const petrel_subscription& wanted, std::uint32_t kinds, std::string topic) {
        petrel_stream stream{};
        stream.size = sizeof(stream);
        stream.instrument = wanted.instrument;
        stream.kinds = kinds;
        streams_.push_back(stream);
        topics_.push_back(std::move(topic));
    }

    petrel_plan_out& out_;
    std::vector<std::string> messages_;
    std::vector<petrel_stream> streams_;
    std::vector<std::string> topics_;  // of the streams
    std::size_t connections_ = 0;
};

}  // namespace

std::uint32_t offered_channels() {
    std::uint32_t all = kLiquidation;
    for (const OfferedChannel& kind : kChannelKinds) {
        all |= kind.kinds;
    }
    return all;
}

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out) {
    for (const petrel_subscription& subscription : wanted) {
        if (!instrument_of(view_of(subscription.native))) {
            return Status::invalid("'" + string_of(subscription.native) +
                                   "' is no name of a Bitfinex derivative: one like tBTCF0:USTF0 "
                                   "is expected; take it off the symbols");
        }
    }
    Planner planner(out);
    planner.add_liquidations(wanted);
    for (const petrel_subscription& subscription : wanted) {
        for (const OfferedChannel& kind : kChannelKinds) {
            if (((kind.kinds | kind.needed_by) & subscription.channels) != 0) {
                planner.add(subscription, kind);
            }
        }
    }
    planner.finish();
    return {};
}

}  // namespace petrel::bitfinex
