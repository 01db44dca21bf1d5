// The life of a signal as a pure state machine: no clock, no store, no side effect.
//
//   Held ──admit──> Active ──update──> Active ──expire──> Expired
//                     └──cancel──> Cancelled
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace petrel::core {

enum class SignalState : std::uint8_t { Held, Active, Expired, Cancelled };
enum class SignalStep : std::uint8_t { Admit, Update, Expire, Cancel };

// The state after the step, or nothing when the step is not legal there.
constexpr std::optional<SignalState> next_state(SignalState state, SignalStep step) {
    if (state == SignalState::Held && step == SignalStep::Admit) {
        return SignalState::Active;
    }
    if (state != SignalState::Active) {
        return std::nullopt;  // an end is an end
    }
    switch (step) {
        case SignalStep::Update:
            return SignalState::Active;
        case SignalStep::Expire:
            return SignalState::Expired;
        case SignalStep::Cancel:
            return SignalState::Cancelled;
        default:
            return std::nullopt;
    }
}

constexpr std::string_view state_name(SignalState state) {
    constexpr std::string_view names[] = {"held", "active", "expired", "cancelled"};
    return names[static_cast<std::size_t>(state)];
}

}  // namespace petrel::core
