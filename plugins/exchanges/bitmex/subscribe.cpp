// Topics by table, ten to a message, four connections at most; see subscribe.hpp.
#include "subscribe.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "symbols.hpp"

namespace petrel::bitmex {
namespace {

struct TopicKind {
    std::string_view prefix;
    std::uint32_t kinds;
};
constexpr std::array<TopicKind, 4> kTopicKinds{{
    {"liquidation:", kind_bit(EventKind::Liquidation)},
    {"trade:", kind_bit(EventKind::Trade)},
    {"instrument:", kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding) |
                        kind_bit(EventKind::OpenInterest)},
    {"quote:", kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk)},
}};

constexpr std::string_view kPing = "ping";

struct Topic {
    std::string text;
    petrel_stream stream{};
};

std::vector<Topic> topics_of(std::span<const petrel_subscription> wanted) {
    std::vector<Topic> topics;
    for (const petrel_subscription& subscription : wanted) {
        for (const TopicKind& kind : kTopicKinds) {
            if ((kind.kinds & subscription.channels) == 0) {
                continue;
            }
            Topic& topic = topics.emplace_back();
            topic.text = std::string(kind.prefix) + string_of(subscription.native);
            topic.stream.size = sizeof(topic.stream);
            topic.stream.instrument = subscription.instrument;
            topic.stream.kinds = kind.kinds & subscription.channels;
        }
    }
    return topics;
}

std::vector<std::string> messages_of(std::span<const Topic> topics) {
    std::vector<std::string> messages;
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (i % kTopicsPerMessage == 0) {
            messages.emplace_back(R"({"op":"subscribe","args":[)");
        } else {
            messages.back().push_back(',');
        }
        messages.back().append("\"").append(topics[i].text).append("\"");
        if ((i + 1) % kTopicsPerMessage == 0 || i + 1 == topics.size()) {
            messages.back().append("]}");
        }
    }
    return messages;
}

void hand_over(std::span<const Topic> topics, std::size_t number, petrel_plan_out& out) {
    const std::vector<std::string> messages = messages_of(topics);
    std::vector<petrel_text> frames;
    for (const std::string& message : messages) {
        frames.push_back(text_of(message));
    }
    std::vector<petrel_stream> streams;
    for (const Topic& topic : topics) {
        streams.push_back(topic.stream);
        streams.back().topic = text_of(topic.text);
    }
    const std::string name = "realtime-" + std::to_string(number);
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
    plan.streams = streams.data();
    plan.stream_count = static_cast<std::uint32_t>(streams.size());
    out.connection(&out, &plan);
}

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
                                   "' is no name of a BitMEX contract: 1 to 31 characters of A-Z, "
                                   "0-9 and '_' are expected; take it off the symbols");
        }
    }
    const std::vector<Topic> topics = topics_of(wanted);
    const std::size_t even = (topics.size() + kConnectionsMax - 1) / kConnectionsMax;
    const std::size_t topics_max = std::max(kTopicsUsual, even);
    std::span<const Topic> rest(topics);
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const auto part = rest.first(std::min(topics_max, rest.size()));
        rest = rest.subspan(part.size());
        hand_over(part, number, out);
    }
    return {};
}

}  // namespace petrel::bitmex
