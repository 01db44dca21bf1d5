// The words "update" and "ended" come first, except where an edit shows it by itself.
#include "outbox/story_updates.hpp"

#include <algorithm>
#include <array>

#include "petrel/abi/notifier.h"
#include "petrel/plain_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kHeadlineCharacters = 90;
constexpr std::array kStrengths = {"weak", "moderate", "strong", "extreme"};

std::string led_by(const std::string& word, const std::string& headline) {
    return petrel::shortened(word + " · " + headline, kHeadlineCharacters);
}

}  // namespace

bool ChannelTraits::follows() const {
    constexpr std::uint32_t shows_life = PETREL_CAN_EDIT | PETREL_CAN_THREAD | PETREL_CAN_RESOLVE;
    return updates == UpdateMode::All ||
           (updates == UpdateMode::Auto && (abilities & shows_life) != 0);
}

bool ChannelTraits::takes_digests() const {
    return digests.value_or((abilities & PETREL_CAN_RESOLVE) == 0);
}

int strength_rank(const std::string& word) {
    const auto found = std::find(kStrengths.begin(), kStrengths.end(), word);
    return found == kStrengths.end() ? 0 : static_cast<int>(found - kStrengths.begin());
}

std::optional<std::int64_t> update_time(const ChannelTraits& traits, const UpdateRule& rule,
                                        const StoryFigures& told, const StoryFigures& now) {
    const bool rises = now.strength > told.strength;
    const bool grows = now.notional_usd >= told.notional_usd * (1 + rule.growth) &&
                       now.notional_usd > told.notional_usd;
    if (traits.updates == UpdateMode::None || !(rises || (grows && traits.follows()))) {
        return std::nullopt;
    }
    return std::max(now.at_ns, told.at_ns + rule.every_ns);
}

AlertText update_alert(const Signal& signal, const ChannelTraits& traits, int number,
                       const MessageBook& messages) {
    AlertText alert = compose_alert(signal, messages);
    alert.id += "/u" + std::to_string(number);
    if ((traits.abilities & PETREL_CAN_EDIT) == 0) {
        alert.headline = led_by("update", alert.headline);
    }
    alert.fields.emplace_back("Update", std::to_string(number));
    return alert;
}

AlertText end_alert(const Signal& signal, const MessageBook& messages) {
    AlertText alert = compose_alert(signal, messages);
    alert.id += "/end";
    const bool cancelled = signal.state == SignalState::Cancelled;
    alert.headline = led_by(cancelled ? "cancelled" : "ended", alert.headline);
    if (signal.updates > 0) {
        alert.fields.emplace_back("Peak", human_usd(signal.peak_usd));
    }
    alert.fields.emplace_back(
        "Ended", cancelled ? "cancelled: " + signal.cancel_reason : "its time is over");
    alert.silent = true;
    return alert;
}

}  // namespace petrel::core
