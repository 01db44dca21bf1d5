// Channels by kind, a hundred to a message, at most 300 to a connection; see subscribe.hpp.
#include "subscribe.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "symbols.hpp"

namespace petrel::deribit {
namespace {

struct ChannelKind {
    std::string_view prefix;
    std::string_view suffix;
    std::uint32_t kinds;
};
// `.raw` needs a login; a hundred milliseconds are for everyone. Liquidations are flagged trades.
constexpr std::array<ChannelKind, 3> kChannelKinds{{
    {"trades.", ".100ms", kind_bit(EventKind::Trade) | kind_bit(EventKind::Liquidation)},
    {"ticker.", ".100ms",
     kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding) |
         kind_bit(EventKind::OpenInterest)},
    {"quote.", "", kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk)},
}};

constexpr std::string_view kHeartbeat =
    R"({"jsonrpc":"2.0","id":1,"method":"public/set_heartbeat","params":{"interval":30}})";
constexpr std::uint64_t kFirstSubscribeId = 3;

// Collects channels until a connection is full, then hands its plan to the host.
class Planner {
public:
    Planner(Asked& asked, petrel_plan_out& out) : asked_(asked), out_(out) {
        asked_.first_id = kFirstSubscribeId;
        asked_.channels.clear();
    }

    void add(const petrel_subscription& wanted, const ChannelKind& kind) {
        if (channels_.size() == kChannelsMax) {
            finish();
        }
        std::string channel(kind.prefix);
        channels_.push_back(channel.append(view_of(wanted.native)).append(kind.suffix));
        petrel_stream stream{};
        stream.size = sizeof(stream);
        stream.instrument = wanted.instrument;
        stream.kinds = kind.kinds & wanted.channels;
        streams_.push_back(stream);
    }

    void finish() {
        if (channels_.empty()) {
            return;
        }
        ++connections_;
        const std::vector<std::string> messages = subscribe_messages();
        std::vector<petrel_text> frames{text_of(kHeartbeat)};
        for (const std::string& message : messages) {
            frames.push_back(text_of(message));
        }
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            streams_[i].topic = text_of(channels_[i]);
        }
        const std::string name = "futures-" + std::to_string(connections_);
        petrel_connection_plan plan{};
        plan.size = sizeof(plan);
        plan.name = text_of(name);
        plan.path = text_of(kPath);
        plan.frames = frames.data();
        plan.frame_count = static_cast<std::uint32_t>(frames.size());
        plan.frame_gap_ms = kMessageGap_ms;
        plan.keepalive_ms = kKeepalive_ms;
        plan.keepalive = text_of(kTestMessage);
        plan.idle_ms_max = kIdleMax_ms;
        plan.streams = streams_.data();
        plan.stream_count = static_cast<std::uint32_t>(streams_.size());
        out_.connection(&out_, &plan);
        channels_.clear();
        streams_.clear();
    }

private:
    // The id counts over all messages of the plan, so that an answer names its message.
    std::vector<std::string> subscribe_messages() {
        std::vector<std::string> messages;
        for (std::size_t i = 0; i < channels_.size(); ++i) {
            if (i % kChannelsPerMessage == 0) {
                const std::uint64_t id = asked_.first_id + asked_.channels.size();
                asked_.channels.emplace_back();
                messages.push_back(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
                                   R"(,"method":"public/subscribe","params":{"channels":[)");
            } else {
                messages.back().push_back(',');
            }
            messages.back().append("\"").append(channels_[i]).append("\"");
            asked_.channels.back().push_back(channels_[i]);
            if ((i + 1) % kChannelsPerMessage == 0 || i + 1 == channels_.size()) {
                messages.back().append("]}}");
            }
        }
        return messages;
    }

    Asked& asked_;
    petrel_plan_out& out_;
    std::vector<std::string> channels_;
    std::vector<petrel_stream> streams_;
    std::size_t connections_ = 0;
};

}  // namespace

std::uint32_t offered_channels() {
    std::uint32_t all = 0;
    for (const ChannelKind& kind : kChannelKinds) {
        all |= kind.kinds;
    }
    return all;
}

Status plan_connections(std::span<const petrel_subscription> wanted, Asked& asked,
                        petrel_plan_out& out) {
    for (const petrel_subscription& subscription : wanted) {
        if (!is_native_name(view_of(subscription.native))) {
            return Status::invalid("'" + string_of(subscription.native) +
                                   "' is no name of a Deribit contract: 1 to 32 characters of A-Z, "
                                   "0-9, '-' and '_' are expected; take it off the symbols");
        }
    }
    Planner planner(asked, out);
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

}  // namespace petrel::deribit
