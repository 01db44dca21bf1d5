// Topics by kind, ten to a message, at most 200 to a connection; see subscribe.hpp.
#include "subscribe.hpp"

#include <array>
#include <string>
#include <vector>

#include "symbols.hpp"

namespace petrel::bybit {
namespace {

struct TopicKind {
    std::string_view prefix;
    std::uint32_t kinds;
};
constexpr std::array<TopicKind, 4> kTopicKinds{{
    {"allLiquidation.", kind_bit(EventKind::Liquidation)},
    {"publicTrade.", kind_bit(EventKind::Trade)},
    {"tickers.", kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding) |
                     kind_bit(EventKind::OpenInterest)},
    {"orderbook.1.", kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk)},
}};

constexpr std::string_view kPing = R"({"op":"ping","req_id":"ping"})";

// Collects topics until a connection is full, then hands its plan to the host.
class Planner {
public:
    explicit Planner(petrel_plan_out& out) : out_(out) {}

    void add(const petrel_subscription& wanted, const TopicKind& kind) {
        std::string topic(kind.prefix);
        topic.append(view_of(wanted.native));
        const std::size_t characters = topic.size() + 3;  // two quotes and a comma
        if (topics_.size() == kTopicsMax || characters_ + characters > kArgsCharactersMax) {
            finish();
        }
        characters_ += characters;
        topics_.push_back(std::move(topic));
        petrel_stream stream{};
        stream.size = sizeof(stream);
        stream.instrument = wanted.instrument;
        stream.kinds = kind.kinds & wanted.channels;
        streams_.push_back(stream);
    }

    void finish() {
        if (topics_.empty()) {
            return;
        }
        ++connections_;
        const std::vector<std::string> messages = subscribe_messages();
        std::vector<petrel_text> frames;
        for (const std::string& message : messages) {
            frames.push_back(text_of(message));
        }
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            streams_[i].topic = text_of(topics_[i]);
        }
        const std::string name = "linear-" + std::to_string(connections_);
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
        topics_.clear();
        streams_.clear();
        characters_ = 0;
    }

private:
    // req_id counts over all messages of the plan, so that an answer names its message.
    std::vector<std::string> subscribe_messages() {
        std::vector<std::string> messages;
        for (std::size_t i = 0; i < topics_.size(); ++i) {
            if (i % kTopicsPerMessage == 0) {
                messages.push_back(R"({"req_id":")" + std::to_string(++messages_sent_) +
                                   R"(","op":"subscribe","args":[)");
            } else {
                messages.back().push_back(',');
            }
            messages.back().append("\"").append(topics_[i]).append("\"");
            if ((i + 1) % kTopicsPerMessage == 0 || i + 1 == topics_.size()) {
                messages.back().append("]}");
            }
        }
        return messages;
    }

    petrel_plan_out& out_;
    std::vector<std::string> topics_;
    std::vector<petrel_stream> streams_;
    std::size_t characters_ = 0;
    std::size_t connections_ = 0;
    std::uint64_t messages_sent_ = 0;
};

}  // namespace

std::uint32_t offered_channels() {
    std::uint32_t all = 0;
    for (const TopicKind& kind : kTopicKinds) {
        all |= kind.kinds;
    }
    return all;
}

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out) {
    for (const petrel_subscription& subscription : wanted) {
        if (!is_native_name(view_of(subscription.native))) {
            return Status::invalid("'" + string_of(subscription.native) +
                                   "' is no name of a Bybit contract: 1 to 30 characters of A-Z, "
                                   "0-9 and '-' are expected; take it off the symbols");
        }
    }
    Planner planner(out);
    for (const petrel_subscription& subscription : wanted) {
        for (const TopicKind& kind : kTopicKinds) {
            if ((kind.kinds & subscription.channels) != 0) {
                planner.add(subscription, kind);
            }
        }
    }
    planner.finish();
    return {};
}

}  // namespace petrel::bybit
