// Streams by kind and route, at most 200 to a connection; see subscribe.hpp.
#include "subscribe.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "symbols.hpp"

namespace petrel::binance {
namespace {

struct StreamKind {
    std::string_view suffix;
    std::uint32_t kinds;
};
constexpr StreamKind kMarkPrice{"@markPrice@1s",
                                kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding)};
constexpr std::array<StreamKind, 3> kMarketKinds{{
    {"@forceOrder", kind_bit(EventKind::Liquidation)},
    {"@aggTrade", kind_bit(EventKind::Trade)},
    kMarkPrice,
}};
constexpr std::array<StreamKind, 1> kPublicKinds{{
    {"@bookTicker", kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk)},
}};
constexpr std::uint32_t kPolledKinds = kind_bit(EventKind::OpenInterest);

// Kinds whose value in dollars is part of the event.
constexpr std::uint32_t kValuedKinds =
    kind_bit(EventKind::Trade) | kind_bit(EventKind::Liquidation) | kind_bit(EventKind::BestBid) |
    kind_bit(EventKind::BestAsk) | kPolledKinds;

// Collects the streams of one route until a connection is full, then hands its plan to the host.
class RoutePlanner {
public:
    RoutePlanner(std::string_view name, std::string_view path, petrel_plan_out& out)
        : name_(name), path_(path), out_(out) {}

    void add(const petrel_subscription& wanted, const StreamKind& kind) {
        if (topics_.size() == kStreamsMax) {
            finish();
        }
        std::string topic;
        for (const char c : view_of(wanted.native)) {  // stream names are in lower case
            topic.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
        }
        topics_.push_back(topic.append(kind.suffix));
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
        const std::vector<std::string> messages = subscribe_messages();
        std::vector<petrel_text> frames;
        for (const std::string& message : messages) {
            frames.push_back(text_of(message));
        }
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            streams_[i].topic = text_of(topics_[i]);
        }
        const std::string name = std::string(name_) + "-" + std::to_string(++connections_);
        petrel_connection_plan plan{};
        plan.size = sizeof(plan);
        plan.name = text_of(name);
        plan.path = text_of(path_);
        plan.frames = frames.data();
        plan.frame_count = static_cast<std::uint32_t>(frames.size());
        plan.frame_gap_ms = kMessageGap_ms;
        plan.idle_ms_max = kIdleMax_ms;
        plan.life_s_max = kLifeMax_s;
        plan.streams = streams_.data();
        plan.stream_count = static_cast<std::uint32_t>(streams_.size());
        out_.connection(&out_, &plan);
        topics_.clear();
        streams_.clear();
    }

private:
    // Ids count from 1 within a connection: the n-th answer is for its n-th message.
    [[nodiscard]] std::vector<std::string> subscribe_messages() const {
        std::vector<std::string> messages;
        for (std::size_t i = 0; i < topics_.size(); ++i) {
            if (i % kStreamsPerMessage == 0) {
                messages.emplace_back(R"({"method":"SUBSCRIBE","params":[)");
            } else {
                messages.back().push_back(',');
            }
            messages.back().append("\"").append(topics_[i]).append("\"");
            if ((i + 1) % kStreamsPerMessage == 0 || i + 1 == topics_.size()) {
                messages.back().append(R"(],"id":)" + std::to_string(messages.size()) + "}");
            }
        }
        return messages;
    }

    std::string_view name_;
    std::string_view path_;
    petrel_plan_out& out_;
    std::vector<std::string> topics_;
    std::vector<petrel_stream> streams_;
    std::size_t connections_ = 0;
};

void plan_polls(std::span<const petrel_subscription> wanted, petrel_plan_out& out) {
    const auto polled = static_cast<std::uint32_t>(std::ranges::count_if(
        wanted, [](const petrel_subscription& s) { return (s.channels & kPolledKinds) != 0; }));
    const std::uint32_t interval_ms =
        std::max(kPollIntervalMin_ms, polled * (60'000 / kPollWeightPerMinute));
    for (const petrel_subscription& subscription : wanted) {
        if ((subscription.channels & kPolledKinds) == 0) {
            continue;
        }
        const std::string target = "/fapi/v1/openInterest?symbol=" + string_of(subscription.native);
        petrel_http_request request{};
        request.size = sizeof(request);
        request.purpose = PETREL_REQUEST_POLL;
        request.tag = subscription.instrument;
        request.method = text_of("GET");
        request.target = text_of(target);
        request.weight = 1;
        request.interval_ms = interval_ms;
        request.instrument = subscription.instrument;
        out.poll(&out, &request);
    }
}

// The mark price streams that turn the quote currencies of `wanted` into dollars (BTCUSDT for
// ETHBTC), where they are not wanted anyhow. Their names live in `names`.
std::vector<petrel_subscription> rate_subscriptions(
    std::span<const petrel_subscription> wanted, Contracts& contracts,
    std::array<std::string, kCurrencyCount>& names) {
    std::array<bool, kCurrencyCount> needed{};
    for (const petrel_subscription& subscription : wanted) {
        const Contract* contract = contracts.lookup(view_of(subscription.native));
        if (contract != nullptr && (subscription.channels & kValuedKinds) != 0) {
            needed[contract->quote] = contract->quote != kUsd;
        }
    }
    std::vector<petrel_subscription> rates;
    for (std::uint8_t i = 0; i < kCurrencyCount; ++i) {
        names[i] = std::string(quote_code(i)) + "USDT";
        const Contract* measure = needed[i] ? contracts.lookup(names[i]) : nullptr;
        const bool wanted_already = std::ranges::any_of(wanted, [&](const petrel_subscription& s) {
            return view_of(s.native) == names[i] && (s.channels & kMarkPrice.kinds) != 0;
        });
        if (measure != nullptr && !wanted_already) {
            rates.push_back({sizeof(petrel_subscription), measure->handle,
                             kind_bit(EventKind::MarkPrice), 0, text_of(names[i])});
        }
    }
    return rates;
}

}  // namespace

std::uint32_t offered_channels() {
    std::uint32_t all = kPolledKinds;
    for (const StreamKind& kind : kMarketKinds) {
        all |= kind.kinds;
    }
    for (const StreamKind& kind : kPublicKinds) {
        all |= kind.kinds;
    }
    return all;
}

Status plan_connections(std::span<const petrel_subscription> wanted, Contracts& contracts,
                        petrel_plan_out& out) {
    for (const petrel_subscription& subscription : wanted) {
        if (!is_native_name(view_of(subscription.native))) {
            return Status::invalid("'" + string_of(subscription.native) +
                                   "' is no name of a Binance contract: 1 to 64 characters of "
                                   "A-Z 0-9 . _ : - are expected; take it off the symbols");
        }
    }
    std::array<std::string, kCurrencyCount> names;
    RoutePlanner market("market", kMarketPath, out);
    RoutePlanner book("public", kPublicPath, out);
    for (const petrel_subscription& rate : rate_subscriptions(wanted, contracts, names)) {
        market.add(rate, kMarkPrice);
    }
    for (const petrel_subscription& subscription : wanted) {
        for (const StreamKind& kind : kMarketKinds) {
            if ((kind.kinds & subscription.channels) != 0) {
                market.add(subscription, kind);
            }
        }
        for (const StreamKind& kind : kPublicKinds) {
            if ((kind.kinds & subscription.channels) != 0) {
                book.add(subscription, kind);
            }
        }
    }
    market.finish();
    book.finish();
    plan_polls(wanted, out);
    return {};
}

}  // namespace petrel::binance
