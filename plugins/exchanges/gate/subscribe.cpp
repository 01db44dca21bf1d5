// One connection a settlement, one message for each channel and fifty contracts; see subscribe.hpp.
#include "subscribe.hpp"

#include <array>
#include <string>
#include <vector>

#include "headers.hpp"

namespace petrel::gate {
namespace {

struct ChannelKind {
    std::string_view name;
    std::uint32_t kinds;
};
constexpr std::array<ChannelKind, 4> kChannelKinds{{
    {"futures.public_liquidates", kind_bit(EventKind::Liquidation)},
    {"futures.trades", kind_bit(EventKind::Trade)},
    {"futures.tickers", kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding) |
                            kind_bit(EventKind::OpenInterest)},
    {"futures.book_ticker", kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk)},
}};

// The venue wants a time in each request and heeds it in signed ones only; there is no clock here.
constexpr std::string_view kHead = R"({"time":1700000000,"channel":")";

class Planner {
public:
    explicit Planner(petrel_plan_out& out) : out_(out) {}

    void add(const petrel_subscription& wanted, const ChannelKind& kind) {
        const std::string native = string_of(wanted.native);
        if (messages_.empty() || channel_ != kind.name || in_message_ == kContractsPerMessage) {
            close_message();
            channel_ = kind.name;
            messages_.push_back(std::string(kHead) + std::string(kind.name) +
                                R"(","event":"subscribe","payload":[")" + native + "\"");
            in_message_ = 1;
        } else {
            messages_.back().append(",\"").append(native).append("\"");
            ++in_message_;
        }
        petrel_stream stream{};
        stream.size = sizeof(stream);
        stream.instrument = wanted.instrument;
        stream.kinds = kind.kinds & wanted.channels;
        streams_.push_back(stream);
        topics_.push_back(std::string(kind.name) + ":" + native);
    }

    void finish(std::string_view settle) {
        if (messages_.empty()) {
            return;
        }
        close_message();
        std::vector<petrel_text> frames;
        for (const std::string& message : messages_) {
            frames.push_back(text_of(message));
        }
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            streams_[i].topic = text_of(topics_[i]);
        }
        const std::string path = "/v4/ws/" + std::string(settle);
        petrel_connection_plan plan{};
        plan.size = sizeof(plan);
        plan.name = text_of(settle);
        plan.path = text_of(path);
        plan.frames = frames.data();
        plan.frame_count = static_cast<std::uint32_t>(frames.size());
        plan.frame_gap_ms = kMessageGap_ms;
        plan.keepalive_ms = kKeepalive_ms;
        plan.idle_ms_max = kIdleMax_ms;
        plan.streams = streams_.data();
        plan.stream_count = static_cast<std::uint32_t>(streams_.size());
        plan.headers = kDecimalSizes.data();
        plan.header_count = kDecimalSizes.size();
        out_.connection(&out_, &plan);
        messages_.clear();
        topics_.clear();
        streams_.clear();
    }

private:
    void close_message() {
        if (!messages_.empty() && !messages_.back().ends_with('}')) {
            messages_.back().append("]}");
        }
    }

    petrel_plan_out& out_;
    std::string_view channel_;
    std::size_t in_message_ = 0;
    std::vector<std::string> messages_;
    std::vector<std::string> topics_;
    std::vector<petrel_stream> streams_;
};

}  // namespace

std::uint32_t offered_channels() {
    std::uint32_t all = 0;
    for (const ChannelKind& kind : kChannelKinds) {
        all |= kind.kinds;
    }
    return all;
}

Status plan_connections(std::span<const petrel_subscription> wanted, ContractTable& contracts,
                        petrel_plan_out& out) {
    std::vector<Settle> settles;
    for (const petrel_subscription& subscription : wanted) {
        const std::string_view native = view_of(subscription.native);
        const std::optional<PairName> name = pair_name(native);
        const Contract* known = contracts.find(native);
        const std::optional<Settle> settle = known != nullptr
                                                 ? std::optional(known->settle)
                                                 : (name ? settle_of(name->quote) : std::nullopt);
        if (!name || !settle) {
            return Status::invalid("'" + std::string(native) +
                                   "' is no listed Gate contract and no name such as BTC_USDT: "
                                   "take it off the symbols");
        }
        settles.push_back(*settle);
    }
    Planner planner(out);
    for (std::size_t settle = 0; settle < kSettles; ++settle) {
        for (const ChannelKind& kind : kChannelKinds) {
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                if (settles[i] == static_cast<Settle>(settle) &&
                    (kind.kinds & wanted[i].channels) != 0) {
                    planner.add(wanted[i], kind);
                }
            }
        }
        planner.finish(kSettlePaths[settle]);
    }
    return {};
}

}  // namespace petrel::gate
