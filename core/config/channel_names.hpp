// The words for channels in a configuration, and the event kinds they stand for. Header only: the
// loader checks the words, the feed turns them into a subscription mask.
// Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "petrel/types.hpp"

namespace petrel::core {

struct ChannelName {
    std::string_view name;
    std::uint32_t kinds;  // bits of PETREL_KIND_BIT
};

inline constexpr std::array<ChannelName, 7> kChannelNames{{
    {"trades", kind_bit(EventKind::Trade)},
    {"liquidations", kind_bit(EventKind::Liquidation)},
    {"mark_price", kind_bit(EventKind::MarkPrice)},
    {"funding", kind_bit(EventKind::Funding)},
    {"open_interest", kind_bit(EventKind::OpenInterest)},
    {"best_bid_ask", kind_bit(EventKind::BestBid) | kind_bit(EventKind::BestAsk)},
    {"sentiment", kind_bit(EventKind::Sentiment)},
}};

// The kinds of the named channels; of all channels when none is named.
inline std::uint32_t channels_mask(std::span<const std::string> names) {
    std::uint32_t mask = 0;
    for (const ChannelName& channel : kChannelNames) {
        bool wanted = names.empty();
        for (const std::string& name : names) {
            wanted = wanted || name == channel.name;
        }
        mask |= wanted ? channel.kinds : 0;
    }
    return mask;
}

}  // namespace petrel::core
