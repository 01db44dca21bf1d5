// What of a story's life a channel is told after its first message, and in which words.
//
// Stage 8. Pure. Figures of a story move with every event: an update goes out when its strength has
// risen, or its amount has grown by a share, and not sooner than some time after the one before.
// With growth by a share the number of updates grows with the logarithm of the amount.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "outbox/alert.hpp"
#include "signal/signal.hpp"

namespace petrel::core {

// Auto: all where the channel can edit, thread or resolve, else Rise. Rise: an update only when the
// strength rises, and no end.
enum class UpdateMode : std::uint8_t { Auto, All, Rise, None };
// "all", "rise", "none"; any other word is Auto.
UpdateMode update_mode_of(const std::string& word);

// What is told of a channel before anything is sent there.
struct ChannelTraits {
    std::uint32_t abilities = 0;  // PETREL_CAN_..., PETREL_HONOURS_KEY
    UpdateMode updates = UpdateMode::Auto;
    std::optional<bool> digests;  // not said: unless it can resolve, which is a machine
    std::string fallback;         // where to send when the provider refuses it; empty: nowhere

    // Gets updates by growth, and ends.
    [[nodiscard]] bool follows() const;
    [[nodiscard]] bool takes_digests() const;
};

struct UpdateRule {
    std::int64_t every_ns = 15'000'000'000;  // least time between two of a story and channel
    double growth = 0.25;                    // share by which the amount must have grown
};

// Of a story, as a channel was told it or as it is now.
struct StoryFigures {
    int strength = 0;  // strength_rank
    double notional_usd = 0;
    std::int64_t at_ns = 0;  // wall clock
};

// weak 0, moderate 1, strong 2, extreme 3; words of other packs 0.
int strength_rank(const std::string& word);

StoryFigures figures_of(const Signal& signal, std::int64_t now_ns);

// Whether the amount is so much larger that it is news.
bool grows(const UpdateRule& rule, const StoryFigures& told, const StoryFigures& now);

// Whether a picture of those figures would mislead: far fewer of a story's updates are drawn than
// told.
bool outgrows(const StoryFigures& pictured, const StoryFigures& now);

// When the channel is to be told the figures of now, wall clock; nothing when it is not.
std::optional<std::int64_t> update_time(const ChannelTraits& traits, const UpdateRule& rule,
                                        const StoryFigures& told, const StoryFigures& now);

// The alert of a signal as its `number`-th update for such a channel, and as its end; with what is
// drawn where a picture can be added to it.
AlertText update_alert(const Signal& signal, const ChannelTraits& traits, int number,
                       const MessageBook& messages);
AlertText end_alert(const Signal& signal, const ChannelTraits& traits, const MessageBook& messages);

}  // namespace petrel::core
