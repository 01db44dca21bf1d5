// An edit has a form of its own: it shows by itself that something is new.
#include "outbox/story_updates.hpp"

#include <algorithm>
#include <array>

#include "outbox/occasion.hpp"
#include "petrel/abi/notifier.h"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

// A message of its own has its words alone. Of a story that is over what its windows last told is
// shown, not the time that passed since.
AlertText later_alert(const Signal& signal, const ChannelTraits& traits,
                      const MessageBook& messages) {
    AlertText alert = compose_alert(signal, messages);
    if ((traits.abilities & PETREL_CAN_ADD_IMAGE) == 0) {
        alert.series = {};
    }
    const MarketSeries& series = alert.series;
    alert.span_end_ns = std::min(
        alert.span_end_ns,
        series.begin_ns + series.step_ns * static_cast<std::int64_t>(series.points.size()));
    return alert;
}

constexpr double kPictureGrowth = 2;  // times the amount of the picture before
constexpr std::array kStrengths = {"weak", "moderate", "strong", "extreme"};

}  // namespace

UpdateMode update_mode_of(const std::string& word) {
    return word == "all"    ? UpdateMode::All
           : word == "rise" ? UpdateMode::Rise
           : word == "none" ? UpdateMode::None
                            : UpdateMode::Auto;
}

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

StoryFigures figures_of(const Signal& signal, std::int64_t now_ns) {
    return {strength_rank(signal.score.strength), signal.cause.notional_usd, now_ns};
}

bool grows(const UpdateRule& rule, const StoryFigures& told, const StoryFigures& now) {
    return now.notional_usd >= told.notional_usd * (1 + rule.growth) &&
           now.notional_usd > told.notional_usd;
}

bool outgrows(const StoryFigures& pictured, const StoryFigures& now) {
    return now.strength > pictured.strength ||
           now.notional_usd >= pictured.notional_usd * kPictureGrowth;
}

std::optional<std::int64_t> update_time(const ChannelTraits& traits, const UpdateRule& rule,
                                        const StoryFigures& told, const StoryFigures& now) {
    const bool rises = now.strength > told.strength;
    if (traits.updates == UpdateMode::None ||
        !(rises || (grows(rule, told, now) && traits.follows()))) {
        return std::nullopt;
    }
    return std::max(now.at_ns, told.at_ns + rule.every_ns);
}

AlertText update_alert(const Signal& signal, const ChannelTraits& traits, int number,
                       const MessageBook& messages) {
    AlertText alert = later_alert(signal, traits, messages);
    MessageValues values = values_of(signal, alert.severity);
    values["number"].whole = number;
    const bool edits = (traits.abilities & PETREL_CAN_EDIT) != 0;
    tell_on(edits ? occasion::kEdit : occasion::kUpdate, std::move(values), messages, alert);
    alert.id += "/u" + std::to_string(number);
    return alert;
}

AlertText end_alert(const Signal& signal, const ChannelTraits& traits,
                    const MessageBook& messages) {
    AlertText alert = later_alert(signal, traits, messages);
    MessageValues values = values_of(signal, alert.severity);
    const bool cancelled = signal.state == SignalState::Cancelled;
    if (signal.updates > 0 && human_usd(signal.peak_usd) != human_usd(values["notional"].number)) {
        values["peak"].number = signal.peak_usd;
        values["peak"].sampled = values["notional"].sampled;
    }
    if (cancelled) {
        values["reason"].text = signal.cancel_reason;
    }
    tell_on(cancelled ? occasion::kCancelled : occasion::kEnd, std::move(values), messages, alert);
    alert.id += "/end";
    alert.silent = true;
    return alert;
}

}  // namespace petrel::core
