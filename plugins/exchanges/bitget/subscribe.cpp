// Channels by kind, eight to a message, at most 48 to a connection; see subscribe.hpp.
#include "subscribe.hpp"

#include <array>
#include <string>
#include <vector>

namespace petrel::bitget {
namespace {

struct ChannelKind {
    std::string_view name;
    std::uint32_t kinds;
};
constexpr std::array<ChannelKind, 3> kChannelKinds{{
    {"trade", kind_bit(EventKind::Trade)},
    {"ticker", kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding) |
                   kind_bit(EventKind::OpenInterest)},
    {"books1", kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk)},
}};
constexpr std::uint32_t kLiquidation = kind_bit(EventKind::Liquidation);

constexpr std::string_view kPing = "ping";

// Collects channels until a connection is full, then hands its plan to the host.
class Planner {
public:
    Planner(petrel_plan_out& out, std::string_view path, std::string_view name)
        : out_(out), path_(path), name_(name) {}

    void add(std::string arg) {
        if (args_.size() == kChannelsMax) {
            finish();
        }
        args_.push_back(std::move(arg));
    }

    void add_stream(std::uint32_t instrument, std::uint32_t kinds, std::string topic) {
        petrel_stream stream{};
        stream.size = sizeof(stream);
        stream.instrument = instrument;
        stream.kinds = kinds;
        streams_.push_back(stream);
        topics_.push_back(std::move(topic));
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
        const std::string name = name_ + "-" + std::to_string(++connections_);
        petrel_connection_plan plan{};
        plan.size = sizeof(plan);
        plan.name = text_of(name);
        plan.path = text_of(path_);
        plan.frames = frames.data();
        plan.frame_count = static_cast<std::uint32_t>(frames.size());
        plan.frame_gap_ms = kMessageGap_ms;
        plan.keepalive_ms = kKeepalive_ms;
        plan.keepalive = text_of(kPing);
        plan.idle_ms_max = kIdleMax_ms;
        plan.life_s_max = kLifeMax_s;
        plan.streams = streams_.data();
        plan.stream_count = static_cast<std::uint32_t>(streams_.size());
        out_.connection(&out_, &plan);
        args_.clear();
        topics_.clear();
        streams_.clear();
    }

private:
    std::vector<std::string> subscribe_messages() const {
        std::vector<std::string> messages;
        for (std::size_t i = 0; i < args_.size(); ++i) {
            if (i % kChannelsPerMessage == 0) {
                messages.emplace_back(R"({"op":"subscribe","args":[)");
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
    std::string_view path_;
    std::string name_;
    std::vector<std::string> args_;
    std::vector<std::string> topics_;
    std::vector<petrel_stream> streams_;
    std::size_t connections_ = 0;
};

std::optional<Product> product_of(const petrel_subscription& wanted,
                                  const ContractTable& contracts) {
    const std::string_view native = view_of(wanted.native);
    if (const Contract* known = contracts.find(native); known != nullptr) {
        return known->product;
    }
    const std::optional<Listed> listed = perpetual_of(native);
    return listed ? std::optional(listed->product) : std::nullopt;
}

void plan_liquidations(std::span<const petrel_subscription> wanted,
                       const std::vector<Product>& products, petrel_plan_out& out) {
    Planner planner(out, kPathV3, "liquidations");
    for (std::size_t p = 0; p < kProducts; ++p) {  // one channel carries those of a product
        const auto product = static_cast<Product>(p);
        const std::string name(product_name_v3(product));
        bool any = false;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (products[i] == product && (wanted[i].channels & kLiquidation) != 0) {
                planner.add_stream(wanted[i].instrument, kLiquidation, "liquidation:" + name);
                any = true;
            }
        }
        if (any) {
            planner.add(R"({"instType":")" + name + R"(","topic":"liquidation"})");
        }
    }
    planner.finish();
}

}  // namespace

std::uint32_t offered_channels() {
    std::uint32_t all = kLiquidation;
    for (const ChannelKind& kind : kChannelKinds) {
        all |= kind.kinds;
    }
    return all;
}

Status plan_connections(std::span<const petrel_subscription> wanted, const ContractTable& contracts,
                        petrel_plan_out& out) {
    std::vector<Product> products;
    for (const petrel_subscription& subscription : wanted) {
        const std::optional<Product> product = product_of(subscription, contracts);
        if (!product) {
            return Status::invalid("'" + string_of(subscription.native) +
                                   "' is no listed Bitget contract and no name of a perpetual "
                                   "such as BTCUSDT: take it off the symbols");
        }
        products.push_back(*product);
    }
    plan_liquidations(wanted, products, out);
    Planner planner(out, kPath, "public");
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::string native = string_of(wanted[i].native);
        const std::string product(product_name(products[i]));
        for (const ChannelKind& kind : kChannelKinds) {
            if ((kind.kinds & wanted[i].channels) != 0) {
                const std::string name(kind.name);
                planner.add(R"({"instType":")" + product + R"(","channel":")" + name +
                            R"(","instId":")" + native + R"("})");
                planner.add_stream(wanted[i].instrument, kind.kinds & wanted[i].channels,
                                   name + ":" + native);
            }
        }
    }
    planner.finish();
    return {};
}

}  // namespace petrel::bitget
